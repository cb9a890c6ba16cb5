"""Whether times fit together: everything on the slot grid, the warm-up as long as the windows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.csv_tables import Table
from sim.scenario.nodes import Key, MappingNode, dotted, find
from sim.scenario.partial import Data, part, setting_of, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.schema.demand import fits_hours
from sim.scenario.schema.tables import minutes_of
from sim.scenario.schema.window import Window

__all__ = ["grid", "warm_up"]

AnyTables = Mapping[str, Table[Any]]
_CLOCK = re.compile(r"\d{1,2}:[0-5]\d")


def grid(data: Data, tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Check that the slot grid divides the hour and that slots, blocks and times lie on it."""
    minutes = setting_of(data, "grid_minutes")
    if minutes is None or not 1 <= minutes <= 60 or minutes != int(minutes):
        return []
    if 60 % minutes:
        divisors = tuple(str(d) for d in range(1, 61) if 60 % d == 0)
        place = value_place(merged, "grid_minutes")
        return [at(place, "grid_minutes", f"{minutes} does not divide 60", divisors)]
    problems = [
        at(value_place(merged, *path), dotted(path), f"{value:g} is no multiple of {_of(minutes)}")
        for path, value in _lengths(data)
        if value % minutes
    ]
    problems += [
        at(value_place(merged, *path), dotted(path), _off_grid(clock, minutes))
        for path, clock in _clocks(data)
        if minutes_of(clock) % minutes
    ]
    return problems + _tables_on_grid(tables, int(minutes))


def _of(minutes: float) -> str:
    return f"grid_minutes ({minutes})"


def _off_grid(clock: str, minutes: float) -> str:
    return f"{clock} does not lie on the grid of {minutes} minutes"


def _named(data: Data, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Paths and values of the entries of a mapping."""
    found = value_at(data, *path)
    for name, value in found.items() if isinstance(found, Mapping) else ():
        yield (*path, str(name)), value


def _lengths(data: Data) -> Iterator[tuple[tuple[str, ...], float]]:
    """Stretches of time that must be whole slots, in minutes.

    Preferred starts must lie on the grid, or no slot could be asked for. Durations that are drawn
    are rounded; that of a series is written by hand, so what is no multiple is a mistake.
    """
    block = setting_of(data, "off_platform", "block_minutes")
    if block is not None:
        yield ("off_platform", "block_minutes"), block
    for path, kind in _named(data, "kinds"):
        every = kind.get("start_minutes") if isinstance(kind, Mapping) else None
        if type(every) is int and fits_hours(every):
            yield (*path, "start_minutes"), every
    for path, series in _named(data, "activities", "series"):
        length = series.get("duration_minutes") if isinstance(series, Mapping) else None
        if type(length) is int and length >= 1:
            yield (*path, "duration_minutes"), length


def _clocks(data: Data) -> Iterator[tuple[tuple[str, ...], str]]:
    """Times of day in the scenario that must lie on the grid."""
    places = [(*path, "start") for path, _ in _named(data, "activities", "series")]
    for path, _ in _named(data, "zones"):
        places += [(*path, "opening", "open"), (*path, "opening", "close")]
    for place in places:
        clock = value_at(data, *place)
        if isinstance(clock, str) and _CLOCK.fullmatch(clock):
            yield place, clock


def _tables_on_grid(tables: AnyTables, minutes: int) -> list[Problem]:
    problems = []
    venues, hours, blocks = (tables.get(name) for name in ("venues", "hours", "timetable"))
    for record, row in venues.rows if venues is not None else ():
        assert venues is not None
        if row.slot_minutes % minutes:
            message = f"{row.slot_minutes} is no multiple of {_of(minutes)}"
            problems.append(venues.problem(record, "slot_minutes", message))
    for record, row in hours.rows if hours is not None else ():
        assert hours is not None
        for column, clock in (("open", row.open), ("close", row.close)):
            if minutes_of(clock) % minutes:
                problems.append(hours.problem(record, column, _off_grid(clock, minutes)))
    for record, row in blocks.rows if blocks is not None else ():
        assert blocks is not None
        for column, clock in (("start", row.start), ("end", row.end)):
            if minutes_of(clock) % minutes:
                problems.append(blocks.problem(record, column, _off_grid(clock, minutes)))
    return problems


def warm_up(data: Data, merged: MappingNode) -> list[Problem]:
    """Check that the warm-up is as long as the longest booking window: else diaries start empty."""
    days = setting_of(data, "experiment", "warm_up_days")
    windows = dict(_windows(data))
    if days is None or not windows:
        return []
    longest = max(windows, key=lambda path: windows[path])  # the first of equals: the policy's
    ahead = windows[longest]
    if days >= ahead:
        return []
    key: tuple[Key, ...] = ("experiment", "warm_up_days")
    if find(merged, key)[1] is None and find(merged, longest[:-1])[1] is not None:
        key = longest
    message = f"warm-up of {days:g} days is shorter than the booking window of {ahead:.4g} days"
    if longest[:2] != ("policy", "window") and key != longest:
        message += f" in {dotted(longest)}"
    allowed = (f"experiment.warm_up_days of at least {math.ceil(ahead)}",)
    return [at(value_place(merged, *key), dotted(key), message, allowed)]


def _windows(data: Data) -> Iterator[tuple[tuple[Key, ...], float]]:
    """Days before its start from which the earliest slot can be asked for, of every window."""
    name, together = "opens_days_ahead", _batch_days(data)
    for path, value in _window_values(data):
        window = part(Window, value)
        days = value.get(name) if isinstance(value, Mapping) else None
        if window is not None:
            yield (*path, name), window.longest_days(together)
        elif isinstance(days, (int, float)) and not isinstance(days, bool) and math.isfinite(days):
            yield (*path, name), days


def _batch_days(data: Data) -> int:
    """Days whose slots are decided together, at most."""
    overrides = value_at(data, "policy", "overrides")
    owners = [value_at(data, "policy"), *(overrides if isinstance(overrides, list) else ())]
    found = [value_at(o, "selection") for o in owners if isinstance(o, Mapping)]
    batches = [s for s in found if isinstance(s, Mapping) and s.get("rule") != "first_come"]
    return max((7 if s.get("draw") == "weekly" else 1 for s in batches), default=0)


def _window_values(data: Data) -> Iterator[tuple[tuple[Key, ...], Any]]:
    """The windows of the policy, of its overrides and of zones."""
    own = value_at(data, "policy", "window")
    yield ("policy", "window"), {} if own is None else own
    overrides = value_at(data, "policy", "overrides")
    for i, override in enumerate(overrides if isinstance(overrides, list) else ()):
        if isinstance(override, Mapping) and override.get("window") is not None:
            yield ("policy", "overrides", i, "window"), override["window"]
    for path, zone in _named(data, "zones"):
        if isinstance(zone, Mapping) and zone.get("window") is not None:
            yield (*path, "window"), zone["window"]
