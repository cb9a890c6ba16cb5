"""Words of a published season: findings, footers and what stands in a block."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from optimise.slots.solution import Solution
from sim.report import theme
from sim.report.data import ChartContext
from sim.report.page import Page
from sim.report.season_blocks import Given
from sim.report.words import percent
from sim.season.published import SeasonWeek
from sim.season.timetable import Session, clock

__all__ = ["fitted_words", "given_title", "hours", "number", "season_context", "within"]

SIZES = (theme.SMALL, 12, 10)
LEADING = 1.2  # of a line, in font sizes
CENSUS = "all sessions and requests, no sample: no interval"


def season_context(week: SeasonWeek, context: ChartContext) -> ChartContext:
    """What stands around charts of a timetable: the season, the proof, and no interval."""
    return replace(
        context,
        first_day=week.first,
        last_day=week.last,
        n_replications=0,
        source=f"linli timetable of {context.requests} in {context.world}",
        assumption_note=CENSUS,
        level_note=proof(week.solution) if week.solution else "made by hand",
    )


def proof(solution: Solution) -> str:
    """How good a timetable is known to be."""
    value = f"{solution.value:,} weighted minutes"
    if solution.status == "optimal":
        return f"{value}, proven best"
    if solution.bound_tells:
        value += f", at most {percent(solution.gap)} below the best (bound {solution.bound:,})"
    else:
        value += ", a better timetable may exist"
    return f"{value}; the clock stopped the search" if solution.cut else value


def number(n: int, one: str) -> str:
    """`1 group`, `2 groups`, `no group`."""
    return f"{n or 'no'} {one}{'s' if n > 1 else ''}"


def hours(value: float) -> str:
    """Hours with at most one decimal."""
    return f"{round(value, 1) + 0.0:g}"


def given_title(name: str, given: Given) -> str:
    """What groups get of a place's prime hours, and what stays for residents."""
    kind = "prime" if given.prime else "open"
    if not round(given.given + given.beside, 1):
        return f"{name}: all {hours(given.open)} {kind} hours stay for residents"
    title = f"{name}: {hours(given.given)} of {hours(given.open)} {kind} hours go to "
    title += number(given.groups, "group")
    if round(given.beside, 1):
        title += f", {hours(given.beside)} to venues that share its room"
    return f"{title}, {hours(given.left)} stay for residents"


def within(venue: str, centre: str) -> str:
    """A venue's name without that of its centre, where it begins with it."""
    return venue.removeprefix(centre).lstrip("·:- ") or venue


def times(session: Session) -> str:
    """`18:00–20:00`."""
    return f"{clock(session.start)}–{clock(session.end)}"


def dates(session: Session) -> str:
    """`3 Mar–30 Apr`."""
    return f"{_date(session.first)}–{_date(session.last)}"


def _date(day: dt.date) -> str:
    return f"{day.day} {day:%b}"


def fitted_words(
    page: Page, name: str, session: Session, part: bool, width: float, height: float
) -> tuple[list[str], int]:
    """Lines for a block of width x height inches, and their size; none if nothing fits.

    A name over several lines, times and, of part of the season, dates. Where they do not fit even
    in small letters times go first, and the name is cut; dates stay as long as anything does.
    """
    for size in SIZES:
        more = [[times(session)], _dates(page, session, size, width) if part else []]
        lines = [page.fitted(line, size, width) for line in page.wrapped(name, size, width)]
        found = [*lines, *more[0], *more[1]]
        if len(found) <= _room(height, size) and page.width_of(times(session), size) <= width:
            return found, size
    return _cut(page, name, session, part, width, height)


def _cut(
    page: Page, name: str, session: Session, part: bool, width: float, height: float
) -> tuple[list[str], int]:
    """What fits of a name, then its dates, then its times; one line is as large as may be."""
    sizes = [size for size in SIZES if _room(height, size)]
    if not sizes:
        return [], 0
    size = sizes[-1]
    room = _room(height, size)
    if room == 1 and not part:
        return [page.fitted(name, sizes[0], width)], sizes[0]
    when = _dates(page, session, size, width) if part else [times(session)]
    if room == 1 or len(when) >= room:
        room_left = width - page.width_of(f" {dates(session)}", size)
        if room_left < 0.3:
            return [page.fitted(name, size, width)], size
        return [f"{page.fitted(name, size, room_left)} {dates(session)}"], size
    when = [line for line in when if page.width_of(line, size) <= width]
    lines, head = page.wrapped(name, size, width), room - len(when)
    if len(lines) > head:
        rest = name
        for line in lines[: head - 1]:
            rest = rest.removeprefix(line).lstrip()
        lines = [*lines[: head - 1], rest]
    return [*(page.fitted(line, size, width) for line in lines), *when], size


def _dates(page: Page, session: Session, size: int, width: float) -> list[str]:
    """Dates on one line, or on two where that is too wide."""
    line = dates(session)
    if page.width_of(line, size) <= width:
        return [line]
    first, last = line.split("–")
    return [f"{first}–", last]


def _room(height: float, size: int) -> int:
    """Lines of a size that fit into a height."""
    return int((height - 0.02) / (size * LEADING / 72))
