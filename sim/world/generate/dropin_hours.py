"""Opening hours of drop-in places, beside those of venues."""

from __future__ import annotations

from sim.world.generate.draws import uniforms
from sim.world.generate.hours import Stretch, hours_rows, in_turn
from sim.world.generate.rows import Row

__all__ = [
    "CANTEEN",
    "LIBRARY",
    "PLACE_SCHEDULES",
    "SCHOOL_HOLIDAYS",
    "SCHOOL_TERM",
    "clinic_hours",
    "gym_hours",
    "place_hours_rows",
    "reading_hours",
]

CANTEEN, LIBRARY = "canteen", "reading-24-hours"
SCHOOL_TERM, SCHOOL_HOLIDAYS = "school-ground-term", "school-ground-holidays"

READING: dict[str, tuple[Stretch, ...]] = {
    LIBRARY: (("Mon-Sun holiday", "0:00", "24:00"),),
    "reading-evening": (("Mon-Sun holiday", "9:00", "20:30"),),
    "reading-day-break": (
        ("Mon-Sun holiday", "8:30", "11:30"),
        ("Mon-Sun holiday", "13:30", "17:30"),
    ),
    "reading-monday-closed": (("Tue-Sun holiday", "9:00", "17:30"),),
    "reading-evening-break": (
        ("Mon-Sun holiday", "9:00", "11:30"),
        ("Mon-Sun holiday", "13:00", "17:00"),
        ("Mon-Sun holiday", "18:30", "21:00"),
    ),
    "reading-day": (("Mon-Sun holiday", "8:30", "18:00"),),
    "reading-monday-closed-evening": (("Tue-Sun holiday", "9:00", "20:00"),),
    "reading-monday-closed-break": (
        ("Tue-Sun holiday", "9:00", "12:00"),
        ("Tue-Sun holiday", "14:00", "20:00"),
    ),
}
OTHERS: dict[str, tuple[Stretch, ...]] = {
    CANTEEN: (
        ("Mon-Sun holiday", "6:30", "8:30"),
        ("Mon-Sun holiday", "10:30", "13:30"),
        ("Mon-Sun holiday", "16:30", "18:30"),
    ),
    "gym-early-and-late": (("Mon-Sun", "6:30", "22:00"), ("holiday", "9:00", "20:00")),
    "gym": (("Mon-Sun", "9:00", "21:00"), ("holiday", "9:00", "18:00")),
    "clinic": (
        ("Mon-Fri", "8:00", "11:30"),
        ("Mon-Fri", "13:30", "17:00"),
        ("Sat-Sun holiday", "8:00", "11:30"),
    ),
    "clinic-weekdays": (("Mon-Fri", "8:00", "11:30"), ("Mon-Fri", "13:30", "17:00")),
    SCHOOL_TERM: (("Mon-Fri", "17:30", "21:00"), ("Sat-Sun holiday", "6:30", "21:00")),
    SCHOOL_HOLIDAYS: (("Mon-Sun holiday", "6:30", "21:00"),),
}
PLACE_SCHEDULES: dict[str, tuple[Stretch, ...]] = {**READING, **OTHERS}
"""Stretches of opening by name; free reading rooms are open on public holidays (assumption)."""

READING_SOURCE = "synthetic; shares after Hangzhou's free reading rooms"
SOURCE = "synthetic; usual hours (assumption)"


def reading_hours(index: int, zone: str, seed: int) -> str:
    """Hours of a free reading room, in turn by the quotas of Hangzhou's.

    Each zone starts somewhere else, or district-wide the first in turn would be too many.
    """
    (first,) = uniforms(seed, "reading hours", zone, 1)
    return f"reading-{in_turn(index, first)}"


def gym_hours(tier: str) -> str:
    """Hours of a gym floor: long ones in centres of subdistrict level."""
    return "gym-early-and-late" if tier == "subdistrict" else "gym"


def clinic_hours(index: int) -> str:
    """Hours of a clinic: every third one is closed at weekends."""
    return "clinic-weekdays" if index % 3 == 2 else "clinic"


def place_hours_rows() -> list[Row]:
    """Rows of `hours.csv` for drop-in places."""
    return [*hours_rows(READING, READING_SOURCE), *hours_rows(OTHERS, SOURCE)]
