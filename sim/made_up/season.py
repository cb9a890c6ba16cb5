"""Group requests of a season in a made-up town, and the timetable of the season before.

No club is real. How many of each sort ask, when and for how long, is assumed; prime time of courts
and studios is asked for more than there is of it, so that it matters who gets it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from sim.made_up.draws import uniforms
from sim.made_up.tables import FACTS, Files, Row, row
from sim.made_up.towns import cangqian
from sim.made_up.world import make_world
from sim.scenario.derived.distances import KM_PER_DEGREE
from sim.scenario.derived.openings import Week, joined, weeks
from sim.scenario.schema.tables import HoursRow
from sim.scenario.schema.timetable import Window, parse_windows
from sim.season.timetable import clock
from sim.stats.apportion import apportion

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
"""A group that names no venue has so many suitable ones within so many minutes."""
DETOUR, METRES_A_MINUTE = 1.35, 66.0
"""Routes over straight lines, and the pace of older people: both as in the default scenario."""
GRID = 30

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Clubs:
    """Clubs that are alike; `towns.toml` says what each entry means."""

    name: str
    label: str
    count: int
    segment: str
    homes: str
    kind: str
    party: tuple[int, int]
    minutes: Sequence[tuple[int, int]]
    sessions: Sequence[int]
    wanted: str
    priority: Sequence[float] = (1.0,)
    equipment: str = ""
    levels: Sequence[str] = ()


CLUBS = tuple(Clubs(**clubs) for clubs in FACTS["clubs"])


class _Home(NamedTuple):
    name: str
    community: str
    compound: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class _Room:
    """A bookable room; its week has open stretches of each weekday, minutes after midnight."""

    name: str
    kind: str
    capacity: int
    access: str
    community: str
    compound: str
    lon: float
    lat: float
    has_piano: bool
    week: Week

    def lets_in(self, community: str, compound: str) -> bool:
        """Whether its rule of access lets in people of a community and compound."""
        if self.access == "public":
            return True
        if self.access == "community":
            return self.community == community
        return bool(compound) and self.compound == compound

    def minutes(self, lon: float, lat: float) -> float:
        """Walk from a home."""
        x = (self.lon - lon) * KM_PER_DEGREE * math.cos(math.radians(lat))
        y = (self.lat - lat) * KM_PER_DEGREE
        return math.hypot(x, y) * 1000 * DETOUR / METRES_A_MINUTE


def make_season(seed: int) -> Files:
    """Make up `requests.csv` and `last-season.csv` of groups in the town `cangqian` of a seed.

    Every draw is keyed by the seed, its purpose and the name of the request.
    """
    town = make_world(cangqian(), seed)
    rooms = _rooms_of(town)
    requests: list[Row] = []
    last: list[Row] = []
    taken: set[tuple[str, int, int]] = set()
    for clubs in CLUBS:
        for i, home in enumerate(_homes(clubs, town)):
            name = f"{clubs.name}-{i + 1:03d}"
            request, suits = _request(clubs, i, name, home, rooms, seed)
            requests.append(request)
            if uniforms(seed, "returning", name, 1)[0] < RETURNING:
                last += _last(request, suits, taken)
    return {"requests": requests, "last-season": last}


def _rooms_of(town: Mapping[str, Sequence[Row]]) -> list[_Room]:
    """Rooms in the order of the table."""
    plain = weeks(HoursRow.model_validate(hours) for hours in town["hours"])
    week = {name: tuple(tuple(joined(day)) for day in days) for name, days in plain.items()}
    centres = {str(c["centre"]): c for c in town["centres"]}
    return [
        _Room(
            name=str(venue["venue"]),
            kind=str(venue["kind"]),
            capacity=int(venue["capacity"]),
            access=str(venue["access"]),
            community=str(centre["community"]),
            compound=str(centre["compound"]),
            lon=float(centre["lon"]),
            lat=float(centre["lat"]),
            has_piano=centre["tier"] != "compound",  # `allocation.equipment` of the scenario
            week=week[str(venue["hours"])],
        )
        for venue in town["venues"]
        for centre in [centres[str(venue["centre"])]]
    ]


def _homes(clubs: Clubs, town: Mapping[str, Sequence[Row]]) -> Iterator[_Home]:
    """Homes of clubs that are alike: origins in proportion to people, or upper centres in turn."""
    if clubs.homes == "centre":
        upper = [c for c in town["centres"] if c["tier"] != "compound"]
        for c in (upper[i % len(upper)] for i in range(clubs.count)):
            lon, lat = float(c["lon"]), float(c["lat"])
            yield _Home(str(c["centre"]), str(c["community"]), "", lon, lat)
        return
    types = ("compound", "village") if clubs.homes == "compound" else (clubs.homes,)
    origins = [o for o in town["origins"] if o["type"] in types]
    own = [p for p in town["people"] if p["segment"] == clubs.segment]
    people = {str(p["origin"]): int(p["people"]) for p in own}
    weights = [float(people.get(str(o["origin"]), 0)) for o in origins]
    for origin, n in zip(origins, apportion(weights, clubs.count), strict=True):
        name = str(origin["origin"])
        compound = name if origin["type"] in ("compound", "village") else ""
        lon, lat = float(origin["lon"]), float(origin["lat"])
        for _ in range(n):
            yield _Home(name, str(origin["community"]), compound, lon, lat)


def _request(
    clubs: Clubs, i: int, name: str, home: _Home, rooms: Sequence[_Room], seed: int
) -> tuple[Row, list[_Room]]:
    """A row of `requests.csv`, and the rooms that suit it, the nearest first."""
    u = uniforms(seed, "request", name, 8)
    first, second = _chosen(FACTS["wanted"][clubs.wanted], u[0])
    shortest, longest = _chosen(clubs.minutes, u[1])
    sessions = _chosen(clubs.sessions, u[2])
    party = clubs.party[0] + int(u[3] * (clubs.party[1] - clubs.party[0] + 1))
    suits = [
        r for r in _rooms_near(clubs, home, rooms) if _opens(r, f"{first}; {second}", shortest)
    ]
    while suits and not any(r.capacity >= party for r in suits):
        party -= 1
    suits = [r for r in suits if r.capacity >= party]
    near = [r for r in suits if r.minutes(home.lon, home.lat) <= NEAR_MINUTES]
    named = suits[: 2 + int(u[5] * 4)]
    if u[4] >= NAMES_VENUES and len(near) >= NEAR_ENOUGH:
        named = []
    return row(
        "requests",
        name, f"{clubs.label}{i + 1}·{home.name}", clubs.segment, clubs.kind, clubs.equipment,
        party, shortest, longest, sessions, 2 if sessions in (2, 3) and u[6] < 0.5 else 1,
        _chosen(clubs.priority, u[6]), home.name,
        (ASKED_FROM + dt.timedelta(days=int(u[7] * ASKED_DAYS))).isoformat(),
        party * (2 + int(u[0] * 4)), _chosen(clubs.levels, u[1]) if clubs.levels else "",
        ";".join(r.name for r in named), first, second, SOURCE,
    ), suits  # fmt: skip


def _chosen(options: Sequence[T], u: float) -> T:
    return options[int(u * len(options))]


def _rooms_near(clubs: Clubs, home: _Home, rooms: Sequence[_Room]) -> list[_Room]:
    """Rooms of the kind that let the home in, the nearest first."""
    found = [
        r
        for r in rooms
        if r.kind == clubs.kind
        and r.lets_in(home.community, home.compound)
        and (clubs.equipment != "piano" or r.has_piano)
    ]
    return sorted(found, key=lambda r: (round(r.minutes(home.lon, home.lat), 6), r.name))


def _opens(room: _Room, windows: str, shortest: int) -> bool:
    """Whether a room is open for a session in some of the stretches."""
    return any(_slots(room, window, shortest) for window in parse_windows(windows))


def _slots(room: _Room, window: Window, minutes: int) -> list[tuple[int, int]]:
    """Starts and ends of sessions that lie in a stretch and in the room's hours."""
    day, start, end = window
    return [
        (t, t + minutes)
        for t in range(math.ceil(start / GRID) * GRID, end - minutes + 1, GRID)
        if any(since <= t and t + minutes <= until for since, until in room.week[day])
    ]


def _last(request: Row, rooms: Sequence[_Room], taken: set[tuple[str, int, int]]) -> Iterator[Row]:
    """Last season's sessions: the first that were free, in the order of the table."""
    days: set[int] = set()
    minutes, wanted = int(request["longest_minutes"]), int(request["sessions"])
    for choice, column in ((1, "first_choice"), (2, "second_choice")):
        for window in parse_windows(str(request[column])):
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
                        yield _session(request, room, window[0], start, end, choice)
                        break


def _session(request: Row, room: _Room, day: int, start: int, end: int, choice: int) -> Row:
    return row(
        "last-season",
        request["request"], request["group"], room.name, day + 1, clock(start), clock(end),
        LAST_FIRST.isoformat(), LAST_UNTIL.isoformat(), request["party_size"], choice,
    )  # fmt: skip
