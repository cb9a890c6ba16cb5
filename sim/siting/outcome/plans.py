"""Plans as they are told, and the turns of the loop that found them."""

from __future__ import annotations

from dataclasses import dataclass

from sim.siting.offered.catalogue import Times, Yuan
from sim.siting.outcome.figures import Figure

__all__ = ["JudgedPlan", "Nearby", "Turn"]

Trace = tuple[tuple[float, float, float], ...]
"""(seconds since a search began, value, bound) whenever one of them improved."""


@dataclass(frozen=True, slots=True)
class JudgedPlan:
    """A plan, what the planning model says of it and what the simulation does.

    Attributes
    ----------
    label
        ``plan 1`` ..., ``today``, ``census p-median``, ``greedy``.
    times
        How often each move is made.
    value, bound
        In the planning model, gain over today in the units of the aim; NaN where it has none.
    gain
        Simulated gain over today under the same residents, a year, in the same units.
    metrics
        Simulated gain over today of other metrics, by name: `served`, `minutes`, ...
    rank
        1 for the recommended one; by the last word under the scenario's own demand, or by the
        ruling over outlooks where there is one.
    """

    label: str
    times: Times
    cost: Yuan
    value: float
    bound: float
    status: str
    gain: Figure
    metrics: dict[str, Figure]
    rank: int


@dataclass(frozen=True, slots=True)
class Nearby:
    """The plan near the best one simulated before of which most was expected.

    Attributes
    ----------
    moves
        By which it differs from that plan, more or fewer, added up.
    estimate
        That plan's simulated gain and what the model, corrected around it, says of the difference.
    """

    moves: int
    times: Times
    estimate: float
    simulated: Figure
    difference: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the loop: what the planner's model promised of its plan, what was simulated.

    Attributes
    ----------
    near
        None if no plan near the best one promised more than it.
    """

    number: int
    times: Times
    estimate: float
    bound: float
    simulated: Figure
    difference: float
    trace: Trace
    near: Nearby | None = None
