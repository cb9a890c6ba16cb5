"""A season as the plain-array problem, with the names to translate a solution back.

Locks and rejections of the planner come from the table, the scenario and the command line.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from optimise.slots.placements import Placements, placements_of
from optimise.slots.problem import ANY, Problem, Sessions, Worth
from sim.arrays import F64, Bools
from sim.scenario.checks.timetable import unread_pin
from sim.scenario.inputs import Inputs
from sim.scenario.problems import InputProblem, Position, problem_at
from sim.scenario.read.csv_tables import Table
from sim.scenario.read.nodes import MappingNode, value_place
from sim.scenario.schema.season import Allocation
from sim.scenario.schema.tables import minutes_of
from sim.scenario.schema.timetable import DecisionRow, RequestRow, TimetableRow, pin_of
from sim.season.arrays import dates_of, homes_of, requests_of, season_of, venues_of
from sim.season.timetable import Session
from sim.world.world import World, build_world

Kind = Literal["lock", "reject"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A lock or rejection, and where it is written."""

    row: DecisionRow
    place: Position
    key: str

    @property
    def words(self) -> str:
        """Where it is written, in words."""
        typed = self.place.file.startswith("--")
        return f"by {self.place.file}" if typed else f"in {self.place.file}:{self.place.line}"

    @property
    def start(self) -> int:
        """Minutes after midnight; -1: whatever."""
        return -1 if self.row.start is None else minutes_of(self.row.start)

    @property
    def minutes(self) -> int:
        """Length; -1: whatever."""
        return -1 if self.row.end is None else minutes_of(self.row.end) - self.start

    def problem(
        self, message: str, allowed: Sequence[str] = (), word: str | None = None
    ) -> InputProblem:
        """Make a problem of it."""
        return problem_at(self.place, self.key, message, allowed, word)


def on_command_line(
    locks: Sequence[str], rejections: Sequence[str]
) -> tuple[list[Decision], list[InputProblem]]:
    """Decisions of `--lock` and `--reject`, and those that cannot be read."""
    found: list[Decision] = []
    problems: list[InputProblem] = []
    options: tuple[tuple[str, Kind, Sequence[str]], ...] = (
        ("--lock", "lock", locks),
        ("--reject", "reject", rejections),
    )
    for option, kind, texts in options:
        for text in texts:
            place = Position(f"{option} {text}", 1, 1)
            message = unread_pin(kind, text)
            if message is None:
                found.append(Decision(pin_of(kind, text), place, ""))
            else:
                problems.append(problem_at(place, "", message))
    return found, problems


def read_decisions(
    allocation: Allocation, tables: Mapping[str, Table[Any]], merged: MappingNode
) -> Iterator[Decision]:
    """Decisions of the table and of the scenario."""
    table = tables.get("decisions")
    for record, row in table.rows if table is not None else ():
        assert table is not None
        yield Decision(row, table.place(record, "request"), "request")
    inline: tuple[tuple[str, Kind, Sequence[str]], ...] = (
        ("locks", "lock", allocation.locks),
        ("rejections", "reject", allocation.rejections),
    )
    for key, kind, texts in inline:
        for i, text in enumerate(texts):
            place = value_place(merged, "allocation", key, i)
            yield Decision(pin_of(kind, text), place, f"allocation.{key}.{i}")


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
    walk: F64
    enters: Bools
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
