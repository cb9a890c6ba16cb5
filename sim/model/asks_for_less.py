"""Bookers whose wish is longer than a cap on hours lets any booking be, and who ask for less."""

from __future__ import annotations

import numpy as np

from sim.arrays import I64, U64, Bools
from sim.booking.layout import Rooms
from sim.booking.timing import SLACK
from sim.scenario.schema.limits import Cap
from sim.streams import key_of, uniforms

_ASKS_FOR_LESS = key_of("purpose", "asks for less")


def asked_durations(rooms: Rooms, key: U64, rules: I64, start: I64, duration: I64) -> I64:
    """Slots asked for: of those who ask for less, as many as the caps allow a booking by itself.

    Parameters
    ----------
    key, rules, start, duration
        (n,) of the requests: key, set of rules, preferred start and length wished, in slots.
    """
    share = rooms.responses.asks_for_less
    caps = [(n, cap) for n, r in enumerate(rooms.book.sets) for cap in r.limits.hours]
    if not caps or share == 0:
        return duration
    bends = uniforms(key, _ASKS_FOR_LESS) < share
    is_peak = rooms.peak[np.clip(start, 0, len(rooms.peak) - 1)]
    asked = duration.copy()
    for number, cap in caps:
        most = int((cap.at_most * 60.0 + SLACK) // rooms.grid)
        holds = bends & (rules == number) & _counts(cap, is_peak)
        if most >= 1:
            asked = np.where(holds, np.minimum(asked, most), asked)
    return asked


def _counts(cap: Cap, is_peak: Bools) -> Bools:
    """Whether each start falls under a cap."""
    if cap.when == "always":
        return np.ones(len(is_peak), dtype=bool)
    return is_peak if cap.when == "peak" else ~is_peak
