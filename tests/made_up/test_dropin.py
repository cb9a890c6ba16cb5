from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from sim.made_up import make_world
from sim.made_up.hours import PLACE_SCHEDULES
from sim.made_up.tables import Row, table_bytes
from sim.made_up.towns import WorldSpec, cangqian

from .helpers import SEED, world

NORMS = {  # seats fewest and most, m2 a seat smallest and largest
    "canteen": (60, 150, 1.3, 1.8),
    "reading_seats": (30, 80, 2.0, 2.5),
    "gym": (20, 50, 4.0, 6.0),
    "clinic": (2, 4, 45.0, 70.0),
    "school_ground": (60, 150, 50.0, 80.0),
}


def _of_kind(name: str, kind: str) -> list[Row]:
    return [p for p in world(name)["places"] if p["kind"] == kind]


def test_cangqian_has_twelve_canteens_and_one_library_that_never_closes() -> None:
    kinds = Counter(str(p["kind"]) for p in world("cangqian")["places"])
    assert kinds == {
        "canteen": 12,
        "reading_seats": 15,
        "gym": 9,
        "clinic": 12,
        "school_ground": 6,
    }
    always = [p for p in world("cangqian")["places"] if p["hours"] == "reading-24-hours"]
    assert len(always) == 1
    assert PLACE_SCHEDULES["reading-24-hours"] == (("Mon-Sun holiday", "0:00", "24:00"),)


@pytest.mark.parametrize("name", ["cangqian", "district"])
def test_places_are_of_usual_size(name: str) -> None:
    for place in world(name)["places"]:
        low, high, least, most = NORMS[str(place["kind"])]
        seats, area = int(place["seats"]), float(place["area_m2"])
        assert low <= seats <= high, place
        assert least <= area / seats <= most, place


def test_sizes_differ() -> None:
    """Seats and areas are drawn: a constant would satisfy the norms too."""
    for kind in NORMS:
        assert len({int(p["seats"]) for p in _of_kind("district", kind)}) >= 3
        areas = [float(p["area_m2"]) / int(p["seats"]) for p in _of_kind("district", kind)]
        assert max(areas) > 1.2 * min(areas)


@pytest.mark.parametrize("name", ["cangqian", "district"])
def test_places_of_a_centre_stand_in_it_and_others_near_their_community(name: str) -> None:
    w = world(name)
    centres = {str(c["centre"]): c for c in w["centres"]}
    middle = {str(c["community"]): c for c in w["centres"] if c["tier"] == "community"}
    for place in w["places"]:
        if place["centre"]:
            centre = centres[str(place["centre"])]
            assert [place[k] for k in ("community", "lon", "lat")] == [
                centre[k] for k in ("community", "lon", "lat")
            ]
            assert centre["tier"] != "compound"
        else:
            centre = middle[str(place["community"])]
            east = (float(place["lon"]) - float(centre["lon"])) * 111.32 * math.cos(0.5285)
            north = (float(place["lat"]) - float(centre["lat"])) * 110.87
            assert math.hypot(east, north) <= 0.5 + 0.1 + 0.01  # ring, centre off the middle


def test_every_community_has_a_reading_room_and_a_clinic_and_every_zone_the_rest() -> None:
    w = world("district")
    zone = {str(r["community"]): str(r["zone"]) for r in w["communities"]}
    where: defaultdict[str, set[str]] = defaultdict(set)
    for place in w["places"]:
        where[str(place["kind"])].add(str(place["community"]))
    assert where["reading_seats"] == set(zone)
    assert where["clinic"] == set(zone)
    for kind in ("canteen", "gym", "school_ground"):
        assert {zone[c] for c in where[kind]} == set(zone.values())


def test_reading_rooms_keep_the_hours_of_hangzhous() -> None:
    """223 rooms there: the quotas are theirs; the library that never closes comes on top."""
    hours = [str(p["hours"]) for p in _of_kind("district", "reading_seats")]
    hours = [h for h in hours if h != "reading-24-hours"]

    def share(*words: str) -> float:
        return sum(any(w in h for w in words) for h in hours) / len(hours)

    assert share("evening", "monday-closed-break") == pytest.approx(0.44, abs=0.05)
    assert share("monday") == pytest.approx(0.31, abs=0.05)
    assert share("break") == pytest.approx(0.38, abs=0.05)


def test_school_grounds_open_outside_school_hours_only() -> None:
    for place in _of_kind("district", "school_ground"):
        assert place["hours"] == "school-ground-term"
        assert place["school_holiday_hours"] == "school-ground-holidays"
    weekdays = [s for s in PLACE_SCHEDULES["school-ground-term"] if "Mon" in s[0]]
    assert weekdays == [("Mon-Fri", "17:30", "21:00")]
    assert all(not p["school_holiday_hours"] for p in _of_kind("district", "canteen"))


def test_hours_of_places_come_after_those_of_venues() -> None:
    """Rows of venues' hours stay where they were."""
    names = [str(r["hours"]) for r in world("cangqian")["hours"]]
    first = names.index("reading-24-hours")
    assert set(names[first:]) == set(PLACE_SCHEDULES)
    assert not set(names[:first]) & set(PLACE_SCHEDULES)


def test_study_rooms_and_tables_may_be_used_without_booking() -> None:
    for venue in world("cangqian")["venues"]:
        shared = venue["kind"] in ("reading_room", "table_tennis")
        assert venue["drop_in"] == ("yes" if shared else "no")


def test_a_community_more_changes_no_place_that_was_there() -> None:
    """Whether and how large follow from the name; only hours of its own are new."""
    area = cangqian().areas[0]
    zones = list(area.zones)
    zones[1] = replace(zones[1], communities=zones[1].communities + 1)
    grown = make_world(WorldSpec("grown", (replace(area, zones=tuple(zones)),)), SEED)
    after = {p["place"]: p for p in grown["places"]}
    keys = ("kind", "centre", "lon", "lat", "seats", "area_m2", "hours")
    for place in world("cangqian")["places"]:
        assert [after[place["place"]][k] for k in keys] == [place[k] for k in keys]
    new = [
        p
        for p in grown["places"]
        if str(p["community"]) == "科创五社区" and "五社区" in str(p["place"])
    ]
    assert {str(p["kind"]) for p in new} == {"canteen", "reading_seats", "gym", "clinic"}


def test_seeds_decide_bytes_and_sizes() -> None:
    seven, again, eight = (make_world(cangqian(), seed)["places"] for seed in (7, 7, 8))
    assert table_bytes("places", seven) == table_bytes("places", again)
    assert [p["place"] for p in seven] == [p["place"] for p in eight]
    assert [p["seats"] for p in seven] != [p["seats"] for p in eight]
