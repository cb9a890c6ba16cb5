"""Whether the timetable of clubs fits the venues: room, hours, dates, and no two at once."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

from sim.scenario.csv_tables import Record, Table
from sim.scenario.nodes import MappingNode, dotted
from sim.scenario.openings import DAY, Week, joined, weeks_in_zones
from sim.scenario.partial import Data, named_parts, part, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.references import AnyTables
from sim.scenario.schema.place import CountingWindow, Opening, Zone
from sim.scenario.schema.tables import DAYS
from sim.scenario.schema.timetable import TimetableRow
from sim.scenario.tables import Tables

__all__ = ["blocks", "opening", "window"]

_KEY = ("timetable", "blocks")
_HOLIDAY = DAYS.index("holiday")


def blocks(tables: AnyTables) -> list[Problem]:
    """Rows without a date, of more people than the venue holds, or at the time of another."""
    table = tables.get("timetable")
    if table is None:
        return []
    return [*_dateless(table), *_too_large(table, tables), *_overlaps(table)]


def _dateless(table: Table[Any]) -> Iterator[Problem]:
    for record, row in table.rows:
        if not row.has_date(row.first, row.last):
            message = f"{row.weekday}: no {_weekday(row)} lies from {row.first} until {row.last}"
            yield table.problem(record, "weekday", message)


def _too_large(table: Table[Any], tables: AnyTables) -> Iterator[Problem]:
    venues = tables.get("venues")
    capacity = {row.venue: row.capacity for _, row in venues.rows} if venues is not None else {}
    for record, row in table.rows:
        most = capacity.get(row.venue, row.party_size)
        if row.party_size > most:
            message = f"{row.party_size} people, but {row.venue} holds {most}"
            yield table.problem(record, "party_size", message, allowed=(f"at most {most}",))


def _overlaps(table: Table[Any]) -> Iterator[Problem]:
    """Rows at the time of another in the same venue on a common date, each with the first such."""
    rooms: dict[tuple[str, int], list[tuple[Record, TimetableRow]]] = {}
    for record, row in table.rows:
        rooms.setdefault((row.venue, row.weekday), []).append((record, row))
    for found in rooms.values():
        for n, (record, row) in enumerate(found):
            start, end = row.stretch
            for other, earlier in itertools.islice(found, n):
                since, until = earlier.stretch
                if since < end and start < until and earlier.has_date(row.first, row.last):
                    message = (
                        f"{row.venue} is taken by {earlier.request} of line {other.line} on "
                        f"{_weekday(row)} {earlier.start}-{earlier.end}, "
                        f"{row.date_from(earlier.first)} among others"
                    )
                    yield table.problem(record, "venue", message)
                    break


def opening(data: Data, tables: AnyTables, known: Tables) -> list[Problem]:
    """Blocks for which the venue is open on no date, closures left aside: those lose sessions.

    Which dates are public holidays takes long to load: hours of a holiday count for every weekday.

    Parameters
    ----------
    known
        The rows that hold.
    """
    table = tables.get("timetable")
    if table is None or not table.rows:
        return []
    own = {name: zone.opening for name, zone in named_parts(data, Zone, "zones").items()}
    general = part(Opening, value_at(data, "opening")) or Opening()
    open_in = {venue.venue: week for venue, week in weeks_in_zones(general, own, known)}
    problems = []
    for record, row in table.rows:
        week = open_in.get(row.venue)
        if week is not None and not _fits(week, row):
            message = f"{row.venue} is not open on {_weekday(row)} {row.start}-{row.end}"
            problems.append(table.problem(record, "start", message, allowed=_hours(week, row)))
    return problems


def _fits(week: Week, row: TimetableRow) -> bool:
    start, end = row.stretch
    day = row.weekday - 1
    return any(
        since <= start and end <= until
        for today, yesterday in itertools.product((day, _HOLIDAY), ((day - 1) % 7, _HOLIDAY))
        for since, until in joined((*week[today], *_overnight(week[yesterday])))
    )


def _overnight(stretches: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """What of yesterday's opening lies past midnight."""
    return ((max(s - DAY, 0), e - DAY) for s, e in stretches if e > DAY)


def _hours(week: Week, row: TimetableRow) -> tuple[str, ...]:
    """Opening hours of the row's weekday in words."""
    stretches = joined(week[row.weekday - 1])
    words = (f"{s // 60:02d}:{s % 60:02d}-{e // 60:02d}:{e % 60:02d}" for s, e in stretches)
    return tuple(words) or ("no hour: it is closed on this weekday",)


def _weekday(row: TimetableRow) -> str:
    return f"{dt.date(2000, 1, 2 + row.weekday):%A}"  # 3 January 2000 was a Monday


def window(data: Data, tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Check that the timetable has any date inside the counting window: else it judges nothing."""
    table = tables.get("timetable")
    counted = part(CountingWindow, value_at(data, "window"))
    if table is None or not table.rows or counted is None:
        return []
    first = min(row.first for _, row in table.rows)
    last = max(row.last for _, row in table.rows)
    if any(row.has_date(counted.first, counted.last) for _, row in table.rows):
        return []
    message = (
        f"its blocks hold from {first} until {last} and none has a date in the counting window "
        f"({counted.first} until {counted.last})"
    )
    place = value_place(merged, *_KEY)
    return [at(place, dotted(_KEY), message, ("`from` and `until` that touch the window",))]
