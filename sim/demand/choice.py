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

from sim.demand.plan import Plan
from sim.demand.wishes import WishBlock
from sim.streams import U64, key_of, uniforms

__all__ = ["Choices", "NotAsked", "TRIED", "choose", "log_positive_stable"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

TRIED = 4
"""Centres a booker ranks at most: the first choice and three others."""

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
    """What the wishes of a block choose.

    Attributes
    ----------
    reason
        (n,) `NotAsked`.
    ranked
        (n, TRIED) pools in order of preference, -1 beyond those better than not asking; the first
        column is the best centre even of those who do not ask (-1: no eligible one).
    walk_minutes, travel_minutes
        (n,) to the best centre on foot and by the mode used; NaN without one.
    """

    reason: npt.NDArray[np.uint8]
    ranked: npt.NDArray[np.int32]
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


def choose(plan: Plan, block: WishBlock, centre_keys: U64) -> Choices:
    """Rank the centres of each wish of a block."""
    world, spec = plan.world, plan.world.scenario.choice
    origin, segment = plan.cells.origin[block.cell], plan.cells.segment[block.cell]
    pool = world.reach.pool[block.kind][origin]
    walk, minutes = _minutes(plan, block, segment, world.reach.km[block.kind][origin])
    near = (pool >= 0) & (minutes <= world.scenario.travel.max_minutes)
    fits, rooms = _suitable(plan, block, pool, near)
    steady = _steady_utility(plan, block, pool, rooms, centre_keys)
    utility = steady + spec.per_minute * minutes
    utility[rooms == 0] = -np.inf
    outside = spec.outside - np.log(-np.log(uniforms(block.key, _OUTSIDE)))
    ranked, best = _rank(utility, outside, pool)
    reason = _reasons(plan, block, origin, utility, steady, rooms, fits.any(axis=1), outside)
    row = np.arange(len(best))
    some = ranked[:, 0] >= 0
    return Choices(
        reason=reason,
        ranked=ranked,
        walk_minutes=np.where(some, walk[row, best], np.nan),
        travel_minutes=np.where(some, minutes[row, best], np.nan),
    )


def _minutes(
    plan: Plan, block: WishBlock, segment: I64, km: npt.NDArray[np.float32]
) -> tuple[F64, F64]:
    """(n, C) minutes on foot, and by the faster of foot and (where at hand) bicycle."""
    scenario = plan.world.scenario
    segments = list(scenario.segments.values())
    pace = np.array([1000.0 / 60.0 / s.metres_per_second for s in segments])
    share = np.array([s.bicycle_share for s in segments])
    bicycle = scenario.travel.bicycle
    walk = km * pace[segment][:, None]
    ride = km * (1000.0 / 60.0 / bicycle.metres_per_second) + bicycle.overhead_minutes
    rides = uniforms(block.key, _BICYCLE) < share[segment]
    return walk, np.where(rides[:, None], np.minimum(walk, ride), walk)


def _suitable(
    plan: Plan, block: WishBlock, pool: npt.NDArray[np.int32], near: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], I64]:
    """(n, C) whether a room is large enough, and how many are also open for the whole duration."""
    world = plan.world
    pools, run = world.pools, world.opening.run
    n_slots = run.shape[1]
    flat = run.ravel()
    fits = np.zeros(pool.shape, dtype=bool)
    rooms = np.zeros(pool.shape, dtype=np.int64)
    start, duration, party = block.start[:, None], block.duration[:, None], block.party[:, None]
    slot_of_day = start % world.slots
    for c in range(pools.class_rooms.shape[1]):
        count = pools.class_rooms[pool, c]
        large = near & (count > 0) & (pools.class_capacity[pool, c] >= party)
        fits |= large
        open_ = flat[pools.class_profile[pool, c] * n_slots + start] >= duration
        offered = slot_of_day % pools.class_step[pool, c] == 0
        rooms += count * (large & open_ & offered)
    return fits, rooms


def _steady_utility(
    plan: Plan, block: WishBlock, pool: npt.NDArray[np.int32], rooms: I64, centre_keys: U64
) -> F64:
    """(n, C) utility without the minutes; meaningless where there are no rooms."""
    world, spec = plan.world, plan.world.scenario.choice
    tier = np.array([spec.tiers.get(t, 0.0) for t in ("subdistrict", "community", "compound")])
    centre = world.pools.centre[pool]
    gumbel = uniforms(block.key[:, None] ^ centre_keys[centre], _GUMBEL)
    np.log(gumbel, out=gumbel)
    np.negative(gumbel, out=gumbel)
    np.log(gumbel, out=gumbel)
    shared = log_positive_stable(
        uniforms(block.key, _NEST_U), -np.log(uniforms(block.key, _NEST_W)), spec.nest
    )
    utility = tier[world.centres.tier[centre]] + spec.log_rooms * np.log(np.maximum(rooms, 1))
    utility += spec.nest * (shared[:, None] - gumbel)
    return utility


def _rank(
    utility: F64, outside: F64, pool: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], I64]:
    """Pools in order of preference while better than not asking, and the column of the best."""
    row = np.arange(len(utility))
    left = utility.copy()
    best = left.argmax(axis=1)
    ranked = np.full((len(utility), TRIED), -1, dtype=np.int32)
    column = best
    for r in range(min(TRIED, utility.shape[1])):
        if r:
            column = left.argmax(axis=1)
        value = left[row, column]
        better = value > (outside if r else -np.inf)
        ranked[:, r] = np.where(better, pool[row, column], -1)
        left[row, column] = -np.inf
    return ranked, best


def _reasons(
    plan: Plan,
    block: WishBlock,
    origin: I64,
    utility: F64,
    steady: F64,
    rooms: I64,
    fits: npt.NDArray[np.bool_],
    outside: F64,
) -> npt.NDArray[np.uint8]:
    """Why wishes are not asked; see `NotAsked`."""
    asked = utility.max(axis=1) > outside
    some_open = (rooms > 0).any(axis=1)
    at_once = np.where(rooms > 0, steady, -np.inf).max(axis=1) > outside
    exists = plan.world.reach.anywhere[block.kind, origin] >= block.party
    reason = np.full(len(asked), NotAsked.RATHER_NOT, dtype=np.uint8)
    reason[some_open & at_once] = NotAsked.TOO_FAR
    reason[~some_open & fits] = NotAsked.CLOSED_THEN
    reason[~fits & exists] = NotAsked.TOO_FAR
    reason[~exists] = NotAsked.NO_SUCH_KIND
    reason[asked] = NotAsked.ASKED
    return reason
