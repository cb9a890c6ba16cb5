"""Stopped in the middle: by Ctrl-C, or by a kill that nobody can catch."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sites.small_world import SMALL

from sim.report.files import LISTING

from .commands import files_of, linli, scenario, start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")
LONG = ("--no-charts", "--replications", "100000", "--jobs", "1")


def processor_seconds(pid: int) -> float:
    """Processor time a process has used."""
    text = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(text[11]) + int(text[12])) / os.sysconf("SC_CLK_TCK")


def running(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A long run in the middle of its replications: importing and loading take a second or two."""
    process = start(folder, *(words or ("run", "test.yaml", *LONG)))
    deadline = time.monotonic() + 90
    while processor_seconds(process.pid) < 2.5:
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < deadline, "the run has not got going"
        time.sleep(0.05)
    return process


def results_before(folder: Path) -> dict[str, bytes]:
    name = scenario(folder)
    assert linli(folder, "run", name, "--no-charts", "--quiet", "--jobs", "1").returncode == 0
    return files_of(folder / "results" / "tiny")


@pytest.mark.parametrize("earlier", [True, False])
def test_ctrl_c(earlier: bool, tmp_path: Path) -> None:
    """Status 130, nothing half-written, earlier results as they were."""
    scenario(tmp_path)
    before = results_before(tmp_path) if earlier else {}
    process = running(tmp_path)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "nterrupted" in said
    left = files_of(tmp_path / "results") if (tmp_path / "results").exists() else {}
    assert left == {f"tiny/{name}": b for name, b in before.items()}


def test_kill(tmp_path: Path) -> None:
    """After SIGKILL earlier results are whole, and the next run goes through."""
    before = results_before(tmp_path)
    process = running(tmp_path)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert files_of(tmp_path / "results" / "tiny") == before
    done = linli(tmp_path, "run", "test.yaml", "--no-charts", "--quiet", "--jobs", "1")
    assert done.returncode == 0
    after = files_of(tmp_path / "results" / "tiny")
    assert after["summary.csv"] == before["summary.csv"]


def test_ctrl_c_while_siting(tmp_path: Path) -> None:
    """Status 130 from the middle of the loop; results of an earlier question stay as they were."""
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    earlier = tmp_path / "results" / "small"
    earlier.mkdir(parents=True)
    (earlier / LISTING).write_text(json.dumps(["plans.csv"]), "utf-8")
    (earlier / "plans.csv").write_text("earlier", "utf-8")
    before = files_of(earlier)
    process = running(tmp_path, "site", "small.yaml", *LONG)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "nterrupted" in said
    assert files_of(earlier) == before
    assert [p.name for p in earlier.parent.iterdir()] == ["small"]
