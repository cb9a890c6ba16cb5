"""Policy part `window`: how early and how late a slot may be asked for, zone by zone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.booking.requests import Outcome, Requests
from sim.scenario.schema.policy import Window
from sim.world.world import World

__all__ = ["SLACK", "BookingWindow", "windows_of"]

I64 = npt.NDArray[np.int64]

MINUTES_A_DAY = 24 * 60.0
SLACK = 1e-6  # minutes: rounding must not decide


def windows_of(world: World) -> tuple[tuple[Window, ...], tuple[int, ...]]:
    """The different windows, the policy's own first, and which of them holds in each pool.

    A pool's rooms lie in one centre, so in one zone, which may have a window of its own.
    """
    windows = [world.scenario.policy.window]
    of_zone = []
    for zone in world.scenario.zones.values():
        own = zone.window or windows[0]
        if own not in windows:
            windows.append(own)
        of_zone.append(windows.index(own))
    zones = world.centres.zone[world.pools.centre].tolist()
    return tuple(windows), tuple(of_zone[z] for z in zones)


class BookingWindow:
    """Rolling windows: from `opens_days_ahead` until `closes_minutes_ahead` before the start.

    Parameters
    ----------
    windows, of_pool
        As `windows_of` gives them.
    grid
        Minutes of a slot.
    """

    def __init__(self, windows: tuple[Window, ...], of_pool: tuple[int, ...], grid: int) -> None:
        self._opens = np.array([w.opens_days_ahead * MINUTES_A_DAY for w in windows])
        self._closes = np.array([w.closes_minutes_ahead for w in windows], dtype=np.float64)
        self._of_pool = np.array([*of_pool, 0], dtype=np.int64)  # the last for no pool
        self._grid = grid

    def screen(self, requests: Requests) -> npt.NDArray[np.uint8]:
        """Requests refused for the time at which they are made; 0 where admitted.

        The window of the centre of first choice decides: that is where people ask.
        """
        which = self._of_pool[requests.pools[:, 0]]
        ahead = requests.start * float(self._grid) - requests.ask
        outside = ahead > self._opens[which] + SLACK
        outside |= ahead < self._closes[which] - SLACK
        return np.where(outside, np.uint8(Outcome.WINDOW), np.uint8(0))

    def starts(self, requests: Requests) -> tuple[I64, I64]:
        """(windows, n) first and last start slot that each request may be given under each."""
        first = np.ceil((requests.ask + self._closes[:, None] - SLACK) / self._grid)
        last = np.floor((requests.ask + self._opens[:, None] + SLACK) / self._grid)
        return first.astype(np.int64), last.astype(np.int64)
