"""Drop-in places: canteens, free reading rooms, gym floors, clinics, school sports grounds.

Whether a centre has one follows from its tier and its number in the zone, so a community or a
compound more moves no place that was there. Places of a centre stand where it stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.made_up.centres import Centre
from sim.made_up.hours import (
    CANTEEN,
    LIBRARY,
    SCHOOL_HOLIDAYS,
    SCHOOL_TERM,
    clinic_hours,
    gym_hours,
    reading_hours,
)
from sim.made_up.origins import Community, ZonePlaces
from sim.made_up.shape import Shape, points_around, spread, uniforms
from sim.made_up.tables import Row, row
from sim.made_up.towns import Focus, ZoneSpec

SCHOOL_KM = (0.2, 0.5)
"""Distances from a community's middle within which its school lies."""
LIBRARY_FOCUS: tuple[Focus, ...] = ("life", "mixed")
"""The first subdistrict centre of such a zone has a library that never closes."""


@dataclass(frozen=True, slots=True)
class PlaceNorm:
    """Usual figures of a kind of place.

    Attributes
    ----------
    label
        Chinese name, part of the places' names.
    seats
        Fewest and most people at once.
    step
        Seats come in multiples of this.
    m2_per_seat
        Smallest and largest area a seat.
    basis
        Norm followed, shown in the `source` column.
    """

    label: str
    seats: tuple[int, int]
    step: int
    m2_per_seat: tuple[float, float]
    basis: str


PLACE_NORMS: dict[str, PlaceNorm] = {
    "canteen": PlaceNorm("食堂", (60, 150), 10, (1.3, 1.8), "1.3-1.8 m2 a seat (assumed)"),
    "reading_seats": PlaceNorm("书房", (30, 80), 5, (2.0, 2.5), "2.0-2.5 m2 a seat (assumed)"),
    "gym": PlaceNorm("健身房", (20, 50), 5, (4.0, 6.0), "4-6 m2 a place (assumed)"),
    "clinic": PlaceNorm("卫生站", (2, 4), 1, (45.0, 70.0), "2-4 consulting rooms (assumed)"),
    "school_ground": PlaceNorm(
        "学校操场", (60, 150), 10, (50.0, 80.0), "sports ground with a track (assumed)"
    ),
}
"""The kinds of places."""

_PART: dict[str, tuple[float, float]] = {"subdistrict": (0.5, 1.0), "community": (0.0, 0.7)}
"""Part of a kind's range of seats from which places of a tier are drawn (assumption).

Clinics, which are in community centres only, use all of it.
"""


def place_rows(
    zone: ZonePlaces, centres: Sequence[Centre], shape: Shape, seed: int
) -> Iterator[Row]:
    """Rows of `places.csv` of a zone.

    Parameters
    ----------
    zone
        The zone laid out.
    centres
        Its centres; rooms in compounds have no places.
    shape
        Outline of the area.
    seed
        Seats and areas are keyed by it and the place's name.
    """
    for centre in centres:
        for kind, label, hours in _of_centre(centre, zone.spec, seed):
            name = f"{centre.name}·{label}"
            lonlat = shape.lonlat(centre.point)
            part = (0.0, 1.0) if kind == "clinic" else _PART[centre.tier]
            yield _row(name, kind, centre.community, centre.name, lonlat, (hours, ""), part, seed)
    for i, community in enumerate(zone.communities):
        if i % 2 == 1:
            yield _school(community, shape, seed)


def _of_centre(centre: Centre, zone: ZoneSpec, seed: int) -> Iterator[tuple[str, str, str]]:
    """Kind, label and hours of each place of a centre."""
    top, i = centre.tier == "subdistrict", centre.index
    if centre.tier == "compound":
        return
    if top or i % 4 != 3:
        yield "canteen", PLACE_NORMS["canteen"].label, CANTEEN
    reading = PLACE_NORMS["reading_seats"].label
    if top and i == 0 and zone.focus in LIBRARY_FOCUS:
        yield "reading_seats", f"24小时{reading}", LIBRARY
    else:
        yield "reading_seats", reading, reading_hours(-1 - i if top else i, zone.name, seed)
    if top or i % 2 == 0:
        yield "gym", PLACE_NORMS["gym"].label, gym_hours(centre.tier)
    if not top:
        yield "clinic", PLACE_NORMS["clinic"].label, clinic_hours(i)


def _school(community: Community, shape: Shape, seed: int) -> Row:
    """Row of a community's school sports ground, open outside school hours."""
    name = f"{community.name}{PLACE_NORMS['school_ground'].label}"
    candidates = points_around(community.point, SCHOOL_KM, uniforms(seed, "school", name, 24))
    lonlat = shape.lonlat(spread(candidates, (), shape.holds))
    hours = (SCHOOL_TERM, SCHOOL_HOLIDAYS)
    return _row(name, "school_ground", community.name, "", lonlat, hours, (0.0, 1.0), seed)


def _row(
    name: str,
    kind: str,
    community: str,
    centre: str,
    lonlat: tuple[float, float],
    hours: tuple[str, str],
    part: tuple[float, float],
    seed: int,
) -> Row:
    norm = PLACE_NORMS[kind]
    many, roomy = uniforms(seed, "place", name, 2)
    seats = _within(norm.seats, part[0] + (part[1] - part[0]) * many, norm.step)
    low, high = norm.m2_per_seat
    return row(
        "places",
        name, kind, community, centre, *lonlat, seats, _area(seats, low, high, roomy), "public",
        *hours, f"synthetic; {norm.basis}",
    )  # fmt: skip


def _within(bounds: tuple[int, int], share: float, step: int) -> int:
    """Whole steps at a share of the way between two bounds."""
    low, high = bounds
    return low + step * round((high - low) / step * share)


def _area(seats: int, low: float, high: float, share: float) -> int:
    """Whole square metres, not outside the norm by rounding."""
    area = round(seats * (low + (high - low) * share))
    return min(max(area, math.ceil(seats * low)), math.floor(seats * high))
