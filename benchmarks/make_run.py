"""`make-run`: wall time of what `make run` does on a machine that is set up.

The results go to a temporary folder, and so does the store of replications (under
`XDG_CACHE_HOME`), which is emptied before each run: nothing is taken from an earlier one. Other
caches (fonts) are filled by a first run that is not counted.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.cases import DEFAULT
from benchmarks.figures import medians, to_json
from benchmarks.measuring import child_seconds
from benchmarks.startup import linli

__all__ = ["run"]

NAME = "make-run"


def run(quick: bool) -> list[dict[str, Any]]:
    """Run the default scenario, charts and all, with as many processes as pay off."""
    walls, seconds = [], []
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        env = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        for i in range(2 if quick else 6):
            shutil.rmtree(cache / "linli", ignore_errors=True)
            out = Path(folder) / f"out-{i}"
            cpu, wall = child_seconds([*linli(), "run", str(DEFAULT), "--out", str(out)], env)
            if i:
                walls.append(wall)
                seconds.append(cpu)
    note = f"on {os.cpu_count()} cores with the load shown above; the target is for two idle cores"
    bars = {"sense": "at most", "target": 20.0, "note": note}
    return to_json(
        [
            medians(NAME, "linli run scenarios/cangqian.yaml", walls, "wall s", **bars),
            medians(NAME, "the same, all processes", seconds, "CPU s"),
        ]
    )
