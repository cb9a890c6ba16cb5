"""Plans and bounds of large programs, block by block, for one budget or many.

Blocks are asked at prices from a linear relaxation (`pricing`). What they answer is a bound, which
for other budgets changes by the price of money times the difference, and names the moves that
are worth looking at: the program with all other moves left alone is small and soon solved.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.blocks import parts_of
from optimise.siting.planner.core import Core
from optimise.siting.planner.guess import priced, rates, repaired, rough_money
from optimise.siting.planner.joint import apart
from optimise.siting.planner.outcome import GAP
from optimise.siting.planner.pricing import Market, Prices, prices_from
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import Relaxed, Written, relax, search

__all__ = ["LARGE", "LARGE_FOR_MANY", "Decomposed", "with_budget"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

LARGE = 50_000
"""Columns from which a program is worth taking apart for one budget: below, HiGHS proves more."""
LARGE_FOR_MANY = 3_000
"""The same for a frontier, whose budgets share what blocks answer."""
_ASKING = 0.4
"""Part of the time for asking; the rest is for the program of few moves."""
_FEELING = 3
"""Rounds of finding a price of money."""
_ROUGH_GAP = 1e-3
_BLOCK_GAP = 2e-5
"""Relative gap of a block's solution: a tenth of what is left between blocks or less."""


class Decomposed:
    """A large program, taken apart.

    Attributes
    ----------
    proofs
        (bound for the program's own budget, price of money) of each round of asking.
    prices
        That blocks were asked at last, from a relaxation.
    near
        (M,) whole numbers on both sides of what relaxations make of each move: worth looking at.
    """

    def __init__(self, problem: Problem, program: Written, plans: Sequence[I64], workers: int):
        self.problem, self.program = problem, program
        self.parts = parts_of(program)
        self.has_money = bool(np.isfinite(problem.budget))
        self.proofs: list[tuple[float, float]] = []
        self.plans = list(plans)
        self.market = Market(self.parts, workers)
        self.prices = Prices(np.zeros(0), np.zeros((0, 0)))
        self.near: list[F64] = []

    def learn(self, until: float, budget: float, relaxed: Relaxed | None = None) -> bool:
        """Ask every block at the prices of the linear relaxation for a budget.

        Returns whether there was time for it.
        """
        if relaxed is None:
            program = with_budget(self.program, self.problem, budget)
            relaxed = relax(program, until - time.monotonic())
        if relaxed is None:
            return False
        difference = self.problem.budget - budget if self.has_money else 0.0
        prices = self.prices = prices_from(self.parts, relaxed)
        share = relaxed.x[: self.program.moves]
        self.near += [np.floor(share + 1e-6), np.ceil(share - 1e-6)]
        money = float(prices.rows[0]) if self.has_money else 0.0
        self.proofs.append((relaxed.value + money * difference, money))
        ask_until = time.monotonic() + _ASKING * (until - time.monotonic())
        self.proofs.append(
            (self.market.ask(prices, ask_until, _BLOCK_GAP) + money * difference, money)
        )
        return True

    def feel(self, core: Core, until: float) -> None:
        """Find a price of money without the linear relaxation, and ask every block at it.

        Blocks are relaxed one by one at a rough price, which moves with what they spend.
        """
        problem, rate = self.problem, rates(core)
        money = rough_money(problem, rate) if self.has_money else 0.0
        began = time.monotonic()
        for turn in range(_FEELING if self.has_money else 0):
            prices = priced(problem, self.parts, money)
            end = began + 0.4 * (until - began) * (turn + 1) / _FEELING
            bound = self.market.ask(prices, end, GAP, whole=False)
            self.proofs.append((bound, money))
            if not np.isfinite(bound):
                break
            money *= float(np.clip(self.market.spent / max(problem.budget, 1.0), 0.25, 4.0)) ** 0.6
        prices = priced(problem, self.parts, money)
        end = time.monotonic() + _ASKING * (until - time.monotonic())
        self.proofs.append((self.market.ask(prices, end, _ROUGH_GAP), money))
        self.plans.append(repaired(problem, self.market.union(), rate))

    def bound(self, budget: float) -> float:
        """No plan within a budget is worth more."""
        if not self.has_money:
            return min((bound for bound, _ in self.proofs), default=np.inf)
        less = self.problem.budget - budget
        return min((bound - money * less for bound, money in self.proofs), default=np.inf)

    def best(
        self, until: float, budget: float, unlike: Sequence[I64] = (), differ_by: int = 1
    ) -> I64:
        """The best plan of the moves that blocks or relaxations have asked for, if found in time.

        Plans that differ from others are looked for among these moves too.
        """
        program = with_budget(self.program, self.problem, budget)
        low, high = program.low.copy(), program.high.copy()
        some = slice(0, program.moves)
        low[some], high[some] = self.market.range_of_moves([*self.plans, *self.near])
        few = apart(replace(program, low=low, high=high), unlike, differ_by)
        found = search(few, until - time.monotonic(), GAP / 10)
        if found.x is None:
            return self.plans[-1] if budget == self.problem.budget else self.plans[0]
        times = np.rint(found.x[some]).astype(np.int64)
        self.plans.append(times)
        return times


def with_budget(program: Written, problem: Problem, budget: float) -> Written:
    """The same program for another budget; both must be finite, or equal."""
    if budget == problem.budget:
        return program
    limit = program.limit.copy()
    limit[program.parts["moves"].start] = budget
    return replace(program, limit=limit)
