"""One plan for several demands: the best on average, as one problem.

Every demand keeps its own wishes and its own hours, as hour bands of its own beside those of the
others; both are taken in proportion to the demand's weight. Wishes and hours enter every part of an
aim but the worst-off group's in proportion, so the value of a plan is the weighted mean of its
values. Classes of several demands that no place is ever too full for, and that rank places alike,
are one class (see `core`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from optimise.arrays import F64, I64
from optimise.siting.problem import Classes, Facilities, Problem, ServiceOptions

SAME = ("cost", "most", "site", "area", "gives", "takes", "fixed")
"""Columns of moves that all demands share; hours given and taken may differ, as demands leave
other hours free."""


def mixture(problems: Sequence[Problem], weights: F64) -> Problem:
    """The problem whose value of moves is the weighted sum of their values, without groups.

    Parameters
    ----------
    problems
        (N,) with the same moves and facilities, but for hours.
    weights
        (N,) at least 0. Of a demand of weight 0 the wishes are left out; that hours taken must be
        there is kept to.

    Raises
    ------
    ValueError
        If budgets, moves or rooms differ.
    """
    _require_alike(problems)
    every = [(p, float(w)) for p, w in zip(problems, weights, strict=True)]
    some = [(n, p, w) for n, (p, w) in enumerate(every) if w > 0]
    first = problems[0]
    none = np.zeros(0)
    wishes = np.concatenate([none, *(w * p.classes.wishes for _, p, w in some)])
    before = np.cumsum([0, *(len(p.classes.wishes) for _, p, _ in some)])
    bands = first.facilities.hours.shape[1]

    def options(name: str) -> F64:
        return np.concatenate([none, *(getattr(p.options, name) for _, p, _ in some)])

    def beside(hours: Callable[[Problem], F64]) -> F64:
        return np.concatenate([(w or 1.0) * hours(p) for p, w in every], axis=1)

    def shifted(name: str, by: Sequence[int]) -> I64:
        parts = [getattr(p.options, name) + n for n, (_, p, _) in zip(by, some, strict=False)]
        return np.concatenate([none, *parts]).astype(np.int64)

    return Problem(
        classes=Classes(
            wishes=wishes,
            worth=np.concatenate([none, *(p.classes.worth for _, p, _ in some)]),
            group=np.full(len(wishes), -1),
        ),
        facilities=Facilities(first.facilities.rooms, beside(lambda p: p.facilities.hours)),
        moves=replace(
            first.moves,
            gives_hours=beside(lambda p: p.moves.gives_hours),
            takes_hours=beside(lambda p: p.moves.takes_hours),
        ),
        options=ServiceOptions(
            of_class=shifted("of_class", before.tolist()),
            facility=options("facility").astype(np.int64),
            band=shifted("band", [n * bands for n, _, _ in some]),
            asked=options("asked"),
            hours=options("hours"),
            value=options("value"),
            near=options("near").astype(np.bool_),
            link=options("link").astype(np.int64),
        ),
        budget=first.budget,
        floor=first.floor,
    )


def _require_alike(problems: Sequence[Problem]) -> None:
    first = problems[0]
    for other in problems[1:]:
        if any(
            not np.array_equal(getattr(other.moves, name), getattr(first.moves, name))
            for name in SAME
        ):
            raise ValueError("moves differ between demands")
        if other.budget != first.budget or not np.array_equal(other.floor, first.floor):
            raise ValueError("budget or floor areas differ between demands")
        if not np.array_equal(other.facilities.rooms, first.facilities.rooms) or (
            other.facilities.hours.shape != first.facilities.hours.shape
        ):
            raise ValueError("rooms or hour bands differ between demands")
