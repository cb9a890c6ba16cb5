"""`linli site --full` on the small problem: plans in every outlook, and what is recommended."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.siting_check import faults
from benchmarks.siting_towns import problem_of
from optimise.siting.greedy import greedy_plan
from optimise.siting.search import best_plan
from optimise.siting.value import worth_of
from optimise.solver import Effort
from sim.cli.output.site import site_lines
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.model import build_model
from sim.report.site.files import solution_record, summary_of
from sim.siting.assessment.judge import fresh_seed
from sim.siting.assessment.outlooks import outlooks_of
from sim.siting.assessment.ruling import ROBUST
from sim.siting.moves.offers import siting_of
from sim.siting.search.loop import SitingEffort
from sim.siting.search.simulate import Simulator
from sim.siting.study import SiteStudy, StudyProgress, site_study

from .small_world import offered, small

SETS = ("siting.robust=expected", "siting.plans=2", "siting.path.years=[2030]", "siting.budgets=[]")
WEIGHTS = {"double": 0.5, "older": 0.25, "2030": 0.25}
SILENT = StudyProgress(lambda line: None, lambda turn: None)
N = 3


@pytest.fixture(scope="module")
def sited() -> SiteStudy:
    with Engine(Local(1)) as engine:
        return site_study(
            small(*SETS), engine, SitingEffort(N, N, 1, 1, 0.95, 1), SILENT, full=True
        )


def test_plans_are_simulated_in_each_outlook_on_fresh_seeds(sited: SiteStudy) -> None:
    """What is told of an outlook is what its own scenario's simulation says, ranked and paired."""
    inputs = outlooks_of(small(*SETS))["double"]
    plans = {p.label: p.times for p in sited.outcome.plans if any(p.times)}
    told = {r.plan: r for r in sited.outcome.outlooks if r.outlook == "double"}
    assert set(told) == set(plans)
    with Engine(Local(1)) as engine:
        there = Simulator(inputs, build_model(inputs), offered(), siting_of(inputs).aim, engine)
        runs = there.run([there.no_moves, *plans.values()], fresh_seed(1), N)
    worth = np.array([there.worth(run.rows) for run in runs])
    gains = dict(zip(plans, worth[1:] - worth[0], strict=True))
    for label, one in told.items():
        assert one.simulated.mean == pytest.approx(gains[label].mean())
        assert one.simulated.n == N
        assert one.best >= one.value
    best = max(gains.values(), key=lambda g: float(g.mean()))
    assert min(r.rank for r in told.values()) == 1
    for label, one in told.items():
        assert one.behind.mean == pytest.approx((best - gains[label]).mean())
        assert (one.rank == 1) == (gains[label].mean() >= best.mean() - 1e-9)


def test_the_ruling_decides_who_is_recommended(sited: SiteStudy) -> None:
    """The largest mean gain is first in everything that is told of the recommended plan."""
    found, ruling = sited.outcome, sited.outcome.ruling
    assert ruling is not None
    assert ROBUST in {p.label for p in found.plans}
    assert {r.outlook for r in found.outlooks} == set(WEIGHTS)
    mean = {
        p.label: sum(
            WEIGHTS[r.outlook] * r.simulated.mean for r in found.outlooks if r.plan == p.label
        )
        for p in found.plans
    }
    assert [s.value.mean for s in ruling.scores] == pytest.approx(
        sorted(mean.values(), reverse=True)
    )
    assert all(mean[s.plan] == pytest.approx(s.value.mean) for s in ruling.scores)
    assert found.recommended.label == ruling.plan == found.after.label
    assert [p.label for p in found.plans] == [s.plan for s in ruling.scores]
    assert ruling.bound >= ruling.value > 0
    record = solution_record(sited)
    json.dumps(record, allow_nan=False)
    assert record["ruling"]["plan"] == record["plan"] == ruling.plan
    assert record["ruling"]["robust_plan"]["bound"] == ruling.bound
    plans = [{"plan": p.label, "rank": p.rank, "cost": 0.0, "simulated": 0.0, "ci_low": None,
              "ci_high": None} for p in found.plans]  # fmt: skip
    lines = site_lines({"name": "small", **record, "plans": plans, "moves": []})
    assert [f"  {words}" for words in ruling.words] == [
        line for line in lines if line[2:] in ruling.words
    ]
    rows = summary_of(found)
    rows = rows[rows["group"] == "plan*outlook"]
    assert len(rows) == len(found.outlooks)


def test_the_robust_plan_is_the_best_in_the_planning_models(sited: SiteStudy) -> None:
    """No other contender has a larger mean gain there than its bound says, or than it has."""
    found, ruling = sited.outcome, sited.outcome.ruling
    assert ruling is not None
    model = {
        p.label: sum(WEIGHTS[r.outlook] * r.value for r in found.outlooks if r.plan == p.label)
        for p in found.plans
        if any(p.times)
    }
    assert model[ROBUST] == pytest.approx(ruling.value)
    assert max(model.values()) <= ruling.bound + 1e-6
    if ruling.status == "optimal":
        assert model[ROBUST] >= max(model.values()) - 1e-6 * abs(ruling.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["before-after", "nanteng-links", "site-cangqian", "huaxing", "site-district"]
)
def test_no_plan_is_worse_than_greedys(name: str) -> None:
    """Asked cold, with next to no effort; and the bound is above it."""
    problem, aim = problem_of(name, 1)
    greedy = greedy_plan(problem, aim)
    assert greedy is not None
    found = best_plan(problem, aim, Effort(nodes=1, seconds=60.0))
    assert found.value >= worth_of(problem, greedy, aim).value - 1e-6
    assert faults(problem, aim, found) == []
