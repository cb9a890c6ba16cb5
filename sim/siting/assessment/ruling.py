"""The plan with the largest mean gain over outlooks, how sure that is, and what it costs elsewhere.

The weighted mean of a plan is formed for each replication, so that plans are compared in pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimise.siting.problem import relative_gap
from sim.arrays import F64
from sim.siting.assessment.judge import BudgetPlans
from sim.siting.assessment.outlooks import OutlookPlan
from sim.siting.figures import Figure, figure
from sim.siting.moves.catalogue import Times
from sim.siting.outcome import JudgedPlan, Ruling, Score
from sim.siting.search.simulate import Simulator
from sim.stats.paired import family_confidence

ROBUST = "robust"
"""Label of the plan made for the outlooks."""
VALUE = "weighted mean gain"
FAR = 0.2
"""A gap from which on the figure says nothing and is left out."""


@dataclass(frozen=True, slots=True)
class OutlookGains:
    """Plans simulated in every outlook.

    Attributes
    ----------
    number
        Of outlooks.
    plans
        (P,), today among them.
    mean
        (P, R) weighted mean over outlooks of the gain over today.
    made
        The plan of the planning models of all outlooks; None if there is none.
    """

    number: int
    plans: tuple[Times, ...]
    mean: F64
    made: OutlookPlan | None


def apply_ruling(
    judged: BudgetPlans,
    outlooked: OutlookGains,
    simulator: Simulator,
    confidence: float,
    unit: str,
) -> tuple[BudgetPlans, Ruling]:
    """Put plans in the order of their mean gains, and say how sure it is and what it costs.

    Where two plans have the same mean, the one that is better under the scenario's own demand
    comes first.
    """
    gains, made = outlooked.mean, outlooked.made
    at = {times: i for i, times in enumerate(outlooked.plans)}
    means = gains.mean(axis=1)
    order = sorted(judged.plans, key=lambda plan: (-means[at[plan.times]], plan.rank))
    plans = tuple(replace(plan, rank=rank) for rank, plan in enumerate(order, start=1))
    first, base = plans[0], judged.best
    known = {plan.times: plan.label for plan in reversed(plans)}
    ruling = Ruling(
        ruling="expected",
        plan=first.label,
        base=base.label,
        scores=_scores(plans, outlooked, confidence),
        given_up=figure(_own_demand_gain(judged, simulator, base.times, first.times), confidence),
        base_gives_up=figure(gains[at[first.times]] - gains[at[base.times]], confidence),
        robust="" if made is None else known.get(made.times, ""),
        value=float("nan") if made is None else made.value,
        bound=float("nan") if made is None else made.bound,
        status="" if made is None else made.status,
        words=(),
    )
    words = (
        _lead_words(ruling, outlooked, unit.replace("_", "-"), confidence),
        _own_demand_words(ruling, unit.replace("_", "-"), same=first.times == base.times),
        *([_proof_words(ruling)] if ruling.status else []),
    )
    guarantee = (
        f"Ranked by the {VALUE} over {outlooked.number} outlooks, simulated with {gains.shape[1]} "
        f"replications each. Under the scenario's own demand {base.label} is first. "
        f"{judged.judgement.guarantee}"
    )
    judgement = replace(judged.judgement, guarantee=guarantee)
    return replace(judged, plans=plans, judgement=judgement), replace(ruling, words=words)


def _scores(
    plans: Sequence[JudgedPlan], outlooked: OutlookGains, confidence: float
) -> tuple[Score, ...]:
    """Score plans in their order; how far they are behind holds jointly over all."""
    at = [outlooked.plans.index(plan.times) for plan in plans]
    gains, joint = outlooked.mean, family_confidence(confidence, max(1, len(outlooked.plans) - 1))
    return tuple(
        Score(
            plan=plan.label,
            rank=plan.rank,
            value=figure(gains[i], confidence),
            behind=figure(gains[at[0]] - gains[i], joint),
        )
        for plan, i in zip(plans, at, strict=True)
    )


def _own_demand_gain(judged: BudgetPlans, simulator: Simulator, better: Times, other: Times) -> F64:
    """(R,) what a plan gains more than another under the scenario's own demand."""
    rows = [judged.runs[times].rows for times in (better, other)]
    n = min(len(r) for r in rows)
    return simulator.worth(rows[0][:n]) - simulator.worth(rows[1][:n])


def _lead_words(ruling: Ruling, outlooked: OutlookGains, units: str, confidence: float) -> str:
    words = (
        f"Over {outlooked.number} outlooks {ruling.plan} has the largest {VALUE}: "
        f"{_figure(ruling.scores[0].value)} {units} a year"
    )
    others = [s for s in ruling.scores if s.behind.mean or s.behind.low < 0]
    if not others:
        return f"{words}."
    words += f"; {others[0].plan} is {_figure(others[0].behind)} behind"
    if outlooked.mean.shape[1] == 1:
        return f"{words}, in one replication."
    unclear = [s.plan for s in others if not s.behind.low > 0]
    sure = f"({confidence:.0%} confidence, jointly)"
    if not unclear:
        return f"{words}. It is ahead of all others {sure}."
    return f"{words}. Its lead over {_list(unclear)} may be chance {sure}."


def _own_demand_words(ruling: Ruling, units: str, *, same: bool) -> str:
    """Whether the scenario's own demand recommends another plan, and what either gives up."""
    if same:
        return "Under the scenario's own demand the same plan is first."
    return (
        f"Under the scenario's own demand {ruling.base} is first instead: there {ruling.plan} "
        f"gains {_figure(ruling.given_up)} {units} a year less. Over the outlooks {ruling.base} is "
        f"{_figure(ruling.base_gives_up)} behind."
    )


def _proof_words(ruling: Ruling) -> str:
    """Say what the planning models prove; a value of zero or less has no gap in per cent."""
    plan = f"The plan made for the outlooks ({ruling.robust})"
    best = f"{VALUE} in the planning models of the outlooks"
    if ruling.status == "optimal":
        return f"{plan} has the best {best}."
    if ruling.value <= 0:
        most = f"no plan has more than {ruling.bound:,.0f}"
        return f"{plan} has a {best} of {ruling.value:,.0f}; {most}."
    gap = relative_gap(ruling.value, ruling.bound)
    if gap > FAR:
        return f"{plan} is not shown to have nearly the best {best}."
    return f"{plan} is within {gap:.1%} of the best {best}."


def _figure(figure: Figure) -> str:
    if figure.low != figure.low:
        return f"{figure.mean:,.0f}"
    return f"{figure.mean:,.0f} ({figure.low:,.0f} to {figure.high:,.0f})"


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
