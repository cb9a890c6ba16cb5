"""From `--jobs`, `--engine`, `--scheduler`, `--store` and `--no-store` to an engine."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.cli.exits import UsageProblem
from sim.cli.options import Options
from sim.cli.output.progress import progress_bar, say

if TYPE_CHECKING:
    from sim.experiment.replicate import Engine
    from sim.experiment.store import Store
    from sim.experiment.work import Executor
    from sim.scenario.inputs import Inputs


IMPORTS = (
    "sim.model", "sim.studies.recipe", "sim.report.drawing", "sim.report.context",
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
)  # fmt: skip
"""Modules that the other processes of a run need."""
LONG = 1_000_000
"""Wishes and sign-ups of all replications, some four seconds of work, above which others start."""
FEWEST = 10
"""Replications where a precision is asked for: none stops before."""


@contextlib.contextmanager
def replicating(options: Options, scenarios: Sequence[Inputs] = ()) -> Iterator[Engine]:
    """Give an engine that shows how many replications are done.

    Parameters
    ----------
    scenarios
        What will be replicated as often as each asks: where that takes long, other processes begin
        to import what they need. Empty: not known yet.

    Raises
    ------
    EngineProblem
        If the cluster does not answer, or the store asked for cannot be written to.
    UsageProblem
        If what the engine needs is not installed.
    """
    if _sizes(scenarios) > LONG and local_jobs(options) > 1:
        from sim.experiment.pool import import_beside

        import_beside(IMPORTS)
    from sim.experiment.replicate import Engine

    with (
        progress_bar("replications", quiet=options.silent) as progress,
        Engine(_executor(options), store_of(options), progress) as engine,
    ):
        yield engine


def _sizes(scenarios: Sequence[Inputs]) -> float:
    """Wishes and sign-ups of all replications that scenarios ask for, roughly."""
    from sim.scenario.derived.size import size_of

    total = 0.0
    for one in scenarios:
        spec = one.scenario.experiment.replications
        size = size_of(one.scenario, one.tables, one.level, one.interest)
        times = spec if isinstance(spec, int) else min(FEWEST, spec.at_most)
        total += times * (size.wishes + size.sign_ups)
    return total


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


def local_jobs(options: Options) -> int:
    """Number of processes on this machine, which draw charts whatever engine simulates."""
    from sim.experiment.local import default_jobs

    return options.jobs or default_jobs()
