"""Whether the sessions of a scenario can lie anywhere: in some zone, of some kind, on some day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sim.scenario.nodes import MappingNode, dotted
from sim.scenario.partial import Data, named_parts, part, setting_of, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.references import AnyTables
from sim.scenario.schema.activities import ActivityKind
from sim.scenario.schema.place import CountingWindow, Zone

__all__ = ["programme"]

_KEY = ("activities", "sessions")
_Days = set[tuple[int, bool]]
"""Months of the days counted, each with whether they are weekend days."""


def programme(data: Data, tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Check that a zone with people, a kind and a counted day have a weight above 0 together.

    Holidays are left out: their dates take long to load.
    """
    sessions = setting_of(data, *_KEY)
    multiplier = setting_of(data, "activities", "multiplier")
    if not sessions or not multiplier:
        return []
    place = value_place(merged, *_KEY)
    return [
        at(place, dotted(_KEY), f"{sessions:g} sessions, but {what}", ("0", *instead))
        for what, *instead in (_no_site(data, tables), _no_day(data, tables))
        if what
    ]


def _no_site(data: Data, tables: AnyTables) -> tuple[str, ...]:
    """Say what is 0 in all zones with people, and what may be given; "" if nothing is."""
    zones, kinds = _zones(data, tables), _kinds(data)
    if not zones or not kinds:
        return ("",)
    planning = [name for name, zone in zones.items() if zone.programme_weight > 0]
    if not planning:
        what = "`programme_weight` is 0 in every zone with people"
        return what, f"`programme_weight` above 0 in {_some(zones)}"
    if _put_on(zones, kinds):
        return ("",)
    what = (
        f"`programme` is 0 for every kind with a weight ({', '.join(kinds)}) in {_some(planning)}"
    )
    others = len(planning) < len(zones)
    what += ", and no other zone with people has a `programme_weight`" if others else ""
    return what, f"a factor above 0 in `zones.{planning[0]}.programme`"


def _no_day(data: Data, tables: AnyTables) -> tuple[str, ...]:
    """Say what is 0 on all days counted, and what may be given; "" if nothing is."""
    window = part(CountingWindow, value_at(data, "window"))
    if window is None:
        return ("",)
    counted = _days(window)
    season = value_at(data, "activities", "season")
    if isinstance(season, Mapping):
        days = {d for d in counted if season.get(d[0], season.get(str(d[0]), 1)) != 0}
    else:
        days = counted
    if not days:
        what = "`activities.season` is 0 in every month counted"
        return (
            what,
            f"`activities.season` above 0 in {_some(sorted({month for month, _ in counted}))}",
        )
    zones, kinds = _zones(data, tables), _kinds(data)
    planned = _put_on(zones, kinds)
    if not planned or any(_starts(kinds[name], weekend) for name in planned for _, weekend in days):
        return ("",)
    which = "weekend" if next(iter(days))[1] else "weekday"  # all alike, or a kind would start
    what = f"no kind that is put on ({', '.join(planned)}) starts on a {which}"
    what += ", and no other days with sessions are counted"
    instead = f"`activities.kinds.{planned[0]}.starts.{which}` with a weight above 0"
    zero = which == "weekend" and sum(kinds[planned[0]].starts.weekend.values()) > 0
    return what, f"`activities.kinds.{planned[0]}.starts.weekend_day` above 0" if zero else instead


def _zones(data: Data, tables: AnyTables) -> dict[str, Zone]:
    """Zones with people; none if that cannot be told."""
    zones = named_parts(data, Zone, "zones")
    written = value_at(data, "zones")
    needed = {"communities", "origins", "people"} <= set(tables)
    if not needed or not isinstance(written, Mapping) or len(zones) < len(written):
        return {}
    zone_of = {row.community: row.zone for _, row in tables["communities"].rows}
    home = {row.origin: zone_of.get(row.community) for _, row in tables["origins"].rows}
    peopled = {home.get(row.origin) for _, row in tables["people"].rows if row.people}
    return {name: zone for name, zone in zones.items() if name in peopled}


def _kinds(data: Data) -> dict[str, ActivityKind]:
    """Kinds with a weight; none if one of them does not hold, as it may be the one put on."""
    kinds = named_parts(data, ActivityKind, "activities", "kinds")
    written = value_at(data, "activities", "kinds")
    if not isinstance(written, Mapping) or len(kinds) < len(written):
        return {}
    return {name: kind for name, kind in kinds.items() if kind.weight > 0}


def _put_on(zones: Mapping[str, Zone], kinds: Iterable[str]) -> list[str]:
    """Kinds that some zone puts on."""
    planning = [zone for zone in zones.values() if zone.programme_weight > 0]
    return [name for name in kinds if any(zone.programme.get(name, 1.0) > 0 for zone in planning)]


def _starts(kind: ActivityKind, weekend: bool) -> bool:
    starts = kind.starts
    if weekend:
        return sum(starts.weekend.values()) * starts.weekend_day > 0
    return sum(starts.weekday.values()) > 0


def _days(window: CountingWindow) -> _Days:
    number = min((window.last - window.first).days + 1, 366)  # a year has them all
    dates = (window.first + dt.timedelta(days=day) for day in range(number))
    return {(date.month, date.weekday() >= 5) for date in dates}


def _some(names: Iterable[object]) -> str:
    """Join names by `or`, as any of them would do."""
    return " or ".join(map(str, names))
