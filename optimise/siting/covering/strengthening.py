"""The relaxation of maximal covering with cuts, round by round.

Programs over only some of the sites are smaller, but their prices prove nothing of the others:
sites that earned 5 % less than those that open without cuts earned the most with them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.odd_sets import OddSets, violated
from optimise.siting.covering.prices import Priced, price_out
from optimise.siting.covering.relaxation import Relaxed, covering_prices

__all__ = ["strengthen"]

F64 = npt.NDArray[np.float64]

_PAYS = 0.02
"""Part of the gap by which two rounds must make the bound better."""


def strengthen(
    matrix: sp.csr_array,
    weights: F64,
    p: int,
    relaxed: Relaxed,
    until: float,
    claim: Callable[[Priced], float],
) -> OddSets:
    """Add cuts until they no longer pay; those in force at the end.

    Parameters
    ----------
    relaxed
        The relaxation without cuts.
    until
        When to stop, by `time.monotonic`.
    claim
        Notes what prices prove; says how far the best bound is above the best value.
    """
    cuts = OddSets.of(matrix, np.zeros((0, 3), dtype=np.int64))
    gaps = [claim(price_out(matrix, weights, p, relaxed.price))]
    while gaps[-1] > 0:
        new = violated(matrix, weights, relaxed.share, relaxed.covered)
        if not len(new):
            break
        cuts = cuts.joined(OddSets.of(matrix, new))
        left = until - time.monotonic()
        found = covering_prices(matrix, weights, p, left, cuts)
        if found is None:
            break
        gaps.append(claim(price_out(matrix, weights, p, found.price, cuts, found.paid)))
        cuts = cuts.only(found.paid > 0)
        relaxed = found
        if len(gaps) > 2 and gaps[-1] > (1.0 - _PAYS) * gaps[-3]:
            break
    return cuts
