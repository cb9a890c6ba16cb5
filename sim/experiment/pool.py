"""Processes on this machine that outlive the death of one of them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from typing import Any

from sim.experiment.key import code_version
from sim.experiment.problems import EngineProblem
from sim.experiment.work import Finished, Parcels, Task, compute

__all__ = ["Pool"]

STRIKES = 3
"""Deaths of workers at one task after which it is given up."""


class Pool:
    """A pool of spawned processes, started again when one of them is killed.

    Python's own pool is lost as a whole then, so all that was not finished is submitted again. Who
    died of what is not known: a death is laid to the oldest tasks, those that were being computed.
    At the second death at one task fewer processes share the memory from then on.
    """

    def __init__(self, workers: int, tell: Callable[[str], None]) -> None:
        self._workers = workers
        self._tell = tell
        self._parcels = Parcels()
        self._pending: dict[Future[list[tuple[Any, Any]]], Task] = {}
        self._strikes: Counter[tuple[tuple[int, ...], int]] = Counter()
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        listens, self._lifeline = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(
            self._workers, mp_context=context, initializer=_begin, initargs=(listens,)
        )
        self._listens = listens

    @property
    def idle(self) -> int:
        """Processes that have nothing to do."""
        return self._workers - len(self._pending)

    @property
    def room(self) -> int:
        """How many more tasks to submit: a process has one to do and one to come."""
        return 2 * self._workers - len(self._pending)

    def submit(self, task: Task) -> None:
        """Take a task on."""
        parcels = [self._parcels.of(study) for study in task.studies]
        hashes, contents = zip(*parcels, strict=True)
        words = (hashes, contents, task.nameless, task.replication, code_version())
        try:
            future = self._pool.submit(compute, *words)
        except BrokenProcessPool as error:  # one died while it had nothing to do
            future = Future()
            future.set_exception(error)
        self._pending[future] = task

    def finished(self, *, patient: bool) -> list[Finished]:
        """Results since the last call; start the pool again if a process was killed.

        Parameters
        ----------
        patient
            Whether to wait until there is one.
        """
        while self._pending:
            until = None if patient else 0
            done = wait(self._pending, until, return_when=FIRST_COMPLETED).done
            found: list[Finished] = []
            for future in [f for f in self._pending if f in done]:
                if not isinstance(future.exception(), BrokenProcessPool):
                    found += _unpacked(self._pending.pop(future), future.result())
            if found or not done:
                return found
            self._start_again()
        return []

    def _start_again(self) -> None:
        tasks = list(self._pending.values())
        self._pending.clear()
        self._end()
        for task in tasks[: self._workers]:
            self._strike(task)
        self._start()
        for task in tasks:
            self.submit(task)

    def _strike(self, task: Task) -> None:
        where = task.which, task.replication
        self._strikes[where] += 1
        if self._strikes[where] >= STRIKES:
            raise EngineProblem(
                f"Worker processes were killed {STRIKES} times at replication {task.replication}: "
                "out of memory? Fewer processes (--jobs 1) or a smaller multiplier need less."
            )
        if self._strikes[where] == STRIKES - 1 and self._workers > 1:
            self._workers = max(1, self._workers // 2)
            self._tell(f"note: workers were killed twice; going on with {self._workers}")

    def drop(self) -> None:
        """Forget what is not finished; what is being computed is computed in vain."""
        for future in self._pending:
            future.cancel()
        self._pending.clear()

    def close(self) -> None:
        """End all processes at once, whatever they are doing."""
        self.drop()
        self._end()

    def _end(self) -> None:
        self._lifeline.close()
        self._listens.close()
        self._pool.shutdown(wait=False, cancel_futures=True)


def _unpacked(task: Task, results: list[tuple[Any, Any]]) -> list[Finished]:
    return [
        Finished(which, task.replication, result, names)
        for which, (result, names) in zip(task.which, results, strict=True)
    ]


def _begin(lifeline: Connection) -> None:
    """In a worker: leave Ctrl-C to the run, and leave with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, args=(lifeline,), daemon=True).start()


def _leave_with_parent(lifeline: Connection) -> None:
    """Wait for the end of a pipe into which nothing is ever written."""
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(1)
