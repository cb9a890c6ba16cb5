"""How long people stay and wait, drawn from the keys of their visits, with a fast inverse."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.arrays import F64, I64, U64
from sim.compiled import compiled
from sim.scenario.derived.samplers import sampler
from sim.scenario.schema.distributions import Constant, Distribution, Gamma
from sim.streams import mix, uniforms
from sim.variates import gamma_by_key

STEPS = 1024
"""Of the guide per unit of the axis; a power of two."""


class Lookup(NamedTuple):
    """A sorted table of numbers from 0 on with its guide.

    Attributes
    ----------
    guide
        First entry at or above each step.
    """

    edges: F64
    guide: I64


@compiled
def entry(table: Lookup, mark: float) -> int:
    """First entry of a table at or above a mark, which is from 0 to the end of the guide."""
    at = table.guide[int(mark * STEPS)]
    while table.edges[at] < mark:
        at += 1
    return int(at)


def lookup_in(edges: F64, units: int) -> Lookup:
    """Build the guide of a sorted table for marks from 0 to `units`.

    An entry is added behind the last, so that every mark finds one.
    """
    steps = np.arange(units * STEPS + 1) / STEPS
    guide = np.searchsorted(edges, steps, side="left")
    return Lookup(np.append(edges, np.inf), guide)


def keyed(dist: Distribution, purpose: int) -> Callable[[U64], F64]:
    """Keys -> values of a distribution, for a purpose.

    Gamma values are by rejection: inverting the incomplete gamma function takes ten times as long.
    """
    if isinstance(dist, Constant):
        return lambda keys: np.full(len(keys), dist.value)
    if isinstance(dist, Gamma):
        shape = dist.cv**-2
        low = 0.0 if dist.min is None else dist.min
        high = np.inf if dist.max is None else dist.max

        def gamma(keys: U64) -> F64:
            own = mix(keys ^ np.uint64(purpose))
            return np.clip(dist.mean * gamma_by_key(own, np.full(len(own), shape)), low, high)

        return gamma
    ppf = sampler(dist).ppf
    return lambda keys: ppf(uniforms(keys, purpose))
