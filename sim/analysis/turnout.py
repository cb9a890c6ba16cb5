"""How many people come to a session on average, by how many it draws and how many it holds.

Used as control variate: what matters is that luck has mean 0, so popularity (two gammas, of the
series and of the session) is integrated to about a thousandth of the places.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.scenario.samplers import sampler
from sim.scenario.schema.activities import ActivityKind
from sim.scenario.schema.scenario import Scenario

__all__ = ["Turnout"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

BINS = 120
"""Equally likely popularities that are told apart."""
GRID = np.concatenate([[0.0], np.geomspace(1e-2, 1e4, 240)])
"""Means between which averages over popularity are interpolated."""


class Turnout:
    """Average turnout of sessions of each kind, before no-shows."""

    def __init__(self, scenario: Scenario) -> None:
        self._kinds = list(scenario.activities.kinds.values())
        self._least = scenario.activities.sign_up.at_least
        self._party = np.array([1.0 + _company(kind) for kind in self._kinds])
        self._popular = [_popularity(kind) for kind in self._kinds]
        self._known: dict[tuple[int, int], F64] = {}

    def given(self, mean: F64, kind: I64, capacity: I64) -> F64:
        """(n,) people who come where `mean` would sign up, popularity included."""
        party = self._party[kind]
        return np.asarray(party * _admitted(mean, capacity / party, self._least / party))

    def on_average(self, mean: F64, kind: I64, capacity: I64) -> F64:
        """(n,) the same over all popularities; `mean` is at popularity 1."""
        result = np.zeros(len(mean))
        pairs, where = np.unique(np.stack([kind, capacity]), axis=1, return_inverse=True)
        where = where.ravel()
        order = np.argsort(where, kind="stable")
        cuts = np.searchsorted(where[order], np.arange(pairs.shape[1] + 1))
        for i, (k, seats) in enumerate(pairs.T.tolist()):
            at = order[cuts[i] : cuts[i + 1]]
            result[at] = np.interp(mean[at], GRID, self._table(k, seats))
        return result

    def _table(self, kind: int, capacity: int) -> F64:
        """Turnout over all popularities at the means of the grid."""
        if (kind, capacity) not in self._known:
            popular = self._popular[kind]
            means = (GRID[:, None] * popular).ravel()
            k = np.full(len(means), kind)
            people = self.given(means, k, np.full(len(means), capacity))
            self._known[kind, capacity] = people.reshape(len(GRID), -1).mean(axis=1)
        return self._known[kind, capacity]


def _company(kind: ActivityKind) -> float:
    """Mean number of people brought along."""
    ppf = sampler(kind.company).ppf
    return float(np.rint(ppf((np.arange(1000) + 0.5) / 1000)).mean())


def _popularity(kind: ActivityKind) -> F64:
    """(BINS,) popularity of a session: means of equally likely bins of the product of two gammas.

    Means of bins integrate what is linear exactly, and what bends little between bins nearly.
    """
    product = np.outer(_gamma(kind.popularity_cv), _gamma(kind.session_cv)).ravel()
    return np.asarray(np.sort(product).reshape(BINS, -1).mean(axis=1))


def _gamma(cv: float) -> F64:
    """Means of equally likely bins of a gamma of mean 1."""
    if cv == 0:
        return np.ones(BINS)
    shape = cv**-2
    edges = special.gammaincinv(shape, np.arange(BINS + 1) / BINS)
    below = special.gammainc(shape + 1.0, edges)  # share of the mean that lies below
    return np.asarray(np.diff(below) * BINS)


def _admitted(mean: F64, seats: F64, least: F64) -> F64:
    """E[min(N, seats); N >= least] for N ~ Poisson(mean)."""
    whole = np.floor(seats)
    below = np.where(whole >= 1, special.pdtr(np.maximum(whole - 1.0, 0.0), mean), 0.0)
    above = seats * (1.0 - special.pdtr(whole, mean))
    few = np.where(least >= 2, special.pdtr(np.maximum(np.ceil(least) - 2.0, 0.0), mean), 0.0)
    return np.where(least > seats, 0.0, mean * below + above - mean * few)
