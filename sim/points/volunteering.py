"""Who collects points, and acts of volunteering: Poisson in each group of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64, Bools, each_step
from sim.points.plan import PointsPlan
from sim.streams import child_keys, key_of, mix, uniforms
from sim.variates import poisson_ppf
from sim.world.places import PeopleGroups, group_and_number, person_ids

_MEMBER = key_of("purpose", "member of points")


def person_keys(people: PeopleGroups, root: int, person: I64) -> U64:
    """Keys of people in a replication: by the names of their group, and their number in it."""
    base = mix(people.keys ^ np.uint64(root))
    group, number = group_and_number(person)
    return child_keys(base[group], number)


def is_member(keys: U64, share: float) -> Bools:
    """Whether each person collects points; a larger share only adds people."""
    return np.asarray(uniforms(keys, _MEMBER) < share)


OPENS, CLOSES = 9 * 60.0, 18 * 60.0
"""Minutes of the day between which people volunteer."""

_GROUP = key_of("volunteering of a group")
_COUNT, _WHO, _WHEN = (
    key_of("purpose", p) for p in ("volunteering count", "volunteer", "volunteering when")
)


@dataclass(frozen=True, slots=True)
class Acts:
    """Acts of volunteering: ids and minutes of the horizon, in no order of time."""

    person: I64
    time: F64


def sample_acts(plan: PointsPlan, root: int) -> Acts:
    """All acts in the horizon, by people who collect points or not.

    Acts are drawn for whole calendar months by (group, month). A higher rate only adds acts.
    """
    people, months = plan.world.people, plan.months
    groups = np.flatnonzero((plan.acts_a_day > 0) & (plan.volunteers > 0))
    base = mix(people.keys[groups] ^ np.uint64(root)) ^ np.uint64(_GROUP)
    keys = child_keys(base[:, None], months.key[None, :])
    mean = plan.acts_a_day[groups, None] * months.days[None, :]
    counts = poisson_ppf(uniforms(keys, _COUNT).ravel(), mean.ravel())
    cell, number = each_step(counts)
    act = child_keys(keys.ravel()[cell], number)
    row, month = np.divmod(cell, len(months.key))
    time = months.times(month, uniforms(act, _WHEN), OPENS, CLOSES)
    group = groups[row]
    who = np.floor(uniforms(act, _WHO) * plan.volunteers[group]).astype(np.int64)
    inside = (time >= 0) & (time < plan.end)
    return Acts(person_ids(group[inside], who[inside]), time[inside])
