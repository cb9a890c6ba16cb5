"""Weekly opening hours as stretches: how long, on which days, and with a zone's own hours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from sim.scenario.schema.place import Opening, ZoneOpening
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import (
    DAYS,
    CentreRow,
    HoursRow,
    VenueRow,
    minutes_of,
    parse_days,
)
from sim.scenario.tables import Tables

DAY = 1440
HOLIDAYS = 8
"""Days off in a row, at most: a golden week with a festival in it."""
Stretch = tuple[int, int]
"""Begin and end, in minutes."""
Week = tuple[tuple[Stretch, ...], ...]
"""Stretches of each of `DAYS`, in minutes from its midnight; beyond 1,440 on the next day."""
Openings = Sequence[tuple[VenueRow, Week]]
"""Venues with their weeks."""


def weeks(rows: Iterable[HoursRow]) -> dict[str, Week]:
    """Opening hours -> their week."""
    found: dict[str, list[list[Stretch]]] = {}
    for row in rows:
        week = found.setdefault(row.hours, [[] for _ in DAYS])
        for day in parse_days(row.days):
            week[day].append((minutes_of(row.open), minutes_of(row.close)))
    return {name: tuple(tuple(sorted(day)) for day in week) for name, week in found.items()}


def moved_ends(
    general: Opening, zone: ZoneOpening, centre: CentreRow, kind: str
) -> tuple[int | None, int | None]:
    """Minutes to which a venue's first opening and last closing of a day are moved.

    None: as in the tables. A zone's own goes before that of all zones, end by end.
    """
    opens = closes = None
    if (
        (not general.tiers or centre.tier in general.tiers)
        and (not general.kinds or kind in general.kinds)
        and (not general.centres or centre.centre in general.centres)
    ):
        opens, closes = general.opens, general.closes
    if not zone.tiers or centre.tier in zone.tiers:
        opens, closes = zone.opens or opens, zone.closes or closes
    return (
        None if opens is None else minutes_of(opens),
        None if closes is None else minutes_of(closes),
    )


def shifted(day: Sequence[Stretch], first: int | None, last: int | None) -> Iterator[Stretch]:
    """Move the first opening and the last closing of a day that has any; breaks in between stay.

    Where the new hours lie wholly before or after the old ones, what lies between the new ends
    remains.
    """
    for i, (start, end) in enumerate(day):
        since, until = start, end
        if first is not None:
            since = first if i == 0 else max(start, first)
        if last is not None:
            until = last if i == len(day) - 1 else min(end, last)
        if since < until:
            yield since, until


def venue_weeks(scenario: Scenario, tables: Tables) -> list[tuple[VenueRow, Week]]:
    """Every venue with its week by the hours of all zones and by the zones' own."""
    plain = weeks(tables.hours)
    zone_of = {row.community: scenario.zones[row.zone] for row in tables.communities}
    centres = {row.centre: row for row in tables.centres}
    moved: dict[tuple[str, tuple[int | None, int | None]], Week] = {}
    found = []
    for venue in tables.venues:
        centre = centres[venue.centre]
        own = zone_of[centre.community].opening
        ends = moved_ends(scenario.opening, own, centre, venue.kind)
        key = venue.hours, ends
        if key not in moved:
            moved[key] = tuple(tuple(shifted(day, *ends)) for day in plain[venue.hours])
        found.append((venue, moved[key]))
    return found


def joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches in order, those that touch made one."""
    since, until = 0, -1
    for start, end in sorted(stretches):
        if start > until:
            if since < until:
                yield since, until
            since = start
        until = max(until, end)
    if since < until:
        yield since, until


def longest(week: Week) -> float:
    """Minutes that the venue may be open at a stretch; infinite if it never closes.

    A stretch goes on past midnight and past Sunday, and through holidays, which may follow any day
    and each other.
    """
    usual = [(s + d * DAY, e + d * DAY) for d in range(14) for s, e in week[d % 7]]
    lengths = [e - s for s, e in joined(usual)]
    if max(lengths, default=0) > 7 * DAY:
        return math.inf
    after = 1 + HOLIDAYS
    holidays = [(s + d * DAY, e + d * DAY) for d in range(1, after) for s, e in week[7]]
    around = [(s + d * DAY, e + d * DAY) for d in (0, after) for day in week[:7] for s, e in day]
    lengths += [e - s for s, e in joined([*holidays, *around])]
    return max(lengths, default=0)
