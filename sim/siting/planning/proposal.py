"""A plan with what the planner's model promises of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from optimise.siting.planner.solution import Cut
from sim.siting.offered.catalogue import Pair, Times

__all__ = ["Proposal"]


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
    seconds, cut
        Of the search; NaN and empty where the plan was known.
    """

    times: Times
    value: float
    bound: float
    status: str
    promised: Mapping[Pair, float]
    seconds: float = float("nan")
    cut: Cut = ""
    taken: Mapping[str, int] = field(default_factory=dict)
    rest: Mapping[str, float] = field(default_factory=dict)
    estimate: float = float("nan")

    @property
    def expected(self) -> float:
        """What the simulation is expected to show."""
        return self.value if math.isnan(self.estimate) else self.estimate
