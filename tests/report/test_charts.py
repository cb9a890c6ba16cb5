"""What charts say: analysed data and titles from hand-made tables with known answers."""

import numpy as np
import pandas as pd
import pytest

from sim.report.charts.comparison.results import ComparisonResults
from sim.report.charts.headroom.results import HeadroomResults, PolicyResults
from sim.report.charts.run import heatmap, map_unmet, refused
from sim.report.charts.season.judged import JudgedSeason
from sim.report.charts.season.results import SeasonResults
from sim.report.charts.site.results import SiteResults
from sim.report.context import RunResults
from sim.report.drawing import all_charts

from .fake import HOURS, ZONES, Table, context, fake_results


def results(table, places=None, **changes):
    return RunResults(
        context(n_replications=table.n, **changes),
        table.frame(),
        pd.DataFrame() if places is None else places,
    )


def analysed(name, run):
    """Pictures of a chart by its name."""
    return list(all_charts()[name].analyse(run))


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


def test_registry_has_all_charts():
    assert list(all_charts()) == [
        "activity-fill", "funnel", "heatmap", "map-unmet", "points-by-segment",
        "queues-by-hour", "refused-by-hour", "savings",
        "service-by-group", "subsidy", "utilisation-by-tier-and-zone", "zone-league",
    ]  # fmt: skip


def test_other_outcomes_have_their_charts_by_name_too():
    names = {
        ComparisonResults: {"forest", "use-and-cost", "who-gains"},
        HeadroomResults: {"headroom_curve", "headroom_breaks_first"},
        PolicyResults: {"headroom_policies"},
        SeasonResults: {"season-hours-given", "season-hours-served"},
        JudgedSeason: {"clubs-and-residents"},
        SiteResults: {
            "map-before", "map-after", "plans", "left-out", "frontier", "outlooks",
            "gains-by-group",
        },
    }  # fmt: skip
    assert {of: set(all_charts(of)) for of in names} == names


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
    assert one.finding.title == "community centres are booked most on Sat at 19:00: 5.0 % recorded"
    two = heat({"Sat-19": 0.05, "Sun-20": 0.0505})
    assert "at weekends between 19:00 and 21:00" in two.finding.title
    flat = heat({"Sat-19": 0.0105}, half=0.01)
    assert "no hour stands out" in flat.finding.title
    scattered = heat({"Mon-08": 0.05, "Sat-21": 0.05})
    assert "no hour stands out" in scattered.finding.title
    assert heat(dict.fromkeys(HOURS, 0.0)).finding.title == (
        "community centres have no recorded bookings in this scenario"
    )
    assert "in one replication" in heat({"Sat-19": 0.05}, n=1).finding.title


def test_heatmap_greys_hours_in_which_hardly_any_venue_is_open():
    t = Table()
    for level in HOURS:
        hour = int(level[-2:])
        t.add("open_share", "tier*hour_of_week", f"a*{level}", 0.02 if hour == 8 else 1.0, 0)
        use = 0.5 if hour == 8 else 0.04 if level == "Sat-19" else 0.01
        t.add("utilisation_booked", "tier*hour_of_week", f"a*{level}", use, 0.001)
    data = heatmap.analyse(results(t, tier_labels={}))[0]
    assert data.rare.sum() == 7
    assert data.rare[:, data.hours.index(8)].all()
    assert data.finding.note.endswith("Grey: fewer than 5 % of the tier's venues are open")
    assert "Sat at 19:00: 4.0 % recorded" in data.finding.title
    assert data.finding.table["few_open"].sum() == 7
    assert "Grey" not in heat({}).finding.note
    assert "hour of use" in data.finding.subtitle


def test_heatmap_value_lands_in_its_cell():
    data = heat({"Wed-13": 0.5})
    assert np.argwhere(data.recorded == 0.5).tolist() == [[2, 5]]
    row = data.finding.table.set_index("hour_of_week").loc["Wed-13"]
    assert (row["recorded"], row["off_platform"]) == (0.5, 0.3)


def test_a_selection_that_is_changed_leaves_the_next_as_it_was():
    run = fake_results()
    first = run.select("utilisation_booked", "tier*hour_of_week")
    kept = first.copy()
    first.loc[:, "mean"] = 0.0
    first["tier"] = "other"
    pd.testing.assert_frame_equal(run.select("utilisation_booked", "tier*hour_of_week"), kept)
    assert kept["mean"].max() > 0


