"""All of `linli site`: search, judge, and ask what would change the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimise.siting.problem import Cut
from sim.experiment.replicate import Engine
from sim.scenario.inputs import Inputs
from sim.siting.assessment.changes import (
    cost_front,
    judged_point,
    openings,
    sites_left_out,
    worst_front,
)
from sim.siting.assessment.judge import BudgetPlans, fresh_seed, judge_plans
from sim.siting.assessment.outlooks import (
    Future,
    OutlookPlan,
    futures_of,
    gains_in,
    outlook_ranks,
    plan_for_outlooks,
    weights_of,
)
from sim.siting.assessment.ruling import ROBUST, OutlookGains, apply_ruling
from sim.siting.assessment.views import siting_outcome, with_labels
from sim.siting.figures import figure
from sim.siting.outcome import (
    LeftOutSite,
    OutlookRank,
    Point,
    Ruling,
    SearchTurn,
    SitingOutcome,
    YearOfMove,
)
from sim.siting.search.loop import FoundPlans, SitingContext, SitingEffort, siting_context

SIMULATED = 5
"""Sites of which it is simulated what leaving them out costs, the largest regrets first."""
SHARES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Parts of the budget at which the frontier is looked at, beside the budgets of the scenario."""


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """Receivers of progress: of sentences, and of turns of a budget's search."""

    sentence: Callable[[str], None]
    turn: Callable[[SearchTurn], None]


@dataclass(frozen=True, slots=True)
class SiteStudy:
    """The outcome of the study, and the simulated plans that it rests on.

    Attributes
    ----------
    judged
        Plans of the scenario's own budget.
    other_budgets
        Plans of the other budgets, with `--full`.
    """

    outcome: SitingOutcome
    judged: BudgetPlans
    other_budgets: tuple[BudgetPlans, ...]
    context: SitingContext


def site_study(
    inputs: Inputs, engine: Engine, effort: SitingEffort, progress: StudyProgress, *, full: bool
) -> SiteStudy:
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
    progress.sentence("simulating today: what is wished, where, and what becomes of it")
    context = siting_context(inputs, engine, effort)
    searched = _searched(context, context.siting.budget_yuan_per_year, progress)
    futures: tuple[Future, ...] = ()
    made = None
    if full:
        searched, futures, made = _planned_for_outlooks(context, searched, engine, progress)
    judged = _judged(context, searched, progress)
    others = []
    for budget in context.siting.budgets if full else ():
        if budget != context.siting.budget_yuan_per_year:
            others.append(_judged(context, _searched(context, budget, progress), progress))
    outlooks: tuple[OutlookRank, ...] = ()
    ruling = None
    if futures:
        progress.sentence(f"simulating the plans in {len(futures)} outlooks, fresh seeds")
        outlooks, judged, ruling = _in_outlooks(context, judged, futures, made)
    progress.sentence("asking what would change the plan")
    found = replace(
        siting_outcome(context, judged),
        outlooks=outlooks,
        ruling=ruling,
        openings=_openings(context, judged, futures),
        frontier=_frontier(context, judged, others, full=full),
    )
    if any(judged.best.times):
        found = replace(found, left_out=_left_out(context, judged))
    cuts = context.cuts
    cut: Cut = "clock" if "clock" in cuts else "effort" if "effort" in cuts else ""
    found = replace(with_labels(judged, found), cut=cut)
    return SiteStudy(found, judged, tuple(others), context)


def _searched(context: SitingContext, budget: float, progress: StudyProgress) -> FoundPlans:
    progress.sentence(f"searching with {budget:,.0f} yuan a year")
    return context.search(budget, progress.turn)


def _judged(context: SitingContext, searched: FoundPlans, progress: StudyProgress) -> BudgetPlans:
    progress.sentence(
        f"judging {len(searched.plans)} plans and {len(searched.rivals)} rivals, fresh seeds"
    )
    return judge_plans(context, searched)


