"""Classes and options of the planner's model: drawn wishes, and the places that each would take.

How often no room is free is the Erlang loss formula, tuned to what today's simulation refuses.
Bookers come in at random, so some are refused long before all hours are taken; the more rooms a
centre has, the fewer. A facility adds to the rooms before it at its centre: with n rooms in all
and an offered load of a rooms on average, the share refused is B(n, f a), by Erlang's formula. One
factor f for each kind makes the share refused in all that of the simulation, where people shift,
try other centres and book ahead. The load is that beside today's rooms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.siting.problem import ServiceOptions
from sim.arrays import F64, I64, U64, Bools
from sim.scenario.schema.siting import SiteAim
from sim.siting.planning.aim import MetWishes, counts_place, met_value
from sim.siting.planning.data import PlanningData
from sim.siting.planning.today import Estimate
from sim.siting.planning.wishes import WishSample, WishSampler
from sim.streams import key_of

LEAST = 1e-6
"""Share that asks at a place that only counts as near."""
_ROUNDS = 3
"""How many times the rooms that cannot become full are sought."""


@dataclass(frozen=True, slots=True)
class Tastes:
    """Classes of a kind and part, and their options.

    Attributes
    ----------
    origin, band, wishes
        (D,) of each class.
    of_class, facility, link
        (P,) of each option, sorted by class.
    asked, minutes
        (P,) share of its wishes that is asked there, and walking minutes one way.
    """

    kind: int
    part: int
    hours: float
    origin: I64
    band: I64
    wishes: F64
    of_class: I64
    facility: I64
    link: I64
    asked: F64
    minutes: F64


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Draws and what they take to: (P,) arrays, `code` names facility, link and share."""

    draw: I64
    facility: I64
    link: I64
    asked: F64
    minutes: F64
    code: U64

    def some(self, at: Bools | I64) -> _Pairs:
        """Select the pairs at some places."""
        return _Pairs(*(getattr(self, name)[at] for name in self.__slots__))


def tastes(
    data: PlanningData,
    sampler: WishSampler,
    estimate: Estimate,
    aim: SiteAim,
    kind: int,
    part: tuple[int, Sequence[int]],
    each: float,
    sample: int,
) -> Tastes:
    """Draw wishes of a kind by some segments, and join those that take to the same places.

    People who would take a room of today that stays and cannot become full are served whatever is
    planned: that room is their only option, unless minutes or distances count.

    Parameters
    ----------
    part
        Its number, and its segments.
    each, sample
        Wishes that a draw stands for, about, and which are drawn.
    """
    number, members = part
    wishes = np.zeros_like(estimate.wishes[:, :, kind])
    wishes[:, members] = estimate.wishes[:, members, kind]
    drawn = sampler.draw(kind, wishes, each, sample)
    hours = float(estimate.hours[kind])
    everybody = len(members) == estimate.wishes.shape[1]
    first = drawn if everybody and not sample else sampler.draw(
        kind, estimate.wishes[:, :, kind], each
    )  # fmt: skip
    distaste = sampler.distastes(first, kind)
    refused = crowding(data, sampler, first, kind, hours, distaste)
    if first is not drawn:
        distaste = sampler.distastes(drawn, kind)
    pairs = _concatenated(_pairs(data, sampler, drawn, aim, kind, refused, distaste))
    if not counts_place(aim):
        pairs = _settled(data, drawn, pairs, hours)
    return _joined(kind, number, hours, drawn, pairs)


def _pairs(
    data: PlanningData,
    sampler: WishSampler,
    drawn: WishSample,
    aim: SiteAim,
    kind: int,
    refused: F64,
    distaste: Mapping[int, F64],
) -> Iterator[_Pairs]:
    """Facilities that draws take to: each as it is, then as each link brings it nearer."""
    pace = data.model.plan.pace
    near_only = key_of("near only")
    for number, facility in enumerate(data.facilities):
        if facility.kind != kind:
            continue
        known = np.zeros(len(drawn.origin), dtype=bool)
        near, lucky = (
            known.copy(),
            sampler.room_uniforms(drawn, number) >= refused[number, drawn.band],
        )
        for link, km in ((-1, data.km), *data.link_km.items()):
            own = distaste[number] if link < 0 else sampler.distaste(drawn, number, km)
            taken = own < 1.0
            taken &= lucky & ~known
            known |= taken
            minutes = np.asarray(km[drawn.origin, facility.centre] * pace[drawn.segment])
            code = key_of("option", number, link)
            yield _some(taken, number, link, 1.0, minutes, code)
            if aim.uncovered:
                close = (minutes <= aim.within_minutes) & ~taken & ~near
                close &= sampler.may_use(number, km)[drawn.origin]
                near |= close | taken
                yield _some(close, number, link, LEAST, minutes, code ^ near_only)


def _some(which: Bools, facility: int, link: int, asked: float, minutes: F64, code: int) -> _Pairs:
    draw = np.flatnonzero(which)
    n = len(draw)
    return _Pairs(
        draw,
        np.full(n, facility),
        np.full(n, link),
        np.full(n, asked),
        minutes[draw],
        np.full(n, code, dtype=np.uint64),
    )


def _concatenated(parts: Iterator[_Pairs]) -> _Pairs:
    """Join the pairs, by draw."""
    none = np.zeros(0, dtype=np.int64)
    every = [_some(none > 0, 0, 0, 0.0, none.astype(np.float64), 0), *parts]
    whole = _Pairs(*(np.concatenate([getattr(p, n) for p in every]) for n in _Pairs.__slots__))
    return whole.some(np.argsort(whole.draw, kind="stable"))


