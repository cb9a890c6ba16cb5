"""What is wrong although every key, name and row is right by itself."""

from __future__ import annotations

from sim.scenario.checks import programme, siting, timetable, world
from sim.scenario.checks.draft import Check, Draft
from sim.scenario.problems import InputProblem

__all__ = ["Draft", "cross_checks"]

CHECKS: tuple[Check, ...] = (
    *world.CHECKS,
    *timetable.CHECKS,
    *programme.CHECKS,
    *siting.CHECKS,
)


def cross_checks(draft: Draft) -> list[InputProblem]:
    """Find all that is wrong between keys, between tables, and between both."""
    return [problem for check in CHECKS for problem in check(draft)]
