"""Which rooms sessions get, when they take them and when they give them back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
from builders import FIRST, Parts

from programme.cases import Ledger, constant, kind, plan_of, run, town, zone
from sim.programme.sessions import Status

WEEK = FIRST + dt.timedelta(days=6)
"""Series by name end here: one session each."""


def crowded(days: int = 28) -> Parts:
    """More sessions than rooms, of two kinds, some of which are cancelled."""
    parts = town(days, rooms=2, sessions=days * 12).rooms("hall", 1, "den", kind="den", capacity=9)
    parts.set(
        kinds__den={"duration_minutes": constant(30)},
        activities__kinds={
            "talk": kind(capacity=constant(20), duration_minutes=constant(150)),
            "craft": kind("den", "room", capacity={"rule": "uniform", "low": 5, "high": 25}),
        },
        activities__sign_up={"at_least": 8, "decided_hours_ahead": 10, "lead_days": constant(1)},
    )
    return parts


def test_no_room_is_held_by_two(tmp_path: Path) -> None:
    """The diary lets nobody in twice; in the end it holds the sessions that are held, no more."""
    plan = plan_of(crowded(), tmp_path)
    seen = np.zeros(3, dtype=int)
    for replication in range(5):
        ledger = Ledger(plan.world)
        record = run(plan, replication, ledger)
        s, held = record.sessions, record.status == Status.HELD
        expected = [
            (int(record.venue[i]), slot)
            for i in np.flatnonzero(held)
            for slot in range(s.start[i], s.start[i] + s.duration[i])
        ]
        assert len(expected) == len(set(expected))
        assert set(expected) == set(ledger.held)
        assert np.all((record.venue >= 0) == (record.status != Status.NO_ROOM))
        has = record.venue >= 0
        assert np.all(plan.world.venues.capacity[record.venue[has]] >= s.capacity[has])
        assert np.all(plan.world.venues.centre[record.venue[has]] == s.centre[has])
        assert np.all(s.start[has] // 48 == s.planned[has] // 48)
        assert np.all(np.abs(s.start - s.planned) <= 4)
        assert np.any(s.start != s.planned)
        seen += np.bincount(record.status, minlength=3)
    assert np.all(seen > 20)


def test_rooms_are_taken_at_publication_and_given_back_when_decided(tmp_path: Path) -> None:
    plan = plan_of(
        crowded().set(activities__rooms={"rule": "published", "days_ahead": 5}), tmp_path
    )
    ledger = Ledger(plan.world)
    record = run(plan, 0, ledger)
    s, venue = record.sessions, record.venue.tolist()
    takes = sorted((t, v, at) for t, what, v, at in ledger.log if what == "take")
    backs = sorted((t, v, at) for t, what, v, at in ledger.log if what == "give back")
    rows = list(zip(venue, s.start.tolist(), strict=True))
    has = np.flatnonzero(record.venue >= 0)
    gone = np.flatnonzero(record.status == Status.CANCELLED)
    assert len(gone) > 20
    assert takes == sorted((float(s.start[i] // 48 - 5) * 1440, *rows[i]) for i in has)
    decided = s.start * 30.0 - 600
    assert backs == sorted((float(decided[i]), *rows[i]) for i in gone)
    assert [t for t, *_ in ledger.log] == sorted(t for t, *_ in ledger.log)
    assert ledger.log[0][0] < 0


def at_ten(number: int, **more: Any) -> dict[str, Any]:
    one = {
        "kind": "talk",
        "centre": "hall",
        "weekday": "Wed",
        "start": "10:00",
        "until": WEEK,
        **more,
    }
    return {f"club {i}": one for i in range(number)}


def test_the_nearest_start_first_later_before_earlier(tmp_path: Path) -> None:
    """Six of an hour in one room, from 8:00 to 12:00 at half-hour steps: worked out by hand."""
    parts = town(7, rooms=1, series=at_ten(6, duration_minutes=60))
    record = run(plan_of(parts, tmp_path))
    hours = record.sessions.start % 48 / 2
    # 10:00; then 11:00 (+1 before -1); 9:00; 12:00; 8:00; none
    assert hours[record.venue >= 0].tolist() == [10, 11, 9, 12, 8]
    assert record.status.tolist() == [Status.HELD] * 5 + [Status.NO_ROOM]


def test_every_room_at_the_planned_start_before_another_start(tmp_path: Path) -> None:
    """Three rooms at 10:00, the others half an hour later in those that offer such starts."""
    parts = town(7, rooms=1, series=at_ten(5, duration_minutes=30))
    parts.rooms("hall", 2, "hourly", slot_minutes=60, capacity=30)
    record = run(plan_of(parts, tmp_path))
    assert (record.sessions.start % 48).tolist() == [20, 20, 20, 21, 19]
    names = [plan_of(parts, tmp_path / "names").world.venues.names[v] for v in record.venue]
    assert set(names[3:]) == {"hall 000"}


def test_shifts_stay_within_the_day(tmp_path: Path) -> None:
    late = at_ten(3, duration_minutes=60, start="23:00")
    record = run(plan_of(town(7, rooms=1, series=late), tmp_path))
    # 23:00, 22:00, 21:00: midnight and 1:00 would be the next day's
    assert (record.sessions.start - record.sessions.planned).tolist() == [0, -2, -4]


def test_closed_rooms_are_refused(tmp_path: Path) -> None:
    parts = town(7, rooms=1, series=at_ten(1, duration_minutes=60))
    plan = plan_of(parts, tmp_path)
    ledger = Ledger(plan.world, closed=lambda venue, slot: slot % 48 < 23)
    assert (run(plan, 0, ledger).sessions.start % 48).tolist() == [23]
    ledger = Ledger(plan.world, closed=lambda venue, slot: slot % 48 < 30)
    assert run(plan, 0, ledger).status.tolist() == [Status.NO_ROOM]


def test_kinds_of_rooms_in_order_and_rooms_that_hold_the_people(tmp_path: Path) -> None:
    """The den first; who does not fit there goes to a room, and nobody anywhere else."""
    parts = zone(town(14, rooms=9, sessions=60), "Y").rooms("hall", 9, "den", kind="den")
    parts.rooms("hall", 3, "court", kind="court", capacity=99)
    parts.set(kinds__den={"duration_minutes": constant(30)}, kinds__court={})
    crafts = kind("den", "room", capacity={"rule": "uniform", "low": 4, "high": 25})
    plan = plan_of(parts.set(activities__kinds={"craft": crafts}), tmp_path)
    record = run(plan)
    s, venues = record.sessions, plan.world.venues
    in_z = s.zone == plan.world.zones.index("Z")
    small = s.capacity <= 10
    assert np.any(in_z & small)
    assert np.any(in_z & ~small)
    den = venues.kind[record.venue] == plan.world.kinds.index("den")
    assert np.all(den == (small & in_z))
    assert np.all(plan.world.centres.zone[venues.centre[record.venue]] == s.zone)


def test_a_series_keeps_its_room(tmp_path: Path) -> None:
    """With room for all, the sessions of a term share one; different terms like different ones."""
    parts = town(140, rooms=40, sessions=200, recurring=1, term_weeks=6)
    record = run(plan_of(parts, tmp_path))
    rooms = {w: set(record.venue[record.sessions.wish == w]) for w in record.sessions.wish}
    assert all(len(r) == 1 for r in rooms.values())
    assert len(set.union(*rooms.values())) > 20


def test_elsewhere_touches_no_diary(tmp_path: Path) -> None:
    """Same sessions, at the centre of the best room; those without a room in the zone too."""
    parts = zone(town(28, sessions=100), "Y", rooms=0)
    parts.set(activities__rooms={"rule": "elsewhere"})
    plan = plan_of(parts, tmp_path)
    ledger = Ledger(plan.world)
    record = run(plan, 0, ledger)
    assert not ledger.log
    assert np.all(record.venue == -1)
    assert np.all(record.status == Status.HELD)
    assert np.all(plan.world.centres.zone[record.sessions.centre] == record.sessions.zone)
    assert set(record.sessions.zone) == {0, 1}
    own = plan_of(parts.set(activities__rooms={"rule": "published"}), tmp_path / "rooms")
    taken = run(own)
    assert np.all(taken.sessions.key == record.sessions.key)
    assert np.all((taken.status == Status.NO_ROOM) >= (taken.sessions.zone == 0))
