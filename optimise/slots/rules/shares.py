"""Hours shared in proportion to units (members, teams), with a least and a most for each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["proportional"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


def proportional(total: int, units: F64, least: I64, most: I64, lot: I64) -> I64:
    """Share whole cells in proportion to units, nobody below `least` or above `most`.

    Each gets clip(rate x units, least, most) with the one rate at which they add up to the total
    (what somebody cannot use is shared among the rest by the same rule), in whole cells by the
    largest remainder (Hamilton's method); equal remainders by lot.

    Parameters
    ----------
    total
        Cells to share.
    units, least, most, lot
        Of each group, shape (groups,); `least` is cut to `most`.

    Returns
    -------
    numpy.ndarray
        Cells of each; all get their least even where these exceed the total.
    """
    least = np.minimum(least, most)
    exact = np.clip(_rate(total, units, least, most) * units, least, most)
    cells = np.floor(exact + 1e-9).astype(np.int64)
    spare = min(total, round(float(exact.sum()))) - int(cells.sum())
    order = np.lexsort((lot, -np.round(exact - cells, 9)))
    cells[order[: max(0, spare)]] += 1
    return cells


def _rate(total: int, units: F64, least: I64, most: I64) -> float:
    """Where sum(clip(rate x units, least, most)) reaches the total, or the last rate that adds.

    The sum is piecewise linear and rises between the rates at which somebody leaves its least or
    reaches its most.
    """
    some = units > 0
    bends = np.unique(np.concatenate((least[some] / units[some], most[some] / units[some])))
    before, reached = 0.0, float(least.sum())
    for bend in bends.tolist():
        there = float(np.clip(bend * units, least, most).sum())
        if there >= total > reached:
            return float(before + (total - reached) / (there - reached) * (bend - before))
        if reached >= total:
            break
        before, reached = bend, there
    return before
