"""What a timetable gives to every request, and what it changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from optimise.slots.problem import Sessions
from sim.season.outcome import Changes, allotted

from .helpers import FIRST, LAST, season


def test_by_hand(tmp_path: Path) -> None:
    """Two sessions of one request, the second in its second venue and choice; none of another."""
    late = FIRST + dt.timedelta(days=7)
    parts = season(rooms=2)
    parts.request(
        "a", group="鹰 Club", venues="house 001;house 000", sessions=3, longest_minutes=120,
        first_choice="Mon 18:00-20:00", second_choice="Thu 9:00-10:00", **{"from": late},
    ).request("b", party_size=6)  # fmt: skip
    parts.last("a", "house 001", 1, "18:00", "20:00").last("a", "house 000", 2, "9:00", "10:00")
    plan = parts.plan(tmp_path)
    rows = [(0, 0, 3, 18, 2), (0, 1, 0, 36, 4)]
    found = allotted(plan, Sessions.from_rows(rows))
    first, second = found.sessions
    assert first.row() == (
        "a", "鹰 Club", "house 001", 1, "18:00", "20:00", late.isoformat(), LAST.isoformat(), 8, 1,
    )  # fmt: skip
    assert second.row()[2:6] == ("house 000", 4, "09:00", "10:00")
    assert second.choice == 2
    got, none = found.outcomes
    assert (got.sessions_asked, got.sessions_got, got.hours_asked, got.hours_got) == (3, 2, 6, 3)
    assert (got.first_choice, got.venue_rank, got.walk_minutes) == (1, "1;2", 0.0)
    assert (got.held_share, got.zone, got.venues) == (1.0, "Z", "house 001;house 000")
    assert (none.sessions_got, none.walk_minutes, none.held_share, none.venues) == (
        0,
        None,
        None,
        "",
    )
    assert found.changes == Changes(before=2, kept=1, new=1)
