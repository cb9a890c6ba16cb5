"""Two-phase regression: unbiased, covers as often as it says, and narrower than without."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.stats.control import controlled_mean, two_phase_mean
from sim.stats.intervals import Interval, t_interval

ROUNDS, N, MANY = 2000, 25, 120


def drawn(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Metric of mean 10, a control of known mean 3, and a cheap control of unknown mean."""
    cheap, known = rng.normal(7.0, 2.0, MANY), rng.normal(3.0, 1.0, N)
    y = 10 + 1.5 * (cheap[:N] - 7) - 0.8 * (known - 3) + rng.normal(0, 0.5, N)
    return y, known, cheap


def test_mean_and_coverage() -> None:
    """Over many rounds the mean is 10 and 95 % of intervals hold it, both by z-score."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(ROUNDS):
        y, known, cheap = drawn(rng)
        found.append(two_phase_mean(y, known, [3.0], cheap))
    means = np.array([f.mean for f in found])
    assert abs(means.mean() - 10) / (means.std(ddof=1) / np.sqrt(ROUNDS)) < 4
    covered = np.mean([f.low <= 10 <= f.high for f in found])
    assert abs(covered - 0.95) / np.sqrt(0.95 * 0.05 / ROUNDS) < 4


def test_it_is_narrower_than_without_the_cheap_control() -> None:
    y, known, cheap = drawn(np.random.default_rng(2))
    with_it = two_phase_mean(y, known, [3.0], cheap).half_width
    assert with_it < 0.6 * controlled_mean(y, known, [3.0]).half_width


def test_a_control_that_says_nothing_leaves_the_plain_interval() -> None:
    y = np.random.default_rng(3).normal(0, 1, 20)
    same = two_phase_mean(y, np.zeros((20, 0)), [], np.full(50, 4.0))
    plain = t_interval(y)
    assert (same.mean, same.low, same.high) == pytest.approx((plain.mean, plain.low, plain.high))


def test_as_many_cheap_values_as_replications_at_least() -> None:
    with pytest.raises(ValueError, match="3 cheap values for 5"):
        two_phase_mean(np.arange(5.0), np.zeros((5, 0)), [], np.arange(3.0))


def test_few_replications_have_no_interval() -> None:
    short = two_phase_mean([1.0, 2.0], [[0.0], [1.0]], [0.5], [1.0, 2.0, 3.0])
    assert short.mean == 1.5
    assert np.isnan(short.half_width)
    assert short.n == 2


def by_formula(
    y: np.ndarray, known: np.ndarray | None, mean: float, cheap: np.ndarray, confidence: float
) -> tuple[float, float, float]:
    """(mean, low, high) by the normal equations and Welch and Satterthwaite's freedom."""
    n, many = len(y), len(cheap)
    columns = [np.ones(n), cheap[:n] - cheap.mean()]
    design = np.column_stack(columns if known is None else [*columns, known - mean])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ y
    rest = n - design.shape[1]
    first = ((y - design @ beta) ** 2).sum() / rest * inverse[0, 0]
    second = beta[1] ** 2 * cheap.var(ddof=1) / many
    freedom = (first + second) ** 2 / (first**2 / rest + second**2 / (many - 1))
    half = stats.t.ppf((1 + confidence) / 2, freedom) * np.sqrt(first + second)
    return beta[0], beta[0] - half, beta[0] + half


def limits(got: Interval) -> tuple[float, float, float]:
    return got.mean, got.low, got.high


def test_by_formula() -> None:
    """With and without another control; also where no cheap value is more than a replication's."""
    rng = np.random.default_rng(4)
    y, known, cheap = drawn(rng)
    for n, many in ((N, MANY), (6, 9), (8, 8), (4, 5)):
        y_, known_, cheap_ = y[:n], known[:n], cheap[:many]
        got = two_phase_mean(y_, known_, [3.0], cheap_, 0.8)
        assert limits(got) == pytest.approx(by_formula(y_, known_, 3.0, cheap_, 0.8))
        assert got.n == n
        alone = two_phase_mean(y_, np.zeros((n, 0)), [], cheap_, 0.8)
        assert limits(alone) == pytest.approx(by_formula(y_, None, 0.0, cheap_, 0.8))


def test_a_cheap_control_that_never_varies_leaves_the_others() -> None:
    y, known, _ = drawn(np.random.default_rng(5))
    got = two_phase_mean(y, known, [3.0], np.full(50, 4.0), 0.8)
    assert limits(got) == pytest.approx(limits(controlled_mean(y, known, [3.0], 0.8)))


@pytest.mark.parametrize(("size", "span"), [(1e6, 1e-7), (-1e6, 1e-7), (0.0, 1e-12)])
def test_rounding_of_the_cheap_control_is_no_variation(size: float, span: float) -> None:
    step = np.array([0.0, 1, 0.25, 0.75])
    y = 3 + step + np.array([0.1, -0.1, 0.2, 0.0])
    got = two_phase_mean(y, np.zeros((4, 0)), [], size + span * step)
    assert limits(got) == pytest.approx(limits(t_interval(y)))


@pytest.mark.parametrize(("span", "counts"), [(1e-12, False), (1.5e-12, True)])
def test_a_cheap_control_around_nothing(span: float, counts: bool) -> None:
    """What varies by 1e-12 of 1 is rounding, what varies by more is not."""
    step = np.array([-0.5, 0.5, -0.25, 0.25])
    y = 3 + step + np.array([0.1, -0.1, 0.2, 0.0])
    got = two_phase_mean(y, np.zeros((4, 0)), [], span * step)
    expected = by_formula(y, None, 0.0, step, 0.95) if counts else limits(t_interval(y))
    assert limits(got) == pytest.approx(expected)


def test_rounding_of_another_control_is_no_variation() -> None:
    y, _, cheap = drawn(np.random.default_rng(6))
    known = 1e6 + 1e-7 * np.random.default_rng(7).random(N)
    got = two_phase_mean(y, known, [1e6], cheap)
    assert limits(got) == pytest.approx(by_formula(y, None, 0.0, cheap, 0.95))


@pytest.mark.filterwarnings("error")
def test_a_metric_that_is_always_nothing_is_known() -> None:
    """No variance at all, so that there is no freedom to be pooled."""
    assert limits(two_phase_mean(np.zeros(5), np.zeros((5, 0)), [], np.full(9, 4.0))) == (0, 0, 0)
