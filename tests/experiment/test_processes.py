"""Local processes: workers that are killed, runs that are killed, work that kills."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from sim.experiment.local import Local
from sim.experiment.pool import Pool
from sim.experiment.replicate import run_replications
from sim.experiment.study import EngineProblem, Recipe, Study, fixed_number
from sim.experiment.work import Finished, Task
from sim.model import History, Model

from .played import inputs_for, played

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


def test_a_worker_killed_half_way_changes_no_byte(tmp_path: Path) -> None:
    """SIGKILL to the worker beside the run in the middle: the same files as from one process."""
    inputs = inputs_for(tmp_path, 12)
    killed: list[int] = []

    def kill(done: int, expected: int) -> None:
        if done == expected // 2:
            pid = multiprocessing.active_children()[0].pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    together = played(inputs, Local(2), progress=kill)
    assert killed
    assert together[:2] == played(inputs)[:2]


def die_elsewhere(model: Model, history: History) -> int:
    """Kill any process but the one that asks: too little memory for one more, say."""
    del model
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return len(history.wishes)


def as_is(model: Model) -> Model:
    return model


def test_work_that_kills_its_worker_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deaths enough at one replication, here two: a message with advice, not an endless loop."""
    monkeypatch.setattr("sim.experiment.pool.STRIKES", 2)
    inputs = inputs_for(tmp_path)
    with pytest.raises(EngineProblem, match="--jobs 1"):
        run_replications(inputs, Recipe(as_is, die_elsewhere), fixed_number(10_000), seed=1, jobs=2)
    assert len(run_replications(inputs, Recipe(as_is, die_elsewhere), fixed_number(2), seed=1)) == 2


LARGE = 4_000_000
"""Bytes of an answer: more than a pipe takes at once."""


def die_answering(folder: Path, history: History) -> bytes:
    """In the first worker that gets here: write half of the answer, then be killed."""
    del history
    with contextlib.suppress(FileExistsError):
        (folder / "died").touch(exist_ok=False)
        if multiprocessing.parent_process() is not None:

            def half(pipe: Connection, content: bytes) -> None:
                os.write(pipe.fileno(), bytes(content)[: max(1, len(content) // 2)])
                os.kill(os.getpid(), signal.SIGKILL)

            Connection._send = half  # type: ignore[attr-defined]
    return bytes(LARGE)


def folder_of(model: Model) -> Path:
    return Path(model.world.scenario.title)


def test_a_worker_killed_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    """Half an answer in a pipe holds nobody up: the replication is computed again."""
    inputs = inputs_for(tmp_path, title=str(tmp_path))
    study = Study(inputs, Recipe(folder_of, die_answering), 1)
    pool = Pool(1, lambda line: None)
    task = Task(indices=(0,), studies=(study,), nameless=(False,), replication=0)
    found: list[Finished] = []
    waits = threading.Thread(target=lambda: found.extend(_all_of(pool, task)), daemon=True)
    waits.start()
    waits.join(300)
    pool.close()
    assert (tmp_path / "died").exists()
    assert [(f.replication, len(f.result)) for f in found] == [(0, LARGE)]


def _all_of(pool: Pool, task: Task) -> list[Finished]:
    pool.submit(task)
    return pool.finished(patient=True)


def fail(model: Model, history: History) -> int:
    del model, history
    raise ValueError("measured wrongly")


def test_an_error_in_a_worker_is_the_callers(tmp_path: Path) -> None:
    """What measuring raises comes through as it is."""
    with pytest.raises(ValueError, match="measured wrongly"):
        run_replications(inputs_for(tmp_path), Recipe(as_is, fail), fixed_number(5), seed=1, jobs=2)
