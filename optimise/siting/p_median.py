"""The p-median problem: open at most p sites so that service costs least in all."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from optimise.siting.inputs import costs_of, count_of, opened_of, seconds_of, seed_of, weights_of
from optimise.siting.median.instance import Instance, instance_of
from optimise.siting.median.neighbours import neighbours
from optimise.siting.median.plain import plain_plan, plain_prices
from optimise.siting.median.prices import Priced, Relaxation
from optimise.siting.median.record import Record
from optimise.siting.median.solver import solve
from optimise.siting.reach import Reach, reaching
from optimise.siting.solution import Certificate, SitingSolution, nobody, without_plan

__all__ = ["p_median"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

_RESERVE = 0.02
"""Part of the time limit that is kept for the answer."""


def p_median(
    cost: npt.ArrayLike,
    p: int,
    weights: npt.ArrayLike | None = None,
    *,
    fixed_open: Sequence[int] = (),
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
) -> SitingSolution:
    """Open at most p sites; every demand point is served by the cheapest open one.

    Exchanges of sites give plans, prices of service a bound, and branching on sites, with that
    bound in every branch, the proof; an instance that falls into parts is solved part by part, with
    HiGHS where branching leaves one open. If all costs times weights are whole numbers, so is every
    plan's cost, and the bound is rounded up. The same seed gives the same plan, unless the time
    limit ends the search.

    The certificate, of kind ``assignment``, has a ``price`` u_i for each demand point. With weights
    w and costs c it proves that no plan costs less than

        sum_i u_i + the p smallest over sites j of sum_i min(0, w_i c_ij - u_i),

    where the sites of `fixed_open` are counted in any case, as part of the p (a pair that is barred
    adds nothing).

    Parameters
    ----------
    cost
        (demand points, sites), infinite where a site cannot be reached (a huge number in its place
        takes the last digits of the others); not changed, and not copied if it is an array of
        floats without weights and infinities.
    p
        Sites at most.
    weights
        (demand points,) multiply the rows; a point of weight 0 must be reached all the same.
    fixed_open
        Sites that must be open.
    time_limit
        Seconds.
    workers
        Threads at most; the method uses one.
    seed
        Of the random search, 0 or more.

    Raises
    ------
    ValueError
        Malformed input. That no p sites reach every point is not: its status is ``infeasible``. If
        the time did not suffice to find such sites, or that there are none, it is ``feasible`` with
        an infinite value, -1 assigned to the points that `chosen` does not reach, and `why`.
    """
    started = time.monotonic()
    matrix = costs_of(cost)
    p = count_of(p, "p", matrix.shape[1])
    opened = opened_of(fixed_open, matrix.shape[1], p)
    factors = None if weights is None else weights_of(weights, len(matrix))
    deadline = started + (1 - _RESERVE) * seconds_of(time_limit)
    count_of(workers, "workers")
    random = np.random.default_rng(seed_of(seed))
    instance = instance_of(matrix, factors, opened, p)
    first = np.flatnonzero(instance.fixed)
    if instance.barred:
        left = deadline - time.monotonic()
        reach = reaching(np.isfinite(instance.cost), instance.fixed, p, left)
        if reach.why:
            seconds = time.monotonic() - started
            return without_plan(nobody(len(matrix)), reach.why, seconds, "HiGHS")
        if len(reach.missed):
            return _unreached(matrix, instance, reach, started)
        first = reach.sites
    return _solved(matrix, instance, first, random, started, deadline)


def _unreached(matrix: F64, instance: Instance, reach: Reach, started: float) -> SitingSolution:
    """The answer where it is not known whether p sites reach everyone."""
    least, sites = instance.cost.min(axis=1), np.sort(reach.sites)
    assignment = nobody(len(matrix))
    if len(sites):
        assignment = sites[matrix[:, sites].argmin(axis=1)]
        assignment[reach.missed] = -1
    return SitingSolution(
        value=np.inf,
        bound=float(least.sum()),
        status="feasible",
        chosen=tuple(sites.tolist()),
        assignment=assignment,
        seconds=time.monotonic() - started,
        trace=(),
        prover="multipliers",
        certificate=Certificate("assignment", {"price": least}, float(least.sum())),
        why="no plan that reaches everyone was found in time",
    )


def _solved(
    matrix: F64,
    instance: Instance,
    first: I64,
    random: np.random.Generator,
    started: float,
    deadline: float,
) -> SitingSolution:
    record = Record(_without_bars(instance, first), instance.whole, started)
    plan = plain_plan(instance)
    if plan is None:
        priced = solve(instance, record, first, random, deadline)
    else:
        record.offer(plan)
        priced = _priced(instance, plain_prices(instance, plan))
        record.prove(priced.bound)
    alone = Record(record.cost, instance.whole, started)
    alone.offer(record.sites)
    alone.prove(priced.bound)
    return SitingSolution(
        value=record.value,
        bound=record.bound,
        status="optimal" if record.proven else "feasible",
        chosen=tuple(record.sites.tolist()),
        assignment=record.sites[matrix[:, record.sites].argmin(axis=1)],  # even at weight 0
        seconds=time.monotonic() - started,
        trace=record.trace,
        prover="multipliers" if alone.bound >= record.bound else record.claim,
        certificate=Certificate("assignment", {"price": priced.price}, priced.bound),
    )


def _priced(instance: Instance, price: F64) -> Priced:
    near = neighbours(instance.cost, instance.cost.shape[1])
    relaxation = Relaxation(near, instance.fixed, instance.p, np.ones(len(price)))
    bound, worth, *_ = relaxation.evaluate(price)
    return Priced(bound, price, worth, np.zeros(len(worth)))


def _without_bars(instance: Instance, first: I64) -> F64:
    """Costs where a barred pair costs more than the best plan can, given one that bars nothing."""
    cost = instance.cost
    if not instance.barred:
        return cost
    least, reached = cost.min(axis=1), np.isfinite(cost)
    known = float(cost[:, first].min(axis=1).sum())
    too_much = known - float(least.sum()) + float(np.abs(least).max())
    if instance.whole:
        too_much = np.ceil(too_much) + 1.0
    else:  # 1 may be so much that nothing is left of the digits of the others
        too_much += float(np.abs(cost).max(initial=0.0, where=reached))
    return np.where(reached, cost, too_much)
