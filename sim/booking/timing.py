"""Which rules hold where, when slots open and are decided, and when bookers ask for them.

Slots open one by one (rolling), or a day's or a week's together; where requests are decided
together, those of one *period* are: then all times of a period are its first day plus a constant.
Times are minutes of the horizon; every function takes numbers and arrays alike.

A pool's rooms lie in one centre and are of one kind, so they have one zone, tier and kind, and one
set of rules: the policy with its overrides. A request is under the rules of the pool that is asked
first; only the window and reserved rooms are those of the room that is given.

A wish arises at its own time of asking. A booker who would ask before the slot can be asked for
comes back when it opens, or is refused; some ask at the opening although their wish arises later,
because they know that slots go fast. A request for a slot of a batch that is made before the batch
is decided belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64, U64, Bools
from sim.booking.requests import Outcome
from sim.scenario.schema.demand import Responses
from sim.scenario.schema.policy import Batch, Policy
from sim.scenario.schema.tables import minutes_of
from sim.streams import key_of, uniforms
from sim.world.places import TIERS
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The different sets of rules, the policy's own first, and which of them holds in each pool."""

    sets: tuple[Policy, ...]
    of_pool: tuple[int, ...]


def rule_book(world: World) -> RuleBook:
    """Resolve overrides, then the windows of zones, for every pool."""
    policy = world.scenario.policy
    sets, of_pool = [policy], []
    zones = list(world.scenario.zones.items())
    pairs = zip(world.pools.centre.tolist(), world.pools.kind.tolist(), strict=True)
    for centre, kind in pairs:
        name, zone = zones[int(world.centres.zone[centre])]
        tier = TIERS[int(world.centres.tier[centre])]
        rules = policy
        if zone.window is not None:
            rules = rules.model_copy(update={"window": zone.window})
        for override in policy.overrides:
            if override.holds(name, tier, world.kinds[kind]):
                rules = rules.model_copy(update=override.given)
        if rules not in sets:
            sets.append(rules)
        of_pool.append(sets.index(rules))
    return RuleBook(tuple(sets), tuple(of_pool))


X = TypeVar("X", float, F64)

DAY_MINUTES = 24 * 60.0
SLACK = 1e-6  # minutes: rounding must not decide


class Timing:
    """Times of one set of rules.

    Parameters
    ----------
    slots, grid
        Slots a day, minutes of a slot.
    weekday
        Of day 0 of the horizon, 0 = Monday.
    peak
        (T,) slots in peak hours.
    """

    def __init__(self, rules: Policy, slots: int, grid: int, weekday: int, peak: Bools) -> None:
        window, selection = rules.window, rules.selection
        self._slots, self._grid, self._weekday, self._peak = slots, grid, weekday, peak
        self._ahead = window.opens_days_ahead * DAY_MINUTES
        self._closes = float(window.closes_minutes_ahead)
        self.batch = selection if isinstance(selection, Batch) else None
        self._only_peak = self.batch is not None and self.batch.only_peak
        self._at = None if window.at is None else float(minutes_of(window.at))
        self._open_days = 7 if window.release == "weekly" else 1
        self._batch_days = 7 if self.batch is not None and self.batch.draw == "weekly" else 1
        self._opened = (self._at or 0.0) - self._ahead  # after a period's first midnight
        self._decided = self._left = self._opened
        if self.batch is not None:
            self._lay_down(self.batch, window.opens_days_ahead)

    def _lay_down(self, batch: Batch, opens: float) -> None:
        days = max(opens - 1.0, 0.0) if batch.days_ahead is None else batch.days_ahead
        decided = minutes_of(batch.at) - days * DAY_MINUTES
        self._decided = self._left = max(decided, self._opened)
        if batch.leftovers_days_ahead is not None:
            left = minutes_of(batch.leftovers_at) - batch.leftovers_days_ahead * DAY_MINUTES
            self._left = max(left, self._decided)

    def is_batch(self, start: I64) -> Bools:
        """Which starts are decided in a batch."""
        if self.batch is None:
            return np.zeros(len(start), dtype=bool)
        if not self._only_peak:
            return np.ones(len(start), dtype=bool)
        return self._peak[np.clip(start, 0, len(self._peak) - 1)]

    def opens(self, start: I64) -> F64:
        """Time from which each start may be asked for."""
        if self._at is None:
            alone: F64 = np.asarray(start * float(self._grid) - self._ahead)
        else:
            alone = self._first_day(start, self._open_days) * DAY_MINUTES + self._opened
        if self.batch is None:
            return alone
        together = self._first_day(start, self._batch_days) * DAY_MINUTES + self._opened
        return np.where(self.is_batch(start), together, alone)

    def decided(self, start: I64) -> F64:
        """Time at which the batch of each start is decided."""
        return self._first_day(start, self._batch_days) * DAY_MINUTES + self._decided

    def leftovers(self, start: I64) -> F64:
        """Time from which the slots that a batch left go to the first to ask."""
        return self._first_day(start, self._batch_days) * DAY_MINUTES + self._left

    def period(self, start: I64) -> tuple[I64, I64]:
        """First slot of the batch of each start, and its last."""
        first = self._first_day(start, self._batch_days).astype(np.int64) * self._slots
        return first, first + self._batch_days * self._slots - 1

    def earliest(self, now: X) -> X:
        """First start that may still be asked for."""
        return -((SLACK - self._closes - now) // self._grid)

    def latest(self, now: X) -> X:
        """Latest start that a request made at a time may be given at once."""
        if self.batch is not None:
            return self._end_of_period(now - self._left, self._batch_days)
        if self._at is not None:
            return self._end_of_period(now - self._opened, self._open_days)
        return (now + self._ahead + SLACK) // self._grid

    def allows(self, start: int, now: float) -> bool:
        """Whether a request made at a time may be given a start at once."""
        if start < self.earliest(now):
            return False
        if start <= self.latest(now):
            return True
        one = np.array([start])
        alone = self._only_peak and not self.is_batch(one)[0]
        return bool(alone and now >= self.opens(one)[0] - SLACK)

    def bounds(self, start: I64, now: F64) -> tuple[I64, I64]:
        """First and last start that requests for some starts may be given at some times."""
        low, high = self.earliest(now).astype(np.int64), self.latest(now).astype(np.int64)
        if self._only_peak:
            alone = (start > high) & ~self.is_batch(start) & (now >= self.opens(start) - SLACK)
            low = np.where(alone, np.maximum(low, start), low)
            high = np.where(alone, start, high)
        return low, high

    def too_late(self, start: I64, now: F64) -> Bools:
        """Whether each start can no longer be asked for."""
        return np.asarray(start * float(self._grid) - now < self._closes - SLACK)

    def _first_day(self, start: I64, days: int) -> F64:
        """First day of the period of each start."""
        day = start // self._slots
        if days == 1:
            return day.astype(np.float64)
        return ((day + self._weekday) // 7 * 7 - self._weekday).astype(np.float64)

    def _end_of_period(self, since: X, days: int) -> X:
        """Last slot of the last period whose first midnight lies at or before `since`."""
        day = (since + SLACK) // DAY_MINUTES
        if days == 7:
            day = (day + self._weekday) // 7 * 7 - self._weekday
        return (day + days) * self._slots - 1


def later_bounds(timings: Sequence[Timing], start: I64, now: F64) -> tuple[I64, I64]:
    """(sets, n) first and last start that requests may be given at a later time under each set."""
    bounds = [timing.bounds(start, now) for timing in timings]
    return np.array([low for low, _ in bounds]), np.array([high for _, high in bounds])


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
