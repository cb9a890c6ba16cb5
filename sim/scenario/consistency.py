"""Whether values that are right alone are right together: grid, hours, distances, warm-up."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from typing import Any

from sim.scenario import shape
from sim.scenario.csv_tables import Record, Table
from sim.scenario.nodes import MappingNode, ScalarNode, find
from sim.scenario.problems import Problem, at
from sim.scenario.schema.demand import fits_hours
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import DAYS, CentreRow, minutes_of, parse_days

__all__ = ["access", "coordinates", "grid", "off_platform_overlaps", "opening_overlaps", "warm_up"]

WORLD_KILOMETRES = 60
_WEEK = 7 * 1440

AnyTables = Mapping[str, Table[Any]]
Data = Mapping[str, Any]


def setting_of(data: Data, *path: str) -> float | None:
    """Return a number of the scenario, or the schema's default; None if it is no number."""
    value: Any = data
    model: Any = Scenario
    for step in path:
        default = shape.fields(model)[step].default
        value = (
            value.get(step, default) if isinstance(value, Mapping) else getattr(value, step, None)
        )
        nested = shape.models(shape.fields(model)[step].annotation)
        model = nested[0] if nested else model
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if good and math.isfinite(value) else None


def grid(data: Data, tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Check that the slot grid divides the hour and that slots, blocks and hours lie on it."""
    minutes = setting_of(data, "grid_minutes")
    if minutes is None or not 1 <= minutes <= 60 or minutes != int(minutes):
        return []
    if 60 % minutes:
        divisors = tuple(str(d) for d in range(1, 61) if 60 % d == 0)
        place = _value_place(merged, "grid_minutes")
        return [at(place, "grid_minutes", f"{minutes} does not divide 60", divisors)]
    problems = []
    block = setting_of(data, "off_platform", "block_minutes")
    if block is not None and block % minutes:
        key = ("off_platform", "block_minutes")
        message = f"{block:g} is no multiple of grid_minutes ({minutes})"
        problems.append(at(_value_place(merged, *key), ".".join(key), message))
    return (
        problems
        + _starts_on_grid(data, merged, int(minutes))
        + _tables_on_grid(tables, int(minutes))
    )


def _starts_on_grid(data: Data, merged: MappingNode, minutes: int) -> list[Problem]:
    """Preferred starts must lie on the grid, or no slot could be asked for."""
    problems = []
    kinds = data.get("kinds")
    for name, kind in kinds.items() if isinstance(kinds, Mapping) else ():
        every = kind.get("start_minutes") if isinstance(kind, Mapping) else None
        if type(every) is int and fits_hours(every) and every % minutes:
            message = f"{every} is no multiple of grid_minutes ({minutes})"
            key = ("kinds", str(name), "start_minutes")
            problems.append(at(_value_place(merged, *key), ".".join(key), message))
    return problems


def _tables_on_grid(tables: AnyTables, minutes: int) -> list[Problem]:
    problems = []
    venues, hours = tables.get("venues"), tables.get("hours")
    for record, row in venues.rows if venues is not None else ():
        assert venues is not None
        if row.slot_minutes % minutes:
            message = f"{row.slot_minutes} is no multiple of grid_minutes ({minutes})"
            problems.append(venues.problem(record, "slot_minutes", message))
    for record, row in hours.rows if hours is not None else ():
        assert hours is not None
        for column, clock in (("open", row.open), ("close", row.close)):
            if minutes_of(clock) % minutes:
                message = f"{clock} does not lie on the grid of {minutes} minutes"
                problems.append(hours.problem(record, column, message))
    return problems


def warm_up(data: Data, merged: MappingNode) -> list[Problem]:
    """Check that the warm-up is as long as the booking window: else diaries start too empty."""
    days = setting_of(data, "experiment", "warm_up_days")
    ahead = setting_of(data, "policy", "window", "opens_days_ahead")
    if days is None or ahead is None or days >= ahead:
        return []
    key: tuple[str, ...] = ("experiment", "warm_up_days")
    if find(merged, key)[1] is None and find(merged, ("policy", "window"))[1] is not None:
        key = ("policy", "window", "opens_days_ahead")
    message = f"warm-up of {days:g} days is shorter than the booking window of {ahead:g} days"
    allowed = (f"experiment.warm_up_days of at least {math.ceil(ahead)}",)
    return [at(_value_place(merged, *key), ".".join(key), message, allowed)]


def _value_place(merged: MappingNode, *path: str) -> Any:
    place, node = find(merged, path)
    return node.place if isinstance(node, ScalarNode) else place


def access(tables: AnyTables) -> list[Problem]:
    """Access for members of a compound needs a centre that belongs to one."""
    venues, centres = tables.get("venues"), tables.get("centres")
    if venues is None or centres is None:
        return []
    tiers = {row.centre: row.tier for _, row in centres.rows if isinstance(row, CentreRow)}
    return [
        venues.problem(
            record,
            "access",
            f"compound, but {row.centre} is of tier {tiers[row.centre]}",
            allowed=("public", "community"),
        )
        for record, row in venues.rows
        if row.access == "compound" and tiers.get(row.centre, "compound") != "compound"
    ]


def opening_overlaps(tables: AnyTables) -> list[Problem]:
    """Stretches of one schedule that overlap, past midnight and past Sunday too."""
    table = tables.get("hours")
    if table is None:
        return []
    problems: dict[tuple[int, int], Problem] = {}
    schedules: dict[str, list[tuple[int, int, Record]]] = {}
    for record, row in table.rows:
        start, end = minutes_of(row.open), minutes_of(row.close)
        for day in parse_days(row.days):
            holiday = DAYS[day] == "holiday"
            name = f"{row.hours}\nholiday" if holiday else row.hours
            shift = 0 if holiday else day * 1440
            stretches = schedules.setdefault(name, [])
            stretches.append((start + shift, end + shift, record))
            if end + shift > _WEEK and not holiday:
                stretches.append((start + shift - _WEEK, end + shift - _WEEK, record))
    for name, stretches in schedules.items():
        stretches.sort(key=lambda s: (s[0], s[1], s[2].line))
        latest = stretches[0]
        for stretch in stretches[1:]:
            if stretch[0] < latest[1]:
                one, other = sorted((latest[2], stretch[2]), key=lambda r: r.line)
                schedule = name.partition("\n")[0]
                message = f"opening hours of {schedule} overlap those of line {one.line}"
                problem = table.problem(other, "open", message)
                problems.setdefault((one.line, other.line), problem)
            latest = max(latest, stretch, key=lambda s: s[1])
    return list(problems.values())


def off_platform_overlaps(tables: AnyTables) -> list[Problem]:
    """Rows of one kind and day whose hours overlap: which of them held would be anybody's guess."""
    table = tables.get("off_platform")
    if table is None:
        return []
    problems: dict[tuple[int, int], Problem] = {}
    stretches: dict[tuple[str, int], list[tuple[int, int, Record]]] = {}
    for record, row in table.rows:
        for day in parse_days(row.days):
            stretch = minutes_of(row.start), minutes_of(row.end), record
            stretches.setdefault((row.kind, day), []).append(stretch)
    for (kind, _), found in stretches.items():
        found.sort(key=lambda s: (s[0], s[1], s[2].line))
        latest = found[0]
        for stretch in found[1:]:
            if stretch[0] < latest[1]:
                one, other = sorted((latest[2], stretch[2]), key=lambda r: r.line)
                message = f"hours of {kind} overlap those of line {one.line} on the same day"
                problem = table.problem(other, "from", message)
                problems.setdefault((one.line, other.line), problem)
            latest = max(latest, stretch, key=lambda s: s[1])
    return list(problems.values())


def coordinates(tables: AnyTables) -> list[Problem]:
    """Places far from the rest; catches longitude and latitude in the wrong columns."""
    placed = [
        (tables[name], record, row)
        for name in ("origins", "centres")
        if name in tables
        for record, row in tables[name].rows
    ]
    if not placed:
        return []
    lon = statistics.median(row.lon for _, _, row in placed)
    lat = statistics.median(row.lat for _, _, row in placed)
    problems = []
    for table, record, row in placed:
        away = _kilometres(row.lon, row.lat, lon, lat)
        if away > WORLD_KILOMETRES:
            message = f"outside the world: {away:,.0f} km from its middle ({lon:.4f}, {lat:.4f})"
            if _kilometres(row.lat, row.lon, lon, lat) <= WORLD_KILOMETRES:
                message += "; lon and lat are swapped"
            problems.append(table.problem(record, "lon", message))
    return problems


def _kilometres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance."""
    a, b = math.radians(lat1), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2
    h += math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(min(1.0, h)))
