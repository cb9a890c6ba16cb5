"""All of `linli site`: search, judge, and ask what would change the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sim.experiment.replicate import Engine
from sim.scenario.inputs import Inputs
from sim.siting.figures import figure
from sim.siting.finding import Judged, found_of, judged_of, with_labels
from sim.siting.judging import fresh_seed
from sim.siting.outcome import Found, LeftOut, Misjudged, Opening, Point, Turn
from sim.siting.outlooks import outlooks_of
from sim.siting.phasing import openings
from sim.siting.probing import (
    FACTORS,
    cost_front,
    misjudged,
    outlook_ranks,
    scaled,
    sites_left_out,
    worst_front,
)
from sim.siting.proposer import Planner
from sim.siting.search import Effort, Searcher, searcher

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
    judged = _judged(looking, looking.siting.budget_yuan_per_year, tell)
    others = []
    for budget in looking.siting.budgets if full else ():
        if budget != looking.siting.budget_yuan_per_year:
            others.append(_judged(looking, budget, tell))
    tell.say("asking what would change the plan")
    found = found_of(looking, judged)
    if any(judged.best.times):
        found = replace(
            found,
            left_out=_left_out(looking, judged),
            misjudged=tuple(_misjudged(looking, judged)),
        )
    if full:
        tell.say("ranking the plans in every outlook")
        planners = _outlooks(looking, judged, engine)
        plans = judged.proposed()
        ranks = (outlook_ranks(name, there, plans) for name, there in planners.items())
        found = replace(
            found,
            outlooks=tuple(rank for its in ranks for rank in its),
            openings=_openings(looking, judged, planners),
        )
    front = _frontier(looking, judged, others)
    if full:
        front += worst_front(judged.planner, looking.fair(judged.searched))
    found = replace(found, frontier=front)
    return Sited(with_labels(judged, found), judged, tuple(others), looking)


def _judged(looking: Searcher, budget: float, tell: Tell) -> Judged:
    tell.say(f"searching with {budget:,.0f} yuan a year")
    searched = looking.search(budget, tell.turn)
    tell.say(f"judging {len(searched.plans)} plans and {len(searched.rivals)} rivals, fresh seeds")
    return judged_of(looking, searched)


def _left_out(looking: Searcher, judged: Judged) -> tuple[LeftOut, ...]:
    """Regrets in the model; of the largest also what is lost as simulated, as judged."""
    simulator, best = looking.simulator, judged.best
    found = sites_left_out(judged.planner, best.times)
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


def _outlooks(looking: Searcher, judged: Judged, engine: Engine) -> dict[str, Planner]:
    """The planning model of each outlook, of wishes simulated there."""
    searched, effort = judged.searched, looking.effort
    return {
        name: searcher(inputs, engine, effort, looking.catalogue).planner(
            searched.budget, searched.looped.effects, around=searched.around, alone=True
        )
        for name, inputs in outlooks_of(looking.inputs).items()
    }


def _openings(
    looking: Searcher, judged: Judged, planners: dict[str, Planner]
) -> tuple[Opening, ...]:
    """When the recommended plan does what, if there is a growth path."""
    path = looking.siting.path
    years = {} if path is None else {year: planners[str(year)] for year in path.years}
    return openings(years, judged.best.times, judged.searched.budget)


def _frontier(looking: Searcher, judged: Judged, others: list[Judged]) -> tuple[Point, ...]:
    """Best plans for parts of the budget and for all budgets of the scenario."""
    budget = judged.searched.budget
    asked = {budget * share for share in SHARES} | set(looking.siting.budgets)
    points = list(cost_front(judged.planner, sorted(asked)))
    for other in others:
        best = other.best
        points = [
            replace(p, times=best.times, cost=best.cost, value=best.value, bound=best.bound,
                    status=best.status, plan=best.label, simulated=best.gain)
            if p.budget == other.searched.budget else p
            for p in points
        ]  # fmt: skip
    return tuple(points)
