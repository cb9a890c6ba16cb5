"""The league table: values by hand from metrics, places, rows of the summary."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import Parts, plain

from sim.measure.collector import MetricRow
from sim.stats.intervals import amount_intervals, share_intervals
from sim.stats.ranks import rank_intervals
from sim.world.world import World, build_world
from sim.zones.league import (
    MEASURES,
    ZoneMeasure,
    league,
    league_frame,
    league_summary,
    zone_heads,
    zone_measures,
)

ZONES = ("North", "South")


def town() -> Parts:
    """73 days, so that a year is five windows; 100 people in the North, 50 in the South."""
    parts = plain(73).set(zones={"North": {"operator": "A"}, "South": {"operator": "B"}})
    parts.tables["communities"] = [
        {"community": "C", "zone": "North"},
        {"community": "D", "zone": "South"},
    ]
    parts.origin("Up", 60).origin("High", 40).origin("Down", 50, community="D")
    return parts.centre("Hall").rooms("Hall", 1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return build_world(town().load(tmp_path))


ROWS = (
    MetricRow("served_share", "all", ("all",)),
    MetricRow("served_share", "zone", ZONES),
    MetricRow("person_hours_venues", "zone", ZONES),
    MetricRow("person_hours_venues", "kind", ("room",)),
    MetricRow("operating_cost_venues", "zone", ZONES),
    MetricRow("mean_walk_minutes", "zone", ZONES),
    MetricRow("visits", "zone", ZONES),
)
FIRST = np.array(
    [[9, 6, 3, 200, 20, 999, 1000, 500, 60, 50, 30, 40], [12, 8, 4, 1, 1, 1, 1, 1, 10, 5, 1, 1]],
    dtype=float,
)
SECOND = np.array(
    [[9, 8, 1, 100, 0, 999, 1000, 500, 40, 0, 10, 70], [12, 8, 4, 1, 1, 1, 1, 1, 10, 0, 1, 1]],
    dtype=float,
)


def test_measures_by_hand(world: World) -> None:
    found = zone_measures(world, ROWS, [FIRST, SECOND])
    assert zone_heads(world).tolist() == [100, 50]
    assert set(found) == {
        "served_share",
        "mean_walk_minutes",
        "cost_per_person_hour",
        "person_hours_per_head",
        "visits_per_head",
    }
    nan = np.nan
    by_hand = {
        "served_share": [[0.75, 0.75], [1, 0.25]],
        "mean_walk_minutes": [[6, 10], [4, nan]],
        "cost_per_person_hour": [[5, 25], [10, nan]],
        "person_hours_per_head": [[10, 2], [5, 0]],  # a year is five windows
        "visits_per_head": [[1.5, 4], [0.5, 7]],
    }
    for name, expected in by_hand.items():
        assert found[name].values == pytest.approx(np.array(expected), nan_ok=True), name


def test_activities_count_where_there_are_any(world: World) -> None:
    """Hours of bookings and of activities are added; person-hours are those in venues."""
    rows = (
        *ROWS,
        MetricRow("utilisation_used", "zone", ZONES),
        MetricRow("utilisation_activities", "zone", ZONES),
        MetricRow("person_hours_activities", "zone", ZONES),
    )
    more = np.array([[10, 20, 5, 0, 300, 30], [100, 80, 100, 80, 1, 1]], dtype=float)
    found = zone_measures(world, rows, [np.hstack([FIRST, more])])
    assert found["hours_per_open_hour"].values.tolist() == [[0.15, 0.25]]
    assert found["person_hours_per_head"].values.tolist() == [[10, 2]]
    assert found["cost_per_person_hour"].values.tolist() == [[5, 25]]


def measure(name: str, values: np.ndarray, *, higher: bool = True) -> ZoneMeasure:
    return ZoneMeasure(name, "minutes", higher, False, values, np.ones_like(values))


def test_places_and_intervals() -> None:
    """The table says what the statistics say, lower walking being better."""
    rng = np.random.default_rng(1)
    values = np.array([8.0, 5.0, 6.0]) + 0.1 * rng.normal(size=(8, 3))
    rows = league(("X", "Y", "Z"), {"mean_walk_minutes": measure("m", values, higher=False)}, 0.95)
    assert [r.zone for r in rows] == ["X", "Y", "Z"]
    assert [(r.rank, r.rank_low, r.rank_high) for r in rows] == [(3, 3, 3), (1, 1, 1), (2, 2, 2)]
    plain_ = amount_intervals(values, np.ones(values.shape))
    assert [r.ci_low for r in rows] == pytest.approx(plain_.low)
    assert [r.share_of_periods_in_place for r in rows] == [1, 1, 1]
    ranks = rank_intervals(-values)
    assert [r.rank_high for r in rows] == ranks.high.tolist()


def test_shares_stay_in_bounds(world: World) -> None:
    found = zone_measures(world, ROWS, [FIRST, SECOND])
    rows = league(ZONES, found, 0.95)
    top, bottom = found["served_share"].top, found["served_share"].bottom
    expected = share_intervals(top, bottom)
    served = [r for r in rows if r.measure == "served_share"]
    assert [r.ci_high for r in served] == expected.high.tolist()
    assert all(0 <= r.ci_low <= r.ci_high <= 1 for r in served)


def test_order_and_columns(world: World) -> None:
    rows = league(ZONES, zone_measures(world, ROWS, [FIRST, SECOND]), 0.95)
    table = league_frame(rows)
    seen = list(dict.fromkeys(table["measure"]))
    assert seen == [m for m in MEASURES if m in seen]
    assert len(table) == 2 * len(seen)
    assert table["rank"].dtype == "Int64"
    walk = table[table["measure"] == "mean_walk_minutes"].set_index("zone")
    assert walk["n"].tolist() == [2, 1]
    assert walk.loc["North", "share_of_periods_in_place"] == 1


def test_summary_rows(world: World) -> None:
    rows = league(ZONES, zone_measures(world, ROWS, [FIRST, SECOND]), 0.95)
    summary = league_summary(rows)
    assert list(summary) == ["metric", "group", "level", "mean", "ci_low", "ci_high", "n", "unit"]
    ranks = summary[summary["metric"] == "rank"].set_index("level")
    assert set(ranks["group"]) == {"zone*measure"}
    assert set(ranks["unit"]) == {"index"}
    assert ranks.loc["South*visits_per_head", ["mean", "ci_low", "ci_high"]].tolist() == [1, 1, 2]
    assert ranks.loc["North*served_share", "mean"] == 1
    cost = summary[summary["metric"] == "cost_per_person_hour"].set_index("level")
    assert cost.loc["North", "mean"] == pytest.approx(20 / 3)  # of all yuan and all hours
    assert not (summary["metric"] == "served_share").any()  # counted in every replication already


def test_one_replication(world: World) -> None:
    rows = league(ZONES, zone_measures(world, ROWS, [FIRST]), 0.95)
    assert {(r.rank_low, r.rank_high) for r in rows} == {(1, 2)}
    assert np.isnan([r.ci_low for r in rows]).all()


def test_nothing_measured(world: World) -> None:
    rows = league(ZONES, zone_measures(world, ROWS[:1], [FIRST[:, :1]]), 0.95)
    assert rows == ()
    assert league_frame(rows).empty
    assert league_summary(rows).empty
