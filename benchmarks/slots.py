"""`slots`: weekly slot allocation on the kept instances, each in a fresh process.

`python -m benchmarks.slots` writes the instances anew from the generator.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.child import call_fresh
from benchmarks.figures import Figure, medians, to_json

__all__ = ["INSTANCES", "instance", "run", "solved", "write_instances"]

NAME = "slots"
INSTANCES = Path(__file__).parent / "instances" / "slots"
WORKERS = 2
LOADS = (100, 150)
SIZES: dict[str, dict[str, Any]] = {
    "400x219": {"limit": 40.0, "repeats": 5, "seconds": 5.0, "gap": 0.0},
    "1500x219": {"limit": 120.0, "repeats": 3, "gap": 0.1},
    "4000x219": {"limit": 120.0, "repeats": 3, "gap": 1.0, "aim": 0.3},
    "20000x2000": {"limit": 600.0, "repeats": 1, "gap": 3.0, "memory": 4000.0},
}
"""Time limit, repeats, and targets: gap in percent, seconds, megabytes. Two
idle cores need about three fifths of the limit."""


def instance(size: str, load: int) -> Path:
    """File of a kept instance; load in percent of the open prime-time hours."""
    return INSTANCES / f"{size}-{load}.npz"


def run(quick: bool) -> list[dict[str, Any]]:
    """Solve every instance; the smallest once if quick."""
    figures: list[Figure] = []
    for size, aims in SIZES.items():
        if quick and size != "400x219":
            continue
        for load in LOADS:
            repeats = 1 if quick else aims["repeats"]
            runs = []
            for _ in range(repeats):
                print(f"{NAME}: {size}, load {load} %", file=sys.stderr)
                runs.append(
                    call_fresh("benchmarks.slots:solved", size=size, load=load, limit=aims["limit"])
                )
            figures += _figures(f"{size}, {load} %", aims, runs)
    return to_json(figures)


def solved(size: str, load: int, limit: float) -> dict[str, Any]:
    """Solve one instance; everything is checked from the instance alone.

    Raises
    ------
    RuntimeError
        If the timetable breaks a rule or is not worth what the solver says.
    """
    from benchmarks.slots_check import faults, value_of
    from benchmarks.slots_files import load as read
    from optimise.slots.rules.rule import FirstCome, allocate
    from optimise.slots.solve import solve

    problem = read(instance(size, load))
    cpu = time.process_time()
    solution = solve(problem, limit, WORKERS)
    cpu = time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wrong = faults(problem, solution.assignment)
    if wrong or value_of(problem, solution.assignment) != solution.value:
        raise RuntimeError(f"{size}, {load} %: {wrong[:3]}, worth {solution.value}?")
    number = np.arange(len(problem.requests))
    first_come = allocate(problem, FirstCome(number, number))
    proof = solution.certificate
    return {
        "gap": 100 * solution.gap,
        "certified": 100 * (1 - solution.value / proof.bound) if proof else None,
        "seconds": solution.seconds,
        "cpu": cpu,
        "memory": memory,
        "value": solution.value,
        "greedy": 100 * solution.greedy / solution.value,
        "first_come": 100 * first_come.value / solution.value,
        "prover": solution.prover,
    }


def _figures(name: str, aims: dict[str, Any], runs: list[dict[str, Any]]) -> list[Figure]:
    """Gap, time, memory and what simpler rules reach, on one instance."""

    def figure(key: str, words: str, unit: str, **more: Any) -> Figure:
        return medians(NAME, f"{name}: {words}", [r[key] for r in runs], unit, **more)

    gap: dict[str, Any] = {"sense": "at most", "target": aims["gap"], "aim": aims.get("aim")}
    seconds = aims.get("seconds", 1.05 * aims["limit"])
    memory: dict[str, Any] = {}
    if "memory" in aims:
        memory = {"sense": "at most", "target": aims["memory"]}
    provers = "; ".join(sorted({f"bound by {r['prover']}" for r in runs}))
    return [
        figure("gap", "gap", "%", note=f"{provers}, limit {aims['limit']:g} s", **gap),
        figure("certified", "gap to the bound by prices", "%"),
        figure("seconds", "time", "wall s", sense="at most", target=seconds),
        figure("cpu", "time of all threads", "CPU s"),
        figure("memory", "peak memory", "MB", **memory),
        figure("greedy", "greedy, of the value found", "%"),
        figure("first_come", "first come, of the value found", "%"),
    ]


def write_instances() -> None:
    """Draw the kept instances anew."""
    from benchmarks.slots_drawn import Shape, draw
    from benchmarks.slots_files import save

    INSTANCES.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        requests, venues = map(int, size.split("x"))
        for load in LOADS:
            save(draw(Shape(requests, venues, load / 100)), instance(size, load))


if __name__ == "__main__":
    write_instances()
