"""What a solver of the weekly slot problem returns."""

from __future__ import annotations

from dataclasses import dataclass

from optimise.slots.problem import Sessions

__all__ = ["Solution"]


@dataclass(frozen=True, slots=True)
class Solution:
    """The best timetable found and what is known of better ones.

    Parameters
    ----------
    value
        Weighted minutes of the assignment (`problem.Worth`).
    bound
        No timetable is worth more.
    status
        ``optimal`` if value and bound meet, else ``feasible``.
    assignment
        The sessions.
    seconds
        Wall time from the problem to here.
    prover
        Whose claim the bound is: ``prices`` (it can be computed anew from the prices by weak
        duality) or the name of a solver.
    greedy
        Weighted minutes of the greedy timetable that the search began with.
    """

    value: int
    bound: int
    status: str
    assignment: Sessions
    seconds: float
    prover: str
    greedy: int

    @property
    def gap(self) -> float:
        """(bound - value) / bound, 0 where the bound is 0."""
        return abs(self.bound - self.value) / abs(self.bound) if self.bound else 0.0
