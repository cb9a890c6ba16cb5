"""Processes on this machine that outlive the death of one of them.

Each worker has pipes of its own. One that is killed in the middle of an answer thus breaks its own
pipe and nobody else's, and it is known what it was doing. A process that is started anew imports
for a second or two; on Linux one does so beside the first steps of a run, and others are copies.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from sim.experiment.key import code_version
from sim.experiment.study import EngineProblem
from sim.experiment.work import Finished, StudyPayloads, Task, compute

if TYPE_CHECKING:  # Windows knows only one of them
    from multiprocessing.context import ForkServerContext, SpawnContext

_imported: list[str] = []
"""Modules that a process beside this one imports."""


def import_beside(modules: Sequence[str]) -> None:
    """Begin to import modules in a process of which the others will be copies."""
    if sys.platform == "linux" and not _imported:
        from multiprocessing import forkserver

        _imported.extend(modules)
        multiprocessing.set_forkserver_preload(_imported)
        forkserver.ensure_running()


def process_context() -> ForkServerContext | SpawnContext:
    """Give the way in which another process is started."""
    if _imported:
        return multiprocessing.get_context("forkserver")
    return multiprocessing.get_context("spawn")


Inbox = SimpleQueue[tuple["Worker", bytes | None]]
"""Answers of all workers as they come; None: the worker is gone."""


class Worker:
    """A process and a thread that hands it one task after the other.

    Attributes
    ----------
    doing
        Tasks given and not answered, oldest first; None: nobody wants the answer any more.
    """

    def __init__(self, inbox: Inbox) -> None:
        context = process_context()
        takes, self._gives = context.Pipe(duplex=False)
        self._hears, says = context.Pipe(duplex=False)
        self.doing: deque[Task | None] = deque()
        self._outbox: SimpleQueue[tuple[Any, ...] | None] = SimpleQueue()
        self._process: BaseProcess = context.Process(target=_work, args=(takes, says), daemon=True)
        with interrupts_ignored():
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
        """Send tasks, in a thread: the next is on its way before the last answer is looked at."""
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
def interrupts_ignored() -> Iterator[None]:
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
    """Answer tasks, in the process, until the run is gone."""
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
    """Outcome of a task: whether it went well, and results or the error."""
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


STRIKES = 3
"""Deaths of workers at one task after which it is given up."""


class Pool:
    """Workers, of which those that are killed are replaced and their tasks given to others.

    At the second death at one task fewer processes share the memory from then on.

    Parameters
    ----------
    workers
        How many at most; they are started when there is something for them to do.
    tell
        Called with a line of notice.
    """

    def __init__(self, workers: int, notify: Callable[[str], None]) -> None:
        self._workers = workers
        self._notify = notify
        self._parcels = StudyPayloads()
        self._crew: list[Worker] = []
        self._inbox: Inbox = SimpleQueue()
        self._strikes: Counter[tuple[tuple[int, ...], int]] = Counter()

    @property
    def _given(self) -> int:
        return sum(len(worker.doing) for worker in self._crew)

    @property
    def idle(self) -> int:
        """Processes that have nothing to do."""
        return self._workers - self._given

    @property
    def room(self) -> int:
        """How many more tasks to submit: a process has one to do and one to come."""
        return 2 * self._workers - self._given

    def submit(self, task: Task) -> None:
        """Accept a task."""
        hashes, contents = zip(
            *(self._parcels.payload(study) for study in task.studies), strict=True
        )
        words = (hashes, contents, task.nameless, task.replication, code_version())
        self._who_is_free().give(task, words)

    def _who_is_free(self) -> Worker:
        """The process that has least to do; a new one if all have something."""
        for worker in [w for w in self._crew if not w.doing and not w.alive]:
            self._part(worker)  # died while it had nothing to do: no task is to blame
        least = min(self._crew, key=lambda worker: len(worker.doing), default=None)
        if least is None or (least.doing and len(self._crew) < self._workers):
            least = Worker(self._inbox)
            self._crew.append(least)
        return least

    def finished(self, *, patient: bool) -> list[Finished]:
        """Results of a task; the tasks of processes that were killed are begun again.

        Parameters
        ----------
        patient
            Whether to wait until there are some.

        Raises
        ------
        EngineProblem
            If one task has killed too many processes.
        """
        while self._given:
            try:
                worker, answer = self._inbox.get(block=patient)
            except Empty:
                return []
            if worker not in self._crew:
                continue  # sent away before
            if answer is None:
                self._replace(worker)
                continue
            task = worker.doing.popleft()
            if task is not None:
                return _unpacked(task, answer)
        return []

    def _replace(self, worker: Worker) -> None:
        """Share out what a killed process had to do; the first of it may have killed it."""
        begun = worker.doing[0] if worker.doing else None
        tasks = self._part(worker)
        if begun is not None:
            tasks += self._tasks_to_repeat(begun)
        for task in tasks:
            self.submit(task)

    def _tasks_to_repeat(self, task: Task) -> list[Task]:
        """Note a death at a task; the tasks of processes sent away because of it."""
        where = task.indices, task.replication
        self._strikes[where] += 1
        if self._strikes[where] >= STRIKES:
            raise EngineProblem(
                f"Worker processes were killed {STRIKES} times at replication {task.replication}: "
                "out of memory? Fewer processes (--jobs 1) or a smaller multiplier need less."
            )
        left: list[Task] = []
        if self._strikes[where] == STRIKES - 1 and self._workers > 1:
            self._workers = max(1, self._workers // 2)
            self._notify(f"note: workers were killed twice; going on with {self._workers}")
            for worker in self._crew[self._workers :]:
                left += self._part(worker)
        return left

    def _part(self, worker: Worker) -> list[Task]:
        """Be rid of a process; what it had still to do and is wanted."""
        self._crew.remove(worker)
        worker.end()
        return [task for task in worker.doing if task is not None]

    def drop(self) -> None:
        """Forget what is not finished; what is being computed is computed in vain."""
        for worker in self._crew:
            worker.forget()

    def close(self) -> None:
        """End all processes at once, whatever they are doing."""
        for worker in list(self._crew):
            self._part(worker)


def _unpacked(task: Task, answer: bytes) -> list[Finished]:
    """Results of a task's studies; raises what the worker raised."""
    well, content = pickle.loads(answer)
    if not well:
        raise content
    return [
        Finished(which, task.replication, result, names)
        for which, (result, names) in zip(task.indices, content, strict=True)
    ]
