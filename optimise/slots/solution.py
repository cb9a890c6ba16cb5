"""A timetable that was found, what is proven of it, and what is known goal by goal."""

from __future__ import annotations

from dataclasses import dataclass

from optimise.arrays import F64, I64
from optimise.slots.problem import Sessions


@dataclass(frozen=True, slots=True)
class Level:
    """Value and bound of one goal.

    Parameters
    ----------
    name
        Of the goal.
    value
        Best value found when it was sought, the goals before being kept.
    kept
        Its value in the timetable that is returned.
    bound
        No timetable that keeps the goals before is better.
    status
        ``optimal`` if value and bound meet, ``feasible`` if not, ``not reached`` if the work
        planned was done before it was sought.
    """

    name: str
    value: float
    kept: float
    bound: float
    status: str


@dataclass(frozen=True, slots=True)
class Price:
    """Price of fairness: the share of worth lost to it.

    (system - fair) / system, where system is the most that any timetable is worth and fair the
    most that one is worth that is at least as fair as the one returned (D. Bertsimas, V. F.
    Farias, N. Trichakis: The price of fairness. Operations Research 59(1), 2011). It lies from
    `low` to `high`, which are equal where both are proven.
    """

    low: float
    high: float


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
