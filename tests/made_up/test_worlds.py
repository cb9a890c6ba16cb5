"""Worlds that can be made up: totals, sizes, hours and distances as the page on worlds says."""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from pydantic import BaseModel

from sim.made_up import make, make_world, spec_named, write
from sim.made_up.tables import FACTS, TABLES, Row, table_bytes
from sim.made_up.towns import NAMES, WorldSpec, cangqian
from sim.made_up.world import BANDS, open_hours, stretches
from sim.report.files import EnvironmentProblem
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

from .helpers import SCENARIOS, SEED, SHARED, World, parsed, world

MODELS: dict[str, type[BaseModel]] = dict(
    zip(
        TABLES,
        (CommunityRow, OriginRow, PeopleRow, CentreRow, VenueRow, PlaceRow, HoursRow,
         OffPlatformRow),
        strict=True,
    )
)  # fmt: skip
KEYS = {"communities": "community", "origins": "origin", "centres": "centre", "venues": "venue",
        "places": "place"}  # fmt: skip
WORLDS = ("cangqian", "district", "cangqian:2")
HOMES = ("compound", "village")
WALK = 1.35 / 1.25 / 60 * 1000  # minutes a straight-line km
GEO = SHARED / "data" / "geo"


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


@pytest.mark.parametrize("name", NAMES)
def test_committed_tables_are_what_the_generator_makes(name: str, tmp_path: Path) -> None:
    """If this fails: `linli world NAME --out scenarios/NAME --seed 1`, or undo the change."""
    write(make(name, SEED), tmp_path)
    assert contents(tmp_path) == contents(SCENARIOS / name)
    assert all(content.startswith(b"\xef\xbb\xbf") for content in contents(tmp_path).values())


