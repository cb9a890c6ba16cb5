"""One plan for several demands: best on average, in the worst of them, or with least regret.

Every demand keeps its own wishes and its own hours, as hour bands of its own beside those of the
others; both are taken in proportion to the demand's weight. Wishes and hours enter every part of an
aim but the worst-off group's in proportion, so the value of a plan is the weighted mean of its
values. One problem is solved by everything that solves problems, and classes of several demands
that no place is ever too full for, and that rank places alike, are one class (see `core`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy.sparse as sp

from optimise.arrays import F64, I64
from optimise.siting.core import core_of
from optimise.siting.moving import allowed, cheapest
from optimise.siting.problem import (
    Aim,
    Classes,
    Cut,
    Facilities,
    PlanSolution,
    Problem,
    ServiceOptions,
    close,
    require_valid,
)
from optimise.siting.program import PlanProgram, program_of, with_rows
from optimise.siting.search import best_plan, search
from optimise.siting.value import worth_of
from optimise.solver import Effort


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


Ruling = Literal["expected", "worst", "regret"]

SAME = ("cost", "most", "site", "area", "gives", "takes", "fixed")
"""Columns of moves that all demands share; hours given and taken may differ, as demands leave
other hours free."""


@dataclass(frozen=True, slots=True)
class RobustSolution:
    """A plan for several demands.

    Parameters
    ----------
    ruling
        ``expected``: the mean of values by weight; ``worst``: the least value; ``regret``: less
        the largest regret, so that larger is better in each.
    value, bound
        Of the ruling. No plan is better than the bound. A regret is against the best plan of a
        demand, of which only bounds may be known: `value` takes their upper ends (the regret is no
        worse), `bound` the values of the plans found (no plan's regret is less).
    status
        ``optimal``, ``feasible`` or ``infeasible``.
    times
        (M,) of each move.
    values
        (N,) of the plan in each demand.
    best_alone
        Best plan of each demand alone; empty unless the ruling is regret.
    cut
        As in `PlanSolution`, of any search.
    """

    ruling: Ruling
    value: float
    bound: float
    status: str
    times: I64
    values: F64
    best_alone: tuple[PlanSolution, ...]
    seconds: float
    cut: Cut = ""
    reason: str = ""


def robust_plan(
    problems: Sequence[Problem],
    aim: Aim,
    ruling: Ruling,
    *,
    weights: F64 | None = None,
    less: F64 | None = None,
    effort: Effort,
    known: Sequence[I64] | None = None,
) -> RobustSolution:
    """Find the plan that is best under a ruling.

    Parameters
    ----------
    problems
        (N,) with the same moves, rooms and budget; classes, options and hours are each one's own.
    weights
        (N,) probabilities for ``expected``; equal if None.
    less
        (N,) taken off values in each demand, such as what today is worth; nothing if None.
    effort
        For each search; under ``regret`` there is one for every demand alone.
    known
        Plans, each (M,) times, to be no worse than where they are allowed; None: greedy's for each
        demand.

    Raises
    ------
    ValueError
        If a problem is malformed, moves differ, or weights are not probabilities.
    """
    began = time.monotonic()
    chance = _checked(problems, aim, weights)
    together = mixture(problems, np.full(len(problems), 1.0))  # its limits are those of all
    first, reason = cheapest(together)
    if first is None:
        return _nothing(ruling, problems, reason, time.monotonic() - began)
    plans = [n for n in (first, *(known or ())) if allowed(together, n)]
    off = np.zeros(len(problems)) if less is None else np.asarray(less, np.float64)
    alone, slack = tuple[PlanSolution, ...](), 0.0
    if ruling == "regret":
        alone = tuple(best_plan(p, aim, effort, known=known) for p in problems)
        plans += [s.times for s in alone if allowed(together, s.times)]
        # The regret searched is against upper ends; against the values found it is less by the
        # largest gap at most.
        off = np.array([s.bound for s in alone])
        slack = max(s.bound - s.value for s in alone)
    start = plans[int(np.argmax(_scores(problems, plans, aim, ruling, chance, off)))]
    more, bound, cut = _searched(problems, aim, ruling, chance, off, start, effort, known)
    plans = [n for n in (*plans, *more) if allowed(together, n)]
    scores = _scores(problems, plans, aim, ruling, chance, off)
    best = int(np.argmax(scores))
    bound = max(min(bound + slack, 0.0 if ruling == "regret" else np.inf), scores[best])
    cuts = {cut, *(one.cut for one in alone)}
    return RobustSolution(
        ruling=ruling,
        value=float(scores[best]),
        bound=float(bound),
        status="optimal" if close(float(scores[best]), float(bound)) else "feasible",
        times=plans[best],
        values=values_in(problems, plans[best : best + 1], aim)[0],
        best_alone=alone,
        seconds=time.monotonic() - began,
        cut="clock" if "clock" in cuts else "effort" if "effort" in cuts else "",
    )


def _scores(
    problems: Sequence[Problem],
    plans: Sequence[I64],
    aim: Aim,
    ruling: Ruling,
    chance: F64,
    off: F64,
) -> F64:
    """(plans,) what the ruling says of each."""
    table = values_in(problems, plans, aim) - off
    return np.asarray(table @ chance if ruling == "expected" else table.min(axis=1))


def _nothing(
    ruling: Ruling, problems: Sequence[Problem], reason: str, seconds: float
) -> RobustSolution:
    """Return a solution without a plan."""
    nan, none = float("nan"), np.full(len(problems), np.nan)
    times = np.zeros(len(problems[0].moves.cost), np.int64)
    return RobustSolution(ruling, nan, nan, "infeasible", times, none, (), seconds, reason=reason)


def _searched(
    problems: Sequence[Problem],
    aim: Aim,
    ruling: Ruling,
    chance: F64,
    off: F64,
    start: I64,
    effort: Effort,
    known: Sequence[I64] | None,
) -> tuple[list[I64], float, Cut]:
    """Further plans, and a bound on the ruling's value of any.

    On average, and without groups, demands are one problem, weighed; else they are programs side
    by side, with a row for each.
    """
    if not aim.worst and ruling == "expected":
        mixed = mixture(problems, chance)
        found = best_plan(mixed, aim, effort, known=None if known is None else [*known, start])
        return [found.times], found.bound - float(chance @ off), found.cut
    program = _ruling_program([program_of(core_of(p, aim)) for p in problems], ruling, chance, off)
    searched = search(problems[0], program, effort, start)
    return searched.plans, searched.bound, searched.cut


def values_in(problems: Sequence[Problem], plans: Sequence[I64], aim: Aim) -> F64:
    """(plans, N) value of given moves in each demand; who goes where is best for each."""
    return np.array([[worth_of(p, times, aim).value for p in problems] for times in plans])


def _checked(problems: Sequence[Problem], aim: Aim, weights: F64 | None) -> F64:
    if not problems:
        raise ValueError("no demand is given")
    for problem in problems:
        require_valid(problem, aim)
        for name in SAME:
            if not np.array_equal(getattr(problem.moves, name), getattr(problems[0].moves, name)):
                raise ValueError(f"moves.{name} differs between demands")
        if problem.budget != problems[0].budget or not np.array_equal(
            problem.floor, problems[0].floor
        ):
            raise ValueError("budget or floor areas differ between demands")
        if not np.array_equal(problem.facilities.rooms, problems[0].facilities.rooms) or (
            problem.facilities.hours.shape != problems[0].facilities.hours.shape
        ):
            raise ValueError("rooms or hour bands differ between demands")
    count = len(problems)
    chance = np.full(count, 1.0 / count) if weights is None else np.asarray(weights, np.float64)
    if chance.shape != (count,) or (chance < 0).any() or not np.isclose(chance.sum(), 1.0):
        raise ValueError("weights must be a probability for each demand")
    return chance


def _ruling_program(
    programs: Sequence[PlanProgram], ruling: Ruling, chance: F64, off: F64
) -> PlanProgram:
    """Programs of the same moves in one; its last column is the least value.

    Under ``expected`` that column is nothing, and the mean is what is to be large.
    """
    moves = programs[0].moves
    rest = [len(each.gain) - moves for each in programs]
    columns = moves + sum(rest) + 1
    first = moves + np.cumsum([0, *rest])
    place = [
        np.concatenate([np.arange(moves), np.arange(at, at + width)])
        for at, width in zip(first, rest, strict=False)
    ]
    gains = np.zeros((len(programs), columns))
    for number, each in enumerate(programs):
        gains[number, place[number]] = each.gain
    blocks = [_placed(each.matrix, at, columns) for each, at in zip(programs, place, strict=True)]

    def beside(name: str, last: float) -> F64:
        parts = (getattr(each, name)[moves:] for each in programs)
        return np.concatenate([getattr(programs[0], name)[:moves], *parts, [last]])

    constants = np.array([each.constant for each in programs]) - off
    mean = ruling == "expected"
    program = PlanProgram(
        gain=chance @ gains if mean else np.append(np.zeros(columns - 1), 1.0),
        matrix=sp.csr_array(sp.vstack(blocks, format="csr")),
        limit=np.concatenate([each.limit for each in programs]),
        low=beside("low", 0.0 if mean else -np.inf),
        high=beside("high", 0.0 if mean else np.inf),
        whole=beside("whole", 0.0).astype(bool),
        moves=moves,
        constant=float(chance @ constants) if mean else 0.0,
        gates=np.concatenate([at[p.gates] for p, at in zip(programs, place, strict=True)]),
        gated=np.concatenate([each.gated for each in programs]),
        only_where=np.concatenate([each.only_where for each in programs]),
    )
    if mean:
        return program
    least = np.zeros((1, columns))
    least[0, -1] = 1.0
    return with_rows(program, sp.csr_array(least - gains), constants)


def _placed(matrix: sp.csr_array, place: I64, columns: int) -> sp.csr_array:
    """A matrix with its columns at other places among more of them."""
    entries = matrix.tocoo()
    where = (entries.row, place[entries.col])
    return sp.csr_array((entries.data, where), shape=(matrix.shape[0], columns))
