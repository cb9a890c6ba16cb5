"""Whether the timetable of clubs fits the venues: room, hours, dates, and no two at once."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

from sim.scenario.checks.draft import Draft
from sim.scenario.openings import DAY, Week, joined, venue_weeks
from sim.scenario.problems import Problem
from sim.scenario.read.csv_tables import Record
from sim.scenario.schema.tables import DAYS
from sim.scenario.schema.timetable import TimetableRow

_TABLE = "timetable"
_HOLIDAY = DAYS.index("holiday")


def dated(draft: Draft) -> Iterator[Problem]:
    """Every row has a date."""
    for record, row in draft.rows(_TABLE):
        if not row.has_date(row.first, row.last):
            message = f"{row.weekday}: no {_weekday(row)} lies from {row.first} until {row.last}"
            yield draft.cell(_TABLE, record, "weekday", message)


def large_enough(draft: Draft) -> Iterator[Problem]:
    """Every venue holds the people of its blocks."""
    capacity = {row.venue: row.capacity for row in draft.tables.venues}
    for record, row in draft.rows(_TABLE):
        most = capacity[row.venue]
        if row.party_size > most:
            message = f"{row.party_size} people, but {row.venue} holds {most}"
            yield draft.cell(_TABLE, record, "party_size", message, (f"at most {most}",))


def overlaps(draft: Draft) -> Iterator[Problem]:
    """No two rows take a venue at a time on a common date; each is told with the first such."""
    rooms: dict[tuple[str, int], list[tuple[Record, TimetableRow]]] = {}
    for record, row in draft.rows(_TABLE):
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
                    yield draft.cell(_TABLE, record, "venue", message)
                    break


def opening(draft: Draft) -> Iterator[Problem]:
    """The venue of a block is open on some date of it, closures left aside: those lose sessions.

    Which dates are public holidays takes long to load: hours of a holiday count for every weekday.
    """
    if not draft.tables.timetable:
        return
    weeks = venue_weeks(draft.scenario, draft.tables)
    open_in = {venue.venue: week for venue, week in weeks}
    for record, row in draft.rows(_TABLE):
        week = open_in[row.venue]
        if not _fits(week, row):
            message = f"{row.venue} is not open on {_weekday(row)} {row.start}-{row.end}"
            yield draft.cell(_TABLE, record, "start", message, _hours(week, row))


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


def counted(draft: Draft) -> Iterator[Problem]:
    """The timetable has a date inside the counting window: else it judges nothing."""
    rows, window = draft.tables.timetable, draft.scenario.window
    if not rows or any(row.has_date(window.first, window.last) for row in rows):
        return
    message = (
        f"its blocks hold from {min(row.first for row in rows)} until "
        f"{max(row.last for row in rows)} and none has a date in the counting window "
        f"({window.first} until {window.last})"
    )
    allowed = "`from` and `until` that touch the window"
    yield draft.at(("timetable", "blocks"), message, allowed)


CHECKS = (dated, large_enough, overlaps, opening, counted)
