"""One world after the other, each in a file of its own as soon as it is done."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hidden_worlds.contenders import JUDGED, Desk, desk_of
from benchmarks.hidden_worlds.planner_view import observed, view_of
from benchmarks.hidden_worlds.scoring import affordable, best_of_all, score
from benchmarks.hidden_worlds.truth import true_estimate
from benchmarks.hidden_worlds.worlds import Behaviour, World, draw_world, origin_rates
from benchmarks.hidden_worlds.writing import scenario_of
from sim.demand.choice import felt_minutes
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.model import Model, build_model
from sim.scenario.schema.demand import NestedLogit
from sim.siting.moves.catalogue import Times
from sim.siting.moves.offers import siting_of
from sim.siting.planning.today import week_bands
from sim.siting.search.simulate import Simulator
from sim.streams import key_of

__all__ = ["Job", "decay_error", "measured", "plans_of", "run", "todo"]

Job = tuple[str, int]
"""Group and number of a world."""
SEEDS = ("seen", "desk", "all", "score", "own")
SCORED = 40
"""Replications of each plan under the truth."""
OWN = 24
"""The same in the planner's own simulation: what the loop believes that it has gained."""
TRIED, KEPT, FINALS = 6, 12, 40
"""Of exhaustive search: replications of every plan, plans kept, replications of those."""


def todo(worlds: int, placebos: int, folder: Path) -> list[Job]:
    """Worlds that have no file yet."""
    jobs: list[Job] = [("hidden", i) for i in range(worlds)]
    jobs += [("placebo", i) for i in range(placebos)]
    return [job for job in jobs if not path_of(folder, job).exists()]


def path_of(folder: Path, job: Job) -> Path:
    """File of a world."""
    return folder / f"{job[0]}-{job[1]:03d}.json"


def run(jobs: list[Job], folder: Path, processes: int) -> None:
    """Measure worlds, a line each with the time left; what is finished is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for done, job in enumerate(_done(jobs, folder, processes), 1):
        spent = time.monotonic() - began
        left = spent / done * (len(jobs) - done)
        words = f"{job[0]} world {job[1]}: {done} of {len(jobs)}"
        print(f"{words}; {spent / 60:.1f} min, some {left / 60:.1f} min left", flush=True)


def _done(jobs: list[Job], folder: Path, processes: int) -> Iterator[Job]:
    if processes == 1:
        for job in jobs:
            yield _kept(job, folder)
        return
    # fresh processes: solvers keep threads, and forking those is asking for trouble
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_kept, job, folder) for job in jobs]
        for future in as_completed(futures):
            yield future.result()


def _kept(job: Job, folder: Path) -> Job:
    """Measure a world and write it whole or not at all."""
    path = path_of(folder, job)
    group, number = job
    found = measured(draw_world(number, "placebo" if group == "placebo" else "hidden"))
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found) + "\n", encoding="utf-8")
    os.replace(part, path)
    return job


def measured(world: World) -> dict[str, Any]:
    """Everything that is kept of a world."""
    began = time.process_time()
    seeds = {w: key_of(world.group, world.number, w) >> 12 for w in SEEDS}
    with tempfile.TemporaryDirectory() as name, Engine(Local(1)) as engine:
        folder, town = Path(name), world.town
        long = scenario_of(folder / "seen", town, world.truth, weeks=world.history_weeks)
        bookings = observed(build_model(long), seeds["seen"], world.history_weeks)
        desk = desk_of(view_of(world, bookings), folder / "desk", engine, seeds["desk"])
        inputs = scenario_of(folder / "truth", town, world.truth, weeks=world.weeks)
        model = build_model(inputs)
        truth = Simulator(inputs, model, desk.context.catalogue, siting_of(inputs).aim, engine)
        plans, loop = plans_of(desk, model)
        if world.small:
            every = affordable(truth.catalogue, town.budget)
            plans["g"] = best_of_all(truth, every, seeds["all"], TRIED, FINALS, KEPT)
        different = list(plans.values())
        scores = score(truth, different, town.budget, seeds["score"], SCORED)
        own = score(desk.context.simulator, different, town.budget, seeds["own"], OWN)
    return {
        **_about(world, desk, len(bookings.origin)),
        "loop": loop,
        "today_worst": scores[truth.no_moves].worst,
        "plans": {
            label: {
                "times": list(times),
                "moves": _words(desk, times),
                **asdict(scores[times]),
                "own": own[times].gain,
            }
            for label, times in plans.items()
        },
        "cpu_seconds": round(time.process_time() - began, 1),
    }


def plans_of(desk: Desk, truth: Model) -> tuple[dict[str, Times], dict[str, Any]]:
    """Plans by contender; how the solver and the loop went."""
    demands = desk.demands()
    demands["f"] = true_estimate(truth.plan, week_bands(), demands["d"])
    found = {label: desk.plan(demand) for label, demand in demands.items()}
    plans = {label: proposal.times for label, proposal in found.items()}
    climbed = desk.climbed()
    plans["e"] = desk.judged(climbed.best(JUDGED))
    return plans, {
        "unproven": [label for label, one in found.items() if one.status != "optimal"],
        "ended": climbed.ended,
        "plans": len(climbed.gains),
        "promised": [round(turn.estimate, 1) for turn in climbed.turns],
        "simulated": [round(turn.simulated.mean, 1) for turn in climbed.turns],
    }


def _about(world: World, desk: Desk, bookings: int) -> dict[str, Any]:
    """What sets a world apart."""
    true = origin_rates(world.town, world.truth)
    census = np.array([c.people for c in world.town.compounds], dtype=float).sum(axis=1)
    latent = desk.context.estimate.wishes.sum(axis=(1, 2, 3))
    return {
        "group": world.group,
        "number": world.number,
        "load": world.load,
        "small": world.small,
        "bend": world.truth.bend,
        "correlation": float(np.corrcoef(census, true.sum(axis=1))[0, 1]),
        "correlation_latent": float(np.corrcoef(latent, true.sum(axis=1))[0, 1]),
        "decay_error": decay_error(world.truth, world.belief),
        "budget": world.town.budget,
        "bookings": bookings,
    }


def decay_error(truth: Behaviour, belief: Behaviour) -> float:
    """Mean difference of exp(utility of minutes), truth and belief, over 0 to 25 minutes."""
    minutes = np.arange(0.5, 25.0)

    def weight(who: Behaviour) -> np.ndarray:
        spec = NestedLogit(per_minute=who.per_minute, bend=who.bend)
        felt = np.exp(spec.per_minute * felt_minutes(spec, minutes))
        return np.where(minutes <= who.max_minutes, felt, 0.0)

    return float(np.abs(weight(truth) - weight(belief)).mean())


def _words(desk: Desk, times: Times) -> str:
    moves = desk.context.catalogue.moves
    return "; ".join(
        f"{n} {m.words}" if n > 1 else m.words for n, m in zip(times, moves, strict=True) if n
    )
