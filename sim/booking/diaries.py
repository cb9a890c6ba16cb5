"""Diaries: whether each slot of the horizon is taken or closed, venue by venue.

Closed slots, blocks of clubs and off-platform use are taken from the start, in this order: what is
drawn off-platform at a time that a club has does not happen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64, U64, each_step
from sim.scenario.schema.tables import OffPlatformRow, minutes_of, parse_days
from sim.streams import child_keys, key_of, mix, uniforms
from sim.world.world import World

Slots = npt.NDArray[np.bool_]

AT_ONCE = 64
"""Venues drawn at a time: their arrays stay in the cache, whatever the number of venues."""

_WEEKLY, _DATED, _RECURS = (
    key_of("purpose", p) for p in ("off-platform weekly", "off-platform dated", "off-platform kind")
)


def each_slot(start: I64, length: I64) -> tuple[I64, I64]:
    """Index of the stretch, and slot, of every slot of stretches that begin at `start`."""
    index, step = each_step(length)
    return index, start[index] + step


@dataclass(frozen=True, slots=True)
class OffPlatformPlan:
    """The part of off-platform use that is the same in every replication.

    Attributes
    ----------
    free
        (V, D, S) slots in which a venue is open and no club has it.
    chance
        (V, D, B) probability that a block is taken.
    weekly_keys
        (V, 7, B) of blocks of a week.
    day_keys
        (D,).
    block_slots
        Slots of a block.
    weekly
        Share of blocks that recur weekly.
    """

    free: Slots
    chance: F64
    weekly_keys: U64
    day_keys: U64
    weekday: I64
    block_slots: int
    weekly: float

    def diaries(self, taken: Slots) -> Slots:
        """(V, T) slots that are taken or closed before anybody books; `taken` is off-platform."""
        return np.asarray((taken | ~self.free).reshape(len(taken), -1))


def build_off_platform(
    world: World, rows: tuple[OffPlatformRow, ...], clubs: tuple[I64, I64]
) -> OffPlatformPlan:
    """Chance of every block of every venue and day.

    Parameters
    ----------
    clubs
        Venue and slot of every slot that a club has.
    """
    spec, calendar = world.scenario.off_platform, world.calendar
    slots = world.slots
    block = max(1, spec.block_minutes // world.grid)
    n_blocks = -(-slots // block)
    relative = np.ones((len(world.kinds), 8, slots))
    for row in rows:
        start, end = minutes_of(row.start) // world.grid, -(-minutes_of(row.end) // world.grid)
        for day in parse_days(row.days):
            relative[world.kinds.index(row.kind), day, start:end] = row.relative
    padded = np.pad(relative, ((0, 0), (0, 0), (0, n_blocks * block - slots)), mode="edge")
    by_block = padded.reshape(len(world.kinds), 8, n_blocks, block).mean(axis=3)
    chance = np.minimum(1.0, spec.share * by_block)[world.venues.kind][:, calendar.opening_day]
    blocks = np.arange(7 * n_blocks).reshape(7, n_blocks)
    free = world.opening.is_open[world.venues.profile]
    free[clubs] = False
    return OffPlatformPlan(
        free=free.reshape(len(world.venues), world.n_days, slots),
        chance=chance,
        weekly_keys=child_keys(world.venues.keys[:, None, None], blocks[None]),
        day_keys=calendar.date_keys(),
        weekday=calendar.weekday,
        block_slots=block,
        weekly=spec.weekly,
    )


def draw_off_platform(plan: OffPlatformPlan, root: int) -> Slots:
    """(V, D, S) slots taken by off-platform use while free, in one replication."""
    taken = np.zeros_like(plan.free)
    if not plan.chance.any():
        return taken
    for low in range(0, len(taken), AT_ONCE):
        part = slice(low, low + AT_ONCE)
        taken[part] = _drawn(plan, plan.weekly_keys[part], plan.chance[part], root)
        taken[part] &= plan.free[part]
    return taken


def _drawn(plan: OffPlatformPlan, weekly_keys: U64, chance: F64, root: int) -> Slots:
    """Slots of taken blocks of some venues, free or not."""
    keys = mix(weekly_keys ^ np.uint64(root))
    recurs = uniforms(keys, _RECURS) < plan.weekly
    mark = np.where(recurs, uniforms(keys, _WEEKLY), np.nan)[:, plan.weekday]
    dated = np.isnan(mark)
    venue, at, block = np.nonzero(dated)
    mark[dated] = uniforms(keys[venue, plan.weekday[at], block] ^ plan.day_keys[at], _DATED)
    taken = np.repeat(mark < chance, plan.block_slots, axis=2)
    return np.asarray(taken[:, :, : plan.free.shape[2]])
