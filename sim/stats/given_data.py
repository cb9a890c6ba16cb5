"""What outcomes depend on, from any joint sample of independent inputs: no design of runs.

The share of an outcome's variance that one input alone explains (first-order index) is that of a
regression on hat functions between quantiles of the input (a piecewise linear curve), or on its
values where they are few, less what as many random columns would explain. Shuffled outcomes say how
large the largest of all indices gets by chance: the noise floor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import fisher_exact, norm

from sim.arrays import F64, I64, Bools

FEW = 64
"""Draws below which no input is ranked."""
SHUFFLES = 200
FLOOR = 0.95
"""Quantile, over shuffles, of the largest index."""
CUTS = 39
"""Thresholds of an input that are tried."""
KINDS = 8
"""Different values up to which an input is taken for a choice."""


def quantile_interval(values: F64, level: float = 0.9) -> tuple[F64, F64, I64]:
    """Low and high quantile of each column, and the number of draws behind; NaN for none.

    By their ranks: of `n` draws and one more, the one more lies between the `i`-th and the `j`-th
    with chance `(j - i) / (n + 1)`, so that an interval holds what its level says. Fewer than 19
    draws are too few for 90 %: their interval is from the least to the largest.

    Parameters
    ----------
    values
        (draws, k); NaN where a draw has no answer.
    """
    known = np.isfinite(values)
    n = known.sum(axis=0)
    ends = np.full((2, values.shape[1]), np.nan)
    some = n > 0
    at = [(1 - level) / 2, (1 + level) / 2]
    ends[:, some] = np.nanquantile(values[:, some], at, axis=0, method="weibull")
    return ends[0], ends[1], n


@dataclass(frozen=True, eq=False, slots=True)
class Indices:
    """First-order indices of one outcome: one entry an input.

    Attributes
    ----------
    index, low, high
        Estimates with 95 % intervals, each by itself.
    floor
        Below it an index is not seen to be more than chance.
    """

    index: F64
    low: F64
    high: F64
    floor: float


def curve(x: F64) -> F64:
    """(n, p) columns of which an input's effect is a sum: hats between knots, or its values."""
    values = np.unique(x)
    if len(values) <= KINDS:
        return np.asarray((x[:, None] == values[None, :]).astype(np.float64))
    knots = np.quantile(x, np.linspace(0, 1, max(3, round(len(x) ** (1 / 3)) + 1)))
    knots = np.unique(knots)
    return np.stack([np.interp(x, knots, row) for row in np.eye(len(knots))], axis=1)


def indices(x: F64, y: F64, seed: int = 0) -> Indices:
    """First-order index of every input.

    Parameters
    ----------
    x
        (n, inputs) draws.
    y
        (n,) outcomes.
    """
    n, k = x.shape
    centred = y - y.mean()
    total = float(centred @ centred)
    if n < 3 or total <= 1e-24 * max(1.0, float(y @ y)):
        nothing = np.zeros(k)
        return Indices(nothing, nothing, nothing, 0.0)
    rng = np.random.default_rng(seed)
    shuffled = np.stack([rng.permutation(centred) for _ in range(SHUFFLES)], axis=1)
    largest = np.zeros(SHUFFLES)
    index, half = np.zeros(k), np.zeros(k)
    for j in range(k):
        q = np.linalg.qr(curve(x[:, j]))[0]
        spare = n - q.shape[1]
        if spare < 2:
            index[j] = half[j] = np.nan
            continue
        index[j] = _adjusted(q, centred, total)[()]
        largest = np.maximum(largest, _adjusted(q, shuffled, total))
        left = centred - q @ (q.T @ centred)
        influence = (1 - index[j]) * centred**2 * n / total - left**2 * n / total * (n - 1) / spare
        half[j] = float(norm.ppf(0.975)) * influence.std(ddof=1) / np.sqrt(n)
    return Indices(index, index - half, index + half, float(np.quantile(largest, FLOOR)))


def _adjusted(q: F64, y: F64, total: float) -> F64:
    """Share of variance explained, less what chance explains; `y` has mean 0 in its columns."""
    n, p = q.shape
    explained = ((q.T @ y) ** 2).sum(axis=0)
    return np.asarray(1 - (total - explained) / (n - p) * (n - 1) / total)


_Rule = tuple[int, float, bool]
"""Input, value, and whether it holds above that."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A rule by which an answer turns: where the input is above (or below) a value.

    Attributes
    ----------
    second
        One more condition, (input, value, above), where one alone tells less.
    inside, outside
        Share of turned answers where the rule holds, and elsewhere, in draws not used to find it.
    checked
        Number of these draws.
    """

    input: int
    value: float
    above: bool
    second: _Rule | None
    inside: float
    outside: float
    checked: int


