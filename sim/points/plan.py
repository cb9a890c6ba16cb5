"""What is the same about points in every replication."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import F64, I64
from sim.points.goods import unseen_shares
from sim.points.months import DAY_MINUTES, Months, build_months
from sim.scenario.derived.samplers import Sampler, sampler
from sim.scenario.schema.money import Points
from sim.world.world import World

YEAR_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class PointsPlan:
    """Points of a world, at one level of errands.

    Attributes
    ----------
    errands
        Factor on trips.
    per_source
        (3,) points for one event of each `Source`.
    acts_a_day
        (G,) acts of volunteering a day in each group; 0 where they earn nothing.
    volunteers
        (G,) people of each group who ever volunteer: its first ones. Nobody volunteers in a group
        without any.
    unseen
        See `unseen_shares`.
    end
        Minutes of the horizon.
    """

    world: World
    errands: float
    per_source: I64
    acts_a_day: F64
    volunteers: I64
    price: Sampler
    unseen: F64
    months: Months
    end: float

    @property
    def active(self) -> bool:
        """Whether anybody can earn anything."""
        acts = bool(((self.acts_a_day > 0) & (self.volunteers > 0)).any())
        return self.points.members > 0 and (bool((self.per_source[:2] > 0).any()) or acts)

    @property
    def points(self) -> Points:
        """The part of the scenario."""
        return self.world.scenario.points

    @property
    def spendable(self) -> bool:
        """Whether there is anything to spend points on."""
        return self.points.merchants > 0 and self.points.goods > 0

    @property
    def trips_a_day(self) -> float:
        """Trips of a person with points."""
        return self.points.trips_per_year / YEAR_DAYS * self.errands

    def at_errands(self, level: float) -> PointsPlan:
        """Return the same plan at another level of trips."""
        return replace(self, errands=level)


def build_points(world: World) -> PointsPlan:
    """Compile the points of a world, at its own level of errands."""
    points, people = world.scenario.points, world.people
    rates = np.array([points.volunteering_per_1000.get(s, 0.0) for s in world.segments])
    if points.per_volunteering == 0:
        rates[:] = 0.0
    number = [_volunteers(n, points.volunteers) for n in people.people.tolist()]
    return PointsPlan(
        world=world,
        errands=world.errands,
        per_source=np.array(
            [points.per_participation, points.per_use, points.per_volunteering], dtype=np.int64
        ),
        acts_a_day=rates[people.segment] * people.people / 1000.0 / 7.0,
        volunteers=np.array(number, dtype=np.int64),
        price=sampler(points.price),
        unseen=unseen_shares(points.goods, points.goods_seen),
        months=build_months(world.calendar),
        end=world.n_days * DAY_MINUTES,
    )


def _volunteers(people: int, share: float) -> int:
    """People of a group who ever volunteer, rounded up; 50 x 0.02 is 1 in spite of floats."""
    return math.ceil(people * share - 1e-9)
