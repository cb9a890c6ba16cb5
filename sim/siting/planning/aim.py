"""What a wish met counts in the aim, where it is planned and where a plan is simulated.

Most terms are sums over wishes met: a row of `TERMS` says what one counts where it is planned, and
which sum of a simulation that is. Whether a suitable room is near, and the share of the worst-off
group, are no such sums; the planning model knows these two (`optimise.siting.Aim`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimise.siting.problem import Aim
from sim.arrays import F64
from sim.scenario.schema.siting import SiteAim
from sim.siting.planning.tally import Column, SiteGroups


@dataclass(frozen=True, slots=True)
class MetWishes:
    """Wishes that the planning model may meet, one entry an option.

    Attributes
    ----------
    worth
        (P,) what one counts as: its person-hours, or 1 (`SiteAim.count`).
    minutes
        (P,) walking minutes one way.
    """

    worth: F64
    minutes: F64


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the aim that is a sum over wishes met.

    Attributes
    ----------
    sign
        1 where more is better, -1 where it is taken off.
    planned
        (P,) what one wish met counts in the planning model.
    simulated
        `Column` of a tally that is the same sum over a replication.
    by_place
        Whether it counts where a wish is met, so that all who take to several rooms must be kept.
    """

    sign: float
    planned: Callable[[MetWishes], F64]
    simulated: Callable[[SiteAim], int]
    by_place: bool = True


def _served_column(aim: SiteAim) -> int:
    """Column of what a met wish counts as."""
    return Column.MET_HOURS if aim.count == "person_hours" else Column.MET


def _wished_column(aim: SiteAim) -> int:
    """Column of what a wish counts as."""
    return Column.WISHED_HOURS if aim.count == "person_hours" else Column.WISHES


TERMS = {
    "served": Term(1.0, lambda met: met.worth, _served_column, by_place=False),
    "minutes": Term(-1.0, lambda met: met.minutes, lambda aim: Column.WALK),
}
"""Terms by the key of `SiteAim` that is their weight."""


def _weighted(aim: SiteAim) -> list[tuple[float, Term]]:
    """Terms with their signed weights."""
    return [(term.sign * getattr(aim, name), term) for name, term in TERMS.items()]


def met_value(aim: SiteAim, met: MetWishes) -> F64:
    """(P,) what one wish met at each option adds to the aim."""
    value = np.zeros(len(met.worth))
    for weight, term in _weighted(aim):
        value += weight * term.planned(met)
    return value


def counts_place(aim: SiteAim) -> bool:
    """Whether it matters to the aim where a wish is met."""
    return bool(aim.uncovered) or any(w and term.by_place for w, term in _weighted(aim))


def aim_of(aim: SiteAim) -> Aim:
    """Aims that the planning model knows by itself, beside the value of wishes met."""
    return Aim(aim.uncovered, aim.worst)


def worth(aim: SiteAim, groups: SiteGroups, rows: F64, years: float) -> F64:
    """(R,) worth of replications by the aim, a year.

    Parameters
    ----------
    rows
        (R, levels, COLUMNS) of the counting window.
    """
    everybody = groups.rows_of(rows, "all")[:, 0]
    total = np.zeros(len(everybody))
    for weight, term in _weighted(aim):
        total += weight * everybody[:, term.simulated(aim)]
    total -= aim.uncovered * everybody[:, Column.UNCOVERED]
    if aim.worst:
        of = groups.rows_of(rows, aim.group)
        wished = of[..., _wished_column(aim)]
        share = np.where(wished > 0, of[..., _served_column(aim)] / np.maximum(wished, 1e-300), 1.0)
        total += aim.worst * share.min(axis=1) * everybody[:, _wished_column(aim)]
    return np.asarray(total / years)
