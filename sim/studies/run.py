"""A run: replications of one scenario, measured and summarised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.experiment.local import Local
from sim.experiment.replicate import Engine, replicate
from sim.experiment.store import Spool
from sim.experiment.study import Each, Progress, Stop, Study, fixed_number
from sim.measure.collector import MetricRow
from sim.measure.summary import per_replication, summarise
from sim.model import Model, build_model
from sim.scenario.inputs import Inputs
from sim.scenario.schema.experiment import Precision
from sim.stats.stopping import StoppingRule
from sim.studies.recipe import MEASURED, WITH_WISHES, ReplicationValues
from sim.zones.tables import ZoneTables, judge


@dataclass(frozen=True, slots=True)
class Run:
    """All replications of a scenario.

    Attributes
    ----------
    summary
        The rows of `summary.csv`.
    rows, values
        Names, and numerators and denominators of each replication (on disk).
    wishes
        One row a wish, if asked for.
    judged
        League of zones, subsidy, savings.
    reached
        Whether the precision asked for was reached (True where a number was asked for).
    """

    model: Model
    n: int
    rows: tuple[MetricRow, ...]
    values: Spool
    summary: pd.DataFrame
    wishes: pd.DataFrame | None
    judged: ZoneTables
    reached: bool

    def replications(self) -> Iterator[pd.DataFrame]:
        """The rows of `replications.parquet`, replication by replication."""
        return per_replication(self.rows, self.values)


def run(
    inputs: Inputs,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    with_wishes: bool = False,
    engine: Engine | None = None,
) -> Run:
    """Simulate and measure a scenario as often as it asks.

    Parameters
    ----------
    jobs, progress
        Of an engine without a store, where none is given.
    """
    if engine is None:
        with Engine(Local(jobs), progress=progress) as own:
            return run(inputs, with_wishes=with_wishes, engine=own)
    experiment = inputs.scenario.experiment
    spec = experiment.replications
    rows: list[MetricRow] = []
    precise: PrecisionRule | None = None
    stop: Stop[ReplicationValues]
    if isinstance(spec, Precision):
        stop = precise = PrecisionRule(spec, rows, experiment.primary)
    else:
        stop = fixed_number(spec)
    spool = Spool()

    def keep(_: int, result: ReplicationValues) -> ReplicationValues:
        spool.append(result.values)
        slim = result.values[:, :0] if precise is None else precise.primary_of(result.values)
        return ReplicationValues(slim, result.wishes)

    study = Study(inputs, WITH_WISHES if with_wishes else MEASURED, experiment.seed)
    model = build_model(inputs)
    engine.executor.prepare(study, model)
    results = replicate(
        [study], Each([stop]), engine, keep=keep, named=lambda _, names: rows.extend(names)
    ).results[0]
    level = experiment.interval_confidence
    judged = judge(model, rows, spool, level, inputs.path.name)
    return Run(
        model=model,
        n=len(results),
        rows=tuple(rows),
        values=spool,
        summary=_together(summarise(rows, spool, level), judged.summary),
        judged=judged,
        wishes=_numbered([r.wishes for r in results if r.wishes is not None]),
        reached=precise is None or precise.held(results),
    )


def _together(summary: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Metrics of replications, then what is judged over all of them."""
    return pd.concat([summary, judged], ignore_index=True) if len(judged) else summary


def _numbered(tables: Sequence[pd.DataFrame]) -> pd.DataFrame | None:
    """Put the wishes of all replications below each other."""
    if not tables:
        return None
    numbered = [t.assign(replication=i) for i, t in enumerate(tables)]
    together = pd.concat(numbered, ignore_index=True)
    return together[["replication", *tables[0].columns]]


class PrecisionRule:
    """Stop when the half-widths of the primary metrics hold (Hoad et al. 2010, look-ahead 5).

    Parameters
    ----------
    rows
        Names of the values; they may be filled in after the first replication.
    """

    def __init__(self, spec: Precision, rows: Sequence[MetricRow], primary: Sequence[str]) -> None:
        self._rule = StoppingRule(spec.precision, spec.confidence, spec.at_most)
        self._rows = rows
        self._primary = primary

    def expected(self, results: Sequence[ReplicationValues]) -> int:
        """Guess of the number of replications."""
        if len(results) < 2:
            return self._rule.minimum + self._rule.look_ahead
        return self._rule.needed(*self._matrices(results))

    def enough(self, results: Sequence[ReplicationValues]) -> bool:
        """Whether the half-widths are small and held."""
        return len(results) > 0 and self._rule.done(*self._matrices(results))

    def held(self, results: Sequence[ReplicationValues]) -> bool:
        """Whether the precision was reached, not only the cap."""
        uncapped = StoppingRule(self._rule.precision, self._rule.confidence, 10**9)
        return uncapped.done(*self._matrices(results))

    def primary_of(self, values: F64) -> F64:
        """(2, primary) numerators and denominators of the primary metrics."""
        starts = np.cumsum([0, *(len(r.levels) for r in self._rows)])
        at = [
            int(start)
            for metric in self._primary
            for start, row in zip(starts, self._rows, strict=False)
            if (row.metric, row.group) == (metric, "all")
        ]
        return np.asarray(values[:, at])

    def _matrices(self, results: Sequence[ReplicationValues]) -> tuple[F64, F64]:
        """(replications, primary) numerators and denominators, of whole or of slim results."""
        n = len(self._primary)
        slim = [r.values if r.values.shape[1] == n else self.primary_of(r.values) for r in results]
        values = np.stack(slim)
        return values[:, 0], values[:, 1]
