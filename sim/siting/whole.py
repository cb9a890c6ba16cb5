"""All of `linli site`: search, judge, and ask what would change the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimise.siting.planner.robust import RobustSolution
from optimise.siting.planner.solution import Cut
from sim.experiment.replicate import Engine
from sim.scenario.inputs import Inputs
from sim.siting.explaining.finding import found_of, with_labels
from sim.siting.explaining.phasing import openings
from sim.siting.explaining.probing import (
    FACTORS,
    cost_front,
    misjudged,
    scaled,
    sites_left_out,
    worst_front,
)
from sim.siting.judging.judged import Judged, judged_of
from sim.siting.judging.last_word import fresh_seed
from sim.siting.outcome import Found, LeftOut, Misjudged, Opening, OutlookRank, Point, Ruling, Turn
from sim.siting.outcome.figures import figure
from sim.siting.outlooks.futures import Future, futures_of, gains_in, made_for, outlook_ranks
from sim.siting.outlooks.ruling import ROBUST, Outlooked, ruled
from sim.siting.outlooks.scenarios import weights_of
from sim.siting.planning.proposer import Planner
from sim.siting.searching.searcher import Effort, Searched, Searcher, searcher

__all__ = ["Sited", "Tell", "site"]

SIMULATED = 5
"""Sites of which it is simulated what leaving them out costs, the largest regrets first."""
FEW_FACTORS = (0.5, 0.75, 1.5, 2.0)
"""Factors at which single kinds are looked at."""
SHARES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Parts of the budget at which the frontier is looked at, beside the budgets of the scenario."""


@dataclass(frozen=True, slots=True)
class Tell:
    """What is said while it works: sentences, and turns of a budget."""

    say: Callable[[str], None]
    turn: Callable[[Turn], None]


@dataclass(frozen=True, slots=True)
class Sited:
    """What was found, and what lies behind it.

    Attributes
    ----------
    others
        Recommended plans of the other budgets, with `--full`.
    """

    found: Found
    judged: Judged
    others: tuple[Judged, ...]
    searcher: Searcher


def site(inputs: Inputs, engine: Engine, effort: Effort, tell: Tell, *, full: bool) -> Sited:
    """Find, judge and explain plans.

    Parameters
    ----------
    full
        All budgets and outlooks, not only the scenario's own.

    Raises
    ------
    ValueError
        If the scenario has no siting problem, or nothing can be done within the budget.
    EngineProblem
        If replications cannot be computed.
    """
    tell.say("simulating today: what is wished, where, and what becomes of it")
    looking = searcher(inputs, engine, effort)
    searched = _searched(looking, looking.siting.budget_yuan_per_year, tell)
    futures: tuple[Future, ...] = ()
    made = None
    if full:
        searched, futures, made = _planned_for_outlooks(looking, searched, engine, tell)
    judged = _judged(looking, searched, tell)
    others = []
    for budget in looking.siting.budgets if full else ():
        if budget != looking.siting.budget_yuan_per_year:
            others.append(_judged(looking, _searched(looking, budget, tell), tell))
    outlooks: tuple[OutlookRank, ...] = ()
    ruling = None
    if futures:
        tell.say(f"simulating the plans in {len(futures)} outlooks, fresh seeds")
        outlooks, judged, ruling = _in_outlooks(looking, judged, futures, made)
    tell.say("asking what would change the plan")
    found = replace(
        found_of(looking, judged),
        outlooks=outlooks,
        ruling=ruling,
        openings=_openings(looking, judged, futures),
        frontier=_frontier(looking, judged, others, full=full),
    )
    if any(judged.best.times):
        found = replace(
            found,
            left_out=_left_out(looking, judged),
            misjudged=tuple(_misjudged(looking, judged)),
        )
    cuts = looking.cuts
    cut: Cut = "clock" if "clock" in cuts else "effort" if "effort" in cuts else ""
    found = replace(with_labels(judged, found), cut=cut)
    return Sited(found, judged, tuple(others), looking)


def _searched(looking: Searcher, budget: float, tell: Tell) -> Searched:
    tell.say(f"searching with {budget:,.0f} yuan a year")
    return looking.search(budget, tell.turn)


def _judged(looking: Searcher, searched: Searched, tell: Tell) -> Judged:
    tell.say(f"judging {len(searched.plans)} plans and {len(searched.rivals)} rivals, fresh seeds")
    return judged_of(looking, searched)


def _planned_for_outlooks(
    looking: Searcher, searched: Searched, engine: Engine, tell: Tell
) -> tuple[Searched, tuple[Future, ...], RobustSolution | None]:
    """Planning models of the outlooks; the plan made for all of them joins the rivals."""
    siting = looking.siting
    number = len(weights_of(looking.inputs))
    if not number:
        return searched, (), None
    tell.say(f"simulating today in {number} outlooks")
    futures = futures_of(looking, searched, engine)
    if siting.robust == "base":
        return searched, futures, None
    tell.say(f"searching the plan for all outlooks ({siting.robust})")
    made = made_for(futures, siting.robust, (*searched.plans, *searched.rivals.values()))
    if made is None or made.status == "infeasible":
        return searched, futures, None
    rivals = {**searched.rivals, ROBUST: tuple(made.times.tolist())}
    return replace(searched, rivals=rivals), futures, made


