"""Processes on this machine that outlive the death of one of them."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable
from queue import Empty, SimpleQueue

from sim.experiment.key import code_version
from sim.experiment.problems import EngineProblem
from sim.experiment.work import Finished, Parcels, Task
from sim.experiment.worker import Inbox, Worker

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

    def __init__(self, workers: int, tell: Callable[[str], None]) -> None:
        self._workers = workers
        self._tell = tell
        self._parcels = Parcels()
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
        """Take a task on."""
        hashes, contents = zip(*(self._parcels.of(study) for study in task.studies), strict=True)
        words = (hashes, contents, task.nameless, task.replication, code_version())
        self._who_is_free().give(task, words)

    def _who_is_free(self) -> Worker:
        """Whoever has least to do; somebody new if all have something."""
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
            tasks += self._strike(begun)
        for task in tasks:
            self.submit(task)

    def _strike(self, task: Task) -> list[Task]:
        """Note a death at a task; the tasks of processes sent away because of it."""
        where = task.which, task.replication
        self._strikes[where] += 1
        if self._strikes[where] >= STRIKES:
            raise EngineProblem(
                f"Worker processes were killed {STRIKES} times at replication {task.replication}: "
                "out of memory? Fewer processes (--jobs 1) or a smaller multiplier need less."
            )
        left: list[Task] = []
        if self._strikes[where] == STRIKES - 1 and self._workers > 1:
            self._workers = max(1, self._workers // 2)
            self._tell(f"note: workers were killed twice; going on with {self._workers}")
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
        for which, (result, names) in zip(task.which, content, strict=True)
    ]
