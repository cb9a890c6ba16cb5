"""The order of opening over a growth path, and the frontier of the worst-off."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from sim.siting.assessment.changes import openings, scaled_estimate, worst_front
from sim.siting.moves.offers import siting_of
from sim.siting.planning.planner import Planner
from sim.siting.planning.wishes import WishSampler

from .small_world import offered
from .test_planning_model import grounded

YEARS = {2026: 0.5, 2027: 1.0, 2028: 1.5}
BUDGET = 300_000.0


def planner(factor: float = 1.0, worst: float = 0.0) -> Planner:
    inputs, ground, estimate = grounded()
    siting = siting_of(inputs)
    aim = siting.aim.model_copy(update={"worst": worst})
    siting = siting.model_copy(update={"aim": aim, "time_limit_seconds": 300.0})
    demand = scaled_estimate(estimate, factor)
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
