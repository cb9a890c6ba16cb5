"""Which rules hold where, and when a slot opens, is decided and goes to the first to ask.

Slots open one by one (rolling), or a day's or a week's together; where requests are decided
together, those of one *period* are: then all times of a period are its first day plus a constant.
Times are minutes of the horizon; every function takes numbers and arrays alike.

A pool's rooms lie in one centre and are of one kind, so they have one zone, tier and kind, and one
set of rules: the policy with its overrides. A request is under the rules of the pool that is asked
first; only the window and reserved rooms are those of the room that is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.scenario.schema.policy import Batch, Policy
from sim.scenario.schema.tables import minutes_of
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
