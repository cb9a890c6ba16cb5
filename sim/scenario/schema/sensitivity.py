"""What `linli sensitivity` draws beside the ranges of single numbers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.schema.base import Line, Name, Part


class Sensitivity(Part):
    """Numbers that move together, and other worlds that might be the true one."""

    ties: dict[Name, Annotated[list[Line], Field(min_length=1)]] = {}
    """Name -> keys of numbers with a range that move as one, as `segments.*.metres_per_second`:
    when one is a tenth into its range, all are; `*` stands for one step of a key."""
    worlds: dict[Name, Annotated[list[Line], Field(min_length=1, max_length=20)]] = {}
    """Name -> alternatives, scenario files of which each is drawn as often as the scenario itself:
    what the file itself says, but for its name and its fit, is laid over."""
