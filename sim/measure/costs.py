"""What it costs to run the centres: area, open hours and staff; without rent.

Costs follow from the scenario's rates and the opening hours of the counting window, so they are the
same in every replication. A year is the window scaled by 365 / its days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, Bools
from sim.measure.collector import Collector
from sim.measure.groups import Grouping, Groups
from sim.world.places import TIERS
from sim.world.world import World

YEAR_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class CentreCosts:
    """Operating cost in the counting window, yuan.

    Attributes
    ----------
    area, energy
        (V,) of each venue: whatever the hours; by open hours.
    staff
        (C,) of each centre, of the hours in which any of its venues is open.
    place
        (P,) area and open hours of each drop-in place; 0 for those that are venues, which are
        counted as such. The staff of places is their own and not in it.
    days
        Of the counting window.
    """

    area: F64
    energy: F64
    staff: F64
    place: F64
    days: int

    @property
    def venue(self) -> F64:
        """(V,) yuan of each venue, without the centre's staff."""
        return self.area + self.energy

    @property
    def per_year(self) -> float:
        """Factor from the window to a year."""
        return YEAR_DAYS / self.days


def open_slots(world: World) -> Bools:
    """(profiles, slots of the counting window) whether open."""
    first, end = (d * world.slots for d in (world.calendar.count_from, world.calendar.count_until))
    return world.opening.is_open[:, first:end]


def centre_hours(world: World, open_: Bools) -> F64:
    """(C,) hours in which any venue of the centre is open."""
    slots = np.zeros(len(world.centres.names))
    for c in range(len(slots)):
        profiles = np.unique(world.venues.profile[world.venues.centre == c])
        slots[c] = np.count_nonzero(open_[profiles].any(axis=0))
    return slots * (world.grid / 60.0)


def cost_of(world: World) -> CentreCosts:
    """Operating cost of every venue, centre and place."""
    rates = world.scenario.costs
    calendar = world.calendar
    days = calendar.count_until - calendar.count_from
    open_ = open_slots(world)
    hours = open_.sum(axis=1) * (world.grid / 60.0)
    of_area = rates.yuan_per_m2_year * days / YEAR_DAYS
    by_tier = {str(tier): yuan for tier, yuan in rates.yuan_per_centre_open_hour.items()}
    staff = np.array([by_tier.get(tier, 0.0) for tier in TIERS])
    venues, places = world.venues, world.places
    venue_m2, place_m2 = built_m2(world)
    per_m2 = of_area + hours[places.profile] * rates.yuan_per_m2_open_hour
    return CentreCosts(
        area=venue_m2 * of_area,
        energy=venue_m2 * hours[venues.profile] * rates.yuan_per_m2_open_hour,
        staff=centre_hours(world, open_) * staff[world.centres.tier],
        place=place_m2 * per_m2,
        days=days,
    )


def built_m2(world: World) -> tuple[F64, F64]:
    """(V,) and (P,) floor area that costs: none out of doors, and none of places that are venues.

    Courts and grounds under the open sky are hardly heated, cleaned or watched; a school keeps its
    own ground.
    """
    scenario, venues, places = world.scenario, world.venues, world.places
    open_air = np.array([scenario.kinds[k].outdoor for k in world.kinds], dtype=bool)
    grounds = np.array([scenario.dropin.kinds[k].outdoor for k in world.place_kinds], dtype=bool)
    own = (places.venue < 0) & ~grounds[places.kind]
    return (
        np.where(open_air[venues.kind], 0.0, venues.area_m2),
        np.where(own, places.area_m2, 0.0),
    )


def add_costs(out: Collector, world: World, groups: Groups, costs: CentreCosts) -> None:
    """Add `operating_cost` (of the window), `operating_cost_year`, `operating_cost_venues`.

    The last leaves out places of their own: what bookings and activities cost. Places belong to
    their centre where they have one; the level `none` of tiers and centres holds the others, so
    that the levels of every group sum to `all`.
    """
    venues = np.concatenate([costs.venue, costs.staff, np.zeros(len(costs.place))])
    whole = np.concatenate([costs.venue, costs.staff, costs.place])
    for name, grouping in _groupings(world, groups).items():
        for metric, amount in (
            ("operating_cost", whole),
            ("operating_cost_year", whole * costs.per_year),
            ("operating_cost_venues", venues),
        ):
            out.add(metric, name, grouping.levels, grouping.summed(amount))


def _groupings(world: World, groups: Groups) -> dict[str, Grouping]:
    """Groups of venues, then centres, then places."""
    centres, venues, places = world.centres, world.venues, world.places
    n_centres = len(centres.names)
    own = np.where(places.centre >= 0, places.centre, n_centres)
    centre = np.concatenate([venues.centre, np.arange(n_centres), own])
    zone = np.concatenate([centres.zone[venues.centre], centres.zone, places.zone])
    tier = np.append(centres.tier, len(TIERS))[centre]
    operators = groups.cell["operator"].levels
    operator_of = np.array([operators.index(o) for o in world.operators], dtype=np.int64)
    return {
        "all": Grouping(("all",), np.zeros_like(zone)),
        "zone": Grouping(world.zones, zone),
        "operator": Grouping(operators, operator_of[zone]),
        "tier": Grouping((*TIERS, "none"), tier),
        "centre": Grouping((*centres.names, "none"), centre),
    }
