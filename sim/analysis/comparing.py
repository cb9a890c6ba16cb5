"""Scenarios compared: the same residents, replication by replication, under other rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.analysis.collect import Row
from sim.analysis.recipe import MEASURED, Replicated
from sim.experiment.replicate import Engine, replicate
from sim.experiment.spool import Spool
from sim.experiment.study import Study
from sim.scenario.inputs import Inputs
from sim.scenario.schema.experiment import Precision
from sim.stats.intervals import t_quantile

__all__ = ["GROUPS", "Compared", "compare_scenarios"]

F64 = npt.NDArray[np.float64]

GROUPS = ("all", "peak", "segment", "zone", "tier", "kind", "distance_band")
"""Groups by which scenarios are compared."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Replications of several scenarios.

    Attributes
    ----------
    scenarios
        In the order asked for.
    baseline
        Index of the one that the others are compared with.
    paired
        Whether all have the same residents, replication by replication.
    n
        Replications of each.
    rows, values
        Of each scenario, as in `run.Run`.
    names
        Lines (metric, group, level, unit, form) that all scenarios have, of `GROUPS`.
    top, bottom
        (scenarios, n, lines) numerators and denominators of these.
    reached
        Whether the precision asked for was reached (True where a number was asked for).
    """

    scenarios: tuple[Inputs, ...]
    baseline: int
    paired: bool
    n: int
    rows: tuple[tuple[Row, ...], ...]
    values: tuple[Spool, ...]
    names: pd.DataFrame
    top: F64
    bottom: F64
    reached: bool

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the scenarios."""
        return tuple(inputs.scenario.name for inputs in self.scenarios)

    @property
    def others(self) -> tuple[int, ...]:
        """Indices of all but the baseline."""
        return tuple(i for i in range(len(self.scenarios)) if i != self.baseline)

    @property
    def primary(self) -> tuple[str, ...]:
        """Metrics that the comparison is about: the baseline's `experiment.primary`."""
        return tuple(self.scenarios[self.baseline].scenario.experiment.primary)

    @property
    def confidence(self) -> float:
        """Of all intervals."""
        return self.scenarios[self.baseline].scenario.experiment.interval_confidence

    def of(self, metric: str, group: str = "all") -> npt.NDArray[np.int64]:
        """Lines of a metric in a group."""
        at = (self.names["metric"] == metric) & (self.names["group"] == group)
        return np.flatnonzero(at.to_numpy())

    def replications(self) -> Iterator[pd.DataFrame]:
        """Values of the compared lines, scenario by scenario and replication by replication."""
        names = self.names[["metric", "group", "level"]]
        kinds = pd.CategoricalDtype(list(self.labels))
        for scenario, label in enumerate(self.labels):
            values = self.ratios(np.arange(len(names)))[scenario]
            for number, row in enumerate(values):
                which = pd.Series([label] * len(names), dtype=kinds)
                yield pd.DataFrame(
                    {
                        "scenario": which,
                        "replication": np.full(len(names), number),
                        **{column: names[column].astype("category") for column in names},
                        "value": row,
                    }
                )

    def ratios(self, lines: npt.NDArray[np.int64]) -> F64:
        """(scenarios, n, lines) values; NaN where there is nothing to divide by."""
        top, bottom = self.top[:, :, lines], self.bottom[:, :, lines]
        ratios = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
        return np.asarray(ratios)


def compare_scenarios(scenarios: Sequence[Inputs], baseline: int, engine: Engine) -> Compared:
    """Replicate scenarios side by side, as often as the baseline's `experiment` says.

    All use the baseline's seed where they ask for none of their own.

    Raises
    ------
    EngineProblem
        If replications cannot be computed; what is finished is in the store.
    """
    spec = scenarios[baseline].scenario.experiment
    studies = [Study(inputs, MEASURED, inputs.scenario.experiment.seed) for inputs in scenarios]
    spools = [Spool() for _ in studies]
    primary = _Primary(spec.primary)
    stop = _Side(len(studies), baseline, spec.replications)

    def keep(study: int, result: Replicated) -> Replicated:
        spools[study].append(result.values)
        return Replicated(primary.of(study, result.values), None)

    found = replicate(studies, stop, engine, keep=keep, named=primary.named)
    rows = tuple(tuple(names) for names in found.names)
    names, columns = _common(rows)
    n = min(len(spool) for spool in spools)
    picked = [
        np.stack([v[:, at] for v in spool[:n]]) for spool, at in zip(spools, columns, strict=True)
    ]
    values = np.stack(picked)
    return Compared(
        scenarios=tuple(scenarios),
        baseline=baseline,
        paired=same_residents(scenarios),
        n=n,
        rows=rows,
        values=tuple(spools),
        names=names,
        top=values[:, :, 0],
        bottom=values[:, :, 1],
        reached=stop.held(found.results),
    )


