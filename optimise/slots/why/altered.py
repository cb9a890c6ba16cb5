"""A problem with the arrays of one request changed, and a request alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from optimise.slots.problem import ANY, Problem, Requests, Sessions

__all__ = ["Option", "Window", "alone", "with_options", "with_values", "with_windows"]

I64 = npt.NDArray[np.int64]

Option = tuple[int, int, float]
"""Venue, rank and walk."""

Window = tuple[int, int, int, int]
"""Weekday, begin, end and choice."""

_OPTIONS = ("option_venue", "option_rank", "option_walk")
_WINDOWS = ("window_weekday", "window_begin", "window_end", "window_choice")


def alone(problem: Problem, request: int) -> Problem:
    """The problem of one request with nobody beside it; its number is 0.

    Locks are left out, rejections and last season's sessions are those that concern it.
    """
    asked = problem.requests
    found: dict[str, Any] = {}
    for name in Requests.__slots__:
        column = getattr(asked, name)
        if name in ("option_first", "window_first"):
            low, high = column[request], column[request + 1]
            found[name] = np.array([0, high - low], dtype=np.int64)
        elif name.startswith(("option_", "window_")):
            first = asked.option_first if name.startswith("option_") else asked.window_first
            found[name] = column[first[request] : first[request + 1]]
        else:
            found[name] = column[request : request + 1]
    return replace(
        problem,
        requests=Requests(**found),
        locks=Sessions(),
        rejections=_of_one(problem.rejections, request),
        last_season=_of_one(problem.last_season, request),
    )


def with_values(problem: Problem, request: int, **values: float) -> Problem:
    """Other numbers for a request: `weight`, `shortest`, `sessions`, `spacing`."""
    changed = {}
    for name, value in values.items():
        column = getattr(problem.requests, name).copy()
        column[request] = value
        changed[name] = column
    return replace(problem, requests=replace(problem.requests, **changed))


def with_windows(
    problem: Problem, request: int, windows: Sequence[Window], *, instead: bool = False
) -> Problem:
    """More windows for a request, or others."""
    return _with_rows(problem, request, windows, "window_first", _WINDOWS, instead=instead)


def with_options(
    problem: Problem, request: int, options: Sequence[Option], *, instead: bool = False
) -> Problem:
    """More venues for a request, or others."""
    return _with_rows(problem, request, options, "option_first", _OPTIONS, instead=instead)


def _with_rows(
    problem: Problem,
    request: int,
    rows: Sequence[tuple[float, ...]],
    first: str,
    names: Sequence[str],
    *,
    instead: bool,
) -> Problem:
    """Put entries at the end of those that a request has in a ragged array, or in their place."""
    starts = getattr(problem.requests, first)
    begin, end = int(starts[request]), int(starts[request + 1])
    keep = begin if instead else end
    changed = {}
    for at, name in enumerate(names):
        column = getattr(problem.requests, name)
        more = np.array([row[at] for row in rows], dtype=column.dtype)
        changed[name] = np.concatenate((column[:keep], more, column[end:]))
    moved = starts.copy()
    moved[request + 1 :] += len(rows) - (end - keep)
    changed[first] = moved
    return replace(problem, requests=replace(problem.requests, **changed))


def _of_one(sessions: Sessions, request: int) -> Sessions:
    return Sessions.of(
        [
            (ANY if r == ANY else 0, v, d, s, n)
            for r, v, d, s, n in sessions.rows()
            if r in (ANY, request)
        ]
    )