def test_seeds_decide_bytes_but_not_names_and_totals() -> None:
    seven, again, eight = (make_world(cangqian(), seed) for seed in (7, 7, 8))
    assert seven == again
    for table, key, drawn in (("places", "place", "seats"), ("origins", "origin", "lon")):
        assert [r[key] for r in seven[table]] == [r[key] for r in eight[table]]
        assert [r[drawn] for r in seven[table]] != [r[drawn] for r in eight[table]]
    assert len(eight["venues"]) == 219
    assert sum(people(seven).values()) == sum(people(eight).values())


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(world("cangqian"), tmp_path)
    before = contents(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(EnvironmentProblem, match="disk is full"):
        write(world("cangqian", 2), tmp_path)
    assert contents(tmp_path) == before


def test_unknown_worlds_are_named_with_what_there_is() -> None:
    for wrong in ("hangzhou", "scale:0", "scale:x", "scale:", "district:2", "scale:²", "scale:-1"):
        with pytest.raises(ValueError, match="cangqian, cangqian-45k"):
            spec_named(wrong)


@pytest.mark.parametrize("name", WORLDS)
def test_rows_fit_the_contract_and_references_resolve(name: str) -> None:
    w = world(name)
    for table in TABLES:
        rows = parsed(table_bytes(table, w[table]))
        assert rows
        for row in rows:
            MODELS[table].model_validate(row)
            assert row["source"].startswith("synthetic")
    names = {table: [str(row[key]) for row in w[table]] for table, key in KEYS.items()}
    for found in names.values():
        assert len(set(found)) == len(found)
    assert not set(names["places"]) & set(names["venues"])
    hours = {str(row["hours"]) for row in w["hours"]}
    for table, column, allowed in (
        ("origins", "community", names["communities"]), ("people", "origin", names["origins"]),
        ("centres", "community", names["communities"]), ("centres", "compound", names["origins"]),
        ("venues", "centre", names["centres"]), ("venues", "hours", hours),
        ("places", "community", names["communities"]), ("places", "centre", names["centres"]),
        ("places", "hours", hours), ("places", "school_holiday_hours", hours),
    ):  # fmt: skip
        assert {str(row[column]) for row in w[table]} - {""} <= set(allowed), (table, column)


def people(w: World) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in w["people"]:
        counts[str(row["segment"])] += int(row["people"])
    return counts


@pytest.mark.parametrize(
    ("name", "households", "residents", "communities", "homes", "venues", "places"),
    [
        ("cangqian", 60_000, 150_000, 12, 45, 219, 54),
        ("cangqian-45k", 45_000, 112_500, 12, 45, 219, 54),
        ("cangqian-80k", 80_000, 200_000, 12, 45, 219, 54),
        ("district", 564_000, 1_410_000, 106, 404, 1_775, 453),
        ("cangqian:2", 120_000, 300_000, 24, 90, 438, 108),
    ],
)
def test_totals_hold_exactly(
    name: str,
    households: int,
    residents: int,
    communities: int,
    homes: int,
    venues: int,
    places: int,
) -> None:
    w, found = world(name), people(world(name))
    assert sum(int(row["households"]) for row in w["origins"]) == households
    assert sum(found[s] for s in FACTS["shares"]) == residents
    assert len(w["communities"]) == communities
    assert sum(row["type"] in HOMES for row in w["origins"]) == homes
    assert (len(w["venues"]), len(w["places"])) == (venues, places)


def test_cangqian_is_that_of_the_article_and_of_its_variants() -> None:
    w = world("cangqian")
    assert {r["zone"] for r in w["communities"]} == {"和合万家", "科创未来", "产居梦想"}
    tiers = Counter(r["tier"] for r in w["centres"])
    assert (tiers["subdistrict"], tiers["community"]) == (3, 12)
    assert Counter(p["kind"] for p in w["places"]) == {
        "canteen": 12, "reading_seats": 15, "gym": 9, "clinic": 12, "school_ground": 6,
    }  # fmt: skip
    assert [people(w)[s] for s in ("child", "employee", "student")] == [22_500, 60_000, 25_000]
    for table in ("communities", "centres", "venues", "places"):
        assert w[table] == world("cangqian-45k")[table] == world("cangqian-80k")[table]
    for table in ("communities", "origins", "people", "centres", "venues", "places"):
        assert world("district")[table][: len(w[table])] == w[table]


def test_zones_have_the_mix_of_their_focus_and_compounds_their_people() -> None:
    w = world("cangqian")
    community = {r["origin"]: r["community"] for r in w["origins"]}
    zone = {r["community"]: str(r["zone"]) for r in w["communities"]}
    members: defaultdict[str, Counter[str]] = defaultdict(Counter)
    at: Counter[str] = Counter()
    for row in w["people"]:
        if row["segment"] in FACTS["shares"]:
            members[zone[community[row["origin"]]]][str(row["segment"])] += int(row["people"])
            at[str(row["origin"])] += int(row["people"])
    shares = {z: {s: n / m.total() for s, n in m.items()} for z, m in members.items()}
    for segment in ("young_family", "child", "older", "oldest"):
        assert max(shares, key=lambda z, s=segment: shares[z][s]) == "和合万家"  # type: ignore[misc]
    workers = {z: mix["working_adult"] for z, mix in shares.items()}
    assert workers["科创未来"] > 1.3 * workers["和合万家"]
    for row in w["origins"]:
        if row["type"] in HOMES:
            assert 100 <= int(row["households"]) <= 4_000
            assert 2.35 <= at[str(row["origin"])] / int(row["households"]) <= 2.65


@pytest.mark.parametrize("name", ["cangqian", "district"])
def test_rooms_and_places_are_of_usual_size(name: str) -> None:
    per_user = {  # m2 a user, smallest and largest usual
        "activity_room": (2.0, 2.5), "meeting_room": (2.0, 2.5), "hall": (1.0, 1.35),
        "dance_studio": (6.0, 6.5), "children_room": (2.5, 3.75), "reading_room": (2.0, 2.7),
        "co_working": (4.0, 5.3), "art_room": (2.8, 3.4),
    }  # fmt: skip
    w = world(name)
    floor: Counter[str] = Counter()
    for venue in w["venues"]:
        kind, area, capacity = str(venue["kind"]), int(venue["area_m2"]), int(venue["capacity"])
        norm = FACTS["rooms"][kind]
        assert norm["area_m2"][0] <= area <= norm["area_m2"][1], venue
        assert norm["capacity"][0] <= capacity <= norm["capacity"][1], venue
        low, high = per_user.get(kind, (0.0, math.inf))
        assert low <= area / capacity, venue
        assert area / capacity <= high or capacity == norm["capacity"][1], venue
        assert venue["drop_in"] == ("yes" if kind in ("reading_room", "table_tennis") else "no")
        floor[str(venue["centre"])] += area * (kind != "basketball_court")  # land, not floor
    largest = {"subdistrict": 6_000, "community": 2_000, "compound": 400}
    for centre in w["centres"]:
        assert 35 <= floor[str(centre["centre"])] <= largest[str(centre["tier"])]
    for place in w["places"]:
        norm, seats = FACTS["places"][place["kind"]], int(place["seats"])
        assert norm["seats"][0] <= seats <= norm["seats"][1], place
        low, high = norm["m2_per_seat"]
        assert low <= int(place["area_m2"]) / seats <= high, place


def test_hours_lie_on_the_half_hour_and_do_not_overlap() -> None:
    for name in (name for group in FACTS["hours"].values() for name in group):
        for day in range(len(DAYS)):
            spans = sorted(
                (minutes_of(first), minutes_of(last))
                for days, first, last in stretches(name)
                if day in parse_days(days)
            )
            assert all(a % 30 == 0 and b % 30 == 0 and a < b for a, b in spans)
            assert all(before[1] <= after[0] for before, after in pairwise(spans))
    weekdays = [s for s in stretches("school-ground-term") if "Mon" in s[0]]
    assert weekdays == [("Mon-Fri", "17:30", "21:00")]  # outside school hours only


def test_shares_of_schedules_follow_the_statistics() -> None:
    """Of 223 reading rooms 44 % are open late, 31 % closed on Mondays, 38 % at midday."""
    centres = {str(v["centre"]): str(v["hours"]) for v in world("cangqian")["venues"]}
    usual = [h for h in centres.values() if not h.startswith(("outdoor", "subdistrict"))]
    reading = [
        str(p["hours"])
        for p in world("district")["places"]
        if p["kind"] == "reading_seats" and p["hours"] != "reading-24-hours"
    ]
    for hours in (usual, reading):
        for share, words in (
            (0.44, ("evening", "monday-closed-break")), (0.31, ("monday",)), (0.38, ("break",)),
        ):  # fmt: skip
            found = sum(any(w in h for w in words) for h in hours) / len(hours)
            assert found == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("name", ["cangqian", "district"])
def test_off_platform_weights_have_mean_one_over_open_hours(name: str) -> None:
    w = world(name)
    for kind in FACTS["rooms"]:
        weights = [float(r["relative"]) for r in w["off_platform"] if r["kind"] == kind]
        hours = open_hours([str(v["hours"]) for v in w["venues"] if v["kind"] == kind])
        assert len(weights) == len(BANDS)
        mean = sum(x * h for x, h in zip(weights, hours, strict=True)) / sum(hours)
        assert mean == pytest.approx(1.0, abs=0.01)


def km(a: Row, b: Row) -> float:
    east = (float(a["lon"]) - float(b["lon"])) * 111.32 * math.cos(math.radians(30.28))
    return math.hypot(east, (float(a["lat"]) - float(b["lat"])) * 110.87)


def test_where_things_lie() -> None:
    """In the southern two thirds of the extent; homes near a centre, mostly of their own zone."""
    w = world("cangqian")
    for row in (*w["origins"], *w["centres"], *w["places"]):
        assert 119.945 <= float(row["lon"]) <= 120.026
        assert 30.246 <= float(row["lat"]) <= 30.246 + (30.352 - 30.246) * 2 / 3
    centres = [c for c in w["centres"] if c["tier"] == "community"]
    homes = [o for o in w["origins"] if o["type"] in HOMES]
    assert 5 <= median(min(km(h, c) for c in centres) * WALK for h in homes) <= 10
    zone = {r["community"]: r["zone"] for r in w["communities"]}
    own = [
        zone[min(centres, key=lambda c, h=h: km(h, c))["community"]] == zone[h["community"]]  # type: ignore[misc]
        for h in homes
        if h["type"] == "compound"
    ]
    assert sum(own) >= 0.85 * len(own)
    two = world("cangqian:2")["origins"]
    half = len(two) // 2
    assert min(km(a, b) for a in two[:half] for b in two[half:]) > 1.0


@pytest.mark.parametrize(
    ("zone", "more"), [(0, {"compounds": 2}), (1, {"compounds": 2}), (1, {"communities": 1})]
)
def test_what_is_new_moves_and_renames_nothing(zone: int, more: dict[str, int]) -> None:
    """Only shares of a fixed total change: households, people, rooms in compounds."""
    area, base = cangqian().areas[0], world("cangqian")
    zones = list(area.zones)
    grown_zone = replace(zones[zone], **{k: getattr(zones[zone], k) + n for k, n in more.items()})
    zones[zone] = grown_zone
    grown = make_world(WorldSpec("grown", (replace(area, zones=tuple(zones)),)), SEED)
    same = {"places": ("kind", "centre", "lon", "lat", "seats", "area_m2", "hours")}
    if "compounds" in more:
        same["origins"] = ("type", "community", "lon", "lat")
        assert grown["places"] == base["places"]
        hours = {v["venue"]: v for v in grown["venues"]}
        for venue in base["venues"]:  # rooms in compounds are shared out anew, the others stay
            assert "邻里驿站" in str(venue["centre"]) or hours[venue["venue"]] == venue
    for table, columns in same.items():
        after = {row[KEYS[table]]: [row[c] for c in columns] for row in grown[table]}
        for row in base[table]:
            assert after[row[KEYS[table]]] == [row[c] for c in columns]


@pytest.mark.skipif(not GEO.is_dir(), reason=f"the real lists are not at {GEO}")
@pytest.mark.parametrize("name", ["cangqian", "district"])
def test_no_name_or_point_is_a_real_one(name: str) -> None:
    w = world(name)
    names = {str(row[key]) for table, key in KEYS.items() for row in w[table]}
    rows_with_points = (*w["origins"], *w["centres"], *w["places"])
    points = {(float(r["lon"]), float(r["lat"])) for r in rows_with_points}
    for file in sorted(GEO.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                assert row["name"] not in names
                lon, lat = row.get("lon_wgs84"), row.get("lat_wgs84")
                if lon and lat:
                    assert (round(float(lon), 5), round(float(lat), 5)) not in points
