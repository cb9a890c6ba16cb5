"""A season as the plain-array problem, with the names to translate a solution back."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from optimise.slots.placements import Placements, placements_of
from optimise.slots.problem import ANY, Problem, Sessions, Worth
from sim.scenario.inputs import Inputs
from sim.scenario.schema.season.allocation import Allocation
from sim.scenario.schema.season.rows import RequestRow
from sim.scenario.schema.season.timetable import TimetableRow
from sim.scenario.schema.tables import minutes_of
from sim.season.decisions import Decision
from sim.season.requests import dates_of, homes_of, requests_of
from sim.season.timetable import Session
from sim.season.venues import season_of, venues_of
from sim.world.world import World, build_world

__all__ = ["Row", "SeasonProblem", "build_plan"]

Row = tuple[int, int, int, int, int]
"""Request, venue, weekday (0 is Monday), start and length in cells."""


@dataclass(frozen=True, slots=True)
class Aims:
    """Aims in order, and what fair means.

    Parameters
    ----------
    order
        Of ``hours``, ``fairness``, ``preferences``, ``walking`` and ``stability``, the first most;
        empty: worth alone.
    alpha
        Of alpha-fair hours: 0 utilitarian, 1 proportional, infinity max-min.
    fairness_between
        Who is compared: ``request``, ``club``, ``zone`` or ``segment``.
    give
        Of each aim, the share of its best value that later ones may cost.
    """

    order: tuple[str, ...] = ()
    alpha: float = 0.0
    fairness_between: str = "request"
    give: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.alpha >= 0:
            raise ValueError(f"alpha {self.alpha} must be at least 0 (infinity is {math.inf})")
        if len(self.give) != len(self.order):
            raise ValueError("one share to give for each aim in order")


@dataclass(frozen=True, slots=True)
class SeasonProblem:
    """A problem and what its numbers mean.

    Parameters
    ----------
    rows
        Of requests, in the problem's order.
    walk, enters
        (R, V) walking minutes, and whether the venue's access rule lets the group in.
    placements
        All that are allowed.
    unknown
        Last season's sessions whose request or venue is not there now, or that lie off the grid.
    unservable
        Request -> why no venue can ever serve it.
    """

    allocation: Allocation
    problem: Problem
    aims: Aims
    world: World
    rows: tuple[RequestRow, ...]
    walk: npt.NDArray[np.float64]
    enters: npt.NDArray[np.bool_]
    placements: Placements
    unknown: int
    unservable: Mapping[int, str] = field(default_factory=dict)

    @property
    def venues(self) -> tuple[str, ...]:
        """Names of venues, in the problem's order."""
        return self.world.venues.names

    def dates(self, request: int) -> tuple[dt.date, dt.date]:
        """First and last date of a request within the season."""
        return dates_of(self.rows[request], self.allocation)

    def session(self, row: Row, choice: int) -> Session:
        """A weekly session in names."""
        request, venue, weekday, start, length = row
        asked, step = self.rows[request], self.problem.season.step
        first, last = self.dates(request)
        return Session(
            request=asked.request,
            group=asked.group,
            venue=self.venues[venue],
            weekday=weekday + 1,
            start=start * step,
            end=(start + length) * step,
            first=first,
            last=last,
            party_size=asked.party_size,
            choice=choice,
        )

    def decided(self, decisions: Iterable[Decision]) -> tuple[Sessions, Sessions]:
        """Locks and rejections as sessions; names that are not there are left out."""
        request = {row.request: r for r, row in enumerate(self.rows)}
        venue = {name: v for v, name in enumerate(self.venues)}
        step = self.problem.season.step
        found: dict[str, list[Row]] = {"lock": [], "reject": []}
        for one in decisions:
            row = one.row
            if row.request not in request or (row.venue is not None and row.venue not in venue):
                continue
            found[row.decision].append((
                request[row.request],
                ANY if row.venue is None else venue[row.venue],
                ANY if row.weekday is None else row.weekday - 1,
                ANY if row.start is None else one.start // step,
                ANY if row.start is None else one.minutes // step,
            ))  # fmt: skip
        return Sessions.from_rows(found["lock"]), Sessions.from_rows(found["reject"])

    def with_decisions(self, locks: Sessions, rejections: Sessions) -> SeasonProblem:
        """Add decisions of the planner to the problem."""
        problem = replace(self.problem, locks=locks, rejections=rejections)
        if not len(rejections):
            return replace(self, problem=problem)
        return replace(self, problem=problem, placements=placements_of(problem))


def build_plan(inputs: Inputs, allocation: Allocation) -> SeasonProblem:
    """Turn a scenario's season into arrays, no decision taken yet."""
    world = build_world(inputs)
    rows = inputs.tables.group_requests
    homes = homes_of(world, [r.home for r in rows], [r.segment for r in rows])
    venues = venues_of(inputs, world, allocation)
    last, unknown = _last_season(inputs.tables.last_season, rows, world, allocation.grid_minutes)
    problem = Problem(
        season=season_of(allocation),
        venues=venues,
        requests=requests_of(rows, allocation, world, venues, homes),
        worth=Worth(**allocation.worth.model_dump()),
        last_season=last,
    )
    return SeasonProblem(
        allocation=allocation,
        problem=problem,
        aims=_aims(allocation),
        world=world,
        rows=rows,
        walk=homes.walk,
        enters=homes.enters,
        placements=placements_of(problem),
        unknown=unknown,
    )


def _aims(allocation: Allocation) -> Aims:
    objective = allocation.objective
    fairness = objective.fairness
    if fairness is None:
        order = tuple(objective.order or ())
        return Aims(order, give=tuple(objective.give.get(aim, 0.0) for aim in order))
    order = tuple(objective.order or ("fairness",))
    alpha = math.inf if fairness.alpha == "infinity" else float(fairness.alpha)
    give = tuple(objective.give.get(aim, 0.0) for aim in order)
    return Aims(order, alpha, fairness.between, give)


def _last_season(
    table: Sequence[TimetableRow], rows: Sequence[RequestRow], world: World, step: int
) -> tuple[Sessions, int]:
    """Last season's sessions of requests that are there again, and how many are not."""
    request = {row.request: r for r, row in enumerate(rows)}
    venue = {name: v for v, name in enumerate(world.venues.names)}
    found: set[Row] = set()
    unknown = 0
    for row in table:
        start, end = minutes_of(row.start), minutes_of(row.end)
        if row.request not in request or row.venue not in venue or start % step or end % step:
            unknown += 1
            continue
        at = request[row.request], venue[row.venue]
        found.add((*at, row.weekday - 1, start // step, (end - start) // step))
    return Sessions.from_rows(sorted(found)), unknown
