"""Single changes of a request, by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimise.slots.problem import ANY, Problem, Sessions
from optimise.slots.why.altered import with_options, with_values, with_windows
from optimise.slots.why.resolved import Row

__all__ = ["KINDS", "Change", "changed", "unrejected"]

KINDS = ("hour", "weekday", "venue", "shorter", "spacing", "rejection", "priority", "lock")
"""In the order of size: what a group may bend itself, then what a planner may."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one request.

    Parameters
    ----------
    kind
        Of `KINDS`: also a window for `row` on a day it asked for, or on another day; also the
        venue of `row`; a shorter shortest session; fewer days from one session to the next; no
        rejection of `row` by name of the request; a higher weight; locks of `row` and of what the
        request keeps.
    size
        In minutes: how far the hour moves; 120 more on a weekday it did not ask for; 180 for
        another venue, more by the walk beyond its farthest; 240 and what is cut off; 300 and
        60 a day of spacing; 720 for a rejection, which is the planner's. Priority and lock have
        none: 0.
    row
        The session that the change makes possible, or that shows what it would lead to.
    number
        New shortest length (cells), spacing or weight.
    rank, walk
        Of the new venue.
    choice
        Of the new window.
    kept
        Other sessions of the request that are locked with `row`.
    """

    kind: str
    size: float
    row: Row
    number: float = 0.0
    rank: int = 0
    walk: float = 0.0
    choice: int = 0
    kept: tuple[Row, ...] = ()


def changed(problem: Problem, change: Change) -> Problem:
    """The problem with a change made."""
    request, venue, weekday, start, length = change.row
    if change.kind in ("hour", "weekday"):
        window = (weekday, start, start + length, change.choice)
        return with_windows(problem, request, [window])
    if change.kind == "venue":
        return with_options(problem, request, [(venue, change.rank, change.walk)])
    if change.kind == "rejection":
        return unrejected(problem, [change.row])
    if change.kind == "lock":
        locks = {*problem.locks.rows(), *change.kept, change.row}
        return replace(problem, locks=Sessions.of(sorted(locks)))
    name = {"shorter": "shortest", "spacing": "spacing", "priority": "weight"}[change.kind]
    return with_values(problem, request, **{name: change.number})


def unrejected(problem: Problem, rows: Sequence[Row]) -> Problem:
    """Without the rejections of a request by name that meet some of its sessions."""

    def meets(rejection: Row) -> bool:
        return any(
            rejection[0] == row[0]
            and all(p in (ANY, q) for p, q in zip(rejection[1:], row[1:], strict=True))
            for row in rows
        )

    kept = [row for row in problem.rejections.rows() if not meets(row)]
    return replace(problem, rejections=Sessions.of(kept))
