"""Plans in every outlook: one made for all of them in the planning model, and all simulated there.

An outlook is a scenario of its own, with residents of its own; within it all plans and today meet
the same ones. Its planning model has the effects that the loop learnt under the scenario's demand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.robust import RobustSolution, Ruling, robust_plan
from optimise.solver import Effort
from sim.experiment.replicate import Engine
from sim.siting.judging.last_word import fresh_seed
from sim.siting.offered.catalogue import Times
from sim.siting.outcome import OutlookRank
from sim.siting.outcome.figures import figure
from sim.siting.outlooks.scenarios import outlooks_of, weights_of
from sim.siting.planning.problem import aim_of
from sim.siting.planning.proposer import PROVING, Planner
from sim.siting.searching.searcher import Searched, Searcher, searcher

__all__ = ["Future", "futures_of", "gains_in", "made_for", "outlook_ranks"]

F64 = npt.NDArray[np.float64]

NEARLY = 1e-9
"""Relative difference of gains that are the same."""


@dataclass(frozen=True, slots=True)
class Future:
    """An outlook: today simulated in it, and the planning model there.

    Attributes
    ----------
    weight
        Of all outlooks together 1.
    """

    name: str
    weight: float
    searcher: Searcher
    planner: Planner


def futures_of(looking: Searcher, searched: Searched, engine: Engine) -> tuple[Future, ...]:
    """Simulate today in every outlook, and make the planning model around the best plan known."""
    effects, around = searched.looped.effects, searched.around
    weights = weights_of(looking.inputs)
    total = sum(weights.values())
    futures = []
    for name, inputs in outlooks_of(looking.inputs).items():
        there = searcher(inputs, engine, looking.effort, looking.catalogue, looking.cuts)
        planner = there.planner(searched.budget, effects, around=around, alone=True)
        share = weights[name] / total if total else 1 / len(weights)
        futures.append(Future(name, share, there, planner))
    return tuple(futures)


def made_for(
    futures: Sequence[Future], ruling: Ruling, known: Sequence[Times]
) -> RobustSolution | None:
    """The plan that the planning models of all outlooks call for; gains are over today's there.

    None where an outlook changes the rooms that are there, so that moves are not the same.

    Parameters
    ----------
    known
        Plans to be no worse than.
    """
    planners = [future.planner for future in futures]
    rooms = [planner.problem.facilities.rooms for planner in planners]
    if any(not np.array_equal(rooms[0], other) for other in rooms):
        return None
    siting = planners[0].siting
    made = robust_plan(
        [planner.problem for planner in planners],
        aim_of(siting.aim),
        ruling,
        weights=np.array([future.weight for future in futures]),
        less=np.array([planner.today for planner in planners]),
        effort=Effort(nodes=PROVING, seconds=siting.time_limit_seconds * len(planners)),
        known=[np.array(times, dtype=np.int64) for times in known],
    )
    planners[0].cuts.add(made.cut)
    return made


def gains_in(future: Future, plans: Sequence[Times]) -> F64:
    """(plans, R) simulated gains over today in an outlook, on the seed of the last word."""
    there = future.searcher
    effort, simulator = there.effort, there.simulator
    runs = simulator.run([simulator.nothing, *plans], fresh_seed(effort.seed), effort.search)
    worth = np.array([simulator.worth(run.rows) for run in runs])
    return np.asarray(worth[1:] - worth[0])


def outlook_ranks(
    future: Future, plans: Mapping[str, Times], gains: Mapping[Times, F64], confidence: float
) -> tuple[OutlookRank, ...]:
    """Ranks of plans in an outlook, as simulated and in its planning model.

    Parameters
    ----------
    plans
        By label; those that do something.
    gains
        (R,) of each plan there.
    """
    planner = future.planner
    best = planner.best(list(plans.values()))
    simulated = [float(gains[times].mean()) for times in plans.values()]
    modelled = [planner.gain(times) for times in plans.values()]
    first = gains[list(plans.values())[int(np.argmax(simulated))]] if plans else np.zeros(0)
    return tuple(
        OutlookRank(
            outlook=future.name,
            plan=label,
            value=value,
            best=max(best.bound, value),
            rank=_rank(mean, simulated),
            gain=figure(gains[times], confidence),
            behind=figure(first - gains[times], confidence),
            model_rank=_rank(value, modelled),
        )
        for (label, times), mean, value in zip(plans.items(), simulated, modelled, strict=True)
    )


def _rank(value: float, of: Sequence[float]) -> int:
    return 1 + sum(other > value + NEARLY * abs(value) for other in of)
