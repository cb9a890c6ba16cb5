"""Where people and rooms are, and what becomes of wishes there: what maps show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Homes", "Place", "View"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Homes:
    """Where people are, in the order of the world's origins.

    Attributes
    ----------
    lonlat
        (O, 2) WGS-84.
    people
        (O,) people.
    """

    names: tuple[str, ...]
    communities: tuple[str, ...]
    lonlat: F64
    people: I64


@dataclass(frozen=True, slots=True)
class Place:
    """A centre of a world.

    Attributes
    ----------
    status
        ``kept``: as today; ``changed``: rooms were added, converted or closed; ``new``.
    rooms
        Rooms by kind.
    """

    name: str
    lon: float
    lat: float
    tier: str
    status: Literal["kept", "changed", "new"]
    rooms: dict[str, int]


@dataclass(frozen=True, slots=True)
class View:
    """A world as a map shows it: today's, or with a plan; simulated under the same residents.

    Attributes
    ----------
    wishes, met, asked
        (O,) a year, by origin.
    minutes
        (O,) mean walking minutes to the best suitable centre, of all wishes that have one; NaN
        where none has.
    catchment
        (O,) index in `places` of the centre that is most often the best one; -1: none ever is.
    """

    label: str
    places: tuple[Place, ...]
    wishes: F64
    asked: F64
    met: F64
    minutes: F64
    catchment: I64
