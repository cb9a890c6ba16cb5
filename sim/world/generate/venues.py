"""Rows of venues: sizes after the norms, hours and access after the centre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sim.world.generate.centres import Centre
from sim.world.generate.draws import uniforms
from sim.world.generate.hours import OUTDOOR, schedule_of
from sim.world.generate.norms import NORMS, TIER_RANGE
from sim.world.generate.rows import Row
from sim.world.generate.spec import Focus

__all__ = ["venue_rows"]

COMMUNITY_ONLY = 2
"""Which community centre of each zone, counted from 0, serves its own community only."""
DROP_IN = ("reading_room", "table_tennis")
"""Kinds that people also use without booking while nobody holds the room (assumption)."""
PUBLIC_STATIONS = 5
"""Every fifth room in a compound is open to all."""


def venue_rows(centre: Centre, focus: Focus, zone: int, seed: int) -> Iterator[Row]:
    """Rows of `venues.csv` of one centre."""
    hours = schedule_of(centre.tier, focus, centre.index, zone)
    numbers: Counter[str] = Counter()
    for kind in centre.rooms:
        norm = NORMS[kind]
        numbers[kind] += 1
        name = f"{centre.name}·{norm.label}{numbers[kind]}"
        area = _area(kind, centre, name, seed)
        yield {
            "venue": name,
            "centre": centre.name,
            "kind": kind,
            "capacity": norm.capacity_of(area),
            "area_m2": area,
            "access": _access(centre),
            "hours": OUTDOOR if kind == "basketball_court" else hours,
            "slot_minutes": norm.slot_minutes,
            "drop_in": "yes" if kind in DROP_IN else "no",
            "source": f"synthetic; {norm.basis}",
        }


def _area(kind: str, centre: Centre, name: str, seed: int) -> int:
    """Whole square metres within the part of the norm's range that the tier uses."""
    low, high = NORMS[kind].area_m2
    first, last = TIER_RANGE[centre.tier]
    (u,) = uniforms(seed, "area", name, 1)
    return round(low + (high - low) * (first + (last - first) * u))


def _access(centre: Centre) -> str:
    """Who may book: subdistrict level all; the rest by turns."""
    if centre.tier == "compound":
        return "public" if centre.index % PUBLIC_STATIONS == PUBLIC_STATIONS - 1 else "compound"
    if centre.tier == "community" and centre.index % 5 == COMMUNITY_ONLY:
        return "community"
    return "public"
