"""Plans for several demands, and aims in order, against trying every plan."""

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

import optimise.siting.planner.robust as module
from optimise.siting.planner.lexicographic import best_in_order
from optimise.siting.planner.mixture import mixture
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.robust import rank_in, ranks, robust_plan
from optimise.siting.planner.solution import Aim
from optimise.siting.planner.swing import demand_swing
from optimise.siting.planner.weighing import by_weights

from .tiny import every_plan, some_aim, tiny, value_by_words


def demands(seed: int) -> list[Problem]:
    """The same moves under other wishes, which leave other hours free."""
    base, rng = tiny(seed), np.random.default_rng([3, seed])
    factors = rng.uniform(0.2, 3.0, (2, len(base.classes.wishes)))
    hours = rng.uniform(0.6, 1.0, 2)
    return [base, *(_other(base, f, float(h)) for f, h in zip(factors, hours, strict=True))]


def _other(base: Problem, wishes: np.ndarray, hours: float) -> Problem:
    classes, facilities, moves = base.classes, base.facilities, base.moves
    return replace(
        base,
        classes=replace(classes, wishes=classes.wishes * wishes),
        facilities=replace(facilities, hours=facilities.hours * hours),
        moves=replace(moves, gives_hours=moves.gives_hours * hours),
    )


def allowed_in_all(problems: list[Problem]) -> list[np.ndarray]:
    some = [{tuple(n) for n in every_plan(p)} for p in problems]
    return [n for n in every_plan(problems[0]) if all(tuple(n) in its for its in some)]


def test_the_mixture_is_worth_the_weighted_mean() -> None:
    weights = np.array([0.5, 0.0, 1.7])
    for seed in range(30):
        aim = replace(some_aim(seed), worst=0.0)
        problems = demands(seed)
        mixed = mixture(problems, weights)
        plans = allowed_in_all(problems)
        for times in plans[:4]:
            values = [value_by_words(p, times, aim) for p in problems]
            assert value_by_words(mixed, times, aim) == pytest.approx(weights @ values, abs=1e-6)
        assert {tuple(n) for n in plans} == {tuple(n) for n in every_plan(mixed)}


