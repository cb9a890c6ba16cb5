"""One venue's week: what every stretch of its time was used for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.analysis.sessions import session_slots
from sim.booking.requests import Outcome
from sim.model import History, Model

__all__ = ["Stretch", "VenueWeek", "busiest_week", "venue_week"]

I64 = npt.NDArray[np.int64]
USES = ("booked and used", "booked, no-show", "activity", "off-platform", "closed", "free")
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
        People of a booking; people who came to an activity, with their company.
    activity
        Kind of an activity; empty otherwise.
    """

    day: int
    start: float
    end: float
    use: str
    wish: str = ""
    segment: str = ""
    party: int = 0
    asked_at: str = ""
    activity: str = ""


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
    if history.programme is not None:
        session, at_slot = session_slots(history.programme)
        inside = (
            (history.programme.venue[session] == venue)
            & (at_slot >= week.start)
            & (at_slot < week.stop)
        )
        code[at_slot[inside] - week.start] = USES.index("activity")
        holder[at_slot[inside] - week.start] = -1 - session[inside]
    for i in np.flatnonzero((history.venue == venue) & ~history.cancelled).tolist():
        length = int(history.length[i])
        low = max(0, int(history.start[i]) - week.start)
        high = min(7 * slots, int(history.start[i]) + length - week.start)
        if history.outcome[i] == Outcome.BOOKED and low < high:
            code[low:high] = USES.index("booked, no-show" if history.no_show[i] else USES[0])
            holder[low:high] = i
    rows: list[Stretch] = []
    for day in range(7):
        part = slice(day * slots, (day + 1) * slots)
        rows += _day_rows(model, history, day, code[part], holder[part])
    return tuple(rows)


def _day_rows(model: Model, history: History, day: int, code: I64, holder: I64) -> list[Stretch]:
    """Unbroken stretches of one day."""
    hours = model.world.grid / 60.0
    change = (np.diff(code) != 0) | (np.diff(holder) != 0)
    edges = [0, *(np.flatnonzero(change) + 1).tolist(), len(code)]
    return [
        Stretch(
            day,
            low * hours,
            high * hours,
            USES[int(code[low])],
            **_held_by(model, history, int(holder[low])),
        )
        for low, high in pairwise(edges)
    ]


def _held_by(model: Model, history: History, holder: int) -> dict[str, Any]:
    """What is known of a booking (its request) or of an activity (-1 - session)."""
    if holder == _NOBODY:
        return {}
    return _session(model, history, -1 - holder) if holder < 0 else _booking(model, history, holder)


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
        "asked_at": f"{asked:%Y-%m-%d %H:%M}",
    }
