"""What the recommended plan brings: to whom, how near, and at what price; what today lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.siting.outcome.figures import Figure

__all__ = ["Coverage", "GroupGain", "Price", "Unasked"]


@dataclass(frozen=True, slots=True)
class GroupGain:
    """Wishes met in a group today and with the recommended plan, paired.

    Attributes
    ----------
    group
        ``all``, ``segment``, ``community``, ``kind``, ``tier`` or ``distance_band`` (of today's
        best centre).
    wishes
        A year.
    before, after
        Share of wishes met.
    difference
        Share after less before.
    met
        More wishes met a year.
    joint_low, joint_high
        Interval of `difference` that holds jointly over all levels of all groups.
    """

    group: str
    level: str
    wishes: float
    before: Figure
    after: Figure
    difference: Figure
    met: Figure
    joint_low: float
    joint_high: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """People who may use a room of a kind within a limit; `kind` ``any``: of any kind.

    Attributes
    ----------
    limit, unit
        Such as 5 ``minutes`` (walk) or 300 ``m`` (straight line).
    before, after
        Share of people.
    """

    kind: str
    limit: float
    unit: Literal["minutes", "m"]
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Price:
    """Yuan a year for each unit gained a year: base cost with the interval of the simulation.

    Attributes
    ----------
    of
        ``request served``, ``minute saved`` or the unit of the aim.
    yuan
        At the base cost; limits are those of the simulated gain, infinite where it may be nothing.
    cheap, dear
        The mean at the low and at the high end of the cost range.
    """

    of: str
    yuan: Figure
    cheap: float
    dear: float


@dataclass(frozen=True, slots=True)
class Unasked:
    """Wishes a year that today end without a room, by kind and reason.

    Attributes
    ----------
    stage
        ``not asked`` or ``refused``.
    """

    kind: str
    stage: Literal["not asked", "refused"]
    reason: str
    wishes: Figure
