"""`siting-planner`: the planner's model of towns, each measurement in a fresh process.

The problems of the scenarios that ship are solved as `linli site` meets them in its first turn, the
Cangqian size on three made-up towns, a made-up district once, frontiers on one town each; every
plan is gone over by the checker, prices included. Greedy by gain a yuan runs in the same process.
"""

from __future__ import annotations

import resource
import sys
import time
from typing import Any

from benchmarks.child import call_fresh
from benchmarks.figures import Figure, medians, to_json

__all__ = ["frontier", "run", "solved"]

NAME = "siting-planner"
WORKERS = 2
SEEDS = (1, 2, 3)
POINTS = 20
SIZES: dict[str, dict[str, Any]] = {
    "site-cangqian": {"limit": 10.0, "gap": 1e-4, "seeds": SEEDS, "greedy": 60.0},
    "site-district": {"limit": 120.0, "gap": 0.5, "seeds": SEEDS[:1], "greedy": 60.0},
    "cangqian": {"limit": 10.0, "gap": 1e-4, "seeds": SEEDS, "greedy": 60.0},
    "district": {"limit": 120.0, "gap": 0.5, "seeds": SEEDS[:1], "greedy": 60.0},
}
"""Time limit in seconds, target of the gap in percent (1e-4 is proven), towns, and the time that
greedy may take; where it runs out, greedy is as far as it got."""
QUICK = ("site-cangqian", "cangqian")
FRONTIERS = ("site-cangqian", "cangqian")


def run(quick: bool) -> list[dict[str, Any]]:
    """Solve every size; one town of the smaller ones if quick."""
    figures: list[Figure] = []
    for size, aims in SIZES.items():
        if quick and size not in QUICK:
            continue
        runs = []
        for seed in aims["seeds"][: 1 if quick else None]:
            print(f"{NAME}: {size}, town {seed}", file=sys.stderr)
            how = {"limit": aims["limit"], "greedy": aims["greedy"]}
            runs.append(call_fresh("benchmarks.siting_planner:solved", size=size, seed=seed, **how))
        figures += _figures(size, aims, runs)
    for size in () if quick else FRONTIERS:
        print(f"{NAME}: {size}, frontier", file=sys.stderr)
        found = call_fresh("benchmarks.siting_planner:frontier", size=size, limit=60.0)
        words = f"{size}: frontier of {POINTS} budgets"
        figures += [
            medians(
                NAME, f"{words}, time", [found["seconds"]], "wall s", sense="at most", target=63
            ),
            medians(NAME, f"{words}, time of all threads", [found["cpu"]], "CPU s"),
            medians(NAME, f"{words}, gaps", found["gaps"], "%"),
        ]
    return to_json(figures)


def solved(size: str, seed: int, limit: float, greedy: float) -> dict[str, Any]:
    """Solve one town and check everything from the problem alone.

    Raises
    ------
    RuntimeError
        If the plan breaks a rule or is not worth what the solver says.
    """
    from benchmarks.siting_towns import problem_of
    from optimise.siting.planner.check import faults
    from optimise.siting.planner.greedy import greedy_plan
    from optimise.siting.planner.solve import best_plan
    from optimise.siting.planner.value import worth_of

    problem, aim = problem_of(size, seed)
    cpu = time.process_time()
    solution = best_plan(problem, aim, time_limit=limit, workers=WORKERS)
    cpu = time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if wrong := faults(problem, aim, solution):
        raise RuntimeError(f"{size}, town {seed}: {wrong[:3]}")
    nothing = worth_of(problem, problem.moves.fixed, aim).value
    rival = greedy_plan(problem, aim, time_limit=greedy)
    assert rival is not None
    gained = worth_of(problem, rival, aim).value - nothing
    return {
        "gap": 100 * solution.gap,
        "seconds": solution.seconds,
        "cpu": cpu,
        "memory": memory,
        "greedy": 100 * gained / (solution.value - nothing),
        "prover": solution.prover,
    }


def frontier(size: str, limit: float) -> dict[str, Any]:
    """Cost against served on a town, checked.

    Raises
    ------
    RuntimeError
        If a plan breaks a rule or is not worth what the solver says.
    """
    from dataclasses import replace

    from benchmarks.siting_towns import problem_of
    from optimise.siting.planner.check import faults
    from optimise.siting.planner.frontier import cost_frontier

    problem, aim = problem_of(size, SEEDS[0])
    wall, cpu = time.perf_counter(), time.process_time()
    points = cost_frontier(problem, aim, POINTS, time_limit=limit, workers=WORKERS)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    for point in points:
        if wrong := faults(replace(problem, budget=point.setting), point.aim, point.solution):
            raise RuntimeError(f"budget {point.setting:,.0f}: {wrong[:3]}")
    return {"seconds": wall, "cpu": cpu, "gaps": [100 * p.solution.gap for p in points]}


def _figures(size: str, aims: dict[str, Any], runs: list[dict[str, Any]]) -> list[Figure]:
    def figure(key: str, words: str, unit: str, **more: Any) -> Figure:
        return medians(NAME, f"{size}: {words}", [r[key] for r in runs], unit, **more)

    ceiling = max(1.05 * aims["limit"], aims["limit"] + 1)
    provers = "; ".join(sorted({f"bound by {r['prover']}" for r in runs}))
    note = f"{provers}, limit {aims['limit']:g} s"
    return [
        figure("gap", "gap", "%", sense="at most", target=aims["gap"], note=note),
        figure("seconds", "time", "wall s", sense="at most", target=ceiling),
        figure("cpu", "time of all threads", "CPU s"),
        figure("memory", "peak memory", "MB"),
        figure("greedy", "greedy, of the gain found", "%"),
    ]