def same_residents(scenarios: Sequence[Inputs]) -> bool:
    """Whether replications can be compared one by one: the same seed and the same days."""
    days = {(s.scenario.window.first, s.scenario.window.last) for s in scenarios}
    return len(days) == 1 and len({s.scenario.experiment.seed for s in scenarios}) == 1


def _lines(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, str, str]]:
    for row in rows:
        for level in row.levels:
            yield row.metric, row.group, level, row.unit, row.form


def _common(rows: Sequence[Sequence[Row]]) -> tuple[pd.DataFrame, list[npt.NDArray[np.int64]]]:
    """Lines that all scenarios have, in the first one's order, and where each has them."""
    where = [{line: i for i, line in enumerate(_lines(mine)) if line[1] in GROUPS} for mine in rows]
    shared = [line for line in where[0] if all(line in other for other in where[1:])]
    columns = [np.array([other[line] for line in shared], dtype=np.int64) for other in where]
    return pd.DataFrame(shared, columns=["metric", "group", "level", "unit", "form"]), columns


class _Primary:
    """Picks the primary metrics out of each scenario's values."""

    def __init__(self, metrics: Sequence[str]) -> None:
        self._metrics, self._at = metrics, dict[int, list[int]]()

    def named(self, study: int, rows: Sequence[Row]) -> None:
        """Note where a study's values have them."""
        at = {line[:2]: i for i, line in enumerate(_lines(rows)) if line[1] == "all"}
        self._at[study] = [at[metric, "all"] for metric in self._metrics]

    def of(self, study: int, values: F64) -> F64:
        """(2, primary)."""
        return np.asarray(values[:, self._at[study]])


class _Side:
    """All scenarios are replicated equally often.

    Until the intervals of all differences from the baseline are as narrow as asked for, on every
    primary metric, and have stayed so over `LOOK_AHEAD` more (as `stats.stopping` does for means).
    """

    MINIMUM, LOOK_AHEAD = 5, 5

    def __init__(self, number: int, baseline: int, spec: int | Precision) -> None:
        self._number, self._baseline, self._spec = number, baseline, spec

    def expected(self, results: Sequence[Sequence[Replicated]]) -> Sequence[int]:
        """Guess of the number of replications, the same for all."""
        n = min(map(len, results))
        if isinstance(self._spec, int):
            return [self._spec] * self._number
        least = self.MINIMUM + self.LOOK_AHEAD
        if n < self.MINIMUM or self._number < 2:
            return [least] * self._number
        width = self._half_width(results, n)
        guess = n * (width / self._spec.precision) ** 2 + self.LOOK_AHEAD
        return [int(min(max(guess, least, n + 1), self._spec.at_most))] * self._number

    def wanted(self, results: Sequence[Sequence[Replicated]]) -> Sequence[int]:
        """Scenarios that lag behind, or all where the differences are not known well enough."""
        most, n = max(map(len, results)), min(map(len, results))
        if n < most:
            return [i for i, mine in enumerate(results) if len(mine) < most]
        return [] if n and self._enough(results, n) else list(range(self._number))

    def held(self, results: Sequence[Sequence[Replicated]]) -> bool:
        """Whether the precision was reached, not only the cap."""
        return isinstance(self._spec, int) or self._narrow(results, len(results[0]))

    def _enough(self, results: Sequence[Sequence[Replicated]], n: int) -> bool:
        if isinstance(self._spec, int):
            return n >= self._spec
        return n >= self._spec.at_most or self._narrow(results, n)

    def _narrow(self, results: Sequence[Sequence[Replicated]], n: int) -> bool:
        assert not isinstance(self._spec, int)
        if n < self.MINIMUM + self.LOOK_AHEAD:
            return False
        sizes = range(n, n - self.LOOK_AHEAD - 1, -1)
        return all(self._half_width(results, m) <= self._spec.precision for m in sizes)

    def _half_width(self, results: Sequence[Sequence[Replicated]], n: int) -> float:
        """The widest, over scenarios and primary metrics, after the first n replications."""
        assert not isinstance(self._spec, int)
        values = np.stack([[r.values for r in mine[:n]] for mine in results])
        top, bottom = values[:, :, 0], values[:, :, 1]
        ratio = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
        apart = np.delete(ratio, self._baseline, axis=0) - ratio[self._baseline]
        error = np.nanstd(apart, axis=1, ddof=1) / np.sqrt(n)
        widest = float(np.nanmax(error, initial=0.0))
        return widest * float(t_quantile(self._spec.confidence, n - 1))
