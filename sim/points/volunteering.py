"""Acts of volunteering: Poisson in each group, by the volunteers among its people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, each_step
from sim.points.plan import PointsPlan
from sim.streams import child_keys, key_of, mix, uniforms
from sim.variates import poisson_ppf
from sim.world.people import person_ids

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
