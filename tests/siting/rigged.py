"""A rigged world to climb in: what rooms are promised, what they truly bring, and noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from sim.arrays import F64, I64
from sim.siting.moves.catalogue import Times
from sim.siting.planning.planner import ProposedPlan


@dataclass
class Twins:
    """Sites with a room each, of which so many may be opened; some come in twos that share wishes.

    The model promises each as if it were alone. So it is wrong about plans with many twins, and
    right about one move at a time unless it adds a twin.

    Attributes
    ----------
    worth
        What each site's room brings, if its twin is closed; half of it if not.
    twin
        Number of the other site of each; -1 for none.
    """

    worth: Sequence[float]
    twin: Sequence[int]
    rooms: int
    radii: Sequence[int] = (2, 4, 8)
    noise: float = 0.0
    replications: int = 10
    simulated: list[Times] = field(default_factory=list)

    @property
    def move_groups(self) -> I64:
        return np.zeros(len(self.worth), dtype=np.int64)

    def allows(self, times: Times) -> bool:
        return set(times) <= {0, 1}

    def gain(self, times: Times) -> float:
        return float(np.dot(times, self.worth))

    def expected(self, times: Times) -> float:
        return self.gain(times)

    def best_near(
        self, centre: Times, radii: Sequence[int], slope: F64, unlike: Sequence[Times]
    ) -> list[Times]:
        found: list[Times] = []
        for radius in radii:
            near = [
                times
                for times in self.plans()
                if np.abs(np.subtract(times, centre)).sum() <= radius
                and times not in (*unlike, *found)
            ]
            found += sorted(near, key=lambda t: -self.gain(t) - float(slope @ t))[:1]
        return found

    def plans(self) -> list[Times]:
        sites = range(len(self.worth))
        return [
            tuple(int(i in some) for i in sites) for some in combinations(sites, self.rooms)
        ]  # fmt: skip

    def proposal(self, times: Times) -> ProposedPlan:
        value = self.gain(times)
        return ProposedPlan(times, value, value, "feasible", value)

    def best(self) -> ProposedPlan:
        """The model's best plan."""
        return self.proposal(max(self.plans(), key=self.gain))

    def simulate(self, plans: Sequence[Times]) -> list[F64]:
        self.simulated += plans
        return [self._one(times) for times in plans]

    def _one(self, times: Times) -> F64:
        rng = np.random.default_rng(sum(n << i for i, n in enumerate(times)))
        made = [i for i, n in enumerate(times) if n]
        shared = [self.twin[i] >= 0 and times[self.twin[i]] for i in made]
        worth = sum(self.worth[i] / (2 if s else 1) for i, s in zip(made, shared, strict=True))
        noise = self.noise * rng.normal(size=(len(made), self.replications)).sum(axis=0)
        return np.asarray(worth + noise)
