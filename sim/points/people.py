"""Keys of people and who of them collects points."""

from __future__ import annotations

import numpy as np

from sim.arrays import I64, U64, Bools
from sim.streams import child_keys, key_of, mix, uniforms
from sim.world.people import PeopleGroups, group_and_number

_MEMBER = key_of("purpose", "member of points")


def person_keys(people: PeopleGroups, root: int, person: I64) -> U64:
    """Keys of people in a replication: by the names of their group, and their number in it."""
    base = mix(people.keys ^ np.uint64(root))
    group, number = group_and_number(person)
    return child_keys(base[group], number)


def is_member(keys: U64, share: float) -> Bools:
    """Whether each person collects points; a larger share only adds people."""
    return np.asarray(uniforms(keys, _MEMBER) < share)
