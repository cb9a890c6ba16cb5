"""Intervals of the model itself: a tiny town is simulated, and the rule of users stops it.

Poisson requests for a day's ten slots, unmet ones lost (`scenarios/verification/slot-day.yaml`),
for two weeks. An interval is of the mean over replications of requests served / requests made; of
few requests that is not quite the share of all requests, so it is computed from the joint
distribution of requests and of those unmet in the window.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.stats import poisson

from sim.experiment.replicate import run_replications
from sim.model import Model, build_model
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.schema.experiment import Precision
from sim.stats.intervals import share_interval
from sim.stats.stopping import StoppingRule
from sim.studies.headroom import build_served
from sim.studies.recipe import SERVED
from sim.studies.run import PrecisionRule

from .textbook import FOLDER

__all__ = ["drawn_trial", "mean_of_shares", "model_trial"]

MEAN, SLOTS, DAYS = 8.0, 10, 14
PRIMARY = ["served_share"]


@cache
def mean_of_shares(mean: float, slots: int, days: int) -> float:
    """E[served / requests | some requests] over days of Poisson requests for so many slots each.

    The distribution of (requests, unmet) of one day, convolved with itself by Fourier transform.
    """
    number = np.arange(int(poisson.isf(1e-15, mean * days)) + 1)  # more come as good as never
    a_day = np.zeros((len(number), len(number)))
    a_day[number, np.maximum(number - slots, 0)] = poisson.pmf(number, mean)
    window = np.fft.irfft2(np.fft.rfft2(a_day) ** days, s=a_day.shape)[1:]
    served = 1 - number[None] / number[1:, None]
    return float((window * served).sum() / window.sum())


@cache
def town() -> tuple[Inputs, Model]:
    """The scenario, two weeks of it."""
    inputs = load(FOLDER / "slot-day.yaml", sets=[f"window.until=2026-01-{4 + DAYS:02d}"])
    return inputs, build_model(inputs)


def model_trial(rng: np.random.Generator) -> tuple[bool, int]:
    """Simulate until the share served is known to 0.01, and look whether the interval holds it."""
    inputs, model = town()
    rule = PrecisionRule(Precision(precision=0.01), build_served(model).rows, PRIMARY)
    seed = int(rng.integers(2**63))
    results = run_replications(inputs, SERVED, rule, model=model, seed=seed, jobs=1)
    served, of = np.stack([rule.primary_of(r.values)[:, 0] for r in results]).T
    got = share_interval(served, of)
    return got.low <= mean_of_shares(MEAN, SLOTS, DAYS) <= got.high, len(results)


def drawn_trial(days: int, precision: float) -> Callable[[np.random.Generator], tuple[bool, int]]:
    """The same with requests drawn without a model, for other windows."""
    rule = StoppingRule(precision)

    def trial(rng: np.random.Generator) -> tuple[bool, int]:
        requests = rng.poisson(MEAN, (rule.at_most, days))
        served = np.minimum(requests, SLOTS).sum(axis=1)
        of = requests.sum(axis=1)
        n = rule.first_done(served, of)
        assert n is not None
        got = share_interval(served[:n], of[:n])
        return got.low <= mean_of_shares(MEAN, SLOTS, days) <= got.high, n

    return trial
