"""Components that are no flow: options of several lengths or overlapping starts, several a request.

Choosing among them is NP-hard (K. Nakajima, S. L. Hakimi: Complexity results for scheduling tasks
with discrete starting times. Journal of Algorithms 3, 1982, 344-361). Prices bound what can be
gained and leave few options that matter; CP-SAT chooses among those. Its limit is one of work, not
of time, with one worker and a fixed seed: the same answer on every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.draws.prices import Priced, settle_prices
from optimise.draws.reducing import Component

__all__ = ["Mixed", "as_mixed"]

I64 = npt.NDArray[np.int64]
_SEED = 1
_FEW = 500  # so many options are all looked at at once; of more, first those prices point to


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """Options chosen, the most that any choice could gain, and the work that it took."""

    chosen: I64
    bound: int
    work: float


def as_mixed(component: Component, work: float) -> Mixed:
    """Choose options: by prices, then by CP-SAT among those that may do better.

    Parameters
    ----------
    work
        Limit in units of CP-SAT's deterministic time; 0: by prices alone.
    """
    priced = settle_prices(component)
    chosen, value, bound, spent = priced.chosen, priced.value, priced.bound, 0.0
    for among in _looked_at(priced):
        if value == bound or spent >= work:
            break
        matters = among & (priced.with_it > value)
        matters[chosen] = True
        chosen, most, more = _searched(component, chosen, matters, work - spent)
        value, spent = int(component.gain[chosen].sum()), spent + more
        # a choice has only options looked at, or one of the others
        others = priced.with_it[~matters].max(initial=0)
        bound = min(bound, max(most, int(others), value))
    return Mixed(_by_lot(component, np.array(sorted(chosen), dtype=np.int64)), bound, spent)


def _looked_at(priced: Priced) -> Iterator[npt.NDArray[np.bool_]]:
    """Options to look at: those once taken as prices settled, where there are many; then all."""
    if (priced.with_it > priced.value).sum() > _FEW:
        yield priced.taken > 0
    yield np.ones(len(priced.taken), dtype=bool)


def _searched(
    component: Component, hint: list[int], matters: npt.NDArray[np.bool_], work: float
) -> tuple[list[int], int, float]:
    """The best choice found among some options, a bound on such, and the work done."""
    from ortools.sat.python import cp_model

    options, gain = np.flatnonzero(matters), component.gain
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in options]
    for among, most in _rows(component, options):
        own = [x[k] for k in among]
        if most == 1:
            model.add_at_most_one(own)
        else:
            model.add(cp_model.LinearExpr.sum(own) <= most)
    model.maximize(cp_model.LinearExpr.weighted_sum(x, gain[options].tolist()))
    guess = set(hint)
    for variable, option in zip(x, options.tolist(), strict=True):
        model.add_hint(variable, option in guess)
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = work
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = _SEED
    solver.parameters.linearization_level = 2  # the relaxation is tight
    status = solver.solve(model)
    spent = float(solver.response_proto.deterministic_time)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return hint, int(gain[options].sum()), spent
    found = [k for k, own in zip(options.tolist(), x, strict=True) if solver.boolean_value(own)]
    best = max(hint, found, key=lambda chosen: int(gain[chosen].sum()))
    return best, round(solver.best_objective_bound), spent


def _rows(component: Component, options: I64) -> Iterator[tuple[list[int], int]]:
    """Numbers of the options of which only so many can be had: of a moment, then of a request."""
    c = component
    of_request: list[list[int]] = [[] for _ in range(c.requests)]
    at_moment: list[list[int]] = [[] for _ in range(len(c.rooms))]
    columns = (column[options].tolist() for column in (c.request, c.first, c.last))
    for number, (request, first, last) in enumerate(zip(*columns, strict=True)):
        of_request[request].append(number)
        for moment in range(first, last):
            at_moment[moment].append(number)
    rows = [*zip(at_moment, c.rooms.tolist(), strict=True), *((own, 1) for own in of_request)]
    return ((among, most) for among, most in rows if len(among) > most)


def _by_lot(component: Component, chosen: I64) -> I64:
    """The same choice, what equals got among themselves given in the order of their lots.

    Equals have the same options: they are interchangeable.
    """
    c = component
    order = np.lexsort((c.gain, c.last, c.first, c.request))
    bounds = np.searchsorted(c.request[order], np.arange(c.requests + 1)).tolist()
    rows = np.stack([c.first, c.last, c.gain], axis=1)[order]
    equals: dict[bytes, list[int]] = {}
    for request in range(c.requests):
        own = rows[bounds[request] : bounds[request + 1]].tobytes()
        equals.setdefault(own, []).append(request)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - np.array(bounds)[c.request[order]]
    got = {int(c.request[k]): int(place[k]) for k in chosen}
    found: list[int] = []
    for members in equals.values():
        worth = rows[bounds[members[0]] : bounds[members[0] + 1], 2]
        given = sorted((got[r] for r in members if r in got), key=lambda p: (-int(worth[p]), p))
        found += [int(order[bounds[r] + p]) for r, p in zip(members, given, strict=False)]
    return np.array(sorted(found), dtype=np.int64)
