"""A tiny fitted town with doubts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from builders import tiny

from sim.model import build_model, simulate
from sim.scenario.levels import FittedLevel, write_level
from sim.scenario.loading import load
from sim.studies.totals import build_counting, measure_totals

__all__ = ["doubtful", "doubts"]


def doubts(value: float, low: float, high: float, **more: Any) -> dict[str, Any]:
    return {"value": value, "source": "assumption", "range": [low, high], **more}


def doubtful(folder: Path, **changes: Any) -> Path:
    """The tiny town, its level fitted to what it has, with ranges and two ties."""
    parts = tiny()
    del parts.scenario["demand"]["level"]
    parts.set(
        demand__fit="tiny",
        calibration={"bookings": 1, "tolerance": 0.02},
        choice__outside=doubts(-1, -2, 0.5),
        segments__adult__bicycle_share=doubts(0.4, 0.1, 0.7),
        segments__elder__bicycle_share=doubts(0.1, 0, 0.4),
        sensitivity={"ties": {"bicycles": ["segments.*.bicycle_share"]}},
    )
    parts.set(**changes)
    path = parts.write(folder)
    inputs = load(path, need_level=False)
    model = build_model(inputs, level=1.0)
    counting = build_counting(model)
    found = [measure_totals(counting, simulate(model, 1, i)).totals[0] for i in range(40)]
    parts.set(calibration={"bookings": round(sum(found) / len(found)), "tolerance": 0.02})
    path = parts.write(folder)
    inputs = load(path, need_level=False)
    window = inputs.scenario.window
    entry = FittedLevel(
        level=1.0,
        fit_hash=inputs.fit_hash,
        bookings=1.0,
        half_width=0.0,
        replications=40,
        seed=1,
        window=(window.first, window.last),
        scenario=path.name,
    )
    write_level(folder / "levels.yaml", "tiny", entry)
    return path
