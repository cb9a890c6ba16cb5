"""What each piece of the search for sites gains: `python -m benchmarks.siting_ablation SCENARIO`.

The search of `linli site` is run whole and with pieces left out. The plan that each recommends (the
best of its plans and the rivals' on the seed of the final comparison) is simulated on a seed that
nothing was chosen by, all under the same residents: gain over today, and difference to the whole
search, paired, with 95 % t intervals. Minutes to an hour for each scenario.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from sim.arrays import F64, I64
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.scenario.loading import load
from sim.siting.assessment.judge import fresh_seed
from sim.siting.figures import figure
from sim.siting.moves.catalogue import Times
from sim.siting.planning.data import PlanningData
from sim.siting.search.loop import SitingContext, SitingEffort, siting_context

__all__ = ["PIECES", "main", "measured"]

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
SEARCH, JUDGE, FRESH = 10, 20, 40
"""Replications of a plan while searching, when one is recommended, and on fresh seeds."""


def no_slopes(steps: I64, *_: Any) -> F64:
    """Nothing learnt of single moves."""
    return np.zeros(steps.shape[1])


def no_crowding(data: PlanningData, *_: Any) -> F64:
    """Nobody refused in the planning model."""
    return np.zeros((len(data.facilities), len(data.bands.names)))


PIECES: dict[str, dict[str, Callable[..., Any] | int]] = {
    "whole": {},
    "64 single moves a turn": {"sim.siting.search.climbing.MOST": 64},
    "no single moves": {
        "sim.siting.search.climbing.MOST": 0,
        "sim.siting.search.climbing.slopes": no_slopes,
    },
    "no climbing": {},
    "no crowding": {"sim.siting.planning.tastes.crowding": no_crowding},
}
"""What is put in place of what."""


def measured(context: SitingContext, piece: str) -> tuple[Times, float]:
    """The plan that a search recommends, and the CPU seconds that it took in this process."""
    began = time.process_time()
    if piece == "no climbing":
        context = replace(context, effort=replace(context.effort, turns=0))
    with ExitStack() as stack:
        for target, value in PIECES[piece].items():
            stack.enter_context(patch(target, value))
        found = context.search(context.siting.budget_yuan_per_year, lambda turn: None)
    spent = time.process_time() - began
    plans = list(dict.fromkeys((*found.plans, *found.rivals.values())))
    runs = context.simulator.run(plans, fresh_seed(context.effort.seed), JUDGE)
    worth = [float(context.simulator.worth(run.rows).mean()) for run in runs]
    return plans[int(np.argmax(worth))], spent


def compared(name: str, pieces: Sequence[str], seed: int, jobs: int) -> None:
    """Print a row for each piece left out."""
    inputs = load(SCENARIOS / f"{name}.yaml")
    assert inputs.scenario.siting is not None
    effort = SitingEffort(
        SEARCH, JUDGE, inputs.scenario.siting.turns, inputs.scenario.experiment.seed, 0.95, jobs
    )
    with Engine(Local(jobs)) as engine:
        context = siting_context(inputs, engine, effort)
        first: F64 | None = None
        print("| search | gain | less the whole | CPU s |\n|---|---|---|---|", flush=True)
        for piece in pieces:
            times, spent = measured(context, piece)
            today, plan = context.simulator.run([context.simulator.no_moves, times], seed, FRESH)
            gains = context.simulator.gains(today, plan)
            first = gains if first is None else first
            gain, less = (_words(figure(values, 0.95)) for values in (gains, gains - first))
            print(f"| {name}: {piece} | {gain} | {less} | {spent:.0f} |", flush=True)


def _words(of: Any) -> str:
    return f"{of.mean:,.0f} ({of.low:,.0f} to {of.high:,.0f})"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run as a command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting_ablation")
    parser.add_argument("scenarios", nargs="+", help="names of shipped scenarios with `siting`")
    parser.add_argument("--pieces", nargs="+", choices=list(PIECES), default=list(PIECES))
    parser.add_argument("--seed", type=int, default=777, help="of the last simulations")
    parser.add_argument("--jobs", type=int, default=1, help="1 counts all CPU seconds")
    told = parser.parse_args(arguments)
    for name in told.scenarios:
        compared(name, told.pieces, told.seed, told.jobs)


if __name__ == "__main__":
    main()
