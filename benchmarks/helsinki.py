"""`helsinki`: how long CP-SAT models need for the timetables that `optimise.slots` finds.

The models are in `season_peers`. A search of ours depends on its limit, so it is run anew for each
of several limits; a peer runs once, for long, and tells when it reached each of our values. Both
have two workers, and count from the problem, building included.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

from benchmarks.figures import Figure, to_json
from benchmarks.season_peers import PEERS, Searched, search
from benchmarks.slots_check import faults, value_of
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.blocks import Setting
from optimise.slots.problem import Problem
from optimise.slots.solution import Solution
from optimise.slots.solve import solve

__all__ = ["run"]

NAME = "helsinki"
WORKERS = 2
SHAPES = (Shape(400, 219, 1.0), Shape(400, 219, 1.5), Shape(1500, 219, 1.0))
LIMITS = (5.0, 15.0, 60.0)
"""Seconds of our searches."""
PEER_LIMIT = 600.0
QUICK_LIMITS, QUICK_PEER_LIMIT = (5.0,), 60.0


@dataclass(frozen=True, slots=True)
class Timed:
    """A search and the CPU seconds of all its threads."""

    found: Any
    cpu: float


def run(
    quick: bool,
    shapes: tuple[Shape, ...] = SHAPES,
    limits: tuple[float, ...] = LIMITS,
    peer_limit: float = PEER_LIMIT,
) -> list[dict[str, Any]]:
    """Search each season by ours and by each peer; if quick one season, for a minute at most."""
    if quick:
        shapes, limits, peer_limit = shapes[:1], QUICK_LIMITS, QUICK_PEER_LIMIT
    figures: list[Figure] = []
    for shape in shapes:
        problem = draw(shape)
        name = f"{shape.requests} requests, load {shape.load:g}"
        ours = {limit: _ours(problem, limit, name) for limit in limits}
        figures += [_own(name, limit, timed) for limit, timed in ours.items()]
        for peer in PEERS:
            theirs = _peer(problem, peer, peer_limit, name)
            figures.append(_reached(name, peer, theirs, peer_limit))
            figures += [
                _ratio(name, peer, theirs.found, limit, timed.found, peer_limit)
                for limit, timed in ours.items()
            ]
    return to_json(figures)


def _ours(problem: Problem, limit: float, name: str) -> Timed:
    began = time.process_time()
    solution = solve(problem, limit, WORKERS)
    cpu = time.process_time() - began
    _say(
        f"{name}: ours in {limit:g} s {solution.value:,}, bound {solution.bound:,}, CPU {cpu:.0f} s"
    )
    return Timed(solution, cpu)


def _peer(problem: Problem, peer: str, limit: float, name: str) -> Timed:
    """Search by a peer; its timetable is checked by the instance alone.

    Raises
    ------
    RuntimeError
        If it breaks a rule, or is not worth what the model says.
    """
    cpu, began = time.process_time(), time.monotonic()
    setting = Setting.from_problem(problem)
    block = setting.whole
    found = search(block, peer, began, limit, WORKERS)
    spent = time.process_time() - cpu
    timetable = setting.sessions(block.columns[found.chosen])
    broken, worth = faults(problem, timetable), value_of(problem, timetable)
    if broken or (found.log and worth != found.log[-1][1]):
        raise RuntimeError(f"{name}, {peer}: worth {worth}; {'; '.join(broken[:3])}")
    steps = ", ".join(f"{value:,} at {at:.0f} s" for at, value in _thinned(found.log))
    _say(f"{name}: {peer} {found.status} {steps}; bound {found.bound:,}, CPU {spent:.0f} s")
    return Timed(found, spent)


def _thinned(log: tuple[tuple[float, int], ...], most: int = 8) -> list[tuple[float, int]]:
    """Some timetables of a log, the last one among them."""
    return list(log[:: -max(1, len(log) // most)])[::-1]


def _own(name: str, limit: float, timed: Timed) -> Figure:
    solution: Solution = timed.found
    note = f"bound {solution.bound:,} by {solution.prover}; {timed.cpu:.0f} CPU s"
    return Figure(NAME, f"{name}: ours in {limit:g} s", solution.value, "worth", note=note)


def _reached(name: str, peer: str, timed: Timed, limit: float) -> Figure:
    found: Searched = timed.found
    value = found.log[-1][1] if found.log else 0
    at = f", found at {found.log[-1][0]:.0f} s" if found.log else ""
    note = f"{found.status}{at}; bound {found.bound:,}; {timed.cpu:.0f} CPU s"
    return Figure(NAME, f"{name}: {peer} in {limit:g} s", value, "worth", note=note)


def _ratio(
    name: str, peer: str, found: Searched, limit: float, ours: Solution, most: float
) -> Figure:
    """Peer's seconds to our value over ours; where it never got there, its limit over ours."""
    reached = found.time_to(ours.value)
    note = f"{ours.value:,} in {ours.seconds:.1f} s; " + (
        f"the peer at {reached:.1f} s" if reached else f"the peer not in {most:g} s"
    )
    ratio = (reached or found.seconds) / ours.seconds
    label = f"{name}: {peer}, time to our value of {limit:g} s"
    unit = "x ours" if reached else "x ours, at least"
    return Figure(NAME, label, ratio, unit, note=note)


def _say(line: str) -> None:
    print(f"{NAME}: {line}", file=sys.stderr, flush=True)
