"""What passes between the loop, who proposes and who simulates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from optimise.siting.solution import Trace
from sim.siting.effects import Effects, Pair

__all__ = ["Near", "Proposal", "Propose", "Simulate", "Simulated", "Times"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Times = tuple[int, ...]


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


class Near(Protocol):
    """The planner's model near a plan, under the effects of the last proposals."""

    @property
    def radii(self) -> Sequence[int]:
        """Within how many moves plans are looked for, more or fewer of each added up."""
        ...

    @property
    def alike(self) -> I64:
        """(M,) moves with the same number do the same to the same kinds."""
        ...

    def may(self, times: Times, /) -> bool:
        """Whether a plan can be carried out, whatever it costs."""
        ...

    def gain(self, times: Times, /) -> float:
        """Gain over today that the model tells of any plan that can be carried out."""
        ...

    def best(
        self, centre: Times, radii: Sequence[int], slope: F64, unlike: Sequence[Times], /
    ) -> Sequence[Proposal]:
        """The best plans within some radii, (M,) slope added to what moves gain, unlike others."""
        ...
