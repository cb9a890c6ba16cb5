"""Plans for several demands, against trying every plan."""

from dataclasses import replace

import numpy as np
import pytest
from tiny import every_plan, some_aim, tiny, value_by_words

import optimise.siting.robust as module
from optimise.siting.problem import Aim, Problem
from optimise.siting.robust import mixture, robust_plan, values_in
from optimise.solver import Effort


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


def test_other_rooms_are_not_the_same_moves() -> None:
    one = tiny(3)
    other = replace(one, facilities=replace(one.facilities, rooms=one.facilities.rooms + 1))
    with pytest.raises(ValueError, match="rooms or hour bands differ"):
        robust_plan([one, other], Aim(), "expected", effort=Effort())


def test_expected_worst_and_regret() -> None:
    for seed in range(5):
        problems, aim = demands(seed), some_aim(seed)
        plans, chance = allowed_in_all(problems), np.array([0.5, 0.3, 0.2])
        if not plans:
            assert robust_plan(problems, aim, "worst", effort=Effort()).status == "infeasible"
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
                effort=Effort(),  # type: ignore[arg-type]
            )
            assert found.value == pytest.approx(value, abs=1e-5), (seed, ruling)
            assert found.bound >= found.value
            assert found.bound == pytest.approx(value, abs=1e-5), (seed, ruling)


def test_regret_is_honest_when_the_optima_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a gap left in each demand alone, the regret said is no less than the true one."""
    exact = module.best_plan

    def rough(problem: Problem, aim: Aim, effort: Effort, **_how: object) -> object:
        found = exact(problem, aim, effort)
        return replace(found, value=found.value - 0.5, bound=found.bound + 1.0)

    monkeypatch.setattr(module, "best_plan", rough)
    for seed in range(6):
        problems, aim = demands(seed), some_aim(seed)
        plans = allowed_in_all(problems)
        if not plans:
            continue
        table = np.array([[value_by_words(p, n, aim) for p in problems] for n in plans])
        regret = (table.max(axis=0) - table).max(axis=1)
        found = robust_plan(problems, aim, "regret", effort=Effort())
        mine = next(r for n, r in zip(plans, regret, strict=True) if (n == found.times).all())
        assert -found.value >= mine - 1e-6
        assert -found.bound <= regret.min() + 1e-6


def test_ranks_of_plans_in_every_demand() -> None:
    problems, aim = demands(4), some_aim(4)
    plans = allowed_in_all(problems)[:4]
    table = values_in(problems, plans, aim)
    for i, times in enumerate(plans):
        assert table[i] == pytest.approx([value_by_words(p, times, aim) for p in problems])
