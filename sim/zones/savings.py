"""Which hours or venues closed would save so much, and how much use would end.

A heuristic: step by step what ends the least use for a yuan saved, until the target is reached;
the last step is the one that reaches it with the least use lost; then steps that turned out not
to be needed are dropped. How far it may be from the best plan is known from a linear programme
(`least_lost`) in which hours and venues may be closed in part: no plan loses less.

Use lost is what was used there, as if nobody went elsewhere: an upper bound, which a run of the
plan (`closures_yaml`) replaces by the number of people who in fact find no place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from sim.arrays import F64, I64, Bools
from sim.measure.closing import BLOCKS, N_BLOCKS, Stock

_NOTHING = 1e-6
"""Yuan a year that count as no saving."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A closure that could be made.

    Attributes
    ----------
    centre
        Number of the centre in the world.
    block
        Index into `BLOCKS`, -1 for a venue closed wholly.
    venue
        Position in the stock, -1 for hours of a centre.
    closed, wholly
        (V, N_BLOCKS) hours and (V,) venues it closes.
    """

    centre: int
    block: int
    venue: int
    closed: Bools
    wholly: Bools


@dataclass(frozen=True, slots=True)
class SavingStep:
    """A closure of a plan, after those before it.

    Attributes
    ----------
    saves
        Yuan a year.
    lost
        (n,) person-hours a year, by replication.
    """

    candidate: Candidate
    saves: float
    lost: F64


def candidates(stock: Stock) -> list[Candidate]:
    """Every block of hours of every centre, and every venue."""
    made = []
    for centre in np.unique(stock.centre).tolist():
        here = stock.centre == centre
        for b in range(len(BLOCKS)):
            closed, wholly = stock.none_closed()
            opens = stock.members[stock.pattern_block == b].any(axis=0)
            closed[here & opens, b] = True
            if closed.any():
                made.append(Candidate(centre, b, -1, closed, wholly))
        for v in np.flatnonzero(here).tolist():
            closed, wholly = stock.none_closed()
            closed[v], wholly[v] = True, True
            made.append(Candidate(centre, -1, v, closed, wholly))
    return made


class _SavingsPlan:
    """Closures made so far, and what each further one would add."""

    def __init__(self, stock: Stock, options: list[Candidate]) -> None:
        self.stock, self.options = stock, options
        self.closed, self.wholly = stock.none_closed()
        self.steps: list[SavingStep] = []
        self.saved = 0.0
        self.lost = 0.0
        self.saves, self.loses = np.zeros(len(options)), np.zeros(len(options))
        self._centre = np.array([c.centre for c in options])
        self._mean = stock.used.mean(axis=0)
        self._look(np.arange(len(options)))

    def _look(self, at: I64) -> None:
        """Saving and loss of each option as things stand."""
        for i in at.tolist():
            option = self.options[i]
            new = option.closed & ~self.closed
            after = self.stock.saving(self.closed | new, self.wholly | option.wholly)
            self.saves[i] = after - self.saved
            self.loses[i] = self._mean[new].sum()

    def close(self, i: int) -> None:
        """Make a closure; only options of the same centre change by it."""
        option = self.options[i]
        lost = self.stock.use_lost(option.closed & ~self.closed)
        self.steps.append(SavingStep(option, float(self.saves[i]), lost))
        self.lost += float(self.loses[i])
        self.closed |= option.closed
        self.wholly |= option.wholly
        self.saved = self.stock.saving(self.closed, self.wholly)
        self._look(np.flatnonzero(self._centre == option.centre))


def cheapest_plan(stock: Stock, target: float) -> tuple[SavingStep, ...]:
    """Steps that save the target, or all that there is to save."""
    options = candidates(stock)
    plan = _SavingsPlan(stock, options)
    taken: list[int] = []
    best, least = None, np.inf
    while plan.saved < target - _NOTHING and plan.lost < least:
        useful = plan.saves > _NOTHING
        if not useful.any():
            break
        enough = useful & (plan.saves >= target - plan.saved - _NOTHING)
        if enough.any():
            last = int(np.argmin(np.where(enough, plan.loses, np.inf)))
            if plan.lost + plan.loses[last] < least:
                best, least = [*taken, last], plan.lost + plan.loses[last]
        price = np.where(useful, plan.loses / np.where(useful, plan.saves, 1.0), np.inf)
        cheapest = int(np.lexsort((-plan.saves, price))[0])
        taken.append(cheapest)
        plan.close(cheapest)
    chosen = taken if best is None else best
    return _replayed(stock, [options[i] for i in _needed(stock, options, chosen, target)])


def _needed(stock: Stock, options: list[Candidate], chosen: list[int], target: float) -> list[int]:
    """Drop closures without which the target is still reached, those that lose most first."""
    reached = min(target, stock.saving(*_together(stock, [options[i] for i in chosen])))
    kept = list(chosen)
    mean = stock.used.mean(axis=0)
    for i in sorted(chosen, key=lambda i: -mean[options[i].closed].sum()):
        without = [k for k in kept if k != i]
        if stock.saving(*_together(stock, [options[k] for k in without])) >= reached - _NOTHING:
            kept = without
    return kept


def _together(stock: Stock, made: list[Candidate]) -> tuple[Bools, Bools]:
    """Mark all hours and venues that some closures close."""
    closed, wholly = stock.none_closed()
    for option in made:
        closed |= option.closed
        wholly |= option.wholly
    return closed, wholly


def _replayed(stock: Stock, made: list[Candidate]) -> tuple[SavingStep, ...]:
    """Closures one after the other, each by what it adds."""
    plan = _SavingsPlan(stock, made)
    for i in range(len(made)):
        plan.close(i)
    return tuple(plan.steps)


def least_lost(stock: Stock, target: float) -> float:
    """Person-hours a year that any plan loses at least; NaN if the target is out of reach.

    Linear programme over x (venue and block closed), y (venue wholly), z (pattern without staff),
    all in [0, 1]: y and z are at most the x that they need, savings reach the target.
    """
    n_venues, n_patterns = len(stock.venues), len(stock.staff)
    n_x = n_venues * N_BLOCKS
    x = np.arange(n_x).reshape(n_venues, N_BLOCKS)
    whole = np.repeat(n_x + np.arange(n_venues), N_BLOCKS)
    pattern, member = np.nonzero(stock.members)
    upper = np.concatenate([whole, n_x + n_venues + pattern])
    lower = np.concatenate([x.ravel(), x[member, stock.pattern_block[pattern]]])
    n_rows, size = len(upper), n_x + n_venues + n_patterns
    row, ones = np.tile(np.arange(n_rows), 2), np.repeat([1.0, -1.0], n_rows)
    order = sparse.csr_array((ones, (row, np.append(upper, lower))), (n_rows, size))
    saves = np.concatenate([stock.energy.ravel(), stock.area, stock.staff])
    loses = np.concatenate([stock.used.mean(axis=0).ravel(), np.zeros(n_venues + n_patterns)])
    found = milp(  # without integers it is a linear programme
        loses,
        constraints=[LinearConstraint(order, ub=0.0), LinearConstraint(saves[None, :], lb=target)],
        bounds=Bounds(0.0, 1.0),
    )
    return max(float(found.fun), 0.0) if found.status == 0 else float("nan")
