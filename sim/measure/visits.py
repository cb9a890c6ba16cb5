"""Metrics of drop-in: who comes, who waits, who is turned away, how full places are."""

from __future__ import annotations

from functools import reduce

import numpy as np

from sim.arrays import F64, I64
from sim.measure.collector import Collector
from sim.measure.groups import HOURS_OF_WEEK, Grouping, operators
from sim.measure.occupancy import HOLDERS, Supply
from sim.model import History, Model

REASONS = ("full", "gave up", "closing")
DAY_TYPES = ("weekday", "weekend")
PARTS = (
    "callers", "closed", "taken", "elsewhere", "full", "gave_up", "closing", "served",
    "waited_minutes", "left_at_closing", "person_minutes",
)  # fmt: skip


def add_visits(
    out: Collector, model: Model, supply: Supply, history: History, hours: dict[str, F64]
) -> None:
    """Add every metric of places; nothing where the scenario has none."""
    record, world = history.places, model.world
    if record is None:
        return
    places = world.places
    table = np.stack([getattr(record, part) for part in PARTS], axis=-1).astype(np.float64)
    seats = _usable(model, supply, hours) * places.seats[:, None]
    table = np.concatenate([table, seats[..., None]], axis=-1)
    whole = table.sum(axis=1)
    by_kind = Grouping(world.place_kinds, places.kind)
    for name, grouping in (
        ("all", Grouping(("all",), np.zeros_like(places.kind))),
        ("zone", Grouping(world.zones, places.zone)),
        ("operator", operators(world, places.zone)),
        ("place_kind", by_kind),
        ("place", Grouping(places.names, np.arange(len(places)))),
    ):
        _add(out, name, grouping.levels, grouping.summed(whole))
    _add_reasons(out, world.place_kinds, by_kind.summed(whole))
    _add_hours(out, by_kind, table)
    _add_segments(out, model, record.segment_callers, record.segment_served)


def _add(
    out: Collector, name: str, levels: tuple[str, ...], t: F64, *, brief: bool = False
) -> None:
    """Metrics of (levels, PARTS + seat hours) sums."""
    part = dict(zip((*PARTS, "seat_hours"), t.T, strict=True))
    turned_away = part["full"] + part["gave_up"] + part["closing"]
    arrivals = part["served"] + turned_away
    known = (part["seat_hours"] > 0).astype(np.float64) if brief else None  # closed is not 0
    out.add("arrivals", name, levels, arrivals, known)
    out.add("visits", name, levels, part["served"], known)
    out.add("turned_away_share", name, levels, turned_away, arrivals)
    out.add("mean_wait_minutes", name, levels, part["waited_minutes"], arrivals)
    hours = part["person_minutes"] / 60.0
    out.add("seats_taken_share", name, levels, hours, part["seat_hours"])
    if brief:
        return
    out.add("dropin_wishes", name, levels, part["callers"])
    out.add("turned_away", name, levels, turned_away)
    out.add("left_at_closing", name, levels, part["left_at_closing"])
    out.add("closed_then_share", name, levels, part["closed"], part["callers"])
    out.add("taken_share", name, levels, part["taken"], part["callers"])
    out.add("elsewhere_share", name, levels, part["elsewhere"], part["callers"])
    out.add("person_hours_dropin", name, levels, hours)


def _usable(model: Model, supply: Supply, hours: dict[str, F64]) -> F64:
    """(P, 168) hours in which places can be used: venues only while nobody holds them."""
    venue = model.world.places.venue
    own, usable = venue >= 0, supply.place_hours.copy()
    held = reduce(np.add, [hours[holder] for holder in HOLDERS if holder in hours])
    usable[own] = np.maximum(supply.hours - held, 0.0)[venue[own]]
    return usable


def _add_reasons(out: Collector, kinds: tuple[str, ...], by_kind: F64) -> None:
    """Shares turned away by reason, for all and by kind of place."""
    part = dict(zip((*PARTS, "seat_hours"), by_kind.T, strict=True))
    reasons = np.stack([part["full"], part["gave_up"], part["closing"]], axis=1)
    arrivals = reasons.sum(axis=1) + part["served"]
    bottom = np.broadcast_to(arrivals[:, None], reasons.shape)
    whole = np.full(len(REASONS), arrivals.sum())
    metric = "turned_away_share"
    out.add(metric, "reason", REASONS, reasons.sum(axis=0), whole)
    levels = tuple(f"{kind}*{reason}" for kind in kinds for reason in REASONS)
    out.add(metric, "place_kind*reason", levels, reasons.ravel(), bottom.ravel())


def _add_hours(out: Collector, by_kind: Grouping, table: F64) -> None:
    """Add metrics by hour of the week, of weekdays and of weekend days, for each kind."""
    kinds, n_parts = by_kind.levels, table.shape[2]
    hourly = by_kind.summed(table.reshape(len(table), -1)).reshape(len(kinds), 168, n_parts)
    levels = tuple(f"{kind}*{hour}" for kind in kinds for hour in HOURS_OF_WEEK)
    flat = hourly.reshape(-1, n_parts)
    _add(out, "place_kind*hour_of_week", levels, flat, brief=True)
    days = hourly.reshape(len(kinds), 7, 24, n_parts)
    types = np.stack([days[:, :5].sum(axis=1), days[:, 5:].sum(axis=1)], axis=1)
    levels = tuple(f"{k}*{d}*{h:02d}" for k in kinds for d in DAY_TYPES for h in range(24))
    _add(out, "place_kind*daytype*hour", levels, types.reshape(-1, n_parts), brief=True)


def _add_segments(out: Collector, model: Model, callers: I64, served: I64) -> None:
    segments = model.world.segments
    for metric, table in (("dropin_wishes", callers), ("visits", served)):
        total = table.sum(axis=0).astype(np.float64)
        out.add(metric, "segment", segments, total)
