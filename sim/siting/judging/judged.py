"""The plans of a budget as they are told: judged, beside today and the rivals, by rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.siting.judging.last_word import Judgement, judge
from sim.siting.offered.catalogue import Times
from sim.siting.outcome import JudgedPlan
from sim.siting.outcome.figures import figure
from sim.siting.planning.proposer import Planner
from sim.siting.searching.searcher import Searched, Searcher
from sim.siting.simulated.simulator import PlanRun
from sim.siting.simulated.tally import Column

__all__ = ["METRICS", "TODAY", "Judged", "judged_of"]

F64 = npt.NDArray[np.float64]

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
class Judged:
    """Plans by rank, with their last replications.

    Attributes
    ----------
    runs
        By plan, today's among them.
    """

    searched: Searched
    planner: Planner
    judgement: Judgement
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


def judged_of(searcher: Searcher, searched: Searched) -> Judged:
    """Judge the plans of a budget with fresh seeds, beside today and the rivals."""
    unlike = {t: None for t in (*searched.plans, *searched.rivals.values()) if any(t)}
    contenders = list(unlike)
    effort, shown = searcher.effort, searched.looped.simulated
    most = max((float(shown[t].gain.mean()) for t in searched.plans), default=0.0)
    delta = searcher.siting.worth_telling * _scale(searcher, most)
    judgement = judge(searcher.simulator, contenders, effort.seed, effort.judge, delta)
    every = [searcher.simulator.nothing, *contenders]
    runs = dict(zip(every, judgement.runs, strict=True))
    planner = searcher.planner(searched.budget, searched.looped.effects, around=searched.around)
    bound = planner.best(contenders).bound
    plans: list[JudgedPlan] = []
    for times in (every[i] for i in judgement.order):
        plan = _plan(searcher, planner, times, runs, bound)
        for label in _labels(searched, times, plans):
            plans.append(replace(plan, label=label, rank=len(plans) + 1))
    return Judged(searched, planner, judgement, tuple(plans), runs)


def _scale(searcher: Searcher, gain: float) -> float:
    """What shares of are worth telling: the gain, or where there is none what is served today."""
    if gain > 0:
        return gain
    served = float(np.abs(searcher.simulator.worth(searcher.today.run.rows)).mean())
    return served or 1.0


def _labels(searched: Searched, times: Times, before: Sequence[JudgedPlan]) -> list[str]:
    """Names of a plan: its number among the loop's, and every rival that proposes it too."""
    own = sum(p.label.startswith("plan ") for p in before) + 1
    labels = [f"plan {own}"] if times in searched.plans and any(times) else []
    labels += [label for label, its in searched.rivals.items() if its == times and any(times)]
    return labels if any(times) else [TODAY]


def _plan(
    searcher: Searcher,
    planner: Planner,
    times: Times,
    runs: Mapping[Times, PlanRun],
    bound: float,
) -> JudgedPlan:
    """What is known of a plan; its label and rank are given to it by who puts plans in order."""
    simulator, level = searcher.simulator, searcher.effort.confidence
    today, run = runs[simulator.nothing], runs[times]
    n = min(len(today.rows), len(run.rows))
    before, after = today.rows[:n], run.rows[:n]
    value = planner.gain(times) if any(times) else 0.0
    met = value >= bound - NEARLY * abs(bound)
    return JudgedPlan(
        label="",
        times=times,
        cost=searcher.catalogue.cost(times),
        value=value,
        bound=max(bound, value),
        status="optimal" if met else "feasible",
        gain=figure(simulator.worth(after) - simulator.worth(before), level),
        metrics={k: figure(v, level) for k, v in _metrics(searcher, before, after).items()},
        rank=0,
    )


def _metrics(searcher: Searcher, before: F64, after: F64) -> dict[str, F64]:
    """(R,) gains of other metrics, a year."""
    groups, years = searcher.simulator.groups, searcher.simulator.years
    was, now = groups.of(before, "all")[:, 0], groups.of(after, "all")[:, 0]
    found = {name: (now[:, c] - was[:, c]) / years for name, c in METRICS.items()}
    mean = [r[:, Column.NEAR] / np.maximum(r[:, Column.NEAR_KNOWN], 1.0) for r in (was, now)]
    found["minutes"] = (mean[0] - mean[1]) * was[:, Column.NEAR_KNOWN] / years
    return found
