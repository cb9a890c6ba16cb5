"""Several demands for the same moves as one problem: what a plan is worth on average over them.

Every demand keeps its own wishes and its own hours, as hour bands of its own beside those of the
others; both are taken in proportion to the demand's weight. Wishes and hours enter every part of an
aim but the worst-off group's in proportion, so the value of a plan is the weighted mean of its
values. One problem is solved by everything that solves problems, and classes of several demands
that no place is ever too full for, and that rank places alike, are one class (see `core`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from optimise.siting.problem import Classes, Facilities, Problem, ServiceOptions

__all__ = ["mixture"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


def mixture(problems: Sequence[Problem], weights: F64) -> Problem:
    """The problem whose value of moves is the weighted sum of their values, without groups.

    Parameters
    ----------
    problems
        (N,) with the same moves and facilities, but for hours.
    weights
        (N,) at least 0. Of a demand of weight 0 the wishes are left out; that hours taken must be
        there is kept to.
    """
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
