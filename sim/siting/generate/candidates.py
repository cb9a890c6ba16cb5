"""Candidate rooms of a generated world: in compounds, in idle floors, beside centres."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.scenario.schema.siting_rows import HandoverRow
from sim.scenario.schema.tables import CentreRow, OriginRow
from sim.scenario.tables import Tables
from sim.siting.generate.tables import Point, lonlat, point_of
from sim.world.generate.draws import uniforms
from sim.world.generate.rows import Row

__all__ = ["Sizes", "candidate_rows"]

SMALL = "activity_room; meeting_room; table_tennis; children_room; reading_room; art_room"
INDOORS = (
    "activity_room; meeting_room; hall; dance_studio; badminton_court; table_tennis; "
    "children_room; reading_room; co_working; art_room"
)
Rent = tuple[float, float, float]
GROUND, UPPER, OFFICE = (2.0, 1.5, 3.0), (1.1, 0.8, 1.5), (3.0, 1.5, 4.1)
"""Rents in yuan a square metre and day: base, low, high; no citable source but for grade-A offices
(4.1 on average in Hangzhou, of which a quarter stands empty)."""
NONE: Rent = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many candidates of each sort; the largest or emptiest places first."""

    compounds: int
    parks: int
    centres: int
    courts: int


def candidate_rows(
    tables: Tables, handovers: Sequence[HandoverRow], sizes: Sizes, seed: int
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
    for row in tables.people:
        people[row.origin] = people.get(row.origin, 0) + row.people
    homes = [o for o in tables.origins if o.type in ("compound", "village") and o.origin in people]
    homes.sort(key=lambda o: (-people[o.origin], o.origin))
    works = [o for o in tables.origins if o.type == "workplace"]
    works.sort(key=lambda o: (-people.get(o.origin, 0), o.origin))
    return [
        *(_in_compound(o, seed) for o in homes[: sizes.compounds]),
        *(_handed_over(row, seed) for row in handovers),
        *_in_communities(tables, homes, seed),
        *(_in_park(o, seed) for o in works[: sizes.parks]),
        *(_beside(c, seed) for c in _upper(tables)[: sizes.centres]),
        *(_court(o, seed) for o in _edges(homes, sizes.courts)),
    ]


def _row(
    site: str,
    where: tuple[float, float],
    tier: str,
    place: OriginRow | CentreRow | HandoverRow,
    area: float,
    kinds: str,
    rent: Rent,
    capital: int,
    source: str,
    *,
    access: str = "",
    compound: str = "",
) -> Row:
    base, low, high = rent
    return {
        "site": site,
        "lon": where[0],
        "lat": where[1],
        "tier": tier,
        "community": place.community,
        "compound": compound,
        "access": access,
        "area_m2": round(area),
        "kinds": kinds,
        "rent_yuan_per_m2_day": base or "",
        "rent_low": low or "",
        "rent_high": high or "",
        "capital_yuan_per_m2": capital,
        "source": f"synthetic; {source}; assumption",
    }


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
    return _row(
        f"{origin.origin}·架空层", where, "compound", origin, 110 + 130 * u, SMALL, NONE, 400,
        "open ground floor of a compound", compound=origin.origin,
    )  # fmt: skip


def _handed_over(row: HandoverRow, seed: int) -> Row:
    """Rooms that a new compound must hand over 配套用房: no rent, in shell condition."""
    u = uniforms(seed, "candidate", row.compound, 1)[0]
    return _row(
        f"{row.compound}·配套用房", (row.lon, row.lat), "compound", row, 200 + 250 * u,
        f"{SMALL}; dance_studio", NONE, 200, "rooms that a new compound hands over",
        compound=row.compound,
    )  # fmt: skip


def _in_communities(tables: Tables, homes: Sequence[OriginRow], seed: int) -> Iterator[Row]:
    """An idle ground floor in each community, by its largest compound."""
    for community in tables.communities:
        home = next((o for o in homes if o.community == community.community), None)
        if home is not None:
            u = uniforms(seed, "candidate", community.community, 1)[0]
            where = _moved(home, "community place", seed, 0.25)
            yield _row(
                f"{community.community}·沿街闲置用房", where, "community", home, 320 + 380 * u,
                INDOORS, GROUND, 300, "idle ground floor of a community",
            )  # fmt: skip


def _in_park(origin: OriginRow, seed: int) -> Row:
    """An idle office floor in a park, for everybody."""
    u = uniforms(seed, "candidate", origin.origin, 1)[0]
    where = _moved(origin, "candidate place", seed, 0.1)
    return _row(
        f"{origin.origin}·空置楼层", where, "subdistrict", origin, 800 + 1200 * u, INDOORS, OFFICE,
        200, "idle office floor of a park", access="public",
    )  # fmt: skip


def _upper(tables: Tables) -> list[CentreRow]:
    return [row for row in tables.centres if row.tier == "subdistrict"]


def _beside(centre: CentreRow, seed: int) -> Row:
    """A spare upper floor of a centre of subdistrict level."""
    u = uniforms(seed, "candidate", centre.centre, 1)[0]
    return _row(
        centre.centre, (centre.lon, centre.lat), "subdistrict", centre, 300 + 300 * u, INDOORS,
        UPPER, 0, "spare upper floor of a centre", access="public",
    )  # fmt: skip


def _edges(homes: Sequence[OriginRow], number: int) -> list[OriginRow]:
    """Homes that are farthest from each other, the largest first."""
    middle = (homes[0].lon, homes[0].lat)
    points = {o.origin: point_of(o.lon, o.lat, middle) for o in homes}
    chosen: list[OriginRow] = []
    while len(chosen) < min(number, len(homes)):
        left = [o for o in homes if o not in chosen]
        others = [points[c.origin] for c in chosen]
        chosen.append(
            max(
                left,
                key=lambda o: round(
                    min((math.dist(points[o.origin], q) for q in others), default=math.inf), 9
                ),
            )
        )
    return chosen


def _court(origin: OriginRow, seed: int) -> Row:
    """Land for an outdoor court, at the edge of a compound."""
    where = _moved(origin, "court place", seed, 0.3)
    return _row(
        f"{origin.origin}旁·球场用地", where, "community", origin, 1100, "basketball_court",
        (0.2, 0.1, 0.4), 0, "idle land beside a compound", access="public",
    )  # fmt: skip
