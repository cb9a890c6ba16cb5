"""`set-up`: streams, bookers and empty diaries as a share of a replication at 10 times demand.

Counted as set-up is what a replication needs before its first wish or request is looked at:
`draw_replication` (day effects, keys and counts of all streams), `draw_bookers`,
`draw_off_platform` (the diaries before anybody books), and opening the counter on no requests.
Sampling wishes, choosing, and laying out requests grow with the wishes: they are work.
The stages are timed inside true replications, by wrapping what is called.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest import mock

import sim.demand.sampling
import sim.model.build
import sim.model.replication
from benchmarks.cases import Case, prepare
from benchmarks.figures import medians, to_json
from benchmarks.measuring import timed
from benchmarks.throughput import build_at
from sim.booking.policy import open_counter
from sim.model.requests import no_requests

__all__ = ["run", "stopwatch"]

NAME = "set-up"
MULTIPLIER = 10
STAGES = {
    "draw_replication": sim.demand.sampling,
    "draw_bookers": sim.model.build,
    "draw_off_platform": sim.model.replication,
}
"""Stages and the modules that call them by name."""


def run(quick: bool) -> list[dict[str, Any]]:
    """Time the stages in several replications."""
    case = build_at(MULTIPLIER)
    case.replicate(0)
    shares: list[float] = []
    by_stage: dict[str, list[float]] = {}
    for i in range(1, 3 if quick else 6):
        total, stages = _replication(case, i)
        shares.append(sum(stages.values()) / total)
        for stage, seconds in stages.items():
            by_stage.setdefault(stage, []).append(seconds * 1e3)
    bars = {"sense": "at most", "target": 0.15}
    name = f"share of a replication, at {MULTIPLIER}x"
    figures = [medians(NAME, name, shares, "share", **bars)]
    figures += [medians(NAME, stage, values, "CPU ms") for stage, values in by_stage.items()]
    return to_json(figures)


def _replication(case: Case, replication: int) -> tuple[float, dict[str, float]]:
    """CPU seconds of a replication and of its set-up, stage by stage."""
    with stopwatch(STAGES) as seconds:
        total, _ = timed(case.replicate, replication)
    return total, {**seconds, "open counter on no requests": _empty_counter(case, replication)}


def _empty_counter(case: Case, replication: int) -> float:
    """Open the counter on the replication's diaries without requests."""
    prepared = prepare(case.model, replication)
    none, nobody = no_requests(case.model.plan)
    return timed(open_counter, prepared.rooms, none, nobody, prepared.busy.copy())[0]


@contextmanager
def stopwatch(stages: dict[str, ModuleType]) -> Iterator[dict[str, float]]:
    """Add up the CPU seconds that modules spend in functions they call by these names."""
    seconds = dict.fromkeys(stages, 0.0)

    def watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **keywords: Any) -> Any:
            began = time.process_time()
            try:
                return function(*args, **keywords)
            finally:
                seconds[name] += time.process_time() - began

        return call

    with ExitStack() as stack:
        for name, module in stages.items():
            wrapped = watched(name, getattr(module, name))
            stack.enter_context(mock.patch.object(module, name, wrapped))
        yield seconds
