"""One replication's wishes, sampled as arrays kind by kind.

Wishes come in layers on the axis level x multiplier. Each layer is a Poisson process of its own,
keyed by (replication, origin, segment, kind, layer); the last layer is thinned by a keyed mark. So
the wishes at multiplier m are a subset of those at m' > m, and growth brings more bookers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.demand.counts import poisson_ppf
from sim.demand.plan import Plan
from sim.streams import U64, child_keys, key_of, mix, uniforms

__all__ = ["Draw", "WishBlock", "draw_replication", "sample_blocks"]

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

BLOCK = 8_192
"""Wishes handled at a time: small enough for the arrays of a block to stay in the cache."""

_P = {
    name: key_of("purpose", name)
    for name in (
        "count", "thin", "day", "hour", "minute", "party", "duration", "lead", "tie", "day effect",
        "weather",
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draw:
    """What a replication fixes before its wishes are sampled.

    Attributes
    ----------
    root
        Key of the replication.
    layer_keys
        (cells, layers).
    counts
        (cells, layers) wishes, before the last layer is thinned.
    keep_last
        Share of the last layer that is kept.
    day_edges
        (P * D,) flattened: profile + share of its wishes up to and including each day.
    """

    root: int
    layer_keys: U64
    counts: I64
    keep_last: float
    day_edges: F64


@dataclass(frozen=True, slots=True)
class WishBlock:
    """Some wishes of one kind.

    Attributes
    ----------
    cell, layer
        Index of the cell and of the layer.
    start, duration
        Preferred start (slot of the horizon) and length in slots.
    party
        People.
    lead, ask
        Days from asking to the start; time of asking in minutes of the horizon.
    """

    kind: int
    key: U64
    cell: I64
    layer: I32
    start: I64
    duration: I64
    party: I64
    lead: F64
    ask: F64


def draw_replication(plan: Plan, root: int) -> Draw:
    """Day effects and the number of wishes per cell and layer."""
    effects = _day_effects(plan, root)
    weights = plan.profiles.day * np.where(plan.profiles.outdoor[:, None], effects[1], effects[0])
    totals = weights.sum(axis=1)
    cells = plan.cells
    base = mix(cells.key ^ np.uint64(root))
    keys = child_keys(base[:, None], np.arange(plan.layers)[None, :])
    mean = np.broadcast_to((cells.rate * totals[cells.profile])[:, None], keys.shape)
    counts = poisson_ppf(uniforms(keys, _P["count"]).ravel(), mean.ravel()).reshape(keys.shape)
    cumulative = np.cumsum(weights, axis=1)
    cumulative /= np.where(totals > 0, totals, 1.0)[:, None]
    edges = cumulative + np.arange(len(totals))[:, None]
    return Draw(
        root=root,
        layer_keys=keys,
        counts=counts,
        keep_last=plan.volume - (plan.layers - 1),
        day_edges=edges.ravel(),
    )


def _day_effects(plan: Plan, root: int) -> tuple[F64, F64]:
    """(D,) factors for indoor and for outdoor kinds, keyed by date."""
    calendar = plan.world.calendar
    effect = plan.world.scenario.demand.day_effect
    dates = np.array(
        [key_of("date", calendar.date(d).isoformat()) for d in range(calendar.n_days)],
        dtype=np.uint64,
    )
    keys = mix(dates ^ np.uint64(root))
    shared = _gamma(uniforms(keys, _P["day effect"]), effect.cv)
    return shared, shared * _gamma(uniforms(keys, _P["weather"]), effect.weather_cv)


def _gamma(u: F64, cv: float) -> F64:
    """Gamma factors of mean 1."""
    if cv == 0:
        return np.ones_like(u)
    shape = cv**-2
    return np.asarray(special.gammaincinv(shape, u) / shape)


def sample_blocks(plan: Plan, draw: Draw) -> Iterator[WishBlock]:
    """Blocks of wishes, kind by kind."""
    for k in range(len(plan.kinds)):
        yield from _kind_blocks(plan, draw, k)


def _kind_blocks(plan: Plan, draw: Draw, k: int) -> Iterator[WishBlock]:
    members = plan.kinds[k].cells
    counts = draw.counts[members].ravel()
    total = int(counts.sum())
    if total == 0:
        return
    ends = np.cumsum(counts)
    layer_keys = draw.layer_keys[members].ravel()
    for low in range(0, total, BLOCK):
        number = np.arange(low, min(low + BLOCK, total))
        group = np.searchsorted(ends, number, side="right")
        within = number - (ends[group] - counts[group])
        key = child_keys(layer_keys[group], within)
        layer = group % plan.layers
        cell = group // plan.layers + members.start
        if draw.keep_last < 1.0:
            keep = (layer < plan.layers - 1) | (uniforms(key, _P["thin"]) < draw.keep_last)
            key, layer, cell = key[keep], layer[keep], cell[keep]
        if len(key):
            yield _attributes(plan, draw, k, key, cell, layer.astype(np.int32))


def _attributes(plan: Plan, draw: Draw, k: int, key: U64, cell: I64, layer: I32) -> WishBlock:
    """When, how long, how many, how early."""
    world, kind = plan.world, plan.kinds[k]
    day, minute = _times(plan, draw, key, plan.cells.profile[cell], kind.step_minutes)
    grid = world.grid
    start = (day * (24 * 60) + minute) // grid
    length = kind.duration.ppf(uniforms(key, _P["duration"]))
    duration = np.maximum(np.rint(length / grid), 1.0).astype(np.int64)
    party = np.maximum(np.rint(kind.party.ppf(uniforms(key, _P["party"]))), 1.0)
    lead = plan.lead.ppf(uniforms(key, _P["lead"]))
    # a thousandth of a minute decides ties, by key: the order of rows and keys must not
    ask = start * float(grid) - lead * (24 * 60.0) - 1e-3 * uniforms(key, _P["tie"])
    return WishBlock(
        kind=k,
        key=key,
        cell=cell,
        layer=layer,
        start=start,
        duration=duration,
        party=party.astype(np.int64),
        lead=lead,
        ask=ask,
    )


def _times(plan: Plan, draw: Draw, key: U64, profile: I64, step: int) -> tuple[I64, I64]:
    """Day of the horizon and minute of the day of the preferred start."""
    n_days = plan.world.n_days
    edges = draw.day_edges
    at = np.searchsorted(edges, profile + uniforms(key, _P["day"]), side="left")
    day = np.minimum(at - profile * n_days, n_days - 1)
    row = profile * 2 + plan.world.calendar.weekend[day]
    at = np.searchsorted(plan.hour_edges, row + uniforms(key, _P["hour"]), side="left")
    hour = np.minimum(at - row * 24, 23)
    within = max(1, 60 // step) if step < 60 else 1
    minute = hour * 60 + np.floor(uniforms(key, _P["minute"]) * within).astype(np.int64) * step
    if step > 60:
        minute -= minute % step
    return day, minute
