"""What a table of results says of its columns: read by pictures and documents alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Write = Callable[[float, float, float], str]
"""Words of a mean with the ends of its interval, which are NaN where there is none."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name
        Column of the frame; the ends of its interval, where there are any, are in `<name>_low` and
        `<name>_high`, those over draws of the assumptions in `<name>_assumed_low` and `_high`.
    head, unit
        Words above it; heads of two lines are broken by themselves.
    write
        Words of a figure; without it a text column shows what the frame has, and a drawn one
        nothing beside its picture.
    draw
        How its figures are shown: as text, as a bar from 0 to the first of `ends`, as a dot with
        its interval, or as the shade of a field.
    over
        Head over this column and its neighbours with the same.
    times
        What figures are multiplied by on the axis: 100 for shares in percent.
    ends
        Lower and upper end of the axis; if not given, around 0 and all that is drawn.
    second
        Another column of figures, drawn as a ring on the same axis.
    clear
        Column that tells whether a figure is beyond chance: others are grey.
    left
        Whether text is set at the left, and broken into two lines where it is long.
    """

    name: str
    head: str
    unit: str = ""
    write: Write | None = None
    draw: Literal["text", "bar", "dots", "shade"] = "text"
    over: str = ""
    times: float = 1.0
    ends: tuple[float, float] | None = None
    second: str = ""
    clear: str = ""
    colour: str = "#12436D"
    hollow: bool = False
    left: bool = False

    def words(self, value: object, low: float = math.nan, high: float = math.nan) -> str:
        """Words of a cell."""
        if isinstance(value, float | int) and self.write is not None:
            return self.write(float(value), low, high)
        return str(value) if isinstance(value, str) else ""
