"""Pictures drawn by several processes, of which some are killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from processes import alive, until

from sim.report.drawing import shared
from sim.report.files import atomic_write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="SIGKILL and /proc")
NAMES = [f"{number}.png" for number in range(5)]


def draw_or_die(name: str, folder: Path) -> list[Path]:
    """Write a file; any process but the one that asks is killed in the middle of it."""
    if multiprocessing.parent_process() is not None:
        os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
    elif name == NAMES[-1]:
        until(lambda: any(folder.iterdir()))
    atomic_write(folder / name, name.encode())
    return [folder / name]


def test_what_a_killed_process_left_undone_is_drawn(tmp_path: Path) -> None:
    """All files are there and whole, and nothing of the one that was being written."""
    drawn = shared(NAMES, partial(draw_or_die, folder=tmp_path), 2, tmp_path)
    assert drawn == {name: [tmp_path / name] for name in NAMES}
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {name: name for name in NAMES}


class Drawer:
    """Fills a cache as it draws, like results from which charts select."""

    def __init__(self) -> None:
        self.cache: list[str] = []
        self.pickled = False

    def __call__(self, name: str) -> list[Path]:
        self.cache.append(name)
        until(lambda: self.pickled)
        return [Path(name)]

    def __getstate__(self) -> dict[str, object]:
        self.pickled = True
        assert not self.cache, "it is being drawn from"
        return dict(self.__dict__)


def test_other_processes_get_what_was_there_before_anything_was_drawn(tmp_path: Path) -> None:
    """What fills while it is pickled for another process cannot be pickled."""
    drawn = shared(NAMES, Drawer(), 2, tmp_path)
    assert drawn == {name: [Path(name)] for name in NAMES}


def draw_for_long(name: str, folder: Path) -> list[Path]:
    if multiprocessing.parent_process() is not None:
        (folder / str(os.getpid())).touch()
    time.sleep(3600)
    return [folder / name]


def test_processes_that_draw_leave_with_a_run_that_is_killed(tmp_path: Path) -> None:
    """They would go on drawing into a folder that the next run removes, and then wait for ever."""
    lines = (
        f"from {__name__} import *",
        f"folder = Path({str(tmp_path)!r})",
        "shared(NAMES, partial(draw_for_long, folder=folder), 2, folder)",
    )
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.Popen([sys.executable, "-c", "\n".join(lines)], env={**os.environ, **path})
    try:
        until(lambda: any(tmp_path.iterdir()))
    finally:
        run.kill()
        run.wait()
    until(lambda: not any(alive(p.name) for p in tmp_path.iterdir()), 20)
