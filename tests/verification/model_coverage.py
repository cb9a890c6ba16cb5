"""Intervals of the model itself: a tiny town is simulated, and the rule of users stops it.

Poisson requests for a day's ten slots, unmet ones lost (`scenarios/slot-day.yaml`),
for two weeks. The share of requests served is that of the totals of all replications.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.experiment.replicate import run_replications
from sim.model import Model, build_model
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.schema.experiment import Precision
from sim.stats.intervals import share_intervals
from sim.studies.headroom import build_served
from sim.studies.recipe import SERVED
from sim.studies.run import PrecisionRule

from .exact.diaries import slot_day
from .towns import scenario_file

MEAN, SLOTS, DAYS = 8.0, 10, 14
PRIMARY = ["served_share"]


@cache
def town() -> tuple[Inputs, Model]:
    """The scenario, two weeks of it."""
    inputs = load(scenario_file("slot-day"), sets=[f"window.until=2026-01-{4 + DAYS:02d}"])
    return inputs, build_model(inputs)


def model_trial(rng: np.random.Generator) -> tuple[bool, int]:
    """Simulate until the share served is known to 0.01, and look whether the interval holds it."""
    inputs, model = town()
    rule = PrecisionRule(Precision(precision=0.01), build_served(model).rows, PRIMARY)
    seed = int(rng.integers(2**63))
    results = run_replications(inputs, SERVED, rule, model=model, seed=seed, jobs=1)
    served, of = np.stack([rule.primary_of(r.values)[:, 0] for r in results]).T
    got = share_intervals(served[:, None], of[:, None])[0]
    return got.low <= 1 - slot_day(MEAN, SLOTS).unmet <= got.high, len(results)
