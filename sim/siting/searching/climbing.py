"""Climb from the best plan simulated so far, by what moves are worth around it.

The planner's model may be right about a move and wrong about a whole plan: what it promises too
much of one room it promises of all, and far from what was simulated this adds up. So around the
best plan simulated so far (whoever proposed it) each of its moves is left out once, and each move
that the model's own best plan makes beside it is made once more, all simulated under the same
residents (of a large plan a sample: moves alike tell of each other). The model is shifted, move by
move, to agree with these differences (`slopes`), and its best plans within few and more moves are
simulated: a trust region (Alexandrov and Lewis 2001; Conn, Gould and Toint 2000) with several radii
tried at once, and none beyond what was seen to fail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sim.siting.offered.catalogue import Times
from sim.siting.planning.proposal import Proposal
from sim.siting.searching.protocols import Near, Simulate
from sim.siting.searching.slopes import slopes
from sim.siting.simulated.gains import Simulated

__all__ = ["Climber", "best_of"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

ENOUGH = 0.25
"""Part of what is expected that a plan must gain for the model to be believed so far away."""
MOST = 64
"""Single moves tried in a turn at most; around a plan for a subdistrict there are fewer."""


def best_of(simulated: Mapping[Times, Simulated]) -> Times:
    """The plan with the largest simulated gain; of several the first."""
    return max(simulated, key=lambda times: float(simulated[times].gain.mean()))


@dataclass(slots=True)
class Climber:
    """Proposes plans near the best one; remembers what it tried.

    Attributes
    ----------
    tried
        Plans that differ by one move from one that was the best; some may cost too much.
    moves
        By which they differ.
    reach
        Within how many moves the shifted model is believed.
    steps
        (moves, expected gain over the plan that was the best then, that plan) of the last turn's.
    """

    near: Near
    simulate: Simulate
    tried: dict[Times, Simulated] = field(default_factory=dict)
    moves: set[int] = field(default_factory=set)
    reach: float = float("inf")
    steps: dict[Times, tuple[int, float, Times]] = field(default_factory=dict)

    def climb(self, simulated: Mapping[Times, Simulated], first: Times) -> list[Proposal]:
        """Plans near the best simulated that should be better, each with what is expected of it.

        Parameters
        ----------
        simulated
            All plans so far.
        first
            The model's best plan of this turn: moves that it makes are tried.
        """
        self._learn(simulated)
        centre = best_of(simulated)
        self._try(centre, first)
        slope = self._slope(centre, simulated)
        start, said = float(simulated[centre].gain.mean()), self.near.gain(centre)
        found: list[Proposal] = []
        radii = [r for r in self.near.radii if r <= max(self.reach, min(self.near.radii))]
        for proposal in self.near.best(centre, radii, slope, list(simulated)):
            step = np.subtract(proposal.times, centre)
            more = self.near.gain(proposal.times) - said + float(slope @ step)
            if more > 0:
                found.append(replace(proposal, estimate=start + more))
                self.steps[proposal.times] = int(np.abs(step).sum()), more, centre
        return found

    def _learn(self, simulated: Mapping[Times, Simulated]) -> None:
        """Believe as far as the last plans gave enough, or half as far as they did not.

        A plan near by that failed says little where one farther away did well.
        """
        good, bad = [0], list[int]()
        for times, (moves, more, centre) in self.steps.items():
            gained = float((simulated[times].gain - simulated[centre].gain).mean())
            (good if gained >= ENOUGH * more else bad).append(moves)
        failed = [moves for moves in bad if moves > max(good)]
        if failed:
            self.reach = min(self.reach, max(*good, min(failed) / 2))
        self.steps.clear()

    def _try(self, centre: Times, other: Times) -> None:
        """Simulate single moves that were not tried before."""
        new: dict[int, Times] = {}
        for m, (now, wanted) in enumerate(zip(centre, other, strict=True)):
            change = 1 if wanted > now else -min(now, 1)
            times = (*centre[:m], now + change, *centre[m + 1 :])
            if change and m not in self.moves and self.near.may(times):
                new[m] = times
        some = _spread(list(new), self.near.alike)
        plans = [new[m] for m in some]
        self.tried.update(zip(plans, self.simulate(plans), strict=True))
        self.moves.update(some)

    def _slope(self, centre: Times, simulated: Mapping[Times, Simulated]) -> F64:
        """What moves are worth beyond the model, by all plans simulated within reach."""
        reach, middle = max(self.near.radii), simulated[centre].gain
        known = {
            times: one.gain - middle
            for times, one in {**self.tried, **simulated}.items()
            if 0 < np.abs(np.subtract(times, centre)).sum() <= reach
        }
        said = self.near.gain(centre)
        steps = np.array([np.subtract(times, centre) for times in known], dtype=np.int64)
        off = np.array([d.mean() - self.near.gain(t) + said for t, d in known.items()])
        noise = np.array([_variance(d) for d in known.values()])
        return slopes(steps.reshape(-1, len(centre)), off, noise, self.near.alike)


def _spread(moves: Sequence[int], alike: I64) -> list[int]:
    """At most `MOST` of some moves, spread evenly over those that are alike.

    What promises most is not preferred: moves not tried are told by those alike that were, and of
    the most promising too much is promised.
    """
    if len(moves) <= MOST:
        return list(moves)
    order = sorted(moves, key=lambda m: (alike[m], m))
    kept = np.linspace(0, len(order) - 1, MOST).round().astype(np.int64)
    return [order[n] for n in kept.tolist()]


def _variance(gains: F64) -> float:
    """Of the mean of (R,) differences; not finite if there is one only."""
    return float(gains.var(ddof=1)) / len(gains) if len(gains) > 1 else float("inf")
