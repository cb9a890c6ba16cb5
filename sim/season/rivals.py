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

__all__ = ["NO_CLUBS", "Proposal", "by_rule", "no_clubs", "proposal_of"]

NO_CLUBS = "no-clubs"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A timetable by a rule.

    Parameters
    ----------
    rule
        Of `allocation.method`, or `NO_CLUBS`.
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


def by_rule(plan: Plan, rule: str) -> Plan:
    """The same season under another rule, by that rule's defaults; its own rule stays as it is.

    Raises
    ------
    pydantic.ValidationError
        If the rule needs to be told more.
    """
    if rule == plan.allocation.method.rule:
        return plan
    method: Method = TypeAdapter[Method](Method).validate_python({"rule": rule})
    allocation = plan.allocation.model_copy(update={"method": method})
    return dataclasses.replace(plan, allocation=allocation)


def proposal_of(plan: Plan, solution: Solution) -> Proposal:
    """What a search found, in names."""
    found = allotted(plan, solution.assignment)
    return Proposal(plan.allocation.method.rule, plan, found, solution)


def no_clubs(plan: Plan) -> Proposal:
    """The timetable in which no club has a room."""
    return Proposal(NO_CLUBS, plan, allotted(plan, Sessions.of([])), None)