def funnel_of(losses, half=0.005, n=20, kinds=("court", "room")):
    """Losses of all by reason; of each kind the same."""
    t = Table(n)
    for group, levels in (("all", ("all",)), ("kind", kinds)):
        for i, level in enumerate(levels):
            t.add("wishes", group, level, 1000 - 100 * i, unit="count")
            t.add("asked_share", group, level, 0.5)
            t.add("met_share", group, level, 0.3)
            for reason, share in losses.items():
                name = reason if group == "all" else f"{level}*{reason}"
                t.add("lost_of_wishes", "reason" if group == "all" else "kind*reason", name, share,
                      half)  # fmt: skip
    (data,) = analysed("funnel", results(t, kind_labels={}))
    return data.finding


def test_funnel_counts_per_week_and_names_the_largest_loss():
    losses = {"too far": 0.3, "rather not": 0.2, "full": 0.1, "cancelled": 0.06, "no-show": 0.04}
    finding = funnel_of(losses)
    rows = finding.table.set_index("level")
    assert rows.index.tolist() == ["all", "court", "room"]
    assert rows["wishes_per_week"].tolist() == pytest.approx(
        [1000 * 7 / 304, 1000 * 7 / 304, 900 * 7 / 304]
    )
    assert rows.loc["room", ["lost full", "lost full_low", "lost full_high"]].tolist() == (
        pytest.approx([0.1, 0.095, 0.105])
    )
    assert rows["booked_of_wishes"].tolist() == pytest.approx([0.4] * 3)
    assert finding.title == "Of 100 wanted bookings 30 happen; the largest obstacle is distance"
    assert "crimson" in finding.subtitle
    full = funnel_of({"too far": 0.3, "rather_not": 0.1, "full": 0.42})
    assert full.title.endswith("the largest obstacle is that rooms are full")


def test_funnel_names_no_reason_that_does_not_stand_apart():
    tied = funnel_of({"too far": 0.3, "rather not": 0.29}, half=0.02)
    assert tied.title.endswith("no single obstacle stands out")
    assert "one replication" in funnel_of({"too far": 0.3, "full": 0.1}, n=1).title


def test_funnel_keeps_twelve_kinds_and_says_so():
    run = fake_results(kinds={f"k{i}": f"k{i}" for i in range(40)})
    (data,) = analysed("funnel", run)
    assert data.finding.note.endswith("CSV only: 28")
    assert len(data.finding.table) == 41


def map_results(shares, half, n=20):
    t = Table(n)
    rows = []
    for i, value in enumerate(shares):
        t.add("wishes", "origin", f"o{i}", 1000, unit="count")
        t.add("not_asked_share", "origin", f"o{i}", value, half)
        t.add("refused_share", "origin", f"o{i}", 0.01)
        rows.append(("origin", f"o{i}", ZONES[i % 3], "", float(i), 0.0, 100))
    columns = ["type", "name", "zone", "tier", "x_km", "y_km", "people"]
    return map_unmet.analyse(results(t, pd.DataFrame(rows, columns=columns)))[0]


def test_map_names_an_origin_only_if_it_stands_apart():
    data = map_results([0.3, 0.1, 0.1, 0.09, 0.08], half=0.005)
    assert data.finding.title == "o0 has the largest share of wishes never asked: 30.0 %"
    assert data.origins["not_asked_share"].iloc[0] == pytest.approx(0.3)
    flat = map_results([0.1, 0.09, 0.09, 0.09, 0.09], half=0.05)
    assert "Most origins never ask" in flat.finding.title
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
    assert data.finding.title == "Refusals peak on Tue at 18:00: 7.0 of 7.0 a week"


def refusals(peak, share=0.1, n=20):
    t = Table(n)
    for level in HOURS:
        usual = 43.43 if 8 <= int(level[-2:]) < 22 else 0
        t.add("refused", "hour_of_week", level, peak.get(level, usual), 1, "count")
        t.add("refused_share", "hour_of_week", level, share if usual else np.nan, 0.0)
    return refused.analyse(results(t))


def test_refused_peak_is_the_sum_over_the_hours_named():
    evenings = [f"{day}-{hour}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri") for hour in (18, 19)]
    title = refusals(dict.fromkeys(evenings, 434.3))[0].finding.title
    assert title == "Refusals peak on weekdays between 18:00 and 20:00: 100 of 188 a week"
    assert refusals({"Mon-08": 300, "Sat-21": 300})[0].finding.title.startswith(
        "No hour stands out"
    )


def test_refused_when_all_or_none_are():
    assert refusals({}, share=1.0)[0].finding.title == (
        "Every request is refused in this scenario: 98 a week"
    )
    none = refusals(dict.fromkeys(HOURS, 0.0), share=0.0)[0]
    assert none.finding.title == "No request is refused in this scenario"
    assert refusals(dict.fromkeys(HOURS, 0.0), share=np.nan) == []
    assert "in one replication" in refusals({}, share=1.0, n=1)[0].finding.title


