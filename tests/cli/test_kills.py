"""Killed at random moments: the same command again gives what an undisturbed run gives."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import alive

from sim.cli.output.answer import digests
from sim.report.files import LAST, LISTING

from .commands import files_of, linli, start

MOMENTS = int(os.environ.get("LINLI_KILLS", "8"))
"""How many runs are killed; 8 are some two minutes on two cores."""
TINY = Path(__file__).parents[1] / "scenario" / "tiny"
RUN = ("run", "tiny.yaml", "--jobs", "2", "--replications", "10", "--store", "kept")
HOW = ("run", "workers", "terminate", "interrupt")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc"),
]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], float]:
    """Files of a run that nobody disturbs, and the seconds it takes from when it heeds signals."""
    folder = tmp_path_factory.mktemp("undisturbed")
    process = run_in(folder)
    began = time.monotonic()
    _, said = process.communicate(timeout=600)
    assert process.returncode == 0, said
    return results(folder / "out"), time.monotonic() - began


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_kill(moment: int, undisturbed: tuple[dict[str, bytes], float], tmp_path: Path) -> None:
    """A run, its workers or all of it end at some moment, in a new folder or over old results."""
    whole, seconds = undisturbed
    out = tmp_path / "out"
    how, over_old = HOW[moment % len(HOW)], moment // len(HOW) % 2 == 1
    process = run_in(tmp_path, *(("--seed", "2", "--no-charts") if over_old else ()))
    if over_old:
        assert process.wait(600) == 0
        process.communicate()
        process = run_in(tmp_path)
    before = files_of(out) if over_old else {}
    time.sleep(seconds * random.Random(moment).random())
    there = kill(process, how)
    _, said = process.communicate(timeout=600)
    after = files_of(out) if out.exists() else {}
    assert process.returncode in {"run": (0, -signal.SIGKILL), "workers": (0,)}.get(how, (0, 130))
    assert "Traceback" not in said
    assert LAST not in after or complete(out)
    if process.returncode == 130:
        assert after == before
        assert not half_written(tmp_path)
    if not over_old:
        assert LAST in after or not after
    again = linli(tmp_path, *RUN, "--out", "out")
    assert again.returncode == 0, again.stderr
    assert results(out) == whole
    assert complete(out)
    assert not half_written(tmp_path)
    assert not [pid for pid in there if alive(pid)]


def run_in(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start the run in a folder and wait until it heeds a polite kill."""
    shutil.copytree(TINY, folder, dirs_exist_ok=True)
    process = start(folder, *RUN, "--out", "out", *words)
    status = Path(f"/proc/{process.pid}/status")
    while not caught(status.read_text()) >> (signal.SIGTERM - 1) & 1:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return process


def caught(status: str) -> int:
    """Signals that a process handles itself, a bit each."""
    return next(int(line.split()[1], 16) for line in status.splitlines() if "SigCgt" in line)


def kill(process: subprocess.Popen[str], how: str) -> list[str]:
    """End a run one way or another; the processes it had."""
    while not (there := workers(process.pid)) and how == "workers" and process.poll() is None:
        time.sleep(0.01)
    if how == "run":
        process.kill()
    elif how == "terminate":
        process.terminate()
    elif how == "interrupt":  # a terminal sends it to all of them
        os.killpg(process.pid, signal.SIGINT)
    else:
        for pid in there:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
    return [*there, str(process.pid)]


def workers(pid: int) -> list[str]:
    """Processes that a run started, whichever of its threads did."""
    children = " ".join(p.read_text() for p in Path(f"/proc/{pid}/task").glob("*/children"))
    return [child for child in children.split() if "spawn_main" in command(child)]


def command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:  # it has just ended
        return ""


def results(out: Path) -> dict[str, bytes]:
    """All files but the manifest, which says when and how long."""
    return {name: content for name, content in files_of(out).items() if name != LAST}


def complete(out: Path) -> bool:
    """Whether a folder holds just the files that its manifest lists, byte for byte."""
    noted = json.loads((out / LAST).read_text("utf-8"))["run"]["files"]
    return {n: d for n, d in digests(out).items() if n not in (LAST, LISTING)} == noted


def half_written(folder: Path) -> list[Path]:
    return [p for p in folder.rglob(".*") if "-writing-" in p.name or p.name.startswith(".part-")]
