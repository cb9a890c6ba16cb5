"""Replications in this process and, where it pays, in others on this machine."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.pool import Pool
from sim.experiment.study import EngineProblem, Study
from sim.experiment.work import Finished, PreparedStudies, Task
from sim.scenario.derived.size import size_of
from sim.scenario.inputs import Inputs

if TYPE_CHECKING:
    from sim.model import Model

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where Linux says how much a container may use."""


def machine_memory() -> int | None:
    """Bytes of memory that this machine, or the container, has; None where it does not say."""
    try:
        found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    except (AttributeError, OSError, ValueError):  # Windows
        return None
    for name in LIMITS:
        try:
            found.append(int(Path(name).read_text("ascii")))
        except (OSError, ValueError):  # not there, or "max"
            continue
    return min(found)


def replications_at_once(inputs: Inputs, memory: int) -> int:
    """How many replications of a scenario fit into memory together.

    Raises
    ------
    EngineProblem
        If none does.
    """
    size = size_of(inputs.scenario, inputs.tables, inputs.level, inputs.interest)
    if size.bytes > memory:
        raise EngineProblem(
            f"{inputs.scenario.name}: one replication takes about {size.bytes / 1e9:,.0f} GB of "
            f"memory ({size.wishes / 1e6:,.1f} million wishes, {size.bookers / 1e6:,.1f} million "
            f"bookers, {size.sign_ups / 1e6:,.1f} million sign-ups), and this machine has "
            f"{memory / 1e9:,.1f} GB. Fewer people (world.people), a smaller `demand.multiplier` "
            "or a shorter `window` need less; --engine dask computes on larger machines."
        )
    return int(memory // max(1.0, size.bytes))


WORTH_SECONDS = 4.0
"""Work left below which starting other processes takes longer than it saves."""


def default_jobs() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Local:
    """The executor of one machine: this process computes too, from the first moment on.

    Other processes take a second or two to start and to build the model; here it is built once.

    Parameters
    ----------
    jobs
        Processes, this one included; None: as many as there are processors, if the work left after
        a first replication is worth starting them.
    tell
        Called with a line of notice.
    memory
        Bytes that replications may take together; None: what the machine has, if it says so.
    """

    name = "processes"

    def __init__(
        self,
        jobs: int | None = None,
        notify: Callable[[str], None] | None = None,
        memory: int | None = None,
    ) -> None:
        self._jobs = jobs
        self._memory = machine_memory() if memory is None else memory
        self._admitted: set[Study[Any]] = set()
        self._most: int | None = None
        self._notify = notify or (lambda line: None)
        self._bench = PreparedStudies()
        self._queue: deque[Task] = deque()
        self._mine: Task | None = None
        self._pool: Pool | None = None
        self._took: float | None = None

    @property
    def workers(self) -> int:
        """Processes asked for, or processors; fewer where memory is for fewer."""
        wanted = default_jobs() if self._jobs is None else max(1, self._jobs)
        return wanted if self._most is None else min(wanted, self._most)

    def prepare(self, study: Study[Any], model: Model, prepared: Any = None) -> None:
        """Use a model that is built already, and what was prepared for measuring."""
        self._bench.prepare(study, study, model, prepared)

    def admit(self, studies: Sequence[Study[Any]]) -> None:
        """Stop where a replication does not fit into memory; start fewer processes if few do."""
        for study in studies:
            if self._memory is None or study in self._admitted:
                continue
            self._admitted.add(study)
            most = replications_at_once(study.inputs, self._memory)
            if most < self.workers:
                processes = "1 process" if most == 1 else f"{most} processes"
                self._notify(f"note: there is memory for {processes}; going on with so many")
                self._most = most

    def room(self, left: int) -> int:
        """Count the tasks that the other processes still take, and one for this process."""
        if self._pool is None and self.workers > 1 and left > 1 and self._pays(left):
            self._pool = Pool(self.workers - 1, self._notify)
        others = 0 if self._pool is None else self._pool.room
        return others + (self._mine is None) - len(self._queue)

    def _pays(self, left: int) -> bool:
        if self._jobs is not None:
            return True
        return self._took is not None and self._took * left > WORTH_SECONDS

    def submit(self, task: Task) -> None:
        """Accept a task."""
        self._queue.append(task)

    def finished(self) -> Sequence[Finished]:
        """Replications that other processes have finished, or else one computed here."""
        self._share()
        if self._pool is not None:
            done = self._pool.finished(patient=self._mine is None)
            if done:
                return done
        return [self._compute()]

    def _share(self) -> None:
        """Give tasks to processes that are idle, then to this one, then ahead."""
        while self._queue and self._pool is not None and self._pool.idle > 0:
            self._pool.submit(self._queue.popleft())
        if self._queue and self._mine is None:
            self._mine = self._queue.popleft()
        while self._queue and self._pool is not None and self._pool.room > 0:
            self._pool.submit(self._queue.popleft())

    def _compute(self) -> Finished:
        """Compute the next replication of this process's task."""
        task = self._mine
        assert task is not None
        study, began = task.studies[0], time.perf_counter()
        result, names = self._bench.replicate(
            study, lambda: study, task.replication, task.nameless[0]
        )
        self._took = time.perf_counter() - began
        self._mine = task.rest(1) if len(task.indices) > 1 else None
        return Finished(task.indices[0], task.replication, result, names)

    def drop(self) -> None:
        """Forget what is not finished."""
        self._queue.clear()
        self._mine = None
        if self._pool is not None:
            self._pool.drop()

    def close(self) -> None:
        """End the other processes at once."""
        self.drop()
        if self._pool is not None:
            self._pool.close()
            self._pool = None
