"""The true demand of a hidden world, in the shape in which planners are given theirs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.demand.plan import DemandPlan, expected_wishes
from sim.siting.planning.today import Bands, Estimate, years_of

F64 = npt.NDArray[np.float64]


def true_estimate(plan: DemandPlan, bands: Bands, like: Estimate) -> Estimate:
    """Expected wishes a year, exactly; sizes as in `like`.

    Within a cell they lie over the bands as its profile does over the counting window.
    """
    world, cells = plan.world, plan.cells
    wishes = np.zeros((*world.origins.people.shape, len(world.kinds), len(bands.names)))
    share = _band_shares(plan, bands)[cells.profile]
    each = expected_wishes(plan)[:, None] * share / years_of(world.calendar)
    wishes[cells.origin, cells.segment, cells.kind] = each
    return Estimate(wishes, like.hours, like.party)


def _band_shares(plan: DemandPlan, bands: Bands) -> F64:
    """(P, B) share of a profile's wishes in each band, over the counting window."""
    calendar = plan.world.calendar
    counted = np.arange(calendar.count_from, calendar.count_until)
    weekend = calendar.weekend[counted].astype(np.int64)
    band = bands.of_hour.reshape(7, 24)[calendar.weekday[counted]]
    shares = np.zeros((len(plan.profiles.day), len(bands.names)))
    for p, (day, hour) in enumerate(zip(plan.profiles.day, plan.profiles.hour, strict=True)):
        weight = day[plan.offset + counted][:, None] * hour[weekend]
        shares[p] = np.bincount(band.ravel(), weight.ravel(), minlength=len(bands.names))
    return np.asarray(shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-300))
