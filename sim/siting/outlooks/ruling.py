"""Which plan a ruling over outlooks recommends, how sure that is, and what it costs elsewhere.

The ruling's value of a plan is told for each replication, so that plans are compared in pairs:
replication r of every outlook, weighted, under `expected`; replication r of the outlook that
decides under `worst` and `regret`. That outlook is the one that decides by the means: the least of
noisy gains would be too small in every replication.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.robust import RobustSolution
from optimise.siting.planner.robust import Ruling as Rule
from sim.siting.judging.judged import Judged
from sim.siting.offered.catalogue import Times
from sim.siting.outcome import JudgedPlan, Ruling, Score
from sim.siting.outcome.figures import figure
from sim.siting.outlooks.ruling_words import order_words, ruling_words
from sim.siting.simulated.simulator import Simulator
from sim.stats.paired import family_confidence

__all__ = ["ROBUST", "Outlooked", "ruled", "ruled_values"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

ROBUST = "robust"
"""Label of the plan made for the outlooks."""


@dataclass(frozen=True, slots=True)
class Outlooked:
    """Plans simulated in every outlook.

    Attributes
    ----------
    names, weights
        (N,) outlooks; weights add up to 1.
    plans
        (P,), today among them.
    gains
        (P, N, R) over today.
    made
        The plan of the planning models of all outlooks; None if there is none.
    """

    names: tuple[str, ...]
    weights: F64
    plans: tuple[Times, ...]
    gains: F64
    made: RobustSolution | None


def ruled_values(gains: F64, weights: F64, rule: Rule) -> tuple[F64, I64]:
    """(P, R) what a ruling says of plans, larger is better, and (P,) outlook that decides.

    Parameters
    ----------
    gains
        (P, N, R).
    weights
        (N,) that add up to 1.
    """
    if rule == "expected":
        return np.einsum("pnr,n->pr", gains, weights), np.full(len(gains), -1)
    values = gains
    if rule == "regret":
        best = gains.mean(axis=2).argmax(axis=0)
        values = gains - gains[best, np.arange(gains.shape[1])][None]
    decides = values.mean(axis=2).argmin(axis=1)
    return values[np.arange(len(gains)), decides], decides


def ruled(
    judged: Judged, seen: Outlooked, rule: Rule, simulator: Simulator, confidence: float, unit: str
) -> tuple[Judged, Ruling]:
    """Plans in the order of a ruling, and what there is to say of it.

    Where two plans have the same value, the one that is better under the scenario's own demand
    comes first.
    """
    values, _ = ruled_values(seen.gains, seen.weights, rule)
    at = {times: i for i, times in enumerate(seen.plans)}
    means = values.mean(axis=1)
    order = sorted(judged.plans, key=lambda plan: (-means[at[plan.times]], plan.rank))
    plans = tuple(replace(plan, rank=rank) for rank, plan in enumerate(order, start=1))
    first, base = plans[0], judged.best
    mine, made = values[at[first.times]], seen.made
    known = {plan.times: plan.label for plan in reversed(plans)}
    ruling = Ruling(
        ruling=rule,
        plan=first.label,
        base=base.label,
        scores=_scores(plans, seen, rule, confidence),
        given_up=figure(_own(judged, simulator, base.times, first.times), confidence),
        base_gives_up=figure(mine - values[at[base.times]], confidence),
        robust="" if made is None else known.get(tuple(made.times.tolist()), ""),
        value=float("nan") if made is None else made.value,
        bound=float("nan") if made is None else made.bound,
        status="" if made is None else made.status,
        words=(),
    )
    same = first.times == base.times
    number, n = len(seen.names), seen.gains.shape[2]
    words = ruling_words(ruling, number, n, unit, confidence, same=same)
    guarantee = order_words(ruling, number, n, judged.judgement.guarantee)
    judgement, ruling = (
        replace(judged.judgement, guarantee=guarantee), replace(ruling, words=words)
    )  # fmt: skip
    return replace(judged, plans=plans, judgement=judgement), ruling


def _scores(
    plans: Sequence[JudgedPlan], seen: Outlooked, rule: Rule, confidence: float
) -> tuple[Score, ...]:
    """Of plans in the order of the ruling; how far they are behind holds jointly over all."""
    values, decides = ruled_values(seen.gains, seen.weights, rule)
    at = [seen.plans.index(plan.times) for plan in plans]
    joint = family_confidence(confidence, max(1, len(seen.plans) - 1))
    sign = -1.0 if rule == "regret" else 1.0
    return tuple(
        Score(
            plan=plan.label,
            rank=plan.rank,
            value=figure(sign * values[i] + 0.0, confidence),
            behind=figure(values[at[0]] - values[i], joint),
            where=seen.names[decides[i]] if decides[i] >= 0 else "",
        )
        for plan, i in zip(plans, at, strict=True)
    )


def _own(judged: Judged, simulator: Simulator, better: Times, other: Times) -> F64:
    """(R,) what a plan gains more than another under the scenario's own demand."""
    rows = [judged.runs[times].rows for times in (better, other)]
    n = min(len(r) for r in rows)
    return np.asarray(simulator.worth(rows[0][:n]) - simulator.worth(rows[1][:n]))
