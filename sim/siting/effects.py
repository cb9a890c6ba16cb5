"""How much of what the planner's model promises the simulation delivers, by site and kind.

Congestion, choice and hours make a room worth less (or more) than the model says. An effect is a
factor on what new rooms of a kind at a site are promised to serve, with what they can hold: so it
holds where wishes are scarce and where hours are. A kind's factor is for all its sites that have
none of their own, those not simulated yet among them.

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
    by_kind
        (R,) simulated gain of each kind.
    use
        Simulated use of what is new; pairs that have none to be seen (links) are missing.
    """

    raw: Mapping[Pair, float]
    by_kind: Mapping[str, F64]
    use: Mapping[Pair, float]

    def delivered(self) -> dict[Pair, F64]:
        """(R,) simulated gain by (site, kind): the kind's, split as its new rooms are used.

        What has no use to be seen gets the part of the promise that it had.
        """
        shares: dict[Pair, float] = {}
        for kind in {kind for _, kind in self.raw}:
            mine = {pair: v for pair, v in self.raw.items() if pair[1] == kind}
            total = sum(mine.values())
            unseen = {p: v / total for p, v in mine.items() if p not in self.use and total > 0}
            seen = {p: self.use[p] for p in mine if p in self.use}
            used = sum(seen.values())
            left = 1.0 - sum(unseen.values())
            each = {p: left * (u / used if used else 1 / len(seen)) for p, u in seen.items()}
            shares |= unseen | each
        return {pair: share * self.by_kind[pair[1]] for pair, share in shares.items()}


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
