"""Replications of one scenario on this machine, without a store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sim.experiment.local import Local
from sim.experiment.replicate import Engine, replicate
from sim.experiment.study import Each, Progress, Recipe, Stop, Study
from sim.scenario.inputs import Inputs

if TYPE_CHECKING:
    from sim.model import Model

M = TypeVar("M")
R = TypeVar("R")


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
        Built already, if the caller has them; `prepared` goes with a model.
    jobs
        Processes; None: as many as there are processors, if the work left is worth starting them.
    keep
        What is kept of a result once it is here (the rest may go to disk).
    done
        Results of the first replications, if the caller has them already.
    """
    study: Study[Any] = Study(inputs, recipe, seed)
    local = Local(jobs)
    if model is not None:
        local.lay(study, model, prepared)
    kept = None if keep is None else (lambda _, result: keep(result))
    with Engine(local, progress=progress) as engine:
        return replicate([study], Each([stop]), engine, keep=kept, done=[done]).results[0]
