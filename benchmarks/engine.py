"""`engine`: two processes against one, and a Dask cluster of two against two local processes.

This is about elapsed time, so the figures are wall seconds, and hold on a machine that is idle: the
load is shown, and a figure taken on a busy machine says so. Each side's run is timed with its
processes started and its models built, as in a long run; what starting costs is shown by itself.
CPU seconds of all processes, beside them, hardly depend on what else the machine does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.cases import BOOKINGS_ONLY, DEFAULT
from benchmarks.figures import Figure, medians, to_json
from sim.experiment.local import Local
from sim.experiment.replicate import Engine, replicate
from sim.experiment.study import Each, Study, fixed_number
from sim.experiment.work import Executor
from sim.model import build_model
from sim.scenario.loading import load
from sim.studies.recipe import MEASURED

__all__ = ["run"]

NAME = "engine"
SETS = (*BOOKINGS_ONLY, "demand.multiplier=30")
"""So that a replication takes a second or more."""
REPLICATIONS = 8
ROUNDS = 3
SPEED_UP, DASK = 1.8, 1.15
Took = tuple[float, float]
IDLE = 0.4
"""Load (before anything is run here) up to which a machine counts as idle."""


def run(quick: bool) -> list[dict[str, Any]]:
    """Time one process, two, and two workers of a cluster, in turn."""
    before = os.getloadavg()[0]
    inputs = load(DEFAULT, sets=SETS, need_level=False)
    number, rounds = (4, 1) if quick else (REPLICATIONS, ROUNDS)
    with ExitStack() as stack:
        sides: dict[str, Executor] = {
            "one process": Local(1),
            "two processes": Local(2),
            "two workers of Dask": stack.enter_context(_dask()),
        }
        study, model = Study(inputs, MEASURED, seed=1), build_model(inputs)
        for executor in sides.values():
            stack.callback(executor.close)
            executor.prepare(study, model)
        first = {name: _timed(study, executor, 4) for name, executor in sides.items()}
        took: dict[str, list[Took]] = {name: [] for name in sides}
        for _ in range(rounds):
            for name, executor in sides.items():
                took[name].append(_timed(study, executor, number))
    return to_json(_figures(took, first, number, before))


def _figures(
    took: dict[str, list[Took]], first: dict[str, Took], number: int, before: float
) -> list[Figure]:
    one, two, dask = ([wall for wall, _ in values] for values in took.values())
    busy = "" if before <= IDLE else ": the machine was NOT idle, so this is for orientation only"
    note = f"{number} replications on {os.cpu_count()} cores, load {before:.2f} before{busy}"
    gain = [a / b for a, b in zip(one, two, strict=True)]
    over = [a / b for a, b in zip(dask, two, strict=True)]
    up: dict[str, Any] = {"sense": "at least", "target": SPEED_UP, "note": note}
    near: dict[str, Any] = {"sense": "at most", "target": DASK, "note": note}
    figures = [
        medians(NAME, "one process over two, wall time", gain, "ratio", **up),
        medians(NAME, "Dask over two local processes, wall time", over, "ratio", **near),
    ]
    for name, values in took.items():
        figures.append(medians(NAME, f"a run, {name}", [wall for wall, _ in values], "wall s"))
        figures.append(medians(NAME, f"a run, {name}", [cpu for _, cpu in values], "CPU s"))
        figures.append(medians(NAME, f"start and 4 first, {name}", [first[name][0]], "wall s"))
    return figures


def _timed(study: Study[Any], executor: Executor, number: int) -> Took:
    """A run without a store: wall seconds, and CPU seconds of all processes that take part."""
    began, used = time.perf_counter(), _cpu_seconds()
    replicate([study], Each([fixed_number(number)]), Engine(executor))
    return time.perf_counter() - began, _cpu_seconds() - used


def _cpu_seconds() -> float:
    """CPU seconds so far of this process and those it started and has not ended."""
    import psutil  # comes with distributed

    me = psutil.Process()
    times = [process.cpu_times() for process in (me, *me.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


@contextmanager
def _dask() -> Iterator[Executor]:
    """A scheduler and two workers with one thread each on this machine, as a user starts them."""
    from sim.experiment.cluster import Dask

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        at = Path(folder) / "at.json"
        where = ("--scheduler-file", str(at), "--no-dashboard", "--host", "127.0.0.1")
        stack.enter_context(_process("dask_scheduler", *where, "--port", "0"))
        _until(at.exists)
        for _ in range(2):
            words = ("--nthreads", "1", "--nworkers", "1", "--no-nanny")
            stack.enter_context(_process("dask_worker", *where, *words))
        dask = Dask(str(json.loads(at.read_text())["address"]))
        _until(lambda: dask.workers == 2)
        yield dask


@contextmanager
def _process(what: str, *words: str) -> Iterator[None]:
    command = [sys.executable, "-m", f"distributed.cli.{what}", *words]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.kill()
        process.wait(20)


def _until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError("the cluster has not started")
        time.sleep(0.1)
