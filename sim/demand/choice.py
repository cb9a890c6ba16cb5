"""To ask or not to ask, and where: nested logit as one maximum (Cardell 1997).

A centre's utility is that of its minutes, tier and log of suitable rooms, + nest x (log S + Gumbel)
with the Gumbel keyed by (wish, centre name) and log S, log of a positive stable variable of index
`nest`, keyed by the wish; not asking has its own utility and one Gumbel. Adding a centre moves only
the choices of those who now choose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.arrays import F64, I16, I32, I64, U8, U64, Bools
from sim.compiled import compiled
from sim.demand.candidates import Candidates, RoomClasses
from sim.demand.plan import DemandPlan
from sim.demand.wishes import WishBlock
from sim.scenario.schema.demand import NestedLogit
from sim.streams import key_of, uniforms
from sim.world.calendar import LONGEST
from sim.world.reach import ride_pace

_OUTSIDE, _NEST_U, _NEST_W, _GUMBEL, _BICYCLE = (
    key_of("purpose", p) for p in ("outside", "nest angle", "nest exponential", "centre", "bicycle")
)


class NotAsked(IntEnum):
    """Why a wish was not asked."""

    ASKED = 0
    NO_SUCH_KIND = 1
    CLOSED_THEN = 2
    TOO_FAR = 3
    RATHER_NOT = 4


_ASKED, _NO_SUCH_KIND, _CLOSED_THEN, _TOO_FAR, _RATHER_NOT = map(int, NotAsked)


@dataclass(frozen=True, slots=True)
class Choices:
    """Choices of the wishes of a block.

    Attributes
    ----------
    reason
        (n,) `NotAsked`.
    ranked
        (n, `Plan.tried`) pools in order of preference, -1 beyond those better than not asking; the
        first column is the best centre even of those who do not ask (-1: no eligible one).
    walk_minutes, travel_minutes
        (n,) to the best centre on foot and by the mode used; NaN without one.
    """

    reason: U8
    ranked: I32
    walk_minutes: F64
    travel_minutes: F64


def log_positive_stable(u: F64, w: F64, index: float) -> F64:
    """Log of a positive stable variable with Laplace transform exp(-t^index).

    Kanter (1975): u uniform in (0, 1), w standard exponential.
    """
    if index == 1.0:
        return np.zeros_like(u)
    angle = np.pi * u
    return np.asarray(
        np.log(np.sin(index * angle))
        - np.log(np.sin(angle)) / index
        + (1.0 - index) / index * (np.log(np.sin((1.0 - index) * angle)) - np.log(w))
    )


def has_bicycle(plan: DemandPlan, key: U64, segment: I64) -> Bools:
    """Whether a bicycle is at hand for each wish."""
    return np.asarray(uniforms(key, _BICYCLE) < plan.bicycle_share[segment])


def felt_minutes(spec: NestedLogit, minutes: F64) -> F64:
    """Minutes on the way as they count (`choice.bend`)."""
    if spec.bend == 1.0:
        return minutes
    return np.asarray(10.0 * (minutes / 10.0) ** spec.bend)


def choose(plan: DemandPlan, block: WishBlock) -> Choices:
    """Rank the centres of each wish of a block."""
    spec, kind = plan.world.scenario.choice, block.kind
    candidates, origin = plan.kinds[kind].candidates, plan.cells.origin[block.cell]
    party = _party_a_room(plan, block)
    offers = _offers(plan, block, candidates, origin, party)
    exists = plan.world.reach.anywhere[block.rooms - 1, kind, origin] >= party
    utility = _steady_utility(spec, block, candidates, offers)
    outside = spec.outside - np.log(-np.log(uniforms(block.key, _OUTSIDE)))
    minutes = spec.per_minute * felt_minutes(spec, offers.minutes)
    n = len(origin)
    made = Choices(
        reason=np.empty(n, dtype=np.uint8),
        ranked=np.full((n, plan.tried), -1, dtype=np.int32),
        walk_minutes=np.full(n, np.nan),
        travel_minutes=np.full(n, np.nan),
    )
    _rank(
        offers, utility, minutes, outside, exists, candidates.pool.ravel(),
        made.reason, made.ranked, made.walk_minutes, made.travel_minutes,
    )  # fmt: skip
    return made


class Offers(NamedTuple):
    """Centres within reach of wishes that have enough rooms open for them, wish by wish.

    Attributes
    ----------
    upto
        (n,) where those of each wish end.
    fits
        (n,) whether a centre within reach has rooms that are large enough, open or not.
    key
        Of wish and centre.
    cell
        Index into the candidates, flattened.
    rooms
        How many are large enough and open for the whole duration.
    walk, minutes
        On foot, and by the mode used.
    """

    upto: I64
    fits: Bools
    key: U64
    cell: I64
    rooms: I32
    walk: F64
    minutes: F64


def _offers(
    plan: DemandPlan, block: WishBlock, candidates: Candidates, origin: I64, party: I64
) -> Offers:
    world, segment = plan.world, plan.cells.segment[block.cell]
    travel, n, most = world.scenario.travel, len(origin), origin.size * candidates.pool.shape[1]
    # which of them are offers shows one by one: room for all, of which no more is touched
    offers = Offers(
        np.empty(n, dtype=np.int64), np.empty(n, dtype=np.bool_),
        np.empty(most, dtype=np.uint64), np.empty(most, dtype=np.int64),
        np.empty(most, dtype=np.int32), np.empty(most), np.empty(most),
    )  # fmt: skip
    number = _find_offers(
        candidates.classes, candidates.km, candidates.key, world.opening.run.ravel(), world.slots,
        origin, block.key, block.start, np.minimum(block.duration, LONGEST), party, block.rooms,
        plan.pace[segment], has_bicycle(plan, block.key, segment), ride_pace(travel.bicycle),
        travel.bicycle.overhead_minutes, travel.max_minutes, offers,
    )  # fmt: skip
    return offers._replace(
        key=offers.key[:number],
        cell=offers.cell[:number],
        rooms=offers.rooms[:number],
        walk=offers.walk[:number],
        minutes=offers.minutes[:number],
    )


@compiled
def _find_offers(
    classes: RoomClasses,
    km: F64,
    centre_key: U64,
    run: I16,
    slots: int,
    origin: I64,
    key: U64,
    start: I64,
    duration: I64,
    party: I64,
    wanted: I64,
    pace: F64,
    rides: Bools,
    cycling: float,
    overhead: float,
    max_minutes: float,
    offers: Offers,
) -> int:
    """Fill the offers of all wishes, and return how many they are."""
    number, width = 0, km.shape[1]
    for i in range(len(origin)):
        o = origin[i]
        offers.fits[i] = False
        for c in range(width):
            walk = km[o, c] * pace[i]
            minutes = min(walk, km[o, c] * cycling + overhead) if rides[i] else walk
            if minutes > max_minutes:
                continue
            fit, rooms = 0, 0
            for k in range(classes.rooms.shape[2]):
                if classes.rooms[o, c, k] <= 0 or classes.capacity[o, c, k] < party[i]:
                    continue
                fit += classes.rooms[o, c, k]
                if (
                    run[classes.first_slot[o, c, k] + start[i]] >= duration[i]
                    and start[i] % slots % classes.step[o, c, k] == 0
                ):
                    rooms += classes.rooms[o, c, k]
            offers.fits[i] |= fit >= wanted[i]
            if rooms >= wanted[i]:
                offers.key[number] = key[i] ^ centre_key[o, c]
                offers.cell[number], offers.rooms[number] = o * width + c, rooms
                offers.walk[number], offers.minutes[number] = walk, minutes
                number += 1
        offers.upto[i] = number
    return number


def _party_a_room(plan: DemandPlan, block: WishBlock) -> I64:
    """(n,) people that each room must hold."""
    if plan.kinds[block.kind].rooms is None:
        return block.party
    return -(-block.party // block.rooms)


def _steady_utility(
    spec: NestedLogit, block: WishBlock, candidates: Candidates, offers: Offers
) -> F64:
    """Utility of each offer without the minutes."""
    gumbel = uniforms(offers.key, _GUMBEL)
    np.log(gumbel, out=gumbel)
    np.negative(gumbel, out=gumbel)
    np.log(gumbel, out=gumbel)
    logs = spec.log_rooms * np.log(np.maximum(np.arange(offers.rooms.max(initial=0) + 1), 1))
    shared = log_positive_stable(
        uniforms(block.key, _NEST_U), -np.log(uniforms(block.key, _NEST_W)), spec.nest
    )
    _add_up(offers, candidates.utility.ravel(), logs, spec.nest, shared, gumbel)
    return gumbel


@compiled
def _add_up(offers: Offers, tier: F64, logs: F64, nest: float, shared: F64, gumbel: F64) -> None:
    """Put the utility of each offer in the place of its Gumbel."""
    at = 0
    for i in range(len(shared)):
        for k in range(at, offers.upto[i]):
            steady = tier[offers.cell[k]] + logs[offers.rooms[k]]
            gumbel[k] = steady + nest * (shared[i] - gumbel[k])
        at = offers.upto[i]


@compiled
def _rank(
    offers: Offers,
    utility: F64,
    minutes: F64,
    outside: F64,
    exists: Bools,
    pool: I32,
    reason: U8,
    ranked: I32,
    walk_minutes: F64,
    travel_minutes: F64,
) -> None:
    """Fill the choices, the last four; the `minutes` are as utility, and added to the other."""
    end = 0
    for i in range(len(outside)):
        begin, end = end, offers.upto[i]
        at_once = False
        for k in range(begin, end):
            at_once |= utility[k] > outside[i]
            utility[k] += minutes[k]
        reason[i] = _reason(exists[i], offers.fits[i], begin < end, at_once)
        for rank in range(min(ranked.shape[1], end - begin)):
            top = begin
            for k in range(begin + 1, end):
                if utility[k] > utility[top]:
                    top = k
            is_better = utility[top] > outside[i]
            if rank == 0:
                walk_minutes[i], travel_minutes[i] = offers.walk[top], offers.minutes[top]
                if is_better:
                    reason[i] = _ASKED
            elif not is_better:
                break
            ranked[i, rank] = pool[offers.cell[top]]
            if not is_better:
                break
            utility[top] = -np.inf


@compiled
def _reason(exists: bool, fits: bool, is_open: bool, at_once: bool) -> int:
    """Why a wish is not asked (`NotAsked`): the first of these that holds."""
    if not exists:
        return _NO_SUCH_KIND
    if not fits:
        return _TOO_FAR
    if not is_open:
        return _CLOSED_THEN
    return _TOO_FAR if at_once else _RATHER_NOT
