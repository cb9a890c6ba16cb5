"""Blocks lie on the right dates, take their rooms from everybody else, and lose closed dates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import FIRST, Parts, plain, tiny

from sim.booking.requests import Outcome
from sim.model import Model, build_model, simulate

from .season import block, dates_of, seasoned

ROWS = (
    block("Court 1", 1, "18:00", "20:00"),
    block("Court 1", 1, "20:00", "21:30", until="2026-03-08"),
    block("Court 1", 7, "8:00", "22:00", **{"from": "2026-03-05"}),
    block("Hall Room", 3, "19:00", "21:30", party_size=25),
    block("Willow Room B", 3, "10:00", "11:30", **{"from": "2026-03-11", "until": "2026-03-11"}),
)


def closed_monday() -> Parts:
    """Court 1 is closed on a Monday, Grand Hall for two hours of a Wednesday."""
    monday = {"from": dt.date(2026, 3, 9), "until": dt.date(2026, 3, 9), "venues": ["Court 1"]}
    wednesday = {"from": dt.date(2026, 3, 4), "until": dt.date(2026, 3, 4), "hours": "20:00-22:00"}
    closures = [monday, {**wednesday, "centres": ["Grand Hall"]}]
    return tiny().set(calendar__closures=closures)


def is_lost(row: dict[str, Any], date: dt.date) -> bool:
    """By the closures above."""
    court = row["venue"] == "Court 1" and date == dt.date(2026, 3, 9)
    return court or (row["venue"] == "Hall Room" and date == dt.date(2026, 3, 4))


def sessions_of(model: Model) -> set[tuple[str, dt.date, int, int]]:
    """Venue, date, first slot of the day and length of every session."""
    clubs, world = model.clubs, model.world
    day, slot = np.divmod(clubs.start, world.slots)
    rows = zip(clubs.venue, day, slot, clubs.duration, strict=True)
    return {
        (world.venues.names[v], world.calendar.date(int(d)), int(s), int(n)) for v, d, s, n in rows
    }


def test_sessions_lie_on_their_dates_and_closed_ones_are_lost(tmp_path: Path) -> None:
    """Against every date of the horizon looked at by itself."""
    model = build_model(seasoned(closed_monday(), ROWS, tmp_path))
    calendar = model.world.calendar
    held, lost = set(), []
    for row in ROWS:
        (h1, m1), (h2, m2) = (map(int, row[key].split(":")) for key in ("start", "end"))
        slot, length = h1 * 2 + m1 // 30, (h2 - h1) * 2 + (m2 - m1) // 30
        for date in dates_of(row, calendar.first, calendar.n_days):
            if is_lost(row, date):
                lost.append((row["venue"], date))
            else:
                held.add((row["venue"], date, slot, length))
    assert sessions_of(model) == held
    names = model.world.venues.names
    lost_at, days = model.clubs.lost_venue, model.clubs.lost_start // model.world.slots
    found = [(names[v], calendar.date(int(d))) for v, d in zip(lost_at, days, strict=True)]
    assert sorted(found) == sorted(lost)
    assert len(lost) == 2


def test_a_venue_closed_all_year_loses_all_its_sessions(tmp_path: Path) -> None:
    """It is no mistake of the timetable: what `savings.yaml` closes is closed like this."""
    year = {"from": dt.date(2026, 1, 1), "until": dt.date(2026, 12, 31), "venues": ["Court 1"]}
    inputs = seasoned(tiny().set(calendar__closures=[year]), ROWS, tmp_path)
    clubs = build_model(inputs).clubs
    assert 0 not in clubs.venue
    assert set(clubs.lost_venue.tolist()) == {0}


@pytest.mark.parametrize("unused_share", [0.0, 0.5])
def test_nobody_else_has_a_room_in_the_hours_of_a_club(tmp_path: Path, unused_share: float) -> None:
    """Every slot has one holder at most, though ten times as many want one."""
    parts = tiny().set(demand__multiplier=10, off_platform__share=0.5)
    model = build_model(seasoned(parts, ROWS, tmp_path, unused_share=unused_share))
    for replication in range(2):
        history = simulate(model, 1, replication)
        taken = history.off_platform.reshape(len(model.world.venues), -1).astype(int)
        off = int(taken.sum())
        _, slot = model.clubs.slots_of(np.arange(len(model.clubs.row)))
        venue, _ = model.clubs.blocked
        np.add.at(taken, (venue, slot), 1)
        booked = np.flatnonzero((history.outcome == Outcome.BOOKED) & ~history.cancelled)
        for i in booked.tolist():
            start = int(history.start[i])
            taken[history.venue[i], start : start + int(history.length[i])] += 1
        assert taken.max() == 1
        assert off > 0
        assert len(booked) > 100


def test_a_club_that_has_the_only_court_all_week_leaves_residents_none(tmp_path: Path) -> None:
    rows = [block("A 000", day, "0:00", "24:00") for day in range(1, 8)]
    parts = plain(14).origin("home").centre("A").rooms("A", 1)
    alone = simulate(build_model(parts.load(tmp_path / "without")), 1, 0)
    assert (alone.outcome == Outcome.BOOKED).any()
    blocked = simulate(build_model(seasoned(parts, rows, tmp_path / "with")), 1, 0)
    assert len(blocked.outcome) == len(alone.outcome) > 10
    assert (blocked.outcome == Outcome.FULL).all()


def test_an_hour_before_or_after_a_block_is_free(tmp_path: Path) -> None:
    """What is booked where a club has 8:00 to 10:00 on Mondays: all else as without it."""
    parts = plain(56).origin("home", 30_000).centre("A").rooms("A", 1)
    inputs = seasoned(parts, [block("A 000", 1, "8:00", "10:00")], tmp_path / "with")
    history = simulate(build_model(inputs), 1, 0)
    hour = history.start[history.outcome == Outcome.BOOKED] % (24 * 7)
    weekday = (FIRST - dt.timedelta(days=2)).weekday()
    week = np.bincount((hour + weekday * 24) % 168, minlength=168)
    assert not week[8:10].any()
    assert week[[7, 10]].all()
