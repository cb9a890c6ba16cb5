"""What a solver of the weekly slot problem returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.levels import Level, Price
from optimise.slots.problem import Sessions

__all__ = ["Certificate", "Solution"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Certificate:
    """Prices of time that prove a bound by weak duality (`prices`).

    Parameters
    ----------
    cuts
        First dates of the epochs between which no request's season begins or ends, and the day
        after the last, shape (epochs + 1,).
    cell
        Nonnegative price of a cell, shape (units, 7, epochs, cells).
    share
        Nonnegative price of a prime cell against `Venues.prime_cap`, shape (units, epochs).
    bound
        The bound that they prove, in weighted minutes.
    """

    cuts: I64
    cell: F64
    share: F64
    bound: float


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
        ``optimal`` if value and bound meet, ``greedy`` if nothing better than the greedy timetable
        was found, else ``feasible``.
    assignment
        The sessions.
    seconds
        Wall time from the problem to here.
    prover
        Whose claim the bound is: ``prices`` (it can be computed anew from the prices by weak
        duality), the name of a solver, or ``levels``: theirs, one by one.
    greedy
        Weighted minutes of the greedy timetable that the search began with.
    cut
        Whether the clock ended the search: a machine with more time may find another timetable.
    certificate
        Prices, and the bound that they prove without any solver's word; None if there are none.
    levels, price
        Where goals were sought in order: what is known of each, and what the order costs in
        weighted minutes. `bound` then holds for timetables as good by the goals before.
    """

    value: int
    bound: int
    status: str
    assignment: Sessions
    seconds: float
    prover: str
    greedy: int
    cut: bool = False
    certificate: Certificate | None = None
    levels: tuple[Level, ...] = ()
    price: Price | None = None

    @property
    def bound_tells(self) -> bool:
        """Whether the bound says something: it is less than twice the value."""
        return self.bound < 2 * self.value or self.bound == self.value

    @property
    def gap(self) -> float:
        """(bound - value) / bound, 0 where the bound is 0."""
        return abs(self.bound - self.value) / abs(self.bound) if self.bound else 0.0
