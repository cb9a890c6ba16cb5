"""One venue's week: what every stretch of its time was used for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from sim.arrays import I64
from sim.booking.requests import Outcome
from sim.measure.occupancy import held_slots
from sim.measure.sessions import session_slots
from sim.model import History, Model

USED, NO_SHOW, ACTIVITY = "booked and used", "booked, no-show", "activity"
CLUB, CLUB_UNUSED = "club", "club, unused"
USES = (USED, NO_SHOW, ACTIVITY, CLUB, CLUB_UNUSED, "off-platform", "closed", "free")
_NOBODY = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one use.

    Attributes
    ----------
    day
        0 = Monday.
    start, end
        Hours of the day.
    wish, segment, asked_at
        Of a booking; empty otherwise.
    party
        People of a booking; people who came to an activity, with their company; people of a club
        who come.
    rooms
        Rooms that a booking has at once.
    activity
        Kind of an activity; empty otherwise.
    club
        Name of a club; empty otherwise.
    """

    day: int
    start: float
    end: float
    use: str
    wish: str = ""
    segment: str = ""
    party: int = 0
    rooms: int = 1
    asked_at: str = ""
    activity: str = ""
    club: str = ""


@dataclass(frozen=True, slots=True)
class VenueWeek:
    """A venue's week in one replication.

    Attributes
    ----------
    monday
        First day.
    stretches
        Every moment of the week lies in exactly one.
    drop_in
        Whether people may use it without booking while nobody holds it.
    """

    venue: str
    centre: str
    kind: str
    capacity: int
    monday: dt.date
    replication: int
    stretches: tuple[Stretch, ...]
    drop_in: bool = False

    def hours(self, use: str) -> float:
        """Hours of the week of a use."""
        return sum(s.end - s.start for s in self.stretches if s.use == use)


def busiest_week(model: Model, history: History, venue: int) -> dt.date:
    """Monday of the (first) whole week of the counting window with most booked hours."""
    calendar, slots = model.world.calendar, model.world.slots
    first = calendar.count_from + (-int(calendar.weekday[calendar.count_from])) % 7
    mondays = range(first, max(first + 1, calendar.count_until - 6), 7)
    held = (history.outcome == Outcome.BOOKED) & ~history.cancelled & (history.venue == venue)
    day = history.start[held] // slots
    duration = history.length[held]
    hours = [int(duration[(day >= m) & (day < m + 7)].sum()) for m in mondays]
    return calendar.date(mondays[int(np.argmax(hours))])


def venue_week(
    model: Model, history: History, replication: int, venue: int, monday: dt.date
) -> VenueWeek:
    """Lay out a week; `monday` may be any day of it.

    Raises
    ------
    ValueError
        If the week is not wholly inside the simulated days.
    """
    world = model.world
    monday -= dt.timedelta(days=monday.weekday())
    first = (monday - world.calendar.first).days
    if first < 0 or first + 7 > world.n_days:
        last = world.calendar.date(world.n_days - 1)
        raise ValueError(f"week of {monday}: simulated are {world.calendar.first} to {last}")
    centre = int(world.venues.centre[venue])
    return VenueWeek(
        venue=world.venues.names[venue],
        centre=world.centres.names[centre],
        kind=world.kinds[int(world.venues.kind[venue])],
        capacity=int(world.venues.capacity[venue]),
        monday=monday,
        replication=replication,
        stretches=_stretches(model, history, venue, first),
        drop_in=history.places is not None and bool((world.places.venue == venue).any()),
    )


