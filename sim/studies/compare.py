"""Scenarios compared, replication by replication where they have the same residents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.arrays import F64, I64
from sim.experiment.replicate import Engine, replicate
from sim.experiment.store import Spool
from sim.experiment.study import Study
from sim.measure.collector import MetricRow
from sim.scenario.differences import InputDifferences, input_differences
from sim.scenario.inputs import Inputs
from sim.stats.intervals import linearised
from sim.stats.paired import Differences
from sim.studies.recipe import BESIDE, MEASURED, ReplicationValues, measured_beside
from sim.studies.side_by_side import Primary, SideBySide, contrast, lines_of, ratios_of

GROUPS = ("all", "peak", "segment", "zone", "tier", "kind", "distance_band")
"""Groups by which scenarios are compared."""


@dataclass(frozen=True, slots=True)
class ComparisonRuns:
    """Replications of several scenarios.

    Attributes
    ----------
    scenarios
        In the order asked for.
    baseline
        Index of the one that the others are compared with.
    differs
        Of each, what it has otherwise than the baseline; itself nothing.
    primary
        Metrics that the comparison is about.
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
    differs: tuple[InputDifferences, ...]
    primary: tuple[str, ...]
    n: int
    rows: tuple[tuple[MetricRow, ...], ...]
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
        return len(self.alike) == len(self.scenarios)

    @property
    def alike(self) -> tuple[int, ...]:
        """Indices of those that have the baseline's residents, itself among them."""
        return tuple(i for i, differs in enumerate(self.differs) if not differs.residents)

    @property
    def others(self) -> tuple[int, ...]:
        """Indices of all but the baseline."""
        return tuple(i for i in range(len(self.scenarios)) if i != self.baseline)

    @property
    def leading(self) -> str:
        """Share by which people are compared: of requests where all have the same, else of wishes.

        Other rooms, hours, ways or residents make other requests: the share of them that is served
        may fall while more people get what they want.
        """
        same = not any(d.choice or d.residents for d in self.differs)
        return "served_share" if same else "met_share"

    @property
    def confidence(self) -> float:
        """Confidence of all intervals."""
        return self.scenarios[self.baseline].scenario.experiment.interval_confidence

    @property
    def family(self) -> int:
        """Number of differences of primary metrics, whose intervals hold jointly."""
        return max(1, len(self.others) * len(self.primary))

    def lines_of(self, metric: str, group: str = "all") -> I64:
        """Lines of a metric in a group."""
        at = (self.names["metric"] == metric) & (self.names["group"] == group)
        return np.flatnonzero(at.to_numpy())

    def restricted_to(self, indices: Sequence[int], baseline: int) -> ComparisonRuns:
        """Some of the scenarios, compared with another one of them.

        Parameters
        ----------
        indices
            Their indices, the new baseline's among them.
        baseline
            Index, here, of the new baseline.

        Raises
        ------
        ValueError
            If one of them has other residents: with whom it is paired is not known.
        """
        if any(self.differs[i].residents for i in indices):
            raise ValueError("only scenarios with the same residents can change their baseline")
        at = list(indices)
        return replace(
            self,
            scenarios=tuple(self.scenarios[i] for i in at),
            baseline=at.index(baseline),
            differs=tuple(
                input_differences(self.scenarios[i], self.scenarios[baseline]) for i in at
            ),
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
            values = ratios_of(self.top[scenario], self.bottom[scenario])
            for number, (row, of) in enumerate(zip(values, self.bottom[scenario], strict=True)):
                which = pd.Series([label] * len(names), dtype=kinds)
                yield pd.DataFrame(
                    {
                        "scenario": which,
                        "replication": np.full(len(names), number),
                        **{column: names[column].astype("category") for column in names},
                        "value": row,
                        "of": of,
                    }
                )

    def ratios(self, lines: I64) -> F64:
        """(scenarios, n, lines) values, their means ratios of totals (`linearised`)."""
        tops, bottoms = self.top[:, :, lines], self.bottom[:, :, lines]
        return np.stack([linearised(*pair) for pair in zip(tops, bottoms, strict=True)])

    def differ(
        self,
        scenario: int,
        lines: I64,
        family: int | None,
        base_lines: I64 | None = None,
    ) -> Differences:
        """Difference of some lines from the same (or other) lines of the baseline."""
        theirs, base = lines if base_lines is None else base_lines, self.baseline
        return contrast(
            (self.top[scenario][:, lines], self.bottom[scenario][:, lines]),
            (self.top[base][:, theirs], self.bottom[base][:, theirs]),
            self.confidence,
            paired=not self.differs[scenario].residents,
            family=family,
            shares=(self.names["form"].iloc[lines] == "share").to_numpy(),
        )


def compare_scenarios(scenarios: Sequence[Inputs], baseline: int, engine: Engine) -> ComparisonRuns:
    """Replicate scenarios side by side, as often as the baseline's `experiment` says.

    Each uses its own seed; scenarios of different seeds are not paired. Wishes are grouped by tier
    and walk of their first choice in the baseline, also where rooms, hours or ways differ.

    Raises
    ------
    EngineProblem
        If replications cannot be computed; what is finished is in the store.
    """
    base = scenarios[baseline]
    spec = base.scenario.experiment
    differs = tuple(input_differences(inputs, base) for inputs in scenarios)
    metrics = primary_metrics(base, differs)
    beside = measured_beside(base) if any(map(_moves, differs)) else MEASURED
    studies = [
        Study(inputs, beside if _moves(d) else MEASURED, inputs.scenario.experiment.seed)
        for inputs, d in zip(scenarios, differs, strict=True)
    ]
    spools = [Spool() for _ in studies]
    primary = Primary(metrics)
    stop = SideBySide([not d.residents for d in differs], baseline, spec.replications, primary)

    def keep(study: int, result: ReplicationValues) -> ReplicationValues:
        spools[study].append(result.values)
        return ReplicationValues(primary.values_of(study, result.values), None)

    found = replicate(studies, stop, engine, keep=keep, named=primary.named)
    names, columns = _common(found.names)
    n = min(len(spool) for spool in spools)
    picked = [
        np.stack([v[:, at] for v in spool[:n]]) for spool, at in zip(spools, columns, strict=True)
    ]
    values = np.stack(picked)
    return ComparisonRuns(
        scenarios=tuple(scenarios),
        baseline=baseline,
        differs=differs,
        primary=metrics,
        n=n,
        rows=tuple(
            tuple(r for r in rows if not r.group.startswith(BESIDE)) for rows in found.names
        ),
        values=tuple(spools),
        names=names,
        top=values[:, :, 0],
        bottom=values[:, :, 1],
        reached=stop.held(found.results),
    )


def primary_metrics(base: Inputs, differs: Sequence[InputDifferences]) -> tuple[str, ...]:
    """The baseline's `experiment.primary`; where it names none, what the differences call for.

    The share of requests that are served compares the same requests only under other rules. Where
    supply, access or residents differ its denominator moves, and the share of wishes met leads.
    """
    experiment = base.scenario.experiment
    if "primary" in experiment.model_fields_set:
        return tuple(experiment.primary)
    moves = any(d.choice or d.residents for d in differs)
    return ("met_share",) if moves else tuple(experiment.primary)


def _moves(differs: InputDifferences) -> bool:
    """Whether the same wishes may have other first choices than in the baseline."""
    return differs.choice and not differs.residents


def _common(rows: Sequence[Sequence[MetricRow]]) -> tuple[pd.DataFrame, list[I64]]:
    """Lines that all scenarios have, in the first one's order, and where each has them.

    A line by the baseline's groups stands for the one by the scenario's own.
    """
    where = []
    for mine in rows:
        lines = ((line[0], line[1].removeprefix(BESIDE), *line[2:]) for line in lines_of(mine))
        where.append({line: i for i, line in enumerate(lines) if line[1] in GROUPS})
    shared = [line for line in where[0] if all(line in other for other in where[1:])]
    columns = [np.array([other[line] for line in shared], dtype=np.int64) for other in where]
    return pd.DataFrame(shared, columns=["metric", "group", "level", "unit", "form"]), columns
