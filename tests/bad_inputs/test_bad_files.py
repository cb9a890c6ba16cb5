"""What is no scenario at all, files that are not there, paths that lead out, chains that loop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.loading import load
from sim.scenario.problems import InputProblem, ScenarioProblems
from sim.scenario.read.files import shipped_folder

# text of the scenario (⟦ marks the place that must be named), words
TEXTS = [
    ("", "the file is empty"),
    ("# only a comment\n", "the file is empty"),
    ("⟦- a\n- b\n", "the top level must be a mapping"),
    ("⟦just words", "the top level must be a mapping"),
    ("name: tiny\n⟦---\nname: x\n", "a second document"),
    ("name: tiny\n⟦name: x\n", "given twice, first in line 1"),
    ("name: tiny\nzones:\n⟦\tA: {operator: x}\n", "a tab stands here"),
    ("name: tiny\ntitle: a⟦: b\n", "a colon too many"),
    ("name: tiny\ntitle: [a\n⟦", "not closed"),
    ("name: tiny\ntitle: 'a\n⟦", "not closed"),
    ("name: tiny\ntitle\n⟦zones: {}\n", "a key without its colon"),
    ("name: ⟦!!python/object/apply:os.system ['true']\n", "tag !!python/object/apply:os.system"),
    ("name: ⟦!secret x\n", "tag !secret is not allowed"),
    ("name: ⟦!!binary aGVsbG8=\n", "tag !!binary is not allowed"),
    ("name: ⟦*nobody\n", "has no anchor"),
    ("a: &a {b: ⟦*a}\n", "has no anchor"),
    ("a: &a {x: 1}\nb:\n  ⟦<<: *a\n", "merge keys are not read"),
    ("⟦? [a, b]\n: 1\n", "a key must be text"),
    ("name: tiny\ntitle: a⟦\x07b\n", "cannot be read as YAML"),
    ("name: a⟦\x00b\n", "NUL"),
    ('name: "\\UFFFFFFFF"\n', "cannot be read as YAML"),
    ("⟦%YAML 3.0\n---\nname: x\n", "only YAML 1.2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), TEXTS)
def test_what_is_no_scenario(world: Any, text: str, words: str) -> None:
    text = text.replace("⟦? ", "? ⟦")
    place = world.write("tiny.yaml", text)
    found = [p for p in world.problems() if words in p.message]
    assert len(found) == 1, world.failure().render()
    assert (found[0].file, found[0].line, found[0].column) == place


def test_nesting_without_end(world: Any) -> None:
    world.write("tiny.yaml", "a: " + "[" * 50_000)
    (problem,) = world.problems()
    assert "nested more than 40 levels" in problem.message


def test_an_alias_bomb_is_refused_before_it_goes_off(world: Any) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    world.write("tiny.yaml", "\n".join(lines))
    (problem,) = world.problems()
    assert "more than 100,000 values" in problem.message
    assert problem.line == 5


def test_a_file_beyond_reason(world: Any) -> None:
    world.write("tiny.yaml", "# " + "x" * 1_000_000)
    assert "larger than 1 MB" in world.problems()[0].message


@pytest.mark.parametrize(
    ("name", "words"),
    [("tinny.yaml", "no such file"), (".", "is a folder"), ("a\x00b", "cannot be read")],
)
def test_a_file_that_cannot_be_opened(world: Any, name: str, words: str) -> None:
    (problem,) = world.problems(name)
    assert words in problem.message
    assert problem.suggestion == ("tiny.yaml" if name == "tinny.yaml" else None)


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("tiny", "tiny.yaml"),
        ("Tiny.yml", "tiny.yaml"),
        ("zzzz.yaml", None),
        ("venues.yaml", None),
        ("venus.csv", "venues.csv"),
        ("level.yaml", None),
        ("folder", "folder.yaml"),
        ("mine.yaml", "scenarios/mine.yaml"),
    ],
)
def test_only_really_close_names_are_suggested(
    world: Any, name: str, suggestion: str | None
) -> None:
    (world.folder / "folder").mkdir()
    world.write("folder.yaml", "name: x\n")
    world.write("levels.yaml", "")
    world.write("scenarios/mine.yaml", "name: x\n")
    (problem,) = world.problems(name)
    assert problem.suggestion == suggestion
    assert problem.allowed == ()


@pytest.mark.parametrize(
    ("name", "below"),
    [
        ("cangqian", "cangqian.yaml"),
        ("cangqain.yaml", "cangqian.yaml"),
        ("double-off-platform-use", "alternatives/double-off-platform-use.yaml"),
    ],
)
def test_a_shipped_scenario_is_suggested_with_its_path(world: Any, name: str, below: str) -> None:
    (problem,) = world.problems(name)
    assert problem.suggestion == str(shipped_folder() / below)


def test_from_the_folder_above_the_path_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shipped_folder().parent)
    with pytest.raises(ScenarioProblems) as caught:
        load("cangqian")
    (problem,) = caught.value.problems
    assert problem.suggestion == f"{shipped_folder().name}/cangqian.yaml"


def test_a_file_is_never_suggested_for_itself(world: Any) -> None:
    (world.folder / "gone.yaml").symlink_to("nowhere.yaml")
    assert world.problems("gone.yaml")[0].suggestion is None
    world.write("child.yaml", "name: child\nextends: chilld\n")
    assert world.problems("child.yaml")[0].suggestion is None
    world.write("child.yaml", "name: child\nextends: cangqain\n")
    assert world.problems("child.yaml")[0].suggestion == "cangqian"


def test_files_that_are_something_else(world: Any) -> None:
    (problem,) = world.problems("venues.csv")
    assert "this is a table (CSV), not a scenario" in problem.message
    world.write("levels.yaml", "tiny: {level: 1, fit_hash: a, seed: 1}\n")
    (problem,) = world.problems("levels.yaml")
    assert problem.message == "this is a file of fitted levels, not a scenario"
    assert (problem.file, problem.line, problem.column) == ("levels.yaml", 1, 1)


def test_a_scenario_that_extends_another_has_a_name_of_its_own(world: Any) -> None:
    place = world.write("child.yaml", "# mine\n⟦extends: tiny.yaml\ntitle: x\n")
    failure = world.failure("child.yaml")
    (problem,) = failure.problems
    assert (problem.file, problem.line, problem.column) == place
    assert (
        "name: missing; a scenario that extends another needs a name of its own, "
        "or its results would replace the parent's" in failure.render()
    )
    assert load("child.yaml", sets=["name=mine"]).scenario.name == "mine"
    world.write("child.yaml", "extends: tiny.yaml\nnmae: x\n")
    (problem,) = world.problems("child.yaml")
    assert (problem.key, problem.suggestion) == ("nmae", "name")
    world.write("grandchild.yaml", "extends: parent.yaml\nname: grandchild\n")
    world.write("parent.yaml", "extends: tiny.yaml\n")
    assert load("grandchild.yaml").scenario.name == "grandchild"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(world: Any) -> None:
    os.mkfifo(world.folder / "pipe.yaml")
    assert "not a regular file" in world.problems("pipe.yaml")[0].message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read(world: Any) -> None:
    (world.folder / "tiny.yaml").chmod(0)
    assert "may not be read" in world.problems()[0].message


@pytest.mark.parametrize(
    ("value", "words", "suggestion"),
    [
        ("veneus.csv", "no such file: veneus.csv", "venues.csv"),
        ("../venues.csv", "paths may not climb above it", None),
        ("/etc/passwd", "absolute paths are not allowed", None),
        ("~/venues.csv", "absolute paths are not allowed", None),
        ("C:/venues.csv", "absolute paths are not allowed", None),
        ("a\\venues.csv", "write / between folders", None),
        ("link.csv", "a symbolic link leads out", None),
        ("'   '", "not a path", None),
        (".", "is a folder", None),
        ('"a\\0b"', "not a path", None),
    ],
)
def test_paths_of_tables(world: Any, value: str, words: str, suggestion: str | None) -> None:
    (world.folder / "link.csv").symlink_to("/etc/passwd")
    place = world.edit("tiny.yaml", "  venues: venues.csv", f"  venues: ⟦{value}")
    (problem,) = world.problems()
    assert words in problem.message
    assert problem.suggestion == suggestion
    assert (problem.file, problem.line, problem.column) == place
    assert problem.key == "world.venues" or words == "is a folder"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("absent.yaml", "no such file: absent.yaml (child.yaml -> absent.yaml)"),
        ("absent", "no such file: absent.yaml (child.yaml -> absent.yaml)"),
        ("child.yaml", "goes round in a circle: child.yaml -> child.yaml"),
        ("loop.yaml", "goes round in a circle: child.yaml -> loop.yaml -> child.yaml"),
        ("../tiny.yaml", "paths may not climb above it"),
        ("/etc/passwd", "absolute paths"),
        ("[tiny.yaml]", "must be the name of one scenario file"),
        ("", "must be the name of one scenario file"),
        ("3", "must be the name of one scenario file"),
    ],
)
def test_parents(world: Any, value: str, words: str) -> None:
    loop = world.write("loop.yaml", "extends: ⟦child.yaml\n")
    place = world.write("child.yaml", f"name: child\nextends: ⟦{value}\n")
    problems = [p for p in world.problems("child.yaml") if words in p.message]
    assert len(problems) == 1, world.failure("child.yaml").render()
    (problem,) = problems
    expected = loop if value == "loop.yaml" else place
    if value:
        assert (problem.file, problem.line, problem.column) == expected
    assert problem.key == "extends"


def test_without_its_parent_a_child_is_still_checked_for_what_it_says(world: Any) -> None:
    """What a missing parent may have given is not called missing; a typo is a typo anyway."""
    world.write(
        "child.yaml", "extends: absent\nname: child\ndemand: {multipler: 2}\ngrid_minutes: x\n"
    )
    assert [p.key for p in world.problems("child.yaml")] == [
        "extends",
        "demand.multipler",
        "grid_minutes",
    ]


def test_problems_of_several_files_are_reported_in_one_pass(world: Any) -> None:
    world.edit("tiny.yaml", "country: none", "country: CH")
    world.write("child.yaml", "extends: tiny.yaml\nname: child\ndemand: {multipler: 2}\n")
    world.edit("venues.csv", "Court 1,Grand Hall,", "Court 1,Grand Hal,")
    world.edit("people.csv", ",900,", ",many,")
    world.edit("hours.csv", "day,Mon-Sun", "day,Mo-Sun")
    failure = world.failure("child.yaml", sets=["grid_minutes=7"])
    assert [p.file for p in failure.problems] == [
        "child.yaml", "tiny.yaml", "people.csv", "venues.csv", "hours.csv", "--set grid_minutes=7",
    ]  # fmt: skip
    assert failure.render().endswith(
        "6 problems in 5 of 9 files and on the command line. Nothing was run."
    )


def test_only_some_problems_are_printed_and_the_rest_counted(world: Any) -> None:
    rows = "".join(
        f"Hall {i},Nowhere {i},activity_room,4,20,public,day,30,x\n" for i in range(1000)
    )
    text = (world.folder / "venues.csv").read_text("utf-8")
    world.write("venues.csv", text + rows)
    failure = world.failure()
    assert len(failure.problems) == 1000
    printed = failure.render()
    assert printed.count("no centre of this name") == 200
    assert "... and 800 more" in printed
    assert "1,000 problems in 1 of 8 files" in printed


def test_nothing_printed_can_drive_a_terminal() -> None:
    problem = InputProblem("a.yaml", 1, 1, "k\x1b[2J", "bad \x07\x9b", ("\x1b]0;x",), "y")
    printed = ScenarioProblems([problem]).render()
    assert all(c.isprintable() or c == "\n" for c in printed)


def test_malformed_levels(world: Any, tmp_path: Path) -> None:
    del tmp_path
    world.edit("tiny.yaml", "  level: 1\n", "  fit: tiny\n")
    place = world.write("levels.yaml", "tiny: {level: ⟦x, fit_hash: a}\n")
    problems = world.problems()
    assert (problems[0].file, problems[0].line, problems[0].column) in {
        place,
        ("levels.yaml", 1, 1),
    }
    assert any(p.key == "tiny.level" for p in problems)


def test_a_level_that_was_never_fitted(world: Any) -> None:
    place = world.edit("tiny.yaml", "  level: 1\n", "  fit: ⟦tiny\n")
    (problem,) = world.problems()
    assert (problem.file, problem.line, problem.column) == place
    assert "run `linli calibrate FILE`" in problem.message


@pytest.mark.parametrize("parent", ["a" * 1000, "a/" * 3000 + "b", "a" * 1000 + ".csv", "长" * 90])
def test_a_parent_whose_name_no_disk_takes(world: Any, parent: str) -> None:
    place = world.write("tiny.yaml", f"extends: ⟦{parent}\nname: x\n")
    (problem,) = world.problems()
    assert (problem.file, problem.line, problem.column) == place
    assert problem.key == "extends"
    assert "cannot be read" in problem.message or "no such file" in problem.message
    assert len(world.failure().render()) < 1000


@pytest.mark.parametrize("name", ["a" * 1000 + ".yaml", "a" * 1000 + ".csv"])
def test_a_scenario_whose_name_no_disk_takes(world: Any, name: str) -> None:
    (problem,) = world.problems(name)
    assert "cannot be read" in problem.message
    assert len(world.failure(name).render()) < 1500
