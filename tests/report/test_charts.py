"""What charts say: analysed data and titles from hand-made tables with known answers."""

import numpy as np
import pandas as pd
import pytest

from sim.report.charts import funnel, heatmap, load_duration, map_unmet, refused, service
from sim.report.charts import utilisation as utilisation_chart
from sim.report.data import RunResults
from sim.report.registry import all_charts

from .fake import HOURS, REASONS, ZONES, Table, context, fake_results


def results(table, places=None, **changes):
    return RunResults(
        context(n_replications=table.n, **changes),
        table.frame(),
        pd.DataFrame() if places is None else places,
    )


def words(title):
    return len(title.split())


CASES = {
    "usual": {},
    "one replication": {"n": 1},
    "nothing happens": {"scale": 0},
    "ten times": {"scale": 10},
    "one tier, one kind": {"tiers": ("community",), "kinds": {"a": "乒乓球"}},
    "forty kinds": {"kinds": {f"k{i}": f"社区综合文化活动中心{i}" for i in range(40)}},
    "no labels": {"kinds": {"badminton_court": "", "room": ""}, "tier_labels": {}},
}


@pytest.mark.parametrize("case", CASES)
def test_titles_are_findings_of_at_most_15_words(case):
    for chart in all_charts().values():
        for data in chart.analyse(fake_results(**CASES[case])):
            title = data.finding.title
            assert 4 <= words(title) <= 15, title
            assert "nan" not in title.lower()
            assert "empty" not in title
            assert not data.finding.table.empty
            assert not any(word in data.finding.subtitle for word in ("nan", "None"))


def test_registry_has_the_seven_charts():
    assert list(all_charts()) == [
        "funnel", "heatmap", "load-duration", "map-unmet", "refused-by-hour",
        "service-by-group", "utilisation-by-tier-and-zone",
    ]  # fmt: skip


def test_no_data_no_chart():
    empty = results(Table())
    for chart in all_charts().values():
        assert list(chart.analyse(empty)) == []


def heat(peak, half=0.001, n=20):
    t = Table(n)
    for level in HOURS:
        opened = 8 <= int(level[-2:]) < 22
        t.add("open_share", "tier*hour_of_week", f"community*{level}", float(opened), 0)
        use = (peak.get(level, 0.01)) if opened else np.nan
        t.add("utilisation_booked", "tier*hour_of_week", f"community*{level}", use, half)
        t.add("utilisation_off_platform", "tier*hour_of_week", f"community*{level}", 0.3, 0)
    return heatmap.analyse(results(t))[0]


def test_heatmap_keeps_closed_apart_from_zero():
    data = heat({"Mon-08": 0.0})
    assert data.hours == tuple(range(8, 22))
    assert data.recorded[0, 0] == 0
    assert data.off_platform[0, 0] == 0.3
    assert np.isnan(data.recorded).sum() == 0
    closed = fake_results()
    compound = heatmap.analyse(closed)[2]
    assert np.isnan(compound.recorded[0]).all()
    assert np.isnan(compound.off_platform[0]).all()
    assert compound.hours == heatmap.analyse(closed)[0].hours


def test_heatmap_names_the_peak_only_if_it_stands_apart():
    one = heat({"Sat-19": 0.05})
    assert (
        one.finding.title
        == "community centres are booked most on Sat at 19:00: up to 5.0 % recorded"
    )
    two = heat({"Sat-19": 0.05, "Sun-20": 0.0505})
    assert "at weekends between 19:00 and 21:00" in two.finding.title
    flat = heat({"Sat-19": 0.0105}, half=0.01)
    assert "no clearly busiest hour" in flat.finding.title
    assert "in one replication" in heat({"Sat-19": 0.05}, n=1).finding.title


def test_heatmap_value_lands_in_its_cell():
    data = heat({"Wed-13": 0.5})
    assert np.argwhere(data.recorded == 0.5).tolist() == [[2, 5]]
    row = data.finding.table.set_index("hour_of_week").loc["Wed-13"]
    assert (row["recorded"], row["off_platform"]) == (0.5, 0.3)


