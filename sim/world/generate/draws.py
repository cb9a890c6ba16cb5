"""Draws keyed by names, and shares of a whole that add up exactly."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

__all__ = ["apportion", "lognormal", "order_by_fraction", "uniforms"]


def uniforms(seed: int, purpose: str, name: str, n: int) -> list[float]:
    """Uniform numbers in [0, 1) that depend on nothing but their names.

    Only doubles of a raw Philox stream are used (no distribution of numpy's, whose streams may
    change between versions), so the same seed gives the same files for years.
    """
    text = f"{seed}|{purpose}|{name}".encode()
    key = int.from_bytes(hashlib.sha256(text).digest()[:16], "little")
    raw = np.random.Philox(key=key).random_raw(n)
    return [int(x >> np.uint64(11)) * 2.0**-53 for x in np.atleast_1d(raw)]


def lognormal(u: float, mu: float, sigma: float, low: float, high: float) -> float:
    """Quantile `u` of a lognormal truncated to [low, high]."""
    normal = NormalDist(mu, sigma)
    p_low, p_high = normal.cdf(float(np.log(low))), normal.cdf(float(np.log(high)))
    p = min(max(p_low + u * (p_high - p_low), 1e-12), 1 - 1e-12)
    return min(max(float(np.exp(normal.inv_cdf(p))), low), high)


def order_by_fraction(shares: Sequence[float]) -> list[int]:
    """Sort indices by fractional part, largest first; ties in order."""
    return sorted(range(len(shares)), key=lambda i: (-(shares[i] % 1.0), i))


def apportion(
    weights: Sequence[float], total: int, low: int = 0, high: int | None = None
) -> list[int]:
    """Split `total` into whole numbers in proportion to weights, by the largest remainder.

    Parameters
    ----------
    weights
        One per part, not negative.
    total
        What the parts add up to.
    low, high
        Bounds of every part; the factor of proportion is chosen so that the total holds.
    """
    n = len(weights)
    top = total if high is None else high
    if not n * low <= total <= n * top or sum(weights) <= 0:
        raise ValueError(f"{total} cannot be split into {n} parts of {low} to {top}")
    small, large = 0.0, 1.0
    while sum(min(max(large * w, low), top) for w in weights) < total and large < 1e15:
        large *= 2
    for _ in range(200):
        factor = (small + large) / 2
        if sum(min(max(factor * w, low), top) for w in weights) < total:
            small = factor
        else:
            large = factor
    shares = [round(min(max(large * w, low), top), 6) for w in weights]
    parts = [int(s) for s in shares]
    order = order_by_fraction(shares)
    missing = total - sum(parts)
    while missing != 0:
        step = 1 if missing > 0 else -1
        for i in order if step > 0 else reversed(order):
            if missing and low <= parts[i] + step <= top:
                parts[i] += step
                missing -= step
    return parts
