"""`calibrate`: CPU seconds of fitting the levels of the default scenario, on one core."""

from __future__ import annotations

from typing import Any

from benchmarks.cases import DEFAULT
from benchmarks.figures import medians, to_json
from benchmarks.measuring import timed
from sim.analysis.calibrate import FitPart, fit_levels
from sim.scenario.loading import load

__all__ = ["run"]

NAME = "calibrate"


def run(quick: bool) -> list[dict[str, Any]]:
    """Fit demand, activities and points at once, without writing the levels anywhere."""
    inputs = load(DEFAULT, need_level=False)
    fits = [timed(fit_levels, inputs, jobs=1) for _ in range(1 if quick else 3)]
    fit = fits[0][1]
    widest = max(fit.parts, key=_relative)
    note = (
        f"{widest.total.n} replications at the last levels; the widest of {len(fit.parts)} "
        f"half-widths is {_relative(widest):.2%}, of {widest.name}; reached: {fit.reached}"
    )
    bars = {"sense": "at most", "target": 120.0, "note": note}
    halves = [max(_relative(part) for part in f[1].parts) for f in fits]
    return to_json(
        [
            medians(NAME, "fit_levels", [f[0] for f in fits], "CPU s", **bars),
            medians(NAME, "largest half-width over its total", halves, "share"),
        ]
    )


def _relative(part: FitPart) -> float:
    """Half-width as a share of what is to be met."""
    return part.total.half_width / part.target
