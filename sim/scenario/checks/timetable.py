"""Whether clubs' blocks and a season of group requests fit the venues, their hours and the dates.

What needs walks is checked where they are known: `sim.season.locks`.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Literal

from sim.scenario.checks.draft import Draft
from sim.scenario.derived.openings import DAY, Week, joined, venue_weeks
from sim.scenario.problems import InputProblem
from sim.scenario.read.csv_tables import CsvRecord
from sim.scenario.schema.season import Allocation
from sim.scenario.schema.tables import DAYS
from sim.scenario.schema.timetable import RequestRow, TimetableRow, listed, pin_of

_BLOCKS = "timetable"
_HOLIDAY = DAYS.index("holiday")


def dated(draft: Draft) -> Iterator[InputProblem]:
    """Check that every row has a date."""
    for record, row in draft.rows(_BLOCKS):
        if not row.has_date(row.first, row.last):
            message = f"{row.weekday}: no {_weekday(row)} lies from {row.first} until {row.last}"
            yield draft.cell(_BLOCKS, record, "weekday", message)


def large_enough(draft: Draft) -> Iterator[InputProblem]:
    """Check that every venue holds the people of its blocks."""
    capacity = {row.venue: row.capacity for row in draft.tables.venues}
    for record, row in draft.rows(_BLOCKS):
        most = capacity[row.venue]
        if row.party_size > most:
            message = f"{row.party_size} people, but {row.venue} holds {most}"
            yield draft.cell(_BLOCKS, record, "party_size", message, (f"at most {most}",))


def overlaps(draft: Draft) -> Iterator[InputProblem]:
    """Check that no two rows take a venue at once on a common date; name the first such pair."""
    rooms: dict[tuple[str, int], list[tuple[CsvRecord, TimetableRow]]] = {}
    for record, row in draft.rows(_BLOCKS):
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
                    yield draft.cell(_BLOCKS, record, "venue", message)
                    break


def opening(draft: Draft) -> Iterator[InputProblem]:
    """The venue of a block is open on some date of it, closures left aside: those lose sessions.

    Which dates are public holidays takes long to load: hours of a holiday count for every weekday.
    """
    if not draft.tables.timetable:
        return
    weeks = venue_weeks(draft.scenario, draft.tables)
    open_in = {venue.venue: week for venue, week in weeks}
    for record, row in draft.rows(_BLOCKS):
        week = open_in[row.venue]
        if not _fits(week, row):
            message = f"{row.venue} is not open on {_weekday(row)} {row.start}-{row.end}"
            yield draft.cell(_BLOCKS, record, "start", message, _hours(week, row))


def _fits(week: Week, row: TimetableRow) -> bool:
    start, end = row.stretch
    day = row.weekday - 1
    return any(
        since <= start and end <= until
        for today, yesterday in itertools.product((day, _HOLIDAY), ((day - 1) % 7, _HOLIDAY))
        for since, until in joined((*week[today], *_overnight(week[yesterday])))
    )


def _overnight(stretches: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """Hours of yesterday's opening that lie past midnight."""
    return ((max(s - DAY, 0), e - DAY) for s, e in stretches if e > DAY)


def _hours(week: Week, row: TimetableRow) -> tuple[str, ...]:
    """Opening hours of the row's weekday in words."""
    stretches = joined(week[row.weekday - 1])
    words = (f"{s // 60:02d}:{s % 60:02d}-{e // 60:02d}:{e % 60:02d}" for s, e in stretches)
    return tuple(words) or ("no hour: it is closed on this weekday",)


def _weekday(row: TimetableRow) -> str:
    return f"{dt.date(2000, 1, 2 + row.weekday):%A}"  # 3 January 2000 was a Monday


def counted(draft: Draft) -> Iterator[InputProblem]:
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
    yield draft.problem(("timetable", "blocks"), message, allowed)


_REQUESTS = "group_requests"


def halves(draft: Draft) -> Iterator[InputProblem]:
    """No whole is named twice, and none is itself a part."""
    given = [] if draft.scenario.allocation is None else draft.scenario.allocation.halves
    parts = {name for one in given for name in one.parts}
    wholes = [one.whole for one in given]
    for i, whole in enumerate(wholes):
        key = ("allocation", "halves", i, "whole")
        if whole in parts:
            message = f"{whole} is a part of another: name the smallest parts of each whole"
            yield draft.problem(key, message)
        if whole in wholes[:i]:
            yield draft.problem(key, f"{whole} is given twice")


def unread_pin(decision: Literal["lock", "reject"], text: str) -> str | None:
    """Fault of a decision in words; None: it can be read."""
    try:
        pin_of(decision, text)
    except ValueError as error:
        found = getattr(error, "errors", None)
        if found is None:
            return str(error)
        first = found(include_url=False)[0]
        return str(first.get("ctx", {}).get("error", first["msg"]))
    return None


def pins(draft: Draft) -> Iterator[InputProblem]:
    """Decisions in the YAML can be read."""
    allocation = draft.scenario.allocation
    if allocation is None:
        return
    both: tuple[tuple[str, Literal["lock", "reject"], list[str]], ...] = (
        ("locks", "lock", allocation.locks),
        ("rejections", "reject", allocation.rejections),
    )
    for key, decision, texts in both:
        for i, text in enumerate(texts):
            message = unread_pin(decision, text)
            if message is not None:
                yield draft.problem(("allocation", key, i), message)


def requests(draft: Draft) -> Iterator[InputProblem]:
    """Venues are of the kind asked for, stretches lie on the grid, dates touch the season."""
    allocation = draft.scenario.allocation
    kinds = {row.venue: row.kind for row in draft.tables.venues}
    for record, row in draft.rows(_REQUESTS) if allocation is not None else ():
        assert allocation is not None
        for name in listed(row.venues):
            if kinds.get(name, row.kind) != row.kind:
                message = f"{name} is of kind {kinds[name]}; {row.request} asks for {row.kind}"
                yield draft.cell(_REQUESTS, record, "venues", message)
        yield from _off_grid(draft, record, row, allocation.grid_minutes)
        yield from _dateless(draft, record, row, allocation)


def _off_grid(
    draft: Draft, record: CsvRecord, row: RequestRow, grid: int
) -> Iterator[InputProblem]:
    """Stretches that do not lie on the grid."""
    for choice, column in ((1, "first_choice"), (2, "second_choice")):
        ends = [m for _, *stretch, n in row.windows if n == choice for m in stretch]
        bad = next((m for m in ends if m % grid), None)
        if bad is not None:
            clock = f"{bad // 60:02d}:{bad % 60:02d}"
            message = f"{clock} does not lie on the grid of {grid} minutes"
            yield draft.cell(_REQUESTS, record, column, f"{message} (allocation.grid_minutes)")


def _dateless(
    draft: Draft, record: CsvRecord, row: RequestRow, allocation: Allocation
) -> Iterator[InputProblem]:
    """Dates that do not touch the season."""
    season = allocation.season
    first, last = row.first or season.first, row.last or season.last
    if first > season.last or last < season.first:
        column = "from" if row.first is not None and first > season.last else "until"
        message = f"no date of {first} until {last} lies in the season"
        allowed = (f"dates of {season.first} until {season.last}",)
        yield draft.cell(_REQUESTS, record, column, message, allowed)


CHECKS = (dated, large_enough, overlaps, opening, counted, halves, pins, requests)
