"""What a scenario's season becomes as arrays: hours on dates, what is kept, units, walks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from optimise.slots.placements import placements_of
from sim.season.plan import SeasonProblem

from .helpers import FIRST, season

CELLS = 48


def starts(plan: SeasonProblem, request: int = 0) -> set[tuple[str, int, int]]:
    """Venue, weekday and start of every placement of a request."""
    p = plan.placements
    which = np.flatnonzero(p.request == request)
    return {(plan.venues[p.venue[i]], int(p.weekday[i]), int(p.start[i]) * 30) for i in which}


def test_holidays_closures_and_zone_hours_hold_date_by_date(tmp_path: Path) -> None:
    """National Day 2025 shortens and closes; a closure of the season closes one venue."""
    parts = season(rooms=2)
    parts.allocation["season"] = {
        "from": dt.date(2025, 9, 29),
        "until": dt.date(2025, 10, 12),
        "closures": [{"from": dt.date(2025, 10, 10), "until": dt.date(2025, 10, 10),
                      "venues": ["house 001"], "hours": "12:00-14:00"}],
    }  # fmt: skip
    parts.world.scenario["calendar"] = {"country": "CN"}
    parts.world.scenario["zones"]["Z"]["opening"] = {"close": "22:00"}
    parts.world.tables["hours"] = [
        {"hours": "always", "days": "Mon-Sun", "open": "8:00", "close": "21:00"},
        {"hours": "always", "days": "holiday", "open": "10:00", "close": "12:00"},
    ]
    plan = parts.request("a", lost_share=1, first_choice="Mon-Sun 8:00-22:00").plan(tmp_path)
    venues = plan.problem.venues
    is_open = venues.hours[venues.hours_of]
    assert is_open.shape == (2, 14, CELLS)

    def hours(venue: int, day: int) -> list[float]:
        return (np.flatnonzero(is_open[venue, day]) / 2).tolist()

    usual = [h / 2 for h in range(16, 44)]  # until 22:00, as the zone has it
    assert hours(0, 0) == usual  # Monday
    assert hours(0, 2) == [h / 2 for h in range(20, 44)]  # a holiday: the zone's close holds too
    assert hours(0, 12) == usual  # Saturday 11 October is worked: hours stay those of Saturday
    assert hours(1, 11) == [h for h in usual if not 12 <= h < 14]
    assert hours(0, 11) == usual


def test_a_session_may_lose_the_stated_share_of_its_dates(tmp_path: Path) -> None:
    """One of four Mondays is closed: a quarter."""
    closure = {"from": FIRST, "until": FIRST, "centres": ["house"]}
    parts = season(rooms=1)
    parts.allocation["season"]["closures"] = [closure]
    parts.request("quarter", lost_share=0.25).request("less", lost_share=0.24)
    parts.request("later", lost_share=0, **{"from": FIRST + dt.timedelta(days=1)})
    plan = parts.plan(tmp_path)
    assert {day for _, day, _ in starts(plan, 0)} == set(range(7))
    assert {day for _, day, _ in starts(plan, 1)} == set(range(1, 7))
    assert {day for _, day, _ in starts(plan, 2)} == set(range(7))
    held = plan.placements.held[(plan.placements.request == 0) & (plan.placements.weekday == 0)]
    assert set(held.tolist()) == {0.75}


def test_hours_kept_and_shares_of_the_peak(tmp_path: Path) -> None:
    """Kept hours take no session; a share caps the peak cells of each unit."""
    parts = season(rooms=2)
    parts.allocation["kept_for_residents"] = [
        {"venues": ["house 000"], "hours": "18-20", "days": ["Mon", "Tue"]},
        {"kinds": ["room"], "share": 0.4},
    ]
    plan = parts.request("a").plan(tmp_path)
    evenings = {(v, d, t) for v, d, t in starts(plan) if d in (0, 1) and t < 20 * 60}
    assert {v for v, _, _ in evenings} == {"house 001"}
    peak = 5 * 4 + 2 * 12  # hours a week: weekdays 18-22, weekends 9-21
    assert plan.problem.venues.prime.sum() == 2 * peak
    assert plan.problem.venues.prime_cap.tolist() == [int(0.6 * 2 * peak)] * 2


def test_a_whole_has_the_units_of_its_parts(tmp_path: Path) -> None:
    parts = season(rooms=4)
    parts.allocation["halves"] = [{"whole": "house 001", "parts": ["house 003", "house 000"]}]
    venues = parts.request("a").plan(tmp_path).problem.venues
    units = [
        set(venues.units[venues.unit_first[v] : venues.unit_first[v + 1]].tolist())
        for v in range(4)
    ]
    assert units[1] == units[0] | units[3]
    assert len(units[0]) == len(units[2]) == len(units[3]) == 1
    assert venues.unit_count == 3


@pytest.mark.parametrize("named", ["house 001; house 000", ""])
def test_options_in_order_with_walks(tmp_path: Path, named: str) -> None:
    """Venues that are named keep their order; else any near one that suits, all alike."""
    parts = season(rooms=2).request("a", venues=named, home="far")
    parts.world.origin("far", lat=30.005).rooms("house", 1, prefix="small", capacity=7)
    parts.world.centre("away", lat=30.05).rooms("away", 1)
    plan = parts.plan(tmp_path)
    asked = plan.problem.requests
    found = [plan.venues[v] for v in asked.option_venue]
    assert found == (["house 001", "house 000"] if named else ["house 000", "house 001"])
    assert asked.option_rank.tolist() == ([0, 1] if named else [0, 0])
    km = 0.005 * 111.195 * 1.35  # detour
    pace = parts.world.scenario["segments"]["person"].get("metres_per_second", 1.25)
    assert asked.option_walk == pytest.approx([km / (pace * 60 / 1000)] * 2, rel=1e-3)


def test_access_keeps_strangers_out(tmp_path: Path) -> None:
    """Of a compound, of a community; a home that is a centre is of its compound."""
    parts = season(rooms=1)
    parts.world.tables["communities"].append({"community": "D", "zone": "Z"})
    parts.world.origin("other").origin("elsewhere", community="D")
    parts.world.centre("court", tier="compound", compound="home").rooms(
        "court", 1, access="compound"
    )
    parts.world.rooms("house", 1, prefix="own", access="community")
    for name, home in (("a", "home"), ("b", "other"), ("c", "elsewhere"), ("d", "court")):
        parts.request(name, home=home)
    parts.request("e", home="elsewhere", venues="own 000;court 000;house 000")
    plan = parts.plan(tmp_path)
    reach = [{v for v, _, _ in starts(plan, r)} for r in range(5)]
    assert reach[0] == reach[3] == {"house 000", "court 000", "own 000"}
    assert reach[1] == {"house 000", "own 000"}
    assert reach[2] == reach[4] == {"house 000"}


def test_equipment_changeover_grid_and_worth(tmp_path: Path) -> None:
    parts = season(
        rooms=2,
        grid_minutes=15,
        start_minutes=30,
        length_minutes=60,
        changeover_minutes={"room": 30},
        equipment={"piano": {"venues": ["house 001"]}, "screen": {"kinds": ["room"]}},
        worth={"second_choice": 0.5, "as_last_season": 0.25},
    )
    parts.request(
        "a", equipment="piano; screen", longest_minutes=120, priority=2,
        first_choice="Mon 18:15-20:30", second_choice="Tue 18:00-19:00",
    )  # fmt: skip
    for name in ("a", "gone"):
        parts.last(name, "house 001", 2, "18:00", "19:00")
    read = parts.read(tmp_path)
    plan, p = read.plan, read.plan.placements
    found = {
        (plan.venues[venue], *numbers): value
        for venue, *numbers, value in zip(
            *(getattr(p, n).tolist() for n in ("venue", "weekday", "start", "length", "value")),
            strict=True,
        )
    }
    rows = [(0, start, 4, 120) for start in (74, 76, 78)] + [(0, 74, 8, 240), (1, 72, 4, 90)]
    assert found == {("house 001", day, s, n): value for day, s, n, value in rows}
    assert plan.problem.venues.changeover.tolist() == [2, 2]
    assert read.notices == (
        "1 of last season's sessions play no part: their request or venue is not there now, or "
        "they lie off the grid",
    )


def test_placements_of_the_plan_are_those_of_its_problem(tmp_path: Path) -> None:
    """Also under decisions."""
    parts = season().request("a").request("b").decision("reject", "a", weekday=1)
    plan = parts.plan(tmp_path, rejections=["b=house 001"])
    again = placements_of(plan.problem)
    assert all(
        np.array_equal(getattr(again, n), getattr(plan.placements, n)) for n in again.__slots__
    )
    assert 0 not in {day for _, day, _ in starts(plan, 0)}
    assert {v for v, _, _ in starts(plan, 1)} == {"house 000"}
