"""Opening hours: named schedules, and which centre or place without booking keeps which.

Shares follow statistics of 223 free reading rooms of Hangzhou: 44 % open until 19:30 or later,
31 % closed on Mondays, 38 % with a midday break. No row of theirs is copied.
"""

from __future__ import annotations

from itertools import accumulate

from sim.made_up.rooms import Tier
from sim.made_up.shape import uniforms
from sim.made_up.tables import Row, row
from sim.made_up.towns import Focus

Stretch = tuple[str, str, str]
"""Days, open, close."""

OUTDOOR = "outdoor-court"

SCHEDULES: dict[str, tuple[Stretch, ...]] = {
    "subdistrict-full": (("Mon-Sun", "8:30", "21:30"), ("holiday", "9:00", "17:30")),
    "subdistrict-late": (("Mon-Sun", "9:00", "22:00"), ("holiday", "9:00", "20:00")),
    OUTDOOR: (("Mon-Sun holiday", "7:00", "21:30"),),
    "community-day-break": (
        ("Mon-Fri", "8:30", "12:00"),
        ("Mon-Fri", "13:30", "17:30"),
        ("Sat-Sun", "9:00", "12:00"),
        ("Sat-Sun", "13:30", "17:00"),
    ),
    "community-day": (("Mon-Sun", "8:30", "18:00"), ("holiday", "9:00", "17:00")),
    "community-evening": (("Mon-Sun", "9:00", "21:00"), ("holiday", "9:00", "18:00")),
    "community-evening-break": (
        ("Mon-Sun", "9:00", "12:00"),
        ("Mon-Sun", "13:30", "20:30"),
        ("holiday", "9:00", "17:00"),
    ),
    "community-monday-closed": (("Tue-Sun", "9:00", "17:30"),),
    "community-monday-closed-evening": (
        ("Tue-Sun", "9:30", "20:30"),
        ("holiday", "9:30", "17:30"),
    ),
    "community-monday-closed-break": (
        ("Tue-Sun", "9:00", "12:00"),
        ("Tue-Sun", "14:00", "20:00"),
        ("holiday", "9:00", "12:00"),
    ),
    "compound-day-break": (("Mon-Sun", "9:00", "11:30"), ("Mon-Sun", "13:30", "17:30")),
    "compound-day": (("Mon-Sun", "9:00", "18:00"), ("holiday", "9:00", "17:00")),
    "compound-evening": (("Mon-Sun", "9:00", "21:00"), ("holiday", "9:00", "17:00")),
    "compound-evening-break": (
        ("Mon-Sun", "9:00", "11:30"),
        ("Mon-Sun", "13:30", "20:30"),
        ("holiday", "9:00", "11:30"),
    ),
    "compound-monday-closed": (("Tue-Sun", "9:00", "17:00"),),
    "compound-monday-closed-evening": (
        ("Tue-Sun", "10:00", "20:30"),
        ("holiday", "10:00", "17:00"),
    ),
    "compound-monday-closed-break": (
        ("Tue-Sun", "9:00", "11:30"),
        ("Tue-Sun", "14:00", "20:00"),
        ("holiday", "14:00", "17:00"),
    ),
}
"""Stretches of opening; a schedule without `holiday` is closed on public holidays."""

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

QUOTAS: tuple[tuple[str, float], ...] = (
    ("evening", 0.23),
    ("day-break", 0.24),
    ("monday-closed", 0.18),
    ("evening-break", 0.08),
    ("day", 0.14),
    ("monday-closed-evening", 0.07),
    ("monday-closed-break", 0.06),
)
"""Shares among community and compound centres: 44 % late, 31 % closed Mondays, 38 % break."""

GOLDEN = 0.6180339887498949
LATE_FOCUS: tuple[Focus, ...] = ("startup", "life")
SOURCE = "synthetic; shares after Hangzhou's free reading rooms"
USUAL = "synthetic; usual hours (assumption)"


def schedule_of(tier: Tier, focus: Focus, index: int, zone: int) -> str:
    """Choose a centre's schedule: by focus for subdistrict level, in turn by quota for the rest."""
    if tier == "subdistrict":
        return "subdistrict-late" if focus in LATE_FOCUS else "subdistrict-full"
    return f"{tier}-{quota_of_turn(index, zone * 0.47 + (0.0 if tier == 'community' else 0.5))}"


def quota_of_turn(index: int, first: float) -> str:
    """Key of `QUOTAS` of the centre with a number in the zone.

    The turn is a golden-ratio sequence over the number in the zone, so quotas hold closely for
    any number of centres and a new centre changes no other's hours.
    """
    u = (index * GOLDEN + first) % 1.0
    steps = accumulate(share for _, share in QUOTAS)
    kinds = (kind for (kind, _), step in zip(QUOTAS, steps, strict=True) if u < step)
    return next(kinds, QUOTAS[-1][0])


def reading_hours(index: int, zone: str, seed: int) -> str:
    """Give the hours of a free reading room, in turn by the quotas of Hangzhou's.

    Each zone starts somewhere else, or district-wide the first in turn would be too many.
    """
    (first,) = uniforms(seed, "reading hours", zone, 1)
    return f"reading-{quota_of_turn(index, first)}"


def gym_hours(tier: str) -> str:
    """Hours of a gym floor: long ones in centres of subdistrict level."""
    return "gym-early-and-late" if tier == "subdistrict" else "gym"


def clinic_hours(index: int) -> str:
    """Hours of a clinic: every third one is closed at weekends."""
    return "clinic-weekdays" if index % 3 == 2 else "clinic"


def hours_rows() -> list[Row]:
    """Rows of `hours.csv`: schedules of venues, then those of places without booking."""
    return [
        row("hours", name, days, first, last, source)
        for schedules, source in ((SCHEDULES, SOURCE), (READING, SOURCE), (OTHERS, USUAL))
        for name, parts in schedules.items()
        for days, first, last in parts
    ]
