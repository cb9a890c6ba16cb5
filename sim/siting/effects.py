"""How much of what the planner's model promises the simulation delivers, by site and kind.

Congestion, choice and hours make a room worth less (or more) than the model says. An effect is a
factor on what new rooms of a kind at a site are promised to add: on the wishes that come because
they are there, and on the hours that they bring, so that it holds where wishes are scarce and where
hours are. A kind's factor is for all its sites that have none of their own, those not simulated yet
among them.

A factor is 1, or its kind's, unless the simulation departs by more than noise: the interval of the
difference, over replications, excludes 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim.siting.figures import figure

__all__ = ["LARGEST", "SMALLEST", "Effects", "Observation", "Pair", "corrected"]

F64 = npt.NDArray[np.float64]
Pair = tuple[str, str]
"""Site (or link) and kind."""

SMALLEST, LARGEST = 0.02, 5.0
"""Factors are kept between: what a plan shows once is no reason to rule a site out for good."""


@dataclass(frozen=True, slots=True)
class Effects:
    """Factors on what is promised; 1 where nothing is known."""

    kinds: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[Pair, float] = field(default_factory=dict)

    def of(self, site: str, kind: str) -> float:
        """Factor of a kind at a site."""
        return self.pairs.get((site, kind), self.kinds.get(kind, 1.0))


@dataclass(frozen=True, slots=True)
class Observation:
    """A plan simulated.

    Attributes
    ----------
    raw
        Gain that was promised, without effects, by (site, kind).
    by_pair
        (R,) simulated gain by (site, kind), where new rooms can be seen to bring it.
    rest
        (R,) what else is gained of each kind.
    """

    raw: Mapping[Pair, float]
    by_pair: Mapping[Pair, F64]
    rest: Mapping[str, F64]

    def delivered(self) -> dict[Pair, F64]:
        """(R,) simulated gain of all that was promised.

        The rest of a kind goes to what was promised but cannot be seen (links), where there is
        such, else to all new rooms of the kind: in proportion to what was promised.
        """
        found: dict[Pair, F64] = {}
        for kind in dict.fromkeys(kind for _, kind in self.raw):
            mine = {pair: v for pair, v in self.raw.items() if pair[1] == kind}
            unseen = {pair: v for pair, v in mine.items() if pair not in self.by_pair}
            takers = unseen or mine
            total = sum(takers.values())
            for pair in mine:
                share = takers.get(pair, 0.0) / total if total > 0 else 0.0
                found[pair] = self.by_pair.get(pair, 0.0) + share * self.rest[kind]
        return found


def corrected(observations: Sequence[Observation], confidence: float) -> Effects:
    """Effects that all observations together speak for."""
    promised: dict[Pair, float] = defaultdict(float)
    found: dict[Pair, F64] = {}
    for one in observations:
        for pair, gain in one.delivered().items():
            promised[pair] += one.raw[pair]
            found[pair] = found.get(pair, np.zeros(len(gain))) + gain
    kinds: dict[str, float] = {}
    for kind in sorted({kind for _, kind in promised}):
        mine = [pair for pair in promised if pair[1] == kind]
        total = np.sum([found[pair] for pair in mine], axis=0)
        factor = _factor(total, sum(promised[pair] for pair in mine), 1.0, confidence)
        if factor is not None:
            kinds[kind] = factor
    pairs: dict[Pair, float] = {}
    for pair in sorted(promised):
        usual = kinds.get(pair[1], 1.0)
        factor = _factor(found[pair], promised[pair], usual, confidence)
        if factor is not None:
            pairs[pair] = factor
    return Effects(kinds, pairs)


def _factor(found: F64, promised: float, usual: float, confidence: float) -> float | None:
    """Factor that the simulation speaks for; None if it speaks for no other than the usual one."""
    if promised <= 0:
        return None
    known = figure(found - usual * promised, confidence)
    if known.low <= 0 <= known.high or known.n < 2:
        return None
    return float(np.clip(found.mean() / promised, SMALLEST, LARGEST))
