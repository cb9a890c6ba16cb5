"""Wrong solutions are caught, labels mean nothing, more money never hurts."""

from dataclasses import replace

import numpy as np
import pytest
from tiny import some_aim, tiny

from benchmarks.siting_check import faults
from benchmarks.siting_generator import Shape, draw
from optimise.siting.greedy import greedy_plan
from optimise.siting.problem import Aim, PlanSolution, Problem
from optimise.siting.search import best_plan
from optimise.siting.value import worth_of
from optimise.solver import Effort

SHAPE = Shape(origins=8, candidates=8, centres=6, kinds=3, bands=3, links=2, rooms=5.0, minute=0.01)


@pytest.fixture(scope="module")
def town() -> Problem:
    return draw(SHAPE)


@pytest.fixture(scope="module")
def aim() -> Aim:
    return Aim(uncovered=0.2, worst=0.2)


@pytest.fixture(scope="module")
def solution(town: Problem, aim: Aim) -> PlanSolution:
    return best_plan(town, aim, Effort())


def test_a_town_is_solved(town: Problem, aim: Aim, solution: PlanSolution) -> None:
    assert solution.status == "optimal"
    assert faults(town, aim, solution) == []
    assert solution.times.sum() > 3


def test_wrong_solutions_are_caught(town: Problem, aim: Aim, solution: PlanSolution) -> None:
    made = int(np.flatnonzero(solution.times)[0])
    served = int(np.argmax(solution.shares))
    times, shares, greedy = solution.times.copy(), solution.shares.copy(), solution.times.copy()
    times[made] -= 1
    shares[served] += 0.01
    greedy[:] = town.moves.most
    wrong = [
        replace(solution, times=times),
        replace(solution, times=greedy),
        replace(solution, times=solution.times - 1),
        replace(solution, shares=shares),
        replace(solution, shares=np.ones_like(shares)),
        replace(solution, shares=np.zeros_like(shares)),
        replace(solution, value=solution.value + 1.0),
        replace(solution, bound=solution.value - 1.0),
        replace(solution, cost=solution.cost + 1.0),
        replace(solution, worst=solution.worst + 0.01),
        replace(solution, status="infeasible"),
    ]
    for each in wrong:
        assert faults(town, aim, each)


def test_labels_mean_nothing() -> None:
    for seed in range(0, 24, 2):
        problem, aim, rng = tiny(seed), some_aim(seed), np.random.default_rng(seed)
        moves, places = problem.moves, problem.facilities
        order = rng.permutation(len(moves.cost))
        to = rng.permutation(len(places.rooms))  # facility f becomes to[f]
        new, back = np.append(np.argsort(order), -1), np.append(to, -1)
        where = np.argsort(to)
        named = {name: getattr(moves, name)[order] for name in moves.__dataclass_fields__}
        named |= {"gives": back[named["gives"]], "takes": back[named["takes"]]}
        other = replace(
            problem,
            facilities=replace(places, rooms=places.rooms[where], hours=places.hours[where]),
            moves=replace(moves, **named),
            options=replace(
                problem.options,
                facility=to[problem.options.facility],
                link=new[problem.options.link],
            ),
        )
        one, two = best_plan(problem, aim, Effort()), best_plan(other, aim, Effort())
        assert two.status == one.status
        assert two.value == pytest.approx(one.value, abs=1e-7, nan_ok=True)


def test_more_money_never_hurts() -> None:
    for seed in range(20):
        problem = tiny(seed)
        richer = replace(problem, budget=problem.budget + 1.0)
        poor, rich = (best_plan(p, some_aim(seed), Effort()) for p in (problem, richer))
        if poor.status != "infeasible":
            assert rich.value >= poor.value - 1e-7


def test_greedy_is_no_better_than_best(town: Problem) -> None:
    times = greedy_plan(town, Aim())
    assert times is not None
    best = best_plan(town, Aim(), Effort())
    value = worth_of(town, times, Aim()).value
    assert value <= best.value + 1e-6
    nothing = worth_of(town, 0 * times, Aim()).value
    # It is a rival, not a straw man.
    assert value - nothing >= 0.6 * (best.value - nothing)


def test_no_plan_says_why(town: Problem) -> None:
    moves = town.moves
    fixed = moves.fixed.copy()
    fixed[:3] = 1
    decided = replace(town, moves=replace(moves, fixed=fixed), budget=1000.0)
    found = best_plan(decided, Aim(), Effort())
    assert (found.status, np.isnan(found.value), np.isnan(found.bound)) == ("infeasible",) + (
        True,
    ) * 2
    assert "budget" in found.reason
    small = replace(decided, budget=1e9, floor=np.full_like(town.floor, 1.0))
    assert "m2 of floor area at site" in best_plan(small, Aim(), Effort()).reason


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("classes", "wishes", -1.0),
        ("classes", "wishes", np.nan),
        ("classes", "group", 99),
        ("facilities", "rooms", -1),
        ("moves", "cost", np.inf),
        ("moves", "gives", 999),
        ("moves", "fixed", 9),
        ("options", "asked", 0.0),
        ("options", "asked", 1.5),
        ("options", "facility", -1),
        ("options", "of_class", 7),
        ("options", "link", 999),
    ],
)
def test_malformed_arrays_are_refused(town: Problem, part: str, name: str, value: float) -> None:
    array = getattr(getattr(town, part), name).copy()
    array[0] = value
    wrong = replace(town, **{part: replace(getattr(town, part), **{name: array})})
    with pytest.raises(ValueError, match=r"must|holds|sorted"):
        best_plan(wrong, Aim(), Effort())
    short = replace(town, **{part: replace(getattr(town, part), **{name: array[:-1]})})
    with pytest.raises(ValueError, match="shape"):
        best_plan(short, Aim(), Effort())
