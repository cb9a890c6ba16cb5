"""What a map of a siting result shows: homes, centres, what the plan does, walks through links."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import F64


@dataclass(frozen=True, slots=True)
class Dot:
    """A home.

    Attributes
    ----------
    wishes
        A year; 0 where nobody lives yet.
    minutes, gain
        On foot, and fewer than today; NaN where no room is suitable, or nothing wished.
    to
        Where the centre is that is most often the best.
    moved
        Whether today it is another.
    """

    x: float
    y: float
    people: int
    name: str
    wishes: float
    minutes: float
    gain: float
    to: tuple[float, float] | None
    moved: bool

    @property
    def empty(self) -> bool:
        """Whether nothing is wished there."""
        return not self.wishes

    @property
    def nowhere(self) -> bool:
        """Whether something is wished there, and no room is suitable."""
        return math.isnan(self.minutes) and not self.empty


@dataclass(frozen=True, slots=True)
class Pin:
    """Where the plan does something."""

    x: float
    y: float
    name: str
    what: str
    status: str
    cost: float


@dataclass(frozen=True, slots=True)
class Way:
    """A walk that a link shortens.

    Attributes
    ----------
    x, y
        Of both ends.
    opened
        Whether the link opens.
    few
        Whether it is one of a few, so that it shows where the link is.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    opened: bool
    few: bool


@dataclass(frozen=True, slots=True)
class MapData:
    """One map.

    Attributes
    ----------
    centres
        (x, y, tier) of those that are there today.
    candidates
        (x, y) where nothing is, and nothing opens.
    all_xy
        (n, 2) what both maps must show.
    most
        Minutes at the end of the colours, in both maps.
    """

    after: bool
    dots: tuple[Dot, ...]
    centres: tuple[tuple[float, float, str], ...]
    candidates: tuple[tuple[float, float], ...]
    pins: tuple[Pin, ...]
    ways: tuple[Way, ...]
    all_xy: F64
    most: float
