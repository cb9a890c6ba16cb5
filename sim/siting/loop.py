"""The closed loop: propose, simulate, correct what was promised, until a plan comes back.

Whoever proposes (the planner's model) and whoever simulates are passed in, so the loop knows
neither: it is the same in `linli site`, in the study of hidden worlds and in tests with fakes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from optimise.siting.solution import Trace
from sim.siting.effects import Effects, Observation, Pair, corrected
from sim.siting.figures import figure
from sim.siting.outcome import Turn

__all__ = ["Looped", "Proposal", "Simulated", "Times", "close_the_loop"]

F64 = npt.NDArray[np.float64]
Times = tuple[int, ...]
Ending = Literal["agreed", "came back", "cycle", "turns"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan and what the planner's model promises of it: gains over today, a year.

    Attributes
    ----------
    value, bound
        Under the effects known so far.
    promised
        Gain by (site, kind) of what is new, without any effects.
    taken, rest
        Rooms taken of each kind, and what is promised of those kinds beside new rooms.
    estimate
        Gain under the same effects of wishes drawn anew: `value` is that of the wishes for which
        the plan was chosen, which flatters it. NaN: `value`.
    """

    times: Times
    value: float
    bound: float
    status: str
    promised: Mapping[Pair, float]
    trace: Trace = ()
    taken: Mapping[str, int] = field(default_factory=dict)
    rest: Mapping[str, float] = field(default_factory=dict)
    estimate: float = float("nan")

    @property
    def expected(self) -> float:
        """What the simulation is expected to show."""
        return self.value if math.isnan(self.estimate) else self.estimate


@dataclass(frozen=True, slots=True)
class Simulated:
    """Gains over today under the same residents, a year, replication by replication.

    Attributes
    ----------
    gain
        (R,) in the units of the aim.
    by_pair
        (R,) of what is served, by (site, kind) of the new rooms that bring it.
    rest
        (R,) by kind, what no new room can be seen to bring: over a link, or where rooms of today
        are less full.
    """

    gain: F64
    by_pair: Mapping[Pair, F64]
    rest: Mapping[str, F64]


class Propose(Protocol):
    """Best plans under some effects, the best first."""

    def __call__(self, effects: Effects, /) -> Sequence[Proposal]:
        """Propose."""
        ...


class Simulate(Protocol):
    """Simulate plans under the same residents as before."""

    def __call__(self, plans: Sequence[Times], /) -> Sequence[Simulated]:
        """Simulate."""
        ...


@dataclass(frozen=True, slots=True)
class Looped:
    """What came of it.

    Attributes
    ----------
    turns
        The first proposal of each turn.
    proposals
        The last promise of every plan simulated.
    simulated
        Of every plan, in the order in which they came up.
    effects
        After the last turn.
    ended
        ``agreed``: simulation and promise differ by no more than noise; ``came back``: the best
        plan is that of the turn before, although what is promised was corrected; ``cycle``: it is
        one of an earlier turn; ``turns``: there were no more turns.
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
        first = proposals[0]
        mean = figure(self.simulated[first.times].gain, self.confidence)
        self.turns.append(
            Turn(
                number=len(self.turns) + 1,
                times=first.times,
                estimate=first.expected,
                bound=first.bound,
                simulated=mean,
                difference=mean.mean - first.expected,
                trace=first.trace,
            )
        )


def close_the_loop(
    propose: Propose,
    simulate: Simulate,
    turns: int,
    confidence: float = 0.95,
    tell: Callable[[Turn], None] = lambda turn: None,
) -> Looped:
    """Propose and simulate, correcting what is promised, for at most so many turns.

    Parameters
    ----------
    confidence
        Of the intervals beyond which a departure is more than noise.
    tell
        Called with every turn.

    Raises
    ------
    ValueError
        If nothing is proposed in the first turn.
    """
    seen, effects = _Seen(confidence), Effects()
    ended: Ending = "turns"
    for _ in range(turns):
        proposals = propose(effects)
        if not proposals:
            if not seen.turns:
                raise ValueError("no plan was proposed")
            break
        before = [turn.times for turn in seen.turns]
        seen.take(proposals, simulate)
        tell(seen.turns[-1])
        if proposals[0].times in before:
            ended = "came back" if proposals[0].times == before[-1] else "cycle"
            break
        after = corrected(seen.observations, confidence)
        if after == effects:
            ended = "agreed"
            break
        effects = after
    return Looped(tuple(seen.turns), seen.proposals, seen.simulated, effects, ended)
