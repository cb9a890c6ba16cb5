"""What callers may pass as `covers`, and as the options that all covering models share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.inputs import count_of, floats_of, opened_of, seconds_of, seed_of

__all__ = ["Options", "covers_of", "options_of"]


@dataclass(frozen=True, slots=True)
class Options:
    """Checked options: sites that must be open, seconds, threads and a seed."""

    fixed_open: tuple[int, ...]
    time_limit: float
    workers: int
    seed: int


def options_of(
    fixed_open: Iterable[Any],
    sites: int,
    p: int | None,
    time_limit: float,
    workers: int,
    seed: int,
) -> Options:
    """Check them.

    Raises
    ------
    ValueError
        One of them is malformed.
    """
    opened = opened_of(fixed_open, sites, p)
    return Options(opened, seconds_of(time_limit), count_of(workers, "workers"), seed_of(seed))


def covers_of(covers: Any) -> sp.csr_array:
    """Demand points x sites as a sparse matrix of ones, sorted and without stored zeros.

    Parameters
    ----------
    covers
        (demand points, sites) array of bool (or of 0 and 1), or any scipy sparse matrix of these.

    Raises
    ------
    ValueError
        Not a matrix, no point, no site, or an entry that is neither 0 nor 1.
    """
    if not sp.issparse(covers):
        covers = _dense(covers)
    if covers.ndim != 2 or 0 in covers.shape:
        raise ValueError(
            f"covers has shape {covers.shape}: a matrix of demand points x sites, at least 1 x 1"
        )
    matrix = sp.csr_array(covers, copy=True)
    matrix.sum_duplicates()
    values = np.asarray(matrix.data)
    if values.dtype.kind not in "biuf":
        raise ValueError(f"covers holds {values.dtype}: true or false")
    if not np.isin(values, (0, 1)).all():
        wrong = values[~np.isin(values, (0, 1))][0]
        raise ValueError(f"covers has an entry {wrong}: true or false (1 or 0)")
    matrix.eliminate_zeros()
    ones: sp.csr_array = matrix.astype(np.float64)
    return ones


def _dense(covers: Any) -> npt.NDArray[Any]:
    try:
        array = np.asarray(covers)
    except ValueError as error:
        raise ValueError(f"covers is not a matrix: {error}") from None
    if array.dtype.kind == "O" or array.dtype == np.float16 or not array.dtype.isnative:
        array = floats_of(array, "covers")  # as sparse matrices cannot hold them
    if array.dtype.kind not in "biuf":
        raise ValueError(f"covers holds {array.dtype}: true or false")
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise ValueError("covers has NaN in it: true or false (1 or 0)")
    return array
