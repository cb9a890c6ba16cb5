"""What callers of the siting models may pass; anything else is a `ValueError` that says where."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "amounts_of",
    "costs_of",
    "count_of",
    "floats_of",
    "opened_of",
    "seconds_of",
    "seed_of",
    "weights_of",
]

F64 = npt.NDArray[np.float64]

_NUMBERS = "biufO"
"""Kinds of arrays that may hold some, as numpy calls them; not text, times or complex numbers."""
_MOST = 1e300
"""What amounts may add up to: near the largest float, sums and products would be infinite."""


def costs_of(cost: npt.ArrayLike) -> F64:
    """Demand points x sites, as floats; not copied if it is such an array already.

    Infinity means that a site cannot be reached from a point.

    Raises
    ------
    ValueError
        Not a matrix of numbers, no point, no site, NaN, or minus infinity.
    """
    matrix = floats_of(cost, "cost")
    if matrix.ndim != 2 or not matrix.size:
        raise ValueError(
            f"cost has shape {matrix.shape}: a matrix of demand points x sites, at least 1 x 1"
        )
    if not matrix.min() > -np.inf:  # NaN compares as false, and `min` hands it on
        wrong = np.isnan(matrix) | (matrix == -np.inf)
        point, site = (int(at) for at in np.argwhere(wrong)[0])
        raise ValueError(
            f"cost[{point}, {site}] is {matrix[point, site]} ({int(wrong.sum())} such in all): "
            "a number, or infinity where the site cannot be reached"
        )
    return matrix


def amounts_of(values: npt.ArrayLike, name: str, length: int) -> F64:
    """So many finite numbers that are not negative (demand, capacity, opening cost).

    Raises
    ------
    ValueError
        Anything else; says which entry of `name`.
    """
    amounts = floats_of(values, name)
    if amounts.shape != (length,):
        raise ValueError(f"{name} has shape {amounts.shape}: ({length},) to match the matrix")
    wrong = ~(np.isfinite(amounts) & (amounts >= 0))
    if wrong.any():
        at = int(wrong.argmax())
        raise ValueError(f"{name}[{at}] is {amounts[at]}: a finite number, 0 or more")
    if float((amounts / _MOST).sum()) > 1.0:
        raise ValueError(f"{name} adds up to more than {_MOST:g}: too large to be summed")
    return amounts


def weights_of(weights: npt.ArrayLike | None, points: int) -> F64:
    """One weight a demand point, all 1 if none are given.

    Raises
    ------
    ValueError
        Another number of them, or one that is negative or not finite.
    """
    return np.ones(points) if weights is None else amounts_of(weights, "weights", points)


def count_of(value: Any, name: str, most: int | None = None) -> int:
    """A whole number of 1 or more, and `most` at most (p, workers).

    Raises
    ------
    ValueError
        Anything else.
    """
    allowed = "a whole number, 1 or more" if most is None else f"a whole number from 1 to {most}"
    whole = _whole(value, f"{name} is {value!r}: {allowed}")
    if whole < 1 or (most is not None and whole > most):
        raise ValueError(f"{name} is {whole}: {allowed}")
    return whole


def seed_of(seed: Any) -> int:
    """A whole number of 0 or more.

    Raises
    ------
    ValueError
        Anything else.
    """
    wrong = f"seed is {seed!r}: a whole number, 0 or more"
    if (whole := _whole(seed, wrong)) < 0:
        raise ValueError(wrong)
    return whole


def opened_of(fixed_open: Iterable[Any], sites: int, p: int | None = None) -> tuple[int, ...]:
    """Sites that must be open, ascending.

    Raises
    ------
    ValueError
        Not a site, named twice, or more than p of them.
    """
    allowed = f"sites are numbered from 0 to {sites - 1}"
    try:
        named = list(fixed_open)
    except TypeError:
        raise ValueError(f"fixed_open is {fixed_open!r}: {allowed}, in a list or tuple") from None
    opened = [_whole(site, f"fixed_open names {site!r}: {allowed}") for site in named]
    for site in opened:
        if not 0 <= site < sites:
            raise ValueError(f"fixed_open names {site}: {allowed}")
    if twice := sorted({site for site in opened if opened.count(site) > 1}):
        raise ValueError(f"fixed_open names {twice[0]} more than once")
    if p is not None and len(opened) > p:
        raise ValueError(f"fixed_open names {len(opened)} sites, more than p = {p}")
    return tuple(sorted(opened))


def seconds_of(time_limit: float) -> float:
    """A time limit: a finite number of seconds above 0.

    Raises
    ------
    ValueError
        Anything else.
    """
    wrong = f"time_limit is {time_limit!r}: seconds, a finite number above 0"
    real = isinstance(time_limit, (int, float, np.integer, np.floating))
    if not real or isinstance(time_limit, (bool, np.timedelta64)):
        raise ValueError(wrong)
    try:
        seconds = float(time_limit)
    except OverflowError:
        raise ValueError(wrong) from None
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError(wrong)
    return seconds


def floats_of(values: npt.ArrayLike, name: str) -> F64:
    """As floats; not copied if they are already.

    Raises
    ------
    ValueError
        Not numbers, or some of them masked.
    """
    wrong = f"{name} is not an array of numbers"
    try:
        array = np.asarray(values)
        floats = np.asarray(array, dtype=np.float64) if array.dtype.kind in _NUMBERS else None
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{wrong}: {error}") from None
    if floats is None:
        raise ValueError(f"{wrong}: it holds {array.dtype}")
    if np.ma.is_masked(values):
        raise ValueError(f"{wrong}: some are masked")
    return floats


def _whole(value: Any, wrong: str) -> int:
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(wrong)
    try:
        return operator.index(value)
    except TypeError:
        raise ValueError(wrong) from None
