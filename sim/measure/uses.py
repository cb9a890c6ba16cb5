"""A week of a centre by use: booked, activities, clubs, off-platform, drop-in, free."""

from __future__ import annotations

from functools import reduce

import numpy as np

from sim.arrays import F64
from sim.measure.collector import Collector
from sim.measure.groups import HOURS_OF_WEEK, Groups
from sim.measure.occupancy import Supply
from sim.model import History, Model
from sim.world.places import TIERS

USES = {
    "booked": "booked",
    "activity": "activities",
    "club": "clubs",
    "off-platform": "off_platform",
    "drop-in": "drop_in",
}
"""Name of a use -> hours of it; what is left of open hours is free."""
FREE = "free"
MOST = 3


def anchors(model: Model) -> list[int]:
    """Centres that anchor a zone 原点: of the subdistrict tier, the largest; at most three.

    Without one the centre with most venues.
    """
    centres = model.world.centres
    rooms = np.bincount(model.world.venues.centre, minlength=len(centres.names))
    tier = centres.tier == TIERS.index("subdistrict")
    if not (tier & (rooms > 0)).any():
        return [int(np.argmax(rooms))] if rooms.any() else []
    order = np.argsort(-np.where(tier, rooms, 0), kind="stable")
    return [int(c) for c in order[:MOST] if tier[c] and rooms[c]]


def add_uses(
    out: Collector, model: Model, supply: Supply, history: History, hours: dict[str, F64]
) -> None:
    """Mean number of venues in each use in every hour of the week, for the anchor centres."""
    chosen = anchors(model)
    hours = {**hours, "drop_in": _drop_in(model, history)}
    uses = [use for use, part in USES.items() if part in hours]
    names = (*uses, FREE)
    tables, levels, bottoms = [], [], []
    for centre in chosen:
        rooms = np.flatnonzero(model.world.venues.centre == centre)
        taken = [hours[USES[use]][rooms].sum(0) for use in uses]
        free = reduce(np.subtract, taken, supply.hours[rooms].sum(0))
        tables.append(np.stack([*taken, free]))
        bottoms.append(np.broadcast_to(supply.all_hours[rooms[0]], tables[-1].shape))
        at = model.world.centres.names[centre]
        levels += [f"{at}*{use}*{hour}" for use in names for hour in HOURS_OF_WEEK]
    if chosen:
        group = "centre*use*hour_of_week"
        top, bottom = np.stack(tables).ravel(), np.stack(bottoms).ravel()
        out.add("hours_by_use", group, tuple(levels), top, bottom)
        centres = [model.world.centres.names[c] for c in chosen]
        shares = tuple(f"{centre}*{use}" for centre in centres for use in names)
        used = np.stack(tables).sum(axis=2)
        open_ = np.broadcast_to(used.sum(axis=1, keepdims=True), used.shape)
        out.add("use_share", "centre*use", shares, used.ravel(), open_.ravel())


def dropin_hours(model: Model, history: History) -> F64:
    """(V, 168) person-hours of drop-in use of venues."""
    found = np.zeros((len(model.world.venues), 168))
    if history.places is not None:
        venue = model.world.places.venue
        own = np.flatnonzero(venue >= 0)
        found[venue[own]] = history.places.person_minutes[own] / 60.0
    return found


def add_venue_use(out: Collector, groups: Groups, people: F64) -> None:
    """Add person-hours in venues by whatever recorded use: booked, activity, club, drop-in.

    Parameters
    ----------
    people
        (V, 168) person-hours.
    """
    for name in ("all", "zone", "operator", "tier", "kind", "centre"):
        by = groups.venue[name]
        total = by.summed(people).sum(axis=1)
        out.add("person_hours_venues", name, by.levels, total)


def _drop_in(model: Model, history: History) -> F64:
    """(V, 168) venue hours of drop-in: person-hours over what the room holds."""
    return dropin_hours(model, history) / model.world.venues.capacity[:, None]
