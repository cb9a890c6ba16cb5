"""One worker process: a pipe for what it is to do, a pipe for what it has done, and its end.

Each worker has pipes of its own. One that is killed in the middle of an answer thus breaks its own
pipe and nobody else's, and it is known what it was doing.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, SimpleQueue
from typing import Any

from sim.experiment.work import Task, compute

Inbox = SimpleQueue[tuple["Worker", bytes | None]]
"""Answers of all workers as they come; None: the worker is gone."""


class Worker:
    """A spawned process and a thread that hands it one task after the other.

    Attributes
    ----------
    doing
        Tasks given and not answered, oldest first; None: nobody wants the answer any more.
    """

    def __init__(self, inbox: Inbox) -> None:
        context = multiprocessing.get_context("spawn")
        takes, self._gives = context.Pipe(duplex=False)
        self._hears, says = context.Pipe(duplex=False)
        self.doing: deque[Task | None] = deque()
        self._outbox: SimpleQueue[tuple[Any, ...] | None] = SimpleQueue()
        self._process: BaseProcess = context.Process(target=_work, args=(takes, says), daemon=True)
        with deaf():
            self._process.start()
        takes.close()
        says.close()  # from now on the pipe ends when the process does
        threading.Thread(target=self._attend, args=(inbox,), daemon=True).start()

    def give(self, task: Task, words: tuple[Any, ...]) -> None:
        """Hand a task over, to be begun when those before it are done."""
        self.doing.append(task)
        self._outbox.put(words)

    def forget(self) -> None:
        """Want no answer any more, and take back what is not begun."""
        with contextlib.suppress(Empty):
            while True:
                self._outbox.get_nowait()
                self.doing.pop()
        self.doing = deque([None] * len(self.doing))

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.is_alive()

    def end(self) -> None:
        """Kill it: it holds nothing that could be lost."""
        self._outbox.put(None)
        self._process.kill()
        self._process.join(5)

    def _attend(self, inbox: Inbox) -> None:
        """In a thread: the next task is on its way before the last answer has been looked at."""
        try:
            with self._gives, self._hears:
                while (words := self._outbox.get()) is not None:
                    self._gives.send(words)
                    inbox.put((self, self._hears.recv_bytes()))
        except (EOFError, OSError):
            pass  # killed, perhaps in the middle of an answer
        finally:
            inbox.put((self, None))


@contextlib.contextmanager
def deaf() -> Iterator[None]:
    """Leave Ctrl-C to the run: a process started here never hears of it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(takes: Connection, says: Connection) -> None:
    """In the process: answer tasks until the run is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    todo: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    threading.Thread(target=_listen, args=(takes, todo), daemon=True).start()
    while True:
        answer = _answer(todo.get())
        try:
            says.send_bytes(answer)
        except OSError:
            os._exit(1)


def _listen(takes: Connection, todo: SimpleQueue[tuple[Any, ...]]) -> None:
    """Take tasks, and leave with the run however it ends: in the middle of a replication too."""
    try:
        while True:
            todo.put(takes.recv())
    except (EOFError, OSError):
        os._exit(1)


def _answer(words: tuple[Any, ...]) -> bytes:
    """What came of a task: whether it went well, and results or the error."""
    try:
        return pickle.dumps((True, compute(*words)), protocol=5)
    except Exception as error:
        error.add_note(f"In a worker process:\n{traceback.format_exc()}")
        try:
            content = pickle.dumps((False, error), protocol=5)
            pickle.loads(content)
        except Exception:  # errors that cannot travel
            content = pickle.dumps((False, RuntimeError(traceback.format_exc())))
        return content
