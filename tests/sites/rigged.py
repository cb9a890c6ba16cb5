"""Rigged worlds for the loop: what rooms are promised, what they truly bring, and noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sim.siting.offered.catalogue import Pair, Times
from sim.siting.planning.effects import Effects
from sim.siting.planning.proposal import Proposal
from sim.siting.simulated.gains import Simulated

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


@dataclass
class Twins(Rigged):
    """Sites come in twos that share their wishes: the planner promises each as if it were alone.

    So it is wrong about plans with many twins, and right about one move at a time unless it adds a
    twin.

    Attributes
    ----------
    twin
        Number of the other site of each; -1 for none.
    known
        A plan proposed in the first turn after the planner's own, as a rival's is.
    """

    twin: Sequence[int] = ()
    known: Times = ()
    radii: Sequence[int] = (2, 4, 8)
    value: dict[Pair, float] = field(default_factory=dict)

    @property
    def alike(self) -> npt.NDArray[np.int64]:
        return np.zeros(len(self.pairs), dtype=np.int64)

    def propose(self, effects: Effects) -> list[Proposal]:
        first = not self.value
        self.value = {pair: v * effects.of(*pair) for pair, v in self.promise.items()}
        rival = [self.proposal(self.known)] if first else []
        return [*super().propose(effects), *rival]

    def may(self, times: Times) -> bool:
        return set(times) <= {0, 1}

    def gain(self, times: Times) -> float:
        return sum(n * self.value[p] for p, n in zip(self.pairs, times, strict=True))

    def best(
        self, centre: Times, radii: Sequence[int], slope: F64, unlike: Sequence[Times]
    ) -> list[Proposal]:
        found: list[Times] = []
        plans = [
            tuple(int(i in some) for i in range(len(self.pairs)))
            for some in combinations(range(len(self.pairs)), self.rooms)
        ]
        for radius in radii:
            near = [
                times
                for times in plans
                if np.abs(np.subtract(times, centre)).sum() <= radius
                and times not in (*unlike, *found)
            ]
            found += sorted(near, key=lambda t: -self.gain(t) - float(slope @ t))[:1]
        return [self.proposal(times) for times in found]

    def proposal(self, times: Times) -> Proposal:
        made = [pair for pair, n in zip(self.pairs, times, strict=True) if n]
        value = sum(self.value[p] for p in made)
        return Proposal(times, value, value, "feasible", {p: self.promise[p] for p in made})

    def _one(self, times: Times) -> Simulated:
        alone = super()._one(times)
        by_pair = {
            pair: alone.by_pair[pair] / (2 if self._has_twin(i, times) else 1)
            for i, pair in enumerate(self.pairs)
            if times[i]
        }
        gain = np.sum(list(by_pair.values()), axis=0)
        return Simulated(gain, by_pair, alone.rest)

    def _has_twin(self, site: int, times: Times) -> bool:
        return self.twin[site] >= 0 and bool(times[self.twin[site]])
