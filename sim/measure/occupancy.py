"""Calendar metrics: hours and people inside the counting window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import sparse

from sim.arrays import F64, I64, Bools
from sim.booking.diaries import each_slot
from sim.booking.requests import Outcome
from sim.measure.collector import Collector
from sim.measure.groups import HOURS_OF_WEEK, Groups
from sim.measure.sessions import club_slots, session_slots
from sim.model import History, Model

SHARES = (0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100)
"""Per cent of open hours at which load-duration curves are read."""
HOLDERS = ("booked", "activities", "off_platform", "clubs")
"""Uses that take a venue's open hours; clubs only where there is a timetable."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Open hours, the same in every replication.

    Attributes
    ----------
    hours
        (V, 168) open hours of each venue by hour of the week.
    peak
        (V, 2) open hours off peak and in peak.
    all_hours
        (V, 168) all hours of the window.
    place_hours
        (P, 168) open hours of each drop-in place.
    by_kind
        (K, T) open venues of each kind in every slot of the window, 0 outside.
    """

    hours: F64
    peak: F64
    all_hours: F64
    place_hours: F64
    by_kind: F64


def build_supply(model: Model, groups: Groups) -> Supply:
    """Count open hours by venue, hour of the week, peak and kind."""
    world = model.world
    per_slot = world.grid / 60.0
    counted = groups.counted
    week, peak = groups.slot["hour_of_week"].code, groups.slot["peak"].code
    open_ = world.opening.is_open & counted
    by_profile = _by_code(open_, week, 168) * per_slot
    hours = by_profile[world.venues.profile]
    whole = np.bincount(week[counted], minlength=168) * per_slot
    by_kind = np.zeros((len(world.kinds), world.opening.is_open.shape[1]))
    for kind, profile in zip(world.venues.kind, world.venues.profile, strict=True):
        by_kind[kind] += open_[profile]
    return Supply(
        hours=hours,
        peak=_by_code(open_, peak, 2)[world.venues.profile] * per_slot,
        all_hours=np.broadcast_to(whole, hours.shape),
        place_hours=by_profile[world.places.profile],
        by_kind=by_kind,
    )


def _by_code(rows: Bools, code: I64, n: int) -> F64:
    """(R, n) true slots of each row by the code of the slot."""
    return np.stack([np.bincount(code[row], minlength=n) for row in rows]).astype(np.float64)


def held_slots(history: History, duration: I64) -> tuple[I64, I64, I64]:
    """Request, venue and slot of every slot that bookings hold (cancelled ones do not)."""
    held = np.flatnonzero((history.outcome == Outcome.BOOKED) & ~history.cancelled)
    request, venue = history.rooms_of(held)
    index, slot = each_slot(history.start[request], duration[request])
    return request[index], venue[index], slot


def people_a_room(history: History) -> F64:
    """(requests,) people in each room of a booking, on average."""
    return history.wishes.party[history.asked] / history.wishes.rooms[history.asked]


def add_occupancy(
    out: Collector, model: Model, groups: Groups, supply: Supply, history: History
) -> dict[str, F64]:
    """Utilisation, person-hours and load-duration curves.

    Returns
    -------
    dict
        (V, 168) hours by use: those of `HOLDERS` and `used`; and people x hours of bookings
        (`person`), activities (`person_activities`) and clubs (`person_clubs`, if any).
    """
    party = people_a_room(history)
    request, venue, slot = held_slots(history, history.length)
    inside = groups.counted[slot]
    request, venue, slot = request[inside], venue[inside], slot[inside]
    used = ~history.no_show[request]
    per_slot = model.world.grid / 60.0
    spread = partial(_spread, groups, per_slot)
    off = history.off_platform
    held = activity_slots(groups, history)
    hours = {
        "booked": spread(venue, slot),
        "used": spread(venue, slot, used.astype(np.float64)),
        "off_platform": _off_platform(off, groups, model.world.slots, per_slot),
        "activities": spread(*held[:2]),
        "person": spread(venue, slot, np.where(used, party[request], 0.0)),
    }
    more = {"person_activities": spread(*held)[0]}
    venue, slot = np.concatenate([venue, held[0]]), np.concatenate([slot, held[1]])
    if model.clubs.spec is not None:
        held = club_slots(model, groups, history)
        hours["clubs"] = spread(*held[:2])
        more["person_clubs"] = spread(*held)[0]
        venue, slot = np.concatenate([venue, held[0]]), np.concatenate([slot, held[1]])
    _add_by_group(out, groups, supply, hours)
    _add_load_duration(out, model, supply, off, venue, slot)
    return {**{use: tables[0] for use, tables in hours.items()}, **more}


def _spread(
    groups: Groups, per_slot: float, venue: I64, slot: I64, weights: F64 | None = None
) -> tuple[F64, F64]:
    """(V, 168) and (V, 2) hours of slots of venues, or weights x hours: by week and by peak."""
    n_venues = len(groups.venue["venue"].levels)
    week, peak = (
        np.bincount(venue * n + groups.slot[by].code[slot], weights, minlength=n_venues * n)
        .reshape(n_venues, n)
        .astype(np.float64)
        * per_slot
        for by, n in (("hour_of_week", 168), ("peak", 2))
    )
    return week, peak


def activity_slots(groups: Groups, history: History) -> tuple[I64, I64, F64]:
    """Venue and slot of every slot inside the window that activities hold, and people there."""
    record = history.programme
    if record is None or history.attends is None:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0)
    session, slot = session_slots(record)
    inside = groups.counted[slot]
    session, slot = session[inside], slot[inside]
    came = history.attends * (1.0 + record.company)
    heads = np.bincount(record.session, weights=came, minlength=len(record.venue))
    return record.venue[session], slot, heads[session].astype(np.float64)


def _off_platform(off_busy: Bools, groups: Groups, slots: int, per_slot: float) -> tuple[F64, F64]:
    """(V, 168) and (V, 2) off-platform hours inside the window."""
    n_venues, n_days, _ = off_busy.shape
    days = np.flatnonzero(groups.counted.reshape(n_days, slots).any(axis=1))
    of_slot = groups.slot["hour_of_week"].code.reshape(n_days, slots)
    weekday, hour = of_slot[days, 0] // 24, of_slot[0] % 24
    pick = sparse.csr_array((np.ones(len(days), dtype=np.float32), (weekday, days)), (7, n_days))
    of_hour = sparse.csr_array((np.ones(slots), (np.arange(slots), hour)), (slots, 24))
    in_peak = groups.slot["peak"].code.reshape(n_days, slots)[days].astype(bool)
    week = np.zeros((n_venues, 7, 24))
    peak = np.zeros(n_venues)
    for v in range(n_venues):  # venue by venue: what is touched stays in the cache
        taken = off_busy[v]
        week[v] = (pick @ taken.astype(np.float32)) @ of_hour
        peak[v] = np.count_nonzero(taken[days] & in_peak)
    total = week.sum(axis=(1, 2))
    both = np.stack([total - peak, peak], axis=1)
    return week.reshape(n_venues, 168) * per_slot, both * per_slot


def _add_by_group(
    out: Collector, groups: Groups, supply: Supply, hours: dict[str, tuple[F64, F64]]
) -> None:
    parts = {"open": (supply.hours, supply.peak), **hours}
    for name, grouping in groups.venue.items():
        summed = grouping.summed
        week = {part: summed(tables[0]) for part, tables in parts.items()}
        total = {part: table.sum(axis=1) for part, table in week.items()}
        whole = summed(supply.all_hours)
        _add_shares(out, name, grouping.levels, total, whole.sum(axis=1))
        if name in ("all", "tier", "kind", "zone"):
            product = "hour_of_week" if name == "all" else f"{name}*hour_of_week"
            levels = _product(name, grouping.levels, HOURS_OF_WEEK)
            flat = {part: table.ravel() for part, table in week.items()}
            _add_shares(out, product, levels, flat, whole.ravel(), brief=name in ("kind", "zone"))
            product = "peak" if name == "all" else f"{name}*peak"
            levels = _product(name, grouping.levels, groups.slot["peak"].levels)
            flat = {part: summed(tables[1]).ravel() for part, tables in parts.items()}
            _add_shares(out, product, levels, flat, None)


def _product(name: str, levels: tuple[str, ...], levels_: tuple[str, ...]) -> tuple[str, ...]:
    return levels_ if name == "all" else tuple(f"{level}*{b}" for level in levels for b in levels_)


def _add_shares(
    out: Collector,
    group: str,
    levels: tuple[str, ...],
    part: dict[str, F64],
    open_hours: F64 | None,
    *,
    brief: bool = False,
) -> None:
    """Utilisation by what it is used for; all divide by *open* hours."""
    short = [holder for holder in HOLDERS if holder in part]
    for what in short if brief else (*short, "used"):
        metric = f"utilisation_{what}"
        out.add(metric, group, levels, part[what], part["open"])
    if brief:
        return
    out.add("person_hours", group, levels, part["person"])
    out.add("open_hours", group, levels, part["open"])
    if open_hours is not None:
        out.add("open_share", group, levels, part["open"], open_hours)


def _add_load_duration(
    out: Collector,
    model: Model,
    supply: Supply,
    off_busy: Bools,
    venue: I64,
    slot: I64,
) -> None:
    """Utilisation (by whatever use) exceeded in the fullest x % of a kind's open hours."""
    kinds = model.world.venues.kind
    n_kinds, n_slots = supply.by_kind.shape
    taken = np.bincount(kinds[venue] * n_slots + slot, minlength=n_kinds * n_slots)
    taken = taken.reshape(n_kinds, n_slots).astype(np.float64)
    curves = np.zeros((n_kinds, len(SHARES)))
    defined = np.zeros((n_kinds, len(SHARES)))
    for k in range(n_kinds):
        open_ = supply.by_kind[k] > 0
        if open_.any():
            beside = np.zeros(n_slots)
            for v in np.flatnonzero(kinds == k):
                beside += off_busy[v].ravel()
            load = np.sort((taken[k, open_] + beside[open_]) / supply.by_kind[k, open_])[::-1]
            at = np.minimum(np.array(SHARES) * len(load) // 100, len(load) - 1)
            # weighed by the slots it is read from, so that an exact 0 is not taken for unknown
            curves[k], defined[k] = load[at] * len(load), len(load)
    levels = tuple(f"{kind}*{share:03d}" for kind in model.world.kinds for share in SHARES)
    out.add("load_duration", "kind*top_share", levels, curves.ravel(), defined.ravel())
