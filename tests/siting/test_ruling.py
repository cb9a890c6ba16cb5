"""Rulings over outlooks: by hand, and the order, doubts and costs that are told of them."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.siting.assessment.judge import BudgetPlans, Comparison, ranked
from sim.siting.assessment.outlooks import OutlookPlan
from sim.siting.assessment.ruling import OutlookGains, apply_ruling
from sim.siting.figures import Figure
from sim.siting.moves.catalogue import Yuan
from sim.siting.outcome import JudgedPlan, Ruling
from sim.stats.intervals import t_quantile
from sim.stats.selection import KimNelson

TODAY, A, B = (0, 0), (1, 0), (0, 1)
PLANS = (TODAY, A, B)
MEANS = np.array([[0.0, 0.0], [100.0, 20.0], [60.0, 50.0]])
"""Of today, a plan for one outlook and a plan for both."""


def gains(replications: int = 6, noise: float = 1.0) -> np.ndarray:
    """(plans, outlooks, R): what plans gain, and noise of mean 0 of each plan's own."""
    rng = np.random.default_rng(1)
    drawn = noise * rng.normal(size=(3, 2, replications))
    drawn[0] = 0.0
    return MEANS[:, :, None] + drawn - drawn.mean(axis=2, keepdims=True)


@dataclass
class Worths:
    """Stands in for the simulator: a replication's worth is its only number."""

    def worth(self, rows: np.ndarray) -> np.ndarray:
        return rows[:, 0, 0]


def judged() -> BudgetPlans:
    """Under the scenario's own demand the first plan gains 90, the second 70."""
    noise = np.array([-1.0, 0.0, 1.0, 0.0])
    own = {TODAY: 0 * noise, A: 90.0 + noise, B: 70.0 - noise}
    plans = tuple(
        JudgedPlan(
            label, times, Yuan(0, 0, 0), 0.0, 0.0, "", Figure(own[times].mean(), 0, 0, 4), {}, rank
        )
        for rank, (label, times) in enumerate(
            [("plan 1", A), ("greedy", A), ("robust", B), ("today", TODAY)], start=1
        )
    )
    none: Any = SimpleNamespace()
    runs: Any = {t: SimpleNamespace(rows=v[:, None, None]) for t, v in own.items()}
    return BudgetPlans(none, Comparison((), (), None, "As it is."), plans, runs)


def ruled(
    gains: np.ndarray, weights: tuple[float, float] = (0.5, 0.5), made: OutlookPlan | None = None
) -> tuple[BudgetPlans, Ruling]:
    mean = np.einsum("pnr,n->pr", gains, np.array(weights))
    outlooked = OutlookGains(2, PLANS, mean, made)
    return apply_ruling(judged(), outlooked, Worths(), 0.95, "person_hours")  # type: ignore[arg-type]


def test_the_mean_keeps_what_the_own_demand_recommends() -> None:
    after, ruling = ruled(gains())
    assert [p.label for p in after.plans] == ["plan 1", "greedy", "robust", "today"]
    assert [s.value.mean for s in ruling.scores] == pytest.approx([60, 60, 55, 0])
    assert [s.behind.mean for s in ruling.scores] == pytest.approx([0, 0, 5, 60])
    apart = 0.5 * np.subtract(gains()[1], gains()[2]).sum(axis=0)
    joint = apart.std(ddof=1) / np.sqrt(6) * t_quantile(1 - 0.05 / 2, 5)
    assert ruling.scores[2].behind.high == pytest.approx(5 + joint)
    assert (ruling.plan, ruling.base) == ("plan 1", "plan 1")
    assert "It is ahead of all others (95% confidence, jointly)." in ruling.words[0]
    assert "robust is 5 (" in ruling.words[0]
    assert ruling.words[1] == "Under the scenario's own demand the same plan is first."
    assert len(ruling.words) == 2


def test_the_mean_recommends_another_and_says_what_is_given_up() -> None:
    """Means 36 and 52; the own demand would have the other plan, for 20 more."""
    after, ruling = ruled(gains(), (0.2, 0.8))
    assert [p.label for p in after.plans] == ["robust", "plan 1", "greedy", "today"]
    assert [p.rank for p in after.plans] == [1, 2, 3, 4]
    assert after.best.times == B
    assert (ruling.plan, ruling.base) == ("robust", "plan 1")
    noise = np.array([-2.0, 0.0, 2.0, 0.0])
    assert ruling.given_up.mean == pytest.approx(20)
    assert ruling.given_up.high - 20 == pytest.approx(3.182446 * noise.std(ddof=1) / 2)
    assert ruling.base_gives_up.mean == pytest.approx(16)
    assert "plan 1 is first instead: there robust gains 20 (" in ruling.words[1]
    assert "Over the outlooks plan 1 is 16 (" in ruling.words[1]
    assert after.judgement.guarantee.startswith("Ranked by the weighted mean gain over 2 outlooks")
    assert after.judgement.guarantee.endswith("plan 1 is first. As it is.")


def test_what_chance_may_have_done_is_said() -> None:
    noisy = ruled(gains(noise=60.0))[1]
    assert "Its lead over robust may be chance (95% confidence, jointly)" in noisy.words[0]
    one = ruled(gains(1))[1]
    assert one.words[0].endswith("behind, in one replication.")
    assert np.isnan(one.scores[0].value.low)


def test_what_is_proven_is_of_the_planning_models() -> None:
    def words(value: float, bound: float, status: str) -> str:
        return ruled(gains(), made=OutlookPlan(B, value, bound, status))[1].words[2]

    assert words(80.0, 100.0, "feasible") == (
        "The plan made for the outlooks (robust) is within 20.0% of the best weighted mean gain in "
        "the planning models of the outlooks."
    )
    assert "-4; no plan has more than 0." in words(-4.0, 0.0, "feasible")
    assert "has the best weighted mean gain in" in words(9.0, 9.0, "optimal")
    assert "is not shown to have nearly the best" in words(50.0, 100.0, "feasible")


def test_who_was_eliminated_early_may_be_better_than_who_is_still_in() -> None:
    """A plan that trails the best alike in every replication is told from it long before one that
    is far worse, but differently in each."""
    rng = np.random.default_rng(1)
    selecting = KimNelson(3, delta=0.5, first_stage=10, at_most=20)
    values = []
    while not selecting.result().finished:
        best = 100.0 + rng.normal()
        values.append([best, best - 5.0 + 0.01 * rng.normal(), 60.0 + 60 * rng.normal()])
        row = np.full(3, np.nan)
        row[list(selecting.survivors)] = np.array(values[-1])[list(selecting.survivors)]
        selecting.add(row)
    found = selecting.result()
    assert found.survivors == (0, 2)
    assert found.eliminated_at[1] is not None
    assert ranked(np.mean(values, axis=0).tolist(), found) == (0, 1, 2)


def test_the_first_is_still_in_whatever_the_means_say() -> None:
    """Means of those eliminated are of fewer replications."""
    selecting = KimNelson(2, delta=0.5, first_stage=10)
    noise = np.random.default_rng(2).normal(size=10)
    for extra in noise:
        selecting.add(np.array([1.0 + extra, 9.0 + extra]))
    found = selecting.result()
    assert found.best == 1
    assert ranked([2.0, 1.0], found) == (1, 0)
    assert ranked([2.0, 1.0], None) == (0, 1)
