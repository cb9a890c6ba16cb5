"""A simulated week, hour by hour: how full centres are, and whose requests are refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.arrays import F64, I64
from sim.measure.groups import Groups, build_groups
from sim.measure.occupancy import activity_slots, held_slots
from sim.measure.service import REFUSED_REASONS
from sim.measure.sessions import club_slots
from sim.model import History, Model

OF_CENTRES = ("open", "used", "off_platform")
OF_ORIGINS = ("requests", "refused")
COLUMNS = ("place", "name", "date", "hour", *OF_CENTRES, *OF_ORIGINS)
HOURS = 7 * 24


def simulated_week(model: Model, history: History) -> pd.DataFrame:
    """Hours of a replication's busiest week, the rows of `week.csv`; none if no week is whole.

    A row an hour in which a centre is open, with venue-hours that are open, held on record and held
    off platform; and a row an hour for which people of an origin ask, with requests by their
    preferred start and those that were refused.
    """
    world, groups = model.world, build_groups(model)
    venue, slot = _held(model, groups, history)
    first = _busiest(model, slot)
    if first is None:
        return pd.DataFrame(columns=list(COLUMNS))
    week = slice(first * world.slots, (first + 7) * world.slots)
    open_ = world.opening.is_open[world.venues.profile, week].astype(np.float64)
    taken = np.zeros_like(open_)
    inside = (slot >= week.start) & (slot < week.stop)
    taken[venue[inside], slot[inside] - week.start] = 1.0
    off = history.off_platform.reshape(len(open_), -1)[:, week] * open_
    monday = world.calendar.date(first)
    centre = groups.venue["centre"]
    of_centres = {
        name: centre.summed(_hourly(table))
        for name, table in zip(OF_CENTRES, (open_, taken, off), strict=True)
    }
    of_origins = _asked(model, history, week.start)
    parts = [
        _rows("centre", centre.levels, monday, of_centres),
        _rows("origin", world.origins.names, monday, of_origins),
    ]
    return pd.concat(parts, ignore_index=True).reindex(columns=list(COLUMNS))


def _held(model: Model, groups: Groups, history: History) -> tuple[I64, I64]:
    """Venue and slot of every slot that bookings, activities and clubs hold."""
    held = [held_slots(history, history.length)[1:], activity_slots(groups, history)[:2]]
    if model.clubs.spec is not None:
        held.append(club_slots(model, groups, history)[:2])
    venue, slot = (np.concatenate(part) for part in zip(*held, strict=True))
    return venue, slot


def _busiest(model: Model, slot: I64) -> int | None:
    """Monday of the whole week of the counting window in which most slots are held."""
    calendar, slots = model.world.calendar, model.world.slots
    first = calendar.count_from + (-int(calendar.weekday[calendar.count_from])) % 7
    held = np.bincount(slot // slots, minlength=calendar.n_days)
    mondays = range(first, calendar.count_until - 6, 7)
    return max(mondays, key=lambda m: int(held[m : m + 7].sum()), default=None)


def _hourly(table: F64) -> F64:
    """(rows, 168) hours of a week's slots."""
    hours: F64 = table.reshape(len(table), HOURS, -1).mean(axis=2)
    return hours


def _asked(model: Model, history: History, first: int) -> dict[str, F64]:
    """(origins, 168) requests for each hour from a slot on, and those that were refused."""
    world, wishes = model.world, history.wishes
    hour = (wishes.start[history.asked].astype(np.int64) - first) * world.grid // 60
    origin = model.plan.cells.origin[wishes.cell[history.asked].astype(np.int64)]
    refused = np.isin(history.outcome, list(REFUSED_REASONS))
    shape = (len(world.origins.names), HOURS)
    found = {}
    for name, chosen in zip(OF_ORIGINS, (np.ones_like(refused), refused), strict=True):
        which = chosen & (hour >= 0) & (hour < HOURS)
        at = origin[which] * HOURS + hour[which]
        found[name] = np.bincount(at, minlength=shape[0] * HOURS).reshape(shape).astype(np.float64)
    return found


def _rows(
    place: str, names: Sequence[str], monday: dt.date, tables: Mapping[str, F64]
) -> pd.DataFrame:
    """A row each hour of each place of which the first table has anything."""
    at, hour = np.nonzero(next(iter(tables.values())))
    dates = [(monday + dt.timedelta(days=day)).isoformat() for day in range(7)]
    return pd.DataFrame(
        {
            "place": place,
            "name": [names[i] for i in at.tolist()],
            "date": [dates[h // 24] for h in hour.tolist()],
            "hour": hour % 24,
            **{name: table[at, hour] for name, table in tables.items()},
        }
    )
