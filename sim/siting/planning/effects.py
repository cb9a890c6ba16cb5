"""How much of what the planner's model promises the simulation delivers, by site and kind.

Congestion, choice and hours make a room worth less (or more) than the model says. An effect is a
factor on what new rooms of a kind at a site are promised to add: on the wishes that come because
they are there, and on the hours that they bring, so that it holds where wishes are scarce and where
hours are.

A kind's factor is learnt first and holds for all its sites, those not simulated yet among them: it
is 1 unless the simulation departs by more than noise (the interval of the difference, over
replications, excludes 0). Sites deviate from their kind by what the noise allows: the variance
between them is that of DerSimonian and Laird (1986), and each site's own ratio is drawn to the
kind's the more, the noisier it is. Without it the planner would run after the luckiest site.

Rooms taken (closed or converted) are missed beyond what choice tells: those that stay are full at
more hours. That is a loss for each room taken of a kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim.siting.offered.catalogue import Pair
from sim.siting.outcome.figures import figure

__all__ = ["HARMFUL", "LARGEST", "SMALLEST", "Effects", "Observation", "corrected"]

F64 = npt.NDArray[np.float64]

SMALLEST, LARGEST = 0.02, 5.0
"""Factors are kept between: what a plan shows once is no reason to rule a site out for good."""
HARMFUL = 1e-6
"""Factor where new rooms cost more than they bring, by more than noise: no factor of a gain can
say so, and were it the smallest one such a plan would be proposed again for want of a better."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What is known beyond the model; factors are 1 where nothing is.

    Attributes
    ----------
    kinds, pairs
        Factors on what is promised of new rooms, of a kind, and of a kind at a site.
    taken
        Loss a year for each room of a kind that is taken, beyond what the model tells.
    """

    kinds: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[Pair, float] = field(default_factory=dict)
    taken: Mapping[str, float] = field(default_factory=dict)

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
    taken
        Rooms taken of each kind of which any are.
    raw_rest
        What was promised beside new rooms of those kinds.
    """

    raw: Mapping[Pair, float]
    by_pair: Mapping[Pair, F64]
    rest: Mapping[str, F64]
    taken: Mapping[str, int] = field(default_factory=dict)
    raw_rest: Mapping[str, float] = field(default_factory=dict)

    def delivered(self) -> dict[Pair, F64]:
        """(R,) simulated gain of all that was promised.

        The rest of a kind of which rooms are taken is told of these. Else it goes to what was
        promised but cannot be seen (links), where there is such, else to all new rooms of the
        kind: in proportion to what was promised.
        """
        found: dict[Pair, F64] = {}
        for kind in dict.fromkeys(kind for _, kind in self.raw):
            mine = {pair: v for pair, v in self.raw.items() if pair[1] == kind}
            unseen = {pair: v for pair, v in mine.items() if pair not in self.by_pair}
            takers = unseen or mine
            total = sum(takers.values())
            rest = 0.0 * self.rest[kind] if kind in self.taken else self.rest[kind]
            for pair in mine:
                share = takers.get(pair, 0.0) / total if total > 0 else 0.0
                found[pair] = self.by_pair.get(pair, 0.0) + share * rest
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
    pairs: dict[Pair, float] = {}
    for kind in sorted({kind for _, kind in promised}):
        mine = sorted(pair for pair in promised if pair[1] == kind and promised[pair] > 0)
        usual = _of_kind([found[p] for p in mine], [promised[p] for p in mine], confidence)
        if usual != 1.0:
            kinds[kind] = usual
        pairs |= _of_sites({p: found[p] / promised[p] for p in mine}, usual)
        pairs |= {p: HARMFUL for p in mine if figure(found[p], confidence).high < 0}
    return Effects(kinds, pairs, _of_taken(observations, confidence))


def _of_kind(found: Sequence[F64], promised: Sequence[float], confidence: float) -> float:
    """Factor of a kind; 1 if the simulation speaks for no other."""
    if not promised:
        return 1.0
    total, said = np.sum(found, axis=0), sum(promised)
    known = figure(total - said, confidence)
    if known.n < 2 or known.low <= 0 <= known.high:
        return 1.0
    return float(np.clip(total.mean() / said, SMALLEST, LARGEST))


def _of_sites(ratios: Mapping[Pair, F64], usual: float) -> dict[Pair, float]:
    """Factors of sites that differ from the kind's by more than noise makes them."""
    number = len(next(iter(ratios.values()), ()))
    if len(ratios) < 2 or number < 2:
        return {}
    own = np.array([r.mean() for r in ratios.values()])
    noise = np.array([r.var(ddof=1) for r in ratios.values()]) / number
    noise = np.maximum(noise, 1e-12)
    weight = 1.0 / noise
    spread = weight @ (own - (weight @ own) / weight.sum()) ** 2 - (len(own) - 1)
    between = max(0.0, spread / (weight.sum() - (weight @ weight) / weight.sum()))
    if between <= 0:
        return {}
    drawn = (between * own + noise * usual) / (between + noise)
    return {p: float(np.clip(f, SMALLEST, LARGEST)) for p, f in zip(ratios, drawn, strict=True)}


def _of_taken(observations: Sequence[Observation], confidence: float) -> dict[str, float]:
    """Loss for each room taken, of kinds that lose more than is promised by more than noise."""
    found: dict[str, float] = {}
    for kind in sorted({kind for one in observations for kind in one.taken}):
        mine = [one for one in observations if kind in one.taken]
        lost = np.sum([one.raw_rest.get(kind, 0.0) - one.rest[kind] for one in mine], axis=0)
        known = figure(lost, confidence)
        if known.n >= 2 and known.low > 0:
            found[kind] = float(lost.mean()) / sum(one.taken[kind] for one in mine)
    return found
