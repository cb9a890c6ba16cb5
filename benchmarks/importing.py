"""`import`: an export of a million bookings and 219 venues read, checked and written.

The export is made of random bookings in the words and the encoding of `linli world --as-export`;
every import is a process of its own.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.child import call_fresh
from benchmarks.figures import medians, to_json
from benchmarks.measuring import cpu_seconds, peak_bytes
from sim.log.records import CANCELLED, UNKNOWN, BookingLog
from sim.own_data.export import write_export
from sim.own_data.importing import plan_import
from sim.own_data.mapping import ImportMapping
from sim.scenario.loading import load
from sim.scenario.read.files import shipped_folder

__all__ = ["run"]

NAME = "import"
BOOKINGS, FEW = 1_000_000, 100_000
DAY = 1440


def run(quick: bool) -> list[dict[str, Any]]:
    """Make the export once and import it, three times over."""
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder), FEW if quick else BOOKINGS)
        rounds = [
            call_fresh("benchmarks.importing:measured", folder=folder, number=i)
            for i in range(1 if quick else 3)
        ]
    wall, cpu, memory = ([one[what] for one in rounds] for what in ("wall", "cpu", "memory"))
    figures = [
        medians(NAME, "wall time", wall, "s", sense="at most", target=60, aim=20),
        medians(NAME, "CPU time", cpu, "CPU s"),
        medians(NAME, "memory", memory, "MB", sense="at most", target=2000),
    ]
    return to_json(figures)


def measured(folder: str, number: int) -> dict[str, float]:
    """Import the export of a folder; every booking must be kept."""
    files = [Path(folder) / name for name in ("venues.xlsx", "bookings.csv")]
    out = Path(folder) / "scenarios" / f"town-{number}"
    began, cpu = time.perf_counter(), cpu_seconds()
    plan = plan_import(files, out, ImportMapping())
    plan.write(out)
    wall, spent = time.perf_counter() - began, cpu_seconds() - cpu
    assert all(sheet.kept == sheet.read for sheet in plan.account.sheets)
    return {"wall": wall, "cpu": spent, "memory": peak_bytes() / 1e6}


def _make(folder: Path, bookings: int) -> None:
    """Write a list of venues and as many bookings, at random."""
    inputs = load(shipped_folder() / "cangqian.yaml")
    venues = tuple(row.venue for row in inputs.tables.venues)
    draw = np.random.default_rng(1)
    minute = "timedelta64[m]"
    start = np.datetime64("2025-01-20T08:00") + (
        draw.integers(0, 250, bookings) * DAY + draw.integers(0, 26, bookings) * 30
    ).astype(minute)
    status = draw.choice([0, 1, 2], bookings, p=[0.8, 0.1, 0.1])
    log = BookingLog(
        venues=venues,
        venue=draw.integers(0, len(venues), bookings),
        made=start - draw.integers(30, 14 * DAY, bookings).astype(minute),
        start=start,
        end=start + draw.choice([60, 90, 120], bookings).astype(minute),
        status=status,
        cancelled=np.where(status == CANCELLED, start - np.timedelta64(20, "m"), UNKNOWN),
        checked_in=np.array([1, -1, 0])[status],
        party=draw.integers(1, 20, bookings).astype(float),
        booker=draw.integers(0, 60_000, bookings),
    )
    write_export(inputs, log, folder)
