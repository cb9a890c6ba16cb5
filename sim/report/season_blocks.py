"""What fills a venue's week: sessions, rooms taken next door, hours kept, closed hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.season.published import Place, SeasonWeek, in_order
from sim.season.timetable import Session, clock

__all__ = ["Block", "Given", "blocks_of", "prime_hours", "stretches", "table_of"]

FIRST, SECOND, BESIDE = "session", "second choice", "room taken by another venue"
COLUMNS = ("venue", "use", "weekday", "start", "end", "group", "request", "from", "until", "held")


@dataclass(frozen=True, slots=True)
class Block:
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


def blocks_of(week: SeasonWeek, place: Place) -> tuple[Block, ...]:
    """Closed and kept stretches of a venue, then its sessions and those that share its rooms."""
    closed = stretches("closed", ~place.open, week.step)
    kept = stretches("kept", place.kept & place.open, week.step)
    sessions = in_order([*week.of(place.name), *week.beside(place)])
    return (*closed, *kept, *_in_lanes([_block(s, place) for s in sessions]))


def _block(session: Session, place: Place) -> Block:
    use = FIRST if session.choice == 1 else SECOND
    if session.venue != place.name:
        use = BESIDE
    return Block(use, session.weekday - 1, session.start, session.end, session)


def stretches(use: str, cells: npt.NDArray[np.bool_], step: int) -> list[Block]:
    """Unbroken stretches of true cells, day by day."""
    out = []
    for day, row in enumerate(cells):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
        ends = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        out += [Block(use, day, low * step, high * step) for low, high in ends]
    return out


def _in_lanes(blocks: Sequence[Block]) -> list[Block]:
    """Put blocks that overlap side by side, as few lanes as will do; they come in order."""
    out: list[Block] = []
    cluster: list[Block] = []
    until = (-1, -1)  # day and minute to which the cluster reaches
    for block in blocks:
        if (block.day, block.start) >= until:
            out += _side_by_side(cluster)
            cluster = []
        cluster.append(block)
        until = max(until, (block.day, block.end))
    return [*out, *_side_by_side(cluster)]


def _side_by_side(cluster: Sequence[Block]) -> list[Block]:
    ends: list[int] = []  # of each lane
    lanes = []
    for block in cluster:
        free = [i for i, end in enumerate(ends) if end <= block.start]
        lane = free[0] if free else len(ends)
        ends[lane : lane + 1] = [block.end]
        lanes.append(lane)
    return [
        Block(b.use, b.day, b.start, b.end, b.session, lane, len(ends))
        for b, lane in zip(cluster, lanes, strict=True)
    ]


def table_of(week: SeasonWeek, places: Sequence[Place]) -> pd.DataFrame:
    """All blocks of venues as a table; `held` is the number of dates of a session."""
    rows = [
        (place.name, b.use, b.day + 1, clock(b.start), clock(b.end), *_whose(week, b.session))
        for place in places
        for b in blocks_of(week, place)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _whose(week: SeasonWeek, session: Session | None) -> tuple[str | int, ...]:
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


def prime_hours(week: SeasonWeek, places: Sequence[Place]) -> Given:
    """What of the prime hours of venues goes to groups."""
    prime = any((place.open & week.prime).any() for place in places)
    opened = given = beside = 0.0
    groups: set[str] = set()
    for place in places:
        counted = place.open & week.prime if prime else place.open
        own, near = week.of(place.name), week.beside(place)
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
