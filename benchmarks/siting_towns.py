"""Problems of the planner's model to measure: made-up towns, and those of scenarios that ship."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.siting_generator import CANGQIAN, DISTRICT, draw
from optimise.siting.problem import Aim, Problem

__all__ = ["MADE_UP", "problem_of"]

MADE_UP = {"cangqian": CANGQIAN, "district": DISTRICT}
_SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
_REPLICATIONS = 10
"""Of today, as in `linli site`."""


def problem_of(town: str, seed: int) -> tuple[Problem, Aim]:
    """A made-up town by its size, or the problem of a shipped scenario's first turn by its name.

    Parameters
    ----------
    seed
        Of the town, or of the simulation that tells its demand.
    """
    if town in MADE_UP:
        return draw(replace(MADE_UP[town], seed=seed)), Aim()
    return _shipped(town, seed)


def _shipped(name: str, seed: int) -> tuple[Problem, Aim]:
    from sim.experiment.local import Local
    from sim.experiment.replicate import Engine
    from sim.scenario.loading import load
    from sim.siting.planning.aim import aim_of
    from sim.siting.search.loop import SitingEffort, siting_context

    effort = SitingEffort(_REPLICATIONS, _REPLICATIONS, 1, seed, 0.95)
    with Engine(Local(2)) as engine:
        context = siting_context(load(_SCENARIOS / f"{name}.yaml"), engine, effort)
    siting = context.siting
    planner = context.planner(siting.budget_yuan_per_year)
    return planner.problem, aim_of(siting.aim)
