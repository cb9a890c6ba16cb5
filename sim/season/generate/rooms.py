"""Rooms of a generated world, as whoever asks for a season looks at them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.scenario.openings import Week, joined, weeks
from sim.scenario.schema.tables import HoursRow
from sim.season.generate.sorts import PIANO_TIERS
from sim.world.generate.rows import GeneratedWorld

__all__ = ["Room", "rooms_of"]

DETOUR, METRES_A_MINUTE = 1.35, 66.0
"""Routes over straight lines, and the pace of older people: both as in the default scenario."""


@dataclass(frozen=True, slots=True)
class Room:
    """A bookable room.

    Parameters
    ----------
    week
        Open stretches of each weekday, minutes after midnight.
    """

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
        x = (self.lon - lon) * 111.195 * math.cos(math.radians(lat))
        y = (self.lat - lat) * 111.195
        return math.hypot(x, y) * 1000 * DETOUR / METRES_A_MINUTE


def rooms_of(world: GeneratedWorld) -> list[Room]:
    """Rooms in the order of the table."""
    plain = weeks(HoursRow.model_validate(row) for row in world.hours)
    week = {name: tuple(tuple(joined(day)) for day in days) for name, days in plain.items()}
    centres = {str(c["centre"]): c for c in world.centres}
    found = []
    for row in world.venues:
        centre = centres[str(row["centre"])]
        found.append(
            Room(
                name=str(row["venue"]),
                kind=str(row["kind"]),
                capacity=int(row["capacity"]),
                access=str(row["access"]),
                community=str(centre["community"]),
                compound=str(centre["compound"]),
                lon=float(centre["lon"]),
                lat=float(centre["lat"]),
                has_piano=centre["tier"] in PIANO_TIERS,
                week=week[str(row["hours"])],
            )
        )
    return found
