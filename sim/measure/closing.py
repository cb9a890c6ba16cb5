"""What a zone's centres could close, what that saves and what use it ends; all a year.

Hours of the week are closed in blocks: mornings, afternoons and evenings of Monday to Friday and
of the weekend. Public holidays belong to the weekday that they fall on. Hours before 6 are in no
block: they end only when a venue is closed wholly.

What is closed saves the energy of its open hours; a venue closed wholly its area cost too; and the
staff of a centre in the hours in which none of its venues is open any more. So nothing is counted
twice, whatever is closed together. Drop-in places of their own stay open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.measure.collector import Collector, MetricRow
from sim.measure.costs import YEAR_DAYS, built_m2, open_slots
from sim.world.places import TIERS
from sim.world.world import World


class ClosedHours(NamedTuple):
    """Hours of the week that are closed together."""

    days: str
    weekend: bool
    start: int
    end: int

    @property
    def hours(self) -> str:
        """Hours in words, such as `18-24`."""
        return f"{self.start}-{self.end}"


BLOCKS = tuple(
    ClosedHours(days, weekend, start, start + 6)
    for days, weekend in (("Mon-Fri", False), ("Sat-Sun", True))
    for start in (6, 12, 18)
)
N_BLOCKS = len(BLOCKS) + 1
"""The last stands for the hours before 6."""
_NAMES = (*(f"{b.days} {b.hours}" for b in BLOCKS), "0-6")
_ROW = ("person_hours", "venue*block")


@dataclass(frozen=True, slots=True)
class Stock:
    """The venues of a zone: V of them, Q patterns of opening.

    Attributes
    ----------
    venues
        (V,) their numbers in the world.
    centre
        (V,) number of the centre in the world.
    area
        (V,) yuan a year, whatever the hours.
    energy
        (V, N_BLOCKS) yuan a year by open hours.
    members
        (Q, V) venues of a centre that are open together, and no other of it.
    pattern_block
        (Q,) block of the hours in which they are.
    staff
        (Q,) yuan a year of the centre's staff in these hours.
    used
        (n, V, N_BLOCKS) person-hours a year.
    """

    venues: I64
    centre: I64
    area: F64
    energy: F64
    members: Bools
    pattern_block: I64
    staff: F64
    used: F64

    def saving(self, closed: Bools, wholly: Bools) -> float:
        """Yuan a year saved by closing (V, N_BLOCKS) hours and (V,) whole venues."""
        shut = (closed.T[self.pattern_block] | ~self.members).all(axis=1)
        total = self.area[wholly].sum() + self.energy[closed].sum() + self.staff[shut].sum()
        return float(total)

    def use_lost(self, closed: Bools) -> F64:
        """(n,) person-hours a year that were used there."""
        return np.asarray(self.used[:, closed].sum(axis=1))

    def all_closed(self) -> tuple[Bools, Bools]:
        """Mark all hours of all venues."""
        return np.ones(self.energy.shape, dtype=bool), np.ones(len(self.venues), dtype=bool)

    def none_closed(self) -> tuple[Bools, Bools]:
        """Mark no hour and no venue."""
        return np.zeros(self.energy.shape, dtype=bool), np.zeros(len(self.venues), dtype=bool)


def block_of_hours() -> I64:
    """(168,) block of each hour of the week, Monday first."""
    day, hour = np.divmod(np.arange(168), 24)
    block = (day >= 5) * 3 + (hour - 6) // 6
    return np.where(hour < 6, len(BLOCKS), block).astype(np.int64)


def by_block(week: F64) -> F64:
    """Sum hours of the week (the last axis, 168) to blocks."""
    pick = block_of_hours()[:, None] == np.arange(N_BLOCKS)
    return np.asarray(week @ pick.astype(np.float64))


def add_blocks(out: Collector, world: World, week: F64) -> None:
    """Add person-hours by venue*block.

    Parameters
    ----------
    week
        (V, 168) person-hours used in the counting window, by whatever recorded use.
    """
    levels = tuple(f"{venue}*{name}" for venue in world.venues.names for name in _NAMES)
    out.add(*_ROW, levels, by_block(week).ravel())


def read_blocks(rows: Sequence[MetricRow], values: Sequence[F64]) -> F64:
    """(n, V, N_BLOCKS) what `add_blocks` has collected in each replication."""
    starts = np.cumsum([0, *(len(r.levels) for r in rows)])
    at = [(row.metric, row.group) for row in rows].index(_ROW)
    part = slice(int(starts[at]), int(starts[at + 1]))
    return np.stack([v[0, part] for v in values]).reshape(len(values), -1, N_BLOCKS)


def zone_stock(world: World, zone: int, used: F64) -> Stock:
    """Gather what a zone could close.

    Parameters
    ----------
    used
        (n, V of the world, N_BLOCKS) person-hours used in the counting window by replication.
    """
    calendar, rates = world.calendar, world.scenario.costs
    per_year = YEAR_DAYS / (calendar.count_until - calendar.count_from)
    venues = np.flatnonzero(world.centres.zone[world.venues.centre] == zone)
    open_, block = open_slots(world), _block_of_slots(world)
    hours = world.grid / 60.0 * per_year
    by_profile = np.stack([np.bincount(block[row], minlength=N_BLOCKS) for row in open_]) * hours
    area = built_m2(world)[0][venues]
    members, of, slots, tier = _patterns(world, venues, open_, block)
    by_tier = {str(name): yuan for name, yuan in rates.yuan_per_centre_open_hour.items()}
    staff = np.array([by_tier.get(name, 0.0) for name in TIERS])
    return Stock(
        venues=venues,
        centre=world.venues.centre[venues],
        area=area * rates.yuan_per_m2_year,
        energy=area[:, None]
        * by_profile[world.venues.profile[venues]]
        * rates.yuan_per_m2_open_hour,
        members=members,
        pattern_block=of,
        staff=slots * hours * staff[tier],
        used=used[:, venues] * per_year,
    )


def _block_of_slots(world: World) -> I64:
    """Block of each slot of the counting window."""
    calendar = world.calendar
    weekday = calendar.weekday[calendar.count_from : calendar.count_until]
    hour = np.arange(world.slots) * world.grid // 60
    code: I64 = (weekday[:, None] * 24 + hour).ravel()
    return np.asarray(block_of_hours()[code])


def _patterns(world: World, venues: I64, open_: Bools, block: I64) -> tuple[Bools, I64, I64, I64]:
    """Which venues of a centre are open together: members, block, slots, tier of each pattern."""
    members: list[Bools] = []
    rest: list[tuple[int, int, int]] = []
    profiles, which = np.unique(world.venues.profile[venues], return_inverse=True)
    for c in np.unique(world.venues.centre[venues]).tolist():
        here = world.venues.centre[venues] == c
        mine = np.unique(which[here])
        masks = open_[profiles[mine]]
        keys = np.vstack([np.packbits(masks, axis=0), block.astype(np.uint8)])
        _, first, count = np.unique(keys, axis=1, return_index=True, return_counts=True)
        for at, n in zip(first.tolist(), count.tolist(), strict=True):
            if masks[:, at].any():
                members.append(here & np.isin(which, mine[masks[:, at]]))
                rest.append((int(block[at]), n, int(world.centres.tier[c])))
    blocks, slots, tiers = np.array(rest, dtype=np.int64).reshape(-1, 3).T
    shape = (len(members), len(venues))
    return np.array(members, dtype=bool).reshape(shape), blocks, slots, tiers
