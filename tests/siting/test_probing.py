"""What would change the plan: sites left out, money, time."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.siting.assessment.changes import (
    cost_front,
    openings,
    sites_left_out,
    sites_of,
    worst_front,
)
from sim.siting.moves.offers import siting_of
from sim.siting.planning.planner import Planner
from sim.siting.planning.wishes import WishSampler

from .small_world import offered
from .test_planning_model import grounded


def planned() -> tuple[Planner, tuple[int, ...]]:
    """A planner, and its best plan."""
    inputs, ground, estimate = grounded()
    one = Planner.from_data(ground, WishSampler(ground), estimate, siting_of(inputs), 300_000.0, 1)
    return one, one.best().times


def test_a_site_left_out_is_worth_what_no_other_plan_makes_up_for() -> None:
    """The regret is the difference of two proven optima; what is instead is not at the site."""
    planner, times = planned()
    best = planner.best()
    found = sites_left_out(planner, times, best.bound)
    assert {one.site for one in found} == set(sites_of(offered(), times))
    assert [one.regret for one in found] == sorted((one.regret for one in found), reverse=True)
    for one in found:
        without = planner.without_site(one.site).best()
        assert best.status == without.status == "optimal"
        assert one.searched
        lost = max(0.0, best.value - without.value)  # a move that is decided may be worth less
        assert one.regret == pytest.approx(lost, rel=1e-4, abs=1e-3)
        assert one.regret_at_most >= one.regret
        assert not any(words.endswith(one.site) for words in one.instead)
        pairs = zip(offered().moves, without.times, best.times, strict=True)
        assert set(one.instead) == {move.words for move, n, was in pairs if n > was}


def test_sites_beyond_those_searched_are_told_as_lost_with_nothing_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What leaving out costs at most stays true, and nothing is said to replace it."""
    planner, times = planned()
    bound = planner.gain(times)
    searched = {one.site: one for one in sites_left_out(planner, times, bound)}
    monkeypatch.setattr("sim.siting.assessment.changes.LEFT_OUT", 0)
    found = sites_left_out(planner, times, bound)
    assert {one.site for one in found} == set(searched)
    for one in found:
        assert (one.searched, one.regret, one.instead) == (False, 0.0, ())
        assert one.regret_at_most >= searched[one.site].regret - 1e-6
        moves = zip(offered().moves, times, strict=True)
        kept = tuple(0 if m.site == one.site else n for m, n in moves)
        if planner.affords(kept):
            assert one.regret_at_most == pytest.approx(bound - planner.gain(kept))
    monkeypatch.setattr(Planner, "affords", lambda *_: False)
    for one in sites_left_out(planner, times, bound):
        decided = tuple(m.fixed * (m.site != one.site) for m in offered().moves)
        assert one.regret_at_most == pytest.approx(bound - planner.gain(decided))


def test_the_frontier_has_the_best_plan_of_each_budget() -> None:
    planner, _ = planned()
    budgets = [300_000.0, 100_000.0, 200_000.0]
    points = cost_front(planner, budgets)
    assert [p.budget for p in points] == sorted(budgets)
    for point in points:
        alone = planner.with_budget(point.budget).best()
        assert alone.status == point.status == "optimal"
        assert point.value == pytest.approx(alone.value, rel=1e-4)
        assert point.value == pytest.approx(planner.gain(point.times))
        assert point.cost.base <= point.budget


def test_more_money_is_never_told_to_buy_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the search for a larger budget finds less, the plan for the smaller one is told."""
    planner, _ = planned()
    known, nothing = planner.with_budget(200_000.0).best(), (0,) * len(offered().moves)

    def best(self: Planner, plans: list[tuple[int, ...]]) -> Any:
        assert plans == [self.greedy()]
        return (
            known if self.problem.budget < 250_000 else self.known_plan(nothing, known.bound + 9.0)
        )

    monkeypatch.setattr(Planner, "best", best)
    small, large = cost_front(planner, [200_000.0, 300_000.0])
    assert large.times == small.times == known.times
    assert large.value == small.value
    assert large.bound == pytest.approx(known.bound + 9.0)
    assert large.status == "feasible"


YEARS = {2026: 0.5, 2027: 1.0, 2028: 1.5}
BUDGET = 300_000.0


def planner(factor: float = 1.0, worst: float = 0.0) -> Planner:
    inputs, ground, estimate = grounded()
    siting = siting_of(inputs)
    aim = siting.aim.model_copy(update={"worst": worst})
    siting = siting.model_copy(update={"aim": aim, "time_limit_seconds": 300.0})
    demand = dataclasses.replace(estimate, wishes=factor * estimate.wishes)
    return Planner.from_data(ground, WishSampler(ground), demand, siting, BUDGET, 1)


def test_a_plan_is_carried_out_year_by_year() -> None:
    """All of it in the end, within what each year commits; gains add up; best for money first."""
    years = {year: planner(factor) for year, factor in YEARS.items()}
    plan = years[2028].best()
    order = openings(years, plan.times, BUDGET)
    made = np.bincount([one.move for one in order], minlength=len(plan.times))
    assert tuple(made.tolist()) == plan.times
    assert [one.year for one in order] == sorted(one.year for one in order)
    for number, year in enumerate(YEARS, start=1):
        mine = [one for one in order if one.year == year]
        assert all(one.committed == pytest.approx(BUDGET * number / 3) for one in mine)
        if year != 2028:
            assert all(one.cost <= one.committed + 1e-6 for one in mine)
    first, moves = order[0], years[2026].problem.moves
    rates = {
        m: years[2026].gain(tuple(int(i == m) for i in range(len(made)))) / moves.cost[m]
        for m in np.flatnonzero(made)
        if 0 < moves.cost[m] <= BUDGET / 3
    }
    if moves.cost[first.move] > 0:
        assert first.move == max(rates, key=lambda m: rates[m])
    last = [one for one in order if one.year == 2028]
    before = np.bincount([one.move for one in order if one.year < 2028], minlength=len(made))
    there = years[2028]
    assert sum(one.gain for one in last) == pytest.approx(
        there.gain(plan.times) - there.gain(tuple(before.tolist()))
    )
    assert len({one.year for one in order}) > 1


def test_the_worst_off_gain_as_they_count_more() -> None:
    """Their share rises along the frontier while the gain of all falls, none beyond its bound."""
    plain, fair = planner(), planner(worst=1.0)
    points = worst_front(plain, fair, plain.best().bound)
    assert {p.front for p in points} == {"worst"}
    ordered = sorted(points, key=lambda p: p.worst)
    assert all(0 <= p.worst <= 1 and p.value <= p.bound + 1e-6 for p in points)
    assert all(p.cost.base <= BUDGET + 1e-6 for p in points)
    values = [p.value for p in ordered]
    assert all(a >= b - 1e-5 * abs(a) for a, b in pairwise(values))  # the solver's own gap
    assert worst_front(plain, dataclasses.replace(plain), 0.0) == ()
    assert len(offered().moves) == len(points[0].times)
