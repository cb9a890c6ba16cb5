"""Each way of proving, begun from a bad plan and left alone: it must arrive at the best one."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from optimise.siting.median.branching import Tree, _decided
from optimise.siting.median.instance import Instance, instance_of
from optimise.siting.median.neighbours import neighbours
from optimise.siting.median.parts import Parts
from optimise.siting.median.prices import Priced, Relaxation, Steps
from optimise.siting.median.program import _usable, prove
from optimise.siting.median.record import Record
from optimise.siting.p_median import p_median

from .test_p_median_parts import SIZE, towns

F64 = npt.NDArray[np.float64]
STEPS = Steps(most=60, length=1.0, patience=5, shortest=0.01, memory=0.8)


def begun(cost: F64, p: int, fixed: tuple[int, ...] = ()) -> tuple[Instance, Record, Priced]:
    """With the dearest plan of some; few steps, so that much is left to prove."""
    instance = instance_of(cost, None, fixed, p)
    record = Record(cost, instance.whole, time.monotonic())
    others = np.setdiff1d(np.arange(cost.shape[1]), fixed)
    order = others[np.argsort(-cost[:, others].sum(axis=0))]
    record.offer(np.concatenate((np.array(fixed, dtype=np.int64), order[: p - len(fixed)])))
    relaxation = Relaxation(neighbours(cost, cost.shape[1]), instance.fixed, p, np.ones(len(cost)))
    priced = relaxation.ascend(cost.mean(axis=1), record, STEPS, np.inf)
    return instance, record, priced


def random_cost(seed: int) -> F64:
    return np.random.default_rng(seed).integers(0, 50, (14, 11)).astype(float)


def least(cost: F64, p: int, fixed: tuple[int, ...] = ()) -> float:
    plans = [c for c in combinations(range(cost.shape[1]), p) if set(fixed) <= set(c)]
    return min(float(cost[:, plan].min(axis=1).sum()) for plan in plans)


@pytest.mark.parametrize("fixed", [(), (3,)])
def test_branching_alone_arrives(fixed: tuple[int, ...]) -> None:
    for seed in range(12):
        cost, p = random_cost(seed), 3 + seed % 3
        instance, record, priced = begun(cost, p, fixed)
        near = neighbours(cost, cost.shape[1])
        tree = Tree(record, near, instance.fixed, p, np.ones(len(cost)), priced)
        while not tree.done:
            assert min(tree.bound, record.value) <= least(cost, p, fixed) + 1e-9
            tree.grow(np.inf)
        assert record.value == least(cost, p, fixed), seed


@pytest.mark.parametrize("fixed", [(), (3,)])
def test_programs_alone_arrive(fixed: tuple[int, ...]) -> None:
    for seed in range(12):
        cost, p = random_cost(seed), 3 + seed % 3
        instance, record, priced = begun(cost, p, fixed)
        for _ in range(2):  # the first plan sharpens what the second leaves out
            prove(instance, record, priced, 10.0)
        assert record.value == record.bound == least(cost, p, fixed), seed


def test_bounds_of_parts_hold_for_every_number_of_sites() -> None:
    cost, p = towns(5), 7
    instance, record, priced = begun(cost, p)
    parts = Parts(instance, record, neighbours(cost, len(cost)), priced)
    parts.improve(lambda sub, known, _: _solved(sub, known))
    seen = 0
    for part in parts._parts:
        if len(part.sites) != SIZE:
            continue
        inside = np.minimum(cost[np.ix_(part.points, part.sites)], part.outside[:, None])
        for count in range(1, p + 1):
            assert part.lower[count] <= least(inside, count) + 1e-9
            seen += 1
    assert seen


def _solved(instance: Instance, record: Record) -> Priced:
    record.offer(np.arange(len(instance.fixed))[-instance.p :])
    near = neighbours(instance.cost, len(instance.fixed))
    relaxation = Relaxation(near, instance.fixed, instance.p, np.ones(len(instance.cost)))
    priced = relaxation.ascend(instance.cost.mean(axis=1), record, STEPS, np.inf)
    record.prove(priced.bound)
    return priced


def test_what_is_decided_holds_in_every_better_plan() -> None:
    """Sites closed or opened, and pairs left out, against all plans better than a middling one."""
    decided = left_out = 0
    for seed in range(40):
        cost, p = random_cost(seed), 3
        instance, record, priced = begun(cost, p)
        plans = list(combinations(range(cost.shape[1]), p))
        values = np.array([cost[:, plan].min(axis=1).sum() for plan in plans])
        rank = np.argsort(values)
        record.offer(np.array(plans[rank[8]]))
        closed, opened = _decided(priced, instance.fixed, p, record.enough)
        usable = _usable(instance, record, priced)
        for at in np.flatnonzero(values < record.value):
            plan = np.array(plans[at])
            assert not closed[plan].any()
            assert set(np.flatnonzero(opened)) <= set(plan.tolist())
            server = plan[cost[:, plan].argmin(axis=1)]
            cheapest = cost == cost[np.arange(len(cost)), server][:, None]
            assert (usable & cheapest).any(axis=1).all()
        decided += int(closed.sum() + opened.sum())
        left_out += int((~usable).sum())
    assert decided
    assert left_out


@pytest.mark.filterwarnings("error")
def test_branches_that_do_not_reach_a_point_hold_no_plan() -> None:
    """Their cheapest cost is infinite, and was taken away from an infinite price."""
    for seed in (1, 8, 11, 13, 15):
        random = np.random.default_rng(seed)
        cost = random.random((30, 15))
        cost[random.random(cost.shape) < 0.4] = np.inf
        assert p_median(cost, 4).status == "optimal"


def test_a_root_that_decides_on_every_site_leaves_nothing_to_divide() -> None:
    """Stand-ins for infinity leave few digits to the others: no branch was left, yet no proof."""
    random = np.random.default_rng(6)
    cost = random.random((12, 7)) * random.choice([1e-6, 1e-3, 1, 50])
    far = random.random((12, 7)) < 0.3
    far[np.arange(12), random.integers(0, 7, 12)] = False
    found = p_median(np.where(far, 1e12, cost), 2, time_limit=2.0)
    assert found.value == pytest.approx(p_median(np.where(far, np.inf, cost), 2).value, rel=1e-4)
