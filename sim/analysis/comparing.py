"""Scenarios compared: the same residents, replication by replication, under other rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.analysis.collect import Row
from sim.analysis.recipe import MEASURED, Replicated
from sim.analysis.side_by_side import Primary, SideBySide, contrast, lines_of, ratios_of
from sim.experiment.replicate import Engine, replicate
from sim.experiment.spool import Spool
from sim.experiment.study import Study
from sim.scenario.identity import residents_differ
from sim.scenario.inputs import Inputs
from sim.stats.paired import Differences

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
    apart
        Of each, the keys by which its residents differ from the baseline's; empty: it is paired.
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
    apart: tuple[tuple[str, ...], ...]
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
    def paired(self) -> bool:
        """Whether all have the baseline's residents, replication by replication."""
        return not any(self.apart)

    @property
    def alike(self) -> tuple[int, ...]:
        """Indices of those that have the baseline's residents, itself among them."""
        return tuple(i for i, keys in enumerate(self.apart) if not keys)

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

    def among(self, which: Sequence[int], baseline: int) -> Compared:
        """Some of the scenarios, compared with another one of them.

        Parameters
        ----------
        which
            Their indices, the new baseline's among them.
        baseline
            Index, here, of the new baseline.

        Raises
        ------
        ValueError
            If one of them has other residents: with whom it is paired is not known.
        """
        if any(self.apart[i] for i in which):
            raise ValueError("only scenarios with the same residents can change their baseline")
        at = list(which)
        return replace(
            self,
            scenarios=tuple(self.scenarios[i] for i in at),
            baseline=at.index(baseline),
            apart=tuple(self.apart[i] for i in at),
            rows=tuple(self.rows[i] for i in at),
            values=tuple(self.values[i] for i in at),
            top=self.top[at],
            bottom=self.bottom[at],
        )

    def replications(self) -> Iterator[pd.DataFrame]:
        """Values of the compared lines, scenario by scenario and replication by replication."""
        names = self.names[["metric", "group", "level"]]
        kinds = pd.CategoricalDtype(list(self.labels))
        for scenario, label in enumerate(self.labels):
            for number, row in enumerate(ratios_of(self.top[scenario], self.bottom[scenario])):
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
        return ratios_of(self.top[:, :, lines], self.bottom[:, :, lines])

    def differ(
        self,
        scenario: int,
        lines: npt.NDArray[np.int64],
        family: int | None,
        base_lines: npt.NDArray[np.int64] | None = None,
    ) -> Differences:
        """Difference of some lines from the same (or other) lines of the baseline."""
        theirs, base = lines if base_lines is None else base_lines, self.baseline
        return contrast(
            (self.top[scenario][:, lines], self.bottom[scenario][:, lines]),
            (self.top[base][:, theirs], self.bottom[base][:, theirs]),
            self.confidence,
            paired=not self.apart[scenario],
            family=family,
            shares=(self.names["form"].iloc[lines] == "share").to_numpy(),
        )


def compare_scenarios(scenarios: Sequence[Inputs], baseline: int, engine: Engine) -> Compared:
    """Replicate scenarios side by side, as often as the baseline's `experiment` says.

    Each uses its own seed; scenarios of different seeds are not paired.

    Raises
    ------
    EngineProblem
        If replications cannot be computed; what is finished is in the store.
    """
    spec = scenarios[baseline].scenario.experiment
    studies = [Study(inputs, MEASURED, inputs.scenario.experiment.seed) for inputs in scenarios]
    spools = [Spool() for _ in studies]
    apart = tuple(residents_differ(inputs, scenarios[baseline]) for inputs in scenarios)
    primary = Primary(spec.primary)
    stop = SideBySide([not keys for keys in apart], baseline, spec.replications, primary)

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
        apart=apart,
        n=n,
        rows=rows,
        values=tuple(spools),
        names=names,
        top=values[:, :, 0],
        bottom=values[:, :, 1],
        reached=stop.held(found.results),
    )


def _common(rows: Sequence[Sequence[Row]]) -> tuple[pd.DataFrame, list[npt.NDArray[np.int64]]]:
    """Lines that all scenarios have, in the first one's order, and where each has them."""
    where = [
        {line: i for i, line in enumerate(lines_of(mine)) if line[1] in GROUPS} for mine in rows
    ]
    shared = [line for line in where[0] if all(line in other for other in where[1:])]
    columns = [np.array([other[line] for line in shared], dtype=np.int64) for other in where]
    return pd.DataFrame(shared, columns=["metric", "group", "level", "unit", "form"]), columns
