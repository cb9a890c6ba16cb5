"""What became of wishes, and the metrics that count it: which of them, of which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked

__all__ = [
    "NOT_ASKED_REASONS",
    "REFUSED_REASONS",
    "SERVICE",
    "STATUS",
    "ServiceMetric",
    "reason_shares",
]

F64 = npt.NDArray[np.float64]

NOT_ASKED_REASONS = {
    NotAsked.TOO_FAR: "too far",
    NotAsked.CLOSED_THEN: "closed then",
    NotAsked.NO_SUCH_KIND: "no such kind",
    NotAsked.RATHER_NOT: "rather not",
}
REFUSED_REASONS = {
    Outcome.FULL: "full",
    Outcome.WINDOW: "window",
    Outcome.LIMIT: "limit",
    Outcome.SUSPENDED: "suspended",
}


class STATUS:
    """One code per wish; every service metric is a sum of some of them."""

    NOT_ASKED = {reason: i for i, reason in enumerate(NOT_ASKED_REASONS)}
    REFUSED = {reason: 4 + i for i, reason in enumerate(REFUSED_REASONS)}
    WAITING = 8
    BOOKED = 9
    """9 + 3 x (not the first choice) + (0 used, 1 cancelled, 2 no-show)."""
    COUNT = 15


def _pick(*codes: int) -> npt.NDArray[np.float64]:
    chosen = np.zeros(STATUS.COUNT)
    chosen[list(codes)] = 1.0
    return chosen


ALL = _pick(*range(STATUS.COUNT))
NOT_ASKED = _pick(*STATUS.NOT_ASKED.values())
REFUSED = _pick(*STATUS.REFUSED.values())
REQUESTS = ALL - NOT_ASKED
BOOKINGS = _pick(*range(STATUS.BOOKED, STATUS.COUNT))
FIRST = _pick(9, 10, 11)
USED, CANCELLED, NO_SHOW = _pick(9, 12), _pick(10, 13), _pick(11, 14)


@dataclass(frozen=True, slots=True)
class ServiceMetric:
    """A metric of wishes: `top` codes counted, over `bottom` codes for a share."""

    name: str
    top: F64
    bottom: F64 | None = None

    def of(self, table: F64) -> tuple[F64, F64]:
        """Numerator and denominator per level of a (levels, STATUS.COUNT) table."""
        top = table @ self.top
        bottom = np.ones(len(table)) if self.bottom is None else table @ self.bottom
        return top, bottom


SERVICE = (
    ServiceMetric("wishes", ALL),
    ServiceMetric("not_asked", NOT_ASKED),
    ServiceMetric("requests", REQUESTS),
    ServiceMetric("refused", REFUSED),
    ServiceMetric("bookings", BOOKINGS),
    ServiceMetric("used", USED),
    ServiceMetric("asked_share", REQUESTS, ALL),
    ServiceMetric("not_asked_share", NOT_ASKED, ALL),
    ServiceMetric("served_share", BOOKINGS, REQUESTS),
    ServiceMetric("refused_share", REFUSED, REQUESTS),
    ServiceMetric("first_choice_share", FIRST, REQUESTS),
    ServiceMetric("cancelled_share", CANCELLED, BOOKINGS),
    ServiceMetric("no_show_share", NO_SHOW, BOOKINGS),
    ServiceMetric("used_share", USED, BOOKINGS),
    ServiceMetric("met_share", USED, ALL),
)
"""Metrics of every group of wishes."""


def reason_shares() -> tuple[tuple[str, str, int, F64], ...]:
    """(metric, reason, status code, denominator codes) of the shares by reason."""
    not_asked = tuple(
        ("not_asked_share", name, STATUS.NOT_ASKED[code], ALL)
        for code, name in NOT_ASKED_REASONS.items()
    )
    refused = tuple(
        ("refused_share", name, STATUS.REFUSED[code], REQUESTS)
        for code, name in REFUSED_REASONS.items()
    )
    return not_asked + refused
