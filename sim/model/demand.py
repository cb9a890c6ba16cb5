"""Residents' wishes of a replication, drawn once for all scenarios that share them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

import numpy as np

from sim.arrays import I32
from sim.demand.bookers import Bookers, draw_bookers
from sim.demand.plan import DemandPlan
from sim.demand.sampling import Wishes, sample_wishes
from sim.world.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Demand:
    """All wishes of a replication, the pools of those that are asked, and their bookers.

    Attributes
    ----------
    ranked
        (asked, tried) pools in order of preference.
    """

    wishes: Wishes
    ranked: I32
    bookers: Bookers


def draw_demand(plan: DemandPlan, root: int) -> Demand:
    """Draw the demand of a replication: about half of its time."""
    wishes, ranked = sample_wishes(plan, root)
    return Demand(wishes, ranked, draw_bookers(plan, root))


class LastDemand:
    """Keeps the demand drawn last, for the next scenario that has the same.

    One entry only: scenarios compared are simulated one after the other, replication by
    replication. What is kept is made read-only, since several replications look at it.
    """

    def __init__(self) -> None:
        self._key: object = None
        self._kept: Demand | None = None

    def of(self, plan: DemandPlan, root: int, name: str) -> Demand:
        """The demand of a replication.

        Parameters
        ----------
        name
            Equal for equal inputs, of all that demand depends on beside the policy. What the policy
            adds is the length of the horizon and how many centres are tried; both are looked at
            here, and so is the volume, which calibration changes.
        """
        days, months = plan.world.calendar, plan.calendar
        key = (name, root, plan.volume, plan.tried, *_span(days), *_span(months))
        if self._kept is None or key != self._key:
            self._kept = None  # or both would be in memory for a moment
            self._kept, self._key = _read_only(draw_demand(plan, root)), key
        return self._kept


def _span(calendar: Calendar) -> tuple[dt.date, int]:
    return calendar.first, calendar.n_days


def _read_only(demand: Demand) -> Demand:
    demand.ranked.flags.writeable = False
    for part in (demand.wishes, demand.bookers):
        for field in fields(part):
            value = getattr(part, field.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
    return demand
