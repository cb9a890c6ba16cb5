"""Candidate rooms of a generated world: in compounds, in idle floors, beside centres."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.made_up.origins import HOUSEHOLDS_MU, HOUSEHOLDS_SIGMA
from sim.made_up.shape import Point, lognormal, lonlat, point_of, points_around, uniforms
from sim.made_up.tables import Row, row
from sim.scenario.schema.siting_rows import HandoverRow
from sim.scenario.schema.tables import CentreRow, OriginRow
from sim.scenario.tables import Tables

SMALL = "activity_room; meeting_room; table_tennis; children_room; reading_room; art_room"
INDOORS = (
    "activity_room; meeting_room; hall; dance_studio; badminton_court; table_tennis; "
    "children_room; reading_room; co_working; art_room"
)
Rent = tuple[float, float, float]
GROUND, UPPER, OFFICE = (2.0, 1.5, 3.0), (1.1, 0.8, 1.5), (3.0, 1.5, 4.1)
"""Rents in yuan a square metre and day: base, low, high; no citable source but for grade-A offices
(4.1 on average in Hangzhou, of which a quarter stands empty)."""
NO_RENT: Rent = (0.0, 0.0, 0.0)
ASSUMED = "synthetic; {}; assumption"


@dataclass(frozen=True, slots=True)
class CandidateNumbers:
    """Numbers of candidates of each sort; the largest or emptiest places come first."""

    compounds: int
    parks: int
    centres: int
    courts: int


def candidate_rows(
    tables: Tables, handovers: Sequence[HandoverRow], sizes: CandidateNumbers, seed: int
) -> list[Row]:
    """Rows of `candidates.csv`.

    Parameters
    ----------
    handovers
        New compounds: each hands over rooms for its people.
    seed
        Every draw is keyed by this, its purpose and the name of the place.
    """
    people: dict[str, int] = {}
    for group in tables.people:
        people[group.origin] = people.get(group.origin, 0) + group.people
    homes = [o for o in tables.origins if o.type in ("compound", "village") and o.origin in people]
    homes.sort(key=lambda o: (-people[o.origin], o.origin))
    works = [o for o in tables.origins if o.type == "workplace"]
    works.sort(key=lambda o: (-people.get(o.origin, 0), o.origin))
    upper = [c for c in tables.centres if c.tier == "subdistrict"]
    return [
        *(_in_compound(o, seed) for o in homes[: sizes.compounds]),
        *(_handed_over(new, seed) for new in handovers),
        *_in_communities(tables, homes, seed),
        *(_in_park(o, seed) for o in works[: sizes.parks]),
        *(_upper_floor(c, seed) for c in upper[: sizes.centres]),
        *(_court(o, seed) for o in _edges(homes, sizes.courts)),
    ]


def candidate(
    site: str,
    where: tuple[float, float],
    tier: str,
    community: str,
    area: float,
    source: str,
    *,
    kinds: str = "",
    rent: Rent = NO_RENT,
    capital: int = 0,
    access: str = "",
    compound: str = "",
) -> Row:
    """Make a row of `candidates.csv`; a rent of nothing is left empty."""
    costs = (cost or "" for cost in rent)
    where_from = (tier, community, compound, access)
    return row("candidates", site, *where, *where_from, round(area), kinds, *costs, capital, source)


def _moved(place: OriginRow | CentreRow, purpose: str, seed: int, km: float) -> tuple[float, float]:
    """A point up to so far from a place, to tell sites apart that share it."""
    u = uniforms(seed, purpose, getattr(place, "origin", getattr(place, "centre", "")), 2)
    angle, away = 2 * math.pi * u[0], km * (0.4 + 0.6 * u[1])
    point: Point = (away * math.cos(angle), away * math.sin(angle))
    return lonlat(point, (place.lon, place.lat))


def _in_compound(origin: OriginRow, seed: int) -> Row:
    """Open ground floor 架空层 of a compound: small, for its people, no rent."""
    u = uniforms(seed, "candidate", origin.origin, 1)[0]
    where = _moved(origin, "candidate place", seed, 0.05)
    return candidate(
        f"{origin.origin}·架空层", where, "compound", origin.community, 110 + 130 * u,
        ASSUMED.format("open ground floor of a compound"), kinds=SMALL, capital=400,
        compound=origin.origin,
    )  # fmt: skip


def _handed_over(new: HandoverRow, seed: int) -> Row:
    """Rooms that a new compound must hand over 配套用房: no rent, in shell condition."""
    u = uniforms(seed, "candidate", new.compound, 1)[0]
    return candidate(
        f"{new.compound}·配套用房", (new.lon, new.lat), "compound", new.community, 200 + 250 * u,
        ASSUMED.format("rooms that a new compound hands over"), kinds=f"{SMALL}; dance_studio",
        capital=200, compound=new.compound,
    )  # fmt: skip


def _in_communities(tables: Tables, homes: Sequence[OriginRow], seed: int) -> Iterator[Row]:
    """An idle ground floor in each community, by its largest compound."""
    for name in (c.community for c in tables.communities):
        home = next((o for o in homes if o.community == name), None)
        if home is not None:
            u = uniforms(seed, "candidate", name, 1)[0]
            where = _moved(home, "community place", seed, 0.25)
            yield candidate(
                f"{name}·沿街闲置用房", where, "community", name, 320 + 380 * u,
                ASSUMED.format("idle ground floor of a community"), kinds=INDOORS, rent=GROUND,
                capital=300,
            )  # fmt: skip


def _in_park(origin: OriginRow, seed: int) -> Row:
    """An idle office floor in a park, for everybody."""
    u = uniforms(seed, "candidate", origin.origin, 1)[0]
    where = _moved(origin, "candidate place", seed, 0.1)
    return candidate(
        f"{origin.origin}·空置楼层", where, "subdistrict", origin.community, 800 + 1200 * u,
        ASSUMED.format("idle office floor of a park"), kinds=INDOORS, rent=OFFICE, capital=200,
        access="public",
    )  # fmt: skip


def _upper_floor(centre: CentreRow, seed: int) -> Row:
    """A spare upper floor of a centre of subdistrict level."""
    u = uniforms(seed, "candidate", centre.centre, 1)[0]
    return candidate(
        centre.centre, (centre.lon, centre.lat), "subdistrict", centre.community, 300 + 300 * u,
        ASSUMED.format("spare upper floor of a centre"), kinds=INDOORS, rent=UPPER,
        access="public",
    )  # fmt: skip


def _court(origin: OriginRow, seed: int) -> Row:
    """Land for an outdoor court, at the edge of a compound."""
    where = _moved(origin, "court place", seed, 0.3)
    return candidate(
        f"{origin.origin}旁·球场用地", where, "community", origin.community, 1100,
        ASSUMED.format("idle land beside a compound"), kinds="basketball_court",
        rent=(0.2, 0.1, 0.4), access="public",
    )  # fmt: skip


def _edges(homes: Sequence[OriginRow], number: int) -> list[OriginRow]:
    """Homes that are farthest from each other, the largest first."""
    middle = (homes[0].lon, homes[0].lat)
    points = {o.origin: point_of(o.lon, o.lat, middle) for o in homes}
    left, chosen = list(homes), list[OriginRow]()

    def room(origin: OriginRow) -> float:
        away = (math.dist(points[origin.origin], points[c.origin]) for c in chosen)
        return round(min(away, default=math.inf), 9)

    while left and len(chosen) < number:
        chosen.append(max(left, key=room))
        left.remove(chosen[-1])
    return chosen


NUMBER = 8
FIRST, DAYS = dt.date(2026, 3, 1), 1_460
"""Handovers spread over four years from here (assumption)."""
SMALLEST, LARGEST = 600, 2_400
RING_KM = (0.8, 1.5)
"""From the middle of the community: farther out than the compounds that are there."""
SOURCE = (
    "synthetic; no real estate; households lognormal as in Hangzhou's compounds 2019, dates assumed"
)


def handover_rows(tables: Tables, seed: int) -> list[Row]:
    """Rows of `handovers.csv`: compounds at the edges, each in the community that is nearest.

    Of points around community centres the one farthest from all that is there is taken, again and
    again, so far as it lies between the outermost origins.
    """
    middle = (tables.origins[0].lon, tables.origins[0].lat)
    homes = [point_of(o.lon, o.lat, middle) for o in tables.origins]
    zone_of = {c.community: c.zone for c in tables.communities}
    taken = list(homes)
    rows: list[Row] = []
    offered = [
        (c.community, point)
        for c in tables.centres
        if c.tier == "community"
        for point in points_around(
            point_of(c.lon, c.lat, middle),
            RING_KM,
            uniforms(seed, "handover place", c.community, 24),
        )
    ]
    low = [min(p[i] for p in homes) for i in (0, 1)]
    high = [max(p[i] for p in homes) for i in (0, 1)]
    inside = [o for o in offered if all(low[i] <= o[1][i] <= high[i] for i in (0, 1))]
    for n in range(NUMBER):
        community, point = max(
            inside, key=lambda o: round(min(math.dist(o[1], q) for q in taken), 9)
        )
        taken.append(point)
        name = f"{zone_of[community][:2]}新{n + 1}号小区"
        u = uniforms(seed, "handover", name, 2)
        size = lognormal(u[0], HOUSEHOLDS_MU + 0.5, HOUSEHOLDS_SIGMA, SMALLEST, LARGEST)
        day = FIRST + dt.timedelta(days=round(DAYS * (n + u[1]) / NUMBER))
        where = lonlat(point, middle)
        rows.append(row("handovers", name, community, *where, round(size), day.isoformat(), SOURCE))
    return rows


def planned_origins(tables: Tables, handovers: list[Row]) -> list[Row]:
    """Rows of `origins.csv`: those that are there, then new compounds, with nobody in them yet."""
    there = [
        row(
            "origins",
            o.origin, o.type, o.community, o.lon, o.lat, o.presence, o.households, o.source or "",
        )
        for o in tables.origins
    ]  # fmt: skip
    new = [
        row(
            "origins",
            h["compound"], "compound", h["community"], h["lon"], h["lat"], "always", 0,
            f"planned, handed over {h['handover']}; {h['source']}",
        )
        for h in handovers
    ]  # fmt: skip
    return there + new
