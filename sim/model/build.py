"""What replications of a scenario share, and a replication's wishes and free hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace

import numpy as np

from sim.arrays import I32, Bools
from sim.booking.clubs import ClubPlan, build_clubs
from sim.booking.diaries import OffPlatformPlan, build_off_platform
from sim.booking.layout import BookableRooms, build_rooms
from sim.demand.bookers import Bookers, draw_bookers
from sim.demand.plan import DemandPlan, build_plan
from sim.demand.sampling import Wishes, sample_wishes
from sim.places.plan import PlacesPlan, Stretches, build_places_plan
from sim.places.process import open_stretches
from sim.points.plan import PointsPlan, build_points
from sim.programme.plan import ProgrammePlan, build_programme
from sim.scenario.inputs import Inputs
from sim.world.calendar import Calendar, runs
from sim.world.world import World, build_world


@dataclass(frozen=True, slots=True)
class Model:
    """All that is the same in every replication of a scenario."""

    world: World
    plan: DemandPlan
    rooms: BookableRooms
    clubs: ClubPlan
    off_platform: OffPlatformPlan
    programme: ProgrammePlan
    places: PlacesPlan
    points: PointsPlan

    def at_level(
        self, level: float, interest: float | None = None, errands: float | None = None
    ) -> Model:
        """Return the same model at other levels of demand, activities and points."""
        volume = level * self.world.scenario.demand.multiplier
        return replace(
            self,
            plan=replace(self.plan, volume=volume),
            programme=(
                self.programme if interest is None else self.programme.at_interest(interest)
            ),
            points=self.points if errands is None else self.points.at_errands(errands),
        )


def build_model(inputs: Inputs, level: float | None = None) -> Model:
    """Compile a scenario; `level` overrides the demand level (for calibration)."""
    world = build_world(inputs)
    clubs = build_clubs(world, inputs.tables.timetable)
    return Model(
        world=world,
        plan=build_plan(world, level),
        rooms=build_rooms(world),
        clubs=clubs,
        off_platform=build_off_platform(world, inputs.tables.off_platform, clubs.blocked),
        programme=build_programme(world),
        places=build_places_plan(world),
        points=build_points(world),
    )


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


def place_stretches(model: Model, busy: Bools) -> list[Stretches]:
    """Per place the stretches in which it can be used, from opening hours and final diaries."""
    found = list(open_stretches(model.places))
    for p, venue in enumerate(model.world.places.venue.tolist()):
        if venue >= 0:
            found[p] = runs(~busy[venue])
    return found
