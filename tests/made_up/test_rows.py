from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from pydantic import BaseModel

from sim.made_up.hours import PLACE_SCHEDULES, SCHEDULES
from sim.made_up.rooms import NORMS
from sim.made_up.tables import table_bytes
from sim.made_up.towns import TABLES
from sim.made_up.world import BANDS, _open_hours
from sim.scenario.schema.tables import (
    DAYS,
    CentreRow,
    CommunityRow,
    HoursRow,
    OffPlatformRow,
    OriginRow,
    PeopleRow,
    PlaceRow,
    VenueRow,
    minutes_of,
    parse_days,
)

from .helpers import parsed, world

MODELS: dict[str, type[BaseModel]] = {
    "communities": CommunityRow,
    "origins": OriginRow,
    "people": PeopleRow,
    "centres": CentreRow,
    "venues": VenueRow,
    "places": PlaceRow,
    "hours": HoursRow,
    "off_platform": OffPlatformRow,
}
WORLDS = ("cangqian", "district", "cangqian:2")


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("table", list(TABLES))
def test_every_row_fits_the_contract(name: str, table: str) -> None:
    rows = parsed(table_bytes(table, world(name)[table]))
    assert rows
    for row in rows:
        MODELS[table].model_validate(row)
        assert row["source"].startswith("synthetic")


@pytest.mark.parametrize("name", WORLDS)
def test_names_are_unique_and_references_resolve(name: str) -> None:
    w = world(name)
    names = {
        table: [str(row[key]) for row in w[table]]
        for table, key in (
            ("communities", "community"),
            ("origins", "origin"),
            ("centres", "centre"),
            ("venues", "venue"),
            ("places", "place"),
        )
    }
    for found in names.values():
        assert len(set(found)) == len(found)
    communities, origins = set(names["communities"]), set(names["origins"])
    assert {str(r["community"]) for r in (*w["origins"], *w["centres"])} <= communities
    assert {str(r["compound"]) for r in w["centres"] if r["compound"]} <= origins
    assert {str(r["origin"]) for r in w["people"]} <= origins
    assert {str(v["centre"]) for v in w["venues"]} == set(names["centres"])
    assert {str(v["hours"]) for v in w["venues"]} <= set(SCHEDULES)
    assert not set(names["places"]) & set(names["venues"])
    assert {str(p["community"]) for p in w["places"]} <= communities
    assert {str(p["centre"]) for p in w["places"] if p["centre"]} <= set(names["centres"])
    used = {str(p[key]) for p in w["places"] for key in ("hours", "school_holiday_hours")}
    assert used - {""} <= set(PLACE_SCHEDULES)
    assert not set(PLACE_SCHEDULES) & set(SCHEDULES)


@pytest.mark.parametrize("name", ["cangqian", "district"])
def test_capacities_follow_the_area_norms(name: str) -> None:
    per_user = {  # m2 a user, smallest and largest usual
        "activity_room": (2.0, 2.5),
        "meeting_room": (2.0, 2.5),
        "hall": (1.0, 1.35),
        "dance_studio": (6.0, 6.5),
        "children_room": (2.5, 3.75),
        "reading_room": (2.0, 2.7),
        "co_working": (4.0, 5.3),
        "art_room": (2.8, 3.4),
    }
    for venue in world(name)["venues"]:
        kind, area, capacity = str(venue["kind"]), float(venue["area_m2"]), int(venue["capacity"])
        norm = NORMS[kind]
        assert norm.area_m2[0] <= area <= norm.area_m2[1], venue
        assert norm.capacity[0] <= capacity <= norm.capacity[1], venue
        if kind in per_user:
            low, high = per_user[kind]
            assert area / capacity >= low, venue
            assert area / capacity <= high or capacity == norm.capacity[1], venue


def test_centres_stay_within_their_tiers_size() -> None:
    w = world("cangqian")
    area: defaultdict[str, float] = defaultdict(float)
    rooms: Counter[str] = Counter()
    for venue in w["venues"]:
        rooms[str(venue["centre"])] += 1
        if venue["kind"] != "basketball_court":  # land, not floor
            area[str(venue["centre"])] += float(venue["area_m2"])
    largest = {"subdistrict": 6_000, "community": 2_000, "compound": 400}
    for centre in w["centres"]:
        name, tier = str(centre["centre"]), str(centre["tier"])
        assert 35 <= area[name] <= largest[tier]
        assert tier != "compound" or rooms[name] <= 3


def test_hours_lie_on_the_half_hour_and_do_not_overlap() -> None:
    for parts in (SCHEDULES | PLACE_SCHEDULES).values():
        for day in range(len(DAYS)):
            spans = sorted(
                (minutes_of(first), minutes_of(last))
                for days, first, last in parts
                if day in parse_days(days)
            )
            assert all(a % 30 == 0 and b % 30 == 0 and a < b for a, b in spans)
            assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_shares_of_schedules_follow_the_statistics() -> None:
    of = {
        str(v["centre"]): str(v["hours"])
        for v in world("cangqian")["venues"]
        if not str(v["hours"]).startswith(("outdoor", "subdistrict"))
    }
    kinds = list(of.values())

    def share(*words: str) -> float:
        return sum(any(w in kind for w in words) for kind in kinds) / len(kinds)

    assert share("evening", "monday-closed-break") == pytest.approx(0.44, abs=0.05)
    assert share("monday") == pytest.approx(0.31, abs=0.05)
    assert share("break") == pytest.approx(0.38, abs=0.05)


@pytest.mark.parametrize("name", ["cangqian", "district"])
def test_off_platform_weights_have_mean_one_over_open_hours(name: str) -> None:
    w = world(name)
    for kind in NORMS:
        weights = [float(r["relative"]) for r in w["off_platform"] if r["kind"] == kind]
        hours = _open_hours([str(v["hours"]) for v in w["venues"] if v["kind"] == kind])
        assert len(weights) == len(BANDS)
        mean = sum(x * h for x, h in zip(weights, hours, strict=True)) / sum(hours)
        assert mean == pytest.approx(1.0, abs=0.01)
