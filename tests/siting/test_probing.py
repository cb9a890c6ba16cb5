"""What would change the plan: demand misjudged, sites left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sim.siting.assessment.changes import (
    cost_front,
    demand_tolerance,
    sites_left_out,
    sites_of,
)
from sim.siting.moves.catalogue import Times
from sim.siting.moves.offers import siting_of
from sim.siting.outcome import DemandTolerance
from sim.siting.planning.planner import Planner
from sim.siting.planning.wishes import WishSampler

from .small_world import offered
from .test_planning_model import grounded

A, B = (1, 0), (0, 1)


@dataclass
class Growing:
    """Stands in for the planner: one plan gains as demand does, the other always the same."""

    factor: float

    def gain(self, times: tuple[int, ...]) -> float:
        return 100.0 * self.factor if times == A else 90.0


def look(
    factors: Sequence[float], plans: dict[str, Times], shown: dict[str, float]
) -> DemandTolerance:
    return demand_tolerance(Growing, factors, plans, shown, "all")  # type: ignore[arg-type]


def test_limits_are_where_another_plan_wins() -> None:
    """Simulated, both gain five less than the model says: A leads until demand is below 0.9."""
    found = look((0.5, 0.8, 2.0), {"a": A, "b": B}, {"a": 95.0, "b": 85.0})
    assert (found.low, found.winner_below) == (0.8, "b")
    assert found.high == np.inf
    assert found.winner_above == ""


def test_a_plan_that_a_ruling_prefers_may_not_be_best_as_it_is() -> None:
    found = look((0.5, 2.0), {"b": B, "a": A}, {"a": 95.0, "b": 85.0})
    assert (found.low, found.high) == (1.0, 1.0)
    assert (found.winner_below, found.winner_above) == ("a", "a")


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
