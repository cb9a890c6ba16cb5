"""When to stop replicating: half-width reached and held (Hoad, Robinson and Davies 2010).

A rule that stops at the first half-width small enough stops too often by luck: its 95 %
intervals cover less. So the half-width must stay small over `look_ahead` further replications,
which are then used as well.

K. Hoad, S. Robinson, R. Davies: Automated selection of the number of replications for a
discrete-event simulation. Journal of the Operational Research Society 61 (2010) 1632-1644.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import F64
from sim.stats.intervals import Intervals, share_intervals, t_intervals, t_quantile


@dataclass(frozen=True)
class StoppingRule:
    """Replicate until every primary metric's half-width is at most `precision`.

    Parameters
    ----------
    precision
        Half-width asked for, absolute.
    confidence
        Coverage of the interval.
    at_most
        Cap on replications.
    minimum
        The first number of replications at which the half-width is looked at.
    look_ahead
        Further replications over which it must stay small.
    """

    precision: float
    confidence: float = 0.95
    at_most: int = 200
    minimum: int = 5
    look_ahead: int = 5

    def __post_init__(self) -> None:
        if not self.precision > 0:
            raise ValueError(f"precision must be above 0, not {self.precision!r}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence must lie between 0 and 1, not {self.confidence!r}")
        if self.minimum < 2 or self.look_ahead < 0 or self.at_most < self.minimum:
            raise ValueError(
                "needed: 2 <= minimum <= at_most and look_ahead >= 0, not "
                f"{self.minimum}, {self.at_most}, {self.look_ahead}"
            )

    def done(self, values: ArrayLike, denominators: ArrayLike | None = None) -> bool:
        """Check whether the replications so far are enough.

        Parameters
        ----------
        values
            Replications in rows (in order), primary metrics in columns; NaN where undefined.
        denominators
            Denominators, for shares: then `values` are numerators, and a share of which
            nothing or everything was seen is not taken for exactly known.
        """
        x, whole = _matrices(values, denominators)
        n = len(x)
        if n >= self.at_most:
            return True
        if n < self.minimum + self.look_ahead:
            return False
        return all(self._small(x, whole, m) for m in range(n, n - self.look_ahead - 1, -1))

    def first_done(self, values: ArrayLike, denominators: ArrayLike | None = None) -> int | None:
        """Smallest number of leading replications that is enough, None if there is none yet.

        Workers finish in batches; cutting there makes the result independent of their number.
        """
        x, whole = _matrices(values, denominators)
        held = 0
        for n in range(self.minimum, min(len(x), self.at_most) + 1):
            held = held + 1 if self._small(x, whole, n) else 0
            if held > self.look_ahead or n == self.at_most:
                return n
        return None

    def needed(self, values: ArrayLike, denominators: ArrayLike | None = None) -> int:
        """Guess how many replications it will take in all (for the time left; no promise)."""
        x, whole = _matrices(values, denominators)
        n = len(x)
        if self.done(x, whole):
            return n
        least = min(self.minimum + self.look_ahead, self.at_most)
        if n < 2:
            return least
        now = self._intervals(x, whole, n)
        quantile = t_quantile(self.confidence, now.n - 1)
        wide = now.half_width[np.isfinite(now.half_width)]
        worst = float(np.max(wide / quantile[np.isfinite(now.half_width)], initial=0.0))
        sizes = np.arange(2, self.at_most + 1)
        half = t_quantile(self.confidence, sizes - 1) * worst * np.sqrt(n / sizes)
        enough = sizes[half <= self.precision]
        guess = int(enough[0]) + self.look_ahead if len(enough) else self.at_most
        return min(max(guess, least, n + 1), self.at_most)

    def _small(self, x: F64, denominators: F64 | None, n: int) -> bool:
        """Whether all half-widths are small after the first n; what never occurs is no bar."""
        now = self._intervals(x, denominators, n)
        return bool(np.all((now.half_width <= self.precision) | (now.n == 0)))

    def _intervals(self, x: F64, denominators: F64 | None, n: int) -> Intervals:
        if denominators is None:
            return t_intervals(x[:n], self.confidence)
        return share_intervals(x[:n], denominators[:n], self.confidence)


def _matrices(values: ArrayLike, denominators: ArrayLike | None) -> tuple[F64, F64 | None]:
    """Bring both to (replications, metrics)."""
    x = np.asarray(values, dtype=np.float64)
    whole = None if denominators is None else np.asarray(denominators, dtype=np.float64)
    if x.ndim == 1:
        x = x.reshape(-1, 1)
    if whole is not None and whole.ndim == 1:
        whole = whole.reshape(-1, 1)
    return x, whole
