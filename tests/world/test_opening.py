"""Opening hours on the slot grid, date by date, and utilisation that divides by them exactly."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import FIRST, Parts, model_of, plain

from sim.model import Model
from sim.studies.run import run

Hours = list[tuple[str, str, str, str]]


def world(hours: Hours, days: int = 14, grid: int = 30, **values: Any) -> Parts:
    """One room for each schedule, in one centre."""
    parts = plain(days, grid=grid).origin("home").centre("hall").set(**values)
    for name, on, opening, closing in hours:
        parts.tables["hours"].append({"hours": name, "days": on, "open": opening, "close": closing})
    for name in dict.fromkeys(h[0] for h in hours):
        parts.rooms("hall", 1, prefix=name, hours=name)
    return parts


def open_at(model: Model, venue: int, date: dt.date) -> list[str]:
    """Open stretches of a venue on a date, as text."""
    slots, grid = model.world.slots, model.world.grid
    day = (date - model.world.calendar.first).days
    mask = model.world.opening.is_open[model.world.venues.profile[venue]]
    mask = mask[day * slots : (day + 1) * slots].astype(int)
    edges = np.flatnonzero(np.diff(mask, prepend=0, append=0)) * grid
    clock = [f"{m // 60}:{m % 60:02d}" for m in edges.tolist()]
    return [f"{a}-{b}" for a, b in zip(clock[::2], clock[1::2], strict=True)]


def after(days: int) -> dt.date:
    return FIRST + dt.timedelta(days=days)


def test_midday_breaks_and_mondays_off(tmp_path: Path) -> None:
    """Two stretches a day; closed on Mondays; longer at weekends."""
    hours = [
        ("split", "Tue-Fri", "9:00", "11:30"),
        ("split", "Tue-Fri", "13:30", "21:00"),
        ("split", "Sat-Sun", "8:00", "22:00"),
    ]
    model = model_of(world(hours), tmp_path)
    for week in (0, 7):
        assert open_at(model, 0, after(week)) == []
        assert open_at(model, 0, after(week + 1)) == ["9:00-11:30", "13:30-21:00"]
        assert open_at(model, 0, after(week + 6)) == ["8:00-22:00"]


def test_past_midnight_belongs_to_the_day_it_began(tmp_path: Path) -> None:
    """Friday 18:00-26:00 is open on Saturday until 2:00, also before the first day of all."""
    hours = [("late", "Fri", "18:00", "26:00"), ("sunday", "Sun", "20:00", "25:00")]
    model = model_of(world(hours, experiment__warm_up_days=7), tmp_path)
    assert open_at(model, 0, after(4)) == ["18:00-24:00"]
    assert open_at(model, 0, after(5)) == ["0:00-2:00"]
    assert open_at(model, 0, after(6)) == []
    assert model.world.calendar.first == after(-7)
    assert open_at(model, 1, after(-7)) == ["0:00-1:00"]


def test_run_lengths_count_slots_until_it_closes(tmp_path: Path) -> None:
    """A booking over midnight fits where the venue stays open, and no longer than that."""
    model = model_of(world([("late", "Mon-Sun", "18:00", "26:00")]), tmp_path)
    run_ = model.world.opening.run[model.world.venues.profile[0]]
    day = model.world.calendar.count_from * 48
    assert run_[day + 36 : day + 38].tolist() == [16, 15]
    assert run_[day + 47 : day + 53].tolist() == [5, 4, 3, 2, 1, 0]


def test_public_holidays_have_their_own_hours(tmp_path: Path) -> None:
    """On New Year's Day the holiday row holds; a schedule without one is closed."""
    hours = [
        ("both", "Mon-Sun", "9:00", "21:00"),
        ("both", "holiday", "10:00", "16:00"),
        ("weekly", "Mon-Sun", "9:00", "21:00"),
    ]
    window = {"from": dt.date(2025, 12, 30), "until": dt.date(2026, 1, 5)}
    model = model_of(world(hours, calendar__country="CN", window=window), tmp_path)
    assert open_at(model, 0, dt.date(2025, 12, 31)) == ["9:00-21:00"]
    assert open_at(model, 0, dt.date(2026, 1, 1)) == ["10:00-16:00"]
    assert open_at(model, 1, dt.date(2026, 1, 1)) == []


def closures(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"from": after(2), "until": after(3), **entry} for entry in entries]


BROKEN = ["9:00-12:00", "14:00-21:00"]


