"""The planner's best plan against trying every plan, and never worse than what is known."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tiny import every_plan, some_aim, tiny, value_by_words

import optimise.siting.search as module
from benchmarks.siting_check import faults
from benchmarks.siting_generator import Shape, draw
from optimise.siting.core import core_of, simple_bound
from optimise.siting.greedy import Separate, greedy_plan
from optimise.siting.problem import Aim, Problem, ServiceOptions, close
from optimise.siting.search import best_plan, near_plans
from optimise.siting.value import worth_of
from optimise.solver import Effort


@pytest.mark.parametrize(
    "first",
    [0, *(pytest.param(first, marks=pytest.mark.slow) for first in range(26, 208, 26))],
)
def test_the_best_of_all_plans(first: int) -> None:
    for seed in range(first, first + 26):
        problem, aim = tiny(seed), some_aim(seed)
        plans = every_plan(problem)
        found = best_plan(problem, aim, Effort())
        if not plans:
            assert found.status == "infeasible", seed
            assert found.reason, seed
            assert np.isnan(found.value), seed
            continue
        best = max(value_by_words(problem, times, aim) for times in plans)
        assert found.value == pytest.approx(best, abs=1e-6), seed
        assert found.bound >= found.value, seed
        assert found.status == "optimal", seed
        assert faults(problem, aim, found) == [], seed
        assert any((found.times == times).all() for times in plans), seed


def test_given_moves_are_worth_what_the_words_say() -> None:
    for seed in range(0, 240, 6):
        problem, aim = tiny(seed), some_aim(seed)
        for times in every_plan(problem)[:3]:
            worth = worth_of(problem, times, aim)
            assert worth.value == pytest.approx(value_by_words(problem, times, aim), abs=1e-7), seed


def test_large_programs_are_solved_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """With rows added where they are broken; where all broken ones were, the plan is the best."""
    monkeypatch.setattr(module, "LARGE", 0)
    proven = 0
    for seed in range(24):
        problem, aim = tiny(seed), some_aim(seed)
        plans = every_plan(problem)
        found = best_plan(problem, aim, Effort())
        if not plans:
            continue
        best = max(value_by_words(problem, times, aim) for times in plans)
        assert found.bound >= best - 1e-6, seed
        assert faults(problem, aim, found) == [], seed
        proven += found.value == pytest.approx(best, abs=1e-6)
    assert proven >= 20


def test_no_plan_is_worse_than_greedys_or_a_known_one() -> None:
    """Not even where no effort is allowed: what is known is where a search begins and ends."""
    for seed in range(16):
        problem, aim = tiny(seed), some_aim(seed)
        plans = every_plan(problem)
        if not plans:
            continue
        greedy = greedy_plan(problem, aim)
        assert greedy is not None
        least = Effort(nodes=1, gap=1e9)
        assert best_plan(problem, aim, least).value >= worth_of(problem, greedy, aim).value - 1e-9
        known = max(plans, key=lambda n: value_by_words(problem, n, aim))
        found = best_plan(problem, aim, least, known=[plans[0], known])
        assert found.value == pytest.approx(value_by_words(problem, known, aim), abs=1e-6), seed


def test_a_search_that_the_clock_cut_says_so() -> None:
    town, aim = draw(Shape(origins=15, candidates=8, centres=4, kinds=2)), Aim(worst=0.3)
    cut = best_plan(town, aim, Effort(seconds=0.05))
    assert (cut.cut, cut.status) == ("clock", "feasible")
    assert best_plan(town, aim, Effort(nodes=1)).cut in ("effort", "")


RADII = (1, 2, 4)


@pytest.mark.parametrize("start", [0, 1, 2])
def test_each_is_the_best_within_its_radius(start: int) -> None:
    """With what is known of moves added to the model, and unlike plans known and found before."""
    for seed in range(start, 24, 6):
        problem, aim = tiny(seed), some_aim(seed)
        plans = list(every_plan(problem))
        rng = np.random.default_rng(seed)
        if not plans:
            assert near_plans(problem, aim, problem.moves.fixed, RADII, Effort()).plans == []
            continue
        slope = rng.normal(0, 20, len(problem.moves.cost))
        centre = plans[int(rng.integers(len(plans)))]
        worth = {tuple(n): value_by_words(problem, n, aim) + float(slope @ n) for n in plans}
        found = near_plans(
            problem, aim, centre, RADII, Effort(), slope=slope, unlike=[centre], differ_by=1
        ).plans
        before = [centre]
        for radius in RADII:
            allowed = [
                worth[tuple(n)]
                for n in plans
                if np.abs(n - centre).sum() <= radius
                and all(np.abs(n - other).sum() >= 1 for other in before)
            ]
            if not allowed:
                continue
            times = found[len(before) - 1]
            assert np.abs(times - centre).sum() <= radius
            assert worth[tuple(times)] == pytest.approx(max(allowed), abs=1e-5), (seed, radius)
            before.append(times)
        assert len(found) == len(before) - 1


def test_nonsense_is_refused() -> None:
    problem, aim = tiny(0), some_aim(0)
    for radii, differ_by in (((0,), 1), ((2,), 0)):
        with pytest.raises(ValueError, match="at least 1"):
            near_plans(problem, aim, problem.moves.fixed, radii, Effort(), differ_by=differ_by)


def test_nothing_is_worth_more_than_everything() -> None:
    for seed in range(40):
        problem, aim = tiny(seed), some_aim(seed)
        most = simple_bound(core_of(problem, aim))
        assert all(value_by_words(problem, n, aim) <= most + 1e-7 for n in every_plan(problem)[:4])


def test_an_infinite_bound_never_meets_a_value() -> None:
    assert not close(1.0, float("inf"))
    assert close(1.0, 1.0)


def thinned(problem: Problem, rng: np.random.Generator) -> Problem:
    """With a third of the options: most problems fall apart, some classes have none."""
    kept = np.flatnonzero(rng.random(len(problem.options.asked)) < 0.35)
    of = problem.options
    return replace(
        problem, options=ServiceOptions(*(getattr(of, n)[kept] for n in ServiceOptions.__slots__))
    )


def test_parts_add_up_to_the_whole() -> None:
    """Plans of 100 tiny problems, asked in any order: what is kept is of the same moves."""
    rng, parts = np.random.default_rng(3), list[int]()
    for seed in range(100):
        problem, aim = thinned(tiny(seed), rng), some_aim(seed)
        separate = Separate(problem, aim)
        parts.append(len(separate))
        plans = [np.array(n) for n in product(*(range(most + 1) for most in problem.moves.most))]
        for n in rng.permutation(len(plans))[:15].tolist():
            try:
                value = worth_of(problem, plans[n], aim).value
            except ValueError:
                with pytest.raises(ValueError, match="not there"):
                    separate.value(plans[n])
                continue
            assert separate.value(plans[n]) == pytest.approx(value, rel=1e-9, abs=1e-9)
    assert sum(number > 1 for number in parts) > 15


def test_one_part_where_the_worst_off_count() -> None:
    for seed in range(60):
        problem, aim = tiny(seed), some_aim(seed)
        if aim.worst and problem.groups and (problem.classes.group >= 0).any():
            worth = problem.classes.wishes * problem.classes.worth
            assert len(Separate(problem, aim)) == 1 or not worth[problem.classes.group >= 0].any()
