"""Set cover: the cheapest sites that cover every demand point.

C. Toregas, R. Swain, C. ReVelle, L. Bergman: The location of emergency service facilities.
Operations Research 19, 1971, 1363-1373.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from optimise.siting.covering.cheapest import Cheapest
from optimise.siting.covering.inputs import covers_of, options_of
from optimise.siting.covering.prices import set_cover_bound
from optimise.siting.covering.record import Record
from optimise.siting.covering.serving import covered_by
from optimise.siting.covering.whole import whole_of
from optimise.siting.inputs import amounts_of
from optimise.siting.solution import Certificate, SitingSolution, nobody, without_plan

__all__ = ["set_cover"]

F64 = npt.NDArray[np.float64]


def set_cover(
    covers: Any,
    opening_cost: npt.ArrayLike | None = None,
    *,
    fixed_open: Iterable[int] = (),
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
) -> SitingSolution:
    """Choose sites of the least opening cost that cover every demand point.

    Parameters
    ----------
    covers
        (demand points, sites) bool, an array or a scipy sparse matrix: whether the site covers the
        point.
    opening_cost
        (sites,) 0 or more; 1 each if not given.
    fixed_open
        Sites that must be open; their cost counts.
    time_limit
        Seconds.
    workers
        Threads; this model uses one.
    seed
        Of the search.

    Returns
    -------
    SitingSolution
        `value` is the cost of all open sites. ``infeasible`` if no site covers some demand point:
        `why` names it. The certificate has `kind` ``set_cover`` and `multipliers` ``price`` of
        shape (demand points,), price >= 0, which prove

            sum_i price_i + sum over sites j of min(0, reduced_j),
            reduced_j = opening_cost_j - sum over points i that j covers of price_i,

        where fixed sites count with their full reduced cost, whatever its sign. With whole costs
        every plan costs a whole number, so a bound may be rounded up, and `bound` is.

    Raises
    ------
    ValueError
        Malformed input.
    """
    matrix = covers_of(covers)
    points, sites = matrix.shape
    cost = (
        np.ones(sites) if opening_cost is None else amounts_of(opening_cost, "opening_cost", sites)
    )
    options = options_of(fixed_open, sites, None, time_limit, workers, seed)
    record = Record(larger=False, rounds=bool((cost == np.floor(cost)).all()))
    alone = np.flatnonzero(np.diff(matrix.indptr) == 0)
    if len(alone):
        return _infeasible(alone, points, record)
    fixed = options.fixed_open
    settled, whole = float(cost[list(fixed)].sum()), whole_of(matrix, cost, fixed)

    def certify(price: F64) -> float:
        return set_cover_bound(matrix, cost, fixed, whole.prices(price, points))

    opened, price = tuple(fixed), np.zeros(len(whole.points))
    if len(whole.points):
        work = Cheapest(whole, record, settled, certify, options.seed)
        work.run(record.begin + options.time_limit)
        opened = tuple(sorted({*fixed, *whole.columns[work.chosen].tolist()}))
        price = work.price
    else:
        record.offer(settled)
        record.prove(certify(price), "multipliers")
    certificate = Certificate("set_cover", {"price": whole.prices(price, points)}, certify(price))
    return record.solution(opened, covered_by(matrix, opened), certificate)


def _infeasible(alone: npt.NDArray[np.int64], points: int, record: Record) -> SitingSolution:
    more = f" (and {len(alone) - 1} more)" if len(alone) > 1 else ""
    why = f"no site covers demand point {int(alone[0])}{more}"
    return without_plan(nobody(points), why, record.seconds, "no site covers a demand point")
