"""From plans searched and judged to everything that is written and drawn."""

from __future__ import annotations

import math
from dataclasses import replace

from sim.siting.explaining.views import coverage, group_gains, homes_of, unasked, view_of
from sim.siting.judging.judged import TODAY, Judged
from sim.siting.outcome import Figure, Found, JudgedPlan, Price
from sim.siting.searching.searcher import Searcher

__all__ = ["found_of", "with_labels"]


def found_of(searcher: Searcher, judged: Judged) -> Found:
    """What is known without further work; what would change the plan is probed by others."""
    simulator, level = searcher.simulator, searcher.effort.confidence
    best, world = judged.best, searcher.simulator.model.world
    today, run = judged.runs[simulator.nothing], judged.runs[best.times]
    return Found(
        catalogue=searcher.catalogue,
        plans=judged.plans,
        turns=judged.searched.looped.turns,
        unit=searcher.siting.aim.count,
        guarantee=judged.judgement.guarantee,
        homes=homes_of(world),
        today=view_of(TODAY, simulator, today),
        after=view_of(best.label, simulator, run),
        budget=judged.searched.budget,
        confidence=level,
        unasked=unasked(world, searcher.today.reasons, simulator.years, level),
        gains=group_gains(simulator, today, run, level),
        coverage=coverage(searcher.inputs, run.inputs),
        prices=_prices(searcher, best),
    )


def _prices(searcher: Searcher, plan: JudgedPlan) -> tuple[Price, ...]:
    """Yuan a year for each unit gained a year."""
    if not any(plan.times):
        return ()
    unit = searcher.siting.aim.count
    gained = {
        "request served": plan.metrics["served"],
        "minute saved": plan.metrics["minutes"],
        unit.removesuffix("s").replace("_", "-"): plan.metrics[
            "person_hours" if unit == "person_hours" else "met"
        ],
    }
    return tuple(_price(of, plan, gain) for of, gain in gained.items())


def _price(of: str, plan: JudgedPlan, gain: Figure) -> Price:
    cost = plan.cost

    def each(yuan: float, number: float) -> float:
        if math.isnan(number):
            return math.nan
        return yuan / number if number > 0 else math.inf

    yuan = Figure(
        each(cost.base, gain.mean), each(cost.base, gain.high), each(cost.base, gain.low), gain.n
    )
    return Price(of, yuan, each(cost.low, gain.mean), each(cost.high, gain.mean))


def with_labels(judged: Judged, found: Found) -> Found:
    """The frontier with the plans that were judged told by their labels."""
    known = {p.times: p for p in reversed(judged.plans)}
    points = [
        replace(p, plan=known[p.times].label, simulated=known[p.times].gain)
        if p.times in known
        else p
        for p in found.frontier
    ]
    return replace(found, frontier=tuple(points))
