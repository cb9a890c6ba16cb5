"""`calibrate`: CPU seconds of fitting the levels of the default scenario, on one core."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.cases import DEFAULT
from benchmarks.figures import Figure, medians, to_json
from benchmarks.measuring import timed
from sim.scenario.loading import load
from sim.studies.calibrate import Fit, FitPart, fit_levels

__all__ = ["run"]

NAME = "calibrate"
BOOKINGS = (
    "activities.sessions=0",
    "points.members=0",
    "calibration.participations=null",
    "calibration.redemptions=null",
)
"""Keys with which demand is the only level, as before there were others."""
TARGET = 15.0


def run(quick: bool) -> list[dict[str, Any]]:
    """Fit demand alone, then demand, activities and points at once; no level is written."""
    rounds = 1 if quick else 3
    figures = _fitted("the demand level alone", BOOKINGS, rounds, sense="at most", target=TARGET)
    return to_json([*figures, *_fitted("all three levels", (), 1)])


def _fitted(name: str, sets: Sequence[str], rounds: int, **bars: Any) -> list[Figure]:
    """Seconds of a fit, and how close it came."""
    inputs = load(DEFAULT, sets=sets, need_level=False)
    fits: list[tuple[float, Fit]] = [timed(fit_levels, inputs, jobs=1) for _ in range(rounds)]
    fit = fits[0][1]
    widest = max(fit.parts, key=_relative)
    note = f"{widest.total.n} replications at the last levels; reached: {fit.reached}"
    which = f"of {widest.name}; the largest, if there are several"
    halves = [max(_relative(part) for part in one.parts) for _, one in fits]
    return [
        medians(NAME, f"fit_levels, {name}", [f[0] for f in fits], "CPU s", note=note, **bars),
        medians(NAME, f"half-width over total, {name}", halves, "share", note=which),
    ]


def _relative(part: FitPart) -> float:
    """Half-width as a share of what is to be met."""
    return part.total.half_width / part.target
