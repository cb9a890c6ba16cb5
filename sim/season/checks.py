"""What is wrong with a season before anything is solved: decisions that no timetable can follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sim.scenario.problems import Problem
from sim.season.decisions import Decision
from sim.season.locks import Lock, why_not
from sim.season.locks_together import check_together
from sim.season.plan import Plan, Row

__all__ = ["check_locks", "known_names"]


def known_names(
    decisions: Sequence[Decision], requests: Mapping[str, object], plan: Plan
) -> Iterator[Problem]:
    """Decisions of the scenario or the command line that name what is not there.

    Those of the table are checked with all tables.
    """
    step = plan.problem.season.step
    for one in decisions:
        if one.key == "request":
            continue
        if one.row.request not in requests:
            message = f"{one.row.request}: no request of this name"
            yield one.problem(message, tuple(requests), one.row.request)
        if one.row.venue is not None and one.row.venue not in plan.venues:
            message = f"{one.row.venue}: no venue of this name"
            yield one.problem(message, plan.venues, one.row.venue)
        if one.start >= 0 and (one.start % step or one.minutes % step):
            words = f"{one.row.start}-{one.row.end}"
            yield one.problem(f"{words} lies on no multiple of {step} minutes")


def check_locks(plan: Plan, decisions: Sequence[Decision]) -> Iterator[Problem]:
    """Locks that break a rule, that exclude each other, or that are too many."""
    step = plan.problem.season.step
    on_grid = [d for d in decisions if d.start < 0 or not (d.start % step or d.minutes % step)]
    locks = [Lock(d, row) for d in on_grid if (row := _row(plan, d, "lock")) is not None]
    rejections = [(d, row) for d in on_grid if (row := _row(plan, d, "reject")) is not None]
    allowed = set(plan.placements.sessions(np.arange(len(plan.placements))).rows())
    for lock in locks:
        if lock.row not in allowed:
            yield lock.decision.problem(why_not(plan, lock, rejections))
    yield from check_together(plan, locks)


def _row(plan: Plan, decision: Decision, kind: str) -> Row | None:
    if decision.row.decision != kind:
        return None
    locks, rejections = plan.decided([decision])
    rows = (locks if kind == "lock" else rejections).rows()
    return rows[0] if rows else None
