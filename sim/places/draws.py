"""One replication's callers: Poisson numbers by place and date, everything else keyed by caller.

The number of a place and date is by inversion and the rest does not depend on it, so a larger
multiplier only adds callers, and neither another horizon nor another place moves anybody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, each_step
from sim.places.plan import PlacesPlan
from sim.streams import U64, child_keys, key_of, mix, uniforms
from sim.variates import gamma_factors, poisson_ppf
from sim.world.people import person_ids

DAY = 1440.0
_COUNT, _CELL, _MINUTE, _ORIGIN, _PERSON, _DAY, _WEATHER = (
    key_of("purpose", p)
    for p in (
        "drop-in count", "drop-in hour and stream", "drop-in minute", "drop-in origin",
        "drop-in person", "drop-in day", "weather",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlacesDraw:
    """What a replication fixes before anybody comes.

    Attributes
    ----------
    counts
        (P, D') callers.
    keys
        (P, D') parents of their keys.
    """

    counts: I64
    keys: U64


@dataclass(frozen=True, slots=True)
class Callers:
    """People who would like to come to a place, in order of time.

    Attributes
    ----------
    time
        When, minutes of the horizon.
    stream
        Index into `PlacesPlan.streams`.
    """

    key: U64
    time: F64
    stream: I64

    def __len__(self) -> int:
        return len(self.time)


def draw_numbers(plan: PlacesPlan, root: int) -> PlacesDraw:
    """Draw the number of callers of every place and date."""
    places, scenario = plan.world.places, plan.world.scenario
    date = mix(plan.date_keys ^ np.uint64(root))
    # weather by the key that wishes use: the same rain falls on courts and on places
    day = gamma_factors(uniforms(date, _DAY), scenario.dropin.day_cv)
    weather = gamma_factors(uniforms(date, _WEATHER), scenario.demand.day_effect.weather_cv)
    outdoor = np.array([kind.outdoor for kind in plan.kinds], dtype=bool)[places.kind]
    mean = plan.mean * np.where(outdoor[:, None], day * weather, day)
    own = mix(places.keys ^ np.uint64(root))
    keys = mix(own[:, None] ^ plan.date_keys[None, :])
    counts = poisson_ppf(uniforms(keys, _COUNT).ravel(), mean.ravel()).reshape(mean.shape)
    return PlacesDraw(counts=counts, keys=keys)


def draw_callers(
    plan: PlacesPlan, draw: PlacesDraw, place: int, begin: float, end: float
) -> Callers:
    """Callers of a place in [begin, end), minutes of the horizon."""
    first, last = int(begin // DAY), min(math.ceil(end / DAY), len(plan.day_class))
    counts = draw.counts[place, first:last]
    day, number = each_step(counts)
    day += first
    key = child_keys(draw.keys[place][day], number)
    row = plan.day_class[day]
    at = plan.cells[place].find(row + uniforms(key, _CELL))
    n_streams = len(plan.streams)
    at = np.maximum(at - row * (24 * n_streams), 0)
    hour, stream = np.divmod(at, n_streams)
    time = day * DAY + (hour + uniforms(key, _MINUTE)) * 60.0
    order = np.argsort(time)
    time = time[order]
    low, high = np.searchsorted(time, [begin, end]).tolist()
    order = order[low:high]
    return Callers(key=key[order], time=time[low:high], stream=stream[order])


def draw_persons(plan: PlacesPlan, place: int, callers: Callers) -> I64:
    """Who the callers are: a group by what the place draws from each, then anybody in it."""
    table = plan.origins[place]
    at = table.shares.find(callers.stream + uniforms(callers.key, _ORIGIN))
    group = table.group[np.minimum(at, len(table.group) - 1)]
    people = plan.world.people.people[group]
    number = (uniforms(callers.key, _PERSON) * people).astype(np.int64)
    return person_ids(group, number)
