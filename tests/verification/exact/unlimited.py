"""Occupancy where nobody is refused: Poisson at every moment, with a mean that follows the rate."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

__all__ = ["first_harmonic", "hourly_means", "quantile", "swing"]

F64 = npt.NDArray[np.float64]


def quantile(load: float, probability: float) -> int:
    """Smallest n with P(N <= n) of at least this, N Poisson: M/G/infinity, any stays."""
    return int(poisson.ppf(probability, load))


def swing(
    rate: float, depth: float, stay: float, period: float = 24.0, held: float = 0.0
) -> tuple[float, float]:
    """Sine and cosine coefficients of mean occupancy under rate (1 + depth sin(2 pi t / period)).

    Exponential stays of mean `stay` damp and delay the wave (Eick, Massey and Whitt 1993): with
    w = 2 pi / period the factor is 1 / (1 + i w stay).

    Parameters
    ----------
    held
        Length of the steps in which the rate is given as its means, 0 if it is smooth. Means over
        a step shrink the wave by sinc(w held / 2), and so does holding each for a step.
    """
    w = 2 * math.pi / period
    amplitude = rate * depth * stay / math.hypot(1, w * stay) * float(np.sinc(held / period)) ** 2
    lag = math.atan(w * stay)
    return amplitude * math.cos(lag), -amplitude * math.sin(lag)


def hourly_means(rates: F64, stay: float) -> F64:
    """Mean occupancy of each hour under (24,) hourly rates repeated every day.

    Within an hour n' = rate - n / stay, so n goes to rate x stay by exp(-t / stay).
    """
    decay = math.exp(-1 / stay)
    n = 0.0
    for _ in range(2):  # the second round begins where a day ends: at its start, to the last digit
        weights = decay ** np.arange(len(rates) - 1, -1, -1)
        n = float((1 - decay) * stay * (weights @ rates) / (1 - decay ** len(rates)))
    means = []
    for rate in rates:
        means.append(rate * stay + (n - rate * stay) * stay * (1 - decay))
        n = rate * stay + (n - rate * stay) * decay
    return np.array(means)


def first_harmonic(means: F64) -> complex:
    """2 / 24 x sum of hourly means x exp(-i w t), t the middle of each hour."""
    n = len(means)
    t = np.arange(n) + 0.5
    return complex(2 / n * (means @ np.exp(-2j * math.pi * t / n)))
