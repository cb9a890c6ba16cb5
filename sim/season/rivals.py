"""Timetables of one season made by several rules, to be judged against each other."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from pydantic import TypeAdapter

from optimise.slots.problem import Sessions
from optimise.slots.solution import Solution
from sim.scenario.schema.allocation_method import Method
from sim.season.outcome import Allotted, allotted
from sim.season.plan import Plan

__all__ = ["NO_CLUBS", "Proposal", "Rival", "method_of", "no_clubs", "under"]

NO_CLUBS = "no-clubs"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A timetable by a rule.

    Parameters
    ----------
    rule
        What the rule is called, or `NO_CLUBS`.
    solution
        None where nobody gets anything.
    """

    rule: str
    plan: Plan
    found: Allotted
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
    plan: Plan

    def proposal(self, solution: Solution) -> Proposal:
        """What a search found, in names."""
        return Proposal(self.rule, self.plan, allotted(self.plan, solution.assignment), solution)


def method_of(rule: str) -> Method:
    """A method by the name of its rule.

    Raises
    ------
    pydantic.ValidationError
        If the rule needs to be told more.
    """
    method: Method = TypeAdapter[Method](Method).validate_python({"rule": rule})
    return method


def under(plan: Plan, method: Method) -> Plan:
    """The same season under another method; the very same plan under its own."""
    if method == plan.allocation.method:
        return plan
    allocation = plan.allocation.model_copy(update={"method": method})
    return dataclasses.replace(plan, allocation=allocation)


def no_clubs(plan: Plan) -> Proposal:
    """The timetable in which no club has a room."""
    return Proposal(NO_CLUBS, plan, allotted(plan, Sessions.of([])), None)
