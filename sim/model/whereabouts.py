"""Where people are: nobody is in two places at once, where the scenario asks for it.

What is booked comes first: of two bookings of one booker that overlap, the one that starts later is
not used. A person who uses a booking does not come to a session at that time, and a person who is
at either does not set out for a place. A person who was turned away at the door of a session is not
at it. Visitors are compared with bookers and participants, not with each other: where two visits by
one number of a group overlap, they are two people's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.compiled import compiled
from sim.demand.bookers import Bookers
from sim.demand.plan import DemandPlan
from sim.demand.sampling import Wishes
from sim.order import ordered
from sim.points.record import Source
from sim.points.settle import EarningEvents
from sim.programme.sessions import ProgrammeRecord
from sim.programme.signups import at_the_door
from sim.world.places import person_ids
from sim.world.world import World

Elsewhere = Callable[[I64, F64, F64], Bools]
"""(person, from, until) -> whether each is somewhere else for some of that time."""


@dataclass(frozen=True, slots=True)
class Stays:
    """Where people are, one entry a stay: person, and minutes of the horizon [start, end)."""

    person: I64
    start: I64
    end: I64


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Uses, attendance and stays of everybody.

    Attributes
    ----------
    uses
        (requests,) whether the booking is used.
    attends
        Per sign-up whether the person came and was let in; None without a programme.
    strict
        Whether nobody is in two places at once.
    used, attended
        Stays behind `uses` and `attends`, in their order.
    """

    uses: Bools
    attends: Bools | None
    strict: bool
    used: Stays
    attended: Stays

    @property
    def elsewhere(self) -> Elsewhere | None:
        """For visits to places; None where people may be in two places at once."""
        return _elsewhere(self.used, self.attended) if self.strict else None


def booker_index(plan: DemandPlan, bookers: Bookers, wishes: Wishes, which: I64) -> I64:
    """Index into `bookers` of the booker behind each of some wishes."""
    cell = wishes.cell[which].astype(np.int64)
    origin, segment = plan.cells.origin[cell], plan.cells.segment[cell]
    return bookers.drawn_for(
        wishes.key[which], origin, segment, wishes.layer[which].astype(np.int64)
    )


def bookers_of(plan: DemandPlan, bookers: Bookers, wishes: Wishes, which: I64) -> I64:
    """Person ids of the bookers of some wishes."""
    cell = wishes.cell[which].astype(np.int64)
    origin, segment = plan.cells.origin[cell], plan.cells.segment[cell]
    index = booker_index(plan, bookers, wishes, which)
    group = bookers.group_of[origin, segment]
    return person_ids(group, index - bookers.first[group * bookers.layers])


def everybody(bookers: Bookers) -> I64:
    """Person ids of all bookers."""
    first = bookers.first[:: bookers.layers]
    number = np.diff(first)
    group = np.repeat(np.arange(len(number)), number)
    return person_ids(group, np.arange(int(first[-1])) - first[group])


def find_everybody(
    plan: DemandPlan,
    bookers: Bookers,
    wishes: Wishes,
    asked: I64,
    turns_up: I64,
    start: I64,
    length: I64,
    record: ProgrammeRecord | None,
) -> Whereabouts:
    """Settle which bookings are used and which sign-ups are attended.

    People who come to a session and find no place are noted in its record (`turned_away`) only
    here, when it is known who is elsewhere.

    Parameters
    ----------
    asked
        Indices of the wishes that are requests.
    turns_up
        Indices of the requests whose booking would be used.
    start
        (requests,) start slot given.
    length
        (requests,) slots held.
    """
    world = plan.world
    grid, strict = world.grid, world.scenario.people.one_place_at_a_time
    who = bookers_of(plan, bookers, wishes, asked[turns_up])
    begins = start[turns_up] * grid
    ends = begins + length[turns_up] * grid
    used = Stays(who, begins, ends)
    if strict:
        kept = _first_of_overlapping(used)
        turns_up, used = turns_up[kept], _some(used, kept)
    uses = np.zeros(len(asked), dtype=bool)
    uses[turns_up] = True
    attends, attended = _attending(world, record, used if strict else None)
    return Whereabouts(uses, attends, strict, used, attended)


