"""`calibrate`: CPU seconds of fitting the demand level of the default scenario, on one core."""

from __future__ import annotations

from typing import Any

from benchmarks.cases import DEFAULT
from benchmarks.figures import medians, to_json
from benchmarks.measuring import timed
from sim.analysis.calibrate import fit_level
from sim.scenario.loading import load

__all__ = ["run"]

NAME = "calibrate"


def run(quick: bool) -> list[dict[str, Any]]:
    """Fit without writing the level anywhere."""
    inputs = load(DEFAULT, need_level=False)
    fits = [timed(fit_level, inputs) for _ in range(1 if quick else 5)]
    fit = fits[0][1]
    half = fit.bookings.half_width / fit.target
    note = (
        f"{fit.bookings.n} replications at the last level, mean {fit.bookings.mean:,.1f} for "
        f"{fit.target:,} bookings, half-width {half:.2%}; reached: {fit.reached}"
    )
    bars = {"sense": "at most", "target": 15.0, "note": note}
    return to_json([medians(NAME, "fit_level", [f[0] for f in fits], "CPU s", **bars)])
