"""A real Dask scheduler and two workers on loopback: the same bytes, also when they are killed."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.commands import environment, inside, scenario
from processes import until

from sim.experiment.store import Store
from sim.experiment.study import EngineProblem

from .played import inputs_for, played

pytest.importorskip("distributed")
from sim.experiment.cluster import Dask

pytestmark = [
    pytest.mark.slow,  # a cluster of four processes, which `make test` does without
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL"),
]


class Cluster:
    """A scheduler and workers, each a process."""

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self.scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", "at.json"
        )
        until(lambda: address_in(folder / "at.json"))
        self.address = address_in(folder / "at.json")
        self.workers = [self.add_worker() for _ in range(workers)]

    def add_worker(self) -> subprocess.Popen[bytes]:
        """One process, which nobody starts again."""
        return self._start(
            "dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"
        )

    def _start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{what}.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{what}", *words, "--no-dashboard"],
            cwd=self._folder,
            env={**environment(self._folder), "PYTHONPATH": ":".join(filter(None, sys.path))},
            stdout=log,
            stderr=log,
        )

    def stop(self) -> None:
        """End all processes, those that are gone already too."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait(300)


def address_in(path: Path) -> str:
    """What a scheduler writes when it is ready; nothing as long as the file is not whole."""
    try:
        return str(json.loads(path.read_text())["address"])
    except (FileNotFoundError, json.JSONDecodeError):
        return ""


@contextlib.contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    folder.mkdir()
    made = Cluster(folder, workers)
    try:
        yield made
    finally:
        made.stop()


def test_a_cluster_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Undisturbed; workers with another numpy, which could give other bits, are refused."""
    inputs = inputs_for(tmp_path)
    with cluster(tmp_path / "cluster", 1) as one:
        dask = Dask(one.address)
        until(lambda: dask.workers == 1)  # it has reported
        other = {"linli": "another", "numpy": "0.1"}
        with monkeypatch.context() as patch:
            patch.setattr("sim.experiment.cluster.code_version", lambda: other)
            with pytest.raises(EngineProblem, match=r"instead of another.*numpy"):
                Dask(one.address)
        assert played(inputs, dask)[:2] == played(inputs)[:2]


@pytest.mark.slow
def test_a_cluster_of_which_processes_are_killed(tmp_path: Path) -> None:
    """A worker killed by SIGKILL half-way; the scheduler killed, and then resumed: same bytes."""
    inputs = inputs_for(tmp_path, 12)
    right = played(inputs)[:2]
    with cluster(tmp_path / "cluster", 2) as two:
        dask = Dask(two.address)
        until(lambda: dask.workers == 2)

        def kill_worker(done: int, expected: int) -> None:
            del expected
            if done == 4:
                two.workers[0].kill()

        assert played(inputs, dask, progress=kill_worker)[:2] == right
        assert two.workers[0].wait(300) != 0

        def kill_scheduler(done: int, expected: int) -> None:
            del expected
            if done == 4:
                two.scheduler.kill()

        store = Store(tmp_path / "store")
        with pytest.raises(EngineProblem, match="connection is lost"):
            played(inputs, Dask(two.address), store, kill_scheduler)
    resumed = played(inputs, store=store)
    assert resumed[:2] == right
    assert resumed[2] >= 4


@pytest.mark.slow  # waits ten seconds for an answer
def test_no_scheduler_is_status_3(tmp_path: Path) -> None:
    """An address where nobody listens: a message, nothing computed."""
    words = ["run", scenario(tmp_path), "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"]
    done = inside(tmp_path, *words, "--no-charts")
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert "no Dask scheduler answers there" in done.stderr


def test_without_dask_is_status_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`distributed` not installed: which extra to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)  # to import it is an error
    monkeypatch.delitem(sys.modules, "sim.experiment.cluster")
    words = ["run", scenario(tmp_path), "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"]
    done = inside(tmp_path, *words)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "linli[cluster]" in done.stderr
