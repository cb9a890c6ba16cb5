"""Timetables of one season by the ways in which slots are allotted, and how they are simulated."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from optimise.slots.objectives.lexicographic import Objective, solve_lexicographic
from optimise.slots.problem import Sessions
from optimise.slots.rules.rule import allocate as by_rule
from optimise.slots.solution import Solution
from optimise.slots.solve import solve
from sim.arrays import I64
from sim.scenario.read.yaml_reader import child_head
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.season import Method
from sim.season.outcome import AllocatedTimetable, allotted
from sim.season.plan import SeasonProblem
from sim.season.rules import RULES, rule_of

OPTIMISED = "optimised"
LEVELS = 10
"""Number of levels of shares between nothing and all, for leximin."""
METHODS = (OPTIMISED, *RULES)
"""Values of `allocation.method.rule`."""


def allocate(plan: SeasonProblem, seconds: float, workers: int) -> Solution:
    """Find a timetable by the method of the scenario.

    Parameters
    ----------
    seconds
        What a search may take: so many units of work are planned (`optimise.solver`).
    workers
        Threads of a search.
    """
    if plan.allocation.method.rule != OPTIMISED:
        return by_rule(plan.problem, rule_of(plan))
    aims = plan.aims
    if not aims.order or (aims.order == ("fairness",) and aims.alpha == 0):
        return solve(plan.problem, seconds, workers)
    return solve_lexicographic(plan.problem, _objectives(plan), seconds, workers)


def _objectives(plan: SeasonProblem) -> list[Objective]:
    """Aims in order."""
    aims = plan.aims
    return [
        Objective(name, give, aims.alpha, _groups(plan), LEVELS)
        if name == "fairness"
        else Objective(name, give)
        for name, give in zip(aims.order, aims.give, strict=True)
    ]


def _groups(plan: SeasonProblem) -> I64:
    """Number of each request's group, between which hours are to be fair."""
    asked = plan.problem.requests
    groups = {
        "request": np.arange(len(asked)),
        "club": asked.club,
        "zone": asked.zone,
        "segment": asked.segment,
    }
    return groups[plan.aims.fairness_between]


NO_CLUBS = "no-clubs"


@dataclass(frozen=True, slots=True)
class ProposedTimetable:
    """A timetable by a rule.

    Parameters
    ----------
    rule
        What the rule is called, or `NO_CLUBS`.
    solution
        None where nobody gets anything.
    """

    rule: str
    plan: SeasonProblem
    found: AllocatedTimetable
    solution: Solution | None

    @property
    def value(self) -> int:
        """Weighted minutes a week."""
        return 0 if self.solution is None else self.solution.value

    @property
    def label(self) -> str:
        """Name of the scenario in which it is simulated."""
        return f"{self.plan.world.scenario.name}-{self.rule}"


@dataclass(frozen=True, slots=True)
class Rival:
    """A season under a rule, and what the rule is called."""

    rule: str
    plan: SeasonProblem

    def proposal(self, solution: Solution) -> ProposedTimetable:
        """Result of a search, in names."""
        return ProposedTimetable(
            self.rule, self.plan, allotted(self.plan, solution.assignment), solution
        )


def method_of(rule: str) -> Method:
    """A method by the name of its rule.

    Raises
    ------
    pydantic.ValidationError
        If the rule needs to be told more.
    """
    method: Method = TypeAdapter[Method](Method).validate_python({"rule": rule})
    return method


def with_method(plan: SeasonProblem, method: Method) -> SeasonProblem:
    """Put a season under another method; under its own it is the very same problem."""
    if method == plan.allocation.method:
        return plan
    allocation = plan.allocation.model_copy(update={"method": method})
    return dataclasses.replace(plan, allocation=allocation)


def no_clubs(plan: SeasonProblem) -> ProposedTimetable:
    """The timetable in which no club has a room."""
    return ProposedTimetable(NO_CLUBS, plan, allotted(plan, Sessions.from_rows([])), None)


@dataclass(frozen=True, slots=True)
class CountedDates:
    """Dates over which a timetable is judged, and how the scenario has to change for that.

    Parameters
    ----------
    first, last
        Of the counting window, inclusive.
    sessions
        `activities.sessions` of that window: as many a day as in the scenario's own; None: as it
        is.
    from_scenario
        Whether it is the scenario's own window.
    """

    first: dt.date
    last: dt.date
    sessions: int | None
    from_scenario: bool

    @property
    def sets(self) -> tuple[str, ...]:
        """Settings laid over the scenario, as `--set` would."""
        if self.from_scenario:
            return ()
        window = f"window.from={self.first}", f"window.until={self.last}"
        return (
            window if self.sessions is None else (*window, f"activities.sessions={self.sessions}")
        )

    def words(self, scenario: Scenario) -> str:
        """The things counted, in a sentence."""
        text = f"judged from {self.first} until {self.last}"
        if self.from_scenario:
            return f"{text}: the scenario's window, which lies in the season"
        own = scenario.window
        text += f", the season: the scenario's window ({own.first} until {own.last}) is not in it"
        if self.sessions is None:
            return text
        before = scenario.activities.sessions
        return f"{text}; {self.sessions:,} activities instead of {before:,}, as many a day"


def counted_in(scenario: Scenario) -> CountedDates:
    """The scenario's counting window if it lies in its season, else the season's dates.

    Hours without clubs would dilute what clubs do. Wishes come by the day, activities by the
    window: their number is scaled to its length.
    """
    assert scenario.allocation is not None
    season, own = scenario.allocation.season, scenario.window
    if season.first <= own.first and own.last <= season.last:
        return CountedDates(own.first, own.last, None, from_scenario=True)
    days, before = ((w.last - w.first).days + 1 for w in (season, own))
    sessions = scenario.activities.sessions
    scaled = round(sessions * days / before) if sessions else None
    return CountedDates(season.first, season.last, scaled, from_scenario=False)


def scenario_yaml(base: Path, name: str, words: str, counted: CountedDates) -> str:
    """A scenario that extends `base` and has the `timetable.csv` beside it."""
    window = (
        ()
        if counted.from_scenario
        else (f"window: {{from: {counted.first}, until: {counted.last}}}  # the season",)
    )
    sessions = (
        ()
        if counted.sessions is None
        else (f"activities: {{sessions: {counted.sessions}}}  # as many a day as in {base.stem}",)
    )
    lines = (
        f"# {words}, to be simulated: linli run or linli compare.",
        *child_head(base, name, "this file and timetable.csv", None),
        *window,
        *sessions,
        "timetable:",
        "  blocks: timetable.csv",
    )
    return "\n".join(lines) + "\n"
