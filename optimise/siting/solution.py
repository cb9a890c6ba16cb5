"""Certificates that prove a bound, traces of a search, and the gap between value and bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Certificate", "Trace", "relative_gap"]

F64 = npt.NDArray[np.float64]
Trace = tuple[tuple[float, float, float], ...]
"""(seconds since the call, value, bound) whenever one of them improved."""


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """Multipliers that prove a bound by weak duality; a checker computes the bound anew from them.

    Parameters
    ----------
    kind
        What the multipliers are of, such as ``planner``.
    multipliers
        Arrays by name, as that function documents.
    bound
        The bound that they prove on their own. The solution's may be better: by a solver's search.
    """

    kind: str
    multipliers: dict[str, F64]
    bound: float


def relative_gap(value: float, bound: float) -> float:
    """|bound - value| / |bound|: 0 where both are 0, NaN where there is no plan."""
    if bound == value:
        return 0.0
    return abs(bound - value) / abs(bound) if bound else float("inf")
