"""Replications on a Dask cluster that is running already."""

from __future__ import annotations

import contextlib
import importlib
import logging
import time
from asyncio import CancelledError
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError as FutureCancelled
from typing import TYPE_CHECKING, Any

from sim.experiment.key import code_version
from sim.experiment.study import EngineProblem, Study
from sim.experiment.work import Finished, StudyPayloads, Task, check_versions, compute

if TYPE_CHECKING:
    from sim.model import Model

CONNECT_SECONDS = 10.0
"""How long a scheduler may take to answer."""
LONELY_SECONDS = 30.0
"""How long a cluster may be without workers: those that were killed come back within seconds."""
LOOK_SECONDS = 1.0
KEPT = "Finished replications are in the store: the same command goes on from there."


class Dask:
    """The executor of a cluster.

    A killed worker's tasks go to the others; Dask itself gives a task up that took four workers
    with it.

    Parameters
    ----------
    address
        Of the scheduler, such as `tcp://127.0.0.1:8786`.

    Raises
    ------
    ImportError
        If `distributed` is not installed.
    EngineProblem
        If no scheduler answers, it has no workers, or they have other code.
    """

    name = "dask"

    def __init__(self, address: str) -> None:
        self._dask = importlib.import_module("distributed")
        for name in ("distributed", "tornado", "asyncio"):  # what matters is said in plain words
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = address
        self._parcels = StudyPayloads()
        self._sent: dict[str, Any] = {}
        self._pending: dict[Any, Task] = {}
        self._number = 0
        self._known = 0
        self._counted = self._lonely_since = time.monotonic()
        try:
            self._client = self._dask.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError, RuntimeError) as error:
            raise EngineProblem(
                f"--scheduler {address}: no Dask scheduler answers there."
            ) from error
        try:
            self._meet_workers()
        except BaseException:
            self.close()
            raise

    def _meet_workers(self) -> None:
        """Wait for a first worker, and see that all have the code of this run."""
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            asked = code_version(), "This worker"
            answers = self._client.run(check_versions, *asked, on_error="return")
        except TimeoutError as error:
            raise EngineProblem(f"--scheduler {self._address}: it has no workers.") from error
        except (OSError, CancelledError, FutureCancelled) as error:
            raise self._lost() from error
        for where, answer in answers.items():
            if isinstance(answer, EngineProblem):
                raise EngineProblem(f"{where}: {answer}")
            if isinstance(answer, ImportError):
                raise EngineProblem(f"{where}: linli is not installed there ({answer}).")
            if answer is not None:
                raise EngineProblem(f"{where}: {answer!r}")
        self._look()

    @property
    def workers(self) -> int:
        """Worker processes that the scheduler knew a moment ago."""
        if time.monotonic() - self._counted > LOOK_SECONDS:
            self._look()
        return max(1, self._known)

    def _look(self) -> None:
        """Check that scheduler and workers are still there."""
        try:
            self._known = len(self._client.nthreads())
        except Exception as error:  # of many kinds: closed sockets, streams, clients
            raise self._lost() from error
        now = self._counted = time.monotonic()
        if self._known:
            self._lonely_since = now
        elif now - self._lonely_since > LONELY_SECONDS:
            raise EngineProblem(f"--scheduler {self._address}: all workers are gone. {KEPT}")

    def prepare(self, study: Study[Any], model: Model) -> None:
        """Workers build their own model."""

    def admit(self, studies: Sequence[Study[Any]]) -> None:
        """Workers may be on larger machines than this one."""

    def room(self, left: int) -> int:
        """Two tasks a worker: one to do and one to come."""
        del left
        return 2 * self.workers - len(self._pending)

    def submit(self, task: Task) -> None:
        """Send a task; what it needs of a study is sent once and lies with the scheduler."""
        hashes, contents = [], []
        for study in task.studies:
            digest, content = self._parcels.payload(study)
            if digest not in self._sent:
                self._sent[digest] = self._client.submit(
                    bytes, content, key=f"linli-study-{digest}", priority=1
                )
            hashes.append(digest)
            contents.append(self._sent[digest])
        self._number += 1
        future = self._client.submit(
            compute,
            tuple(hashes),
            contents,
            task.nameless,
            task.replication,
            code_version(),
            "A worker of the cluster",
            pure=False,
            priority=-self._number,
        )
        self._pending[future] = task

    def finished(self) -> Sequence[Finished]:
        """Wait for results."""
        futures = list(self._pending)
        done = self._wait(futures)
        found: list[Finished] = []
        for future in [f for f in futures if f in done]:
            task = self._pending.pop(future)
            for which, (result, names) in zip(task.indices, self._result(future), strict=True):
                found.append(Finished(which, task.replication, result, names))
        return found

    def _wait(self, futures: list[Any]) -> set[Any]:
        while True:
            try:
                with self._client.as_current():
                    done: set[Any] = self._dask.wait(
                        futures, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED"
                    ).done
                return done
            except TimeoutError:
                if self._client.status != "running":
                    raise self._lost() from None
                self._look()
            except (OSError, CancelledError, FutureCancelled) as error:
                raise self._lost() from error

    def _result(self, future: Any) -> list[tuple[Any, Any]]:
        try:
            result: list[tuple[Any, Any]] = future.result(timeout=CONNECT_SECONDS)
        except (CancelledError, FutureCancelled, TimeoutError, OSError) as error:
            raise self._lost() from error
        except self._dask.KilledWorker as error:
            raise EngineProblem(
                "Workers of the cluster were killed again and again at the same replication: "
                f"out of memory? {KEPT}"
            ) from error
        return result

    def _lost(self) -> EngineProblem:
        return EngineProblem(f"--scheduler {self._address}: the connection is lost. {KEPT}")

    def drop(self) -> None:
        """Forget what is not finished; what is being computed is computed in vain."""
        pending = list(self._pending)
        self._pending.clear()
        self._quietly(lambda: self._client.cancel(pending))

    def close(self) -> None:
        """Leave the cluster as it was found."""
        self._pending.clear()
        self._sent.clear()
        self._quietly(lambda: self._client.close(timeout=2))

    def _quietly(self, call: Callable[[], object]) -> None:
        """A scheduler that is gone needs no goodbye."""
        with contextlib.suppress(Exception, CancelledError):
            if self._client.status == "running":
                call()
