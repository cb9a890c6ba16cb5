"""How the slots of a season are allotted; each way is a mapping with its `rule`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.base import Part
from sim.scenario.schema.season_rules import HoursByLevel, HoursByMembership, PriorityOrder


class Optimised(Part):
    """The timetable of the highest worth that is found, with a bound on what is possible."""

    rule: Literal["optimised"] = "optimised"


class Greedy(Part):
    """The session worth most first, whoever's it is; among equals who asked first."""

    rule: Literal["greedy"]


class InOrderOfAsking(Part):
    """Who asked first (`asked_on`) takes the best that is left; among equals by priority."""

    rule: Literal["first_come"]


class AsLastSeason(Part):
    """Whoever had a slot last season keeps it; what is left goes to who asked first."""

    rule: Literal["last_season"]


Method = Annotated[
    Optimised
    | Greedy
    | InOrderOfAsking
    | AsLastSeason
    | PriorityOrder
    | HoursByLevel
    | HoursByMembership,
    Field(discriminator="rule"),
]
