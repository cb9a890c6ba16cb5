"""A zone's own hours: the first opening and the last closing of a day, moved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from builders import model_of

from sim.model import build_model
from sim.scenario.derived.openings import joined, venue_weeks
from sim.scenario.problems import ScenarioProblems
from sim.scenario.schema.place import CalendarPart
from sim.scenario.schema.tables import HoursRow
from sim.world.calendar import Opens, build_calendar, build_opening

from .test_opening import Hours, after, open_at, world

EVEN = {"weekday": {"0-24": 1}, "weekend": {"0-24": 1}}
DAY = [("day", "Mon-Fri", "9:00", "18:00"), ("day", "holiday", "10:00", "16:00")]
SPLIT = [("split", "Mon-Fri", "9:00", "12:00"), ("split", "Mon-Fri", "14:00", "18:00")]
LATE = [("late", "Mon-Sun", "18:00", "26:00")]


@pytest.mark.parametrize(
    ("hours", "opening", "expected"),
    [
        (DAY, {"open": "7:00"}, ["7:00-18:00"]),
        (DAY, {"open": "11:00"}, ["11:00-18:00"]),
        (DAY, {"open": "18:00"}, []),
        (DAY, {"close": "21:30"}, ["9:00-21:30"]),
        (DAY, {"close": "15:00"}, ["9:00-15:00"]),
        (DAY, {"close": "9:00"}, []),
        (DAY, {"open": "8:00", "close": "12:00"}, ["8:00-12:00"]),
        (DAY, {"open": "6:00", "close": "8:00"}, ["6:00-8:00"]),
        (DAY, {"open": "20:00", "close": "22:00"}, ["20:00-22:00"]),
        (DAY, {"open": "17:00", "close": "22:00"}, ["17:00-22:00"]),
        (SPLIT, {"open": "8:00", "close": "20:00"}, ["8:00-12:00", "14:00-20:00"]),
        (SPLIT, {"open": "13:00"}, ["14:00-18:00"]),
        (SPLIT, {"open": "15:00"}, ["15:00-18:00"]),
        (SPLIT, {"close": "13:00"}, ["9:00-12:00"]),
        (SPLIT, {"close": "10:00"}, ["9:00-10:00"]),
        (SPLIT, {"open": "19:00", "close": "20:00"}, ["19:00-20:00"]),
        (SPLIT, {"open": "7:00", "close": "8:00"}, ["7:00-8:00"]),
    ],
)
def test_a_zones_own_hours(
    hours: Hours, opening: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    """First opening and last closing of weekdays; breaks stay, days off stay off.

    What the doubts on a scenario reckon with is the same.
    """
    inputs = world(hours, zones__Z__opening=opening).load(tmp_path)
    model = build_model(inputs)
    for day in range(7):
        assert open_at(model, 0, after(day)) == (expected if day < 5 else []), day
    week = venue_weeks(inputs.scenario, inputs.tables)[0][1]
    found = [f"{a // 60}:{a % 60:02d}-{b // 60}:{b % 60:02d}" for a, b in joined(week[0])]
    assert found == expected


@pytest.mark.parametrize(
    ("opening", "evening", "night"),
    [
        ({}, ["18:00-24:00"], ["0:00-2:00"]),
        ({"close": "24:00"}, ["18:00-24:00"], []),
        ({"close": "23:00"}, ["18:00-23:00"], []),
        ({"close": "29:00"}, ["18:00-24:00"], ["0:00-5:00"]),
        ({"open": "16:00", "close": "25:00"}, ["16:00-24:00"], ["0:00-1:00"]),
        ({"open": "22:00"}, ["22:00-24:00"], ["0:00-2:00"]),
        ({"open": "10:00", "close": "17:00"}, ["10:00-17:00"], []),
    ],
)
def test_a_zones_own_hours_past_midnight(
    opening: dict[str, str], evening: list[str], night: list[str], tmp_path: Path
) -> None:
    """The end of a night belongs to the day it began, in the middle and before the first day."""
    rows = [("late", "Wed", "18:00", "26:00")]
    model = model_of(world(rows, zones__Z__opening=opening), tmp_path)
    assert open_at(model, 0, after(2)) == evening
    assert open_at(model, 0, after(3)) == night
    daily = model_of(world(LATE, zones__Z__opening=opening), tmp_path / "daily")
    for day in (-2, 0, 5):
        assert open_at(daily, 0, after(day)) == night + evening


def test_a_zones_own_hours_on_public_holidays(tmp_path: Path) -> None:
    """The holiday row moves like any day; a schedule without one stays closed."""
    window = {"from": dt.date(2025, 12, 29), "until": dt.date(2026, 1, 9)}
    parts = world([*DAY, *SPLIT], calendar__country="CN", window=window)
    model = model_of(parts.set(zones__Z__opening={"open": "8:00", "close": "20:00"}), tmp_path)
    assert open_at(model, 0, dt.date(2025, 12, 31)) == ["8:00-20:00"]
    assert open_at(model, 0, dt.date(2026, 1, 1)) == ["8:00-20:00"]
    assert open_at(model, 1, dt.date(2025, 12, 31)) == ["8:00-12:00", "14:00-20:00"]
    assert open_at(model, 1, dt.date(2026, 1, 1)) == []


def test_places_keep_their_hours_in_term_and_in_school_holidays(tmp_path: Path) -> None:
    """A zone moves venues, not places of their own, and venues in school holidays too."""
    summer = [("summer", "Mon-Sun", "7:00", "12:00")]
    parts = world(DAY + summer, zones__Z__opening={"open": "8:00", "close": "20:00"})
    parts.set(calendar__school_holidays=[{"from": after(7), "until": after(13)}])
    parts.set(dropin__kinds__seats={"visits_per_1000": {"person": 1}, "curve": EVEN})
    parts.place("yard", hours="day", school_holiday_hours="summer")
    model = model_of(parts, tmp_path)
    yard = model.world.opening.is_open[model.world.places.profile[0]].reshape(-1, 48)
    first = model.world.calendar.count_from
    assert np.flatnonzero(yard[first]).tolist() == list(range(18, 36))
    assert np.flatnonzero(yard[first + 7]).tolist() == list(range(14, 24))
    assert open_at(model, 0, after(0)) == open_at(model, 0, after(7)) == ["8:00-20:00"]


def test_hours_of_both_terms_would_move() -> None:
    """Where something has both, each day's own first opening and last closing move."""
    rows = [
        HoursRow(hours="term", days="Mon-Fri", open="16:00", close="20:00", source="assumption"),
        HoursRow(hours="free", days="Mon-Sun", open="8:00", close="18:00", source="assumption"),
    ]
    holidays = [{"from": after(7), "until": after(20)}]
    part = CalendarPart.model_validate({"country": "none", "school_holidays": holidays})
    calendar = build_calendar(part, after(0), after(13), 0, 0)
    yard = Opens("yard", None, "grounds", "term", "free", shift=(9 * 60, 19 * 60))
    opening, _ = build_opening([yard], rows, [], calendar, 60)
    days = opening.is_open[0].reshape(-1, 24)
    assert np.flatnonzero(days[0]).tolist() == list(range(9, 19))
    assert not days[5].any()
    assert np.flatnonzero(days[12]).tolist() == list(range(9, 19))


