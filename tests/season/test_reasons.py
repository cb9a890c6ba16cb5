"""Why a group did not get its hour, in names."""

from __future__ import annotations

from pathlib import Path

from sim.season.methods import allocate
from sim.season.reasons import COLUMNS, SeasonReasons, text_of

from .helpers import SeasonParts, season


def explained(parts: SeasonParts, folder: Path) -> SeasonReasons:
    plan = parts.plan(folder)
    return SeasonReasons(plan, allocate(plan, 20, 1))


def two_at_once(**more: object) -> SeasonParts:
    """Two groups of one room on Wednesday from 18:00; `b` counts double."""
    parts = season(rooms=1, **more)
    one = {"venues": "house 000", "first_choice": "Wed 18:00-19:00"}
    return parts.request("a", **one).request("b", priority=2, **one)


def test_text_by_hand(tmp_path: Path) -> None:
    why = explained(two_at_once(), tmp_path)
    assert why.unmet_requests() == (0,)
    assert text_of(why.names, why.explanation(0)).splitlines() == [
        "a of club of a got 0 of 1",
        "What stands in the way of a session:",
        "  Wed 18:00-19:00 in house 000 (first choice): Wed 18:00-19:00 in house 000 is held by "
        "b of club of b (priority 2, here 1)",
        "With Wed 18:00-19:00 in house 000 others together would lose 120 weighted minutes a week, "
        "and it would gain 60:",
        "  b of club of b: 0 instead of 120",
        "What would help:",
        "  another hour: Wed 17:00-18:00 in house 000, 60 minutes off, which is free "
        "(every optimum)",
        "  priority 2.01 instead of 1, for Wed 18:00-19:00 in house 000 (every optimum)",
        "  a decision of the planner: Wed 18:00-19:00 in house 000 (every optimum)",
    ]


def test_rows(tmp_path: Path) -> None:
    why = explained(two_at_once(), tmp_path)
    counts: list[int] = []
    [row] = why.rows(done=counts.append)
    assert dict(zip(COLUMNS, row, strict=True)) == {
        "request": "a",
        "group": "club of a",
        "got": "0 of 1",
        "wanted": "Wed 18:00-19:00 in house 000 (first choice)",
        "reason": "Wed 18:00-19:00 in house 000 is held by b of club of b (priority 2, here 1)",
        "by": "b",
        "change": "another hour: Wed 17:00-18:00 in house 000, 60 minutes off, which is free",
        "verified": "every optimum",
    }
    assert counts == [1]


def test_other_methods_are_only_looked_at(tmp_path: Path) -> None:
    """`b` first by priority: why `a` lacks is seen, but no search says what would help."""
    why = explained(two_at_once(method={"rule": "greedy"}), tmp_path)
    [row] = why.rows()
    assert row[5:] == ("b", row[6], "")
    assert row[6].startswith("another hour: Wed 17:00-18:00")
    assert "(free in this timetable, not tried)" in text_of(why.names, why.explanation(0))


def test_rules_and_own_sessions_in_words(tmp_path: Path) -> None:
    kept = [{"kinds": ["room"], "hours": "18-19", "days": ["Thu"]}]
    parts = season(rooms=1, kept_for_residents=kept)
    parts.request(
        "a", sessions=2, spacing_days=2, venues="house 000",
        first_choice="Mon Tue Thu 18:00-19:00",
    )  # fmt: skip
    why = explained(parts, tmp_path)
    words = [row[4] for row in why.rows()]
    assert "house 000 is kept for residents then" in words
    assert any(w.startswith("it has ") and w.endswith("less than 2 days apart") for w in words)


def test_names_of_halls_and_locks(tmp_path: Path) -> None:
    """A lock of the parts' hall is named as what it is."""
    halves = [{"whole": "house 000", "parts": ["house 001", "house 002"]}]
    parts = season(rooms=3, halves=halves)
    parts.request("a", venues="house 001", first_choice="Wed 18:00-19:00")
    parts.request("b", venues="house 000", first_choice="Wed 18:00-19:00", priority=0.5)
    parts.decision("lock", "b", venue="house 000", weekday=3, start="18:00", end="19:00")
    [row] = explained(parts, tmp_path).rows()
    assert row[4] == (
        "Wed 18:00-19:00 in house 000, which shares rooms with it, is held by "
        "b of club of b (locked by the planner)"
    )
