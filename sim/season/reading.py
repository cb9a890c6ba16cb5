"""From a scenario file to a season ready to be allotted, or to all that is wrong with it.

For a request that no venue can ever serve it is said which rule excludes each.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from optimise.slots.clash import Rule
from optimise.slots.placements import Placements, placements_of
from optimise.slots.problem import Problem, Sessions
from sim.arrays import Bools
from sim.scenario.inputs import Inputs
from sim.scenario.loading import Reading
from sim.scenario.problems import InputProblem, Position, ScenarioProblems, display, problem_at
from sim.scenario.read.csv_tables import read_table
from sim.scenario.read.nodes import dotted, value_place
from sim.scenario.schema.season import Allocation
from sim.scenario.schema.timetable import TimetableRow, listed
from sim.season.locks import check_locks, known_names
from sim.season.plan import Decision, SeasonProblem, build_plan, on_command_line, read_decisions
from sim.words import joined


def notices_of(plan: SeasonProblem) -> Iterator[str]:
    """Sentences that the user should see."""
    for request, words in plan.unservable.items():
        yield f"{plan.rows[request].request}: {words}"
    if plan.unknown:
        yield (
            f"{plan.unknown} of last season's sessions play no part: their request or venue is "
            "not there now, or they lie off the grid"
        )
    allocation, rule = plan.allocation, plan.allocation.method.rule
    there_before = len(plan.problem.last_season) > 0
    if there_before and allocation.worth.as_last_season == 0:
        yield "`allocation.worth.as_last_season` is 0: to stay where one was is worth nothing"
    if rule == "last_season" and not there_before:
        yield "method `last_season`, but no session of last season is known: all go by `asked_on`"
    if rule in ("first_come", "last_season") and all(row.asked_on is None for row in plan.rows):
        yield f"method `{rule}`, but no request says `asked_on`: who has more priority goes first"
    if plan.aims.order and rule != "optimised":
        yield f"`allocation.objective` plays no part in method `{rule}`"


@dataclass(frozen=True, slots=True)
class ReadSeason:
    """A scenario with its season.

    Parameters
    ----------
    notices
        Sentences the user should see, beside those of the inputs.
    """

    inputs: Inputs
    plan: SeasonProblem
    notices: tuple[str, ...]


def season_from(
    reading: Reading,
    path: Path,
    *,
    locks: Sequence[str] = (),
    rejections: Sequence[str] = (),
    keep: Path | None = None,
) -> ReadSeason:
    """The season of a scenario with group requests; it may be read without a fitted level.

    Parameters
    ----------
    locks, rejections
        Decisions of the command line, such as `request=venue@Mon 18:00-19:30`.
    keep
        A timetable in place of `allocation.last_season`.

    Raises
    ------
    ScenarioProblems
        With all that is wrong, also with decisions that no timetable can follow and with requests
        that no venue can ever serve.
    """
    typed, problems = on_command_line(locks, rejections)
    problems += reading.problems
    inputs = reading.inputs
    if inputs is not None and keep is not None:
        inputs, bad = _keeping(inputs, keep, reading)
        problems += bad
    allocation = None if inputs is None else inputs.scenario.allocation
    if inputs is None or allocation is None:
        if inputs is not None:
            problems.append(_no_season(path))
        raise ScenarioProblems(problems, reading.sources)
    plan, bad = _decided(inputs, allocation, reading, typed)
    problems += bad
    if problems:
        raise ScenarioProblems(problems, reading.sources)
    return ReadSeason(inputs, plan, tuple(notices_of(plan)))


def _no_season(path: Path) -> InputProblem:
    message = "missing: there is no season to allot (docs/how-to/allocate-a-season.md)"
    return problem_at(Position(display(path), 1, 1), "allocation", message)


def _keeping(inputs: Inputs, keep: Path, reading: Reading) -> tuple[Inputs, list[InputProblem]]:
    """The inputs with another timetable of last season."""
    try:
        table, problems = read_table(
            keep, TimetableRow, reading.sources, Position(f"--keep {keep}", 1, 1, Path.cwd())
        )
    except ScenarioProblems as error:
        return inputs, list(error.problems)
    rows = tuple(row for _, row in table.rows)
    tables = dataclasses.replace(inputs.tables, last_season=rows)
    return dataclasses.replace(inputs, tables=tables), problems


def _decided(
    inputs: Inputs, allocation: Allocation, reading: Reading, typed: Sequence[Decision]
) -> tuple[SeasonProblem, list[InputProblem]]:
    """The plan under the planner's decisions, and what is wrong with it."""
    plan = build_plan(inputs, allocation)
    decisions = [*read_decisions(allocation, reading.tables, reading.merged), *typed]
    names = reading.tables["group_requests"].names("request")
    problems = list(known_names(decisions, names, plan))
    if not plan.problem.venues.hours[plan.problem.venues.hours_of].any():
        key = ("allocation", "season")
        message = "no venue is open on any date of the season"
        return plan, [
            *problems,
            problem_at(value_place(reading.merged, *key), dotted(key), message),
        ]
    plan = plan.with_decisions(*plan.decided(decisions))
    problems += check_locks(plan, decisions, partial(_rule_place, plan, reading))
    never = unservable(plan)
    if allocation.unservable == "error":
        problems += _never(never, plan, reading)
    return dataclasses.replace(plan, unservable=never), problems


