"""Explanations name clubs: in a venue's week, and in what stood in the way of a request."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from builders import tiny

from sim.booking.requests import Outcome
from sim.explain.holders import replay_until
from sim.explain.request import RequestExplanation, explain_wish, refused_requests
from sim.explain.venue_week import venue_week
from sim.explain.what_if import Altered, given_if
from sim.model import Model, build_model, open_replication, simulate
from sim.report.charts.week import draw_week
from sim.report.context import chart_context

from .season import block, seasoned

MONDAY = dt.date(2026, 3, 2)
COURTS = [
    block(f"Court {n}", day, "18:00", "21:00", group="羽毛球队 Racket")
    for n in (1, 2)
    for day in range(1, 8)
]


def model(folder: Path, multiplier: float = 8, **spec: float | bool) -> Model:
    parts = tiny().set(demand__multiplier=multiplier, demand__flexibility={
        "shift_minutes": {"rule": "constant", "value": 60},
        "other_centres": {"rule": "constant", "value": 1},
    })  # fmt: skip
    return build_model(seasoned(parts, COURTS, folder, **spec))


def test_a_week_shows_clubs_as_their_own_kind(tmp_path: Path) -> None:
    """Used and unused sessions apart, with name and people; none of their time is anything else."""
    built = model(tmp_path, unused_share=0.4)
    history = simulate(built, 1, 0)
    week = venue_week(built, history, 0, 0, MONDAY)
    clubs = [s for s in week.stretches if s.club]
    assert [(s.day, s.start, s.end) for s in clubs] == [(d, 18.0, 21.0) for d in range(7)]
    assert {s.club for s in clubs} == {"羽毛球队 Racket"}
    assert {(s.use, s.party) for s in clubs} == {("club", 4), ("club, unused", 0)}
    plan = built.clubs
    days = [(MONDAY - built.world.calendar.first).days + d for d in range(7)]
    unused = [
        bool(history.club_unused[(plan.venue == 0) & (plan.start // built.world.slots == day)][0])
        for day in days
    ]
    assert [s.use == "club, unused" for s in clubs] == unused
    assert week.hours("club") + week.hours("club, unused") == 21.0


def test_a_week_shows_what_residents_made_of_sessions_given_back(tmp_path: Path) -> None:
    built = model(tmp_path, unused_share=1, release_unused=True, announced_days_ahead=5)
    week = venue_week(built, simulate(built, 1, 0), 0, 0, MONDAY)
    assert not week.hours("club") + week.hours("club, unused")
    evening = [s for s in week.stretches if s.start >= 18 and s.end <= 21]
    assert any(s.use == "booked and used" for s in evening)


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> list[RequestExplanation]:
    """Refused requests for courts in the evening."""
    built = model(tmp_path_factory.mktemp("clubs"))
    found = [
        r
        for r in refused_requests(built, 1, 0)
        if r.kind == "badminton_court" and r.start.hour == 19 and r.reason == "full"
    ]
    return [explain_wish(built, 1, 0, r.wish) for r in found[:4]]


def test_a_refusal_names_the_club_that_stood_in_the_way(refusals: list[RequestExplanation]) -> None:
    assert refusals
    for told in refusals:
        first = told.attempts[0]
        assert (first.centre, first.start) == ("Grand Hall", told.start)
        for obstacle in first.obstacles:
            assert "club 羽毛球队 Racket 18:00-21:00" in obstacle.holdings


def test_suggestions_leave_the_hours_of_clubs_alone(refusals: list[RequestExplanation]) -> None:
    changes = [c for told in refusals for c in told.would_serve if c.venue.startswith("Court")]
    assert changes
    for change in changes:
        begin = change.start.hour + change.start.minute / 60
        assert begin >= 21 or begin + change.minutes / 60 <= 18


def test_what_is_told_to_be_free_is_what_the_diaries_have_free(tmp_path: Path) -> None:
    """At several moments, with sessions given back so far and sessions still held."""
    spec = {"unused_share": 0.5, "release_unused": True, "announced_days_ahead": 2}
    built = model(tmp_path, 0.5, **spec)
    world, plan = built.world, built.clubs
    free, kept = 0, 0
    for day in range(4, 18):
        replay = replay_until(built, open_replication(built, 1, 0), day * 1440.0 + 20 * 60)
        busy = replay.opened.counter.desk.busy
        for session in np.flatnonzero(plan.start >= day * world.slots).tolist():
            venue, start = int(plan.venue[session]), int(plan.start[session])
            is_free = not busy[venue, start]
            assert replay.is_free(venue, start, 1) == is_free
            unused = bool(replay.opened.club_unused[session])
            assert not is_free or unused
            free += is_free
            kept += unused and not is_free
    assert free > 5
    assert kept > 5


def test_what_ifs_under_limits_know_what_is_given_back(tmp_path: Path) -> None:
    """Requests changed in nothing are decided as they were, also in rooms that clubs gave back."""
    parts = tiny().set(
        policy__limits={"active_bookings": 9}, demand__lead_days={"rule": "constant", "value": 1}
    )
    spec = {"unused_share": 1, "release_unused": True, "announced_days_ahead": 2}
    built = build_model(seasoned(parts, COURTS, tmp_path, **spec))
    done = simulate(built, 1, 0)
    hour = done.start % built.world.slots / 2
    of_club = np.isin(done.venue, [0, 1]) & (hour >= 18) & (hour < 21)
    booked = np.flatnonzero(of_club & (done.outcome == Outcome.BOOKED))[:3].tolist()
    assert len(booked) == 3
    for i in booked:
        opened = open_replication(built, 1, 0)
        replay = replay_until(built, opened, float(opened.askers.first_decision[i]), i)
        assert given_if(replay, i, Altered()) == ([done.venue[i]], done.start[i])


def test_the_picture_of_a_week_has_clubs_in_its_key_and_table(tmp_path: Path) -> None:
    built = model(tmp_path, unused_share=0.4)
    inputs = seasoned(tiny(), COURTS, tmp_path / "again")
    week = venue_week(built, simulate(built, 1, 0), 0, 0, MONDAY)
    paths = draw_week(week, chart_context(inputs, 1), tmp_path / "out")
    table = next(p for p in paths if p.suffix == ".csv").read_text("utf-8-sig")
    assert "羽毛球队 Racket" in table
    svg = next(p for p in paths if p.suffix == ".svg").read_text("utf-8")
    assert "club" in svg
