from __future__ import annotations

import csv
import math
from dataclasses import replace
from statistics import median

import pytest

from sim.made_up import make_world, spec_named
from sim.made_up.towns import WorldSpec, cangqian

from .helpers import SEED, SHARED, World, world

WALK = 1.35 / 1.25 / 60 * 1000  # minutes a straight-line km
GEO = SHARED / "data" / "geo"


def _km(a: dict[str, str | int | float], b: dict[str, str | int | float]) -> float:
    east = (float(a["lon"]) - float(b["lon"])) * 111.32 * math.cos(math.radians(30.28))
    return math.hypot(east, (float(a["lat"]) - float(b["lat"])) * 110.87)


def test_everything_lies_in_the_southern_two_thirds_of_the_extent() -> None:
    w = world("cangqian")
    for row in (*w["origins"], *w["centres"], *w["places"]):
        assert 119.945 <= float(row["lon"]) <= 120.026
        assert 30.246 <= float(row["lat"]) <= 30.246 + (30.352 - 30.246) * 2 / 3


def test_people_live_five_to_ten_minutes_from_a_community_centre() -> None:
    w = world("cangqian")
    centres = [c for c in w["centres"] if c["tier"] == "community"]
    homes = [o for o in w["origins"] if o["type"] in ("compound", "village")]
    assert 5 <= median(min(_km(h, c) for c in centres) * WALK for h in homes) <= 10


def test_zones_hang_together() -> None:
    """Most compounds have a community centre of their own zone nearest."""
    w = world("cangqian")
    zone = {r["community"]: r["zone"] for r in w["communities"]}
    centres = [c for c in w["centres"] if c["tier"] == "community"]
    homes = [o for o in w["origins"] if o["type"] == "compound"]
    own = sum(
        zone[min(centres, key=lambda c: _km(h, c))["community"]] == zone[h["community"]]
        for h in homes
    )
    assert own >= 0.85 * len(homes)


def _grown(zone: int) -> World:
    """Cangqian with two compounds more in one zone."""
    spec = cangqian()
    area = spec.areas[0]
    zones = list(area.zones)
    zones[zone] = replace(zones[zone], compounds=zones[zone].compounds + 2)
    return make_world(WorldSpec("grown", (replace(area, zones=tuple(zones)),)), SEED)


@pytest.mark.parametrize("zone", [0, 1, 2])
def test_new_compounds_move_and_rename_nothing(zone: int) -> None:
    base, grown = world("cangqian"), _grown(zone)
    keys = ("origin", "type", "community", "lon", "lat")
    after = {r["origin"]: [r[k] for k in keys] for r in grown["origins"]}
    assert len(after) == len(base["origins"]) + 2
    for row in base["origins"]:
        assert after[row["origin"]] == [row[k] for k in keys]
    hours = {v["venue"]: v for v in grown["venues"]}
    for venue in base["venues"]:  # rooms in compounds are shared out anew, the others stay
        if venue["venue"] in hours:
            assert hours[venue["venue"]] == venue
        else:
            assert "邻里驿站" in str(venue["centre"])
    assert grown["places"] == base["places"]


def test_another_seed_gives_other_places_but_the_same_totals() -> None:
    one, other = world("cangqian"), world("cangqian", 2)
    assert [r["lon"] for r in one["origins"]] != [r["lon"] for r in other["origins"]]
    assert len(other["venues"]) == 219
    assert sum(int(r["people"]) for r in other["people"]) == sum(
        int(r["people"]) for r in one["people"]
    )


def test_copies_lie_apart() -> None:
    w = world("cangqian:2")
    half = len(w["origins"]) // 2
    assert min(_km(a, b) for a in w["origins"][:half] for b in w["origins"][half:]) > 1.0


@pytest.mark.skipif(not GEO.is_dir(), reason=f"the real lists are not at {GEO}")
@pytest.mark.parametrize("name", ["cangqian", "district"])
def test_no_name_or_point_is_a_real_one(name: str) -> None:
    w = world(name)
    names = {str(r["community"]) for r in w["communities"]} | {
        str(r["origin"]) for r in w["origins"]
    }
    names |= {str(r["centre"]) for r in w["centres"]} | {str(r["venue"]) for r in w["venues"]}
    names |= {str(r["place"]) for r in w["places"]}
    rows_with_points = (*w["origins"], *w["centres"], *w["places"])
    points = {(float(r["lon"]), float(r["lat"])) for r in rows_with_points}
    for file in sorted(GEO.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                assert row["name"] not in names
                lon, lat = row.get("lon_wgs84"), row.get("lat_wgs84")
                if lon and lat:
                    assert (round(float(lon), 5), round(float(lat), 5)) not in points


def test_unknown_worlds_are_named_with_what_there_is() -> None:
    for wrong in ("hangzhou", "scale:0", "scale:x", "scale:", "district:2", "scale:²", "scale:-1"):
        with pytest.raises(ValueError, match="cangqian, cangqian-45k"):
            spec_named(wrong)
