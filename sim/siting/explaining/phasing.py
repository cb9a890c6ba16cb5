"""In which year of the growth path what a plan does is done, while money comes year by year.

Of a plan for the horizon with T years, t / T of the budget is committed by the t-th year. In each
year what is left of the plan is done in the order of its gain for each yuan in the demand of that
year, while money and floor area last; what costs nothing or saves comes first if it loses nothing
then. The last year does all that is left.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sim.siting.offered.catalogue import Times
from sim.siting.outcome import Opening
from sim.siting.planning.proposer import Planner

__all__ = ["openings"]

F64 = npt.NDArray[np.float64]

_CENT = 1e-6
"""Of money and area, by which sums may be off."""


def openings(planner_of: Mapping[int, Planner], times: Times, budget: float) -> tuple[Opening, ...]:
    """The order in which a plan is carried out.

    Parameters
    ----------
    planner_of
        The planning model in the demand of each year.
    budget
        Yuan a year at the end of the path.
    """
    done = np.zeros(len(times), dtype=np.int64)
    found: list[Opening] = []
    years = sorted(planner_of)
    for number, year in enumerate(years, start=1):
        planner, last = planner_of[year], number == len(years)
        committed = budget * number / len(years)
        while (
            move := _next(planner, times, done, np.inf if last else committed, last)
        ) is not None:
            before = planner.gain(tuple(done.tolist()))
            done[move] += 1
            gain = planner.gain(tuple(done.tolist())) - before
            cost = float(planner.problem.moves.cost @ done)
            found.append(Opening(year, move, gain, cost, committed))
    return tuple(found)


def _next(planner: Planner, times: Times, done: npt.NDArray[np.int64], money: float, last: bool
) -> int | None:  # fmt: skip
    """The move that gains most for a yuan and may be made now; None: none."""
    moves, before = planner.problem.moves, planner.gain(tuple(done.tolist()))
    rates: dict[int, float] = {}
    for m in np.flatnonzero(done < np.array(times)).tolist():
        more = done.copy()
        more[m] += 1
        if moves.cost @ more > money + _CENT or not _fits(planner, more):
            continue
        gain, cost = planner.gain(tuple(more.tolist())) - before, float(moves.cost[m])
        if gain < 0 and not last:
            continue
        rates[m] = gain / cost if cost > 0 else np.inf
    return max(rates, key=lambda m: (rates[m], -m)) if rates else None


def _fits(planner: Planner, times: npt.NDArray[np.int64]) -> bool:
    """Whether floor areas are enough."""
    moves, floor = planner.problem.moves, planner.problem.floor
    used = np.zeros(len(floor))
    some = moves.site >= 0
    np.add.at(used, moves.site[some], times[some] * moves.area[some])
    return bool((used <= floor + _CENT).all())
