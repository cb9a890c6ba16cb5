"""How many people come to a session on average, by how many it draws and how many it holds.

Used as control variate: what matters is that luck has mean 0 exactly, so popularity is integrated
by Gauss-Laguerre quadrature (two gammas, of the series and of the session).
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

NODES = 6
"""Of each gamma; the integrand is smooth."""
GRID = np.concatenate([[0.0], np.geomspace(1e-2, 1e4, 400)])
"""Means between which averages over popularity are interpolated."""


class Turnout:
    """Average turnout of sessions of each kind, before no-shows."""

    def __init__(self, scenario: Scenario) -> None:
        self._kinds = list(scenario.activities.kinds.values())
        self._least = scenario.activities.sign_up.at_least
        self._party = np.array([1.0 + _company(kind) for kind in self._kinds])
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
            popular, weight = _popularity(self._kinds[kind])
            means = (GRID[:, None] * popular).ravel()
            k = np.full(len(means), kind)
            people = self.given(means, k, np.full(len(means), capacity))
            self._known[kind, capacity] = people.reshape(len(GRID), -1) @ weight
        return self._known[kind, capacity]


def _company(kind: ActivityKind) -> float:
    """Mean number of people brought along."""
    ppf = sampler(kind.company).ppf
    return float(np.rint(ppf((np.arange(1000) + 0.5) / 1000)).mean())


def _popularity(kind: ActivityKind) -> tuple[F64, F64]:
    """Nodes and weights of the popularity of a session."""
    one, two = _gamma(kind.popularity_cv), _gamma(kind.session_cv)
    return np.outer(one[0], two[0]).ravel(), np.outer(one[1], two[1]).ravel()


def _gamma(cv: float) -> tuple[F64, F64]:
    """Nodes and weights of a gamma of mean 1."""
    if cv == 0:
        return np.ones(1), np.ones(1)
    shape = cv**-2
    if shape > 150:  # weights would overflow; a gamma this narrow is nearly normal
        x, w = special.roots_hermitenorm(NODES)
        return 1.0 + cv * x, w / w.sum()
    x, w = special.roots_genlaguerre(NODES, shape - 1.0)
    return x / shape, w / w.sum()


def _admitted(mean: F64, seats: F64, least: F64) -> F64:
    """E[min(N, seats); N >= least] for N ~ Poisson(mean)."""
    whole = np.floor(seats)
    below = np.where(whole >= 1, special.pdtr(np.maximum(whole - 1.0, 0.0), mean), 0.0)
    above = seats * (1.0 - special.pdtr(whole, mean))
    few = np.where(least >= 2, special.pdtr(np.maximum(np.ceil(least) - 2.0, 0.0), mean), 0.0)
    return np.asarray(mean * below + above - mean * few)
