"""What would change the plan in the planning model: a site left out, money, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from optimise.solver import side_by_side
from sim.arrays import I64
from sim.siting.figures import NO_FIGURE
from sim.siting.moves.catalogue import Catalogue, Times
from sim.siting.outcome import JudgedPlan, LeftOutSite, Point, YearOfMove
from sim.siting.planning.planner import Planner, ProposedPlan

WORST_POINTS = 8
LEFT_OUT = 8
"""Sites without which a plan is searched for, those with most at stake."""
NEARLY = 1e-9
"""Difference of shares that is more than rounding."""


def sites_left_out(planner: Planner, times: Times, bound: float) -> tuple[LeftOutSite, ...]:
    """Value of each site of a plan: the best plan in which nothing is done there is worse by it.

    Largest regret first. For the sites with most at stake a plan without them is searched for; of
    the others it is told what is lost with nothing in their place. `simulated` is for whoever
    simulates to fill in.

    Parameters
    ----------
    bound
        No plan gains more.
    """
    catalogue, value = planner.data.catalogue, planner.gain(times)
    without = {site: planner.without_site(site) for site in sites_of(catalogue, times)}
    kept = {site: other.clipped(times) for site, other in without.items()}
    order = sorted(kept, key=lambda site: planner.gain(kept[site]))
    worth = planner.separate()

    def left_out(site: str) -> LeftOutSite:
        other = without[site]
        rest = kept[site] if other.affords(kept[site]) else other.clipped((0,) * len(times))
        if site not in order[:LEFT_OUT]:
            least = other.gain(rest)  # what is kept, or only what is decided
            return LeftOutSite(site, 0.0, max(0.0, bound - least), (), NO_FIGURE, searched=False)
        found = other.best([rest, other.greedy(worth, rest)])
        moves = zip(catalogue.moves, found.times, times, strict=True)
        return LeftOutSite(
            site,
            regret=max(0.0, value - found.bound),
            regret_at_most=max(0.0, bound - found.value),
            instead=tuple(move.words for move, n, was in moves if n > was),
            simulated=NO_FIGURE,
        )

    found = side_by_side(left_out, order, planner.workers)
    return tuple(sorted(found, key=lambda one: (-one.regret, one.site)))


def sites_of(catalogue: Catalogue, times: Times) -> tuple[str, ...]:
    """Sites (and links) at which a plan does something, in the catalogue's order."""
    pairs = zip(catalogue.moves, times, strict=True)
    return tuple(dict.fromkeys(move.site for move, n in pairs if n))


def cost_front(planner: Planner, budgets: Sequence[float]) -> tuple[Point, ...]:
    """The best plan for each budget, no worse than greedy's.

    Where a plan for less money is better than what was found, it is the plan for more money too.
    """
    worth = planner.separate()
    each = [planner.with_budget(budget) for budget in sorted(budgets)]
    greedy = [one.greedy(worth) for one in each]
    found = side_by_side(lambda n: each[n].best([greedy[n]]), range(len(each)), planner.workers)
    points: list[Point] = []
    for one, plan in zip(each, found, strict=True):
        if points and points[-1].value > plan.value:
            plan = one.known_plan(points[-1].times, plan.bound)
        points.append(_point("cost", planner, one.problem.budget, plan))
    return tuple(points)


def _point(
    front: Literal["cost", "worst"],
    planner: Planner,
    budget: float,
    plan: ProposedPlan | JudgedPlan,
) -> Point:
    return Point(
        front=front,
        budget=budget,
        times=plan.times,
        cost=planner.data.catalogue.cost(plan.times),
        value=plan.value,
        bound=plan.bound,
        status=plan.status,
        worst=planner.worst(plan.times),
        plan="",
        simulated=NO_FIGURE,
    )


def judged_point(planner: Planner, budget: float, plan: JudgedPlan) -> Point:
    """The recommended plan of a budget that was searched, which is simulated."""
    return replace(_point("cost", planner, budget, plan), plan=plan.label, simulated=plan.gain)


def worst_front(planner: Planner, fair: Planner, bound: float) -> tuple[Point, ...]:
    """Best plans as the worst-off group counts more and more, none dominated.

    A sum of weights finds the plans that some rate of exchange prefers; plans in a hollow between
    two of them are not found. Weights rise from 0 so that worst-off and mean trade at every rate:
    weight w against the rest of the aim, w = q / (1 - q) for q evenly spaced in [0, 0.95].

    Parameters
    ----------
    planner
        Of the scenario's own aim: gains are told of it.
    fair
        The same with groups.
    bound
        No plan gains more by the scenario's own aim.
    """
    if not fair.problem.groups:
        return ()
    known: list[Times] = []
    points: list[Point] = []
    for part in np.linspace(0, 0.95, WORST_POINTS):
        aim = fair.siting.aim.model_copy(update={"worst": float(part / (1 - part))})
        mixed = replace(fair, siting=fair.siting.model_copy(update={"aim": aim}))
        known.append(mixed.best(known).times)
        plan = planner.known_plan(known[-1], bound)
        points.append(
            replace(
                _point("worst", planner, planner.problem.budget, plan), worst=fair.worst(plan.times)
            )
        )
    kept: list[Point] = []
    for point in sorted(points, key=lambda p: (-p.value, -p.worst)):
        if not kept or point.worst > kept[-1].worst + NEARLY:
            kept.append(point)
    return tuple(kept)


_CENT = 1e-6
"""Rounding, in yuan and square metres, by which sums may be off."""


def openings(
    planner_of: Mapping[int, Planner], times: Times, budget: float
) -> tuple[YearOfMove, ...]:
    """The order in which a plan is carried out.

    Parameters
    ----------
    planner_of
        The planning model in the demand of each year.
    budget
        Yuan a year at the end of the path.
    """
    done = np.zeros(len(times), dtype=np.int64)
    found: list[YearOfMove] = []
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
            found.append(YearOfMove(year, move, gain, cost, committed))
    return tuple(found)


def _next(planner: Planner, times: Times, done: I64, money: float, last: bool
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


def _fits(planner: Planner, times: I64) -> bool:
    """Whether floor areas are enough."""
    moves, floor = planner.problem.moves, planner.problem.floor
    used = np.zeros(len(floor))
    some = moves.site >= 0
    np.add.at(used, moves.site[some], times[some] * moves.area[some])
    return bool((used <= floor + _CENT).all())
