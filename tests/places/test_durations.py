"""Stays and patience: their distributions, and that they have nothing to do with each other."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from sim.places.durations import keyed
from sim.scenario.derived.samplers import sampler
from sim.scenario.schema.distributions import Distribution
from sim.streams import child_keys, key_of

N = 40_000
KEYS = child_keys(np.array([key_of("test", "durations")], dtype=np.uint64), np.arange(N))
PURPOSES = [key_of("purpose", p) for p in ("stay", "patience")]
RULES: dict[str, dict[str, Any]] = {
    "exponential": {"rule": "exponential", "mean": 20},
    "lognormal": {"rule": "lognormal", "mean": 20, "cv": 0.7},
    "wide gamma": {"rule": "gamma", "mean": 20, "cv": 1.7},
    "gamma": {"rule": "gamma", "mean": 20, "cv": 0.4},
    "uniform": {"rule": "uniform", "low": 5, "high": 20},
}


def distribution(rule: dict[str, Any]) -> Distribution:
    return TypeAdapter(Distribution).validate_python(rule)


@pytest.mark.parametrize("name", RULES)
def test_laws(name: str) -> None:
    dist = distribution(RULES[name])
    values = keyed(dist, PURPOSES[0])(KEYS)
    assert stats.kstest(values, sampler(dist).cdf).pvalue > 1e-4


def test_bounds_of_gammas() -> None:
    """Mass beyond a bound sits on it, as with every other distribution."""
    free, cut = (
        keyed(distribution({**RULES["gamma"], **bounds}), PURPOSES[0])(KEYS)
        for bounds in ({}, {"min": 15, "max": 30})
    )
    assert (cut == np.clip(free, 15, 30)).all()
    assert (cut == 15).sum() > 1000


@pytest.mark.parametrize("name", RULES)
def test_two_purposes_are_independent(name: str) -> None:
    a, b = (keyed(distribution(RULES[name]), p)(KEYS) for p in PURPOSES)
    assert abs(stats.spearmanr(a, b).statistic) * np.sqrt(N) < 4


def test_different_laws_are_independent() -> None:
    for one, other in combinations(RULES, 2):
        a = keyed(distribution(RULES[one]), PURPOSES[0])(KEYS)
        b = keyed(distribution(RULES[other]), PURPOSES[1])(KEYS)
        assert abs(stats.spearmanr(a, b).statistic) * np.sqrt(N) < 4


def test_a_constant() -> None:
    assert (keyed(distribution({"rule": "constant", "value": 7}), 1)(KEYS) == 7).all()
