"""The clock: programme and requests in one order of time, stops where it is told, same history."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, model_of, plain

from sim.booking.requests import Outcome
from sim.model import History, Model, open_replication, simulate
from sim.programme.sessions import Status

from .watching import Seen, watched

ALWAYS = {"weekday": {"0-24": 1}, "weekend": {"0-24": 1}}
BOOKED = ("outcome", "venue", "start", "attempt", "cancelled", "no_show", "gives_up", "asked")


def constant(value: float) -> dict[str, Any]:
    return {"rule": "constant", "value": value}


def busy(days: int = 10, rooms: int = 3, **activities: Any) -> Parts:
    """Crowded rooms, and sessions that want them too; all on whole hours."""
    parts = plain(days, warm_up=4, opens=4).origin("home", 1000).centre("hall")
    parts.rooms("hall", rooms, capacity=30)
    parts.set(
        demand__wishes_per_1000={"person": {"room": 300}},
        demand__lead_days=constant(2),
        demand__cancellation={"share": 0.3},
        demand__no_show={"base": 0.2},
    )
    kind = {"venue_kinds": ["room"], "starts": ALWAYS, "appeal": {"person": 2}}
    sign_up = {"at_least": 3, "decided_hours_ahead": 24, "lead_days": constant(2)}
    spec = {"sessions": 150, "level": 1, "kinds": {"talk": kind}, "sign_up": sign_up}
    return parts.set(
        activities={**spec, "rooms": {"rule": "published", "days_ahead": 3}, **activities}
    )


def same_bookings(a: History, b: History) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in BOOKED)


def test_everything_comes_in_order_of_time_and_the_programme_first(tmp_path: Path) -> None:
    """Requests and publications at the same midnight, few and far between: sessions go first.

    Seen to fail where the dispatcher, once it has slept until a moment, looks at the clock once.
    """
    parts = busy(20, rooms=30)
    parts.set(
        kinds__room__start_minutes=1440,
        demand__wishes_per_1000={"person": {"room": 3}},
        activities__sessions=30,
        activities__sign_up={"at_least": 0},
    )
    model = model_of(parts, tmp_path)
    ties = 0
    for replication in range(20):
        _, log = watched(model, 1, replication)
        moments = [(seen.time, seen.who >= 0) for seen in log]
        assert moments == sorted(moments)
        midnights = {seen.time for seen in log if seen.who < 0}
        ties += sum(seen.time in midnights for seen in log if seen.who >= 0)
    assert ties > 50


def test_decisions_and_requests_at_one_moment(tmp_path: Path) -> None:
    """Decided on whole hours like all requests: rooms come back before anybody asks."""
    model = model_of(busy(), tmp_path)
    _, log = watched(model, 1)
    moments = [(seen.time, seen.who >= 0) for seen in log]
    assert moments == sorted(moments)
    back = {seen.time for seen in log if seen.what == "give back"}
    assert len(back) > 20
    assert sum(seen.time in back for seen in log if seen.who >= 0) > 20


def test_a_room_given_back_can_be_booked_from_then_on(tmp_path: Path) -> None:
    """Of requests for the hour of a session that is cancelled later: none before, one after."""
    parts = busy(20, rooms=1).set(demand__cancellation={"share": 0})
    parts.set(demand__lead_days={"rule": "uniform", "low": 0, "high": 2})
    parts.set(activities__sign_up__at_least=100)  # everything is cancelled a day ahead
    model = model_of(parts, tmp_path)
    opened, log = watched(model, 1)
    back: dict[int, float] = {}
    held = {seen.start: seen for seen in log if seen.what == "take"}
    for seen in log:
        if seen.what == "give back":
            back |= dict.fromkeys(range(seen.start, seen.start + seen.duration), seen.time)
    before = after = 0
    taken: set[int] = set()
    for seen in log:
        slot = seen.start
        if seen.who >= 0 and slot in back:
            early = seen.time < back[slot]
            expected = "refused" if early or slot in taken else "booked"
            assert seen.what == expected
            taken |= {slot} if seen.what == "booked" else set()
            before, after = before + early, after + (not early)
    assert held
    assert min(before, after) > 50
    assert opened.programme is not None
    assert (opened.programme.record().status != Status.HELD).all()


def stopped(model: Model, log: list[Seen], **until: Any) -> None:
    """A run that stops early has done what the whole run has done by then, and nothing else."""
    opened, part = watched(model, 1, **until)
    assert part == log[: len(part)]
    rest = log[len(part) :]
    if "request" in until:
        asked = float(opened.requests.asked_at[until["request"]])
        assert rest[0].who == until["request"]
        assert all(seen.time <= asked for seen in part)
        assert not any(seen.time <= asked for seen in rest if seen.who < 0)
    else:
        assert all(seen.time < until["before"] for seen in part)
        assert all(seen.time >= until["before"] for seen in rest)
    held: dict[tuple[int, int], int] = {}
    for seen in part:
        keys = [(seen.venue, seen.start + s) for s in range(seen.duration)]
        if seen.what in ("booked", "take"):
            held.update(dict.fromkeys(keys, seen.who))
        elif seen.what in ("given up", "give back"):
            for key in keys:
                del held[key]
    world = model.world
    for day in range(world.n_days):
        for venue in range(len(world.venues)):
            slots = range(day * world.slots, (day + 1) * world.slots)
            found = [(venue, slot) in held for slot in slots]
            assert opened.counter.desk.busy[venue, slots].tolist() == found


@pytest.mark.parametrize(("programme", "lead"), [(True, 0.1371), (False, 2)])
def test_a_run_stops_where_it_is_told(programme: bool, lead: float, tmp_path: Path) -> None:
    """Before times between, at and without events; before requests, tied with others and not.

    A lead of 0.1371 days makes times that are no whole minutes: SimPy rounds them.
    """
    parts = busy().set(activities__multiplier=float(programme), demand__lead_days=constant(lead))
    model = model_of(parts, tmp_path)
    opened, log = watched(model, 1)
    times = [log[i].time for i in range(0, len(log), len(log) // 12)]
    for before in (-1e9, 0.0, *times, times[5] + 1e-3, times[6] - 1e-3, 1e9):
        stopped(model, log, before=before)
    requests = [seen.who for seen in log if seen.what in ("booked", "refused")]
    for request in requests[:: len(requests) // 15]:
        stopped(model, log, request=request)
    tied = defaultdict(list)
    for seen in log:
        if seen.what in ("booked", "refused"):
            tied[seen.time].append(seen.who)
    for request in max(tied.values(), key=len):
        stopped(model, log, request=request)
    several = [requests for requests in tied.values() if len(requests) > 1]
    for requests in several[:60]:
        stopped(model, log, request=requests[-1])
    assert not np.isin(np.asarray(opened.counter.desk.outcome), Outcome.WAITING).any()


def test_a_request_that_was_refused_beforehand_stops_the_clock_too(tmp_path: Path) -> None:
    """Asked outside the window: the desk never sees it, but its moment is known."""
    parts = busy().set(demand__lead_days={"rule": "uniform", "low": 0, "high": 8})
    model = model_of(parts, tmp_path)
    opened, log = watched(model, 1)
    outcome = np.asarray(opened.counter.desk.outcome)
    for request in np.flatnonzero(outcome == Outcome.WINDOW)[::150].tolist():
        asked = float(opened.requests.asked_at[request])
        _, part = watched(model, 1, request=request)
        assert part == [s for s in log if s.time < asked or (s.time == asked and s.who < 0)]


@pytest.mark.parametrize("strict", [True, False])
def test_activities_elsewhere_and_drop_in_leave_bookings_alone(
    strict: bool, tmp_path: Path
) -> None:
    """Sessions that take no venue, drop-in, points: every booking as without them, to the bit."""
    parts = busy().set(people={"one_place_at_a_time": strict})
    gym = {"visits_per_1000": {"person": 3000}, "curve": ALWAYS}
    parts.set(dropin__kinds={"gym": gym}, dropin__venues={"room": "gym"})
    for row in parts.tables["venues"]:
        row["drop_in"] = "yes"
    parts.set(points={"per_use": 3, "per_participation": 5})
    without = parts.copy().set(
        activities__multiplier=0, dropin__multiplier=0, points={"per_use": 0}
    )
    bare = simulate(model_of(without, tmp_path / "a"), 1, 0)
    assert (bare.programme, bare.places, bare.points) == (None, None, None)
    parts.set(activities__rooms={"rule": "elsewhere", "days_ahead": 3})
    model = model_of(parts, tmp_path / "b")
    full, no_visits = simulate(model, 1, 0), simulate(model, 1, 0, dropin=False)
    assert same_bookings(bare, full)
    assert same_bookings(bare, no_visits)
    assert full.places is not None
    assert full.places.served.sum() > 1000
    assert no_visits.places is None
    assert full.attends is not None
    assert full.attends.sum() > 50
    assert full.points is not None
    assert no_visits.points is not None
    assert np.array_equal(full.points.balance, no_visits.points.balance)
    takes = parts.set(activities__rooms={"rule": "published", "days_ahead": 3})
    assert not same_bookings(bare, simulate(model_of(takes, tmp_path / "c"), 1, 0))


def test_a_multiplier_of_nothing_is_no_activities_at_all(tmp_path: Path) -> None:
    """Sessions and series switched off: the history of a scenario without the part."""
    series = {"kind": "talk", "centre": "hall", "weekday": "Mon", "start": "10:00"}
    parts = busy(series={"choir": series}).set(points={"per_use": 3})
    none = parts.copy()
    del none.scenario["activities"]
    off = simulate(model_of(parts.set(activities__multiplier=0), tmp_path / "a"), 1, 0)
    never = simulate(model_of(none, tmp_path / "b"), 1, 0)
    assert off.programme is never.programme is None
    assert same_bookings(off, never)
    assert off.points is not None
    assert never.points is not None
    assert np.array_equal(off.points.earned.time, never.points.earned.time)


def test_sessions_published_before_the_horizon(tmp_path: Path) -> None:
    """Published 60 days ahead, so before day 0: they have their rooms when people first ask."""
    parts = busy(rooms=1).set(activities__rooms={"rule": "published", "days_ahead": 60})
    parts.set(activities__sign_up={"at_least": 0}, activities__sessions=60)
    model = model_of(parts, tmp_path)
    opened, log = watched(model, 1)
    assert opened.programme is not None
    first = next(i for i, seen in enumerate(log) if seen.who >= 0)
    assert all(seen.who < 0 for seen in log[:first])
    assert all(seen.who >= 0 for seen in log[first:])
    assert sum(seen.what == "take" for seen in log) > 40
    assert log[0].time == opened.programme.first < 0
    record = opened.programme.record()
    got = {(seen.venue, seen.start) for seen in log if seen.what == "take"}
    at = np.flatnonzero(record.venue >= 0)
    rows = zip(record.venue[at].tolist(), record.sessions.start[at].tolist(), strict=True)
    assert got == set(rows)
    assert (np.asarray(opened.counter.desk.outcome) == Outcome.FULL).any()


def test_a_horizon_without_any_request(tmp_path: Path) -> None:
    """The programme runs to its end alone; so do requests without a programme; so does nothing."""
    alone = model_of(busy().set(demand__multiplier=0), tmp_path / "a")
    h = simulate(alone, 1, 0)
    assert len(h.asked) == 0
    assert h.programme is not None
    assert (h.programme.status == Status.HELD).any()
    nothing = busy().set(demand__multiplier=0, activities__multiplier=0)
    opened, log = watched(model_of(nothing, tmp_path / "b"), 1)
    assert opened.programme is None
    assert log == []
    assert open_replication(alone, 1, 0).programme is not None
