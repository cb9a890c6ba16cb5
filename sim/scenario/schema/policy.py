"""The rules by which requests get slots. Each part is a mapping; some name their `rule`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.base import Part

__all__ = ["FirstCome", "Policy", "Window"]


class Window(Part):
    """How early a slot may be asked for."""

    opens_days_ahead: Annotated[float, Field(ge=0, le=400)] = 14
    """Requests made earlier than this before the start are refused (outside the window)."""
    closes_minutes_ahead: Annotated[float, Field(ge=0, le=60 * 24 * 60)] = 0
    """Requests made later than this before the start are refused too."""


class FirstCome(Part):
    """Who asks first is served first."""

    rule: Literal["first_come"] = "first_come"
    """Who asks first is served first; other rules come with the policies."""


class Policy(Part):
    """The parts a policy is composed of."""

    window: Window = Window()
    """When slots may be asked for."""
    selection: FirstCome = FirstCome()
    """Who gets a slot."""
