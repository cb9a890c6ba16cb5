"""The tables of a generated world."""

from __future__ import annotations

from dataclasses import dataclass

from sim.world.generate.spec import TABLES

__all__ = ["COLUMNS", "Cell", "GeneratedWorld", "Row"]

Cell = str | int | float
Row = dict[str, Cell]

COLUMNS: dict[str, tuple[str, ...]] = {
    "communities": ("community", "zone", "source"),
    "origins": ("origin", "type", "community", "lon", "lat", "presence", "households", "source"),
    "people": ("origin", "segment", "people", "source"),
    "centres": ("centre", "tier", "community", "compound", "lon", "lat", "source"),
    "venues": (
        "venue",
        "centre",
        "kind",
        "capacity",
        "area_m2",
        "access",
        "hours",
        "slot_minutes",
        "drop_in",
        "source",
    ),
    "places": (
        "place",
        "kind",
        "community",
        "centre",
        "lon",
        "lat",
        "seats",
        "area_m2",
        "access",
        "hours",
        "school_holiday_hours",
        "source",
    ),
    "hours": ("hours", "days", "open", "close", "source"),
    "off_platform": ("kind", "days", "from", "until", "relative", "source"),
}
"""Columns of each table, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class GeneratedWorld:
    """Tables as rows, ready to be written.

    Attributes
    ----------
    name
        Name of the spec.
    seed
        Seed it was drawn with.
    communities, origins, people, centres, venues, places, hours, off_platform
        Rows of the tables of these names.
    write
        Names of the tables that `write_world` writes.
    """

    name: str
    seed: int
    communities: tuple[Row, ...]
    origins: tuple[Row, ...]
    people: tuple[Row, ...]
    centres: tuple[Row, ...]
    venues: tuple[Row, ...]
    places: tuple[Row, ...]
    hours: tuple[Row, ...]
    off_platform: tuple[Row, ...]
    write: tuple[str, ...] = TABLES

    def table(self, name: str) -> tuple[Row, ...]:
        """Rows of one table."""
        if name not in COLUMNS:
            raise ValueError(f"no table {name!r}; there are {', '.join(COLUMNS)}")
        rows: tuple[Row, ...] = getattr(self, name)
        return rows
