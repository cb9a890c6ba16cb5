"""Stopped in the middle: by Ctrl-C, or by a kill that nobody can catch."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import until
from siting.small_world import SMALL

from sim.report.files import LISTING

from .commands import files_of, inside, scenario, start, stored

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals")
LONG = ("--no-charts", "--replications", "100000", "--jobs", "1")


def running(folder: Path) -> subprocess.Popen[str]:
    """A long run in the middle of its replications."""
    before = len(stored(folder))
    process = start(folder, "run", "test.yaml", *LONG)
    until(lambda: len(stored(folder)) > before or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    return process


def results_before(folder: Path) -> dict[str, bytes]:
    name = scenario(folder)
    assert inside(folder, "run", name, "--no-charts", "--quiet", "--jobs", "1").returncode == 0
    return files_of(folder / "results" / "tiny")


@pytest.mark.parametrize("earlier", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_ctrl_c(earlier: bool, tmp_path: Path) -> None:
    """Status 130, nothing half-written, earlier results as they were; what was done is stored."""
    scenario(tmp_path)
    before = results_before(tmp_path) if earlier else {}
    process = running(tmp_path)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "nterrupted" in said
    left = files_of(tmp_path / "results") if (tmp_path / "results").exists() else {}
    assert left == {f"tiny/{name}": b for name, b in before.items()}
    words = ("--replications", str(len(stored(tmp_path))), "--no-charts", "--quiet", "--jobs", "1")
    assert inside(tmp_path, "run", "test.yaml", *words).returncode == 0
    manifest = json.loads((tmp_path / "results" / "tiny" / "manifest.json").read_text("utf-8"))
    assert manifest["run"]["computed"] == 0


def test_ctrl_c_while_siting(tmp_path: Path) -> None:
    """Status 130 from the middle of the loop; results of an earlier question stay as they were."""
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    earlier = tmp_path / "results" / "small"
    earlier.mkdir(parents=True)
    (earlier / LISTING).write_text(json.dumps(["plans.csv"]), "utf-8")
    (earlier / "plans.csv").write_text("earlier", "utf-8")
    before = files_of(earlier)
    process = start(tmp_path, "site", "small.yaml", *LONG)
    assert process.stderr is not None
    assert any(line.startswith("searching") for line in process.stderr)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "nterrupted" in said
    assert files_of(earlier) == before
    assert [p.name for p in earlier.parent.iterdir()] == ["small"]