@pytest.mark.parametrize(
    ("entry", "first", "second"),
    [
        ({}, [], []),
        ({"venues": ["one 000"]}, [], ["9:00-21:00"]),
        ({"centres": ["hall"]}, [], []),
        ({"kinds": ["other"]}, ["9:00-21:00"], ["9:00-21:00"]),
        (
            {"venues": ["two 000"], "hours": "12:00-14:00"},
            ["9:00-21:00"],
            ["9:00-12:00", "14:00-21:00"],
        ),
        ({"hours": "12:10-13:40"}, ["9:00-12:00", "14:00-21:00"], ["9:00-12:00", "14:00-21:00"]),
    ],
)
def test_closures(
    entry: dict[str, Any], first: list[str], second: list[str], tmp_path: Path
) -> None:
    """By venue, centre, kind or all; whole days or hours; partly touched slots close too."""
    parts = world([("one", "Mon-Sun", "9:00", "21:00"), ("two", "Mon-Sun", "9:00", "21:00")])
    parts.set(kinds__other={}, calendar__closures=closures(entry))
    model = model_of(parts, tmp_path)
    for day in (2, 3):
        assert [open_at(model, v, after(day)) for v in (0, 1)] == [first, second]
    for day in (1, 4):
        assert [open_at(model, v, after(day)) for v in (0, 1)] == [["9:00-21:00"]] * 2


def test_a_closure_over_all_the_horizon_and_beyond(tmp_path: Path) -> None:
    """Closures may begin before and end after what is simulated."""
    parts = world([("one", "Mon-Sun", "9:00", "21:00")])
    closed = {"from": dt.date(2020, 1, 1), "until": dt.date(2030, 1, 1), "hours": "9:00-10:00"}
    model = model_of(parts.set(calendar__closures=[closed]), tmp_path)
    assert {tuple(open_at(model, 0, after(d))) for d in range(14)} == {("10:00-21:00",)}


def figure(summary: pd.DataFrame, metric: str, group: str, level: str) -> float:
    at = (summary["metric"] == metric) & (summary["group"] == group) & (summary["level"] == level)
    assert at.sum() == 1
    return float(summary.loc[at, "mean"].iloc[0])


def test_open_hours_and_open_share_by_hand(tmp_path: Path) -> None:
    """Two weeks: 2 x (4 x 10 + 2 x 14) hours less a closed Wednesday afternoon."""
    hours = [
        ("split", "Tue-Fri", "9:00", "11:30"),
        ("split", "Tue-Fri", "13:30", "21:00"),
        ("split", "Sat-Sun", "8:00", "22:00"),
    ]
    closed = {"from": after(2), "until": after(2), "hours": "12:00-24:00"}
    parts = world(hours, calendar__closures=[closed])
    summary = run(parts.load(tmp_path), jobs=1).summary
    assert figure(summary, "open_hours", "all", "all") == 2 * (4 * 10 + 2 * 14) - 7.5
    assert figure(summary, "open_share", "all", "all") == pytest.approx(128.5 / 336)
    # Tuesday to Friday 18-21 without the Wednesday, weekends 9-21: the peak of these two weeks
    assert figure(summary, "open_hours", "peak", "peak") == 7 * 3 + 4 * 12
    assert figure(summary, "open_hours", "hour_of_week", "Wed-14") == 1
    assert figure(summary, "open_hours", "hour_of_week", "Tue-11") == 1
    assert figure(summary, "open_hours", "hour_of_week", "Mon-11") == 0
    assert figure(summary, "open_hours", "venue", "split 000") == 128.5


def test_utilisation_divides_by_open_hours(tmp_path: Path) -> None:
    """A room asked for all day and open for three slots of two hours is full: utilisation 1."""
    hours = [("day", "Mon-Sat", "8:00", "14:00")]
    parts = world(hours, grid=60, demand__wishes_per_1000={"person": {"room": 7000}})
    parts.set(
        kinds__room={"duration_minutes": {"rule": "constant", "value": 120}, "start_minutes": 120}
    )
    summary = run(parts.load(tmp_path), jobs=1).summary
    assert figure(summary, "utilisation_booked", "all", "all") == 1
    assert figure(summary, "utilisation_used", "all", "all") == 1
    assert figure(summary, "open_hours", "all", "all") == 12 * 6
    assert figure(summary, "person_hours", "all", "all") == 12 * 6
    assert figure(summary, "utilisation_booked", "hour_of_week", "Mon-13") == 1
    assert np.isnan(figure(summary, "utilisation_booked", "hour_of_week", "Mon-14"))
