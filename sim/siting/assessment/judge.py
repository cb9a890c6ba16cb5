"""The final comparison of plans: fresh seeds, the same residents for all, a guaranteed order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import F64
from sim.siting.figures import figure
from sim.siting.moves.catalogue import Times
from sim.siting.outcome import JudgedPlan
from sim.siting.planning.tally import CellTally, Column
from sim.siting.search.loop import FoundPlans, SitingContext
from sim.siting.search.simulate import PlanRun, Simulator
from sim.stats.selection import KimNelson, Selection
from sim.studies.ranking import FIRST_STAGE


@dataclass(frozen=True, slots=True)
class Comparison:
    """Results of the contenders; the first is today.

    Attributes
    ----------
    runs
        Of each contender.
    order
        Contenders, the best first.
    selection
        None where there were too few replications to begin.
    guarantee
        What the order is worth, in a sentence.
    """

    runs: tuple[PlanRun, ...]
    order: tuple[int, ...]
    selection: Selection | None
    guarantee: str


def fresh_seed(seed: int) -> int:
    """A seed for the final comparison alone: plans were chosen by what the first one showed."""
    digest = hashlib.sha256(f"siting judged {seed}".encode()).digest()
    return int.from_bytes(digest[:7], "big")


class SelectionRule:
    """A stopping rule: all contenders are replicated until the selection ends, so n is the same.

    Eliminated contenders go on too: the mean of one that stopped early would be of other days than
    that of the one selected, and could be higher by their luck. A plan takes little to simulate.

    Parameters
    ----------
    number
        Replications at most.
    """

    def __init__(self, simulator: Simulator, contenders: int, delta: float, number: int) -> None:
        self._worth = simulator.worth
        self._number, self._contenders = number, contenders
        self.procedure: KimNelson | None = None
        if number >= FIRST_STAGE:
            self.procedure = KimNelson(contenders, delta, first_stage=FIRST_STAGE, at_most=number)
        self._counted = 0

    def expected(self, results: Sequence[Sequence[CellTally]]) -> Sequence[int]:
        """The largest number of replications that may be needed."""
        return [self._number] * len(results)

    def wanted(self, results: Sequence[Sequence[CellTally]]) -> Sequence[int]:
        """Contenders that need one more replication."""
        while min(len(mine) for mine in results) > self._counted and not self._is_over():
            self._add_replications(results)
        if self._is_over():
            return []
        return [i for i, mine in enumerate(results) if len(mine) <= self._counted]

    def _is_over(self) -> bool:
        return self._counted >= self._number or (
            self.procedure is not None and self.procedure.finished
        )

    def _add_replications(self, results: Sequence[Sequence[CellTally]]) -> None:
        """Give the procedure the next replication."""
        rows = np.stack([mine[self._counted].rows for mine in results])
        if self.procedure is not None:
            self.procedure.add(self._worth(rows))
        self._counted += 1


def final_comparison(
    simulator: Simulator, plans: Sequence[Times], seed: int, number: int, delta: float
) -> Comparison:
    """Simulate today and the plans with fresh seeds, and put them in order.

    The one selected comes first (where several are still in, the one of these with the largest
    mean); the others follow by their means. When one was eliminated says nothing of how good it
    is: pairs that differ alike in every replication are soon told apart.

    Parameters
    ----------
    number
        Replications at most.
    delta
        Difference worth telling, in the units of the aim, a year.
    """
    every = [simulator.no_moves, *plans]
    rule = SelectionRule(simulator, len(every), delta, number)
    runs = simulator.run(every, fresh_seed(seed), rule)
    means = [float(simulator.gains(runs[0], run).mean()) for run in runs]
    found = None if rule.procedure is None else rule.procedure.result()
    return Comparison(tuple(runs), ranked(means, found), found, _words(found, number))


def ranked(means: Sequence[float], found: Selection | None) -> tuple[int, ...]:
    """Contenders, the selected one first and the others by their means, the larger first."""
    by_mean = sorted(range(len(means)), key=lambda i: (-means[i], i))
    inside = by_mean if found is None else found.survivors
    first = next(i for i in by_mean if i in inside)
    return (first, *(i for i in by_mean if i != first))


def _words(found: Selection | None, number: int) -> str:
    if found is None:
        return (
            f"Plans are in the order of their means over {number} replications: "
            f"a guarantee takes {FIRST_STAGE} or more."
        )
    sure, zone = f"{found.confidence:.0%}", f"{found.delta:,.3g}"
    rule = (
        f"a plan that leads all others by {zone} a year or more is found with probability {sure} "
        f"(Kim and Nelson 2001)"
    )
    if found.best is not None:
        return f"Best, or within {zone} of it: {rule}; decided after {found.n} replications."
    if found.apart is not None and found.apart < found.delta:
        return (
            f"{len(found.survivors)} plans differ by less than {zone} a year, with {sure} "
            f"confidence; {found.n} replications."
        )
    return (
        f"{len(found.survivors)} plans are too close to call after {found.n} replications; the "
        f"first has the highest mean. More replications may decide: {rule}."
    )


TODAY = "today"
NEARLY = 1e-6
METRICS = {
    "requests": Column.ASKED,
    "served": Column.BOOKED,
    "met": Column.MET,
    "person_hours": Column.MET_HOURS,
}
"""Metrics of plans, a year, and their columns; `minutes` comes beside them: resident-minutes of
walking one way that are saved, the mean to the best suitable centre times today's wishes."""


