"""Stopped in the middle: by Ctrl-C, or by a kill that nobody can catch."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from .commands import files_of, linli, scenario, start

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
LONG = ("--no-charts", "--replications", "100000", "--jobs", "1")


def running(folder: Path) -> tuple[object, Path]:
    """A long run that has begun: its writing folder lies beside the results."""
    process = start(folder, "run", "test.yaml", *LONG)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        writing = list((folder / "results").glob(".tiny-writing-*"))
        if writing:
            time.sleep(0.3)
            return process, writing[0]
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        time.sleep(0.05)
    raise AssertionError("the run did not begin within a minute")


def results_before(folder: Path) -> dict[str, bytes]:
    name = scenario(folder)
    assert linli(folder, "run", name, "--no-charts", "--quiet", "--jobs", "1").returncode == 0
    return files_of(folder / "results" / "tiny")


@pytest.mark.parametrize("earlier", [True, False])
def test_ctrl_c(earlier: bool, tmp_path: Path) -> None:
    """Status 130, nothing half-written, earlier results as they were."""
    scenario(tmp_path)
    before = results_before(tmp_path) if earlier else {}
    process, writing = running(tmp_path)
    process.send_signal(signal.SIGINT)  # type: ignore[attr-defined]
    _, said = process.communicate(timeout=60)  # type: ignore[attr-defined]
    assert process.returncode == 130, said  # type: ignore[attr-defined]
    assert "Traceback" not in said
    assert "nterrupted" in said
    assert not writing.exists()
    assert files_of(tmp_path / "results") == {f"tiny/{name}": b for name, b in before.items()}


def test_kill(tmp_path: Path) -> None:
    """After SIGKILL earlier results are whole, and the next run goes through."""
    before = results_before(tmp_path)
    process, _ = running(tmp_path)
    os.killpg(process.pid, signal.SIGKILL)  # type: ignore[attr-defined]
    process.communicate(timeout=60)  # type: ignore[attr-defined]
    assert files_of(tmp_path / "results" / "tiny") == before
    done = linli(tmp_path, "run", "test.yaml", "--no-charts", "--quiet", "--jobs", "1")
    assert done.returncode == 0
    after = files_of(tmp_path / "results" / "tiny")
    assert after["summary.csv"] == before["summary.csv"]
