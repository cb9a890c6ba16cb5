"""`scaling`: time and memory as people and venues grow together, and as demand alone grows.

Every size is built and replicated in a process of its own, sizes in turn, round after round. An
exponent is the slope of the least-squares line through the sizes, logarithms on both axes: 1 is
linear. Fixed costs push it below 1, so the step between the two largest worlds is shown as well.
Bookings only; `neighbourhood` looks at the rest.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cases import BOOKINGS_ONLY
from benchmarks.child import call_fresh
from benchmarks.figures import Figure, medians, to_json

__all__ = ["exponent", "grown", "raw", "run", "slopes"]

NAME = "scaling"
WORLDS = ("cangqian", "cangqian:4", "district", "scale:4")
WORLD_MULTIPLIER = 3
"""Growth at which worlds are compared: fixed costs of a replication no longer hide the slope."""
MULTIPLIERS = (10, 20, 50, 100)
GROWTH = {"few": 25, "many": 125}
"""Replications between which memory must not grow; by 25 the largest so far is hardly beaten."""
LINEAR, NEARLY = 1.05, 1.15

Row = Mapping[str, Any]


def run(quick: bool) -> list[dict[str, Any]]:
    """Measure worlds, demand and replications."""
    worlds = WORLDS[:3] if quick else WORLDS
    multipliers = MULTIPLIERS[:2] if quick else MULTIPLIERS
    rounds = 1 if quick else 3
    with tempfile.TemporaryDirectory() as folder:
        figures = _over_worlds(worlds, rounds, Path(folder))
    figures += _over_demand(multipliers, rounds)
    figures += grown(NAME, list(BOOKINGS_ONLY), **GROWTH, rounds=1 if quick else 3)
    return to_json(figures)


def exponent(size: Sequence[float], cost: Sequence[float]) -> float:
    """Slope of log cost on log size."""
    return float(np.polyfit(np.log(size), np.log(cost), 1)[0])


def _over_worlds(worlds: Sequence[str], rounds: int, folder: Path) -> list[Figure]:
    from benchmarks.worlds import write_scenario

    paths = []
    for world in worlds:
        place = folder / world.replace(":", "-")
        place.mkdir()
        paths.append(str(write_scenario(world, place)))
    table = [[_world(path) for path in paths] for _ in range(rounds)]
    sizes = ", ".join(f"{r['people']:,} people and {r['venues']:,} venues" for r in table[0])
    bars: dict[str, Any] = {"sense": "at most", "target": LINEAR}
    name = "exponent over people and venues:"
    last = [row[-2:] for row in table]
    return [
        slopes(f"{name} replication", table, "people", "seconds", note=sizes, **bars),
        slopes(f"{name} replication, last step", last, "people", "seconds"),
        slopes(f"{name} peak memory", table, "people", "peak_bytes", **bars),
        slopes(f"{name} peak memory, last step", last, "people", "peak_bytes"),
        slopes(f"{name} loading and building", table, "people", "build_seconds"),
        *(
            raw(world, column, [row[i] for row in table])
            for i, world in enumerate(worlds)
            for column in ("seconds", "build_seconds", "peak_bytes")
        ),
    ]


def _world(path: str) -> Row:
    return dict(
        call_fresh(
            "benchmarks.worlds:measure_world",
            path=path,
            sets=_demand(WORLD_MULTIPLIER),
            replications=2,
        )
    )


def slopes(
    name: str,
    table: Sequence[Sequence[Row]],
    x: str,
    y: str,
    benchmark: str = NAME,
    **more: Any,
) -> Figure:
    """Median over rounds of the exponent of a round."""
    values = [exponent([r[x] for r in row], [r[y] for r in row]) for row in table]
    return medians(benchmark, name, values, "exponent", **more)


def raw(label: str, column: str, rows: Sequence[Row], benchmark: str = NAME) -> Figure:
    """Show what an exponent is made of."""
    what = {
        "seconds": "replication",
        "build_seconds": "load and build",
        "peak_bytes": "peak memory",
    }
    scale, unit = (1e-6, "MB") if column == "peak_bytes" else (1.0, "CPU s")
    values = [r[column] * scale for r in rows]
    return medians(benchmark, f"{label}: {what[column]}", values, unit)


def _over_demand(multipliers: Sequence[float], rounds: int) -> list[Figure]:
    table = [
        [
            {"multiplier": m}
            | call_fresh("benchmarks.worlds:measure_sets", sets=_demand(m), replications=1)
            for m in multipliers
        ]
        for _ in range(rounds)
    ]
    per_wish = [
        (row[-1]["peak_bytes"] - row[0]["peak_bytes"]) / (row[-1]["wishes"] - row[0]["wishes"])
        for row in table
    ]
    name = f"exponent over multipliers {multipliers[0]:g}-{multipliers[-1]:g}:"
    bars: dict[str, Any] = {"sense": "at most", "target": NEARLY}
    most = f"{multipliers[-1]:g}x"
    return [
        slopes(f"{name} replication", table, "multiplier", "seconds", **bars),
        slopes(f"{name} peak memory", table, "multiplier", "peak_bytes", **bars),
        medians(NAME, "memory per wish", per_wish, "bytes"),
        raw(most, "seconds", [row[-1] for row in table]),
        raw(most, "peak_bytes", [row[-1] for row in table]),
    ]


def grown(benchmark: str, sets: list[str], few: int, many: int, rounds: int) -> list[Figure]:
    """Growth of memory between few and many replications, less the metric values that are kept."""
    spec = {"sets": sets, "few": few, "many": many}
    found = [call_fresh("benchmarks.worlds:measure_growth", **spec) for _ in range(rounds)]
    gained = []
    for one in found:
        kept = one["kept_bytes"] * (many - few)
        gained.append((one["many"] - one["few"] - kept) / one["few"])
    kept_kb = [one["kept_bytes"] / 1e3 for one in found]
    note = "share of the peak, without the metric values that a run keeps; 0.05 is noise"
    name = f"peak memory gained from {few} to {many} replications"
    bars = {"sense": "at most", "target": 0.05, "note": note}
    return [
        medians(benchmark, name, gained, "share", **bars),
        medians(benchmark, "metric values kept a replication", kept_kb, "kB"),
    ]


def _demand(multiplier: float) -> list[str]:
    return [*BOOKINGS_ONLY, f"demand.multiplier={multiplier}"]
