"""`neighbourhood`: what activities, points and drop-in places add to a replication of bookings.

Replications of the same number with more and more switched on are timed in turn; sessions and
sign-ups a second are over the time that the programme adds. Growth over the multipliers and memory
are measured in fresh processes, as in `scaling`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.cases import BOOKINGS_ONLY, Case, build
from benchmarks.child import call_fresh
from benchmarks.figures import Figure, medians, to_json
from benchmarks.measuring import timed
from benchmarks.scaling import NEARLY, grown, raw, slopes
from sim.measure.meter import measure
from sim.model import History

__all__ = ["run"]

NAME = "neighbourhood"
STEPS: dict[str, tuple[str, ...]] = {
    "bookings alone": BOOKINGS_ONLY,
    "with activities": BOOKINGS_ONLY[1:],
    "with activities and points": BOOKINGS_ONLY[1:2],
    "with everything": (),
}
MULTIPLIERS = {"dropin.multiplier": (1, 3, 10), "activities.multiplier": (1, 5, 20)}
BESIDE = {"dropin.multiplier": (), "activities.multiplier": ("dropin.multiplier=0",)}
"""Keys set beside: drop-in would hide how activities grow."""
GROWTH = {"few": 5, "many": 25}


def run(quick: bool) -> list[dict[str, Any]]:
    """Measure what is added, how it grows, and memory."""
    figures = _added(2 if quick else 5)
    for key, multipliers in MULTIPLIERS.items():
        figures += _growth(key, multipliers[:2] if quick else multipliers, 1 if quick else 3)
    figures += _memory(1 if quick else 3)
    if not quick:
        figures += grown(NAME, [], **GROWTH, rounds=1)
    return to_json(figures)


def _added(rounds: int) -> list[Figure]:
    """CPU seconds step by step, and what a session and a sign-up cost."""
    cases = {name: build(sets=sets) for name, sets in STEPS.items()}
    seconds: dict[str, list[float]] = {name: [] for name in STEPS}
    sessions, sign_ups = [], []
    for i in range(rounds + 1):
        took = {}
        for name, case in cases.items():
            took[name], history = timed(_replicate, case, i)
            if name == "with activities" and history.programme is not None:
                numbers = len(history.programme.sessions), len(history.programme.session)
            del history
        if i == 0:  # imports and fills caches
            continue
        for name, one in took.items():
            seconds[name].append(one)
        added = took["with activities"] - took["bookings alone"]
        sessions.append(numbers[0] / added)
        sign_ups.append(numbers[1] / added)
    alone = seconds.pop("bookings alone")
    figures = [medians(NAME, "a replication, bookings alone", alone, "CPU s")]
    for name, values in seconds.items():
        ratios = [value / base for value, base in zip(values, alone, strict=True)]
        figures.append(medians(NAME, f"a replication, {name}", values, "CPU s"))
        figures.append(medians(NAME, f"{name}, over bookings alone", ratios, "ratio"))
    note = f"{numbers[0]:,} sessions and {numbers[1]:,} sign-ups in the last replication"
    figures.append(medians(NAME, "sessions a second of what they add", sessions, "1/s", note=note))
    figures.append(medians(NAME, "sign-ups a second of what they add", sign_ups, "1/s"))
    return figures


def _replicate(case: Case, replication: int) -> History:
    """Simulate and measure."""
    history = case.simulate(replication)
    measure(case.meter, history)
    return history


def _growth(key: str, multipliers: Sequence[int], rounds: int) -> list[Figure]:
    """Exponents of time and memory over a multiplier."""
    table = [
        [{"multiplier": m} | _fresh([*BESIDE[key], f"{key}={m}"]) for m in multipliers]
        for _ in range(rounds)
    ]
    name = f"exponent over {key} {multipliers[0]}-{multipliers[-1]}:"
    most = f"{key} {multipliers[-1]}"
    last = [row[-1] for row in table]
    slope: Callable[..., Figure] = slopes
    bars = {"sense": "at most", "target": NEARLY, "benchmark": NAME}
    return [
        slope(f"{name} replication", table, "multiplier", "seconds", **bars),
        slope(f"{name} peak memory", table, "multiplier", "peak_bytes", **bars),
        raw(most, "seconds", last, NAME),
        raw(most, "peak_bytes", last, NAME),
    ]


def _memory(rounds: int) -> list[Figure]:
    """Peak memory of a process that replicates, step by step."""
    table: dict[str, list[dict[str, Any]]] = {name: [] for name in STEPS}
    for _ in range(rounds):
        for name, sets in STEPS.items():
            table[name].append(_fresh(list(sets)))
    return [raw(name, "peak_bytes", rows, NAME) for name, rows in table.items()]


def _fresh(sets: list[str]) -> dict[str, Any]:
    return dict(call_fresh("benchmarks.worlds:measure_sets", sets=sets, replications=1))
