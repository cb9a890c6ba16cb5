"""Demand as a planner is given it: wishes by who, where, what and when, whatever their origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Bands", "Estimate"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bands:
    """Hour bands: stretches of the week in which rooms of a kind are scarce alike.

    Attributes
    ----------
    names
        Such as ``weekday 18-22``.
    of_hour
        (168,) band of each hour of the week, Monday 0:00 first.
    """

    names: tuple[str, ...]
    of_hour: I64


@dataclass(frozen=True, slots=True)
class Estimate:
    """Wishes that would be asked if a suitable room stood next door, or less if unknown.

    Attributes
    ----------
    wishes
        (O, S, K, B) a year, by origin, segment, kind and hour band.
    hours, party
        (K,) mean room-hours and people of a wish.
    what
        What it is: ``census``, ``bookings``, ``simulated`` ...
    """

    wishes: F64
    hours: F64
    party: F64
    what: str