def _planned_for_outlooks(
    context: SitingContext, searched: FoundPlans, engine: Engine, progress: StudyProgress
) -> tuple[FoundPlans, tuple[Future, ...], OutlookPlan | None]:
    """Planning models of the outlooks; the plan made for all of them joins the rivals."""
    siting = context.siting
    number = len(weights_of(context.inputs))
    if not number:
        return searched, (), None
    progress.sentence(f"simulating today in {number} outlooks")
    futures = futures_of(context, searched, engine)
    if siting.robust == "base":
        return searched, futures, None
    progress.sentence(f"searching the plan for all outlooks ({siting.robust})")
    made = plan_for_outlooks(futures, (*searched.plans, *searched.rivals.values()))
    if made is None:
        return searched, futures, None
    return replace(searched, rivals={**searched.rivals, ROBUST: made.times}), futures, made


def _in_outlooks(
    context: SitingContext,
    judged: BudgetPlans,
    futures: tuple[Future, ...],
    made: OutlookPlan | None,
) -> tuple[tuple[OutlookRank, ...], BudgetPlans, Ruling | None]:
    """Plans simulated in every outlook, and put in order by the ruling if there is one."""
    level = context.effort.confidence
    plans = tuple(dict.fromkeys(plan.times for plan in judged.plans))
    gains = np.stack([gains_in(future, plans) for future in futures], axis=1)
    ruling = None
    if context.siting.robust != "base":
        mean = np.einsum("pnr,n->pr", gains, np.array([future.weight for future in futures]))
        outlooked = OutlookGains(len(futures), plans, mean, made)
        unit = context.siting.aim.count
        judged, ruling = apply_ruling(judged, outlooked, context.simulator, level, unit)
    ranks = (
        outlook_ranks(future, judged.proposed(), dict(zip(plans, gains[:, n], strict=True)), level)
        for n, future in enumerate(futures)
    )
    return tuple(rank for its in ranks for rank in its), judged, ruling


def _left_out(context: SitingContext, judged: BudgetPlans) -> tuple[LeftOutSite, ...]:
    """Regrets in the model; of the largest also what is lost as simulated, as judged."""
    simulator, best = context.simulator, judged.best
    found = sites_left_out(judged.searched.planner, best.times, best.bound)
    moves = context.catalogue.moves
    without = [
        tuple(0 if m.site == one.site else n for m, n in zip(moves, best.times, strict=True))
        for one in found[:SIMULATED]
    ]
    whole = judged.runs[best.times].rows
    number = min(context.effort.search, len(whole))
    runs = simulator.run(without, fresh_seed(context.effort.seed), number)
    worth = simulator.worth(whole[:number])
    lost = [figure(worth - simulator.worth(run.rows), context.effort.confidence) for run in runs]
    simulated = [replace(one, simulated=loss) for one, loss in zip(found, lost, strict=False)]
    return (*simulated, *found[len(simulated) :])


def _openings(
    context: SitingContext, judged: BudgetPlans, futures: tuple[Future, ...]
) -> tuple[YearOfMove, ...]:
    """Find when the recommended plan does what, if there is a growth path."""
    path, planners = context.siting.path, {f.name: f.planner for f in futures}
    asked = path.years if path is not None and futures else ()
    years = {year: planners[str(year)] for year in asked}
    return openings(years, judged.best.times, judged.searched.budget)


def _frontier(
    context: SitingContext, judged: BudgetPlans, others: list[BudgetPlans], *, full: bool
) -> tuple[Point, ...]:
    """Best plans for parts of the budget and as the worst-off count, if full.

    At the budgets that were searched it is the recommended plan, which is simulated.
    """
    planner, budget = judged.searched.planner, judged.searched.budget
    asked = {budget * share for share in SHARES} | set(context.siting.budgets)
    known = {one.searched.budget: one.best for one in (judged, *others) if any(one.best.times)}
    points = [
        *cost_front(planner, sorted(asked - set(known))),
        *(judged_point(planner, budget, plan) for budget, plan in known.items()),
    ]
    points.sort(key=lambda point: point.budget)
    if full:
        fair = context.fair(judged.searched.budget)
        points += worst_front(planner, fair, judged.best.bound)
    return tuple(points)
