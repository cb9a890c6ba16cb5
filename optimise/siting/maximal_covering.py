"""Maximal covering: open p sites so that they cover the most demand.

R. Church, C. ReVelle: The maximal covering location problem. Papers of the Regional Science
Association 32, 1974, 101-118.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from optimise.siting.covering.effort import Effort
from optimise.siting.covering.inputs import covers_of, options_of
from optimise.siting.covering.part import part_of
from optimise.siting.covering.prices import covering_bound
from optimise.siting.covering.record import Record
from optimise.siting.covering.serving import covered_by
from optimise.siting.inputs import count_of, weights_of
from optimise.siting.solution import Certificate, SitingSolution

__all__ = ["maximal_covering"]

F64 = npt.NDArray[np.float64]


def maximal_covering(
    covers: Any,
    p: int,
    weights: npt.ArrayLike | None = None,
    *,
    fixed_open: Iterable[int] = (),
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
) -> SitingSolution:
    """Choose at most p sites that cover the largest weight of demand points.

    Parameters
    ----------
    covers
        (demand points, sites) bool, an array or a scipy sparse matrix: whether the site covers the
        point. Points that no site covers are allowed.
    p
        Sites that may be open, those of `fixed_open` included.
    weights
        (demand points,) 0 or more; 1 each if not given.
    fixed_open
        Sites that must be open.
    time_limit
        Seconds.
    workers
        Threads: with 2 or more the search for plans goes on beside the proof.
    seed
        Of the search. Where several plans are best, which one is returned may also depend on what
        was found first.

    Returns
    -------
    SitingSolution
        `value` is the covered weight and `bound` is not smaller. `assignment` has an open site that
        covers the point, -1 where there is none. The certificate has `kind` ``covering`` and
        `multipliers` ``price`` of shape (demand points,), 0 <= price <= weight, which prove

            sum_i (weight_i - price_i) + the p largest over sites j of
            sum over points i that j covers of price_i,

        where the fixed sites are always among the p. With whole weights every plan covers a whole
        weight, so a bound may be rounded down, and `bound` is. `prover` is ``cuts`` where the bound
        follows from prices of points and of cuts (`optimise.siting.covering.odd_sets`).

    Raises
    ------
    ValueError
        Malformed input.
    """
    matrix = covers_of(covers)
    points, sites = matrix.shape
    weight = weights_of(weights, points)
    p = count_of(p, "p", sites)
    options = options_of(fixed_open, sites, p, time_limit, workers, seed)
    record = Record(larger=True, rounds=bool((weight == np.floor(weight)).all()))
    part = part_of(matrix, weight, p, options.fixed_open)
    fixed, coverable = options.fixed_open, np.diff(matrix.indptr) > 0

    def certify(price: F64) -> float:
        full = part.prices(price, weight, coverable)
        return covering_bound(matrix, weight, p, fixed, full)

    chosen, price = np.zeros(0, dtype=np.int64), part.weights
    if part.p and len(part.columns):
        until = record.begin + options.time_limit
        effort = Effort(part, record, certify, until, options.workers, options.seed)
        effort.run()
        chosen, price = effort.chosen, effort.price
    else:
        record.offer(part.settled)
        record.prove(certify(price), "multipliers")
    opened = tuple(sorted({*fixed, *part.columns[chosen].tolist()}))
    full = part.prices(price, weight, coverable)
    certificate = Certificate("covering", {"price": full}, certify(price))
    return record.solution(opened, covered_by(matrix, opened), certificate)
