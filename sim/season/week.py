"""An allotted season as it is published: sessions, venues' typical weeks, dates that fall out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from optimise.slots.solution import Solution
from sim.season.outcome import Allotted
from sim.season.plan import Plan
from sim.season.published import Asked, Place, SeasonWeek
from sim.season.timetable import Session
from sim.world.places import TIERS

__all__ = ["season_week"]

Bool = npt.NDArray[np.bool_]


def season_week(plan: Plan, found: Allotted, solution: Solution | None = None) -> SeasonWeek:
    """What charts and calendars of an allotted season are made from."""
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
            Asked(o.request, o.group, o.segment, o.zone, round(60 * o.hours_asked))
            for o in found.outcomes
        ),
        lost=_lost(plan, found.sessions),
        solution=solution,
    )


def _places(plan: Plan) -> tuple[Place, ...]:
    world, venues, step = plan.world, plan.problem.venues, plan.problem.season.step
    units = [venues.units[a:b].tolist() for a, b in pairwise(venues.unit_first.tolist())]
    typical = _typical(plan)
    return tuple(
        Place(
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


def _typical(plan: Plan) -> Bool:
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


def _lost(plan: Plan, sessions: Iterable[Session]) -> Mapping[Session, frozenset[dt.date]]:
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
