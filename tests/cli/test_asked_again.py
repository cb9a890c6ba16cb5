"""The same asked again: nothing is computed, nothing heavy imported, nothing written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .commands import environment, files_of, inside, scenario

HEAVY = ("sim.model", "sim.demand", "simpy", "ortools", "matplotlib", "holidays")
SAID = "nothing changed"


def modules_of(folder: Path, *words: str) -> tuple[set[str], str]:
    """Modules loaded by a command, and what it said on standard error."""
    code = (
        "import sys; from sim.cli.exits import guarded; from sim.cli.app import app;"
        f"sys.argv = ['linli', *{words!r}]; status = guarded(app); assert status == 0, status;"
        "print('MODULES', *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said, _, loaded = done.stderr.rpartition("MODULES")
    return set(loaded.split()), said


def words_of(verb: str, folder: Path) -> list[str]:
    name = scenario(folder)
    if verb == "run":
        return ["run", name, "--no-charts", "--jobs", "1", "--out", "out"]
    (folder / "other.yaml").write_text("extends: test.yaml\nname: other\ntitle: Other\n")
    return ["compare", name, "other.yaml", "--no-charts", "--jobs", "1", "--out", "out"]


@pytest.mark.parametrize("verb", ["run", pytest.param("compare", marks=pytest.mark.slow)])
def test_the_same_asked_again(verb: str, tmp_path: Path) -> None:
    """It tells the same without the model; a file that was touched is made anew from the store."""
    words = words_of(verb, tmp_path)
    first = inside(tmp_path, *words)
    assert first.returncode == 0, first.stderr
    before, times = files_of(tmp_path / "out"), times_of(tmp_path / "out")
    loaded, said = modules_of(tmp_path, *words)
    assert SAID in said
    assert [m for m in HEAVY if m in loaded] == []
    assert files_of(tmp_path / "out") == before
    assert times_of(tmp_path / "out") == times
    again = inside(tmp_path, *words)
    assert (again.returncode, again.stdout) == (0, first.stdout)
    touched = "summary.csv" if verb == "run" else "comparison.csv"
    (tmp_path / "out" / touched).write_bytes(b"mine")
    again = inside(tmp_path, *words)
    assert SAID not in again.stderr
    assert (tmp_path / "out" / touched).read_bytes() == before[touched]
    run = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["run"]
    assert (run["computed"], run["from_store"]) == (0, 3 if verb == "run" else 6)
    others = (["--baseline", "other", "--overwrite"], ["--replications", "4", "--overwrite"])
    for other in others if verb == "compare" else ():
        assert SAID not in inside(tmp_path, *words, *other).stderr


def times_of(folder: Path) -> dict[Path, int]:
    """When each file and folder was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "more",
    [
        ["--seed", "2"],
        *(
            pytest.param(more, marks=pytest.mark.slow)
            for more in (["--set", "title=Other"], ["--replications", "2"], ["--no-store"])
        ),
    ],
)
def test_something_else_asked_is_made(more: list[str], tmp_path: Path) -> None:
    """Another seed, title or number; and without a store everything is computed again."""
    words = words_of("run", tmp_path)
    assert inside(tmp_path, *words).returncode == 0
    done = inside(tmp_path, *words, *more)
    assert (done.returncode, SAID in done.stderr) == (0, False)
    run = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["run"]
    stored = more[0] in ("--set", "--replications")  # a title changes no replication
    assert (run["computed"] == 0) == stored


def test_compare_from_the_store_needs_no_model(tmp_path: Path) -> None:
    """Another folder, all replications in the store: tables are made without the model."""
    words = words_of("compare", tmp_path)
    assert inside(tmp_path, *words).returncode == 0
    loaded, said = modules_of(tmp_path, *words[:-1], "elsewhere")
    assert SAID not in said
    assert [m for m in ("simpy", "ortools", "sim.model") if m in loaded] == []
