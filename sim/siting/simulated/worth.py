"""What a plan is worth by its aim, as simulated: the same sum that the planner's model takes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.scenario.schema.siting import SiteAim
from sim.siting.simulated.groups import SiteGroups
from sim.siting.simulated.tally import Column

__all__ = ["served_column", "wished_column", "worth"]

F64 = npt.NDArray[np.float64]


def served_column(aim: SiteAim) -> int:
    """Column of what a met wish counts as."""
    return Column.MET_HOURS if aim.count == "person_hours" else Column.MET


def wished_column(aim: SiteAim) -> int:
    """Column of what a wish counts as."""
    return Column.WISHED_HOURS if aim.count == "person_hours" else Column.WISHES


def worth(aim: SiteAim, groups: SiteGroups, rows: F64, years: float) -> F64:
    """(R,) worth of replications, a year.

    Parameters
    ----------
    rows
        (R, levels, COLUMNS) of the counting window.
    """
    everybody = groups.of(rows, "all")[:, 0]
    total = aim.served * everybody[:, served_column(aim)]
    total = total - aim.minutes * everybody[:, Column.WALK]
    total -= aim.uncovered * everybody[:, Column.UNCOVERED]
    if aim.worst:
        of = groups.of(rows, aim.group)
        wished = of[..., wished_column(aim)]
        share = np.where(wished > 0, of[..., served_column(aim)] / np.maximum(wished, 1e-300), 1.0)
        total += aim.worst * share.min(axis=1) * everybody[:, wished_column(aim)]
    return np.asarray(total / years)
