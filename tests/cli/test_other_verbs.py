"""The verbs beside `run`, and how light `--help` is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli.app import VERBS
from sim.scenario.loading import load
from sim.scenario.read.files import shipped_folder

from .commands import inside, linli, scenario

HEAVY = (
    "numpy", "scipy", "pandas", "pyarrow", "simpy", "matplotlib", "holidays", "ortools", "pydantic",
    "rich", "sim.scenario.inputs", "sim.experiment.key", "sim.report.tables",
)  # fmt: skip


@pytest.mark.parametrize("verb", ["", *(verb.__name__.rstrip("_") for verb in VERBS)])
def test_help_imports_nothing_heavy(verb: str, tmp_path: Path) -> None:
    """Help comes from signatures alone: neither numpy nor what reads a scenario is imported."""
    code = (
        "import sys; from sim.cli.exits import guarded; from sim.cli.app import app;"
        f"sys.argv = ['linli', *{[verb] if verb else []!r}, '--help']; status = guarded(app);"
        f"print('HEAVY', status, [m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "HEAVY 0 []" in done.stderr
    assert done.stdout.startswith(f"Usage: linli {verb}".rstrip())


def test_help_names_the_verbs(tmp_path: Path) -> None:
    """Verbs of the contract that exist are listed."""
    done = linli(tmp_path, "--help")
    assert done.returncode == 0
    for verb in ("run", "validate", "calibrate", "check", "explain", "world", "schema", "init"):
        assert verb in done.stdout


def test_validate(tmp_path: Path) -> None:
    """A right scenario: status 0; resolved values, sources and JSON on request."""
    name = scenario(tmp_path)
    done = inside(tmp_path, "validate", name, "--show-resolved", "--sources")
    assert done.returncode == 0
    assert "off_platform.share: 0.2" in done.stdout
    assert "clubs that keep their own list" in done.stdout
    done = inside(tmp_path, "validate", name, "--json")
    answer = json.loads(done.stdout)["scenarios"][0]
    assert answer["valid"]
    assert answer["input_hash"] == load(tmp_path / name).input_hash


def test_validate_json_says_what_is_wrong_by_its_status(tmp_path: Path) -> None:
    """--json with a wrong file: one object, valid false, status 2."""
    scenario(tmp_path)
    (tmp_path / "wrong.yaml").write_text("extends: test.yaml\nname: wrong\nzonez: {}\n")
    done = inside(tmp_path, "validate", "test.yaml", "wrong.yaml", "--json")
    assert done.returncode == 2
    answers = json.loads(done.stdout)["scenarios"]
    assert [a["valid"] for a in answers] == [True, False]
    assert "wrong.yaml:3:1" in done.stderr


def test_init_then_run(tmp_path: Path) -> None:
    """A scenario started by `init` is valid, and is not overwritten."""
    done = inside(tmp_path, "init", "mine", "--in", "scenarios")
    assert done.returncode == 0
    path = tmp_path / "scenarios" / "mine.yaml"
    parent, mine = load(shipped_folder() / "cangqian.yaml").resolved, load(path).resolved
    assert mine == {**parent, "name": "mine", "title": "mine", "label": ""}
    suggested = [line[2:] for line in path.read_text("utf-8").splitlines() if ": {" in line]
    assert {line.partition(":")[0] for line in suggested} >= {"opening", "demand", "policy"}
    (path.parent / "all.yaml").write_text("\n".join(["extends: mine", "name: all", *suggested]))
    differs = load(path.parent / "all.yaml").resolved
    assert {key for key in mine if mine[key] != differs[key]} >= {
        line.partition(":")[0] for line in suggested
    }
    before = path.read_text()
    again = inside(tmp_path, "init", "mine", "--in", "scenarios")
    assert again.returncode == 2
    assert path.read_text() == before
    assert inside(tmp_path, "init", "x", "--extends", "cangqan").returncode == 2


def test_schema_is_json(tmp_path: Path) -> None:
    """`linli schema` prints a JSON Schema and nothing else; --out writes the same."""
    printed = inside(tmp_path, "schema")
    assert "properties" in json.loads(printed.stdout)
    assert inside(tmp_path, "schema", "--out", "s.json").returncode == 0
    assert (tmp_path / "s.json").read_text("utf-8") == printed.stdout


def test_calibrate_keeps_the_level_it_found(tmp_path: Path) -> None:
    """A fit is written to levels.yaml, the scenario loads with it, its bookings are the target."""
    scenario(tmp_path)
    (tmp_path / "fitted.yaml").write_text(
        "extends: test.yaml\nname: fitted\ndemand: {fit: fitted}\n"
        "calibration: {bookings: 400, tolerance: 0.02, half_width: 0.02}\n"
    )
    assert inside(tmp_path, "run", "fitted.yaml", "--no-charts").returncode == 2
    done = inside(tmp_path, "calibrate", "fitted.yaml", "--json")
    assert done.returncode == 0, done.stderr
    fit = json.loads(done.stdout)["fits"][0]
    assert fit["reached"]
    assert fit["bookings"] == pytest.approx(400, rel=0.02)
    inputs = load(tmp_path / "fitted.yaml")
    assert inputs.level == pytest.approx(fit["level"], rel=1e-5)
    assert inputs.notices == ()
    changed = load(tmp_path / "fitted.yaml", sets=["off_platform.share=0.5"])
    assert len(changed.notices) == 1


@pytest.mark.slow
def test_calibrate_that_cannot_reach_is_status_2(tmp_path: Path) -> None:
    """More bookings than there are slots: status 2 and nothing kept."""
    scenario(tmp_path)
    (tmp_path / "fitted.yaml").write_text(
        "extends: test.yaml\nname: fitted\ndemand: {fit: fitted}\ncalibration: {bookings: 100000}\n"
    )
    done = inside(tmp_path, "calibrate", "fitted.yaml")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "levels.yaml").exists()
