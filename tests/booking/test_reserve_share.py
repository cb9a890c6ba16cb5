"""How much of the rooms' time `policy.reserve` keeps, and in which hours."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, plain
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.booking.reserve import build_reserve, kept_time, spread
from sim.world.world import World, build_world


def world_of(parts: Parts, *entries: dict[str, Any]) -> World:
    parts.set(policy__reserve=[{"for": ["person"], **entry} for entry in entries])
    with tempfile.TemporaryDirectory() as folder:
        return build_world(parts.load(Path(folder)))


def kept(world: World) -> np.ndarray:
    """(V, 7, S) number of the entry that keeps a slot."""
    return kept_time(world, list(world.scenario.policy.reserve))


def hall(rooms: int, grid: int = 60, **more: Any) -> Parts:
    return plain(7, grid=grid).origin("home").centre("hall").rooms("hall", rooms, **more)


def test_a_fraction_of_one_room_is_days_and_then_hours() -> None:
    """0.2 of 28 hours is 5.6: one evening of four hours and two hours of another day."""
    week = kept(world_of(hall(1), {"share": 0.2, "hours": "18-22"}))[0] == 0
    assert sorted(week.sum(axis=1).tolist()) == [0] * 5 + [2, 4]
    part = int(np.flatnonzero(week.sum(axis=1) == 2)[0])
    assert np.flatnonzero(week[part]).tolist() == [18, 19]


def test_whole_rooms_come_first() -> None:
    """Half of five rooms: two in all hours and 14 hours of a third: three evenings, two hours."""
    week = kept(world_of(hall(5), {"share": 0.5, "hours": "18-22"})) == 0
    assert not week[:, :, :18].any()
    assert not week[:, :, 22:].any()
    assert sorted(week.sum(axis=(1, 2)).tolist()) == [0, 0, 14, 28, 28]
    third = week[week.sum(axis=(1, 2)) == 14][0]
    assert sorted(third.sum(axis=1).tolist()) == [0, 0, 0, 2, 4, 4, 4]
    days = np.flatnonzero(third.sum(axis=1) == 4)
    assert min(np.diff([*days, days[0] + 7])) >= 2  # spread over the week


@pytest.mark.parametrize("grid", [15, 30, 60])
def test_only_open_time_counts(grid: int) -> None:
    """Open on weekdays 9:00 to 21:00, all days and hours named: a tenth of 60 hours is 6."""
    parts = hall(1, grid, hours="office")
    row = {"hours": "office", "days": "Mon-Fri", "open": "9:00", "close": "21:00"}
    parts.tables["hours"].append(row)
    week = kept(world_of(parts, {"share": 0.1}))[0] == 0
    assert week.sum() == 6 * 60 // grid
    assert np.flatnonzero(week.any(axis=1)).tolist()[0] < 5
    assert np.flatnonzero(week.any(axis=0)).tolist() == list(range(9 * 60 // grid, 15 * 60 // grid))


def test_days_differ_between_centres() -> None:
    """A tenth of one room each: not all of 30 centres keep it on one day."""
    parts = plain(7).origin("home")
    for c in range(30):
        parts.centre(f"hall {c}").rooms(f"hall {c}", 1)
    week = kept(world_of(parts, {"share": 1 / 7})) == 0
    assert (week.sum(axis=(1, 2)) == 24).all()
    days = np.argmax(week.any(axis=2), axis=1)
    assert len(np.unique(days)) == 7


def test_another_centre_changes_nothing_here() -> None:
    """What a centre keeps depends on its own rooms alone."""
    parts = hall(3).centre("other").rooms("other", 2)
    alone = kept(world_of(hall(3), {"share": 0.3}))
    assert np.array_equal(kept(world_of(parts, {"share": 0.3}))[:3], alone)


def test_entries_keep_different_time() -> None:
    """Three entries of a half, a quarter and a half: the last has the quarter that is left."""
    entries = [{"share": share} for share in (0.5, 0.25, 0.5)]
    found = kept(world_of(hall(4), *entries))
    assert [int((found == k).sum()) for k in (-1, 0, 1, 2)] == [0, 2 * 168, 168, 168]
    # whole rooms each, as long as there are any that nobody else keeps in part
    found = kept(world_of(hall(4), {"share": 0.3}, {"share": 0.5}))
    assert sum(bool((room == 1).all()) for room in found) == 2


def test_pools_that_share_rooms_keep_their_time_once() -> None:
    """Two rooms for everybody, two for the community: a half of all four is two."""
    parts = hall(2).rooms("hall", 2, prefix="own", access="community")
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    parts.origin("far", community="D")
    world = world_of(parts, {"share": 0.5})
    assert len(world.pools.rooms) == 2
    assert (kept(world) == 0).sum() == 2 * 168


def test_no_reserve_no_plan() -> None:
    """Nothing is laid out where nothing is kept."""
    plan = build_reserve(world_of(hall(1)))
    assert len(plan.release) == plan.keeper.shape[1] == plan.not_for_sessions == 0


@given(st.integers(0, 200))
def test_every_beginning_of_a_spread_order_is_spread(n: int) -> None:
    """It holds every number once, and no stretch of the range is left long empty."""
    order = spread(n)
    assert sorted(order) == list(range(n))
    for k in range(1, n):
        marks = [-1, *sorted(order[:k]), n]
        assert max(np.diff(marks)) <= 2 * n / (k + 1) + 2


@st.composite
def offices(draw: st.DrawFn) -> tuple[Parts, list[dict[str, Any]]]:
    """Rooms with opening hours of several kinds, and entries."""
    grid = draw(st.sampled_from([15, 30, 60]))
    parts = plain(draw(st.integers(1, 9)), grid=grid).origin("home").centre("hall").centre("den")
    for name, days, opens, closes in (
        ("split", "Tue-Sun", "9:00", "12:00"),
        ("split", "Tue-Sun", "14:00", "20:00" if grid == 60 else "20:30"),
        ("night", "Mon-Sun holiday", "18:00", "26:00"),
    ):
        row = {"hours": name, "days": days, "open": opens, "close": closes}
        parts.tables["hours"].append(row)
    for number in range(draw(st.integers(1, 8))):
        hours = draw(st.sampled_from(["always", "split", "night"]))
        capacity = draw(st.sampled_from([4, 10]))
        where = draw(st.sampled_from(["hall", "den"]))
        parts.rooms(where, 1, prefix=f"room {number}", hours=hours, capacity=capacity)
    entries = []
    for share in draw(st.lists(st.floats(0, 0.5), min_size=1, max_size=2)):
        entry: dict[str, Any] = {"share": share}
        if draw(st.booleans()):
            entry["hours"] = draw(st.sampled_from(["18-22", "8-9", "0-24", "11-15"]))
        if draw(st.booleans()):
            entry["days"] = draw(st.sampled_from([["Sat", "Sun"], ["Mon"], ["Tue", "Fri"]]))
        entries.append(entry)
    return parts, entries


@settings(max_examples=40)
@given(offices())
def test_the_share_kept_is_the_share_asked_for(case: tuple[Parts, list[dict[str, Any]]]) -> None:
    """To half an hour a week in every centre, in the hours named, while it is open, never twice.

    Less only where those before have left nothing.
    """
    parts, entries = case
    world = world_of(parts, *entries)
    found = kept(world)
    hour = 60 // world.grid
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    for number, entry in enumerate(entries):
        low, high = map(int, entry.get("hours", "0-24").split("-"))
        inside = np.zeros((7, world.slots), dtype=bool)
        for day in entry.get("days", days):
            inside[days.index(day), low * hour : high * hour] = True
        is_open = world.opening.is_open[world.venues.profile]
        is_open = is_open.reshape(len(is_open), world.n_days, world.slots)
        for centre in (0, 1):
            time, unkept = 0, 0
            for v in np.flatnonzero(world.venues.centre == centre):
                own = found[v] == number
                assert not (own & ~inside).any()
                for weekday in range(7):
                    ever = is_open[v, world.calendar.weekday == weekday].any(axis=0)
                    time += int((ever & inside[weekday]).sum())
                    assert not (own[weekday] & ~ever).any()
                    left = ever & inside[weekday] & (found[v, weekday] == -1)
                    unkept += int(left.sum())
            got = int((found[world.venues.centre == centre] == number).sum())
            wanted = entry["share"] * time
            assert got <= wanted + hour / 2 + 1e-6
            assert got >= wanted - hour / 2 - 1e-6 or not unkept
