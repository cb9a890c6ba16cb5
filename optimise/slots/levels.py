"""What is known of each goal where several are sought in order, and what the order costs."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Level", "Price"]


@dataclass(frozen=True, slots=True)
class Level:
    """What is known of one goal.

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
