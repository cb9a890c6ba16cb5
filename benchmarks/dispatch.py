"""`dispatch`: SimPy dispatching arrays, against one SimPy process per request.

Both sides get the same prepared requests and a fresh counter, and call the same functions
(`counter.ask`, `desk.release`). The reference is the usual way to write it: a source spawns a
process at each time of asking; the process asks and, where the booker gives up later, waits until
then and gives the slots back. Opening the counter is outside both times.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from benchmarks.cases import Prepared, prepare
from benchmarks.figures import Figure, medians, to_json
from benchmarks.measuring import timed
from benchmarks.throughput import build_at
from sim.booking.counter import Counter
from sim.booking.requests import Outcome
from sim.model import run_clock, timeline

__all__ = ["run"]

NAME = "dispatch"
Events = Generator[simpy.Event, Any, None]


def run(quick: bool) -> list[dict[str, Any]]:
    """Compare at today's demand and at 20 times, where many more requests are refused."""
    rounds = 2 if quick else 5
    return to_json([*_at(1, rounds), *_at(20, rounds)])


def _at(multiplier: int, rounds: int) -> list[Figure]:
    prepared = prepare(build_at(multiplier).model, 1)
    n, repeats = len(prepared.requests), max(1, 20 // multiplier)
    ratios, arrays_us, processes_us, desk_shares = [], [], [], []
    for _ in range(rounds):
        ours, theirs, bare = _round(prepared, repeats)
        ratios.append(theirs / ours)
        arrays_us.append((ours - bare) / n / repeats * 1e6)
        processes_us.append((theirs - bare) / n / repeats * 1e6)
        desk_shares.append(bare / ours)
    at = f"at {multiplier}x"
    note = f"outcomes of all {n:,} requests are the same on both sides, checked in every round"
    bars = {"sense": "at least", "target": 2.0, "aim": 4.0, "note": note}
    return [
        medians(NAME, f"a process each over arrays, {at}", ratios, "ratio", **bars),
        medians(NAME, f"SimPy's share per request, a process each, {at}", processes_us, "CPU us"),
        medians(NAME, f"SimPy's share per request, arrays, {at}", arrays_us, "CPU us"),
        medians(NAME, f"the desk's share of dispatch, {at}", desk_shares, "share"),
    ]


def _round(prepared: Prepared, repeats: int) -> tuple[float, float, float]:
    """CPU seconds of dispatching arrays, of a process each, and of a plain loop, in turn."""
    sums = [0.0, 0.0, 0.0]
    for _ in range(repeats):
        counters = [prepared.counter() for _ in range(3)]
        for i, way in enumerate((by_arrays, one_process_each, without_clock)):
            sums[i] += timed(way, counters[i], prepared)[0]
        _check_same(counters[0], counters[1])
    return sums[0], sums[1], sums[2]


def by_arrays(counter: Counter, prepared: Prepared) -> None:
    """Dispatch as the model does."""
    del prepared
    run_clock(counter)


def one_process_each(counter: Counter, prepared: Prepared) -> None:
    """Run the reference: a source spawns a process per request."""
    ask, desk = counter.ask, counter.desk
    outcome, start = desk.outcome, desk.start
    times, gives_up = prepared.requests.asked_at.tolist(), prepared.requests.gives_up.tolist()
    order = np.argsort(prepared.requests.asked_at, kind="stable").tolist()
    waiting, booked = int(Outcome.WAITING), int(Outcome.BOOKED)
    env = simpy.Environment(initial_time=min(*times, 0.0))

    def booker(i: int, now: float) -> Events:
        ask(i, now)
        if gives_up[i] != np.inf and outcome[i] == booked:
            yield env.timeout(max(0.0, gives_up[i] - now))
            if gives_up[i] <= start[i] * prepared.grid:
                desk.release(i)

    def source() -> Events:
        for i in order:
            if outcome[i] == waiting:
                yield env.timeout(max(0.0, times[i] - env.now))
                env.process(booker(i, times[i]))

    env.process(source())
    env.run()


def without_clock(counter: Counter, prepared: Prepared) -> None:
    """Call the same functions in the same order in a plain loop: the desk's own work."""
    ask, desk = counter.ask, counter.desk
    outcome, start = desk.outcome, desk.start
    booked = int(Outcome.BOOKED)
    line = timeline(counter)
    for now, code in zip(line.times.tolist(), line.codes.tolist(), strict=True):
        if code >= 0:
            ask(code, now)
        elif outcome[~code] == booked and now <= start[~code] * prepared.grid:
            desk.release(~code)


def _check_same(ours: Counter, theirs: Counter) -> None:
    """Refuse to compare speeds of different answers."""
    if not np.array_equal(ours.desk.tables.given, theirs.desk.tables.given):
        raise AssertionError("dispatch and reference differ")
