"""How far demand may be misjudged before another plan wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.siting.probing import misjudged

A, B = (1, 0), (0, 1)


@dataclass
class Growing:
    """Stands in for the planner: one plan gains as demand does, the other always the same."""

    factor: float

    def gain(self, times: tuple[int, ...]) -> float:
        return 100.0 * self.factor if times == A else 90.0


def planners(*factors: float) -> Any:
    return {factor: Growing(factor) for factor in factors}


def test_limits_are_where_another_plan_wins() -> None:
    """Simulated, both gain five less than the model says: A leads until demand is below 0.9."""
    found = misjudged(planners(0.5, 0.8, 1.0, 2.0), {"a": A, "b": B}, {"a": 95.0, "b": 85.0}, "all")
    assert (found.low, found.winner_below) == (0.8, "b")
    assert found.high == np.inf
    assert found.winner_above == ""


def test_a_plan_that_a_ruling_prefers_may_not_be_best_as_it_is() -> None:
    found = misjudged(planners(0.5, 1.0, 2.0), {"b": B, "a": A}, {"a": 95.0, "b": 85.0}, "all")
    assert (found.low, found.high) == (1.0, 1.0)
    assert (found.winner_below, found.winner_above) == ("a", "a")
