"""People as groups: everybody of one segment who starts from one origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import I64, U64
from sim.streams import key_of
from sim.world.places import Origins


@dataclass(frozen=True, slots=True)
class PeopleGroups:
    """Groups with at least one person, by origin, then segment.

    Attributes
    ----------
    origin, segment, people
        (G,) of each group.
    numbers
        (O, S) group of an origin and segment, -1 where nobody is.
    keys
        (G,) keys by the names of origin and segment.
    """

    origin: I64
    segment: I64
    people: I64
    numbers: I64
    keys: U64

    def __len__(self) -> int:
        return len(self.people)


def build_people(origins: Origins, segments: tuple[str, ...]) -> PeopleGroups:
    """List the groups of a world."""
    origin, segment = np.nonzero(origins.people)
    of = np.full(origins.people.shape, -1, dtype=np.int64)
    of[origin, segment] = np.arange(len(origin))
    keys = [
        key_of("bookers", origins.names[o], segments[s])
        for o, s in zip(origin.tolist(), segment.tolist(), strict=True)
    ]
    return PeopleGroups(
        origin=origin.astype(np.int64),
        segment=segment.astype(np.int64),
        people=origins.people[origin, segment],
        numbers=of,
        keys=np.array(keys, dtype=np.uint64),
    )


def person_ids(group: I64, number: I64) -> I64:
    """One number for each person: group x 2^32 + their number in the group, from 0.

    The people of a group are 0, 1, 2 ...; bookers and participants are the first of them.
    """
    return np.asarray((group << np.int64(32)) + number)


def group_and_number(person: I64) -> tuple[I64, I64]:
    """Group of each person, and their number in it: the inverse of `person_ids`."""
    return person >> np.int64(32), person & np.int64(0xFFFF_FFFF)
