"""One replication's wishes, sampled as arrays kind by kind.

Wishes come in layers on the axis level x multiplier. Each layer is a Poisson process of its own,
keyed by (replication, origin, segment, kind, layer, month); the last layer is thinned by a keyed
mark, the wish's position in its layer. So the wishes at multiplier m are a subset of those at
m' > m, and a longer warm-up, counting window or booking window changes none of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I32, I64, U64
from sim.compiled import compiled
from sim.demand.plan import DemandPlan
from sim.streams import child_keys, key_of, mix, uniforms
from sim.variates import gamma_factors, poisson_ppf

BLOCK = 8_192
"""Wishes handled at a time: small enough for the arrays of a block to stay in the cache."""

LARGEST_PARTY = 1e6
POSITION = key_of("purpose", "position in the layer")
"""Where in its layer a wish lies, in (0, 1): what the last layer is thinned by."""

_PURPOSES = {
    name: key_of("purpose", name)
    for name in (
        "count", "day", "hour", "minute", "party", "rooms at once", "duration", "lead",
        "day effect", "weather",
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WishDraw:
    """Random effects of a replication that are drawn before its wishes are sampled.

    Attributes
    ----------
    root
        Key of the replication.
    keys
        (cells, layers, months).
    counts
        (cells, layers, months) wishes, before the last layer is thinned.
    keep_last
        Share of the last layer that is kept.
    day_edges
        (P * D',) flattened: profile x months + month + share of the month's wishes up to and
        including each day.
    month_starts
        (months,) first day of each month.
    """

    root: int
    keys: U64
    counts: I64
    keep_last: float
    day_edges: F64
    month_starts: I64


@dataclass(frozen=True, slots=True)
class WishBlock:
    """Some wishes of one kind.

    Attributes
    ----------
    cell, layer
        Index of the cell and of the layer.
    start, duration
        Preferred start (slot of the horizon) and length in slots.
    party, rooms
        People, and rooms of one centre that they take at once: spread evenly over them.
    lead, wished_at
        Days from asking to the start; time of asking as no rule alters it, minutes of the horizon.
    """

    kind: int
    key: U64
    cell: I64
    layer: I32
    start: I64
    duration: I64
    party: I64
    rooms: I64
    lead: F64
    wished_at: F64


def draw_replication(plan: DemandPlan, root: int) -> WishDraw:
    """Day effects and the number of wishes per cell, layer and month."""
    effects = _day_effects(plan, root)
    weights = plan.profiles.day * np.where(plan.profiles.outdoor[:, None], effects[1], effects[0])
    starts = np.flatnonzero(np.diff(plan.month, prepend=-1))
    totals = np.add.reduceat(weights, starts, axis=1)
    cells = plan.cells
    base = mix(cells.key ^ np.uint64(root))
    layer_keys = child_keys(base[:, None], np.arange(plan.layers)[None, :])
    keys = child_keys(layer_keys[:, :, None], plan.month_keys[None, None, :])
    mean = np.broadcast_to((cells.rate[:, None] * totals[cells.profile])[:, None, :], keys.shape)
    counts = poisson_ppf(uniforms(keys, _PURPOSES["count"]).ravel(), mean.ravel()).reshape(
        keys.shape
    )
    return WishDraw(
        root=root,
        keys=keys,
        counts=counts,
        keep_last=plan.volume - (plan.layers - 1),
        day_edges=_day_edges(weights, totals, starts, plan.month),
        month_starts=starts,
    )


def _day_edges(weights: F64, totals: F64, starts: I64, month: I64) -> F64:
    """One sorted array to look days up in; see `WishDraw.day_edges`."""
    running = np.cumsum(weights, axis=1)
    before = (running[:, starts] - weights[:, starts])[:, month]
    total = np.where(totals > 0, totals, 1.0)[:, month]
    n_months = totals.shape[1]
    row = np.arange(len(weights))[:, None] * n_months + month
    share = np.minimum((running - before) / total, 1.0)
    return np.asarray((row + share).ravel())


def _day_effects(plan: DemandPlan, root: int) -> tuple[F64, F64]:
    """(D',) factors for indoor and for outdoor kinds, keyed by date."""
    effect = plan.world.scenario.demand.day_effect
    keys = mix(plan.date_keys ^ np.uint64(root))
    shared = gamma_factors(uniforms(keys, _PURPOSES["day effect"]), effect.cv)
    return shared, shared * gamma_factors(uniforms(keys, _PURPOSES["weather"]), effect.weather_cv)


def sample_blocks(plan: DemandPlan, draw: WishDraw) -> Iterator[WishBlock]:
    """Blocks of wishes, kind by kind."""
    for k in range(len(plan.kinds)):
        yield from _kind_blocks(plan, draw, k)


def _kind_blocks(plan: DemandPlan, draw: WishDraw, k: int) -> Iterator[WishBlock]:
    members = plan.kinds[k].cells
    counts = draw.counts[members].ravel()
    total = int(counts.sum())
    if total == 0:
        return
    ends = np.cumsum(counts)
    groups = np.repeat(np.arange(len(counts)), counts)
    keys = draw.keys[members].ravel()
    n_months = len(plan.month_keys)
    for low in range(0, total, BLOCK):
        number = np.arange(low, min(low + BLOCK, total))
        group = groups[number[0] : number[-1] + 1]
        key = child_keys(keys[group], number - (ends[group] - counts[group]))
        where, month = np.divmod(group, n_months)
        cell, layer = np.divmod(where, plan.layers)
        cell += members.start
        day = _days(plan, draw, key, plan.cells.profile[cell], month)
        keep = (day >= 0) & (day < plan.world.n_days)
        if draw.keep_last < 1.0:
            keep &= (layer < plan.layers - 1) | (uniforms(key, POSITION) < draw.keep_last)
        if keep.any():
            block = key[keep], cell[keep], layer[keep].astype(np.int32), day[keep]
            yield _attributes(plan, k, *block)


def _days(plan: DemandPlan, draw: WishDraw, key: U64, profile: I64, month: I64) -> I64:
    """Day of the horizon of each wish; outside it in the parts of months that stick out."""
    row, first = profile * len(plan.month_keys) + month, profile * plan.calendar.n_days
    mark = row + uniforms(key, _PURPOSES["day"])
    at = _first_at(draw.day_edges, first + draw.month_starts[month], mark)
    return np.asarray(np.minimum(at - first, plan.calendar.n_days - 1) - plan.offset)


def _first_at(edges: F64, begin: I64, mark: F64) -> I64:
    """First of the edges at or above each mark, looked for from the beginning of its row on."""
    found = np.empty_like(begin)
    _find(edges, begin, mark, found)
    return found


@compiled
def _find(edges: F64, begin: I64, mark: F64, found: I64) -> None:
    """Write to `found`; rows are so short that a search by halves takes ten times as long."""
    for k in range(len(mark)):
        at = begin[k]
        while at < len(edges) and edges[at] < mark[k]:
            at += 1
        found[k] = at


def _attributes(plan: DemandPlan, k: int, key: U64, cell: I64, layer: I32, day: I64) -> WishBlock:
    """Draw when, how long, for how many and how early."""
    kind, grid = plan.kinds[k], plan.world.grid
    minute = _minutes(plan, key, plan.cells.profile[cell], day, kind.step_minutes)
    start = (day * (24 * 60) + minute) // grid
    length = kind.duration.ppf(uniforms(key, _PURPOSES["duration"]))
    duration = np.maximum(np.rint(length / grid), 1.0).astype(np.int64)
    party = np.clip(np.rint(kind.party.ppf(uniforms(key, _PURPOSES["party"]))), 1.0, LARGEST_PARTY)
    rooms = np.ones(len(key), dtype=np.int64)
    if kind.rooms is not None:
        rooms = kind.rooms.ppf(uniforms(key, _PURPOSES["rooms at once"])).astype(np.int64)
    lead = plan.lead.ppf(uniforms(key, _PURPOSES["lead"]))
    return WishBlock(
        kind=k,
        key=key,
        cell=cell,
        layer=layer,
        start=start,
        duration=duration,
        party=party.astype(np.int64),
        rooms=rooms,
        lead=lead,
        wished_at=start * float(grid) - lead * (24 * 60.0),
    )


def _minutes(plan: DemandPlan, key: U64, profile: I64, day: I64, step: int) -> I64:
    """Minute of the day of the preferred start."""
    row = profile * 2 + plan.world.calendar.weekend[day]
    at = _first_at(plan.hour_edges, row * 24, row + uniforms(key, _PURPOSES["hour"]))
    hour = np.minimum(at - row * 24, 23)
    within = max(1, 60 // step) if step < 60 else 1
    minute = (
        hour * 60 + np.floor(uniforms(key, _PURPOSES["minute"]) * within).astype(np.int64) * step
    )
    return np.asarray(minute - minute % step if step > 60 else minute)
