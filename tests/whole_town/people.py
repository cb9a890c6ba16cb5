"""What must hold of visitors and of points in every replication, by slow plain loops."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
from model.rows import open_slots

from sim.measure.meter import build_meter, measure
from sim.places.record import Visits
from sim.places.seats import VisitFate
from sim.points.record import Source

from .played import Played

__all__ = ["check_hours", "check_one_place", "check_points", "check_visits"]

PARTS = {
    "closed": VisitFate.CLOSED, "taken": VisitFate.TAKEN, "full": VisitFate.FULL,
    "gave_up": VisitFate.GAVE_UP, "closing": VisitFate.CLOSING, "served": VisitFate.SERVED,
    "elsewhere": VisitFate.ELSEWHERE,
}  # fmt: skip


def check_visits(played: Played) -> None:
    """Every caller has one fate, nobody is inside out of hours, and seats never run over."""
    kept, history, world = played.kept, played.history.places, played.model.world
    assert history is not None
    for name in (*PARTS, "callers", "waited_minutes", "person_minutes", "segment_callers"):
        assert np.array_equal(getattr(kept, name), getattr(history, name))
    total = sum(getattr(kept, name) for name in PARTS)
    assert np.array_equal(total, kept.callers)
    for place, visits in enumerate(played.visits):
        free = _usable(played, place)
        _check_place(visits, free, world.grid, int(world.places.seats[place]))
        _check_hours(played, place, visits)
        if not played.strict:
            assert not (visits.fate == VisitFate.ELSEWHERE).any()


def check_hours(played: Played) -> None:
    """Hours of the anchor centres by use: none below nothing, and they sum to the open hours."""
    model, world = played.model, played.model.world
    meter = build_meter(model)
    top, _ = measure(meter, played.history)
    at = 0
    for row in meter.rows:
        part = slice(at, at + len(row.levels))
        at = part.stop
        if row.metric != "hours_by_use":
            continue
        hours = dict(zip(row.levels, top[part].tolist(), strict=True))
        assert min(hours.values()) > -1e-9
        by_centre: dict[str, float] = defaultdict(float)
        for level, value in hours.items():
            by_centre[level.split("*")[0]] += value
        calendar, slots = world.calendar, world.slots
        days = slice(calendar.count_from * slots, calendar.count_until * slots)
        for centre, total in by_centre.items():
            rooms = [r["centre"] == centre for r in played.parts.tables["venues"]]
            opened = played.is_open[rooms, days].sum() * world.grid / 60
            assert np.isclose(total, opened)


def _usable(played: Played, place: int) -> np.ndarray:
    """(T,) slots in which a place can be used: a venue's while nobody holds it."""
    world = played.model.world
    venue = int(world.places.venue[place])
    if venue < 0:
        row = played.parts.tables["places"][place]
        return np.array(open_slots(played.parts, row, world.calendar.first, world.n_days)) == 1
    free = played.is_open[venue] & ~played.history.off_platform[venue].ravel()
    assert played.parts.tables["venues"][venue]["drop_in"] == "yes"
    for seen in played.log:
        if seen.venue == venue and seen.what != "none":
            stays = seen.what in ("booked", "take")
            free[seen.start : seen.start + seen.duration] = not stays
    return free


