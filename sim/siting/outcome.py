"""What `linli site` found: plans with their estimates, their simulated values and the turns."""

from __future__ import annotations

from dataclasses import dataclass

from optimise.siting.solution import Trace
from sim.siting.catalogue import Catalogue, Yuan

__all__ = ["Figure", "Found", "JudgedPlan", "Turn"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over replications with its interval; NaN where there is none."""

    mean: float
    low: float
    high: float
    n: int


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
        1 for the recommended one.
    """

    label: str
    times: tuple[int, ...]
    cost: Yuan
    value: float
    bound: float
    status: str
    gain: Figure
    metrics: dict[str, Figure]
    rank: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the loop: what the planner's model promised of its plan, what was simulated."""

    number: int
    times: tuple[int, ...]
    estimate: float
    bound: float
    simulated: Figure
    difference: float
    trace: Trace


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that is written and drawn."""

    catalogue: Catalogue
    plans: tuple[JudgedPlan, ...]
    turns: tuple[Turn, ...]
    unit: str
    guarantee: str
