"""The whole scenario."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from sim.scenario.schema.activities import Activities, Dropin
from sim.scenario.schema.base import Decides, Label, Line, Name, Names, Part
from sim.scenario.schema.demand import Demand, Kind, NestedLogit, Segment
from sim.scenario.schema.experiment import Analysis, Calibration, Experiment, Sensitivity
from sim.scenario.schema.money import Advise, Costs, Points, Subsidy
from sim.scenario.schema.place import (
    CalendarPart,
    CountingWindow,
    OffPlatform,
    Opening,
    Travel,
    WorldFiles,
    Zone,
)
from sim.scenario.schema.policy import Batch, Policy, Window
from sim.scenario.schema.season import Allocation
from sim.scenario.schema.siting import Siting
from sim.scenario.schema.timetable import Timetable

ScenarioName = Annotated[
    str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9\u4e00-\u9fff][\w.-]*$")
]


class People(Part):
    """Rules that hold for people in all they do."""

    one_place_at_a_time: bool = False
    """Nobody is in two places at once: who uses a booking comes to no activity or place then."""


class Scenario(Part):
    """A scenario as an analyst writes it, after `extends` and `--set` are resolved."""

    name: Annotated[ScenarioName, Decides("reports", fitted=False)]
    """Also the folder under results/: letters, digits, `-`, `_`, `.`."""
    label: Label = ""
    """What comparisons and reports call it; empty: its name. Like the name it is not inherited."""
    language: Annotated[Literal["en", "zh"], Decides("nothing", fitted=False)] = "en"
    """Of charts and of what is printed, where `--language` says nothing."""
    title: Annotated[Line, Decides("reports", fitted=False)] = ""
    """One line for reports; empty: the name."""
    place: Annotated[Line, Decides("reports", fitted=False)] = ""
    """What the subtitles of charts call the place; empty: the title."""
    window: CountingWindow
    """The counting window."""
    grid_minutes: Annotated[int, Field(ge=1, le=60)] = 30
    """The slot grid; must divide 60."""
    world: WorldFiles
    """The tables of places and people."""
    zones: Annotated[dict[Name, Zone], Field(min_length=1), Names("zone"), Decides("wishes")]
    """Zones 片区 by name."""
    opening: Annotated[Opening, Decides("wishes")] = Opening()
    """Opening hours that differ from the tables, in all zones."""
    calendar: CalendarPart = CalendarPart()
    """Public holidays, school holidays, closures."""
    travel: Annotated[Travel, Decides("wishes")] = Travel()
    """From distance to minutes."""
    off_platform: Annotated[OffPlatform, Decides("wishes")] = OffPlatform()
    """Use that no booking record shows."""
    timetable: Annotated[Timetable | None, Decides("results")] = None
    """Weekly blocks of clubs; without it clubs have none."""
    allocation: Annotated[Allocation | None, Decides("reports", fitted=False)] = None
    """A season of group requests, for `linli allocate`."""
    siting: Annotated[Siting | None, Decides("nothing", fitted=False)] = None
    """Where to build next, for `linli site`."""
    advise: Annotated[Advise | None, Decides("nothing", fitted=False)] = None
    """Measures to choose from, for `linli advise`."""
    segments: Annotated[dict[Name, Segment], Field(min_length=1), Names("segment")]
    """Groups of people by name."""
    kinds: Annotated[dict[Name, Kind], Field(min_length=1), Names("kind")]
    """Kinds of venues by name."""
    demand: Demand
    """Wishes for bookable slots."""
    choice: NestedLogit = NestedLogit()
    """Whether to ask, and where."""
    policy: Annotated[Policy, Decides("results")] = Policy()
    """The rules by which requests get slots."""
    activities: Annotated[Activities, Decides("wishes")] = Activities()
    """Activities 活动: the programme of sessions."""
    dropin: Annotated[Dropin, Decides("wishes", fitted=False)] = Dropin()
    """Use without booking."""
    points: Annotated[Points, Decides("wishes")] = Points()
    """Points 积分: earned and spent."""
    people: People = People()
    """What holds of people in all they do."""
    costs: Annotated[Costs, Decides("wishes", fitted=False)] = Costs()
    """What it costs to run centres."""
    subsidy: Annotated[Subsidy, Decides("reports", fitted=False)] = Subsidy()
    """A subsidy and the rules by which it might be split."""
    experiment: Annotated[Experiment, Decides("wishes", fitted=False)] = Experiment()
    """How often to run."""
    analysis: Annotated[Analysis, Decides("wishes")] = Analysis()
    """How to look at it."""
    calibration: Annotated[Calibration | None, Decides("reports")] = None
    """What the demand level is fitted to."""
    sensitivity: Annotated[Sensitivity, Decides("nothing", fitted=False)] = Sensitivity()
    """What `linli sensitivity` draws beside the ranges of single numbers."""

    @field_validator("grid_minutes")
    @classmethod
    def _divides_the_hour(cls, minutes: int) -> int:
        if 60 % minutes:
            divisors = ", ".join(str(d) for d in range(1, 61) if 60 % d == 0)
            raise ValueError(f"{minutes} does not divide 60: give {divisors}")
        return minutes

    @property
    def windows(self) -> dict[tuple[str | int, ...], Window]:
        """Every booking window that holds somewhere, by its key."""
        general = any(zone.window is None for zone in self.zones.values())
        windows: dict[tuple[str | int, ...], Window | None] = {
            ("policy", "window"): self.policy.window if general else None,
            **{("zones", name, "window"): zone.window for name, zone in self.zones.items()},
        }
        for i, override in enumerate(self.policy.overrides):
            windows["policy", "overrides", i, "window"] = override.window
        return {key: window for key, window in windows.items() if window is not None}

    @property
    def batch_days(self) -> int:
        """Days whose slots are decided together, at most; 0 where all go to whoever asks first."""
        overrides = (o.selection for o in self.policy.overrides)
        selections = (self.policy.selection, *overrides)
        batches = (s for s in selections if isinstance(s, Batch))
        return max((7 if s.draw == "weekly" else 1 for s in batches), default=0)

    @property
    def opens_days_ahead(self) -> float:
        """Days ahead of which nothing can be booked in any zone: the longest window that holds."""
        return max(window.longest_days(self.batch_days) for window in self.windows.values())
