"""How long people stay and wait, drawn from the keys of their visits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.arrays import F64, U64
from sim.scenario.samplers import sampler
from sim.scenario.schema.distributions import Constant, Distribution, Gamma
from sim.streams import mix, uniforms
from sim.variates import gamma_by_key


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
