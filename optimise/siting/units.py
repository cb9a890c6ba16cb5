"""What amounts are counted in for solvers, whose tolerances are absolute."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

__all__ = ["unit_of"]

_ENOUGH = 512.0
"""HiGHS takes a difference of 1e-6 for none; so small a part of this matters to nobody."""


def unit_of(amounts: npt.NDArray[np.float64], most: float = math.inf) -> float:
    """1 if amounts are whole or large, else such that the largest is 512 to 1024 of it.

    A power of two, as dividing by one changes no digit. All amounts are finite; if one is larger
    than `most`, the unit is so large that it is not.
    """
    largest = float(np.abs(amounts).max(initial=0.0))
    if largest > most:
        return math.ldexp(1.0, math.frexp(largest / most)[1])
    if not 0.0 < largest < _ENOUGH or np.array_equal(amounts, np.rint(amounts)):
        return 1.0
    return math.ldexp(1.0, math.frexp(largest / _ENOUGH)[1] - 1)
