"""One replication's callers: Poisson numbers by place and date, everything else keyed by caller.

The number of a place and date is by inversion and the rest does not depend on it, so a larger
multiplier only adds callers, and neither another horizon nor another place moves anybody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64, each_step
from sim.compiled import compiled
from sim.places.durations import Lookup, entry
from sim.places.plan import PlacesPlan
from sim.streams import child_keys, key_of, mix, uniforms
from sim.variates import gamma_factors, poisson_ppf
from sim.world.places import person_ids

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
    """Numbers of callers of a replication, drawn before anybody comes.

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
    day, number = each_step(draw.counts[place, first:last])
    key = child_keys(draw.keys[place, first:last][day], number)
    stream, time = np.empty(len(key), dtype=np.int64), np.empty(len(key))
    _place_in_time(
        plan.cells[place], len(plan.streams), first, day, plan.day_class,
        uniforms(key, _CELL), uniforms(key, _MINUTE), stream, time,
    )  # fmt: skip
    ordered = Callers(np.empty_like(key), np.empty_like(time), np.empty_like(stream))
    filled = np.zeros(len(key) + 1, dtype=np.int64)
    within = _sort(begin, end, key, time, stream, filled, ordered.key, ordered.time, ordered.stream)
    return Callers(ordered.key[:within], ordered.time[:within], ordered.stream[:within])


@compiled
def _place_in_time(
    cells: Lookup,
    streams: int,
    first: int,
    day: I64,
    day_class: I64,
    cell: F64,
    minute: F64,
    stream: I64,
    time: F64,
) -> None:
    """Fill stream and time of callers from the class of their day and two uniform numbers each.

    Days count from the `first` on.
    """
    for i in range(len(day)):
        row = day_class[first + day[i]]
        at = max(entry(cells, row + cell[i]) - row * 24 * streams, 0)
        stream[i] = at % streams
        time[i] = (first + day[i]) * DAY + (at // streams + minute[i]) * 60.0


@compiled
def _sort(
    begin: float,
    end: float,
    key: U64,
    time: F64,
    stream: I64,
    filled: I64,
    sorted_key: U64,
    sorted_time: F64,
    sorted_stream: I64,
) -> int:
    """Sort those in [begin, end) by time, and return how many they are.

    They go into steps of time, as many as there are callers, and then in each; `filled` is zeros
    to count in. Comparing all with all, as numpy does, takes longer: times are spread over the day.
    """
    steps = len(filled) - 1
    pace = steps / max(end - begin, 1.0)
    for i in range(len(time)):
        # times of earlier steps are lower, and minus infinity stands where nothing is yet
        sorted_time[i] = -np.inf
        if begin <= time[i] < end:
            filled[min(int((time[i] - begin) * pace), steps - 1) + 1] += 1
    for k in range(1, len(filled)):
        filled[k] += filled[k - 1]
    within = filled[-1]
    for i in range(len(time)):
        if not begin <= time[i] < end:
            continue
        step = min(int((time[i] - begin) * pace), steps - 1)
        at = filled[step]
        filled[step] += 1
        while at > 0 and sorted_time[at - 1] > time[i]:
            sorted_time[at], sorted_key[at] = sorted_time[at - 1], sorted_key[at - 1]
            sorted_stream[at] = sorted_stream[at - 1]
            at -= 1
        sorted_time[at], sorted_key[at], sorted_stream[at] = time[i], key[i], stream[i]
    return int(within)


def draw_persons(plan: PlacesPlan, place: int, key: U64, stream: I64) -> I64:
    """Draw who the callers are: a group by what the place draws from each, then anybody in it."""
    table, group = plan.origins[place], np.empty(len(key), dtype=np.int64)
    _draw_groups(table.shares, table.group, stream, uniforms(key, _ORIGIN), group)
    people = plan.world.people.people[group]
    return person_ids(group, (uniforms(key, _PERSON) * people).astype(np.int64))


@compiled
def _draw_groups(shares: Lookup, groups: I64, stream: I64, mark: F64, group: I64) -> None:
    for i in range(len(stream)):
        group[i] = groups[min(entry(shares, stream[i] + mark[i]), len(groups) - 1)]
