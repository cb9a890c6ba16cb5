"""What is added changes nothing that was there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from builders import FIRST, Parts

from points.made import DAY, EarningEvents, nothing, parts, plan_of, root, shop
from sim.points.plan import PointsPlan
from sim.points.settle import Trips, sample_trips, settle
from sim.points.volunteering import person_keys, sample_acts


def named(plan: PointsPlan, earned: EarningEvents) -> dict[str, set[tuple[object, ...]]]:
    """What happens, by names of origin and segment, person's number and time since `FIRST`."""
    record, people = settle(plan, root(), earned), plan.world.people
    start = plan.world.calendar.count_from * DAY

    def who(person: int) -> tuple[object, ...]:
        g = int(person) >> 32
        origin = plan.world.origins.names[people.origin[g]]
        return origin, plan.world.segments[people.segment[g]], int(person) & 0xFFFF_FFFF

    tables = {}
    for name in ("earned", "spent", "expired"):
        table = getattr(record, name)
        columns = [getattr(table, f) for f in table.__slots__ if f not in ("person", "time")]
        rows = zip(table.person, np.round(table.time - start, 6), *columns, strict=True)
        tables[name] = {(*who(p), t, *(int(x) for x in more)) for p, t, *more in rows}
    return tables


def two_segments(first: str = "person", second: str = "walker") -> Parts:
    made = parts(**shop(volunteering_per_1000={"person": 30, "walker": 30}))
    segments = {"person": {"curve": "flat", "bicycle_share": 0}}
    segments["walker"] = dict(segments["person"])
    made.scenario["segments"] = {name: segments[name] for name in (first, second)}
    made.tables["origins"].clear()
    made.tables["people"].clear()
    return made


def test_a_segment_an_origin_and_a_kind_change_nobody_else(tmp_path: Path) -> None:
    """With others before them in every table, people do what they did."""
    alone = named(plan_of(parts(**shop()), tmp_path / "a"), nothing())
    more = two_segments("walker", "person").origin("afar", {"walker": 500, "person": 300})
    more.origin("home", {"walker": 700, "person": 1000})
    more.scenario["kinds"] = {
        "hall": {"duration_minutes": {"rule": "constant", "value": 60}},
        **more.scenario["kinds"],
    }
    together = named(plan_of(more, tmp_path / "b"), nothing())
    for name, rows in alone.items():
        assert len(rows) > 50
        mine = {row for row in together[name] if row[:2] == ("home", "person")}
        assert mine == rows
        assert len(together[name]) > len(rows)


def test_a_longer_horizon_changes_nothing_before(tmp_path: Path) -> None:
    """40 days, and 75 of the same first one: the same until day 40 ends, by every table."""
    short, long = (plan_of(parts(days, **shop()), tmp_path / str(days)) for days in (40, 75))
    a, b = named(short, nothing()), named(long, nothing())
    until = short.end - short.world.calendar.count_from * DAY
    for name, rows in a.items():
        assert rows == {row for row in b[name] if row[3] < until}  # type: ignore[operator]
        assert len(rows) < len(b[name])


def test_a_longer_warm_up_moves_no_act_and_no_trip(tmp_path: Path) -> None:
    short, long = parts(40, **shop()), parts(40, **shop())
    long.scenario["experiment"]["warm_up_days"] = 50
    a, b = plan_of(short, tmp_path / "a"), plan_of(long, tmp_path / "b")
    assert b.world.calendar.date(50) == FIRST
    x, y = sample_acts(a, root()), sample_acts(b, root())
    later = y.time >= 48 * DAY
    assert 0 < later.sum() < len(later)
    assert np.array_equal(x.person, y.person[later])
    np.testing.assert_allclose(x.time, y.time[later] - 48 * DAY, rtol=0, atol=1e-6)
    s, t = trips_of(a), trips_of(b)
    later = t.time >= 48 * DAY
    assert 0 < later.sum() < len(later)
    assert np.array_equal(np.sort(s.key), np.sort(t.key[later]))


def trips_of(plan: PointsPlan, people: int = 300) -> Trips:
    keys = person_keys(plan.world.people, root(), np.arange(people))
    return sample_trips(plan, keys, np.zeros(people))


def test_trips_are_nested_in_the_level(tmp_path: Path) -> None:
    """Levels 0.3, 1, 2.5, 7 by `at_errands`, 7 also by the scenario's own level."""
    plan = plan_of(parts(**shop()), tmp_path / "a")
    fewer = trips_of(plan.at_errands(0.3))
    for level in (1, 2.5, 7):
        more = trips_of(plan.at_errands(level))
        rows = set(zip(more.person, more.time, more.key, strict=True))
        assert set(zip(fewer.person, fewer.time, fewer.key, strict=True)) < rows
        fewer = more
    own = trips_of(plan_of(parts(**shop(level=7)), tmp_path / "b"))
    assert np.array_equal(own.key, more.key)
    assert plan.at_errands(7).errands == 7
    assert plan.errands == 1


def test_trips_from_a_later_day_are_those_of_that_day_on(tmp_path: Path) -> None:
    plan = plan_of(parts(**shop()), tmp_path)
    keys = person_keys(plan.world.people, root(), np.arange(300))
    since = np.arange(300) * (plan.end / 300)
    everything, later = sample_trips(plan, keys, np.zeros(300)), sample_trips(plan, keys, since)
    keep = everything.time >= since[everything.person]
    assert 0 < keep.sum() < len(keep)
    assert set(later.key) == set(everything.key[keep])


def test_a_larger_share_of_members_only_adds_members(tmp_path: Path) -> None:
    small, large = (
        settle(plan_of(parts(**shop(members=m)), tmp_path / str(m)), root(), nothing())
        for m in (0.3, 0.6)
    )
    assert set(small.person) < set(large.person)
    kept = np.isin(large.spent.person, small.person)
    assert np.array_equal(large.spent.good[kept], small.spent.good)
