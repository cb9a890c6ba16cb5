"""Looking again after a refusal, `demand.responses.retry`: what bookers do under any policy.

Each time a share of those refused looks again after a while, at all that they would have taken the
first time, until they have a booking, give up, or can no longer ask. When somebody would look is
known in advance, as the first decision is: whether there is a reason to is seen then.
"""

from __future__ import annotations

import math

import numpy as np

from sim.arrays import F64, U64
from sim.booking.catalogue import part
from sim.booking.counter import Counter
from sim.booking.decisions import Looks
from sim.booking.layout import BookableRooms
from sim.booking.timing import SLACK, later_bounds
from sim.scenario.schema.demand import Retry
from sim.streams import key_of, uniforms

LOOKS_AGAIN = "looks again"
LOOKS_AGAIN_WHEN = "looks again when"


def retry_of(rooms: BookableRooms) -> Retry | None:
    """How people look again; None if nobody does."""
    retry = rooms.responses.retry
    return retry if retry.share > 0 else None


@part("retry", lambda rules, rooms: retry_of(rooms), turn=7)
class LookAgain:
    """Draws who would look again, and when.

    Attributes
    ----------
    looks
        What was drawn, whatever becomes of the requests.
    """

    def __init__(self, spec: Retry, rooms: BookableRooms, counter: Counter) -> None:
        requests, askers = counter.requests, counter.askers
        closes = np.array([float(r.window.closes_minutes_ahead) for r in rooms.book.sets])
        last = requests.start * float(rooms.grid) - closes[askers.rules] + SLACK
        who = np.flatnonzero(askers.screened == 0)
        now, times, found = askers.first_decision[who], [], []
        for k in range(1, spec.at_most + 1):
            again = uniforms(askers.key[who], key_of("purpose", LOOKS_AGAIN, k)) < spec.share
            who, now = who[again], now[again]
            now = now - spec.after_hours * 60.0 * _log(_when(askers.key[who], k))
            in_time = (now <= last[who]) & (now < requests.gives_up[who])
            who, now = who[in_time], now[in_time]
            times.append(now)
            found.append(who)
        then, look = np.concatenate(times), np.concatenate(found)
        self.looks = Looks(then, look, *later_bounds(rooms.timings, requests.start[look], then))


def _when(key: U64, k: int) -> F64:
    return uniforms(key, key_of("purpose", LOOKS_AGAIN_WHEN, k))


def _log(values: F64) -> F64:
    """Logarithms that are the same on every processor; those of numpy are not."""
    return np.array([math.log(x) for x in values.tolist()])
