"""What must hold of rooms, wishes and sign-ups in every replication, by slow plain loops."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.programme.sessions import SignUpFate, Status

from .played import Played

__all__ = ["check_rooms", "check_sign_ups", "check_wishes"]


def check_rooms(played: Played) -> None:
    """Every slot has one holder at every step; what is closed or used off-platform has none.

    At the end the diaries are what the history says: bookings kept, sessions held.
    """
    is_open, off = played.is_open, played.history.off_platform.reshape(played.is_open.shape)
    assert not (off & ~is_open).any()
    free = is_open & ~off
    held: dict[tuple[int, int], int] = {}
    latest = (-np.inf, 0)
    for seen in played.log:
        moment = seen.time, int(seen.who >= 0)
        assert moment >= latest  # in order of time, the programme first
        latest = moment
        slots = range(seen.start, seen.start + seen.duration)
        keys = [(seen.venue, slot) for slot in slots]
        if seen.what in ("booked", "take"):
            assert all(free[key] and key not in held for key in keys)
            held.update(dict.fromkeys(keys, seen.who))
        elif seen.what in ("given up", "give back"):
            assert all(held.pop(key) == seen.who for key in keys)
        elif seen.what == "none":
            inside = slots.start >= 0 and slots.stop <= free.shape[1]
            assert not inside or any(not free[key] or key in held for key in keys)
    assert held == _at_the_end(played)
    for (venue, slot), busy in np.ndenumerate(played.opened.counter.desk.busy):
        assert busy == (not free[venue, slot] or (venue, slot) in held)


def _at_the_end(played: Played) -> dict[tuple[int, int], int]:
    """(venue, slot) -> holder, by what the history says of bookings and sessions."""
    h, found = played.history, {}
    for i in np.flatnonzero((h.outcome == Outcome.BOOKED) & ~h.cancelled).tolist():
        for s in range(int(h.wishes.duration[h.asked[i]])):
            found[int(h.venue[i]), int(h.start[i]) + s] = i
    record = h.programme
    if record is not None:
        for i in np.flatnonzero(record.status == Status.HELD).tolist():
            if record.venue[i] >= 0:
                for s in range(int(record.sessions.duration[i])):
                    key = int(record.venue[i]), int(record.sessions.start[i]) + s
                    assert key not in found
                    found[key] = -1
    return found


def check_wishes(played: Played) -> None:
    """Wishes = not asked + requests; requests = booked + refused; booked = its three ends."""
    h = played.history
    reasons = [NotAsked(r) for r in h.wishes.reason.tolist()]
    assert sorted(h.asked.tolist()) == [i for i, r in enumerate(reasons) if r == NotAsked.ASKED]
    ends: dict[str, int] = defaultdict(int)
    for i, code in enumerate(h.outcome.tolist()):
        if code != Outcome.BOOKED:
            assert code in (Outcome.FULL, Outcome.WINDOW)
            assert h.venue[i] == -1
            assert not h.cancelled[i]
            assert not h.no_show[i]
            ends["refused"] += 1
        else:
            assert h.venue[i] >= 0
            assert not (h.cancelled[i] and h.no_show[i])
            ends["given up" if h.cancelled[i] else "no-show" if h.no_show[i] else "used"] += 1
    assert sum(ends.values()) == len(h.asked)
    assert ends["used"] == len(played.uses)
    at_desk = [seen.what for seen in played.log if seen.who >= 0]
    screened = int((h.outcome == Outcome.WINDOW).sum())
    assert at_desk.count("refused") == ends["refused"] - screened
    assert at_desk.count("booked") == len(h.asked) - ends["refused"]
    assert at_desk.count("given up") == ends["given up"]


def check_sign_ups(played: Played) -> None:
    """Sessions end in one way, sign-ups in one; places never run over, in any order of time."""
    record, attends = played.history.programme, played.history.attends
    assert record is not None
    assert attends is not None
    s = record.sessions
    own: dict[int, list[int]] = defaultdict(list)
    for i, session in enumerate(record.session.tolist()):
        own[session].append(i)
    for session, status in enumerate(record.status.tolist()):
        rows = own[session]
        fates = [SignUpFate(f) for f in record.fate[rows].tolist()]
        if status == Status.NO_ROOM:
            assert not rows
            assert record.venue[session] == -1
        elif status == Status.HELD:
            assert SignUpFate.CANCELLED not in fates
        else:
            assert SignUpFate.ADMITTED not in fates
            assert (record.time[rows] <= s.decided[session]).all()
        taken = 0
        for i, fate in zip(rows, fates, strict=True):  # in order of time
            size = 1 + int(record.company[i])
            if fate in (SignUpFate.ADMITTED, SignUpFate.CANCELLED):
                taken += size
                assert taken <= s.capacity[session]
            elif fate == SignUpFate.FULL:
                assert taken + size > s.capacity[session]
        venue = int(record.venue[session])
        if venue >= 0:
            assert s.capacity[session] <= played.model.world.venues.capacity[venue]
    came = record.came
    assert not (attends & ~came).any()
    if not played.strict:
        assert np.array_equal(attends, came)
    columns = record.session, record.group, record.number
    people = list(zip(*(c.tolist() for c in columns), strict=True))
    assert len(people) == len(set(people))  # nobody signs up for one session twice
