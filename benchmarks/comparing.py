"""`compare`: wall time of `linli compare` for policies side by side, and of asking again.

Six policies, 30 replications of each, bookings of the default scenario at 20 times demand, charts
drawn, on an empty store. A sample by default: one replication and four of each, both from an empty
store, are extrapolated as a fixed part and a part a replication; `--full` runs all 30. The policies
are six of `scenarios/policies/`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.cases import BOOKINGS_ONLY, DEFAULT
from benchmarks.figures import Figure, to_json
from benchmarks.measuring import child_seconds
from benchmarks.startup import linli

__all__ = ["POLICIES", "run"]

NAME = "compare"
REPLICATIONS = 30
SAMPLE = (1, 4)
HEAVY = 20
POLICIES = (
    "assumed-first-come", "hong-kong-lcsd", "singapore-activesg", "zhuzhou", "university-cap",
    "neighbours-first",
)  # fmt: skip
"""Rule sets of `scenarios/policies/`: of six sorts, from no rule to many parts together."""


def run(quick: bool, full: bool = False) -> list[dict[str, Any]]:
    """Compare on an empty store, then ask for the very same again."""
    with tempfile.TemporaryDirectory() as folder:
        root, sizes = Path(folder), (1, 2) if quick else SAMPLE
        files = _scenarios(root)
        if full:
            figures = [_whole(files, _compare(root, files, REPLICATIONS)[1], note="")]
        else:
            figures = _sampled(root, files, sizes)
        again = _compare(root, files, REPLICATIONS if full else sizes[1], fresh=False)[1]
    note = "nothing has changed, and every file is still as written"
    figures.append(Figure(NAME, "asked again", again, "wall s", "at most", 3.0, note=note))
    return to_json(figures)


def _sampled(root: Path, files: list[str], sizes: tuple[int, int]) -> list[Figure]:
    """Extrapolate from two numbers of replications."""
    (cpu_few, few), (cpu, more) = (_compare(root, files, n) for n in sizes)
    number = len(files) * (sizes[1] - sizes[0])
    each = (more - few) / number
    rest = len(files) * (REPLICATIONS - sizes[1])
    all_cpu = cpu + rest * (cpu - cpu_few) / number
    note = (
        f"extrapolated from {sizes[0]} and {sizes[1]} replications of each policy "
        f"({few:.1f} and {more:.1f} s); `--full` measures it"
    )
    return [
        _whole(files, more + rest * each, note),
        Figure(NAME, "the same, all processes", all_cpu, "CPU s", note="extrapolated alike"),
        Figure(NAME, "a replication of one policy", each, "wall s"),
    ]


def _whole(files: list[str], seconds: float, note: str) -> Figure:
    name = f"{len(files)} policies x {REPLICATIONS} replications at {HEAVY}x"
    load = f"on {os.cpu_count()} cores with the load shown above; the target is for two idle cores"
    note = f"{note}; {load}" if note else load
    return Figure(NAME, name, seconds, "wall s", "at most", 300.0, 180.0, note=note)


def _scenarios(root: Path) -> list[str]:
    """Copy the shipped scenarios; the policies' files."""
    shutil.copytree(DEFAULT.parent, root / "scenarios")
    return [f"scenarios/policies/{name}.yaml" for name in POLICIES]


def _compare(
    root: Path, files: list[str], replications: int, *, fresh: bool = True
) -> tuple[float, float]:
    """CPU and wall seconds of one call; with an empty store and no results where `fresh`."""
    cache, out = root / "cache", root / "out"
    if fresh:
        for old in (cache / "linli", out):
            shutil.rmtree(old, ignore_errors=True)
    keys = [w for one in (*BOOKINGS_ONLY, f"demand.multiplier={HEAVY}") for w in ("--set", one)]
    words = [*keys, "--replications", str(replications), "--out", str(out)]
    env = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    paths = [str(root / file) for file in files]
    return child_seconds([*linli(), "compare", *paths, *words], env)
