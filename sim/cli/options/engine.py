"""From `--jobs`, `--engine`, `--scheduler`, `--store` and `--no-store` to an engine.

`run`, and all verbs that replicate, go through here. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.cli.exits import UsageProblem
from sim.cli.options.common import Options
from sim.cli.output.progress import progress_bar, say

if TYPE_CHECKING:
    from sim.experiment.executor import Executor
    from sim.experiment.replicate import Engine
    from sim.experiment.store import Store


@contextlib.contextmanager
def replicating(options: Options) -> Iterator[Engine]:
    """Give an engine that shows how many replications are done.

    Raises
    ------
    EngineProblem
        If the cluster does not answer, or the store asked for cannot be written to.
    UsageProblem
        If what the engine needs is not installed.
    """
    from sim.experiment.replicate import Engine

    with (
        progress_bar("replications", quiet=options.silent) as progress,
        Engine(_executor(options), store_of(options), progress) as engine,
    ):
        yield engine


def store_of(options: Options) -> Store | None:
    """Where finished replications are kept; None if nowhere."""
    from sim.experiment.store import Store, default_folder

    if options.no_store:
        return None
    if options.store is None:
        return Store(default_folder(), lambda line: say(line, quiet=options.silent))
    store = Store(options.store.absolute(), lambda line: say(line, quiet=options.silent))
    store.check()
    return store


def _executor(options: Options) -> Executor:

    if options.scheduler is not None:
        from sim.experiment.cluster import Dask

        try:
            return Dask(options.scheduler)
        except ImportError as error:
            raise UsageProblem(
                f'--engine dask: needs Dask ({error}). `pip install "linli[cluster]"` installs it.'
            ) from error
    from sim.experiment.local import Local

    return Local(options.jobs, lambda line: say(line, quiet=options.silent))


def engine_block(engine: Engine) -> dict[str, Any]:
    """Describe for the block `run` of a manifest who computed, and how much the store gave."""
    return {
        "engine": engine.executor.name,
        "jobs": engine.executor.workers,
        "from_store": engine.restored,
        "computed": engine.computed,
    }


def chart_jobs(options: Options) -> int:
    """Number of processes that draw charts, on this machine, whatever engine simulates."""
    from sim.experiment.local import default_jobs

    return options.jobs or default_jobs()
