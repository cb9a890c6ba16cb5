"""Loss systems: who finds no free unit is refused and gone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import comb
from scipy.stats import poisson

__all__ = ["birth_death", "engset", "erlang_b", "kaufman_roberts", "reserved", "smallest_group"]

F64 = npt.NDArray[np.float64]


def birth_death(up: Sequence[float] | F64, down: Sequence[float] | F64) -> F64:
    """Stationary distribution of states 0 ... n, from rates n -> n + 1 and n + 1 -> n.

    Detailed balance: p(n + 1) down(n) = p(n) up(n). Logs, so that long chains do not overflow.
    """
    steps = np.log(np.asarray(up, dtype=np.float64)) - np.log(np.asarray(down, dtype=np.float64))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    p = np.exp(logs - logs.max())
    return np.asarray(p / p.sum())


def erlang_b(units: int, load: float) -> float:
    """Share of requests refused, whatever the distribution of service times (Erlang 1917).

    P(N = units | N <= units) for N Poisson with mean `load`.
    """
    return float(poisson.pmf(units, load) / poisson.cdf(units, load))


def smallest_group(load: float, at_most: float) -> int:
    """Fewest units that refuse at most this share."""
    units = 1
    while erlang_b(units, load) > at_most:
        units += 1
    return units


def engset(sources: int, units: int, rate: float) -> tuple[float, float]:
    """Share of time in which all units are busy, and share of requests refused (Engset 1918).

    Parameters
    ----------
    sources, rate
        Sources, and the rate at which an idle one makes requests; a refused one is idle at once.

    Notes
    -----
    p(n) is proportional to C(sources, n) rate^n, for any distribution of service times. A request
    sees the system that the others make: the same with one source less.
    """

    def last(among: int) -> float:
        n = np.arange(units + 1)
        weight = comb(among, n) * rate**n
        return float(weight[-1] / weight.sum())

    return last(sources), last(sources - 1)


def kaufman_roberts(units: int, loads: Sequence[float], sizes: Sequence[int]) -> tuple[F64, float]:
    """Share refused of each class, and utilisation, where a request takes several units or none.

    Kaufman (1981), Roberts (1981): n q(n) = sum over classes of load x size x q(n - size).
    """
    q = np.zeros(units + 1)
    q[0] = 1.0
    for n in range(1, units + 1):
        q[n] = sum(a * b * q[n - b] for a, b in zip(loads, sizes, strict=True) if b <= n) / n
    q /= q.sum()
    refused = np.array([q[units - b + 1 :].sum() for b in sizes])
    return refused, float(np.arange(units + 1) @ q / units)


def reserved(units: int, privileged: float, others: float, kept: int) -> tuple[float, float]:
    """Shares refused of the privileged and of the others, who leave `kept` units free.

    Others enter only if more than `kept` units are free just before. All service times have one
    distribution; exponential here, by the chain of the number busy.
    """
    busy = np.arange(units)
    up = privileged + others * (units - busy > kept)
    p = birth_death(up, np.arange(1, units + 1))
    return float(p[units]), float(p[units - kept :].sum())
