"""The whole scenario."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.schema.base import Line, Name, Part
from sim.scenario.schema.demand import Demand, Kind, NestedLogit, Segment
from sim.scenario.schema.experiment import Analysis, Calibration, Experiment
from sim.scenario.schema.place import (
    CalendarPart,
    CountingWindow,
    OffPlatform,
    Travel,
    WorldFiles,
    Zone,
)
from sim.scenario.schema.policy import Policy

__all__ = ["Multiplier", "Scenario"]

ScenarioName = Annotated[
    str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9\u4e00-\u9fff][\w.-]*$")
]


class Multiplier(Part):
    """Scales a part of the neighbourhood that is not built yet; 0 switches it off."""

    multiplier: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """Factor; nothing behind it yet."""


class Scenario(Part):
    """What an analyst writes, after `extends` and `--set` are resolved."""

    name: ScenarioName
    """Also the folder under results/: letters, digits, `-`, `_`, `.`."""
    title: Line = ""
    """One line for reports; empty: the name."""
    place: Line = ""
    """What the subtitles of charts call the place; empty: the title."""
    window: CountingWindow
    """The counting window."""
    grid_minutes: Annotated[int, Field(ge=1, le=60)] = 30
    """The slot grid; must divide 60."""
    world: WorldFiles
    """The tables of places and people."""
    zones: Annotated[dict[Name, Zone], Field(min_length=1)]
    """Zones 片区 by name."""
    calendar: CalendarPart = CalendarPart()
    """Public holidays, school holidays, closures."""
    travel: Travel = Travel()
    """From distance to minutes."""
    off_platform: OffPlatform = OffPlatform()
    """Use that no booking record shows."""
    segments: Annotated[dict[Name, Segment], Field(min_length=1)]
    """Groups of people by name."""
    kinds: Annotated[dict[Name, Kind], Field(min_length=1)]
    """Kinds of venues by name."""
    demand: Demand
    """Wishes for bookable slots."""
    choice: NestedLogit = NestedLogit()
    """Whether to ask, and where."""
    policy: Policy = Policy()
    """The rules by which requests get slots."""
    activities: Multiplier = Multiplier()
    """Programme sessions: scaled by `multiplier` (nothing behind it yet)."""
    dropin: Multiplier = Multiplier()
    """Use without booking: scaled by `multiplier` (nothing behind it yet)."""
    experiment: Experiment = Experiment()
    """How often to run."""
    analysis: Analysis = Analysis()
    """How to look at it."""
    calibration: Calibration | None = None
    """What the demand level is fitted to."""