def find_flip(x: F64, turned: Bools) -> Flip | None:
    """The rule of one or two thresholds that best tells turned answers from others.

    Found on the even draws, checked on the odd ones: None if it does not hold there (one-sided,
    one in a thousand by chance).
    """
    even = np.arange(len(x)) % 2 == 0
    (a, b), (c, d) = (x[even], turned[even]), (x[~even], turned[~even])
    if len(a) < FEW // 2 or len(c) < FEW // 2 or not a.size or not 3 <= b.sum() <= len(b) - 3:
        return None
    first = _cut(a, b, np.ones(len(a), dtype=bool))
    if first is None:
        return None
    best: tuple[_Rule, _Rule | None] = (first, None)
    held = _holds(a, first)
    second = _cut(a, b, held)
    if second is not None:
        both = held & _holds(a, second)
        if _parted(b, both) > 1.25 * _parted(b, held):
            best = (first, second)
    (j, value, above), more = best
    inside = _holds(c, best[0]) & (True if more is None else _holds(c, more))
    table = np.array([[(t & part).sum() for t in (d, ~d)] for part in (inside, ~inside)])
    if fisher_exact(table, alternative="greater")[1] > 0.001:
        return None
    return Flip(j, value, above, more, float(d[inside].mean()), float(d[~inside].mean()), len(d))


def _holds(x: F64, rule: _Rule) -> Bools:
    j, value, above = rule
    return np.asarray(x[:, j] > value if above else x[:, j] <= value)


def _parted(turned: Bools, inside: Bools) -> float:
    """Covariance of being turned and being inside: how well one tells the other."""
    return float((turned & inside).mean() - turned.mean() * inside.mean())


def _cut(x: F64, turned: Bools, within: Bools) -> _Rule | None:
    """The threshold that parts turned answers best, at least a tenth of draws on either side."""
    best, found = 1e-12, None
    n, spread = max(1, int(within.sum())), max(float(turned.std()), 1e-12)
    for j in range(x.shape[1]):
        values = np.unique(x[within, j])
        middles = (values[1:] + values[:-1]) / 2
        if len(middles) > CUTS:
            middles = np.quantile(x[within, j], np.linspace(0.025, 0.975, CUTS))
        above = x[:, j, None] > middles
        for side in (True, False):
            inside = (above == side) & within[:, None]
            share = inside.sum(axis=0) / n
            gain = (turned[:, None] & inside).mean(axis=0) - turned.mean() * inside.mean(axis=0)
            gain = np.where((share >= 0.1) & (share <= 0.9), gain / spread, 0.0)
            if len(gain) and gain.max() > best:
                best, at = float(gain.max()), int(gain.argmax())
                found = (j, float(middles[at]), side)
    return found


@dataclass(frozen=True, eq=False, slots=True)
class Worth:
    """Value of knowing each input before deciding, in the unit of the benefits, with intervals.

    Attributes
    ----------
    everything
        Value of knowing all.
    """

    value: F64
    low: F64
    high: F64
    everything: float


def worth_of_knowing(x: F64, benefits: F64) -> Worth:
    """Expected value of perfect knowledge of each input, by regression (Strong and Oakley 2014).

    The option is chosen by curves fitted to the other half of the draws, so that nothing is won by
    following luck; what choosing so adds is a mean over draws, with its interval.

    Parameters
    ----------
    benefits
        (n, options) what each option brings in each draw.
    """
    n, k = x.shape
    gains = benefits - benefits[:, [int(np.argmax(benefits.mean(axis=0)))]]
    value, half = np.zeros(k), np.zeros(k)
    halves = (np.arange(n) % 2 == 0, np.arange(n) % 2 == 1)
    for j in range(k):
        columns, added = curve(x[:, j]), np.zeros(n)
        for mine, others in (halves, halves[::-1]):
            weights = np.linalg.lstsq(columns[others], gains[others], rcond=None)[0]
            option = np.argmax(columns[mine] @ weights, axis=1)
            plain = int(np.argmax(gains[others].mean(axis=0)))
            added[mine] = gains[mine, option] - gains[mine, plain]
        value[j], half[j] = added.mean(), norm.ppf(0.975) * added.std(ddof=1) / np.sqrt(n)
    low, high = np.maximum(value - half, 0.0), np.maximum(value + half, 0.0)
    return Worth(np.maximum(value, 0.0), low, high, float(gains.max(axis=1).mean()))
