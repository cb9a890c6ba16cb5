"""Blocks of clubs: the sessions of a weekly timetable, in the diaries before anybody books.

A block is a session on every date of its weekday and season on which its venue is open for all of
it; on other dates the session is lost. Which sessions a club does not use is drawn by request and
date, so it is the same whatever else a scenario changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64, Bools
from sim.booking.counter import Counter
from sim.booking.diaries import each_slot
from sim.scenario.schema.timetable import Timetable, TimetableRow
from sim.streams import key_of, keys_of, mix, uniforms
from sim.world.world import World

DAY_MINUTES = 24 * 60
_UNUSED = key_of("purpose", "club stays away")


@dataclass(frozen=True, slots=True)
class ClubPlan:
    """The sessions of a timetable within the horizon, the same in every replication.

    Attributes
    ----------
    spec
        What clubs make of their blocks; None where the scenario has no timetable.
    rows
        The blocks.
    row, venue, start, duration
        (n,) of each session: its block, venue, first slot of the horizon, slots.
    keys
        (n,) keys of request and date.
    returned_at
        (n,) minutes of the horizon at which a session that will not be used goes back to
        residents; infinite where none does.
    lost_venue, lost_start
        (m,) of the sessions that are lost because the venue is closed.
    """

    spec: Timetable | None
    rows: tuple[TimetableRow, ...]
    row: I64
    venue: I64
    start: I64
    duration: I64
    keys: U64
    returned_at: F64
    lost_venue: I64
    lost_start: I64

    @property
    def people(self) -> F64:
        """(n,) people who come to a session that is used."""
        if self.spec is None:
            return np.zeros(0)
        party = np.array([row.party_size for row in self.rows], dtype=np.float64)
        return np.asarray(party[self.row] * self.spec.attendance)

    @property
    def blocked(self) -> tuple[I64, I64]:
        """Venue and slot of every slot that a club has."""
        session, slot = self.slots_of(np.arange(len(self.row)))
        return self.venue[session], slot

    def slots_of(self, which: I64) -> tuple[I64, I64]:
        """Session and slot of every slot of some sessions."""
        index, slot = each_slot(self.start[which], self.duration[which])
        return which[index], slot

    def held_at(self, unused: Bools, before: float) -> I64:
        """Sessions that hold their room just before a time: all but those given back."""
        return np.flatnonzero(~unused | (self.returned_at >= before))


def build_clubs(world: World, rows: Sequence[TimetableRow]) -> ClubPlan:
    """Lay the blocks of a timetable out over the dates of the horizon."""
    spec, calendar = world.scenario.timetable, world.calendar
    grid, slots = world.grid, world.slots
    days = [_days(world, row) for row in rows]
    row = np.repeat(np.arange(len(rows)), [len(d) for d in days])
    day = np.concatenate([np.zeros(0, dtype=np.int64), *days])
    names = {name: v for v, name in enumerate(world.venues.names)}
    venue = np.array([names[r.venue] for r in rows], dtype=np.int64)[row]
    clock = np.array([r.stretch for r in rows], dtype=np.int64).reshape(-1, 2)[row] // grid
    start, duration = day * slots + clock[:, 0], clock[:, 1] - clock[:, 0]
    is_open = world.opening.run[world.venues.profile[venue], start] >= duration
    held, lost = np.flatnonzero(is_open), np.flatnonzero(~is_open)
    keys = keys_of("club request", tuple(r.request for r in rows))[row]
    returned_at = np.full(len(held), np.inf)
    if spec is not None and spec.release_unused:
        returned_at = start[held] * float(grid) - spec.announced_days_ahead * DAY_MINUTES
    return ClubPlan(
        spec=spec,
        rows=tuple(rows),
        row=row[held],
        venue=venue[held],
        start=start[held],
        duration=duration[held],
        keys=keys[held] ^ calendar.date_keys()[day[held]],
        returned_at=returned_at,
        lost_venue=venue[lost],
        lost_start=start[lost],
    )


def _days(world: World, row: TimetableRow) -> I64:
    """Days of the horizon on which a block has a session, or would have."""
    calendar = world.calendar
    first = (row.date_from(calendar.first) - calendar.first).days
    last = min((row.last - calendar.first).days, calendar.n_days - 1)
    return np.arange(first, last + 1, 7, dtype=np.int64)


def draw_unused(plan: ClubPlan, root: int) -> Bools:
    """(n,) sessions that the club does not use in one replication."""
    share = 0.0 if plan.spec is None else plan.spec.unused_share
    if share == 0:
        return np.zeros(len(plan.row), dtype=bool)
    return np.asarray(uniforms(mix(plan.keys ^ np.uint64(root)), _UNUSED) < share)


def note_returns(plan: ClubPlan, unused: Bools, counter: Counter) -> None:
    """Put on the agenda when sessions that will not be used go back to residents."""
    which = np.flatnonzero(unused & np.isfinite(plan.returned_at))
    times = plan.returned_at[which].tolist()
    held = np.stack([plan.venue[which], plan.start[which], plan.duration[which]], axis=1).tolist()

    def give_back(i: int, now: float) -> None:
        venue, start, slots = held[i]
        counter.desk.give_back(venue, start, slots)
        counter.freed(venue, start, slots, now)

    for i, time in enumerate(times):
        counter.agenda.note(time, give_back, i)