@dataclass(frozen=True, slots=True)
class BudgetPlans:
    """Plans by rank, with their last replications.

    Attributes
    ----------
    runs
        By plan, today's among them.
    """

    searched: FoundPlans
    judgement: Comparison
    plans: tuple[JudgedPlan, ...]
    runs: Mapping[Times, PlanRun]

    @property
    def best(self) -> JudgedPlan:
        """The plan of rank 1."""
        return self.plans[0]

    def proposed(self) -> dict[str, Times]:
        """Plans that do something, by label, the best first."""
        some = (p for p in self.plans if any(p.times))
        return {p.label: p.times for p in some}


def judge_plans(context: SitingContext, searched: FoundPlans) -> BudgetPlans:
    """Simulate the plans of a budget with fresh seeds, beside today and the rivals."""
    unlike = {t: None for t in (*searched.plans, *searched.rivals.values()) if any(t)}
    contenders = list(unlike)
    effort, shown = context.effort, searched.climbed.gains
    most = max((float(shown[t].mean()) for t in searched.plans), default=0.0)
    delta = context.siting.worth_telling * _scale(context, most)
    judgement = final_comparison(context.simulator, contenders, effort.seed, effort.judge, delta)
    every = [context.simulator.no_moves, *contenders]
    runs = dict(zip(every, judgement.runs, strict=True))
    plans: list[JudgedPlan] = []
    for times in (every[i] for i in judgement.order):
        plan = _plan(context, searched, times, runs)
        for label in _labels(searched, times, plans):
            plans.append(replace(plan, label=label, rank=len(plans) + 1))
    return BudgetPlans(searched, judgement, tuple(plans), runs)


def _scale(context: SitingContext, gain: float) -> float:
    """The base of shares: the gain, or where there is none the service of today."""
    if gain > 0:
        return gain
    served = float(np.abs(context.simulator.worth(context.today.run.rows)).mean())
    return served or 1.0


def _labels(searched: FoundPlans, times: Times, before: Sequence[JudgedPlan]) -> list[str]:
    """Names of a plan: its number among the loop's, and every rival that proposes it too."""
    own = sum(p.label.startswith("plan ") for p in before) + 1
    labels = [f"plan {own}"] if times in searched.plans and any(times) else []
    labels += [label for label, its in searched.rivals.items() if its == times and any(times)]
    return labels if any(times) else [TODAY]


def _plan(
    context: SitingContext,
    searched: FoundPlans,
    times: Times,
    runs: Mapping[Times, PlanRun],
) -> JudgedPlan:
    """Figures of a plan, without a label and a rank: those follow from the order of plans."""
    simulator, level = context.simulator, context.effort.confidence
    today, run = runs[simulator.no_moves], runs[times]
    n = min(len(today.rows), len(run.rows))
    before, after = today.rows[:n], run.rows[:n]
    bound, value = searched.bound, searched.planner.gain(times) if any(times) else 0.0
    met = value >= bound - NEARLY * abs(bound)
    return JudgedPlan(
        label="",
        times=times,
        cost=context.catalogue.cost(times),
        value=value,
        bound=max(bound, value),
        status="optimal" if met else "feasible",
        gain=figure(simulator.gains(today, run), level),
        metrics={k: figure(v, level) for k, v in _metrics(context, before, after).items()},
        rank=0,
    )


def _metrics(context: SitingContext, before: F64, after: F64) -> dict[str, F64]:
    """(R,) gains of other metrics, a year."""
    groups, years = context.simulator.groups, context.simulator.years
    was, now = groups.rows_of(before, "all")[:, 0], groups.rows_of(after, "all")[:, 0]
    found = {name: (now[:, c] - was[:, c]) / years for name, c in METRICS.items()}
    mean = [r[:, Column.NEAR] / np.maximum(r[:, Column.NEAR_KNOWN], 1.0) for r in (was, now)]
    found["minutes"] = (mean[0] - mean[1]) * was[:, Column.NEAR_KNOWN] / years
    return found
