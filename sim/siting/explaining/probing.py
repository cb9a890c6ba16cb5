"""What would change the plan, in the planning model: sites left out, money, demand misjudged."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from optimise.siting.planner.blocks import side_by_side
from optimise.siting.planner.frontier import worst_off_frontier
from sim.siting.offered.catalogue import Catalogue, Times
from sim.siting.outcome import LeftOut, Misjudged, Point
from sim.siting.outcome.figures import NO_FIGURE
from sim.siting.planning.problem import aim_of
from sim.siting.planning.proposal import Proposal
from sim.siting.planning.proposer import Planner
from sim.siting.simulated.estimate import Estimate

__all__ = [
    "FACTORS",
    "cost_front",
    "misjudged",
    "scaled",
    "sites_left_out",
    "worst_front",
]

WORST_POINTS = 8
FACTORS = (0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0)
"""Factors by which demand may have been misjudged that are looked at."""


def sites_left_out(planner: Planner, times: Times) -> tuple[LeftOut, ...]:
    """What each site of a plan adds: the best plan in which nothing is done there is worse by it.

    Largest regret first. Sites with most at stake are searched first, for as long as the model's
    best plans are searched for; of those for which no time is left it is told what is lost with
    nothing in their place. `simulated` is for whoever simulates to fill in.
    """
    catalogue, siting = planner.meaning.ground.catalogue, planner.siting
    best, alone = planner.best(times), replace(planner, workers=1)
    without = {site: alone.without(site) for site in sites_of(catalogue, times)}
    kept = {site: other.clipped(times) for site, other in without.items()}
    order = sorted(kept, key=lambda site: planner.gain(kept[site]))
    until = time.monotonic() + siting.time_limit_seconds * siting.plans

    def left_out(site: str) -> LeftOut:
        other, left = without[site], until - time.monotonic()
        if left <= 0:
            rest = kept[site] if other.affords(kept[site]) else other.clipped((0,) * len(times))
            least = other.gain(rest)  # what is kept, or only what is decided
            return LeftOut(site, 0.0, max(0.0, best.bound - least), (), NO_FIGURE, searched=False)
        found = other.best(times, min(left, siting.time_limit_seconds))
        moves = zip(catalogue.moves, found.times, best.times, strict=True)
        return LeftOut(
            site,
            regret=max(0.0, best.value - found.bound),
            regret_bound=max(0.0, best.bound - found.value),
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
    """The best plan for each budget, all together as long as the best plans are searched for.

    Where a plan for less money is better than what was found, it is the plan for more money too.
    """
    siting, ordered = planner.siting, sorted(budgets)
    each = siting.time_limit_seconds * siting.plans * planner.workers / max(len(ordered), 1)
    seconds = min(each, siting.time_limit_seconds)
    alone = [replace(planner.within(budget), workers=1) for budget in ordered]
    points: list[Point] = []
    found = side_by_side(lambda one: one.best(seconds=seconds), alone, planner.workers)
    for one, plan in zip(alone, found, strict=True):
        if points and points[-1].value > plan.value:
            plan = one.known(points[-1].times, plan.bound)
        points.append(_point(planner, one.problem.budget, plan))
    return tuple(points)


def _point(planner: Planner, budget: float, plan: Proposal) -> Point:
    return Point(
        front="cost",
        budget=budget,
        times=plan.times,
        cost=planner.meaning.ground.catalogue.cost(plan.times),
        value=plan.value,
        bound=plan.bound,
        status=plan.status,
        worst=planner.worst(plan.times),
        plan="",
        simulated=NO_FIGURE,
    )


def worst_front(planner: Planner, fair: Planner) -> tuple[Point, ...]:
    """Best plans as the worst-off group counts more and more.

    Parameters
    ----------
    planner
        Of the scenario's own aim: gains are told of it, and bounds are that no plan gains more.
    fair
        The same with groups.
    """
    siting, catalogue = planner.siting, planner.meaning.ground.catalogue
    if not fair.problem.groups:
        return ()
    known = worst_off_frontier(
        fair.problem,
        aim_of(siting.aim),
        WORST_POINTS,
        time_limit=siting.time_limit_seconds * WORST_POINTS,
        workers=planner.workers,
    )
    best = planner.best().bound
    found = []
    for point in known:
        times = tuple(point.solution.times.tolist())
        found.append(
            Point(
                front="worst",
                budget=planner.problem.budget,
                times=times,
                cost=catalogue.cost(times),
                value=planner.gain(times),
                bound=max(best, planner.gain(times)),
                status=point.solution.status,
                worst=point.solution.worst,
                plan="",
                simulated=NO_FIGURE,
            )
        )
    return tuple(found)


def scaled(estimate: Estimate, factor: float, kind: int | None = None) -> Estimate:
    """An estimate with all wishes, or those of a kind, so many times."""
    wishes = estimate.wishes.copy()
    if kind is None:
        wishes *= factor
    else:
        wishes[:, :, kind] *= factor
    return replace(estimate, wishes=wishes)


def misjudged(
    planner_of: Mapping[float, Planner],
    plans: Mapping[str, Times],
    shown: Mapping[str, float],
    what: str,
) -> Misjudged:
    """How far demand may be off before another plan is the best of those proposed.

    Each plan's gain in the model is shifted by as much as the simulation departs from the model
    where demand is as estimated, so that the plan that is best as simulated is so at factor 1. If
    that is not the recommended one (a ruling over outlooks may prefer another), both limits are 1.

    Parameters
    ----------
    planner_of
        The planning model at each factor, 1 among them.
    plans
        By label, the recommended one first.
    shown
        Simulated gain of each.
    """
    gains = {f: {p: planner.gain(t) for p, t in plans.items()} for f, planner in planner_of.items()}
    first = next(iter(plans))

    def winner(factor: float) -> str:
        value = {p: g + shown[p] - gains[1.0][p] for p, g in gains[factor].items()}
        best = max(value, key=lambda p: value[p])
        return first if value[first] >= value[best] - 1e-9 * abs(value[best]) else best

    if winner(1.0) != first:
        return Misjudged(what, 1.0, 1.0, winner(1.0), winner(1.0))
    below = [f for f in sorted(gains, reverse=True) if f < 1]
    above = [f for f in sorted(gains) if f > 1]
    low = next((f for f in below if winner(f) != first), None)
    high = next((f for f in above if winner(f) != first), None)
    return Misjudged(
        what=what,
        low=0.0 if low is None else low,
        high=float("inf") if high is None else high,
        winner_below="" if low is None else winner(low),
        winner_above="" if high is None else winner(high),
    )
