"""Draws keyed by names."""

from __future__ import annotations

import hashlib
from statistics import NormalDist

import numpy as np


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
