"""What passes between the loop, who proposes and who simulates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sim.siting.offered.catalogue import Times
from sim.siting.planning.effects import Effects
from sim.siting.planning.proposal import Proposal
from sim.siting.simulated.gains import Simulated

__all__ = ["Near", "Propose", "Simulate"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


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
