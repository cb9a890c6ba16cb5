"""Curves whose crossing is known, with replications that have it in common over multipliers."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import poisson

from sim.stats.search import CrossingSearch


def solve(simulate, targets, replications, confidence=0.95, plan=None, **_):
    """Run a search to its end; simulate(m, first, last) gives shares or (numerators, of)."""
    search = CrossingSearch(targets, replications, confidence, *([plan] if plan else []))
    while wanted := search.ask():
        for w in wanted:
            got = simulate(w.multiplier, w.first, w.last)
            values, of = got if isinstance(got, tuple) else (got, None)
            search.add(w.multiplier, values, of, first=w.first)
    return search


class Smooth:
    """Share 0.95 - 0.15 log m + (e0 + e1 log m) with normal e by replication and group.

    The line is below t from m = exp((0.95 - t) / 0.15), and the t interval of the mean is exact.
    """

    def __init__(self, replications, groups, seed, noise=0.01):
        rng = np.random.default_rng(seed)
        self.e = noise * rng.normal(size=(2, replications, groups))

    def __call__(self, m, first, last):
        x = np.log(m)
        return 0.95 - 0.15 * x + self.e[0, first:last] + 0.3 * x * self.e[1, first:last]

    @staticmethod
    def crossing(target):
        return float(np.exp((0.95 - target) / 0.15))


class Nested:
    """Requests are a Poisson process in m, each replication's own; the first `room` are served.

    Those of a smaller multiplier are among those of a larger one, as the simulation's wishes are.
    """

    def __init__(self, rate, room, replications, groups, largest, seed):
        rng = np.random.default_rng(seed)
        self.room, self.rate = room, rate
        many = int(rate * largest + 10 * np.sqrt(rate * largest) + 10)
        gaps = rng.exponential(1 / rate, size=(replications, groups, many))
        self.at = np.cumsum(gaps, axis=2)

    def __call__(self, m, first, last):
        requests = (self.at[first:last] <= m).sum(axis=2)
        return np.minimum(requests, self.room), requests

    def expected(self, m):
        """E[min(N, room) / N given N > 0]."""
        n = np.arange(1, int(self.rate * m + 12 * np.sqrt(self.rate * m) + 30))
        p = poisson.pmf(n, self.rate * m)
        return float((p * np.minimum(n, self.room) / n).sum() / -np.expm1(-self.rate * m))

    def crossing(self, target):
        return float(brentq(lambda m: self.expected(m) - target, 0.01, 100))
