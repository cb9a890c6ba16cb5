"""Every rule about the tables: one wrong file each, reported by row, column and name."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.loading import load, read
from sim.scenario.problems import ScenarioProblems

from .conftest import TINY

NEIGHBOURHOOD = "neighbourhood.yaml"

# table, what is replaced, by what (⟦ marks the place that must be named), column, words, suggestion
CASES = [
    ("venues", "Court 1,Grand Hall,", "Court 1,⟦Grand Hal,", "centre", "no centre of this name", "Grand Hall"),
    ("venues", "Pine Club,activity_room", "Pine Club,⟦activity_rom", "kind", "no kind of this name", "activity_room"),
    ("venues", "10,35,compound,day", "10,35,compound,⟦dya", "hours", "no opening hours", "day"),
    ("venues", "10,35,", "⟦0,35,", "capacity", "too small", None),
    ("venues", "10,35,", "⟦ten,35,", "capacity", '"ten" must be a whole number', None),
    ("venues", "10,35,", "10,⟦nan,", "area_m2", "finite", None),
    ("venues", "10,35,", "10,⟦35 m2,", "area_m2", "must be a number", None),
    ("venues", "10,35,", "⟦,35,", "capacity", "the cell is empty", None),
    ("venues", "35,compound", "35,⟦compund", "access", "unknown", "compound"),
    ("venues", "30,80,public", "30,80,⟦compound", "access", "Grand Hall is of tier subdistrict", None),
    ("venues", "compound,day,30", "compound,day,⟦45", "slot_minutes", "no multiple of grid", None),
    ("venues", "Court 2,", "⟦Court 1,", "venue", "Court 1: given twice, first in line 2", None),
    ("venues", "compound,day,30,assumption", "compound,day,30", "", "8 cells in this row but 9", None),
    ("venues", "compound,day,30,", "compound,day,30,x,", "", "10 cells in this row", None),
    ("venues", "Court 1,", "⟦a/b,", "venue", "a name without", None),
    ("venues", "venue,centre,", "⟦vnue,centre,", "vnue", "unknown column", "venue"),
    ("venues", "venue,centre,kind", "venue,centre,⟦venue", "venue", "column given twice", None),
    ("venues", "slot_minutes,", "⟦,", "", "column 8 has no name", None),
    ("venues", "slot_minutes,", "slot,", "slot_minutes", "missing column `slot_minutes`", None),
    ("communities", "Willow,South", "Willow,⟦Suth", "zone", "no zone of this name", "South"),
    ("communities", "Willow,South", "⟦Pine,South", "community", "first in line 2", None),
    ("origins", "Pine Court,compound,Pine", "Pine Court,compound,⟦Pin", "community", "no community", "Pine"),
    ("origins", "Pine Court,compound", "Pine Court,⟦compoun", "type", "unknown", "compound"),
    ("origins", "30.2820,office", "30.2820,⟦offic", "presence", "no presence curve", "office"),
    ("origins", "Willow Works,", "⟦Willow Court,", "origin", "given twice", None),
    ("origins", "120.0100,30.2820", "⟦121.0100,30.2820", "lon", "outside the world", None),
    ("origins", "120.0100,30.2820", "120.0100,⟦120.0100", "lat", "too large", None),
    ("people", "Pine Court,elder,", "Pine Court,⟦elderly,", "segment", "no segment", "elder"),
    ("people", "Willow Works,", "⟦Willow Work,", "origin", "no origin", "Willow Works"),
    ("people", "Pine Court,elder,", "⟦Pine Court,adult,", "origin", "Pine Court, adult: given twice", None),
    ("people", ",900,", ",⟦-1,", "people", "too small", None),
    ("people", ",900,", ",⟦9.5,", "people", "a whole number", None),
    ("centres", "community,Willow", "community,⟦Willo", "community", "no community", "Willow"),
    ("centres", "Pine,Pine Court", "Pine,⟦Pine Yard", "compound", "no origin", "Pine Court"),
    ("centres", "Pine,Pine Court", "Pine,", "", "must name its compound", None),
    ("centres", "Willow House,", "⟦Grand Hall,", "centre", "given twice", None),
    ("hours", "day,Mon-Sun", "day,⟦Mo-Sun", "days", "unknown day 'Mo'", None),
    ("hours", "day,Mon-Sun", "day,⟦Sun-Mon", "days", "not a stretch of days", None),
    ("hours", "09:00,18:00", "⟦9h,18:00", "open", "a time of day", None),
    ("hours", "09:00,18:00", "⟦09:10,18:00", "open", "does not lie on the grid", None),
    ("hours", "09:00,18:00", "19:00,18:00", "", "is empty", None),
    ("hours", "long,Sat-Sun holiday,08:00", "long,Fri-Sun holiday,⟦08:00", "open", "overlap those of line 2", None),
    ("hours", "day,Mon-Sun,09:00,18:00", "day,Mon-Sun,⟦09:00,33:00\nday,holiday,9:00,10:00", "open", "", None),
    ("off_platform", "badminton_court,", "⟦badminton,", "kind", "no kind", "badminton_court"),
    ("off_platform", "18:00,22:00", "23:00,22:00", "", "is empty or beyond", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "old", "new", "column", "words", "suggestion"), CASES[:-3] + CASES[-2:]
)
def test_a_wrong_row_is_reported_at_its_cell(
    world: Any, table: str, old: str, new: str, column: str, words: str, suggestion: str | None
) -> None:
    place = world.edit(f"{table}.csv", old, new)
    found = [p for p in world.problems() if words in p.message]
    assert len(found) == 1, world.failure().render()
    (problem,) = found
    assert problem.key == column
    assert problem.suggestion == suggestion
    assert problem.file == f"{table}.csv"
    if "⟦" in new:
        assert (problem.file, problem.line, problem.column) == place
    assert len(world.problems()) <= 4, world.failure().render()


def test_hours_past_midnight_overlap_the_next_day_also_from_sunday_to_monday(world: Any) -> None:
    world.edit("hours.csv", "day,Mon-Sun,09:00,18:00", "day,Mon,01:00,09:00,x\nday,Sun,20:00,26:00")
    (problem,) = world.problems()
    assert "overlap those of line 4" in problem.message
    assert problem.line == 5


ROW = "badminton_court,Mon-Fri,18:00,22:00,1.5,assumption\n"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (ROW, True),
        ("badminton_court,Fri-Sun,21:30,23:00,2,x\n", True),
        ("badminton_court,Mon-Fri,22:00,23:00,2,x\n", False),
        ("badminton_court,Sat-Sun holiday,18:00,22:00,2,x\n", False),
        ("activity_room,Mon-Fri,18:00,22:00,2,x\n", False),
    ],
)
def test_off_platform_rows_of_one_kind_and_day_do_not_overlap(
    world: Any, row: str, wrong: bool
) -> None:
    path = world.folder / "off_platform.csv"
    path.write_text(path.read_text("utf-8") + row, "utf-8")
    if not wrong:
        load("tiny.yaml")
        return
    (problem,) = world.problems()
    assert (problem.file, problem.line, problem.key) == ("off_platform.csv", 3, "from")
    assert "hours of badminton_court overlap those of line 2" in problem.message


def test_control_characters_in_names(world: Any) -> None:
    place = world.edit("venues.csv", "Court 1,", "⟦Court\x1b1,")
    found = [p for p in world.problems() if "control characters" in p.message]
    assert [(p.file, p.line, p.column, p.key) for p in found] == [(*place, "venue")]


def test_swapped_coordinates_are_recognised(world: Any) -> None:
    """Where both columns could hold either number, only the distance tells."""
    for name in ("origins", "centres"):
        text = (world.folder / f"{name}.csv").read_text("utf-8")
        (world.folder / f"{name}.csv").write_text(text.replace(",120.", ",12."), "utf-8")
    world.edit("origins.csv", "12.0100,30.2820", "30.2820,12.0100")
    (problem,) = world.problems()
    assert "lon and lat are swapped" in problem.message


@pytest.mark.parametrize(
    "table", ["communities", "origins", "people", "centres", "venues", "hours"]
)
def test_a_table_without_rows(world: Any, table: str) -> None:
    header = (world.folder / f"{table}.csv").read_text("utf-8").split("\n")[0]
    world.write(f"{table}.csv", header + "\n")
    assert any("no rows" in p.message and p.file == f"{table}.csv" for p in world.problems())


def test_lines_stay_true_after_a_quoted_newline(world: Any) -> None:
    world.edit(
        "venues.csv", "public,long,60,assumption\nCourt 2", 'public,long,60,"two\nlines"\nCourt 2'
    )
    place = world.edit("venues.csv", "10,35,", "⟦ten,35,")
    (problem,) = world.problems()
    assert (problem.file, problem.line, problem.column) == place == ("venues.csv", 8, 35)


def test_cells_after_a_quoted_comma_and_newline_have_true_columns(world: Any) -> None:
    place = world.edit("hours.csv", "day,Mon-Sun,09:00", '"day","Mon,\nSun",⟦9')
    found = [p for p in world.problems() if p.key == "open"]
    assert [(p.file, p.line, p.column) for p in found] == [place]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "the table is empty"),
        ("\n\n", 1, 1, "the table is empty"),
        ("community;zone;source\nPine;North;x\n", 1, 1, "separated by semicolons"),
        ("community\tzone\tsource\n", 1, 1, "separated by tabs"),
        ('community,zone,source\nPine,North,x\nWillow,"South,x\n', 3, 1, "not closed"),
        ("community,zone,source\nPine,No\x00rth,x\n", 2, 8, "NUL"),
    ],
)
def test_what_is_no_table(world: Any, text: str, line: int, column: int, words: str) -> None:
    world.write("communities.csv", text)
    found = [p for p in world.problems() if p.file == "communities.csv"]
    assert [(p.line, p.column) for p in found] == [(line, column)]
    assert words in found[0].message


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        ("community,zone\n社区,North".encode("gb18030"), 2, 1, "looks like GBK"),
        (b"community,zone\nPi\xffne", 2, 3, "not UTF-8"),
        ("community".encode("utf-16"), 1, 1, "UTF-16"),
        (b"PK\x03\x04\x14\x00", 1, 1, "workbook"),
    ],
)
def test_bytes_that_are_no_text(
    world: Any, data: bytes, line: int, column: int, words: str
) -> None:
    (world.folder / "communities.csv").write_bytes(data)
    (problem,) = world.problems()
    assert (problem.file, problem.line, problem.column) == ("communities.csv", line, column)
    assert words in problem.message


@pytest.mark.parametrize("name", sorted(path.name for path in TINY.glob("*.csv")))
def test_a_cell_beyond_reason_is_not_echoed_whole(world: Any, name: str) -> None:
    """100,000 characters in any cell, header included: messages of a few lines."""
    rows = (world.folder / name).read_text("utf-8").splitlines()
    for at in (0, 1):
        cells = rows[at].split(",")
        for column in range(len(cells)):
            long = [*cells[:column], "x" * 100_000, *cells[column + 1 :]]
            world.write(name, "\n".join([*rows[:at], ",".join(long), *rows[at + 1 :], ""]))
            try:
                load(NEIGHBOURHOOD)
            except ScenarioProblems as error:
                blocks = error.render().split("\n")
                assert max(map(len, blocks)) < 3000, blocks[0][:300]
    world.write(name, "\n".join([*rows, ""]))


def test_a_file_that_is_also_a_table_of_the_world_must_hold(world: Any) -> None:
    """Rows of a season's requests may be left out, not those of people's homes."""
    del world
    season = "{season: {from: 2026-03-02, until: 2026-03-15}, requests: origins.csv}"
    found = read("tiny.yaml", sets=[f"allocation={season}"])
    assert {p.file for p in found.problems} == {"origins.csv"}
    assert found.inputs is None
