"""All that is the same in every replication of a scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.booking.clubs import ClubPlan, build_clubs
from sim.booking.diaries import OffPlatformPlan, build_off_platform
from sim.booking.layout import BookableRooms, build_rooms
from sim.demand.plan import DemandPlan, build_plan
from sim.places.plan import PlacesPlan, build_places_plan
from sim.points.plan import PointsPlan, build_points
from sim.programme.plan import ProgrammePlan, build_programme
from sim.scenario.inputs import Inputs
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
