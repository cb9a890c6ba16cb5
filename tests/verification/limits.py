"""When a check is red, and how much it has to see."""

from __future__ import annotations

__all__ = ["ERROR", "LIMIT", "POWER", "false_alarm"]

LIMIT = 4.0
"""A check is red where |z| is above it."""
POWER = 6.0
"""Standard errors by which an error of 2 % has to move every figure."""
ERROR = 1.02
"""The error that is injected: service times (or, where there are none, rates) times this."""


def false_alarm(replications: int, limit: float = LIMIT) -> float:
    """Probability that a right figure is red: Student's t, for sums that are near normal."""
    from scipy.special import stdtr  # every run of the tests loads this file, few ask

    return float(2 * stdtr(replications - 1, -limit))