def service_results(half, n=20, **shares):
    t = Table(n)
    for level, share in shares.items():
        t.add("served_share", "segment", level, share, half)
        t.add("met_share", "segment", level, share / 2, half)
    return analysed("service-by-group", results(t))[0]


def test_service_orders_worst_first_and_claims_carefully():
    data = service_results(0.01, families=0.9, students=0.7, others=0.95)
    assert data.finding.table["level"].tolist() == ["students", "families", "others"]
    assert data.finding.title == "students are served least: 35 % of what they want ends in use"
    assert data.finding.table["asked_share"].isna().all()
    assert "with intervals" in data.finding.subtitle
    tied = service_results(0.2, families=0.9, students=0.7, others=0.95)
    assert "No group of people is clearly served least" in tied.finding.title
    once = service_results(0, n=1, a=0.9, b=0.7).finding
    assert "one replication" in once.title
    assert "interval" not in once.subtitle
    assert service_results(0, a=0.0, b=0.0).finding.title == "No wish is met in this scenario"


def test_service_title_speaks_of_wishes_of_people_not_of_kinds_or_tiers():
    t = Table()
    for dimension, level, met in (
        ("kind", "hall", 0.1), ("kind", "court", 0.5), ("tier", "compound", 0.05),
        ("tier", "none", 0.0), ("segment", "a", 0.40), ("segment", "b", 0.41),
        ("segment", "nobody", np.nan), ("zone", "east", 0.3), ("zone", "west", 0.5),
    ):  # fmt: skip
        t.add("met_share", dimension, level, met, 0.05)
        if level != "nobody":
            t.add("served_share", dimension, level, 0.99, 0.001)
    for level, wishes in (("compound", 75), ("none", 25)):
        t.add("wishes", "tier", level, wishes, unit="count")
    data = analysed("service-by-group", results(t, kind_labels={}, tier_labels={}))[0]
    assert (
        data.finding.title == "Zone east is served least: 30 % of what its people want ends in use"
    )
    assert data.finding.table["level"].tolist() == [
        "none", "compound", "east", "west", "a", "b", "hall", "court",
    ]  # fmt: skip
    assert data.finding.note == "Tiers leave out 25 % of wishes: no suitable centre open"


def test_service_shows_the_worst_of_many():
    data = analysed("service-by-group", fake_results(kinds={f"k{i}": f"k{i}" for i in range(40)}))[
        0
    ]
    assert "lowest 5 of 40 kinds" in data.finding.note
    assert (data.finding.table["group"] == "kind").sum() == 40


def test_utilisation_title_shows_the_leaders_own_off_platform_share():
    t = Table()
    for tier, booked, off in (("a", 0.03, 0.2), ("b", 0.02, 0.4)):
        t.add("utilisation_booked", "tier", tier, booked, 0.001)
        t.add("utilisation_off_platform", "tier", tier, off, 0)
    data = analysed("utilisation-by-tier-and-zone", results(t, tier_labels={}))[0]
    assert data.finding.title == (
        "a venues are booked most: 3.0 % of open hours; off-platform 20 % assumed"
    )
    shares = data.finding.table[["utilisation_booked", "utilisation_off_platform"]]
    assert shares.to_numpy().tolist() == [[0.03, 0.2], [0.02, 0.4]]


def test_utilisation_axis_of_recorded_use_is_as_long_as_needed():
    def note(booked):
        t = Table()
        t.add("open_share", "tier", "a", 0.5, 0)
        t.add("utilisation_booked", "tier", "a", booked, 0.001)
        (data,) = analysed("utilisation-by-tier-and-zone", results(t, tier_labels={}))
        return data.finding.note

    for share, top in ((0.0, 5), (0.03, 10), (0.1, 25), (0.2, 50)):
        assert note(share).endswith(f"its axis ends at {top} %")
    assert "axis" not in note(0.6)


def test_worlds_without_open_venues_or_wishes_say_so_or_are_left_out():
    t = Table()
    t.add("open_share", "tier", "a", 0.0, 0)
    t.add("utilisation_booked", "tier", "a", np.nan)
    closed = analysed("utilisation-by-tier-and-zone", results(t))[0]
    assert closed.finding.title == "No venue is open in this scenario"
    nothing = fake_results(scale=0)
    assert map_unmet.analyse(nothing) == []
    assert refused.analyse(nothing) == []
    assert analysed("service-by-group", nothing) == []
    assert analysed("funnel", nothing)[0].finding.title == "No wishes arise in this scenario"
