"""Opening hours: named schedules, and which centre keeps which.

Shares follow statistics of 223 free reading rooms of Hangzhou: 44 % open until 19:30 or later,
31 % closed on Mondays, 38 % with a midday break. No row of theirs is copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from sim.world.generate.norms import Tier
from sim.world.generate.rows import Row
from sim.world.generate.spec import Focus

__all__ = [
    "OUTDOOR",
    "SCHEDULES",
    "SOURCE",
    "Stretch",
    "hours_rows",
    "in_turn",
    "schedule_of",
]

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


def schedule_of(tier: Tier, focus: Focus, index: int, zone: int) -> str:
    """Choose a centre's schedule: by focus for subdistrict level, in turn by quota for the rest."""
    if tier == "subdistrict":
        return "subdistrict-late" if focus in LATE_FOCUS else "subdistrict-full"
    return f"{tier}-{in_turn(index, zone * 0.47 + (0.0 if tier == 'community' else 0.5))}"


def in_turn(index: int, first: float) -> str:
    """Key of `QUOTAS` whose turn it is.

    The turn is a golden-ratio sequence over the number in the zone, so quotas hold closely for
    any number of centres and a new centre changes no other's hours.
    """
    u = (index * GOLDEN + first) % 1.0
    steps = accumulate(share for _, share in QUOTAS)
    kinds = (kind for (kind, _), step in zip(QUOTAS, steps, strict=True) if u < step)
    return next(kinds, QUOTAS[-1][0])


def hours_rows(schedules: Mapping[str, tuple[Stretch, ...]], source: str) -> list[Row]:
    """Rows of `hours.csv` of some schedules."""
    return [
        {"hours": name, "days": days, "open": first, "close": last, "source": source}
        for name, parts in schedules.items()
        for days, first, last in parts
    ]
