"""How far a search came: what it found, what is proven, and whose proof it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

__all__ = ["Outcome", "Solution", "Status"]

T = TypeVar("T")

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
"""Proven best; found but not proven; proven not to exist; neither found nor excluded."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search reports beside its timetable.

    Attributes
    ----------
    value
        Cost of the timetable found, as the model counts it; None without one.
    bound
        No timetable costs less.
    bound_by
        Whose bound that is.
    seconds
        Wall time of all of it, building models included.
    """

    value: int | None
    bound: int
    bound_by: str
    status: Status
    seconds: float

    def __post_init__(self) -> None:
        if self.value is not None and self.value < self.bound:
            raise ValueError(f"value {self.value} is below the proven bound {self.bound}")
        if (self.status == "optimal") != (self.value == self.bound):
            raise ValueError(f"{self.status}, but value {self.value} and bound {self.bound}")


@dataclass(frozen=True, slots=True)
class Solution(Generic[T]):
    """A timetable, None if none was found, and how good it is proven to be."""

    timetable: T | None
    outcome: Outcome
