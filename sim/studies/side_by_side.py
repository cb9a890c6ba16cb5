"""When several scenarios, replicated equally often, have been replicated enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.arrays import F64, Bools
from sim.measure.collector import MetricRow
from sim.scenario.schema.experiment import Precision
from sim.stats.intervals import linearised
from sim.stats.paired import Differences, paired_differences, unpaired_differences
from sim.studies.recipe import ReplicationValues


def lines_of(rows: Sequence[MetricRow]) -> Iterator[tuple[str, str, str, str, str]]:
    """(metric, group, level, unit, form) of each value of a replication."""
    for row in rows:
        for level in row.levels:
            yield row.metric, row.group, level, row.unit, row.form


def ratios_of(top: F64, bottom: F64) -> F64:
    """Values of replications; NaN where there is nothing to divide by."""
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0))


def contrast(
    mine: tuple[F64, F64],
    base: tuple[F64, F64],
    confidence: float,
    *,
    paired: bool,
    family: int | None,
    shares: Bools,
) -> Differences:
    """Differences of ratios of totals, of (n, lines) numerators and denominators.

    Paired replications count where both have something to divide by.
    """
    method = paired_differences if paired else unpaired_differences
    both = (mine[1] > 0) & (base[1] > 0) if paired else True
    return method(
        linearised(mine[0], np.where(both, mine[1], 0.0)),
        linearised(base[0], np.where(both, base[1], 0.0)),
        confidence,
        family=family,
        shares=shares,
        units_a=mine[1],
        units_b=base[1],
    )


class Primary:
    """Picks the primary metrics out of each scenario's values."""

    def __init__(self, metrics: Sequence[str]) -> None:
        self._metrics, self._at = metrics, dict[int, list[int]]()
        self.shares = np.zeros(len(metrics), dtype=np.bool_)

    def named(self, study: int, rows: Sequence[MetricRow]) -> None:
        """Note where a study's values have them, and which are shares."""
        lines = list(lines_of(rows))
        at = {line[:2]: i for i, line in enumerate(lines) if line[1] == "all"}
        self._at[study] = [at[metric, "all"] for metric in self._metrics]
        self.shares = np.array([lines[i][4] == "share" for i in self._at[study]])

    def values_of(self, study: int, values: F64) -> F64:
        """(2, primary)."""
        return np.asarray(values[:, self._at[study]])


class SideBySide:
    """All scenarios are replicated equally often.

    Until the joint intervals of all differences from the baseline, as they are shown, are as narrow
    as asked for on every primary metric, and have stayed so over `LOOK_AHEAD` more (as
    `stats.stopping` does for means). What has no value in any replication is no bar.

    Parameters
    ----------
    pairs
        Of each scenario, whether it has the baseline's residents.
    """

    MINIMUM, LOOK_AHEAD = 5, 5

    def __init__(
        self, pairs: Sequence[bool], baseline: int, spec: int | Precision, primary: Primary
    ) -> None:
        self._pairs, self._baseline, self._spec = pairs, baseline, spec
        self._primary = primary

    def expected(self, results: Sequence[Sequence[ReplicationValues]]) -> Sequence[int]:
        """Guess of the number of replications, the same for all."""
        n, number = min(map(len, results)), len(self._pairs)
        if isinstance(self._spec, int):
            return [self._spec] * number
        least = self.MINIMUM + self.LOOK_AHEAD
        if n < self.MINIMUM or number < 2:
            return [min(least, self._spec.at_most)] * number
        width = self._half_width(results, n)
        guess = n * (width / self._spec.precision) ** 2 + self.LOOK_AHEAD
        return [int(min(max(guess, least, n + 1), self._spec.at_most))] * number

    def wanted(self, results: Sequence[Sequence[ReplicationValues]]) -> Sequence[int]:
        """Scenarios that lag behind, or all where the differences are not known well enough."""
        most, n = max(map(len, results)), min(map(len, results))
        if n < most:
            return [i for i, mine in enumerate(results) if len(mine) < most]
        return [] if n and self._enough(results, n) else list(range(len(results)))

    def held(self, results: Sequence[Sequence[ReplicationValues]]) -> bool:
        """Whether the precision was reached, not only the cap."""
        return isinstance(self._spec, int) or self._narrow(results, len(results[0]))

    def _enough(self, results: Sequence[Sequence[ReplicationValues]], n: int) -> bool:
        if isinstance(self._spec, int):
            return n >= self._spec
        return n >= self._spec.at_most or self._narrow(results, n)

    def _narrow(self, results: Sequence[Sequence[ReplicationValues]], n: int) -> bool:
        assert not isinstance(self._spec, int)
        if n < self.MINIMUM + self.LOOK_AHEAD:
            return False
        sizes = range(n, n - self.LOOK_AHEAD - 1, -1)
        return all(self._half_width(results, m) <= self._spec.precision for m in sizes)

    def _half_width(self, results: Sequence[Sequence[ReplicationValues]], n: int) -> float:
        """The widest, over scenarios and primary metrics, after the first n replications."""
        assert not isinstance(self._spec, int)
        values = np.stack([[r.values for r in mine[:n]] for mine in results])
        top, bottom = values[:, :, 0], values[:, :, 1]
        base, others = self._baseline, len(self._pairs) - 1
        widest = 0.0
        for i, paired in enumerate(self._pairs):
            if i == base:
                continue
            found = contrast(
                (top[i], bottom[i]),
                (top[base], bottom[base]),
                self._spec.confidence,
                paired=paired,
                family=max(1, others * top.shape[2]),
                shares=self._primary.shares,
            )
            half = (found.adjusted_high - found.adjusted_low)[found.n > 0] / 2
            # one value has no interval: wait for more
            widest = max(widest, float(np.nan_to_num(half, nan=np.inf).max(initial=0.0)))
        return min(widest, 1.0)
