"""Metrics of sessions, of activities and clubs: held, cancelled, lost; who signed up and came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.booking.diaries import each_slot
from sim.measure.collector import Collector
from sim.measure.groups import Groups, operators
from sim.model import History, Model
from sim.programme.sessions import ProgrammeRecord, SignUpFate, Status

PERCENTILES = {"p05": 5, "p10": 10, "p25": 25, "p50": 50, "p75": 75, "p90": 90, "p95": 95}
HOURS = tuple(f"{hour:02d}" for hour in range(24))


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """Sessions that start in the counting window, with what is counted of each.

    `turned_away` are sign-ups for which places were not enough, `away_sign_ups` those who came and
    were turned away at the door, `away_people` the same with company.
    """

    sessions: I64
    held: F64
    cancelled: F64
    without_room: F64
    signed_up: F64
    admitted: F64
    came: F64
    people: F64
    turned_away: F64
    places: F64
    person_hours: F64
    away_sign_ups: F64
    away_people: F64


def add_sessions(out: Collector, model: Model, history: History) -> None:
    """Add every metric of activities; nothing where the scenario has none."""
    record = history.programme
    if record is None or history.attends is None:
        return
    counted = _count(model, record, history.attends)
    sessions, which = record.sessions, counted.sessions
    kinds = tuple(model.world.scenario.activities.kinds)
    hour = sessions.start[which] * model.world.grid // 60 % 24
    zone = sessions.zone[which]
    by_operator = operators(model.world, zone)
    kind = sessions.kind[which]
    by_hour = tuple(f"{name}*{h}" for name in kinds for h in HOURS)
    for name, levels, code in (
        ("all", ("all",), np.zeros_like(zone)),
        ("zone", model.world.zones, zone),
        ("operator", by_operator.levels, by_operator.code),
        ("activity_kind", kinds, kind),
        ("activity_kind*hour", by_hour, kind * 24 + hour),
    ):
        _add(out, name, levels, code, counted)
        if model.programme.overbooking is not None and not name.endswith("*hour"):
            _add_door(out, name, levels, code, counted)
    _add_spread(out, counted)
    _add_segments(out, model, record, history.attends)


def _count(model: Model, record: ProgrammeRecord, attends: Bools) -> SessionCounts:
    sessions, grid = record.sessions, model.world.grid
    n = len(sessions.start)
    people = 1.0 + record.company

    def per_session(weights: F64 | Bools) -> F64:
        return np.bincount(record.session, weights=weights, minlength=n).astype(np.float64)

    admitted = record.fate == SignUpFate.ADMITTED
    came = per_session(attends)
    heads = per_session(attends * people)
    hours = sessions.duration * (grid / 60.0)
    which = np.flatnonzero(model.world.calendar.counts(_minutes(model, sessions.start)))
    held = (record.status == Status.HELD).astype(np.float64)
    return SessionCounts(
        sessions=which,
        held=held[which],
        cancelled=(record.status == Status.CANCELLED)[which].astype(np.float64),
        without_room=(record.status == Status.NO_ROOM)[which].astype(np.float64),
        signed_up=per_session(np.ones(len(people)))[which],
        admitted=(per_session(admitted) * held)[which],
        came=came[which],
        people=heads[which],
        turned_away=per_session(record.fate == SignUpFate.FULL)[which],
        places=(sessions.capacity * held)[which],
        person_hours=(heads * hours)[which],
        away_sign_ups=per_session(record.turned_away)[which],
        away_people=per_session(record.turned_away * people)[which],
    )


def _minutes(model: Model, slots: I64) -> F64:
    return np.asarray(slots * float(model.world.grid), dtype=np.float64)


def _add(
    out: Collector, name: str, levels: tuple[str, ...], code: I64, counted: SessionCounts
) -> None:
    n = len(levels)

    def total(weights: F64) -> F64:
        return np.bincount(code, weights=weights, minlength=n).astype(np.float64)

    published = np.bincount(code, minlength=n).astype(np.float64)
    held, people = total(counted.held), total(counted.people)
    admitted, signed_up = total(counted.admitted), total(counted.signed_up)
    at_the_door = total(counted.came + counted.away_sign_ups)
    out.add("activities_held", name, levels, held)
    out.add("fill_share", name, levels, people, total(counted.places))
    if name.endswith("*hour"):
        return
    for metric, value in (
        ("activities", published),
        ("activities_cancelled", total(counted.cancelled)),
        ("activities_without_room", total(counted.without_room)),
        ("sign_ups", signed_up),
        ("participations", people),
    ):
        out.add(metric, name, levels, value)
    hours = total(counted.person_hours)
    out.add("person_hours_activities", name, levels, hours)
    for metric, top, bottom in (
        ("activity_turned_away_share", total(counted.turned_away), signed_up),
        ("activity_no_show_share", admitted - at_the_door, admitted),
    ):
        out.add(metric, name, levels, top, bottom)
    out.add("participations_per_activity", name, levels, people, published)


def _add_door(
    out: Collector, name: str, levels: tuple[str, ...], code: I64, counted: SessionCounts
) -> None:
    """Add the people who came and found no place, with overbooking."""

    def total(weights: F64) -> F64:
        return np.bincount(code, weights=weights, minlength=len(levels)).astype(np.float64)

    away = total(counted.away_people)
    came = total(counted.people) + away
    overfull = total((counted.away_people > 0).astype(np.float64))
    out.add("session_turned_away", name, levels, away)
    for metric, top, bottom in (
        ("session_turned_away_share", away, came),
        ("session_overfull_share", overfull, total(counted.held)),
    ):
        out.add(metric, name, levels, top, bottom)


def _add_spread(out: Collector, counted: SessionCounts) -> None:
    """Percentiles of people who came to a session, over the sessions held."""
    levels, at = tuple(PERCENTILES), tuple(PERCENTILES.values())
    people = counted.people[counted.held > 0]
    values = np.percentile(people, at) if len(people) else np.full(len(levels), np.nan)
    out.add("session_participations", "percentile", levels, values)


def _add_segments(out: Collector, model: Model, record: ProgrammeRecord, attends: Bools) -> None:
    """People who came by the segment of who signed them up."""
    start = _minutes(model, record.sessions.start[record.session])
    inside = attends & model.world.calendar.counts(start)
    segment = model.world.people.segment[record.group[inside]]
    n = len(model.world.segments)
    people = np.bincount(segment, weights=1.0 + record.company[inside], minlength=n)
    total = people.astype(np.float64)
    out.add("participations", "segment", model.world.segments, total)


def session_slots(record: ProgrammeRecord) -> tuple[I64, I64]:
    """Session and slot of every slot of a venue that sessions hold to their end."""
    held = np.flatnonzero((record.status == Status.HELD) & (record.venue >= 0))
    index, slot = each_slot(record.sessions.start[held], record.sessions.duration[held])
    return held[index], slot


def club_slots(model: Model, groups: Groups, history: History) -> tuple[I64, I64, F64]:
    """Venue and slot of every slot inside the window that clubs hold, and people there.

    Sessions that nobody uses hold their room like bookings nobody comes to, unless it is given
    back.
    """
    clubs = model.clubs
    held = clubs.held_at(history.club_unused, np.inf)
    session, slot = clubs.slots_of(held)
    inside = groups.counted[slot]
    session, slot = session[inside], slot[inside]
    people = np.where(history.club_unused, 0.0, clubs.people)
    return clubs.venue[session], slot, people[session]


def add_clubs(out: Collector, model: Model, groups: Groups, history: History) -> None:
    """Add every metric of clubs, by groups of venues; nothing where there is no timetable."""
    clubs = model.clubs
    if clubs.spec is None:
        return
    unused = history.club_unused
    hours = clubs.duration * (model.world.grid / 60.0)
    used = ~unused

    def by_venue(venue: I64, start: I64, weights: F64 | Bools | None = None) -> F64:
        inside = groups.counted[start]
        heavy = None if weights is None else weights[inside]
        n = len(model.world.venues)
        return np.bincount(venue[inside], weights=heavy, minlength=n).astype(np.float64)

    def of_sessions(weights: F64 | Bools) -> F64:
        return by_venue(clubs.venue, clubs.start, weights)

    metrics = [
        ("club_sessions", of_sessions(used)),
        ("club_hours", of_sessions(used * hours)),
        ("club_person_hours", of_sessions(used * hours * clubs.people)),
        ("club_sessions_lost", by_venue(clubs.lost_venue, clubs.lost_start)),
    ]
    if clubs.spec.unused_share > 0:
        metrics.append(("club_sessions_unused", of_sessions(unused)))
        metrics.append(("club_hours_unused", of_sessions(unused * hours)))
    for name, grouping in groups.venue.items():
        for metric, values in metrics:
            out.add(metric, name, grouping.levels, grouping.summed(values))
