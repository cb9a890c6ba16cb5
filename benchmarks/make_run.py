"""`make-run`: wall time of what `make run` does on a machine that is set up.

The results go to a temporary folder, and so does the store of replications (under
`XDG_CACHE_HOME`), which is emptied before each run: nothing is taken from an earlier one. Other
caches (fonts) are filled by a first run that is not counted. The default scenario is run with
everything, and with neither activities nor drop-in places (volunteering still earns points), in
turn.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.cases import DEFAULT
from benchmarks.figures import Figure, medians, to_json
from benchmarks.measuring import child_seconds
from benchmarks.startup import linli

__all__ = ["run"]

NAME = "make-run"
RUNS: dict[str, tuple[tuple[str, ...], float]] = {
    "with everything": ((), 60.0),
    "multipliers of activities and drop-in at 0": (
        ("activities.multiplier=0", "dropin.multiplier=0"),
        20.0,
    ),
}
"""Keys set, and wall seconds allowed on two idle cores."""


def run(quick: bool) -> list[dict[str, Any]]:
    """Run the default scenario, charts and all, with as many processes as pay off."""
    walls: dict[str, list[float]] = {name: [] for name in RUNS}
    seconds: dict[str, list[float]] = {name: [] for name in RUNS}
    with tempfile.TemporaryDirectory() as folder:
        for i in range(2 if quick else 6):
            for name, (sets, _) in RUNS.items():
                cpu, wall = _once(Path(folder), sets)
                if i:
                    walls[name].append(wall)
                    seconds[name].append(cpu)
    figures = [f for name in RUNS for f in _figures(name, walls[name], seconds[name])]
    return to_json(figures)


def _once(folder: Path, sets: tuple[str, ...]) -> tuple[float, float]:
    """CPU seconds of all processes and wall seconds of one run with an empty store."""
    cache, out = folder / "cache", folder / "out"
    for old in (cache / "linli", out):
        shutil.rmtree(old, ignore_errors=True)
    env = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    keys = [word for one in sets for word in ("--set", one)]
    return child_seconds([*linli(), "run", str(DEFAULT), *keys, "--out", str(out)], env)


def _figures(name: str, walls: list[float], seconds: list[float]) -> list[Figure]:
    note = f"on {os.cpu_count()} cores with the load shown above; the target is for two idle cores"
    bars = {"sense": "at most", "target": RUNS[name][1], "note": note}
    whole = f"linli run scenarios/cangqian.yaml, {name}"
    return [
        medians(NAME, whole, walls, "wall s", **bars),
        medians(NAME, f"{name}, all processes", seconds, "CPU s"),
    ]
