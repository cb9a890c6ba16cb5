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

from optimise.siting.problem import relative_gap
from optimise.siting.robust import RobustSolution
from optimise.siting.robust import Ruling as Rule
from sim.arrays import F64, I64
from sim.siting.assessment.judge import BudgetPlans
from sim.siting.figures import Figure, figure
from sim.siting.moves.catalogue import Times
from sim.siting.outcome import JudgedPlan, Ruling, Score
from sim.siting.search.simulate import Simulator
from sim.stats.paired import family_confidence

ROBUST = "robust"
"""Label of the plan made for the outlooks."""


@dataclass(frozen=True, slots=True)
class OutlookGains:
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


def apply_ruling(
    judged: BudgetPlans,
    outlooked: OutlookGains,
    rule: Rule,
    simulator: Simulator,
    confidence: float,
    unit: str,
) -> tuple[BudgetPlans, Ruling]:
    """Put plans in the order of a ruling, and say how sure the order is and what it costs.

    Where two plans have the same value, the one that is better under the scenario's own demand
    comes first.
    """
    values, _ = ruled_values(outlooked.gains, outlooked.weights, rule)
    at = {times: i for i, times in enumerate(outlooked.plans)}
    means = values.mean(axis=1)
    order = sorted(judged.plans, key=lambda plan: (-means[at[plan.times]], plan.rank))
    plans = tuple(replace(plan, rank=rank) for rank, plan in enumerate(order, start=1))
    first, base = plans[0], judged.best
    mine, made = values[at[first.times]], outlooked.made
    known = {plan.times: plan.label for plan in reversed(plans)}
    ruling = Ruling(
        ruling=rule,
        plan=first.label,
        base=base.label,
        scores=_scores(plans, outlooked, rule, confidence),
        given_up=figure(_own_demand_gain(judged, simulator, base.times, first.times), confidence),
        base_gives_up=figure(mine - values[at[base.times]], confidence),
        robust="" if made is None else known.get(tuple(made.times.tolist()), ""),
        value=float("nan") if made is None else made.value,
        bound=float("nan") if made is None else made.bound,
        status="" if made is None else made.status,
        words=(),
    )
    same = first.times == base.times
    number, n = len(outlooked.names), outlooked.gains.shape[2]
    words = ruling_words(ruling, number, n, unit, confidence, same=same)
    guarantee = order_words(ruling, number, n, judged.judgement.guarantee)
    judgement, ruling = (
        replace(judged.judgement, guarantee=guarantee), replace(ruling, words=words)
    )  # fmt: skip
    return replace(judged, plans=plans, judgement=judgement), ruling


def _scores(
    plans: Sequence[JudgedPlan], outlooked: OutlookGains, rule: Rule, confidence: float
) -> tuple[Score, ...]:
    """Score plans in the order of the ruling; how far they are behind holds jointly over all."""
    values, decides = ruled_values(outlooked.gains, outlooked.weights, rule)
    at = [outlooked.plans.index(plan.times) for plan in plans]
    joint = family_confidence(confidence, max(1, len(outlooked.plans) - 1))
    sign = -1.0 if rule == "regret" else 1.0
    return tuple(
        Score(
            plan=plan.label,
            rank=plan.rank,
            value=figure(sign * values[i] + 0.0, confidence),
            behind=figure(values[at[0]] - values[i], joint),
            outlook=outlooked.names[decides[i]] if decides[i] >= 0 else "",
        )
        for plan, i in zip(plans, at, strict=True)
    )


def _own_demand_gain(judged: BudgetPlans, simulator: Simulator, better: Times, other: Times) -> F64:
    """(R,) what a plan gains more than another under the scenario's own demand."""
    rows = [judged.runs[times].rows for times in (better, other)]
    n = min(len(r) for r in rows)
    return simulator.worth(rows[0][:n]) - simulator.worth(rows[1][:n])


FAR = 0.2
"""A gap from which on the figure says nothing and is left out."""

VALUE: dict[Rule, str] = {
    "expected": "weighted mean gain",
    "worst": "least gain",
    "regret": "largest regret",
}


def order_words(ruling: Ruling, outlooks: int, n: int, guarantee: str) -> str:
    """How sure the order of plans is: that of the ruling, then that of the last word."""
    return (
        f"Ranked by the {VALUE[ruling.ruling]} over {outlooks} outlooks, simulated with {n} "
        f"replications each. Under the scenario's own demand {ruling.base} is first. {guarantee}"
    )


def ruling_words(
    ruling: Ruling, outlooks: int, n: int, unit: str, confidence: float, *, same: bool
) -> tuple[str, ...]:
    """The recommendation, how sure the order is, what is given up, and what is proven.

    Parameters
    ----------
    outlooks, n
        Their number, and replications in each.
    same
        Whether the scenario's own demand recommends the same plan.
    """
    units = unit.replace("_", "-")
    return (
        _first(ruling, outlooks, n, units, confidence),
        _apart(ruling, units, same),
        *([_proven(ruling)] if ruling.status else []),
    )


def _first(ruling: Ruling, outlooks: int, n: int, units: str, confidence: float) -> str:
    first = ruling.scores[0]
    where = f", in {first.outlook}" if first.outlook else ""
    words = (
        f"Over {outlooks} outlooks {ruling.plan} has the "
        f"{'least' if ruling.ruling == 'regret' else 'largest'} {VALUE[ruling.ruling]}: "
        f"{_figure(first.value)} {units} a year{where}"
    )
    others = [s for s in ruling.scores if s.behind.mean or s.behind.low < 0]
    if not others:
        return f"{words}."
    words += f"; {others[0].plan} is {_figure(others[0].behind)} behind"
    if n == 1:
        return f"{words}, in one replication."
    unclear = [s.plan for s in others if not s.behind.low > 0]
    sure = f"({confidence:.0%} confidence, jointly)"
    if not unclear:
        return f"{words}. It is ahead of all others {sure}."
    return f"{words}. Its lead over {_list(unclear)} may be chance {sure}."


def _apart(ruling: Ruling, units: str, same: bool) -> str:
    """Whether the scenario's own demand recommends another plan, and what either gives up."""
    if same:
        return "Under the scenario's own demand the same plan is first."
    return (
        f"Under the scenario's own demand {ruling.base} is first instead: there {ruling.plan} "
        f"gains {_figure(ruling.given_up)} {units} a year less. Over the outlooks {ruling.base} is "
        f"{_figure(ruling.base_gives_up)} behind."
    )


def _proven(ruling: Ruling) -> str:
    """Say what the planning models prove; a value of zero or less has no gap in per cent."""
    whose = f"The plan made for the outlooks ({ruling.robust})"
    of = f"{VALUE[ruling.ruling]} in the planning models of the outlooks"
    if ruling.status == "optimal":
        return f"{whose} has the best {of}."
    if ruling.ruling == "regret":
        least = f"no plan has less than {0.0 - ruling.bound:,.0f} there"
        return f"{whose} has a {of} of {0.0 - ruling.value:,.0f}; {least}."
    if ruling.value <= 0:
        return (
            f"{whose} has a {of} of {ruling.value:,.0f}; no plan has more than {ruling.bound:,.0f}."
        )
    gap = relative_gap(ruling.value, ruling.bound)
    if gap > FAR:
        return f"{whose} is not shown to have nearly the best {of}."
    return f"{whose} is within {gap:.1%} of the best {of}."


def _figure(figure: Figure) -> str:
    if figure.low != figure.low:
        return f"{figure.mean:,.0f}"
    return f"{figure.mean:,.0f} ({figure.low:,.0f} to {figure.high:,.0f})"


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
