"""`timetabling`: public timetabling instances with known optima, solved within five minutes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, medians, to_json
from benchmarks.public_data import LACKING, SLOTS, VALIDATOR, validator
from optimise.timetabling import itc2007, itc2019
from optimise.timetabling.outcome import Outcome

__all__ = ["run", "validated"]

NAME = "timetabling"
LIMIT = 300.0
WORKERS = 2
SEEDS = (1, 2, 3)
ITC2007 = {"toy": 0, "comp01": 5, "comp11": 0}
ITC2019 = {"lums-sum17": 4}
"""Instances and the best values known, which are proven optima here."""


@dataclass(frozen=True, slots=True)
class Solved:
    """One search: what it reports, CPU seconds, and what scorers say of its timetable."""

    outcome: Outcome
    cpu: float
    own: int | None
    validated: int | None = None


def run(quick: bool) -> list[dict[str, Any]]:
    """Solve each instance with three seeds; with one if quick."""
    if not SLOTS.is_dir():
        print(f"{NAME}: {LACKING}", file=sys.stderr)
        return []
    seeds = SEEDS[:1] if quick else SEEDS
    figures = []
    for name, best in ITC2007.items():
        figures += _figures(name, best, [_solve_2007(name, seed) for seed in seeds])
    for name, best in ITC2019.items():
        figures += _figures(name, best, [_solve_2019(name, seed) for seed in seeds])
    return to_json(figures)


def _solve_2007(name: str, seed: int) -> Solved:
    path = SLOTS / "itc2007" / f"{name}.ectt"
    instance = itc2007.read_instance(path)
    cpu, found = _timed(lambda: itc2007.solve(instance, LIMIT, seed, WORKERS))
    if found.timetable is None:
        return Solved(found.outcome, cpu, None)
    score = itc2007.score(instance, found.timetable)
    text = itc2007.solution_text(instance, found.timetable)
    return Solved(found.outcome, cpu, _allowed(name, score), validated(path, text))


def _solve_2019(name: str, seed: int) -> Solved:
    instance = itc2019.read_instance(SLOTS / f"{name}.xml.gz")
    cpu, found = _timed(lambda: itc2019.solve(instance, LIMIT, seed, WORKERS))
    if found.timetable is None:
        return Solved(found.outcome, cpu, None)
    return Solved(found.outcome, cpu, _allowed(name, itc2019.score(instance, found.timetable)))


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of all threads, and the result."""
    began = time.process_time()
    found = call()
    return time.process_time() - began, found


def _allowed(name: str, score: Any) -> int:
    """Cost by the own scorer of a timetable that breaks no hard rule."""
    if score.broken:
        raise RuntimeError(f"{name}: {'; '.join(score.broken)}")
    return int(score.value)


def validated(instance: Path, solution: str) -> int | None:
    """Total cost that the Udine validator finds; None where no validator is named.

    Raises
    ------
    RuntimeError
        If it finds a hard rule broken or cannot read the solution.
    """
    program = validator()
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "solution"
        file.write_text(solution, encoding="utf-8")
        command = [str(program), "UD2", str(instance), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    last = done.stdout.splitlines()[-1]
    if not last.startswith("Summary: Total Cost = ") or done.stderr:
        raise RuntimeError(f"{instance.name}: {last} {done.stderr}")
    return int(last.rpartition("=")[2])


def _figures(name: str, best: int, runs: list[Solved]) -> list[Figure]:
    """Cost by each scorer, bound and times of the searches of one instance."""
    at_best: dict[str, Any] = {"sense": "at most", "target": best}
    statuses = sorted({f"{run.outcome.status}, bound by {run.outcome.bound_by}" for run in runs})
    figures = [
        medians(
            NAME, f"{name}: cost, own scorer", [run.own or 0 for run in runs], "cost", **at_best
        )
    ]
    checked = [run.validated for run in runs if run.validated is not None]
    if checked:
        figures.append(medians(NAME, f"{name}: cost, Udine validator", checked, "cost", **at_best))
    elif name in ITC2007:
        print(f"{NAME}: {name} not validated; {VALIDATOR} names no program", file=sys.stderr)
    note = f"best known {best}; {'; '.join(statuses)}"
    return [
        *figures,
        medians(NAME, f"{name}: bound", [r.outcome.bound for r in runs], "cost", note=note),
        medians(
            NAME,
            f"{name}: time",
            [run.outcome.seconds for run in runs],
            "wall s",
            sense="at most",
            target=LIMIT,
            note=f"seeds {', '.join(map(str, SEEDS[: len(runs)]))}, {WORKERS} workers",
        ),
        medians(NAME, f"{name}: time of all threads", [run.cpu for run in runs], "CPU s"),
    ]
