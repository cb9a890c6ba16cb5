"""Which rooms a centre has, by tier and by whom its zone is for (assumption)."""

from __future__ import annotations

from sim.world.generate.spec import Focus

__all__ = ["community_rooms", "compound_rooms", "subdistrict_rooms"]

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
