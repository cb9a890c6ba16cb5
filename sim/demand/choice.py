"""To ask or not to ask, and where: nested logit as one maximum (Cardell 1997).

A centre's utility is that of its minutes, tier and log of suitable rooms, + nest x (log S + Gumbel)
with the Gumbel keyed by (wish, centre name) and log S, log of a positive stable variable of index
`nest`, keyed by the wish; not asking has its own utility and one Gumbel. Adding a centre moves only
the choices of those who now choose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I16, I32, I64, U64, Bools
from sim.compiled import compiled
from sim.demand.candidates import Candidates
from sim.demand.plan import DemandPlan
from sim.demand.wishes import WishBlock
from sim.scenario.schema.demand import NestedLogit
from sim.streams import key_of, uniforms
from sim.world.opening import LONGEST
from sim.world.reach import travel_minutes

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

    reason: npt.NDArray[np.uint8]
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
    spec = plan.world.scenario.choice
    candidates = plan.kinds[block.kind].candidates
    origin, segment = plan.cells.origin[block.cell], plan.cells.segment[block.cell]
    pool = candidates.pool[origin]
    travel = plan.world.scenario.travel
    rides = has_bicycle(plan, block.key, segment)
    pace = plan.pace[segment][:, None]
    walk, minutes = travel_minutes(candidates.km[origin], pace, rides, travel.bicycle)
    near = minutes <= travel.max_minutes
    fits, rooms = _suitable(plan, block, candidates, origin, near)
    steady = _steady_utility(spec, block, candidates, origin, rooms)
    utility = steady + spec.per_minute * felt_minutes(spec, minutes)
    outside = spec.outside - np.log(-np.log(uniforms(block.key, _OUTSIDE)))
    ranked, best, highest = _rank(utility, outside, pool, plan.tried)
    asked = highest > outside
    reason = np.full(len(asked), NotAsked.ASKED, dtype=np.uint8)
    no = np.flatnonzero(~asked)
    anywhere = plan.world.reach.anywhere[block.rooms[no] - 1, block.kind, origin[no]]
    exists = anywhere >= _party_a_room(plan, block)[no]
    reason[no] = _reasons(steady[no], rooms[no], fits[no], exists, outside[no])
    some = ranked[:, 0] >= 0
    row = np.arange(len(best))
    return Choices(
        reason=reason,
        ranked=ranked,
        walk_minutes=np.where(some, walk[row, best], np.nan),
        travel_minutes=np.where(some, minutes[row, best], np.nan),
    )


def _suitable(
    plan: DemandPlan,
    block: WishBlock,
    candidates: Candidates,
    origin: I64,
    within_limit: Bools,
) -> tuple[Bools, I32]:
    """(n, C) whether rooms are large enough, and how many are also open for the whole duration.

    Where fewer are than the wish takes at once, there are none.
    """
    world = plan.world
    fits = np.zeros(within_limit.shape, dtype=np.int32)
    rooms = np.zeros_like(fits)
    duration, party = np.minimum(block.duration, LONGEST), _party_a_room(plan, block)
    for c in candidates.classes:
        _add_class(
            c.rooms, c.capacity, c.first_slot, c.step, world.opening.run.ravel(), origin,
            block.start, duration, party, within_limit, world.slots, candidates.any_start,
            fits, rooms,
        )  # fmt: skip
    wanted = block.rooms[:, None]
    if plan.kinds[block.kind].rooms is not None:
        rooms *= rooms >= wanted
    return fits >= wanted, rooms


@compiled
def _add_class(
    number: I32,
    capacity: I32,
    first_slot: I32,
    step: I32,
    run: I16,
    origin: I64,
    start: I64,
    duration: I64,
    party: I64,
    near: Bools,
    slots: int,
    any_start: bool,
    fits: I32,
    rooms: I32,
) -> None:
    """Add the rooms of a class that are large enough, and of these the open, to (n, C) numbers."""
    for i in range(len(origin)):
        o = origin[i]
        for c in range(near.shape[1]):
            if not near[i, c] or number[o, c] <= 0 or capacity[o, c] < party[i]:
                continue
            fits[i, c] += number[o, c]
            if run[first_slot[o, c] + start[i]] < duration[i]:
                continue
            if any_start or start[i] % slots % step[o, c] == 0:
                rooms[i, c] += number[o, c]


def _party_a_room(plan: DemandPlan, block: WishBlock) -> I64:
    """(n,) people that each room must hold."""
    if plan.kinds[block.kind].rooms is None:
        return block.party
    return -(-block.party // block.rooms)


def _steady_utility(
    spec: NestedLogit, block: WishBlock, candidates: Candidates, origin: I64, rooms: I32
) -> F64:
    """(n, C) utility without the minutes; minus infinity where there are no rooms."""
    at = np.flatnonzero(rooms)
    row, column = np.divmod(at, rooms.shape[1])
    cell = origin[row] * rooms.shape[1] + column
    gumbel = uniforms(block.key[row] ^ candidates.key.ravel()[cell], _GUMBEL)
    np.log(gumbel, out=gumbel)
    np.negative(gumbel, out=gumbel)
    np.log(gumbel, out=gumbel)
    logs = spec.log_rooms * np.log(np.maximum(np.arange(rooms.max(initial=0) + 1), 1))
    shared = log_positive_stable(
        uniforms(block.key, _NEST_U), -np.log(uniforms(block.key, _NEST_W)), spec.nest
    )
    utility = np.full(rooms.shape, -np.inf)
    utility.ravel()[at] = (
        candidates.utility.ravel()[cell]
        + logs[rooms.ravel()[at]]
        + spec.nest * (shared[row] - gumbel)
    )
    return utility


def _rank(utility: F64, outside: F64, pool: I32, tried: int) -> tuple[I32, I64, F64]:
    """Pools in order of preference while better than not asking; column and utility of the best."""
    n = len(utility)
    ranked = np.full((n, tried), -1, dtype=np.int32)
    best, highest = np.empty(n, dtype=np.int64), np.empty(n)
    _rank_each(utility, outside, pool, ranked, best, highest)
    return ranked, best, highest


@compiled
def _rank_each(utility: F64, outside: F64, pool: I32, ranked: I32, best: I64, highest: F64) -> None:
    """Write to the last three; utilities of what is ranked are taken out."""
    for i in range(len(utility)):
        for rank in range(ranked.shape[1]):
            top = 0
            for c in range(1, utility.shape[1]):
                if utility[i, c] > utility[i, top]:
                    top = c
            value = utility[i, top]
            if rank == 0:
                best[i], highest[i] = top, value
            if value == -np.inf or (rank > 0 and not value > outside[i]):
                break
            ranked[i, rank] = pool[i, top]
            if not value > outside[i]:
                break
            utility[i, top] = -np.inf


def _reasons(
    steady: F64,
    rooms: I32,
    fits: Bools,
    exists: Bools,
    outside: F64,
) -> npt.NDArray[np.uint8]:
    """Why wishes are not asked; see `NotAsked`. All arrays are of those wishes."""
    some_open, some_fit = (rooms > 0).any(axis=1), fits.any(axis=1)
    at_once = steady.max(axis=1) > outside
    reason = np.full(len(outside), NotAsked.RATHER_NOT, dtype=np.uint8)
    reason[some_open & at_once] = NotAsked.TOO_FAR
    reason[~some_open & some_fit] = NotAsked.CLOSED_THEN
    reason[~some_fit & exists] = NotAsked.TOO_FAR
    reason[~exists] = NotAsked.NO_SUCH_KIND
    return reason
