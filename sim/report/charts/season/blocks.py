"""What fills a venue's week, how many prime hours it gives to groups, and both in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimise.slots.solution import Solution
from sim.messages import chinese, clauses, say
from sim.report import theme
from sim.report.context import ChartContext
from sim.report.page import Page
from sim.report.words import percent
from sim.season.published import PublishedVenue, SeasonWeek, chronological
from sim.season.timetable import Session, clock

FIRST, SECOND, BESIDE = "session", "second choice", "room taken by another venue"
COLUMNS = ("venue", "use", "weekday", "start", "end", "group", "request", "from", "until", "held")


@dataclass(frozen=True, slots=True)
class WeekBlock:
    """A stretch of a venue's week.

    Attributes
    ----------
    use
        `session`, `second choice`, `room taken by another venue`, `kept` or `closed`.
    day
        0 = Monday.
    start, end
        Minutes after midnight.
    session
        Whose it is, of the first three uses.
    lane, lanes
        Blocks of other dates at the same time stand side by side: which of how many.
    """

    use: str
    day: int
    start: int
    end: int
    session: Session | None = None
    lane: int = 0
    lanes: int = 1


def blocks_of(week: SeasonWeek, place: PublishedVenue) -> tuple[WeekBlock, ...]:
    """Closed and kept stretches of a venue, then its sessions and those that share its rooms."""
    closed = stretches("closed", ~place.open, week.step)
    kept = stretches("kept", place.kept & place.open, week.step)
    sessions = chronological([*week.sessions_in(place.name), *week.sessions_sharing(place)])
    return (*closed, *kept, *_in_lanes([_block(s, place) for s in sessions]))


def _block(session: Session, place: PublishedVenue) -> WeekBlock:
    use = FIRST if session.choice == 1 else SECOND
    if session.venue != place.name:
        use = BESIDE
    return WeekBlock(use, session.weekday - 1, session.start, session.end, session)


def stretches(use: str, cells: npt.NDArray[np.bool_], step: int) -> list[WeekBlock]:
    """Unbroken stretches of true cells, day by day."""
    out = []
    for day, row in enumerate(cells):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
        ends = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        out += [WeekBlock(use, day, low * step, high * step) for low, high in ends]
    return out


def _in_lanes(blocks: Sequence[WeekBlock]) -> list[WeekBlock]:
    """Put blocks that overlap side by side, as few lanes as will do; they come in order."""
    out: list[WeekBlock] = []
    cluster: list[WeekBlock] = []
    until = (-1, -1)  # day and minute to which the cluster reaches
    for block in blocks:
        if (block.day, block.start) >= until:
            out += _side_by_side(cluster)
            cluster = []
        cluster.append(block)
        until = max(until, (block.day, block.end))
    return [*out, *_side_by_side(cluster)]


def _side_by_side(cluster: Sequence[WeekBlock]) -> list[WeekBlock]:
    ends: list[int] = []  # of each lane
    lanes = []
    for block in cluster:
        free = [i for i, end in enumerate(ends) if end <= block.start]
        lane = free[0] if free else len(ends)
        ends[lane : lane + 1] = [block.end]
        lanes.append(lane)
    return [
        WeekBlock(b.use, b.day, b.start, b.end, b.session, lane, len(ends))
        for b, lane in zip(cluster, lanes, strict=True)
    ]


def table_of(week: SeasonWeek, places: Sequence[PublishedVenue]) -> pd.DataFrame:
    """All blocks of venues as a table; `held` is the number of dates of a session."""
    rows = [
        (place.name, b.use, b.day + 1, clock(b.start), clock(b.end), *_order(week, b.session))
        for place in places
        for b in blocks_of(week, place)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def printed_weeks(week: SeasonWeek) -> pd.DataFrame:
    """The rows of `weeks.csv`: blocks of every venue, with what a sheet needs to show them."""
    rows = [
        (place.centre, place.kind, b.lane, b.lanes)
        for place in week.places
        for b in blocks_of(week, place)
    ]
    more = pd.DataFrame(rows, columns=["centre", "kind", "lane", "lanes"])
    return pd.concat([table_of(week, week.places), more], axis=1)


def _order(week: SeasonWeek, session: Session | None) -> tuple[str | int, ...]:
    if session is None:
        return ("", "", "", "", "")
    dates = session.first.isoformat(), session.last.isoformat()
    return (session.group, session.request, *dates, len(week.dates(session)))


@dataclass(frozen=True, slots=True)
class Given:
    """Prime hours of a week (all open hours where none are prime): open, given, left.

    A session of part of the season counts in part. `beside` are hours in which only a venue that
    shares a room is in use; what is left is for residents.
    """

    open: float
    given: float
    beside: float
    groups: int
    prime: bool

    @property
    def left(self) -> float:
        """Hours that stay for residents."""
        return self.open - self.given - self.beside


def prime_hours(week: SeasonWeek, places: Sequence[PublishedVenue]) -> Given:
    """Prime hours of venues that go to groups."""
    prime = any((place.open & week.prime).any() for place in places)
    opened = given = beside = 0.0
    groups: set[str] = set()
    for place in places:
        counted = place.open & week.prime if prime else place.open
        own, near = week.sessions_in(place.name), week.sessions_sharing(place)
        mine = np.where(counted, week.taken(own), 0.0)
        both = np.where(counted, week.taken([*own, *near]), 0.0)
        opened += week.hours(counted)
        given += week.hours(mine)
        beside += week.hours(both - mine)
        groups |= {s.group for s in own if _inside(week, s, counted)}
    return Given(opened, given, beside, len(groups), prime)


def _inside(week: SeasonWeek, session: Session, cells: npt.NDArray[np.bool_]) -> bool:
    day = cells[session.weekday - 1]
    return bool(day[session.start // week.step : -(-session.end // week.step)].any())


SIZES = (theme.SMALL, 12, 10)
LEADING = 1.2  # of a line, in font sizes


def season_context(week: SeasonWeek, context: ChartContext) -> ChartContext:
    """Words around charts of a timetable: the season, the proof, and no interval."""
    return replace(
        context,
        first_day=week.first,
        last_day=week.last,
        n_replications=0,
        source=say(f"season.source.{week_requests(context)}", world=context.world),
        assumption_note=say("season.census"),
        level_note=proof(week.solution) if week.solution else say("season.by-hand"),
    )


def week_requests(context: ChartContext) -> str:
    """Whether the requests are real, synthetic or partly so: the first word of their phrase."""
    return context.requests.rpartition(" ")[0].partition(" ")[0] or "real"


def proof(solution: Solution) -> str:
    """How good a timetable is known to be."""
    value, bound = solution.value, solution.bound
    if solution.status == "optimal":
        return say("season.best", value=value)
    if solution.bound_tells:
        words = say("season.within", value=value, gap=percent(solution.gap), bound=bound)
    else:
        words = say("season.maybe", value=value)
    return clauses(words, say("season.cut") if solution.cut else "")


def hours(value: float) -> str:
    """Hours with at most one decimal."""
    return f"{round(value, 1) + 0.0:g}"


def given_title(name: str, given: Given) -> str:
    """Share of a place's prime hours that groups get, and the rest for residents."""
    kind = say("season.prime" if given.prime else "season.open")
    said = {"name": name, "open": hours(given.open), "kind": kind}
    if not round(given.given + given.beside, 1):
        return say("season.all-stay", **said)
    groups = say("season.groups" if given.groups else "season.no-group", n=given.groups)
    said |= {"given": hours(given.given), "groups": groups, "left": hours(given.left)}
    if round(given.beside, 1):
        return say("season.given.beside", beside=hours(given.beside), **said)
    return say("season.given", **said)


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
    return f"{day.month}月{day.day}日" if chinese() else f"{day.day} {day:%b}"


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
    """As much of a name as fits, then its dates, then its times; one line is as large as may be."""
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
