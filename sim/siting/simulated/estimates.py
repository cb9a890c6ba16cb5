"""What planners usually take for demand, in the shape of `Estimate`, and the truth.

None of these knows more than its name says: a census its heads and one rate, bookings what was
booked. What a rival does not know (kinds, hours) it takes from the bookings of today.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.demand.expected import expected_wishes
from sim.demand.plan import Plan
from sim.siting.simulated.estimate import Bands, Estimate
from sim.siting.simulated.latent import Latent, sizes_of, years_of
from sim.world.world import World

__all__ = ["bookings_estimate", "census_estimate", "segments_estimate", "true_estimate"]

F64 = npt.NDArray[np.float64]


def bookings_estimate(total: Latent, replications: int, years: float) -> Estimate:
    """Bookings made a year, by who made them: congested, and blind to whoever did not ask."""
    return Estimate(total.booked / (replications * years), *sizes_of(total), "bookings")


def census_estimate(world: World, bookings: Estimate) -> Estimate:
    """People x one rate; the rate, kinds and hours as booked today in all."""
    people = world.origins.people.astype(np.float64)
    share = people / max(people.sum(), 1.0)
    by_kind = bookings.wishes.sum(axis=(0, 1))
    wishes = share[:, :, None, None] * by_kind[None, None]
    return Estimate(wishes, bookings.hours, bookings.party, "census")


def segments_estimate(world: World, bookings: Estimate) -> Estimate:
    """People x a rate of each segment and kind; rates and hours as booked today in all."""
    people = world.origins.people.astype(np.float64)
    share = people / np.maximum(people.sum(axis=0), 1.0)
    wishes = share[:, :, None, None] * bookings.wishes.sum(axis=0)[None]
    return Estimate(wishes, bookings.hours, bookings.party, "census x segment rates")


def true_estimate(plan: Plan, bands: Bands, like: Estimate) -> Estimate:
    """Expected wishes a year, exactly; sizes as in `like`.

    Within a cell they lie over the bands as its profile does over the counting window.
    """
    world, cells = plan.world, plan.cells
    wishes = np.zeros((*world.origins.people.shape, len(world.kinds), len(bands.names)))
    share = _band_shares(plan, bands)[cells.profile]
    each = expected_wishes(plan)[:, None] * share / years_of(world.calendar)
    wishes[cells.origin, cells.segment, cells.kind] = each
    return Estimate(wishes, like.hours, like.party, "true")


def _band_shares(plan: Plan, bands: Bands) -> F64:
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
