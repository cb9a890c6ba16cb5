"""From `--jobs`, `--engine`, `--scheduler`, `--store` and `--no-store` to an engine.

`run`, and all verbs that replicate, go through here. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.exits import UsageProblem

if TYPE_CHECKING:
    from sim.experiment.executor import Executor
    from sim.experiment.replicate import Engine
    from sim.experiment.store import Store
    from sim.experiment.study import Progress

__all__ = ["EngineOptions", "chart_jobs", "engine_block", "open_engine"]

ENGINES = ("processes", "dask")


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What the command line says about who computes and who keeps.

    Raises
    ------
    UsageProblem
        If options contradict each other.
    """

    jobs: int | None = None
    engine: str = "processes"
    scheduler: str | None = None
    store: Path | None = None
    no_store: bool = False

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise UsageProblem(f"--engine {self.engine}: allowed: {', '.join(ENGINES)}.")
        if self.engine == "dask" and self.scheduler is None:
            raise UsageProblem("--engine dask: needs --scheduler ADDRESS of a running cluster.")
        if self.engine != "dask" and self.scheduler is not None:
            raise UsageProblem("--scheduler: only with --engine dask.")
        if self.store is not None and self.no_store:
            raise UsageProblem("--store and --no-store: one or the other.")


def open_engine(
    options: EngineOptions, *, progress: Progress | None = None, quiet: bool = False
) -> Engine:
    """Engine to use in a `with` statement; `quiet` silences notes.

    Raises
    ------
    EngineProblem
        If the cluster does not answer, or the store asked for cannot be written to.
    UsageProblem
        If what the engine needs is not installed.
    """
    from sim.experiment.replicate import Engine

    store = _store(options, quiet=quiet)
    return Engine(_executor(options, quiet=quiet), store, progress)


def _store(options: EngineOptions, *, quiet: bool) -> Store | None:
    from sim.cli.progress import say
    from sim.experiment.store import Store, default_folder

    if options.no_store:
        return None
    if options.store is None:
        return Store(default_folder(), lambda line: say(line, quiet=quiet))
    store = Store(options.store.absolute(), lambda line: say(line, quiet=quiet))
    store.check()
    return store


def _executor(options: EngineOptions, *, quiet: bool) -> Executor:
    from sim.cli.progress import say

    if options.scheduler is not None:
        from sim.experiment.cluster import Dask

        try:
            return Dask(options.scheduler)
        except ImportError as error:
            raise UsageProblem(
                f'--engine dask: needs Dask ({error}). `pip install "linli[cluster]"` installs it.'
            ) from error
    from sim.experiment.local import Local

    return Local(options.jobs, lambda line: say(line, quiet=quiet))


def engine_block(engine: Engine) -> dict[str, Any]:
    """For the block `run` of a manifest: who computed, and how much of it came from the store."""
    return {
        "engine": engine.executor.name,
        "jobs": engine.executor.workers,
        "from_store": engine.restored,
        "computed": engine.computed,
    }


def chart_jobs(options: EngineOptions) -> int:
    """Processes that draw charts: on this machine, whoever simulates."""
    from sim.experiment.local import default_jobs

    return options.jobs or default_jobs()
