"""What a timetable should be good at."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Aims"]


@dataclass(frozen=True, slots=True)
class Aims:
    """Aims in order, and what fair means.

    Parameters
    ----------
    order
        Of ``hours``, ``fairness``, ``preferences``, ``walking`` and ``stability``, the first most;
        empty: worth alone.
    alpha
        Of alpha-fair hours: 0 utilitarian, 1 proportional, infinity max-min.
    between
        Who is compared: ``request``, ``club``, ``zone`` or ``segment``.
    give
        Of each aim, the share of its best value that later ones may cost.
    """

    order: tuple[str, ...] = ()
    alpha: float = 0.0
    between: str = "request"
    give: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.alpha >= 0:
            raise ValueError(f"alpha {self.alpha} must be at least 0 (infinity is {math.inf})")
        if len(self.give) != len(self.order):
            raise ValueError("one share to give for each aim in order")
