"""Policy part `window`: how early and how late a slot may be asked for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.booking.requests import Outcome, Requests
from sim.scenario.schema.policy import Window

__all__ = ["BookingWindow"]

MINUTES_A_DAY = 24 * 60.0
SLACK = 1e-6  # minutes: rounding must not decide


class BookingWindow:
    """A rolling window: from `opens_days_ahead` until `closes_minutes_ahead` before the start."""

    def __init__(self, spec: Window, grid: int) -> None:
        self._opens = spec.opens_days_ahead * MINUTES_A_DAY
        self._closes = spec.closes_minutes_ahead
        self._grid = grid

    def screen(self, requests: Requests) -> npt.NDArray[np.uint8]:
        """Requests refused for the time at which they are made; 0 where admitted."""
        ahead = requests.start * float(self._grid) - requests.ask
        outside = (ahead > self._opens + SLACK) | (ahead < self._closes - SLACK)
        return np.where(outside, np.uint8(Outcome.WINDOW), np.uint8(0))

    def starts(self, requests: Requests) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """First and last start slot that each request may be given."""
        first = np.ceil((requests.ask + self._closes - SLACK) / self._grid)
        last = np.floor((requests.ask + self._opens + SLACK) / self._grid)
        return first.astype(np.int64), last.astype(np.int64)