def _check_place(visits: Visits, free: np.ndarray, grid: int, seats: int) -> None:
    moves = []
    rows = zip(
        visits.arrival.tolist(), visits.start.tolist(), visits.end.tolist(), visits.fate.tolist(),
        visits.stay.tolist(), visits.patience.tolist(), strict=True,
    )  # fmt: skip
    for arrival, start, end, fate, stay, patience in rows:
        slot = int(arrival // grid)
        assert bool(free[slot]) == (fate not in (VisitFate.CLOSED, VisitFate.TAKEN))
        if fate in (VisitFate.CLOSED, VisitFate.TAKEN, VisitFate.ELSEWHERE):
            assert start == end == arrival
            continue
        closes = slot
        while closes < len(free) and free[closes]:
            closes += 1
        assert arrival <= start <= end <= closes * grid
        assert start <= arrival + patience
        if fate == VisitFate.SERVED:
            assert end <= closes * grid
            moves += [(start, 1), (end, -1)]
            assert end == closes * grid or end - start > 0 or stay == 0
        else:
            assert start == end
            at = {
                VisitFate.FULL: arrival,
                VisitFate.GAVE_UP: arrival + patience,
                VisitFate.CLOSING: closes * grid,
            }
            assert start == at[VisitFate(fate)]
    inside = 0
    for _, change in sorted(moves):  # who leaves at a moment makes room for who comes then
        inside += change
        assert inside <= seats
    assert inside == 0


def _check_hours(played: Played, place: int, visits: Visits) -> None:
    """Callers by fate and hour of the week, and minutes inside, recounted one by one."""
    calendar = played.model.world.calendar
    first, until = calendar.count_from * 1440, calendar.count_until * 1440
    by_fate: Counter[tuple[int, int]] = Counter()
    minutes = waited = 0.0
    by_segment = np.zeros(len(played.model.world.segments))
    for arrival, start, end, fate, segment in zip(
        visits.arrival, visits.start, visits.end, visits.fate.tolist(), visits.segment, strict=True
    ):
        if fate == VisitFate.SERVED:
            minutes += max(0.0, min(end, until) - max(start, first))
            by_segment[segment] += max(0.0, min(end, until) - max(start, first))
        if first <= arrival < until:
            hour = (int(arrival // 60) + int(calendar.weekday[0]) * 24) % 168
            by_fate[fate, hour] += 1
            waited += start - arrival
    for name, fate in PARTS.items():
        table = getattr(played.kept, name)[place]
        assert table.tolist() == [by_fate[int(fate), hour] for hour in range(168)]
    assert np.isclose(played.kept.person_minutes[place].sum(), minutes)
    assert np.allclose(played.kept.segment_person_minutes[place], by_segment)
    assert np.isclose(played.kept.waited_minutes[place].sum(), waited)


def check_one_place(played: Played) -> None:
    """Nobody's bookings, sessions and visits overlap, but for visits with each other."""
    if not played.strict:
        return
    of: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for person, start, end in played.uses + played.attendances:
        of[person].append((start, end))
    for stays in of.values():
        stays.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(stays))
    for visits in played.visits:
        patient = np.isinf(visits.patience)
        # whose patience has no limit may be kept waiting beyond what they planned with
        planned = visits.arrival + visits.stay
        until = np.where(patient, np.minimum(visits.end, planned), visits.end)
        for person, since, to, fate in zip(
            visits.person.tolist(), visits.arrival.tolist(), until.tolist(), visits.fate.tolist(),
            strict=True,
        ):  # fmt: skip
            if fate not in (VisitFate.CLOSED, VisitFate.TAKEN, VisitFate.ELSEWHERE):
                assert not any(a < to and since < b for a, b in of.get(person, ()))


def check_points(played: Played) -> None:
    """Earned = spent + expired + balance of everybody; all that is earned by doing was done."""
    record = played.history.points
    spec = played.parts.scenario["points"]
    if record is None:
        assert not any(spec[f"per_{what}"] for what in ("participation", "use", "volunteering"))
        return
    balance: dict[int, int] = defaultdict(int)
    earned, spent, lost = record.earned, record.spent, record.expired
    for rows, points in ((earned, earned.points), (spent, -spent.price), (lost, -lost.points)):
        for person, number in zip(rows.person.tolist(), points.tolist(), strict=True):
            balance[person] += number
    assert dict(balance) == dict(zip(record.person.tolist(), record.balance.tolist(), strict=True))
    assert min(balance.values(), default=0) >= 0
    _check_earned(played, spec["members"])


def _check_earned(played: Played, members: float) -> None:
    record, world = played.history.points, played.model.world
    assert record is not None
    spec, end = played.parts.scenario["points"], world.n_days * 1440
    done: dict[int, Counter[tuple[float, int]]] = defaultdict(Counter)
    for stays, source, points in (
        (played.attendances, Source.PARTICIPATION, spec["per_participation"]),
        (played.uses, Source.USE, spec["per_use"]),
    ):
        for person, _, until in stays:
            if points and until < end:
                done[person][until, int(source)] += 1
    earned: dict[int, Counter[tuple[float, int]]] = defaultdict(Counter)
    for person, time, source, points in zip(
        record.earned.person.tolist(), record.earned.time.tolist(),
        record.earned.source.tolist(), record.earned.points.tolist(), strict=True,
    ):  # fmt: skip
        name = ("participation", "use", "volunteering")[source]
        assert points == spec[f"per_{name}"]
        if source != Source.VOLUNTEERING:
            earned[person][time, source] += 1
    assert all(earned[person] == done[person] for person in earned)
    if members == 1:
        assert {p for p in done if done[p]} == set(earned)
    elif len(done) > 40:  # a member with all that they did, or none of it
        share, sd = len(earned) / len(done), (members * (1 - members) / len(done)) ** 0.5
        assert abs(share - members) < 5 * sd
