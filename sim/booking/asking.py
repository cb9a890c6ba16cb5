"""When bookers ask, as the rules and their responses to them have it, and when they are decided.

A wish arises at its own time of asking. A booker who would ask before the slot can be asked for
comes back when it opens, or is refused; some ask at the opening although their wish arises later,
because they know that slots go fast. A request for a slot of a batch that is made before the batch
is decided belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64, U64, Bools
from sim.booking.requests import Outcome
from sim.booking.timing import SLACK, Timing
from sim.scenario.schema.demand import Responses
from sim.streams import key_of, uniforms

_BACK, _EARLY, _RUSH = (key_of("purpose", p) for p in ("comes back", "asks at the opening", "rush"))
_NO_BATCH = -1


@dataclass(frozen=True, slots=True)
class AskingTimes:
    """Times of asking, arrays in the order of the requests; see `Askers`."""

    asked_at: F64
    first_decision: F64
    batch: I64
    screened: npt.NDArray[np.uint8]


def settle_asking(
    timings: Sequence[Timing],
    responses: Responses,
    rules: I64,
    key: U64,
    wished: F64,
    start: I64,
) -> AskingTimes:
    """When each request is made and decided.

    Parameters
    ----------
    timings
        Of every set of rules.
    rules
        Set of rules of each request.
    wished
        Times at which the wishes would be asked without any rule, minutes.
    start
        Preferred starts, slots.
    """
    ask, served = wished.copy(), wished.copy()
    batch = np.full(len(ask), _NO_BATCH, dtype=np.int64)
    screened = np.zeros(len(ask), dtype=np.uint8)
    for number, timing in enumerate(timings):
        at = np.flatnonzero(rules == number)
        if not len(at):
            continue
        times, late = _times(timing, responses, key[at], wished[at], start[at])
        ask[at], served[at], batch[at] = times.asked_at, times.first_decision, times.batch
        batch[at] = np.where(times.batch >= 0, times.batch * len(timings) + number, _NO_BATCH)
        screened[at] = np.where(late, np.uint8(Outcome.WINDOW), np.uint8(0))
    return AskingTimes(ask, served, batch, screened)


def _times(
    timing: Timing, responses: Responses, key: U64, wished: F64, start: I64
) -> tuple[AskingTimes, Bools]:
    """Times under one set of rules, and which requests are refused for them."""
    rush = -responses.rush_minutes * np.log(uniforms(key, _RUSH))
    back = uniforms(key, _BACK) < responses.comes_back
    opens = timing.opens(start)
    early = wished < opens - SLACK
    ask = np.where(early & back, opens + rush, wished)
    if responses.asks_at_opening > 0:
        plans = ~early & (uniforms(key, _EARLY) < responses.asks_at_opening)
        ask = np.where(plans, np.minimum(wished, opens + rush), ask)
    refused = early & ~back
    batch = np.full(len(ask), _NO_BATCH, dtype=np.int64)
    served = ask
    if timing.batch is not None:
        together = timing.is_batch(start)
        decided, left = timing.decided(start), timing.leftovers(start)
        enters = together & ~refused & (ask <= decided + SLACK)
        between = together & ~enters & (ask < left - SLACK)
        refused |= between & ~back
        ask = np.where(between & back, left + rush, ask)
        served = np.where(enters, decided, ask)
        first, _ = timing.period(start)
        batch = np.where(enters, first + _FAR, _NO_BATCH)
    refused |= timing.too_late(start, served)
    batch = np.where(refused, _NO_BATCH, batch)
    return AskingTimes(ask, np.where(refused, ask, served), batch, np.zeros(0, np.uint8)), refused


_FAR = 1 << 30
"""Added to the number of a period, which may begin before the horizon, to keep it above 0."""


def first_bounds(
    timings: Sequence[Timing], rules: I64, asked: AskingTimes, start: I64
) -> tuple[I64, I64]:
    """(sets, n) first and last start that each request may be given where each set holds."""
    low = np.empty((len(timings), len(start)), dtype=np.int64)
    high = np.empty_like(low)
    for number, timing in enumerate(timings):
        first = timing.earliest(asked.first_decision).astype(np.int64)
        last = timing.latest(asked.first_decision).astype(np.int64)
        if timing.batch is not None:
            of_batch = (asked.batch >= 0) & (rules == number)
            begins, ends = timing.period(start)
            first = np.where(of_batch, np.maximum(first, begins), first)
            last = np.where(of_batch, ends, last)
            alone = ~of_batch & ~timing.is_batch(start) & (start > last)
            alone &= asked.first_decision >= timing.opens(start) - SLACK
            first = np.where(alone, np.maximum(first, start), first)
            last = np.where(alone, start, last)
        low[number], high[number] = first, last
    return low, high
