"""Pictures drawn by several processes."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from sim.experiment.worker import deaf
from sim.report.files import remove_parts

__all__ = ["shared"]

Files = dict[str, list[Path]]


def shared(
    names: Sequence[str], draw: Callable[[str], list[Path]], jobs: int, folder: Path
) -> Files:
    """Draw what has these names; the files of each, in their order.

    Other processes draw from the front, and this one from the back, until they meet. What one of
    them was drawing when it was killed, this one draws.

    Parameters
    ----------
    draw
        Draws one; it can be pickled, and gives the files it wrote.
    jobs
        Processes, this one included.
    folder
        Where it draws.
    """
    left = deque(names)
    drawn: Files = {}
    others = min(jobs, len(names)) - 1
    with ThreadPoolExecutor(max(others, 1)) as threads:
        try:
            there = [threads.submit(_drawn_elsewhere, left, draw) for _ in range(others)]
            for name in _taken(left.pop):
                drawn[name] = draw(name)
            for files in there:
                drawn |= files.result()
        finally:
            left.clear()  # after Ctrl-C nobody begins another
    if len(drawn) < len(names):
        remove_parts(folder)  # of a file that a killed process was writing
    return {name: drawn[name] if name in drawn else draw(name) for name in names}


def _drawn_elsewhere(left: deque[str], draw: Callable[[str], list[Path]]) -> Files:
    """In a thread: files of what another process draws, until nothing is left or it is killed.

    A pool of one a thread: where one of several is killed, Python 3.11 ends all of them, or, where
    work was cancelled, waits for ever.
    """
    drawn: Files = {}
    spawn = multiprocessing.get_context("spawn")
    with (
        contextlib.suppress(BrokenProcessPool),
        deaf(),
        ProcessPoolExecutor(1, spawn, _leave_with_the_run) as pool,
    ):
        for name in _taken(left.popleft):
            drawn[name] = pool.submit(draw, name).result()
    return drawn


def _taken(take: Callable[[], str]) -> Iterator[str]:
    """Names as they are taken, until there are none."""
    with contextlib.suppress(IndexError):
        while True:
            yield take()


def _leave_with_the_run() -> None:
    """In a process that draws: leave Ctrl-C to the run, and end when the run does, even killed.

    Nothing else would tell it: it would wait for ever, or go on drawing into a folder that the next
    run has removed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after_the_run, daemon=True).start()


def _end_after_the_run() -> None:
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)