def _in_outlooks(
    looking: Searcher, judged: Judged, futures: tuple[Future, ...], made: RobustSolution | None
) -> tuple[tuple[OutlookRank, ...], Judged, Ruling | None]:
    """Plans simulated in every outlook, and put in order by the ruling if there is one."""
    level, rule = looking.effort.confidence, looking.siting.robust
    plans = tuple(dict.fromkeys(plan.times for plan in judged.plans))
    gains = np.stack([gains_in(future, plans) for future in futures], axis=1)
    ruling = None
    if rule != "base":
        seen = Outlooked(
            tuple(f.name for f in futures), np.array([f.weight for f in futures]), plans, gains,
            made,
        )  # fmt: skip
        unit = looking.siting.aim.count
        judged, ruling = ruled(judged, seen, rule, looking.simulator, level, unit)
    ranks = (
        outlook_ranks(future, judged.proposed(), dict(zip(plans, gains[:, n], strict=True)), level)
        for n, future in enumerate(futures)
    )
    return tuple(rank for its in ranks for rank in its), judged, ruling


def _left_out(looking: Searcher, judged: Judged) -> tuple[LeftOut, ...]:
    """Regrets in the model; of the largest also what is lost as simulated, as judged."""
    simulator, best = looking.simulator, judged.best
    found = sites_left_out(judged.planner, best.times, best.bound)
    moves = looking.catalogue.moves
    without = [
        tuple(0 if m.site == one.site else n for m, n in zip(moves, best.times, strict=True))
        for one in found[:SIMULATED]
    ]
    whole = judged.runs[best.times].rows
    number = min(looking.effort.search, len(whole))
    runs = simulator.run(without, fresh_seed(looking.effort.seed), number)
    lost = [
        figure(
            simulator.worth(whole[:number]) - simulator.worth(run.rows), looking.effort.confidence
        )
        for run in runs
    ]
    told = [replace(one, simulated=loss) for one, loss in zip(found, lost, strict=False)]
    return (*told, *found[len(told) :])


def _misjudged(looking: Searcher, judged: Judged) -> Iterator[Misjudged]:
    """All demand, then the demand for each kind that the plan is about."""
    plans = judged.proposed()
    shown = {p.label: p.gain.mean for p in judged.plans if p.label in plans}
    moves = zip(looking.catalogue.moves, judged.best.times, strict=True)
    kinds = dict.fromkeys(move.kind for move, n in moves if n and move.kind)
    asked: list[tuple[str, int | None, tuple[float, ...]]] = [("all demand", None, FACTORS)]
    names = looking.simulator.model.world.kinds
    asked += [(f"demand for {kind}", names.index(kind), FEW_FACTORS) for kind in kinds]
    for what, kind, factors in asked:
        planners = {f: _scaled(looking, judged, f, kind) for f in factors}
        yield misjudged({1.0: judged.planner, **planners}, plans, shown, what)


def _scaled(looking: Searcher, judged: Judged, factor: float, kind: int | None) -> Planner:
    searched = judged.searched
    estimate = scaled(looking.estimate, factor, kind)
    return looking.planner(
        searched.budget, searched.looped.effects, estimate, searched.around, alone=True
    )


def _openings(
    looking: Searcher, judged: Judged, futures: tuple[Future, ...]
) -> tuple[Opening, ...]:
    """When the recommended plan does what, if there is a growth path."""
    path, planners = looking.siting.path, {f.name: f.planner for f in futures}
    asked = path.years if path is not None and futures else ()
    years = {year: planners[str(year)] for year in asked}
    return openings(years, judged.best.times, judged.searched.budget)


def _frontier(
    looking: Searcher, judged: Judged, others: list[Judged], *, full: bool
) -> tuple[Point, ...]:
    """Best plans for parts of the budget and as the worst-off count, if full.

    At the budgets that were searched it is the recommended plan, which is simulated.
    """
    budget = judged.searched.budget
    asked = {budget * share for share in SHARES} | set(looking.siting.budgets)
    points = list(cost_front(judged.planner, sorted(asked)))
    for one in (judged, *others):
        best = one.best
        points = [
            replace(p, times=best.times, cost=best.cost, value=best.value, bound=best.bound,
                    status=best.status, plan=best.label, simulated=best.gain)
            if p.budget == one.searched.budget and any(best.times) else p
            for p in points
        ]  # fmt: skip
    if full:
        fair = looking.fair(judged.searched)
        points += worst_front(judged.planner, fair, judged.best.bound)
    return tuple(points)
