"""How often no room is free: the Erlang loss formula, tuned to what today's simulation refuses.

Bookers come in at random, so some are refused long before all hours are taken; the more rooms a
centre has, the fewer. A facility adds to the rooms before it at its centre: with n rooms in all
and an offered load of a rooms on average, the share refused is B(n, f a), by Erlang's formula. One
factor f for each kind makes the share refused in all that of the simulation, where people shift,
try other centres and book ahead. The load is that beside today's rooms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.arrays import F64, Bools
from sim.siting.planning.data import PlanningData
from sim.siting.planning.wishes import WishSample, WishSampler

MOST = 64.0
"""Factors are below."""
_STEPS = 40


def erlang_b(servers: int, load: F64) -> F64:
    """Share refused by so many servers, by the usual recursion (Erlang 1917)."""
    refused = np.ones_like(load)
    for n in range(1, servers + 1):
        refused = load * refused / (n + load * refused)
    return refused


def crowding(
    data: PlanningData,
    sampler: WishSampler,
    drawn: WishSample,
    kind: int,
    hours: float,
    distaste: Mapping[int, F64],
) -> F64:
    """(F, B) share of those who ask that a facility, with the rooms before it, refuses.

    Parameters
    ----------
    drawn
        Wishes of the kind.
    hours
        Room-hours of each.
    distaste
        Theirs for each facility of the kind.
    """
    numbers = [i for i, f in enumerate(data.facilities) if f.kind == kind]
    today = [i for i in numbers if data.facilities[i].rooms]
    loads = _loads(data, drawn, distaste, numbers, today, hours)
    centres = {data.facilities[i].centre: i for i in today}  # the last facility has all rooms
    factor = _factor(data, sampler, loads, list(centres.values()), float(data.refused[kind]))
    found = np.zeros((len(data.facilities), len(data.bands.names)))
    for i in numbers:
        load = factor * loads[i]
        found[i] = erlang_b(sampler.rooms_up_to(i) + _more_rooms(data, i, load), load)
    return found


def _more_rooms(data: PlanningData, number: int, load: F64) -> int:
    """Rooms beyond the first that a plan would open at a new facility for so much load.

    Fewer are short of hours in the model; one more each time is more than it can tell.
    """
    if data.facilities[number].rooms:
        return 0
    most = sum(
        move.most
        for move, new in zip(data.catalogue.moves, data.gives, strict=True)
        if new == number
    )
    return int(np.clip(np.ceil(load.max(initial=0.0)), 1, max(most, 1))) - 1


def _loads(
    data: PlanningData,
    drawn: WishSample,
    distaste: Mapping[int, F64],
    numbers: Sequence[int],
    today: Sequence[int],
    hours: float,
) -> dict[int, F64]:
    """(B,) rooms that would be in use at once at the centre of each facility, if it is added.

    Parameters
    ----------
    today
        Facilities that have rooms: each wish is at the one that it likes best.
    """
    least, where = np.full(len(drawn.origin), np.inf), np.full(len(drawn.origin), -1)
    for i in today:
        better = distaste[i] < np.minimum(least, 1.0)
        least[better] = distaste[i][better]
        where[better] = data.facilities[i].centre
    found: dict[int, F64] = {}
    for i in numbers:
        mine = where == data.facilities[i].centre
        mine |= distaste[i] < np.minimum(least, 1.0)
        found[i] = _erlangs(data, drawn, mine, hours, i)
    return found


def _erlangs(data: PlanningData, drawn: WishSample, mine: Bools, hours: float, number: int) -> F64:
    """(B,) mean number of rooms that those would use at once."""
    a_room = _room_hours(data, number)
    asked = np.bincount(drawn.band[mine], drawn.wishes[mine] * hours, minlength=len(a_room))
    return np.asarray(np.divide(asked, a_room, out=np.zeros(len(asked)), where=a_room > 0))


def _factor(
    data: PlanningData,
    sampler: WishSampler,
    loads: Mapping[int, F64],
    counts: Sequence[int],
    refused: float,
) -> float:
    """Factor on loads with which today's centres refuse so many; 1 where there are none."""
    asked = {i: loads[i] * _room_hours(data, i) for i in counts}
    total = sum(float(hours.sum()) for hours in asked.values())
    if total <= 0:
        return 1.0

    def share(factor: float) -> float:
        turned = (asked[i] @ erlang_b(sampler.rooms_up_to(i), factor * loads[i]) for i in counts)
        return float(sum(turned)) / total

    low, high = 0.0, MOST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) < refused else (low, middle)
    return low


def _room_hours(data: PlanningData, number: int) -> F64:
    """(B,) free hours of one room."""
    facility = data.facilities[number]
    return facility.hours / max(facility.rooms, 1)
