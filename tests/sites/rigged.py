"""Rigged worlds for the loop: what rooms are promised, what they truly bring, and noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sim.siting.effects import Effects, Pair
from sim.siting.loop import Proposal, Simulated, Times

F64 = npt.NDArray[np.float64]


@dataclass
class Rigged:
    """Open `rooms` of some sites; the planner maximises promises x effects, exactly.

    Attributes
    ----------
    truth
        What each site's room adds, whatever else is open.
    """

    promise: Mapping[Pair, float]
    truth: Mapping[Pair, float]
    rooms: int = 2
    proposals: int = 1
    noise: float = 0.0
    replications: int = 10
    simulated: list[Times] = field(default_factory=list)

    @property
    def pairs(self) -> list[Pair]:
        return list(self.promise)

    def propose(self, effects: Effects) -> list[Proposal]:
        value = {pair: v * effects.of(*pair) for pair, v in self.promise.items()}
        plans = sorted(
            combinations(self.pairs, self.rooms), key=lambda plan: -sum(value[p] for p in plan)
        )
        best = sum(value[p] for p in plans[0])
        return [
            Proposal(
                times=tuple(int(pair in plan) for pair in self.pairs),
                value=sum(value[p] for p in plan),
                bound=best,
                status="optimal",
                promised={p: self.promise[p] for p in plan},
            )
            for plan in plans[: self.proposals]
        ]

    def simulate(self, plans: Sequence[Times]) -> list[Simulated]:
        self.simulated += plans
        return [self._one(times) for times in plans]

    def _one(self, times: Times) -> Simulated:
        rng = np.random.default_rng(sum(n << i for i, n in enumerate(times)))
        made = [pair for pair, n in zip(self.pairs, times, strict=True) if n]
        by_pair = {
            pair: self.truth[pair] + self.noise * rng.normal(size=self.replications)
            for pair in made
        }
        gain = np.sum(list(by_pair.values()), axis=0)
        none = {kind: np.zeros(self.replications) for _, kind in self.pairs}
        return Simulated(gain, by_pair, none)
