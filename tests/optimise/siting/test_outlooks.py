"""A plan for several demands, against trying every plan."""

from dataclasses import replace

import numpy as np
import pytest
from tiny import every_plan, some_aim, tiny, value_by_words

from optimise.siting.outlooks import mixture
from optimise.siting.problem import Problem
from optimise.siting.search import best_plan
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


def test_the_best_of_the_mixture_is_best_on_average() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    for seed in range(8):
        problems, aim = demands(seed), replace(some_aim(seed), worst=0.0)
        plans = allowed_in_all(problems)
        found = best_plan(mixture(problems, weights), aim, Effort())
        if not plans:
            assert found.status == "infeasible"
            continue
        values = [weights @ [value_by_words(p, n, aim) for p in problems] for n in plans]
        assert found.value == pytest.approx(max(values), abs=1e-5), seed
        assert found.bound == pytest.approx(max(values), abs=1e-5), seed


def test_demands_with_other_moves_rooms_or_money_have_no_mixture() -> None:
    one = tiny(3)
    rooms = replace(one.facilities, rooms=one.facilities.rooms + 1)
    for other, words in (
        (replace(one, facilities=rooms), "rooms or hour bands differ"),
        (replace(one, moves=replace(one.moves, cost=one.moves.cost + 1)), "moves differ"),
        (replace(one, budget=one.budget + 1), "budget or floor areas differ"),
    ):
        with pytest.raises(ValueError, match=words):
            mixture([one, other], np.ones(2))