@pytest.mark.parametrize("ruling", ["worst", "regret"])
def test_demands_too_large_for_one_program_are_weighed(
    ruling: Literal["worst", "regret"], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound holds, and mostly is met; the plan is worth what is said of it."""
    monkeypatch.setattr(module, "TOGETHER", 0)
    met = tried = 0
    for seed in range(20):
        problems, aim = demands(seed), replace(some_aim(seed), worst=0.0)
        plans = allowed_in_all(problems)
        if not plans:
            continue
        table = np.array([[value_by_words(p, n, aim) for p in problems] for n in plans])
        less = table.max(axis=0) if ruling == "regret" else 0.0
        scores = (table - less).min(axis=1)
        found = robust_plan(problems, aim, ruling)
        assert found.bound >= scores.max() - 1e-6, seed
        at = next(i for i, n in enumerate(plans) if (n == found.times).all())
        assert found.value == pytest.approx(scores[at], abs=1e-5), seed
        tried += 1
        met += scores[at] >= scores.max() - 1e-6
    assert tried > 10
    assert met >= 0.8 * tried


def test_bounds_by_weights_hold_and_are_mostly_met() -> None:
    """By weak duality no plan's least value is above, whatever is taken off in each demand."""
    gaps = []
    for seed in range(20):
        problems, aim = demands(seed), replace(some_aim(seed), worst=0.0)
        plans = allowed_in_all(problems)
        if not plans:
            continue
        less = np.random.default_rng(seed).uniform(-5.0, 5.0, 3)
        table = np.array([[value_by_words(p, n, aim) for p in problems] for n in plans])
        best = float((table - less).min(axis=1).max())
        _, bound = by_weights(problems, aim, less, plans[:1], time_limit=10.0)
        assert bound >= best - 1e-6, seed
        gaps.append(bound - best)
    assert len(gaps) > 10
    assert np.mean(np.array(gaps) < 1e-6) >= 0.7


def test_other_rooms_are_not_the_same_moves() -> None:
    one = tiny(3)
    other = replace(one, facilities=replace(one.facilities, rooms=one.facilities.rooms + 1))
    with pytest.raises(ValueError, match="rooms or hour bands differ"):
        robust_plan([one, other], Aim(), "expected")


def test_expected_worst_and_regret() -> None:
    for seed in range(9):
        problems, aim = demands(seed), some_aim(seed)
        plans, chance = allowed_in_all(problems), np.array([0.5, 0.3, 0.2])
        if not plans:
            assert robust_plan(problems, aim, "worst").status == "infeasible"
            continue
        table = np.array([[value_by_words(p, n, aim) for p in problems] for n in plans])
        today = np.array([3.0, -1.0, 7.0])
        best = {
            "expected": ((table - today) @ chance).max(),
            "worst": (table - today).min(axis=1).max(),
            "regret": -(table.max(axis=0) - table).max(axis=1).min(),
        }
        for ruling, value in best.items():
            found = robust_plan(
                problems,
                aim,
                ruling,
                weights=chance,
                less=today,
                time_limit=20.0,  # type: ignore[arg-type]
            )
            assert found.value == pytest.approx(value, abs=1e-5), (seed, ruling)
            assert found.bound >= found.value
            assert found.bound == pytest.approx(value, abs=1e-5), (seed, ruling)


def test_regret_is_honest_when_the_optima_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a gap left in each demand alone, the regret said is no less than the true one."""
    exact = module.best_plan

    def rough(problem: Problem, aim: Aim, **_how: object) -> object:
        found = exact(problem, aim)
        return replace(found, value=found.value - 0.5, bound=found.bound + 1.0)

    monkeypatch.setattr(module, "best_plan", rough)
    for seed in range(6):
        problems, aim = demands(seed), some_aim(seed)
        plans = allowed_in_all(problems)
        if not plans:
            continue
        table = np.array([[value_by_words(p, n, aim) for p in problems] for n in plans])
        regret = (table.max(axis=0) - table).max(axis=1)
        found = robust_plan(problems, aim, "regret")
        mine = next(r for n, r in zip(plans, regret, strict=True) if (n == found.times).all())
        assert -found.value >= mine - 1e-6
        assert -found.bound <= regret.min() + 1e-6


def test_ranks_of_plans_in_every_demand() -> None:
    problems, aim = demands(4), some_aim(4)
    plans = allowed_in_all(problems)[:4]
    table = rank_in(problems, plans, aim)
    for i, times in enumerate(plans):
        assert table[i] == pytest.approx([value_by_words(p, times, aim) for p in problems])
    assert (ranks(np.array([[1.0, 5.0], [2.0, 5.0], [0.0, 7.0]])) == [[2, 2], [1, 2], [3, 1]]).all()


def test_aims_in_order() -> None:
    aims = (Aim(), Aim(served=0.0, minutes=0.1, uncovered=1.0), Aim(served=0.0, worst=1.0))
    for seed in range(9):
        problem = tiny(seed)
        plans = every_plan(problem)
        found = best_in_order(problem, aims)
        if not plans:
            assert found.statuses == ("infeasible",)
            continue
        best = max(value_by_words(problem, n, aims[0]) for n in plans)
        assert found.values[0] == pytest.approx(best, abs=1e-5), seed
        assert set(found.statuses) == {"optimal"}
        assert all(v >= f - 1e-6 for v, f in zip(found.values, found.floors, strict=True))
        # Weighed very little beside the first, the second aim gives the same order on these sizes.
        both = Aim(served=1.0, minutes=1e-6, uncovered=1e-5)
        tied = max(value_by_words(problem, n, both) for n in plans)
        order = found.values[0] + 1e-5 * found.values[1]
        assert order == pytest.approx(tied, abs=5e-6), seed


def test_demand_that_lets_another_plan_win() -> None:
    """Two rooms of which one is built: the other is better once its people wish for more."""
    from optimise.siting.planner.problem import Classes, Facilities, Moves, Options

    none, one = np.full(2, -1), np.ones(2, np.int64)
    hours = np.full((2, 1), 100.0)
    problem = Problem(
        Classes(np.array([10.0, 8.0]), np.ones(2), none),
        Facilities(np.zeros(2, np.int64), np.zeros((2, 1))),
        Moves(np.ones(2), one, none, np.zeros(2), np.arange(2), hours, none, 0 * hours, 0 * one),
        Options(np.arange(2), np.arange(2), 0 * one, np.ones(2), np.ones(2), np.ones(2), none),
        budget=1.0,
        floor=np.zeros(0),
    )
    plan, other = np.array([1, 0]), np.array([0, 1])
    second = np.array([False, True])
    more, less = demand_swing(problem, Aim(), plan, [plan, other], [second, ~second])
    assert more.high == pytest.approx(1.25, rel=2e-3)
    assert (more.low, more.low_plan, more.high_plan) == (0.0, -1, 1)
    assert less.low == pytest.approx(0.8, rel=2e-3)
    assert less.high == np.inf
    already = demand_swing(problem, Aim(), other, [plan], [second])[0]
    assert (already.low, already.high) == (1.0, 1.0)
