"""A season's timetable as it is published: what its calendars and charts are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from optimise.slots.solution import Solution
from sim.arrays import F64, Bools
from sim.season.outcome import AllocatedTimetable
from sim.season.plan import SeasonProblem
from sim.season.timetable import Session
from sim.world.places import TIERS


@dataclass(frozen=True, slots=True, eq=False)
class PublishedVenue:
    """A venue and its typical week.

    Parameters
    ----------
    name, centre, kind, tier, zone
        The scenario's names.
    open, kept
        Cells of the week, shape (7, cells), Monday first: open; kept for residents' own booking.
    changeover
        Minutes that stay empty after a session.
    units
        Rooms it is made of: venues that share one cannot be used at the same time. None named: a
        room of its own.
    """

    name: str
    centre: str
    kind: str
    tier: str
    zone: str
    open: Bools
    kept: Bools
    changeover: int = 0
    units: tuple[str, ...] = ()

    def shares_with(self, other: PublishedVenue) -> bool:
        """Whether a session in the other one takes this one too."""
        return self.name == other.name or not set(self.units).isdisjoint(other.units)


@dataclass(frozen=True, slots=True)
class PublishedRequest:
    """A request: whose it is, and the minutes a week that it asks for at most."""

    request: str
    group: str
    segment: str
    zone: str
    minutes: int


@dataclass(frozen=True, slots=True, eq=False)
class SeasonWeek:
    """A season's weekly timetable and what it was made for.

    Parameters
    ----------
    name
        Of the season.
    first, last
        Its dates, inclusive.
    step
        Minutes of a cell; divides 1,440.
    places
        All venues that groups may ask for, with or without sessions.
    prime
        Cells of the week in most demand, shape (7, cells).
    sessions
        The timetable.
    lost
        Dates on which a session falls out because its venue is closed.
    asked
        All requests, served or not.
    solution
        Value, bound and status of the timetable; nothing for one made by hand.

    Raises
    ------
    ValueError
        If a session names a venue or request that is not there, a request or venue stands twice,
        or a mask has another shape.
    """

    name: str
    first: dt.date
    last: dt.date
    step: int
    places: tuple[PublishedVenue, ...]
    prime: Bools
    sessions: tuple[Session, ...]
    asked: tuple[PublishedRequest, ...]
    lost: Mapping[Session, frozenset[dt.date]] = field(default_factory=dict)
    solution: Solution | None = None

    def __post_init__(self) -> None:
        shape = (7, self.cells)
        masks = [self.prime, *(m for p in self.places for m in (p.open, p.kept))]
        if any(mask.shape != shape for mask in masks):
            raise ValueError(f"masks of the week must have shape {shape}")
        venues, requests = [p.name for p in self.places], [a.request for a in self.asked]
        for what, names in (("venue", venues), ("request", requests)):
            if len(set(names)) < len(names):
                raise ValueError(f"a {what} stands twice")
            unknown = {getattr(s, what) for s in self.sessions}.difference(names)
            if unknown:
                raise ValueError(f"sessions of an unknown {what}: {', '.join(sorted(unknown))}")

    @property
    def cells(self) -> int:
        """Cells of a day."""
        return 1440 // self.step

    def dates(self, session: Session) -> tuple[dt.date, ...]:
        """Dates on which a session is held, in order."""
        ahead = (session.weekday - session.first.isoweekday()) % 7
        days = range(ahead, (session.last - session.first).days + 1, 7)
        lost = self.lost.get(session, frozenset())
        dates = (session.first + dt.timedelta(days=d) for d in days)
        return tuple(date for date in dates if date not in lost)

    def lasts_whole_season(self, session: Session) -> bool:
        """Whether a session is of the whole season."""
        return session.first <= self.first and session.last >= self.last

    def sessions_in(self, venue: str) -> tuple[Session, ...]:
        """Sessions in a venue, in order of the week."""
        return chronological(s for s in self.sessions if s.venue == venue)

    def sessions_sharing(self, place: PublishedVenue) -> tuple[Session, ...]:
        """Sessions in other venues that share a room with this one, in order of the week."""
        near = {p.name for p in self.places if p.name != place.name and p.shares_with(place)}
        return chronological(s for s in self.sessions if s.venue in near)

    def taken(self, sessions: Iterable[Session]) -> F64:
        """Share of the season's weeks in which any of the sessions takes a cell, (7, cells).

        A date on which the venue is closed counts as held: it is closed to everybody then.
        """
        out = np.zeros((7, self.cells))
        days: dict[int, list[Session]] = {}
        for session in sessions:
            days.setdefault(session.weekday, []).append(session)
        for weekday, found in days.items():
            ahead = (weekday - self.first.isoweekday()) % 7
            number = ((self.last - self.first).days - ahead) // 7 + 1
            held = np.zeros((max(number, 0), self.cells), dtype=np.bool_)
            for s in found:
                low = -((ahead - (s.first - self.first).days) // 7)  # rounded up
                high = ((s.last - self.first).days - ahead) // 7 + 1
                cells = slice(s.start // self.step, -(-s.end // self.step))
                held[max(low, 0) : max(high, 0), cells] = True
            out[weekday - 1] = held.mean(axis=0) if number > 0 else 0.0
        return out

    def hours(self, cells: F64 | Bools) -> float:
        """Cells of the week, or shares of them, as hours."""
        return float(cells.sum()) * self.step / 60


def chronological(sessions: Iterable[Session]) -> tuple[Session, ...]:
    """Sessions in order of the week, then by venue and request."""
    return tuple(
        sorted(sessions, key=lambda s: (s.weekday, s.start, s.venue, s.first, s.end, s.request))
    )


def season_week(
    plan: SeasonProblem, found: AllocatedTimetable, solution: Solution | None = None
) -> SeasonWeek:
    """Data of charts and calendars of an allotted season."""
    season = plan.allocation.season
    return SeasonWeek(
        name=plan.world.scenario.name,
        first=season.first,
        last=season.last,
        step=plan.problem.season.step,
        places=_places(plan),
        prime=plan.problem.venues.prime,
        sessions=found.sessions,
        asked=tuple(
            PublishedRequest(o.request, o.group, o.segment, o.zone, round(60 * o.hours_asked))
            for o in found.outcomes
        ),
        lost=_lost(plan, found.sessions),
        solution=solution,
    )


def _places(plan: SeasonProblem) -> tuple[PublishedVenue, ...]:
    world, venues, step = plan.world, plan.problem.venues, plan.problem.season.step
    units = [venues.units[a:b].tolist() for a, b in pairwise(venues.unit_first.tolist())]
    typical = _typical(plan)
    return tuple(
        PublishedVenue(
            name=name,
            centre=world.centres.names[centre],
            kind=world.kinds[int(venues.kind[v])],
            tier=TIERS[int(world.centres.tier[centre])],
            zone=world.zones[int(world.centres.zone[centre])],
            open=typical[v],
            kept=venues.kept[v],
            changeover=int(venues.changeover[v]) * step,
            units=tuple(str(unit) for unit in units[v]),
        )
        for v, (name, centre) in enumerate(zip(plan.venues, world.venues.centre, strict=True))
    )


def _typical(plan: SeasonProblem) -> Bools:
    """(V, 7, cells) whether a venue is open on most of the season's dates of a weekday."""
    venues, season = plan.problem.venues, plan.problem.season
    typical = np.zeros((len(venues), 7, season.cells), dtype=bool)
    for day in range(7):
        dates = np.flatnonzero(season.weekdays() == day)
        held = np.zeros((len(venues), season.cells), dtype=np.int64)
        for date in dates:
            held += venues.hours[venues.hours_of[:, date]]
        typical[:, day] = 2 * held > len(dates)
    return typical


def _lost(plan: SeasonProblem, sessions: Iterable[Session]) -> Mapping[Session, frozenset[dt.date]]:
    """Dates on which a session falls out because its venue is closed in its hours."""
    venues, step = plan.problem.venues, plan.problem.season.step
    begin = plan.allocation.season.first
    position = {name: v for v, name in enumerate(plan.venues)}
    lost = {}
    for session in sessions:
        cells = slice(session.start // step, session.end // step)
        is_open = venues.hours[venues.hours_of[position[session.venue]], cells].all(axis=1)
        closed = [begin + dt.timedelta(days=d) for d in np.flatnonzero(~is_open).tolist()]
        mine = frozenset(
            date
            for date in closed
            if session.first <= date <= session.last and date.isoweekday() == session.weekday
        )
        if mine:
            lost[session] = mine
    return lost
