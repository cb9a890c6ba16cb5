"""What of an allotted season is published: typical weeks, rooms shared, dates that fall out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from optimise.slots.problem import Sessions
from sim.season.outcome import allotted
from sim.season.published import season_week

from .helpers import FIRST, season


def test_by_hand(tmp_path: Path) -> None:
    """One Tuesday closed in the evening of one room; a whole and its part; a lunch break kept."""
    tuesday = FIRST + dt.timedelta(days=8)
    parts = season(rooms=3, changeover_minutes={"room": 30}, lost_share=0.25)
    parts.allocation["season"]["closures"] = [
        {"from": tuesday, "until": tuesday, "venues": ["house 001"], "hours": "18:30-20:00"}
    ]
    parts.allocation["halves"] = [{"whole": "house 002", "parts": ["house 000"]}]
    parts.allocation["kept_for_residents"] = [{"venues": ["house 000"], "hours": "12-13"}]
    plan = parts.request("a", sessions=2, longest_minutes=90).request("b").plan(tmp_path)
    found = allotted(plan, Sessions.from_rows([(0, 1, 1, 36, 2), (0, 1, 4, 36, 3)]))
    week = season_week(plan, found)
    assert [(a.request, a.minutes) for a in week.asked] == [("a", 180), ("b", 60)]
    early, late = week.sessions
    assert week.lost == {early: frozenset({tuesday})}
    assert week.dates(early) == tuple(FIRST + dt.timedelta(days=1 + 7 * n) for n in (0, 2, 3))
    assert len(week.dates(late)) == 4
    first, second, whole = week.places
    assert (first.centre, first.kind, first.tier, first.zone) == ("house", "room", "community", "Z")
    assert second.open.all()  # one Tuesday of four is not typical
    assert first.changeover == 30
    assert first.kept.sum() == 7 * 2
    assert first.kept[:, 24:26].all()
    assert first.shares_with(whole)
    assert not first.shares_with(second)
    assert week.prime.sum() == 2 * (5 * 4 + 2 * 12)
