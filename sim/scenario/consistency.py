"""Whether rows that are right alone are right together: access, hours, distances."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from sim.scenario.csv_tables import Record, Table
from sim.scenario.distances import kilometres
from sim.scenario.problems import Problem
from sim.scenario.schema.tables import DAYS, CentreRow, minutes_of, parse_days

__all__ = ["access", "communities", "coordinates", "off_platform_overlaps", "opening_overlaps"]

WORLD_KILOMETRES = 60
_WEEK = 7 * 1440

AnyTables = Mapping[str, Table[Any]]


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


def communities(tables: AnyTables) -> list[Problem]:
    """Check that the centre of a place lies in the place's community."""
    places, centres = tables.get("places"), tables.get("centres")
    if places is None or centres is None:
        return []
    lies_in = {row.centre: row.community for _, row in centres.rows}
    return [
        places.problem(
            record,
            "centre",
            f"{row.centre} lies in {lies_in[row.centre]}, the place in {row.community}",
            allowed=tuple(c for c, community in lies_in.items() if community == row.community),
        )
        for record, row in places.rows
        if row.centre is not None and lies_in.get(row.centre, row.community) != row.community
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
        for name in ("origins", "centres", "places", "candidates", "handovers")
        if name in tables
        for record, row in tables[name].rows
    ]
    if not placed:
        return []
    lon = statistics.median(row.lon for _, _, row in placed)
    lat = statistics.median(row.lat for _, _, row in placed)
    problems = []
    for table, record, row in placed:
        away = kilometres(row.lon, row.lat, lon, lat)
        if away > WORLD_KILOMETRES:
            message = f"outside the world: {away:,.0f} km from its middle ({lon:.4f}, {lat:.4f})"
            if kilometres(row.lat, row.lon, lon, lat) <= WORLD_KILOMETRES:
                message += "; lon and lat are swapped"
            problems.append(table.problem(record, "lon", message))
    return problems
