"""Operating cost of a small world, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import Parts, model_of, plain

from sim.measure.collector import Collector
from sim.measure.costs import add_costs, cost_of
from sim.measure.groups import build_groups
from sim.world.world import build_world

PER_M2_YEAR, PER_M2_HOUR = 36.5, 0.1
FLAT = {"weekday": {"0-24": 1}, "weekend": {"0-24": 1}}
STAFF = {"subdistrict": 50, "community": 20}


def town() -> Parts:
    """Ten days; two zones; a centre with two schedules, one without staff, one canteen outside."""
    parts = plain(10).set(
        zones={"North": {"operator": "A"}, "South": {"operator": "B"}},
        costs={
            "yuan_per_m2_year": PER_M2_YEAR,
            "yuan_per_m2_open_hour": PER_M2_HOUR,
            "yuan_per_centre_open_hour": STAFF,
        },
        dropin={
            "kinds": {"seats": {"visits_per_1000": {"person": 1}, "curve": FLAT}},
            "venues": {"room": "seats"},
        },
    )
    parts.tables["communities"] = [
        {"community": "C", "zone": "North"},
        {"community": "D", "zone": "South"},
    ]
    parts.tables["hours"] += [
        {"hours": "early", "days": "Mon-holiday", "open": "8:00", "close": "12:00"},
        {"hours": "late", "days": "Mon-holiday", "open": "10:00", "close": "15:00"},
    ]
    parts.origin("Home", 100).centre("Hall", "subdistrict").centre(
        "Club", "compound", compound="Home"
    )
    parts.centre("House", community="D")
    parts.rooms("Hall", 1, prefix="a", hours="early", area_m2=100)
    parts.rooms("Hall", 1, prefix="b", hours="late", area_m2=50, drop_in="yes")
    parts.rooms("Club", 1, hours="early", area_m2=30)
    parts.rooms("House", 2, hours="late", area_m2=20)
    parts.place("Canteen", community="D", area_m2=200, hours="early")
    return parts.place("Corner", centre="Hall", area_m2=10, hours="late")


# a year's area cost of a window of 10 days: 1 yuan a square metre
HALL = 100 + 100 * 40 * 0.1 + 50 + 50 * 50 * 0.1 + 70 * 50  # open 8-15 together: 7 hours a day
CLUB = 30 + 30 * 40 * 0.1
HOUSE = 2 * (20 + 20 * 50 * 0.1) + 50 * 20
CANTEEN = 200 + 200 * 40 * 0.1
CORNER = 10 + 10 * 50 * 0.1


def test_parts_by_hand(tmp_path: Path) -> None:
    world = build_world(town().load(tmp_path))
    costs = cost_of(world)
    assert costs.days == 10
    by_hand = {  # area, energy
        "a 000": (100, 400),
        "b 000": (50, 250),
        "Club 000": (30, 120),
        "House 000": (20, 100),
        "House 001": (20, 100),
    }
    assert set(by_hand) == set(world.venues.names)
    area, energy = np.array([by_hand[name] for name in world.venues.names]).T
    assert costs.area == pytest.approx(area)
    assert costs.energy == pytest.approx(energy)
    assert costs.venue == pytest.approx(area + energy)
    staff = dict(zip(world.centres.names, costs.staff, strict=True))
    assert staff == pytest.approx({"Hall": 70 * 50, "Club": 0, "House": 50 * 20})
    place = dict(zip(world.places.names, costs.place, strict=True))
    assert place == pytest.approx({"Canteen": CANTEEN, "Corner": CORNER, "b 000": 0})  # a venue


def test_levels_by_hand(tmp_path: Path) -> None:
    model = model_of(town(), tmp_path)
    out = Collector()
    add_costs(out, model.world, build_groups(model), cost_of(model.world))
    found = {
        (row.metric, row.group, level): value
        for row, top in zip(out.rows, out.top, strict=True)
        for level, value in zip(row.levels, top, strict=True)
    }
    total = HALL + CLUB + HOUSE + CANTEEN + CORNER
    expected = {
        "all": {"all": total},
        "zone": {"North": HALL + CLUB + CORNER, "South": HOUSE + CANTEEN},
        "operator": {"A": HALL + CLUB + CORNER, "B": HOUSE + CANTEEN},
        "tier": {
            "subdistrict": HALL + CORNER,
            "community": HOUSE,
            "compound": CLUB,
            "none": CANTEEN,
        },
        "centre": {"Hall": HALL + CORNER, "Club": CLUB, "House": HOUSE, "none": CANTEEN},
    }
    levels = {(g, level): v for g, by in expected.items() for level, v in by.items()}
    assert len(found) == 3 * len(levels)
    for (group, level), yuan in levels.items():
        assert found["operating_cost", group, level] == pytest.approx(yuan)
        assert found["operating_cost_year", group, level] == pytest.approx(yuan * 36.5)
    assert found["operating_cost_venues", "zone", "South"] == pytest.approx(HOUSE)
    assert found["operating_cost_venues", "all", "all"] == pytest.approx(HALL + CLUB + HOUSE)
    assert all(row.unit == "yuan" and row.form == "total" for row in out.rows)


def test_closed_hours_cost_no_energy_and_no_staff(tmp_path: Path) -> None:
    """A closure of one venue leaves the staff while the other is open."""
    shut = {"from": "2026-01-05", "until": "2026-01-06", "venues": ["a 000"]}
    parts = town().set(calendar={"country": "none", "closures": [shut]})
    world = build_world(parts.load(tmp_path))
    costs = cost_of(world)
    room, hall = world.venues.names.index("a 000"), world.centres.names.index("Hall")
    assert costs.energy[room] == pytest.approx(400 - 100 * 8 * 0.1)
    assert costs.staff[hall] == pytest.approx((70 - 2 * 2) * 50)
    assert costs.area[room] == pytest.approx(100)


def test_without_rates_it_costs_nothing(tmp_path: Path) -> None:
    costs = cost_of(build_world(town().set(costs={}).load(tmp_path)))
    assert costs.venue.sum() == costs.staff.sum() == costs.place.sum() == 0
