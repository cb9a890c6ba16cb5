"""A published case: the stroke units of Monks et al. (2016), patient by patient at the real desk.

T. Monks, D. Worthington, M. Allen, M. Pitt, K. Stein, M. A. James: A modelling tool for capacity
planning in acute and community stroke services. BMC Health Services Research 16:530 (2016). Times
between arrivals are from the main text, stays from supplementary tables S2, transfers from S3 and
S4. Beds are unlimited: a patient is delayed at n beds who would come when n others are there, if
never more than n were let in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["ACUTE", "REHAB", "Kind", "Stay", "loads", "patients_of"]

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stay:
    """Length of stay in days, lognormal."""

    mean: float
    deviation: float

    def draw(self, rng: np.random.Generator, n: int) -> F64:
        """n stays."""
        square = math.log(1 + (self.deviation / self.mean) ** 2)
        return rng.lognormal(math.log(self.mean) - square / 2, math.sqrt(square), size=n)


@dataclass(frozen=True, slots=True)
class Kind:
    """Patients of a kind at one unit.

    Attributes
    ----------
    between
        Mean days between arrivals from outside; infinite if none come.
    ways
        Share of the patients -> their stay: by destination, where the stay depends on it.
    to_rehab
        Share of each way that goes on to rehabilitation.
    """

    between: float
    ways: tuple[tuple[float, Stay], ...]
    to_rehab: tuple[float, ...] = (0.0,)


STROKE_REHAB = ((0.40, Stay(30.3, 23.1)), (0.60, Stay(28.4, 27.2)))
"""With early supported discharge, and to other destinations (tables S4 and S2)."""
ACUTE = {
    "stroke": Kind(
        1.2,
        ((0.24, Stay(7.4, 8.6)), (0.13, Stay(4.6, 4.8)), (0.63, Stay(7.0, 8.7))),
        (1.0, 0.0, 0.0),
    ),
    "TIA": Kind(9.3, ((1.0, Stay(1.8, 2.3)),), (0.01,)),
    "complex neurological": Kind(3.6, ((1.0, Stay(4.0, 5.0)),), (0.11,)),
    "other": Kind(3.2, ((1.0, Stay(3.8, 5.2)),), (0.05,)),
}
REHAB = {
    "stroke": Kind(21.8, STROKE_REHAB),
    "TIA": Kind(math.inf, ((1.0, Stay(18.7, 23.5)),)),
    "complex neurological": Kind(31.7, ((1.0, Stay(27.6, 28.4)),)),
    "other": Kind(28.6, ((1.0, Stay(16.1, 14.1)),)),
}


def _mean(kind: Kind) -> float:
    return sum(share * stay.mean for share, stay in kind.ways)


def loads() -> tuple[float, float]:
    """Mean number of patients of both units: arrivals a day x mean stay, summed over kinds.

    Every kind comes as a Poisson process, and so do those who leave for rehabilitation, for nobody
    waits: the number present is Poisson in both units, whatever the distribution of stays.
    """
    acute = sum(_mean(kind) / kind.between for kind in ACUTE.values())
    rehab = 0.0
    for name, kind in REHAB.items():
        first = ACUTE[name]
        on = sum(share * part for (share, _), part in zip(first.ways, first.to_rehab, strict=True))
        rehab += (1 / kind.between + on / first.between) * _mean(kind)
    return acute, rehab


def patients_of(
    rng: np.random.Generator, days: float, factor: float
) -> tuple[tuple[F64, F64], tuple[F64, F64]]:
    """Arrivals and stays at the acute unit, and at rehabilitation, in days, by time of arrival.

    Parameters
    ----------
    factor
        On all stays.
    """
    acute: list[tuple[F64, F64]] = []
    rehab: list[tuple[F64, F64]] = []
    for name, first in ACUTE.items():
        second = REHAB[name]
        for (share, stay), on in zip(first.ways, first.to_rehab, strict=True):
            come = _poisson(rng, share / first.between, days)
            stays = factor * stay.draw(rng, len(come))
            acute.append((come, stays))
            goes_on = rng.random(len(come)) < on
            rehab += _ways(rng, second, (come + stays)[goes_on], factor)
        rehab += _ways(rng, second, _poisson(rng, 1 / second.between, days), factor)
    return _by_time(acute), _by_time(rehab)


def _poisson(rng: np.random.Generator, rate: float, days: float) -> F64:
    return days * rng.random(rng.poisson(rate * days))


def _ways(rng: np.random.Generator, kind: Kind, come: F64, factor: float) -> list[tuple[F64, F64]]:
    """Patients of a kind that come at these times, each way with its stays."""
    way = rng.choice(len(kind.ways), size=len(come), p=[share for share, _ in kind.ways])
    found = []
    for number, (_, stay) in enumerate(kind.ways):
        own = come[way == number]
        found.append((own, factor * stay.draw(rng, len(own))))
    return found


def _by_time(parts: list[tuple[F64, F64]]) -> tuple[F64, F64]:
    come, stays = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(come, kind="stable")
    return come[order], stays[order]