def test_share_above_interpolates():
    x, y = np.array([0, 0.1, 0.2, 1.0]), np.array([1.0, 0.9, 0.7, 0.1])
    assert load_duration.share_above(x, y, 0.8) == pytest.approx(0.15)
    assert load_duration.share_above(x, y, 1.0) == 0
    assert load_duration.share_above(x, y, 0.05) == 1
    assert np.isnan(load_duration.share_above(x, y * np.nan, 0.8))


def loads(half=0.001, n=20, **at_zero):
    """Straight lines from the value at 0 to 0 at 100 %."""
    t = Table(n)
    for kind, top in at_zero.items():
        for x in range(0, 101, 10):
            t.add("load_duration", "kind*top_share", f"{kind}*{x:03d}", top * (1 - x / 100), half)
    return load_duration.analyse(results(t, kind_labels={}))[0]


def test_load_duration_ranks_and_names_the_tightest():
    data = loads(hall=1.0, court=0.9, room=0.3, gym=0.2, den=0.1)
    assert [c.kind for c in data.shown] == ["hall", "court", "room", "gym"]
    assert [c.kind for c in data.others] == ["den"]
    assert data.shown[0].above[0] == pytest.approx(0.2)
    assert data.shown[1].above[0] == pytest.approx(1 - 0.8 / 0.9)
    assert data.finding.title == "hall is tightest: above 80 % in 20 % of open hours"


def test_load_duration_bands_fall_as_the_curve_does():
    t = Table()
    for x, mean in ((0, 1.0), (50, 0.5), (100, 0.0)):
        t.add("load_duration", "kind*top_share", f"a*{x:03d}", mean, 0.45 if x != 50 else 0.01)
    curve = load_duration.analyse(results(t))[0].shown[0]
    assert curve.low == pytest.approx([0.55, 0.49, 0])
    assert curve.high == pytest.approx([1, 0.51, 0.45])


def test_load_duration_claims_no_more_than_the_bands_allow():
    assert loads(hall=1.0, court=0.99, room=0.2, half=0.05).finding.title.startswith(
        "hall and court are tightest"
    )
    assert "clearly exceeds" in loads(hall=0.79, half=0.05).finding.title
    assert "in any hour" in loads(hall=0.5).finding.title
    assert "in one replication" in loads(hall=1.0, court=0.9, n=1).finding.title


def funnel_table(reasons, half=0.005, n=20):
    t = Table(n)
    for kind, wishes in (("court", 600), ("room", 400)):
        for stage, share in zip(funnel.STAGES, (1, 0.5, 0.4, 0.3), strict=True):
            t.add(stage, "kind", kind, wishes * share, unit="count")
    for reason, share in zip(REASONS, reasons, strict=True):
        t.add("not_asked_share", "reason", reason, share, half)
        t.add("not_asked_share", "kind*reason", f"court*{reason}", share, half)
    t.add("refused_share", "reason", "full", 0.2)
    return results(t, kind_labels={})


def test_funnel_counts_per_week_and_names_the_largest_loss():
    run = funnel_table((0.3, 0.1, 0.05, 0.05))
    data = funnel.analyse(run)[0]
    weeks = 304 / 7
    assert [r.label for r in data.rows] == ["all kinds", "court", "room"]
    assert data.rows[0].per_week == pytest.approx(np.array([1000, 500, 400, 300]) / weeks)
    assert data.rows[1].not_asked == pytest.approx((0.3, 0.1, 0.05, 0.05))
    assert np.isnan(data.rows[2].not_asked).all()
    assert data.rows[0].refused[0] == pytest.approx(0.2)
    assert (
        data.finding.title == "Of 100 wishes 50 are asked and 30 used; most often lost: 'too far'"
    )


def test_funnel_names_no_reason_that_does_not_stand_apart():
    tied = funnel.analyse(funnel_table((0.3, 0.29, 0.05, 0.05), half=0.02))[0]
    assert tied.finding.title.endswith("no reason clearly dominates")
    assert "one replication" in funnel.analyse(funnel_table((0.3, 0.1, 0, 0), n=1))[0].finding.title


