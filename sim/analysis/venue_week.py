"""One venue's week: what every stretch of its time was used for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sim.analysis.sessions import session_slots
from sim.booking.requests import Outcome
from sim.model import History, Model

__all__ = ["Stretch", "VenueWeek", "busiest_week", "venue_week"]

I64 = npt.NDArray[np.int64]
USES = ("booked and used", "booked, no-show", "activity", "off-platform", "closed", "free")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one use.

    Attributes
    ----------
    day
        0 = Monday.
    start, end
        Hours of the day.
    wish, segment, party, asked_at
        Of a booking; empty otherwise.
    """

    day: int
    start: float
    end: float
    use: str
    wish: str = ""
    segment: str = ""
    party: int = 0
    asked_at: str = ""


@dataclass(frozen=True, slots=True)
class VenueWeek:
    """A venue's week in one replication.

    Attributes
    ----------
    monday
        First day.
    stretches
        Every moment of the week lies in exactly one.
    """

    venue: str
    centre: str
    kind: str
    capacity: int
    monday: dt.date
    replication: int
    stretches: tuple[Stretch, ...]

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
    duration = history.wishes.duration[history.asked[held]]
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
    )


def _stretches(model: Model, history: History, venue: int, first: int) -> tuple[Stretch, ...]:
    world, slots = model.world, model.world.slots
    week = slice(first * slots, (first + 7) * slots)
    code = np.full(7 * slots, USES.index("free"))
    open_ = world.opening.is_open[world.venues.profile[venue], week]
    code[~open_] = USES.index("closed")
    code[history.off_platform[venue].ravel()[week]] = USES.index("off-platform")
    if history.programme is not None:
        session, at_slot = session_slots(history.programme)
        inside = (
            (history.programme.venue[session] == venue)
            & (at_slot >= week.start)
            & (at_slot < week.stop)
        )
        code[at_slot[inside] - week.start] = USES.index("activity")
    holder = np.full(7 * slots, -1)
    for i in np.flatnonzero((history.venue == venue) & ~history.cancelled).tolist():
        length = int(history.wishes.duration[history.asked[i]])
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
            *_booking(model, history, int(holder[low])),
        )
        for low, high in pairwise(edges)
    ]


def _booking(model: Model, history: History, request: int) -> tuple[str, str, int, str]:
    """Wish, segment, party and time of asking of a booking; empty without one."""
    if request < 0:
        return "", "", 0, ""
    world, wishes = model.world, history.wishes
    wish = int(history.asked[request])
    segment = world.segments[int(model.plan.cells.segment[int(wishes.cell[wish])])]
    zero = dt.datetime.combine(world.calendar.first, dt.time())
    asked = zero + dt.timedelta(minutes=round(float(wishes.ask[wish])))
    return (
        f"{int(wishes.key[wish]):016x}",
        segment,
        int(wishes.party[wish]),
        f"{asked:%Y-%m-%d %H:%M}",
    )