_WRITTEN = {
    "sessions": "sessions",
    "spacing": "spacing_days",
    "room": "halves",
    "changeover": "changeover_minutes",
    "share": "kept_for_residents",
}
"""Keys and columns that say the rules about several sessions."""


def _rule_place(plan: SeasonProblem, reading: Reading, rule: Rule) -> str:
    """Key, file and line of a rule."""
    key = _WRITTEN[rule.kind]
    if rule.kind in ("sessions", "spacing"):
        table, request = reading.tables["group_requests"], plan.rows[rule.number].request
        place = table.place(table.names("request")[request], key)
    else:
        place = value_place(reading.merged, "allocation", key)
    return f"`{key}` in {place.file}:{place.line}"


def _never(never: Mapping[int, str], plan: SeasonProblem, reading: Reading) -> list[InputProblem]:
    table = reading.tables["group_requests"]
    records = {row.request: record for record, row in table.rows}
    names = {r: plan.rows[r].request for r in never}
    return [
        table.problem(records[names[r]], "request", f"{names[r]}: {words}")
        for r, words in never.items()
    ]


def unservable(plan: SeasonProblem) -> dict[int, str]:
    """Requests without any placement, and why."""
    n = len(plan.rows)
    without = np.flatnonzero(np.bincount(plan.placements.request, minlength=n) == 0)
    relaxed = _Relaxed(plan.problem)
    return {int(r): _excluded(plan, int(r), relaxed) for r in without}


class _Relaxed:
    """The problem with rules of time lifted one after the other; built when first asked."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    @cached_property
    def not_rejected(self) -> Placements:
        self.problem = replace(self.problem, rejections=Sessions())
        return placements_of(self.problem)

    @cached_property
    def nor_kept(self) -> Placements:
        assert self.not_rejected is not None
        venues = replace(self.problem.venues, kept=np.zeros_like(self.problem.venues.kept))
        self.problem = replace(self.problem, venues=venues)
        return placements_of(self.problem)

    @cached_property
    def ever_open(self) -> Placements:
        assert self.nor_kept is not None
        asked = self.problem.requests
        asked = replace(asked, lost_share=np.ones(len(asked)))
        return placements_of(replace(self.problem, requests=asked))


def _excluded(plan: SeasonProblem, request: int, relaxed: _Relaxed) -> str:
    """Say which rule excludes each venue that a request accepts, one rule a venue."""
    row, venues, asked = plan.rows[request], plan.problem.venues, plan.problem.requests
    named = listed(row.venues)
    left = np.isin(np.array(plan.venues), named) if named else venues.kind == asked.kind[request]
    what = f"{len(set(named))} named" if named else f"{int(left.sum())} of kind {row.kind}"
    if not left.any():
        return f"there is no venue of kind {row.kind}"
    needs = asked.equipment[request]
    rules: list[tuple[Bools, str, str, str]] = [
        (venues.kind == asked.kind[request], "is", "are", f"of no kind {row.kind}"),
        (venues.capacity >= row.party_size, "holds", "hold", f"fewer than {row.party_size} people"
         f" (largest: {int(venues.capacity[left].max())})"),
        ((venues.equipment & needs) == needs, "lacks", "lack", " or ".join(listed(row.equipment))),
        (plan.enters[request], "lets", "let", "in only people of its own community or compound"),
    ]  # fmt: skip
    if not named:
        limit = plan.allocation.within_minutes
        nearest = float(plan.walk[request][left].min())
        rules.append((plan.walk[request] <= limit, "lies", "lie",
                      f"farther than {limit:g} minutes (nearest: {nearest:.0f})"))  # fmt: skip
    parts: list[str] = []
    for holds, one, many, words in rules:
        parts += _part(left & ~holds, one, many, words)
        left = left & holds
    parts += _by_time(plan, request, left, relaxed)
    return f"no venue can ever serve it: of {what}, {joined(parts)}"


def _by_time(plan: SeasonProblem, request: int, left: Bools, relaxed: _Relaxed) -> Iterator[str]:
    """Obstacles at the venues that suit but for their hours."""
    if not left.any():
        return
    rejected = left & _served(relaxed.not_rejected, request, len(left))
    kept = left & ~rejected & _served(relaxed.nor_kept, request, len(left))
    some = relaxed.ever_open
    closed_often = left & ~rejected & ~kept & _served(some, request, len(left))
    never = left & ~rejected & ~kept & ~closed_often
    yield from _part(never, "is", "are", "never open in its hours")
    if closed_often.any():
        of_these = (some.request == request) & closed_often[some.venue]
        best = float(some.held[of_these].max())
        lost = float(plan.problem.requests.lost_share[request])
        words = f"closed in its hours on more than {lost:.0%} of its dates (least: {1 - best:.0%})"
        yield from _part(closed_often, "is", "are", words)
    yield from _part(kept, "is", "are", "kept for residents in its hours")
    yield from _part(rejected, "is", "are", "ruled out by rejections of the planner")


def _served(placements: Placements, request: int, venues: int) -> Bools:
    mine = placements.venue[placements.request == request]
    return np.asarray(np.bincount(mine, minlength=venues) > 0)


def _part(excluded: Bools, one: str, many: str, words: str) -> Iterator[str]:
    n = int(excluded.sum())
    if n:
        yield f"{n} {one if n == 1 else many} {words}"
