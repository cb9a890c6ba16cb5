"""A seed becomes requests for a season in the default world, and last season's timetable."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sim.scenario.schema.allocation_rows import Window, parse_windows
from sim.season.generate.rooms import Room, rooms_of
from sim.season.generate.sorts import SORTS, Sort
from sim.season.timetable import COLUMNS, clock
from sim.world.generate import make_world, spec_named
from sim.world.generate.draws import apportion, uniforms
from sim.world.generate.rows import GeneratedWorld, Row

__all__ = ["GeneratedSeason", "make_season"]

SOURCE = "synthetic; no real club; all assumed"
LAST_FIRST, LAST_UNTIL = dt.date(2025, 2, 24), dt.date(2025, 7, 13)
"""Dates of the season before."""
ASKED_FROM = dt.date(2025, 6, 2)
ASKED_DAYS = 42
RETURNING = 0.6
"""Share of groups that were there last season (assumption)."""
NAMES_VENUES = 0.65
"""Share of groups that name venues; the rest take any near one (assumption)."""
NEAR_MINUTES, NEAR_ENOUGH = 18.0, 4
"""Who names none has so many suitable venues within so many minutes."""
GRID = 30


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GeneratedSeason:
    """Rows of `requests.csv` and of `last-season.csv`, in file order."""

    requests: tuple[Row, ...]
    last_season: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Home:
    name: str
    community: str
    compound: str
    lon: float
    lat: float


def make_season(seed: int, world: str = "cangqian") -> GeneratedSeason:
    """Generate requests of groups in a world of the same seed.

    Parameters
    ----------
    seed
        Every draw is keyed by this, its purpose and the name of the request.
    world
        A name that `linli world` knows.

    Raises
    ------
    ValueError
        If there is no such world.
    """
    made = make_world(spec_named(world), seed)
    rooms = rooms_of(made)
    requests: list[Row] = []
    last: list[Row] = []
    taken: set[tuple[str, int, int]] = set()
    for sort in SORTS:
        for i, home in enumerate(_homes(sort, made)):
            name = f"{sort.name}-{i + 1:03d}"
            row, had = _request(sort, i, name, home, rooms, seed)
            requests.append(row)
            if uniforms(seed, "returning", name, 1)[0] < RETURNING:
                last += _last(row, had, taken)
    return GeneratedSeason(tuple(requests), tuple(last))


def _homes(sort: Sort, world: GeneratedWorld) -> Iterator[_Home]:
    """Homes of a sort's requests: origins in proportion to people, or upper centres in turn."""
    if sort.homes == "centre":
        upper = [c for c in world.centres if c["tier"] != "compound"]
        for row in (upper[i % len(upper)] for i in range(sort.count)):
            lon, lat = float(row["lon"]), float(row["lat"])
            yield _Home(str(row["centre"]), str(row["community"]), "", lon, lat)
        return
    types = ("compound", "village") if sort.homes == "compound" else (sort.homes,)
    origins = [o for o in world.origins if o["type"] in types]
    own = [p for p in world.people if p["segment"] == sort.segment]
    people = {str(p["origin"]): int(p["people"]) for p in own}
    weights = [float(people.get(str(o["origin"]), 0)) for o in origins]
    for origin, n in zip(origins, apportion(weights, sort.count), strict=True):
        name = str(origin["origin"])
        compound = name if origin["type"] in ("compound", "village") else ""
        lon, lat = float(origin["lon"]), float(origin["lat"])
        for _ in range(n):
            yield _Home(name, str(origin["community"]), compound, lon, lat)