def earned_by(found: Whereabouts) -> EarningEvents:
    """Events that earn points: taking part and using a booking, when it ends."""
    parts = (found.attended, Source.PARTICIPATION), (found.used, Source.USE)
    return EarningEvents(
        person=np.concatenate([stays.person for stays, _ in parts]),
        time=np.concatenate([stays.end for stays, _ in parts]).astype(np.float64),
        source=np.concatenate(
            [np.full(len(stays.person), int(source), dtype=np.uint8) for stays, source in parts]
        ),
    )


def _some(stays: Stays, which: Bools | I64) -> Stays:
    return Stays(stays.person[which], stays.start[which], stays.end[which])


def _first_of_overlapping(stays: Stays) -> Bools:
    """Stays to keep so that no person's overlap: by start, later ones that overlap go."""
    order = ordered(stays.person, stays.start, stays.end)
    person, start, end = stays.person[order], stays.start[order], stays.end[order]
    # where any two of a person's stays overlap, some two that follow each other do
    clash = np.unique(person[1:][(person[1:] == person[:-1]) & (start[1:] < end[:-1])])
    kept = np.ones(len(order), dtype=bool)
    for who in clash:
        until = -1
        for i in range(*np.searchsorted(person, [who, who + 1]).tolist()):
            kept[i] = start[i] >= until
            until = max(until, int(end[i])) if kept[i] else until
    result = np.empty(len(order), dtype=bool)
    result[order] = kept
    return result


def _attending(
    world: World, record: ProgrammeRecord | None, used: Stays | None
) -> tuple[Bools | None, Stays]:
    """Sign-ups that are attended; notes those turned away at the door.

    A person who uses a booking then does not come, and so takes nobody's place at the door. A
    person who is turned away has no stay: they are free to go elsewhere, and get no points.
    """
    if record is None:
        nothing = np.zeros(0, dtype=np.int64)
        return None, Stays(nothing, nothing, nothing)
    session = record.session
    attends = record.came
    start = record.sessions.start[session] * world.grid
    end = start + record.sessions.duration[session] * world.grid
    stays = Stays(person_ids(record.group, record.number), start, end)
    if used is not None and len(used.person):
        attends &= ~_lookup(used)(stays.person, start.astype(np.float64), end.astype(np.float64))
    record.turned_away[:] = at_the_door(record, attends)
    attends &= ~record.turned_away
    return attends, _some(stays, attends)


def _elsewhere(used: Stays, attended: Stays) -> Elsewhere | None:
    both = Stays(
        np.concatenate([used.person, attended.person]),
        np.concatenate([used.start, attended.start]),
        np.concatenate([used.end, attended.end]),
    )
    return _lookup(both) if len(both.person) else None


def _lookup(stays: Stays) -> Elsewhere:
    """Search in stays that do not overlap for one person; most people have none at all."""
    order = ordered(stays.person, stays.start)
    person, start, end = stays.person[order], stays.start[order], stays.end[order]
    table = np.full(1 << (4 * len(person)).bit_length(), _NONE, dtype=np.int64)
    _fill(person, table)

    def elsewhere(who: I64, since: F64, until: F64) -> Bools:
        found = np.zeros(len(who), dtype=bool)
        _find(person, start, end, table, who, since, until, found)
        return found

    return elsewhere


_NONE = -1


@compiled
def _slot(person: I64, table: I64, who: int) -> int:
    """Where in a hash table the last stay of somebody stands, or the free place for it."""
    last = len(table) - 1
    at = ((who ^ (who >> 32) * 40_503) & 0x3FFF_FFFF) * 2_654_435_761 >> 7 & last
    while table[at] != _NONE and person[table[at]] != who:
        at = at + 1 & last
    return at


@compiled
def _fill(person: I64, table: I64) -> None:
    """Note the last stay of each person."""
    for i in range(len(person)):
        table[_slot(person, table, person[i])] = i


@compiled
def _find(
    person: I64, start: I64, end: I64, table: I64, who: I64, since: F64, until: F64, found: Bools
) -> None:
    """Note who has a stay that overlaps the time from `since` to `until`."""
    for k in range(len(who)):
        i = table[_slot(person, table, who[k])]
        # the last stay that begins before the end: earlier ones end before it begins
        while i >= 0 and person[i] == who[k]:
            if start[i] < until[k]:
                found[k] = end[i] > since[k]
                break
            i -= 1
