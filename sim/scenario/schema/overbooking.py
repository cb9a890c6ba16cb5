"""Overbooking: sessions admit more sign-ups than they have places, for some do not turn up."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.schema.base import Part

__all__ = ["Overbooking"]


class Overbooking(Part):
    """How many people may sign up for a session beyond its places.

    Whoever comes and finds no place is turned away at the door.
    """

    share: Annotated[float, Field(ge=0, le=10)] = 0.0
    """People signed up beyond the places, as a share of these, rounded down; 0: nobody."""
    at_most_people: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """Never more than so many beyond the places of one session; without it the share alone."""
