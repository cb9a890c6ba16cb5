"""Runs of the tiny world with one engine or another, as bytes to compare."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from builders import tiny

from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.experiment.store import Store
from sim.experiment.work import Executor
from sim.report.tables import write_replications, write_summary
from sim.scenario.inputs import Inputs
from sim.studies.run import run

__all__ = ["inputs_for", "played"]


def inputs_for(folder: Path, replications: int = 10, **dotted: object) -> Inputs:
    """The tiny world, written and read."""
    return tiny().set(experiment__replications=replications, **dotted).load(folder)


def played(
    inputs: Inputs,
    executor: Executor | None = None,
    store: Store | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[bytes, bytes, int, int]:
    """summary.csv, replications.parquet; replications restored from the store, and computed."""
    with Engine(executor or Local(1), store, progress) as engine:
        done = run(inputs, engine=engine)
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        summary = write_summary(out, done.summary).read_bytes()
        values = write_replications(out, done.replications()).read_bytes()
    return summary, values, engine.restored, engine.computed
