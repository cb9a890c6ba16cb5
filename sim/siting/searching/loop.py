"""The closed loop: propose, simulate, correct what was promised, until a plan comes back.

Whoever proposes (the planner's model) and whoever simulates are passed in, so the loop knows
neither: it is the same in `linli site`, in the study of hidden worlds and in tests with fakes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from sim.siting.offered.catalogue import Times
from sim.siting.outcome import Nearby, Turn
from sim.siting.outcome.figures import figure
from sim.siting.planning.effects import Effects, Observation, corrected
from sim.siting.planning.proposal import Proposal
from sim.siting.searching.climbing import Climber, best_of
from sim.siting.searching.protocols import Near, Propose, Simulate
from sim.siting.simulated.gains import Simulated

__all__ = ["Looped", "close_the_loop"]

Ending = Literal["agreed", "came back", "cycle", "turns"]


@dataclass(frozen=True, slots=True)
class Looped:
    """What came of it.

    Attributes
    ----------
    turns
        The first proposal of each turn, and the step from the best plan that promised most.
    proposals
        The last promise of every plan simulated.
    simulated
        Of every plan, in the order in which they came up.
    effects
        After the last turn.
    ended
        ``turns``: there were no more turns. Else no plan near the best one was better, and
        ``agreed``: simulation and promise differ by no more than noise; ``came back``: the first
        plan is that of the turn before, although what is promised was corrected; ``cycle``: it is
        one of an earlier turn.
    """

    turns: tuple[Turn, ...]
    proposals: Mapping[Times, Proposal]
    simulated: Mapping[Times, Simulated]
    effects: Effects
    ended: Ending

    def best(self, number: int) -> tuple[Times, ...]:
        """Plans with the largest simulated gain, ties in the order in which they came up."""
        found = list(self.simulated)
        return tuple(sorted(found, key=lambda t: -float(self.simulated[t].gain.mean()))[:number])


@dataclass(slots=True)
class _Seen:
    """What was proposed and simulated so far."""

    confidence: float
    proposals: dict[Times, Proposal] = field(default_factory=dict)
    simulated: dict[Times, Simulated] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def take(self, proposals: Sequence[Proposal], simulate: Simulate) -> None:
        """Simulate what is new, and note what was promised of it."""
        fresh = [p for p in proposals if p.times not in self.simulated]
        for proposal, found in zip(fresh, simulate([p.times for p in fresh]), strict=True):
            self.simulated[proposal.times] = found
            self.observations.append(
                Observation(
                    proposal.promised, found.by_pair, found.rest, proposal.taken, proposal.rest
                )
            )
        self.proposals.update((p.times, p) for p in proposals)

    def turn(self, first: Proposal, steps: Sequence[Proposal], centre: Times) -> None:
        """Note a turn: its first plan, and of those near the best one that which promises most."""
        mean = figure(self.simulated[first.times].gain, self.confidence)
        self.turns.append(
            Turn(
                number=len(self.turns) + 1,
                times=first.times,
                estimate=first.expected,
                bound=first.bound,
                simulated=mean,
                difference=mean.mean - first.expected,
                trace=()
                if math.isnan(first.seconds)
                else ((first.seconds, first.value, first.bound),),
                near=self._near(steps, centre),
            )
        )

    def _near(self, steps: Sequence[Proposal], centre: Times) -> Nearby | None:
        if not steps:
            return None
        first = max(steps, key=lambda p: p.expected)
        mean = figure(self.simulated[first.times].gain, self.confidence)
        return Nearby(
            moves=int(np.abs(np.subtract(first.times, centre)).sum()),
            times=first.times,
            estimate=first.expected,
            simulated=mean,
            difference=mean.mean - first.expected,
        )


def close_the_loop(
    propose: Propose,
    simulate: Simulate,
    turns: int,
    confidence: float = 0.95,
    tell: Callable[[Turn], None] = lambda turn: None,
    near: Near | None = None,
) -> Looped:
    """Propose and simulate, correcting what is promised, for at most so many turns.

    Parameters
    ----------
    confidence
        Of the intervals beyond which a departure is more than noise.
    tell
        Called with every turn.
    near
        The model near a plan: in each turn plans near the best one so far are simulated too.

    Raises
    ------
    ValueError
        If nothing is proposed in the first turn.
    """
    seen, effects = _Seen(confidence), Effects()
    climber = None if near is None else Climber(near, simulate)
    ended: Ending = "turns"
    for _ in range(turns):
        proposals = propose(effects)
        if not proposals:
            if not seen.turns:
                raise ValueError("no plan was proposed")
            break
        before = [turn.times for turn in seen.turns]
        seen.take(proposals, simulate)
        centre = best_of(seen.simulated)
        steps = [] if climber is None else climber.climb(seen.simulated, proposals[0].times)
        seen.take(steps, simulate)
        seen.turn(proposals[0], steps, centre)
        tell(seen.turns[-1])
        climbed = best_of(seen.simulated) != centre
        if proposals[0].times in before and not climbed:
            ended = "came back" if proposals[0].times == before[-1] else "cycle"
            break
        after = corrected(seen.observations, confidence)
        if after == effects and not climbed:
            ended = "agreed"
            break
        effects = after
    return Looped(tuple(seen.turns), seen.proposals, seen.simulated, effects, ended)
