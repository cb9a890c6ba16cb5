"""Smallest and largest values of a distribution, by its parameters; words for both."""

from __future__ import annotations

from sim.scenario.schema import distributions as d

RARE = 0.001  # what concerns a smaller share than this is not worth a sentence


def lowest(dist: d.Distribution) -> float:
    """Smallest value (0 where nothing bounds the distribution)."""
    match dist:
        case d.Constant():
            return dist.value
        case d.Uniform():
            return dist.low
        case d.Choice():
            pairs = zip(dist.values, dist.weights, strict=True)
            return min(value for value, weight in pairs if weight > 0)
        case d.Histogram():
            pairs = zip(dist.edges, dist.weights, strict=False)
            return min(edge for edge, weight in pairs if weight > 0)
        case _:
            return dist.min or 0.0


def highest(dist: d.Distribution) -> float | None:
    """Largest value; None where only chance bounds it."""
    match dist:
        case d.Constant():
            return dist.value
        case d.Uniform():
            return dist.high
        case d.Choice():
            pairs = zip(dist.values, dist.weights, strict=True)
            return max(value for value, weight in pairs if weight > 0)
        case d.Histogram():
            return dist.edges[-1]
        case _:
            return dist.max


def share_above(dist: d.Distribution, limit: float) -> float:
    """Share of values above a limit."""
    most = highest(dist)
    if most is not None and most <= limit:
        return 0.0
    import numpy as np  # scipy takes half a second to load, and most scenarios need none here

    from sim.scenario.derived.samplers import sampler

    return 1.0 - float(sampler(dist).cdf(np.array([limit], dtype=np.float64))[0])


def percent(share: float) -> str:
    """Say a share in words, rounded."""
    return "all" if share >= 1 else f"about {max(0.1, min(99.9, 100 * share)):.2g} %"
