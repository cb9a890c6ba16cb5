"""Indices against models whose answer is known, by the code that `linli sensitivity` runs."""

from collections.abc import Callable

import numpy as np
import pytest

from sim.arrays import F64
from sim.scenario.draws import points
from sim.stats.given_data import find_flip, indices, quantile_interval, worth_of_knowing

N = 1024


def _ishigami(u: F64) -> F64:
    x = (2 * u - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


_A = np.array([0.0, 1.0, 4.5, 9.0])
_G = 1 / 3 / (1 + _A) ** 2
MODELS: dict[str, tuple[Callable[[F64], F64], list[float]]] = {
    "ishigami": (_ishigami, [0.3139, 0.4424, 0, 0]),
    "sobol g": (
        lambda u: np.prod((np.abs(4 * u[:, :4] - 2) + _A) / (1 + _A), axis=1),
        (_G / (np.prod(1 + _G) - 1)).tolist(),
    ),
    "linear": (lambda u: 3 * u[:, 0] + 2 * u[:, 1] + u[:, 2], [9 / 14, 4 / 14, 1 / 14, 0]),
    "interaction only": (lambda u: (u[:, 0] - 0.5) * (u[:, 1] - 0.5), [0, 0, 0, 0]),
}


@pytest.mark.parametrize("drawn", [True, False], ids=["as drawn", "independent"])
@pytest.mark.parametrize("name", MODELS)
def test_indices_are_those_known(name: str, drawn: bool) -> None:
    """Over 6 samples the mean error is within 4 standard errors of zero."""
    model, truth = MODELS[name]
    found, half = [], []
    for seed in range(6):
        u = points(4, seed, 0, N) if drawn else np.random.default_rng(seed).random((N, 4))
        got = indices(u, model(u), seed)
        found.append(got.index)
        half.append(got.high - got.index)
    se = np.mean(half, axis=0) / 1.96 / np.sqrt(6) + np.std(found, axis=0) / np.sqrt(6)
    # a piecewise linear curve cannot follow two waves to the last thousandth
    z = (np.mean(found, axis=0) - truth) / (se + 0.002)
    assert np.abs(z).max() < 4


@pytest.mark.parametrize("name", MODELS)
def test_indices_are_those_of_salib(name: str) -> None:
    """Beside its RBD-FAST, which takes any sample too (Plischke 2010)."""
    other = pytest.importorskip("SALib.analyze.rbd_fast")
    u = points(4, 1, 0, N)
    y = MODELS[name][0](u)
    problem = {"num_vars": 4, "names": [*"abcd"], "bounds": [[0, 1]] * 4}
    theirs = other.analyze(problem, u, y, num_resamples=2, seed=1)["S1"]
    assert indices(u, y).index == pytest.approx(theirs, abs=0.025)


def test_indices_cover_the_truth() -> None:
    model, truth = MODELS["linear"]
    inside = []
    for seed in range(60):
        u = np.random.default_rng(seed).random((256, 4))
        got = indices(u, model(u) + np.random.default_rng(-seed % 997).normal(0, 0.2, 256), seed)
        noisy = np.array(truth) * (14 / 12) / (14 / 12 + 0.04)
        inside.append((got.low[:3] <= noisy[:3]) & (noisy[:3] <= got.high[:3]))
    assert np.mean(inside) > 0.9


def test_what_is_not_there_stays_under_the_floor() -> None:
    """The largest of 20 idle inputs is above the floor about once in twenty times."""
    rng = np.random.default_rng(5)
    found = [indices(rng.random((128, 20)), rng.normal(size=128), seed) for seed in range(60)]
    assert np.mean([(got.index > got.floor).any() for got in found]) <= 0.13


def test_a_choice_among_few_is_no_curve() -> None:
    x = np.random.default_rng(1).integers(0, 3, (300, 1)).astype(float)
    got = indices(x, np.array([0.0, 5.0, 0.0])[x[:, 0].astype(int)])
    assert got.index[0] > 0.999


def test_more_draws_continue_those_before() -> None:
    assert (points(5, 3, 0, 40)[:16] == points(5, 3, 0, 16)).all()
    assert (points(5, 3, 16, 24) == points(5, 3, 0, 40)[16:]).all()


def test_flip_is_found_and_checked() -> None:
    u = points(6, 1, 0, 256)
    found = find_flip(u, u[:, 2] < 0.3)
    assert found is not None
    assert found.input == 2
    assert not found.above
    assert abs(found.value - 0.3) < 0.05
    assert found.inside > 0.9
    assert found.outside < 0.1


def test_flip_of_two_thresholds() -> None:
    u = points(6, 1, 0, 512)
    found = find_flip(u, (u[:, 2] < 0.5) & (u[:, 4] > 0.5))
    assert found is not None
    assert found.second is not None
    assert {found.input, found.second[0]} == {2, 4}
    assert found.inside > 0.9


def test_no_rule_for_luck() -> None:
    rng = np.random.default_rng(2)
    found = [find_flip(rng.random((128, 30)), rng.random(128) < 0.3) for _ in range(15)]
    assert sum(f is not None for f in found) <= 1


def test_worth_of_a_known_decision() -> None:
    """Option 1 brings x - 1/2 more, x uniform: knowing x is worth E max(x - 1/2, 0) = 1/8."""
    held, idle = [], []
    for seed in range(30):
        u = points(4, seed, 0, 256)
        noise = np.random.default_rng([3, seed]).normal(0, 0.1, 256)
        got = worth_of_knowing(u, np.stack([np.zeros(256), u[:, 1] - 0.5 + noise], axis=1))
        held.append(got.low[1] <= 0.125 <= got.high[1])
        assert abs(got.value[1] - 0.125) < 0.04
        idle.append(got.value[[0, 2, 3]])
    assert np.mean(held) > 0.85
    assert np.mean(idle) < 0.01


def test_quantiles_say_how_many_are_behind() -> None:
    values = np.array([[1.0, np.nan], [2.0, np.nan], [3.0, 5.0]])
    low, high, n = quantile_interval(values)
    assert n.tolist() == [3, 1]
    assert low.tolist() == [1.0, 5.0]
    assert high.tolist() == [3.0, 5.0]


@pytest.mark.parametrize("n", [19, 39, 64, 256])
def test_an_interval_of_draws_holds_what_its_level_says(n: int) -> None:
    """One more draw lies within 90 % of the time, by its rank; also where ends lie between ranks.

    Uniform draws: the chance that one more lies within is the width of the interval.
    """
    draws = np.random.default_rng(n).random((n, 4000))
    low, high, _ = quantile_interval(draws)
    width = high - low
    z = (width.mean() - 0.9) / (width.std(ddof=1) / np.sqrt(len(width)))
    assert abs(z) < 4
    ends = np.sort(draws, axis=0)
    at = (n + 1) * 0.05 - 1  # from 0
    below, part = int(at + 1e-9), at - int(at + 1e-9)
    expected = ends[below] + part * (ends[min(below + 1, n - 1)] - ends[below])
    assert low == pytest.approx(expected)
