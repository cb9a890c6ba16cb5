"""Overbooking: sessions admit more sign-ups than they have places, for some do not turn up."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field

from sim.scenario.schema.base import Part

_ROUNDING = 1e-9
"""A share of 0.29 of 100 places are 29 people, not the 28 of binary fractions."""


class Overbooking(Part):
    """How many people may sign up for a session beyond its places.

    Whoever comes and finds no place is turned away at the door.
    """

    share: Annotated[float, Field(ge=0, le=10)] = 0.0
    """People signed up beyond the places, as a share of these, rounded down; 0: nobody."""
    at_most_people: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """Never more than so many beyond the places of one session; without it the share alone."""

    def beyond(self, places: int) -> int:
        """People who may sign up beyond the places of a session: places x share, rounded down."""
        people = math.floor(places * self.share + _ROUNDING)
        return people if self.at_most_people is None else min(people, self.at_most_people)