def test_a_zones_own_hours_hold_for_its_tiers_and_venues(tmp_path: Path) -> None:
    """Only centres of the tiers named, only this zone; closures come on top."""
    parts = world(DAY).centre("big", tier="subdistrict", community="D").rooms("big", 1, hours="day")
    parts.centre("south", tier="subdistrict", community="E").rooms("south", 1, hours="day")
    parts.tables["communities"] += [
        {"community": "D", "zone": "Z"},
        {"community": "E", "zone": "S"},
    ]
    closed = {"from": after(1), "until": after(1), "hours": "20:00-21:00"}
    parts.set(zones__S={"operator": "O"}, calendar__closures=[closed])
    parts.set(zones__Z__opening={"close": "22:00", "tiers": ["subdistrict"]})
    model = model_of(parts, tmp_path)
    venues = model.world.venues.names
    (big,) = [v for v, name in enumerate(venues) if name.startswith("big")]
    assert len(venues) == 3
    for venue in range(3):
        close = "22:00" if venue == big else "18:00"
        assert open_at(model, venue, after(0)) == [f"9:00-{close}"]
    assert open_at(model, big, after(1)) == ["9:00-20:00", "21:00-22:00"]


OPENINGS = [
    ({"close": "22:00"}, {}, ["9:00-22:00"]),
    ({"open": "7:00", "close": "22:00"}, {"close": "20:00"}, ["7:00-20:00"]),
    ({"close": "22:00"}, {"open": "8:00"}, ["8:00-22:00"]),
    ({"close": "22:00"}, {"close": "20:00", "tiers": ["compound"]}, ["9:00-22:00"]),
    ({"close": "22:00", "tiers": ["compound"]}, {}, ["9:00-18:00"]),
    ({"close": "22:00", "kinds": ["room"]}, {}, ["9:00-22:00"]),
    ({"close": "22:00", "centres": ["hall"]}, {}, ["9:00-22:00"]),
]


@pytest.mark.parametrize(("general", "own", "expected"), OPENINGS)
def test_hours_of_all_zones(
    general: dict[str, object], own: dict[str, object], expected: list[str], tmp_path: Path
) -> None:
    """Hours given without naming zones; a zone's own go first, end by end."""
    inputs = world(DAY, opening=general, zones__Z__opening=own).load(tmp_path)
    model = build_model(inputs)
    assert open_at(model, 0, after(0)) == expected
    week = venue_weeks(inputs.scenario, inputs.tables)[0][1]
    clocks = [f"{s // 60}:{s % 60:02d}-{e // 60}:{e % 60:02d}" for s, e in week[0]]
    assert clocks == expected


@pytest.mark.parametrize(
    ("opening", "key", "meant"),
    [
        ({"close": "22:00", "kinds": ["rom"]}, "opening.kinds.0", "room"),
        ({"close": "22:00", "centres": ["hal"]}, "opening.centres.0", "hall"),
        ({"close": "22:00", "tiers": ["comunity"]}, "opening.tiers.0", "community"),
        ({"closes": "22:00"}, "opening.closes", "close"),
    ],
)
def test_misspelt(opening: dict[str, object], key: str, meant: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioProblems) as caught:
        world(DAY, opening=opening).load(tmp_path)
    assert [(p.key, p.suggestion) for p in caught.value.problems] == [(key, meant)]


def test_hours_that_change_nothing_are_noticed(tmp_path: Path) -> None:
    inputs = world(DAY, opening={"close": "22:00", "tiers": ["compound"]}).load(tmp_path)
    assert any(n.startswith("opening: ") for n in inputs.notices)
    usual = world(DAY, opening={"close": "22:00"}).load(tmp_path)
    assert not any(n.startswith("opening") for n in usual.notices)