def _request(
    sort: Sort, i: int, name: str, home: _Home, rooms: Sequence[Room], seed: int
) -> tuple[Row, list[Room]]:
    """A row of `requests.csv`, and the rooms that suit it, the nearest first."""
    u = uniforms(seed, "request", name, 8)
    first, second = _one(sort.choices, u[0])
    shortest, longest = _one(sort.minutes, u[1])
    sessions = _one(sort.sessions, u[2])
    party = sort.party[0] + int(u[3] * (sort.party[1] - sort.party[0] + 1))
    suits = [r for r in _near(sort, home, rooms) if _opens(r, f"{first}; {second}", shortest)]
    while suits and not any(r.capacity >= party for r in suits):
        party -= 1
    suits = [r for r in suits if r.capacity >= party]
    near = [r for r in suits if r.minutes(home.lon, home.lat) <= NEAR_MINUTES]
    named = suits[: 2 + int(u[5] * 4)]
    if u[4] >= NAMES_VENUES and len(near) >= NEAR_ENOUGH:
        named = []
    return {
        "request": name,
        "group": f"{sort.label}{i + 1}·{home.name}",
        "segment": sort.segment,
        "kind": sort.kind,
        "equipment": sort.equipment,
        "party_size": party,
        "shortest_minutes": shortest,
        "longest_minutes": longest,
        "sessions": sessions,
        "spacing_days": 2 if sessions in (2, 3) and u[6] < 0.5 else 1,
        "priority": _one(sort.priority, u[6]),
        "home": home.name,
        "asked_on": (ASKED_FROM + dt.timedelta(days=int(u[7] * ASKED_DAYS))).isoformat(),
        "members": party * (2 + int(u[0] * 4)),
        "level": _one(sort.levels, u[1]) if sort.levels else "",
        "venues": ";".join(r.name for r in named),
        "first_choice": first,
        "second_choice": second,
        "source": SOURCE,
    }, suits


def _one(options: Sequence[T], u: float) -> T:
    return options[int(u * len(options))]


def _near(sort: Sort, home: _Home, rooms: Sequence[Room]) -> list[Room]:
    """Rooms of the kind that let the home in, the nearest first."""
    found = [
        r
        for r in rooms
        if r.kind == sort.kind
        and r.lets_in(home.community, home.compound)
        and (sort.equipment != "piano" or r.has_piano)
    ]
    return sorted(found, key=lambda r: (round(r.minutes(home.lon, home.lat), 6), r.name))


def _opens(room: Room, windows: str, shortest: int) -> bool:
    """Whether a room is open for a session in some of the stretches."""
    return any(_slots(room, window, shortest) for window in parse_windows(windows))


def _slots(room: Room, window: Window, minutes: int) -> list[tuple[int, int]]:
    """Starts and ends of sessions that lie in a stretch and in the room's hours."""
    day, start, end = window
    return [
        (t, t + minutes)
        for t in range(math.ceil(start / GRID) * GRID, end - minutes + 1, GRID)
        if any(since <= t and t + minutes <= until for since, until in room.week[day])
    ]


def _last(row: Row, rooms: Sequence[Room], taken: set[tuple[str, int, int]]) -> Iterator[Row]:
    """Last season's sessions: the first that were free, in the order of the table."""
    days: set[int] = set()
    minutes, wanted = int(row["longest_minutes"]), int(row["sessions"])
    for choice, column in ((1, "first_choice"), (2, "second_choice")):
        for window in parse_windows(str(row[column])):
            for room in rooms[:4]:
                if len(days) == wanted:
                    return
                if any(min((window[0] - d) % 7, (d - window[0]) % 7) < 2 for d in days):
                    continue
                for start, end in _slots(room, window, minutes):
                    cells = {(room.name, window[0], t) for t in range(start, end, GRID)}
                    if not cells & taken:
                        taken |= cells
                        days.add(window[0])
                        yield _session(row, room, window[0], start, end, choice)
                        break


def _session(row: Row, room: Room, day: int, start: int, end: int, choice: int) -> Row:
    values = (
        row["request"], row["group"], room.name, day + 1, clock(start), clock(end),
        LAST_FIRST.isoformat(), LAST_UNTIL.isoformat(), row["party_size"], choice,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
