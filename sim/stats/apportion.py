"""Shares of a whole number that add up exactly."""

from __future__ import annotations

from collections.abc import Sequence


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
    order = sorted(range(n), key=lambda i: (-(shares[i] % 1.0), i))
    missing = total - sum(parts)
    while missing != 0:
        step = 1 if missing > 0 else -1
        for i in order if step > 0 else reversed(order):
            if missing and low <= parts[i] + step <= top:
                parts[i] += step
                missing -= step
    return parts
