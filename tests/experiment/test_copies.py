"""Processes copied from one that has imported everything: the same bytes, none outlives a run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import alive, until

from .played import inputs_for, played

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere none is copied")

RUN = """
import sys
from pathlib import Path

from sim.experiment.local import Local
from sim.experiment.pool import import_beside
from sim.experiment.replicate import Engine
from sim.report.tables import write_replications
from sim.scenario.loading import load
from sim.studies.run import run

if __name__ == "__main__":
    import_beside(["sim.model", "sim.studies.recipe"])
    with Engine(Local(2)) as engine:
        done = run(load(Path("test.yaml"), replications=int(sys.argv[1])), engine=engine)
    write_replications(Path(), done.replications())
"""


def began(folder: Path, replications: int) -> subprocess.Popen[str]:
    (folder / "copied.py").write_text(RUN, "utf-8")
    words = [sys.executable, "copied.py", str(replications)]
    return subprocess.Popen(words, cwd=folder, stderr=subprocess.PIPE, text=True)


def parent(stat: Path) -> int | None:
    """The number of a process's parent; None where it has just ended."""
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def descendants(pid: int) -> list[int]:
    """Processes that one started, and those that these started."""
    mine = [
        int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if parent(path) == pid
    ]
    return [*mine, *(later for child in mine for later in descendants(child))]


def copy_of(pid: int) -> int | None:
    """A worker of a run that is a copy of another process; None before there is one."""
    for child in descendants(pid):
        if copies := descendants(child):
            return copies[0]
    return None


def test_the_bytes_of_one_process(tmp_path: Path) -> None:
    """Half of the replications come from a copy."""
    inputs = inputs_for(tmp_path, 40)
    process = began(tmp_path, 40)
    until(lambda: copy_of(process.pid) is not None or process.poll() is not None)
    assert process.poll() is None, "no worker was the copy of another process"
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert (tmp_path / "replications.parquet").read_bytes() == played(inputs)[1]


def test_none_is_left_when_the_run_is_killed(tmp_path: Path) -> None:
    inputs_for(tmp_path)
    process = began(tmp_path, 100_000)
    until(lambda: copy_of(process.pid) is not None)
    there = descendants(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=300)
    until(lambda: not any(alive(pid) for pid in there))
