"""Run replications in this process and, where it pays, in others.

The result depends on the scenario and the seed alone: replication i is the same whoever computes
it, results are taken in order of replication, and a stopping rule looks at them in that order.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sim.model import History, Model, build_model, simulate
from sim.scenario.inputs import Inputs

__all__ = ["Progress", "Recipe", "Stop", "default_jobs", "fixed_number", "run_replications"]

M = TypeVar("M")
R = TypeVar("R")
Seen = TypeVar("Seen", contravariant=True)

WORTH_SECONDS = 4.0
"""Work left below which starting other processes takes longer than it saves."""

Progress = Callable[[int, int], None]
"""Called with (replications done, replications expected)."""


@dataclass(frozen=True, slots=True)
class Recipe(Generic[M, R]):
    """How a replication is measured: both functions must be importable by name.

    Attributes
    ----------
    prepare
        Model -> what measuring needs, once a process.
    measure
        (prepared, history) -> the replication's result, small enough to send between processes.
    """

    prepare: Callable[[Model], M]
    measure: Callable[[M, History], R]


class Stop(Protocol[Seen]):
    """Decides how many of the results so far are kept."""

    def expected(self, results: Sequence[Seen]) -> int:
        """Guess of the number of replications in all."""
        ...

    def enough(self, results: Sequence[Seen]) -> bool:
        """Whether these results, all of them, are enough."""
        ...


class FixedNumber(Generic[R]):
    """Stop after a given number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def expected(self, results: Sequence[R]) -> int:
        """The number given."""
        del results
        return self._number

    def enough(self, results: Sequence[R]) -> bool:
        """Whether the number is reached."""
        return len(results) >= self._number


def fixed_number(number: int) -> FixedNumber[R]:
    """A stop after `number` replications."""
    return FixedNumber(number)


def default_jobs() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_replications(
    inputs: Inputs,
    recipe: Recipe[M, R],
    stop: Stop[R],
    *,
    model: Model | None = None,
    prepared: M | None = None,
    seed: int,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: Callable[[R], R] | None = None,
    done: Sequence[R] = (),
) -> list[R]:
    """Replicate until `stop` has enough.

    Parameters
    ----------
    model, prepared
        Built already, if the caller has them.
    jobs
        Processes; None: as many as there are processors, if the work left is worth starting them.
    keep
        What is kept of a result once it is here (the rest may go to disk).
    done
        Results of the first replications, if the caller has them already.
    """
    model = model or build_model(inputs)
    ready = recipe.prepare(model) if prepared is None else prepared
    results: list[R] = list(done)
    tell = progress or (lambda done, expected: None)
    kept = keep or (lambda result: result)
    wanted = default_jobs() if jobs is None else max(1, jobs)
    while not stop.enough(results):
        began = time.perf_counter()
        results.append(kept(recipe.measure(ready, simulate(model, seed, len(results)))))
        took = time.perf_counter() - began
        left = stop.expected(results) - len(results)
        tell(len(results), stop.expected(results))
        if wanted > 1 and left > 1 and (jobs is not None or took * left > WORTH_SECONDS):
            for result in _in_processes(inputs, recipe, seed, len(results), wanted, stop, results):
                results.append(kept(result))
                tell(len(results), stop.expected(results))
                if stop.enough(results):
                    break
    return results


def _in_processes(
    inputs: Inputs,
    recipe: Recipe[M, R],
    seed: int,
    first: int,
    jobs: int,
    stop: Stop[R],
    results: Sequence[R],
) -> Iterator[R]:
    """Results from replication `first` on, in order; a few are computed ahead."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_start, initargs=(inputs, recipe, seed)
    ) as pool:
        waiting: dict[int, Future[R]] = {}
        ahead = first
        taken = first
        try:
            while True:
                last = max(taken + 1, min(taken + 2 * jobs, stop.expected(results)))
                while ahead < last:
                    waiting[ahead] = pool.submit(_one, ahead)
                    ahead += 1
                yield waiting.pop(taken).result()
                taken += 1
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_worker: tuple[Model, Any, Recipe[Any, Any], int] | None = None


def _start(inputs: Inputs, recipe: Recipe[Any, Any], seed: int) -> None:
    """Build the model once in a worker process."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    global _worker  # noqa: PLW0603 - the only state a pool's worker can keep between tasks
    model = build_model(inputs)
    _worker = (model, recipe.prepare(model), recipe, seed)


def _leave_with_parent() -> None:
    """End this worker when the run that started it is gone, killed without a word."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _one(replication: int) -> Any:
    if _worker is None:
        raise RuntimeError("the worker process was not started through _start")
    model, prepared, recipe, seed = _worker
    return recipe.measure(prepared, simulate(model, seed, replication))