def _settled(data: PlanningData, drawn: WishSample, pairs: _Pairs, hours: float) -> _Pairs:
    """Draws that a room is sure for keep that one only."""
    number = len(data.facilities)
    stays = np.array([f.rooms > 0 and not f.takable for f in data.facilities])
    free = np.array([f.hours for f in data.facilities])
    for _ in range(_ROUNDS):
        load = drawn.wishes[pairs.draw] * pairs.asked * hours
        asked = np.zeros((number, free.shape[1]))
        np.add.at(asked, (pairs.facility, drawn.band[pairs.draw]), load)
        sure = stays[:, None] & (asked <= free)
        mine = sure[pairs.facility, drawn.band[pairs.draw]] & (pairs.link < 0)
        first = np.full(len(drawn.origin), len(pairs.draw))
        at = np.flatnonzero(mine)
        np.minimum.at(first, pairs.draw[at], at)
        settled = first[pairs.draw] < len(pairs.draw)
        kept = ~settled | (first[pairs.draw] == np.arange(len(pairs.draw)))
        if kept.all():
            break
        pairs = pairs.some(kept)
    return pairs


def _joined(kind: int, part: int, hours: float, drawn: WishSample, pairs: _Pairs) -> Tastes:
    """Draws of an origin and band that take to the same places as one class."""
    same = np.zeros(len(drawn.origin), dtype=np.uint64)
    np.add.at(same, pairs.draw, pairs.code)
    keys = np.stack([drawn.origin.astype(np.uint64), drawn.band.astype(np.uint64), same])
    _, first, of_draw = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    of_draw = of_draw.ravel()
    wishes = np.bincount(of_draw, drawn.wishes, minlength=len(first)).astype(np.float64)
    kept = pairs.some(np.flatnonzero(first[of_draw[pairs.draw]] == pairs.draw))
    of_class = of_draw[kept.draw]
    order = np.argsort(of_class, kind="stable")
    kept = kept.some(order)
    return Tastes(
        kind=kind,
        part=part,
        hours=hours,
        origin=drawn.origin[first],
        band=drawn.band[first],
        wishes=wishes,
        of_class=of_class[order],
        facility=kept.facility,
        link=kept.link,
        asked=kept.asked,
        minutes=_mean_minutes(drawn, pairs, of_draw, of_class[order], kept.code),
    )


def _mean_minutes(drawn: WishSample, pairs: _Pairs, of_draw: I64, of_class: I64, code: U64) -> F64:
    """(P,) mean over the draws of a class, which may walk at different paces."""
    keys = np.stack([of_draw[pairs.draw].astype(np.uint64), pairs.code])
    known, at = np.unique(keys, axis=1, return_inverse=True)
    weight = drawn.wishes[pairs.draw]
    mean = np.bincount(at.ravel(), weight * pairs.minutes) / np.bincount(at.ravel(), weight)
    mine = np.stack([of_class.astype(np.uint64), code])
    _, place = np.unique(np.concatenate([known, mine], axis=1), axis=1, return_inverse=True)
    place = place.ravel()
    value = np.zeros(len(mean))
    value[place[: len(mean)]] = mean
    return np.asarray(value[place[len(mean) :]])


def joined(
    parts: Sequence[Tastes], aim: SiteAim, worth: F64
) -> tuple[I64, I64, I64, F64, ServiceOptions]:
    """Origin, kind, part and wishes of all classes, and their options.

    Parameters
    ----------
    worth
        (K,) of one wish of each kind that is met.
    """
    sizes = [len(p.wishes) for p in parts]
    starts = np.cumsum([0, *sizes[:-1]])

    def classes(values: Sequence[npt.NDArray[np.generic] | int]) -> I64:
        columns = [np.broadcast_to(v, n) for v, n in zip(values, sizes, strict=True)]
        return np.concatenate([np.zeros(0, np.int64), *columns]).astype(np.int64)

    def options(values: Sequence[npt.NDArray[np.generic] | float]) -> F64:
        columns = [np.broadcast_to(v, len(p.asked)) for v, p in zip(values, parts, strict=True)]
        return np.concatenate([np.zeros(0), *columns]).astype(np.float64)

    def numbers(values: Sequence[npt.NDArray[np.generic]]) -> I64:
        return options(values).astype(np.int64)

    minutes = options([p.minutes for p in parts])
    found = ServiceOptions(
        of_class=numbers([p.of_class + s for p, s in zip(parts, starts, strict=True)]),
        facility=numbers([p.facility for p in parts]),
        band=numbers([p.band[p.of_class] for p in parts]),
        asked=options([p.asked for p in parts]),
        hours=options([p.hours for p in parts]),
        value=met_value(aim, MetWishes(options([worth[p.kind] for p in parts]), minutes)),
        near=minutes <= aim.within_minutes,
        link=numbers([p.link for p in parts]),
    )
    wishes = np.concatenate([np.zeros(0), *(p.wishes for p in parts)])
    return (
        classes([p.origin for p in parts]),
        classes([p.kind for p in parts]),
        classes([p.part for p in parts]),
        wishes,
        found,
    )


LARGEST_FACTOR = 64.0
"""Factors are below."""
_BISECTIONS = 40


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

    low, high = 0.0, LARGEST_FACTOR
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) < refused else (low, middle)
    return low


def _room_hours(data: PlanningData, number: int) -> F64:
    """(B,) free hours of one room."""
    facility = data.facilities[number]
    return facility.hours / max(facility.rooms, 1)