def _stretches(model: Model, history: History, venue: int, first: int) -> tuple[Stretch, ...]:
    world, slots = model.world, model.world.slots
    week = slice(first * slots, (first + 7) * slots)
    code = np.full(7 * slots, USES.index("free"))
    open_ = world.opening.is_open[world.venues.profile[venue], week]
    code[~open_] = USES.index("closed")
    code[history.off_platform[venue].ravel()[week]] = USES.index("off-platform")
    holder = np.full(7 * slots, _NOBODY)
    for held, at_slot, use in _holders(model, history, venue):
        inside = (at_slot >= week.start) & (at_slot < week.stop)
        code[at_slot[inside] - week.start] = USES.index(use)
        holder[at_slot[inside] - week.start] = held[inside]
    rows: list[Stretch] = []
    for day in range(7):
        part = slice(day * slots, (day + 1) * slots)
        rows += _day_rows(model, history, day, code[part], holder[part])
    return tuple(rows)


def _holders(model: Model, history: History, venue: int) -> Iterator[tuple[I64, I64, str]]:
    """Holder and slot of every slot of a venue that somebody holds, use by use.

    The holder is a session of the timetable, a session of activities or a request.
    """
    clubs = model.clubs
    held = clubs.held_at(history.club_unused, np.inf)
    session, at_slot = clubs.slots_of(held[clubs.venue[held] == venue])
    unused = history.club_unused[session]
    yield session[~unused], at_slot[~unused], CLUB
    yield session[unused], at_slot[unused], CLUB_UNUSED
    if history.programme is not None:
        session, at_slot = session_slots(history.programme)
        here = history.programme.venue[session] == venue
        yield session[here], at_slot[here], ACTIVITY
    request, where, at_slot = held_slots(history, history.length)
    request, at_slot = request[where == venue], at_slot[where == venue]
    no_show = history.no_show[request]
    yield request[~no_show], at_slot[~no_show], USED
    yield request[no_show], at_slot[no_show], NO_SHOW


def _day_rows(model: Model, history: History, day: int, code: I64, holder: I64) -> list[Stretch]:
    """Unbroken stretches of one day."""
    hours = model.world.grid / 60.0
    change = (np.diff(code) != 0) | (np.diff(holder) != 0)
    edges = [0, *(np.flatnonzero(change) + 1).tolist(), len(code)]
    rows = []
    for low, high in pairwise(edges):
        use = USES[int(code[low])]
        known = _held_by(model, history, use, int(holder[low]))
        rows.append(Stretch(day, low * hours, high * hours, use, **known))
    return rows


def _held_by(model: Model, history: History, use: str, holder: int) -> dict[str, Any]:
    """Group, request or booking that holds a stretch."""
    if holder == _NOBODY:
        return {}
    if use in (CLUB, CLUB_UNUSED):
        return _club(model, history, holder)
    if use == ACTIVITY:
        return _session(model, history, holder)
    return _booking(model, history, holder)


def _club(model: Model, history: History, session: int) -> dict[str, Any]:
    """Name of a club and how many of it come."""
    plan = model.clubs
    people = 0 if history.club_unused[session] else round(float(plan.people[session]))
    return {"party": people, "club": plan.rows[int(plan.row[session])].group}


def _session(model: Model, history: History, session: int) -> dict[str, Any]:
    """Kind of an activity and how many came."""
    record = history.programme
    if record is None or history.attends is None:
        return {}
    came = history.attends & (record.session == session)
    kinds = tuple(model.world.scenario.activities.kinds)
    return {
        "party": int((1 + record.company[came]).sum()),
        "activity": kinds[int(record.sessions.kind[session])],
    }


def _booking(model: Model, history: History, request: int) -> dict[str, Any]:
    """Wish, segment, party and time of asking."""
    world, wishes = model.world, history.wishes
    wish = int(history.asked[request])
    segment = world.segments[int(model.plan.cells.segment[int(wishes.cell[wish])])]
    asked = world.calendar.moment(round(float(history.asked_at[request])))
    return {
        "wish": f"{int(wishes.key[wish]):016x}",
        "segment": segment,
        "party": int(wishes.party[wish]),
        "rooms": int(wishes.rooms[wish]),
        "asked_at": f"{asked:%Y-%m-%d %H:%M}",
    }
