"""`siting-planner`: the planner's model of towns, each measurement in a fresh process.

The problems of the scenarios that ship are solved as `linli site` meets them in its first turn, and
two made-up towns; every plan is gone over by the checker. Greedy by gain a yuan, from which the
search begins, runs in the same process. CPU seconds are what a busy machine does not change; nodes
are what limits a search.
"""

from __future__ import annotations

import resource
import sys
import time
from typing import Any

from benchmarks.child import call_fresh
from benchmarks.figures import Figure, medians, to_json
from sim.siting.planning.planner import NODES  # as `linli site` searches

__all__ = ["run", "solved"]

NAME = "siting-planner"
SEEDS = (1, 2, 3)
SIZES = {
    "before-after": SEEDS[:1],
    "site-cangqian": SEEDS,
    "nanteng-links": SEEDS[:1],
    "cangqian": SEEDS,
    "site-district": SEEDS[:1],
    "huaxing": SEEDS[:1],
}
"""Seeds of towns, or of the simulation that tells the demand of a shipped one."""
QUICK = ("site-cangqian", "cangqian")


def run(quick: bool) -> list[dict[str, Any]]:
    """Solve every size; one town of the smaller ones if quick."""
    figures: list[Figure] = []
    for size, seeds in SIZES.items():
        if quick and size not in QUICK:
            continue
        runs = []
        for seed in seeds[: 1 if quick else None]:
            print(f"{NAME}: {size}, town {seed}", file=sys.stderr)
            runs.append(call_fresh("benchmarks.siting_planner:solved", size=size, seed=seed))
        figures += _figures(size, runs)
    return to_json(figures)


def solved(size: str, seed: int) -> dict[str, Any]:
    """Solve one town and check everything from the problem alone.

    Raises
    ------
    RuntimeError
        If the plan breaks a rule, is not worth what the solver says, or is worse than greedy's.
    """
    from benchmarks.siting_check import faults
    from benchmarks.siting_towns import problem_of
    from optimise.siting.greedy import greedy_plan
    from optimise.siting.search import best_plan
    from optimise.siting.value import worth_of
    from optimise.solver import Effort

    problem, aim = problem_of(size, seed)
    cpu = time.process_time()
    rival = greedy_plan(problem, aim)
    assert rival is not None
    greedy_cpu = time.process_time() - cpu
    solution = best_plan(problem, aim, Effort(nodes=NODES), known=[rival])
    cpu = time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    nothing = worth_of(problem, problem.moves.fixed, aim).value
    gained, gain = worth_of(problem, rival, aim).value - nothing, solution.value - nothing
    wrong = faults(problem, aim, solution)
    if wrong or gain < gained - 1e-6 * abs(gained):
        raise RuntimeError(f"{size}, town {seed}: {wrong[:3]}, greedy {gained}, plan {gain}")
    return {
        "gap": 100 * (solution.bound - solution.value) / max(solution.bound - nothing, 1e-9),
        "seconds": solution.seconds,
        "greedy_cpu": greedy_cpu,
        "cpu": cpu - greedy_cpu,
        "memory": memory,
        "greedy": 100 * gained / gain,
        "cut": solution.cut,
    }


def _figures(size: str, runs: list[dict[str, Any]]) -> list[Figure]:
    def figure(key: str, words: str, unit: str, **more: Any) -> Figure:
        return medians(NAME, f"{size}: {words}", [r[key] for r in runs], unit, **more)

    cuts = sorted({r["cut"] for r in runs if r["cut"]})
    note = f"at most {NODES} nodes; cut by {', '.join(cuts) or 'nothing'}"
    return [
        figure("gap", "gap, of the gain", "%", note=note),
        figure("seconds", "time of the search", "wall s"),
        figure("cpu", "time of the search", "CPU s"),
        figure("greedy_cpu", "time of greedy", "CPU s"),
        figure("memory", "peak memory", "MB"),
        figure("greedy", "greedy, of the gain found", "%", sense="at most", target=100.0),
    ]
