"""Every rule about the timetable of clubs: reported by row, column and in words, all in one pass."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.loading import load

TABLE = "timetable.csv"
ON = "timetable: {blocks: timetable.csv}\n"

# what is replaced, by what (⟦ marks the place that must be named), column, words, what is allowed
CASES = [
    ("Court 2,1,", "⟦Cort 2,1,", "venue", "no venue of this name in venues.csv", "Court 2"),
    ("Court 2,1,", "⟦Court 1,1,", "venue", "Court 1 is taken by racket of line 2 on Monday 18:00-20:00, 2026-01-05", None),
    ("Court 2,1,18:00,20:00", "⟦Court 1,1,19:30,22:00", "venue", "taken by racket of line 2", None),
    ("Court 2,1,18:00,20:00", "Court 2,⟦8,18:00,20:00", "weekday", "too large", "at least 1 and at most 7"),
    ("Court 2,1,18:00,20:00", "Court 2,⟦Mon,18:00,20:00", "weekday", "must be a whole number", None),
    ("Court 2,1,18:00,20:00", "Court 2,1,20:00,18:00", "", "start 20:00 until end 18:00 is empty", None),
    ("Court 2,1,18:00,20:00", "Court 2,1,18:00,24:30", "", "empty or beyond 24:00", None),
    ("Court 2,1,18:00,20:00", "Court 2,1,⟦18:10,20:00", "start", "18:10 does not lie on the grid of 30 minutes", None),
    ("Court 2,1,18:00,20:00", "Court 2,1,18:00,⟦20:15", "end", "20:15 does not lie on the grid of 30 minutes", None),
    ("Court 2,1,18:00,20:00", "Court 2,1,⟦6pm,20:00", "start", "a time of day", None),
    ("Court 2,1,18:00,20:00", "Court 2,1,⟦21:00,22:30", "start", "Court 2 is not open on Monday 21:00-22:30", "09:00-22:00"),
    ("Room A,7,10:00,11:00", "Room A,7,⟦08:30,10:00", "start", "not open on Sunday 08:30-10:00", "09:00-18:00"),
    ("2026-03-11,12,1", "2026-03-11,⟦13,1", "party_size", "13 people, but Willow Room B holds 12", "at most 12"),
    ("2026-03-11,12,1", "2026-03-11,⟦0,1", "party_size", "too small", "at least 1 and at most 20,000"),
    ("2026-03-11,2026-03-11,12", "2026-03-11,2026-03-10,12", "", "until (2026-03-10) must not lie before", None),
    ("3,10:00,11:30,2026-03-11", "⟦4,10:00,11:30,2026-03-11", "weekday", "no Thursday lies from 2026-03-11 until 2026-03-11", None),
    ("2026-03-11,2026-03-11,12", "⟦11.3.2026,2026-03-11,12", "from", "must be a date", None),
]  # fmt: skip


@pytest.fixture
def on(world: Any) -> Any:
    """The tiny world with its timetable switched on."""
    path = world.folder / "tiny.yaml"
    path.write_text(path.read_text("utf-8") + ON, "utf-8")
    load("tiny.yaml")
    return world


@pytest.mark.parametrize(("old", "new", "column", "words", "allowed"), CASES)
def test_a_wrong_row_is_reported_at_its_cell(
    on: Any, old: str, new: str, column: str, words: str, allowed: str | None
) -> None:
    place = on.edit(TABLE, old, new)
    (problem,) = on.problems()
    assert words in problem.message
    assert problem.key == column
    assert problem.file == TABLE
    if "⟦" in new:
        assert (problem.file, problem.line, problem.column) == place
    if allowed is not None:
        assert allowed in problem.allowed


def test_everything_wrong_is_told_in_two_passes(on: Any) -> None:
    """What is wrong by itself, in the timetable and in the YAML; then what does not fit together."""
    on.edit(TABLE, "2026-03-11,12,1", "2026-03-11,many,1")
    on.edit("tiny.yaml", ON, "timetable: {blocks: timetable.csv, unused_share: 2}\n")
    words = [p.message for p in on.problems()]
    for part in ("must be a whole number", "too large"):
        assert sum(part in w for w in words) == 1, words
    on.edit(TABLE, "2026-03-11,many,1", "2026-03-11,12,1")
    on.edit("tiny.yaml", "unused_share: 2", "unused_share: 0.2")
    on.edit(TABLE, "Court 2,1,", "Court 1,1,")
    on.edit(TABLE, "2026-03-11,12,1", "2026-03-11,13,1")
    on.edit(TABLE, "Room A,7,10:00,11:00", "Room A,7,18:00,20:00")
    on.edit("hours.csv", "day,Mon-Sun,09:00", "day,Mon-Sun,09:10")
    words = [p.message for p in on.problems()]
    for part in ("is taken by", "holds 12", "not open on Sunday", "on the grid"):
        assert sum(part in w for w in words) == 1, words


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("court,C,Court 1,1,20:00,21:00,2026-01-05,2026-06-29,4,1\n", False),
        ("court,C,Court 1,1,16:00,18:00,2026-01-05,2026-06-29,4,1\n", False),
        ("court,C,Court 1,2,18:00,20:00,2026-01-05,2026-06-29,4,1\n", False),
        ("court,C,Court 1,1,19:00,20:00,2026-06-30,2026-07-31,4,1\n", False),
        ("court,C,Court 1,1,19:00,20:00,2026-06-29,2026-07-31,4,1\n", True),
        ("court,C,Court 1,1,17:00,18:30,2025-01-05,2026-01-05,4,1\n", True),
        ("court,C,Court 1,1,17:00,18:30,2025-01-05,2026-01-04,4,1\n", False),
    ],
)
def test_two_blocks_clash_only_on_a_date_that_both_have(on: Any, row: str, wrong: bool) -> None:
    path = on.folder / TABLE
    path.write_text(path.read_text("utf-8") + row, "utf-8")
    if not wrong:
        load("tiny.yaml")
        return
    (problem,) = on.problems()
    assert (problem.file, problem.line, problem.key) == (TABLE, 7, "venue")


def test_a_timetable_of_another_season_judges_nothing(on: Any) -> None:
    text = (on.folder / TABLE).read_text("utf-8").split("\n")
    on.write(TABLE, "\n".join([text[0], "a,A,Court 1,1,18:00,20:00,2026-03-16,2026-06-29,4,1"]))
    place = on.edit("tiny.yaml", "{blocks: timetable.csv}", "{blocks: ⟦timetable.csv}")
    (problem,) = on.problems()
    assert (problem.file, problem.line, problem.column) == place
    assert problem.key == "timetable.blocks"
    assert "none has a date in the counting window (2026-03-02 until 2026-03-15)" in problem.message


def test_a_venue_open_past_midnight_takes_a_block_after_midnight(on: Any) -> None:
    on.edit("hours.csv", "long,Sat-Sun holiday,08:00,22:00", "long,Sat-Sun holiday,08:00,26:00")
    on.edit(TABLE, "Court 2,1,18:00,20:00", "Court 2,1,0:00,2:00")
    load("tiny.yaml")
    on.edit(TABLE, "Court 2,1,0:00,2:00", "Court 2,1,0:00,2:30")
    (problem,) = on.problems()
    assert "not open on Monday 0:00-2:30" in problem.message


def test_hours_of_a_zone_hold_for_its_clubs(on: Any) -> None:
    on.edit(
        "tiny.yaml", "South: {operator: Beta,", "South: {operator: Beta, opening: {close: 11:00},"
    )
    (problem,) = on.problems()
    assert "Willow Room B is not open on Wednesday 10:00-11:30" in problem.message
    assert problem.allowed == ("09:00-11:00",)


def test_a_file_that_is_not_there(on: Any) -> None:
    place = on.edit("tiny.yaml", "{blocks: timetable.csv}", "{blocks: ⟦timetabel.csv}")
    (problem,) = on.problems()
    assert (problem.file, problem.line, problem.column) == place
    assert problem.key == "timetable.blocks"
    assert problem.suggestion == "timetable.csv"


def test_keys_of_the_timetable(on: Any) -> None:
    place = on.edit("tiny.yaml", ON, "timetable: {blocks: timetable.csv, ⟦unused: 0.1}\n")
    (problem,) = on.problems()
    assert (problem.file, problem.line, problem.column) == place
    assert problem.suggestion == "unused_share"
