"""What the figures of a run rest on, in a few words: fitted, a what-if, or extrapolated."""

from __future__ import annotations

from sim.scenario.inputs import Inputs
from sim.scenario.schema.experiment import Calibration

__all__ = ["basis"]


def basis(inputs: Inputs) -> str:
    """Where the levels come from, and what growth is laid over them.

    A scenario that borrows a fit and has a target of its own (or its parent's) is a what-if about
    the place that was fitted; one without any target is of another place, for which nothing is
    known to fit to: it is extrapolated, and so is every figure of it (unless the fit bears its own
    name: then it was fitted once). The footer of every chart,
    `linli run` and the manifest say the same.
    """
    demand, target = inputs.scenario.demand, inputs.scenario.calibration
    growth = "" if demand.multiplier == 1 else f"; here demand x {demand.multiplier:g}"
    if target is not None and inputs.fitted:
        return f"{_fitted(target)} (China City News, 2025-11-01){growth}"
    if demand.fit is None:
        return f"level set by hand{growth}"
    if target is None and demand.fit != inputs.scenario.name:
        return f"extrapolated: levels as fitted for {demand.fit}, nothing fitted here{growth}"
    return f"what-if: level as fitted for {demand.fit}{growth}"


def _fitted(target: Calibration) -> str:
    """Every total that a level was fitted to."""
    totals = {
        "bookings": target.bookings,
        "participations": target.participations,
        "redemptions": target.redemptions,
    }
    named = [f"{number:,} {name}" for name, number in totals.items() if number is not None]
    return f"level{'s' if len(named) > 1 else ''} fitted to {', '.join(named)}"