def test_funnel_keeps_ten_kinds_and_says_so():
    data = funnel.analyse(fake_results(kinds={f"k{i}": f"k{i}" for i in range(40)}))[0]
    assert len(data.rows) == 13
    assert data.finding.note.endswith("CSV only: 28")
    assert data.finding.table["level"].nunique() > 40


def map_results(counts, half, n=20):
    t = Table(n)
    rows = []
    for i, value in enumerate(counts):
        t.add("wishes", "origin", f"o{i}", 1000, unit="count")
        t.add("not_asked", "origin", f"o{i}", value, half, unit="count")
        t.add("refused", "origin", f"o{i}", 10, unit="count")
        rows.append(("origin", f"o{i}", ZONES[i % 3], "", float(i), 0.0, 100))
    columns = ["type", "name", "zone", "tier", "x_km", "y_km", "people"]
    return map_unmet.analyse(results(t, pd.DataFrame(rows, columns=columns)))[0]


def test_map_names_an_origin_only_if_it_stands_apart():
    data = map_results([304, 100, 100, 90, 80], half=5)
    assert data.finding.title == "o0 has most wishes not asked: up to 7.0 a week"
    assert data.origins["not_asked"].iloc[0] == pytest.approx(7)
    flat = map_results([100, 99, 98, 97, 96], half=50)
    assert "No origin clearly stands out" in flat.finding.title
    assert "map" in data.finding.name


def test_map_without_places_is_left_out():
    assert map_unmet.analyse(fake_results().__class__(context(), fake_results().summary)) == []


def test_refused_hours_are_in_order_and_per_week():
    t = Table()
    for level in reversed(HOURS):
        t.add("refused", "hour_of_week", level, 304 if level == "Tue-18" else 0, 1, "count")
        t.add("refused_share", "hour_of_week", level, 0.4 if level == "Tue-18" else 0.01, 0.005)
    data = refused.analyse(results(t))[0]
    at = HOURS.index("Tue-18")
    assert data.per_week[at] == pytest.approx(7)
    assert data.per_week.sum() == pytest.approx(7)
    assert data.share[at] == pytest.approx(0.4)
    assert data.finding.title == "Refusals peak on Tue at 18:00: up to 7.0 a week in one hour"


def service_results(half, n=20, **shares):
    t = Table(n)
    for level, share in shares.items():
        t.add("served_share", "segment", level, share, half)
        t.add("met_share", "segment", level, share / 2, half)
    return service.analyse(results(t))[0]


def test_service_orders_worst_first_and_claims_carefully():
    data = service_results(0.01, families=0.9, students=0.7, others=0.95)
    assert [r.level for r in data.blocks[0].rows] == ["students", "families", "others"]
    assert data.finding.title == "segment students is served worst: 70 % of requests get a slot"
    assert np.isnan(data.blocks[0].rows[0].values[1][0])
    tied = service_results(0.2, families=0.9, students=0.7, others=0.95)
    assert "No segment is clearly served worst" in tied.finding.title
    assert "one replication" in service_results(0, n=1, a=0.9, b=0.7).finding.title


def test_service_shows_the_worst_of_many():
    data = service.analyse(fake_results(kinds={f"k{i}": f"k{i}" for i in range(40)}))[0]
    assert "worst 5 of 40 kinds" in data.finding.note
    assert sum(len(b.rows) for b in data.blocks) <= 16
    assert (data.finding.table["group"] == "kind").sum() == 120


def test_utilisation_title_shows_the_leaders_own_off_platform_share():
    t = Table()
    for tier, booked, off in (("a", 0.03, 0.2), ("b", 0.02, 0.4)):
        t.add("utilisation_booked", "tier", tier, booked, 0.001)
        t.add("utilisation_off_platform", "tier", tier, off, 0)
    data = utilisation_chart.analyse(results(t, tier_labels={}))[0]
    assert data.finding.title == (
        "a venues are booked most: 3.0 % of open hours; off-platform 20 % assumed"
    )
    assert [c.metric for c in data.columns] == ["utilisation_booked", "utilisation_off_platform"]
