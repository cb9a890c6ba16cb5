"""Rooms of a centre: which it has, by tier and by whom its zone is for, and how large they are."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from sim.made_up.towns import Focus

Tier = Literal["subdistrict", "community", "compound"]

TIER_RANGE: dict[Tier, tuple[float, float]] = {
    "subdistrict": (0.4, 1.0),
    "community": (0.2, 0.8),
    "compound": (0.0, 0.5),
}
"""Part of a kind's range of areas from which rooms of a tier are drawn (assumption)."""


@dataclass(frozen=True, slots=True)
class Norm:
    """Usual figures of a kind of room.

    Attributes
    ----------
    label
        Chinese name, part of the venues' names.
    area_m2
        Smallest and largest usual area.
    m2_per_user
        Area one user needs; None where the capacity does not follow from the area.
    capacity
        Smallest and largest usual capacity.
    slot_minutes
        Starts are offered at multiples of this.
    basis
        Norm followed, shown in the `source` column.
    """

    label: str
    area_m2: tuple[int, int]
    m2_per_user: float | None
    capacity: tuple[int, int]
    slot_minutes: int
    basis: str

    def capacity_of(self, area_m2: int) -> int:
        """People who fit into an area."""
        low, high = self.capacity
        if self.m2_per_user is None:
            return high
        return max(low, min(high, int(area_m2 / self.m2_per_user + 1e-9)))


NORMS: MappingProxyType[str, Norm] = MappingProxyType(
    {
        "activity_room": Norm(
            "活动室", (50, 120), 2.2, (20, 50), 30, "2.0-2.5 m2 a user (assumed)"
        ),
        "meeting_room": Norm("会议室", (25, 60), 2.0, (10, 25), 30, "2.0 m2 a user (assumed)"),
        "hall": Norm("礼堂", (150, 400), 1.2, (120, 300), 60, "1.0-1.2 m2 a user (assumed)"),
        "dance_studio": Norm("舞蹈房", (75, 150), 6.0, (12, 25), 30, "JGJ 41-87: 6 m2 a dancer"),
        "badminton_court": Norm(
            "羽毛球场", (100, 140), None, (2, 6), 60, "100-140 m2 a court (assumed)"
        ),
        "table_tennis": Norm("乒乓球台", (35, 50), None, (2, 4), 60, "35-50 m2 a table (assumed)"),
        "children_room": Norm(
            "亲子活动室", (60, 150), 3.0, (20, 40), 30, "2.5-3.5 m2 a user (assumed)"
        ),
        "reading_room": Norm("共学室", (80, 150), 2.2, (30, 60), 30, "2.0-2.5 m2 a seat (assumed)"),
        "co_working": Norm("共享办公室", (100, 250), 5.0, (20, 50), 60, "4-5 m2 a desk (assumed)"),
        "art_room": Norm(
            "书画室", (60, 100), 2.8, (20, 30), 30, "JGJ 41-87: 2.8 m2 a user, at most 30"
        ),
        "basketball_court": Norm(
            "篮球场", (770, 1310), None, (6, 20), 60, "GB 50180: small court, land"
        ),
    }
)
"""The bookable kinds."""

_SUBDISTRICT: dict[Focus, dict[str, int]] = {
    "family": {
        "hall": 1, "badminton_court": 4, "table_tennis": 2, "dance_studio": 2,
        "activity_room": 2, "meeting_room": 1, "reading_room": 1, "children_room": 3,
        "art_room": 1, "co_working": 1,
    },
    "startup": {
        "hall": 1, "badminton_court": 4, "table_tennis": 1, "dance_studio": 1,
        "activity_room": 2, "meeting_room": 4, "reading_room": 1, "children_room": 1,
        "co_working": 3,
    },
    "life": {
        "hall": 1, "badminton_court": 5, "table_tennis": 2, "dance_studio": 2,
        "activity_room": 2, "meeting_room": 1, "reading_room": 1, "children_room": 1,
        "art_room": 1, "co_working": 1, "basketball_court": 1,
    },
    "mixed": {
        "hall": 1, "badminton_court": 4, "table_tennis": 2, "dance_studio": 2,
        "activity_room": 3, "meeting_room": 2, "reading_room": 1, "children_room": 1,
        "art_room": 1, "co_working": 1,
    },
}  # fmt: skip
"""18 rooms each."""

_COMMUNITY = ("activity_room", "activity_room", "meeting_room", "table_tennis", "reading_room")
"""In every community centre; two more by turns follow."""

_EXTRAS: dict[Focus, tuple[tuple[str, str], ...]] = {
    "family": (
        ("children_room", "dance_studio"),
        ("children_room", "art_room"),
        ("dance_studio", "hall"),
        ("children_room", "activity_room"),
    ),
    "startup": (
        ("co_working", "dance_studio"),
        ("co_working", "meeting_room"),
        ("dance_studio", "hall"),
        ("art_room", "basketball_court"),
    ),
    "life": (
        ("dance_studio", "art_room"),
        ("basketball_court", "children_room"),
        ("dance_studio", "hall"),
        ("co_working", "table_tennis"),
    ),
    "mixed": (
        ("children_room", "dance_studio"),
        ("co_working", "art_room"),
        ("dance_studio", "hall"),
        ("basketball_court", "children_room"),
    ),
}

_SECOND = ("table_tennis", "reading_room", "meeting_room", "children_room")
_THIRD = ("meeting_room", "activity_room", "art_room")


def subdistrict_rooms(focus: Focus) -> tuple[str, ...]:
    """Kinds of the 18 rooms of a centre of subdistrict level."""
    return tuple(kind for kind, n in _SUBDISTRICT[focus].items() for _ in range(n))


def community_rooms(focus: Focus, index: int) -> tuple[str, ...]:
    """Kinds of the 7 rooms of a community centre, the last two by turns."""
    extras = _EXTRAS[focus]
    return _COMMUNITY + extras[index % len(extras)]


def compound_rooms(index: int, rooms: int) -> tuple[str, ...]:
    """Kinds of the 1 to 3 rooms of a compound."""
    third = _THIRD[index % len(_THIRD)]
    return ("activity_room", _SECOND[index % len(_SECOND)], third)[:rooms]
