"""All metrics of one replication, and their summary over replications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.analysis.collect import Collector, Row
from sim.analysis.groups import Groups, build_groups
from sim.analysis.occupancy import Supply, add_occupancy, build_supply
from sim.analysis.people import add_people
from sim.analysis.service import add_service
from sim.model import History, Model
from sim.stats.intervals import share_intervals, t_intervals

__all__ = ["Meter", "build_meter", "measure", "per_replication", "summarise"]

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Meter:
    """What measuring needs and no replication changes.

    Attributes
    ----------
    rows
        Names of the values, noted at the first replication: they are the same for all.
    """

    model: Model
    groups: Groups
    supply: Supply
    rows: list[Row] = field(default_factory=list)


def build_meter(model: Model) -> Meter:
    """Prepare to measure replications of a model."""
    groups = build_groups(model)
    return Meter(model=model, groups=groups, supply=build_supply(model, groups))


def measure(meter: Meter, history: History) -> F64:
    """(2, values) numerators and denominators of all metrics of one replication."""
    out = Collector()
    add_service(out, meter.model, meter.groups, history)
    add_occupancy(out, meter.model, meter.groups, meter.supply, history)
    add_people(out, meter.model, meter.groups, history)
    _add_worst_group(out)
    if not meter.rows:
        meter.rows.extend(out.rows)
    return np.stack([np.concatenate(out.top), np.concatenate(out.bottom)])


def _add_worst_group(out: Collector) -> None:
    """Served share of the segment that is served worst."""
    for row, top, bottom in zip(out.rows, out.top, out.bottom, strict=True):
        if (row.metric, row.group) == ("served_share", "segment"):
            share = np.divide(top, bottom, out=np.full(len(top), np.inf), where=bottom > 0)
            worst = int(share.argmin())
            out.add(
                "worst_group_served_share",
                "all",
                ("all",),
                "share",
                "share",
                top[worst : worst + 1],
                bottom[worst : worst + 1],
            )
            return


def _names(rows: Sequence[Row]) -> pd.DataFrame:
    """One line per value: metric, group, level, unit, form."""
    lengths = [len(r.levels) for r in rows]
    return pd.DataFrame(
        {
            "metric": np.repeat([r.metric for r in rows], lengths),
            "group": np.repeat([r.group for r in rows], lengths),
            "level": [level for r in rows for level in r.levels],
            "unit": np.repeat([r.unit for r in rows], lengths),
            "form": np.repeat([r.form for r in rows], lengths),
        }
    )


def _ratios(top: F64, bottom: F64) -> F64:
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0))


def summarise(rows: Sequence[Row], values: Sequence[F64], confidence: float) -> pd.DataFrame:
    """Mean, interval and n of every metric: the rows of `summary.csv`."""
    names = _names(rows)
    top = np.stack([v[0] for v in values])
    bottom = np.stack([v[1] for v in values])
    plain = t_intervals(_ratios(top, bottom), confidence)
    mean, low, high = plain.mean.copy(), plain.low.copy(), plain.high.copy()
    shares = (names["form"] == "share").to_numpy()
    bounded = share_intervals(top[:, shares], bottom[:, shares], confidence)
    mean[shares], low[shares], high[shares] = bounded.mean, bounded.low, bounded.high
    low[~shares] = np.maximum(low[~shares], 0.0)  # counts, hours and minutes are never negative
    exact = high - low <= 1e-12 * np.abs(mean)  # rounding of what does not vary, such as open hours
    low[exact], high[exact] = mean[exact], mean[exact]
    return names.drop(columns=["unit", "form"]).assign(
        mean=mean, ci_low=low, ci_high=high, n=plain.n, unit=names["unit"]
    )


def per_replication(rows: Sequence[Row], values: Sequence[F64]) -> pd.DataFrame:
    """Metric values per replication: the rows of `replications.parquet`."""
    names = _names(rows)[["metric", "group", "level"]]
    ratios = np.stack([_ratios(v[0], v[1]) for v in values])
    n = len(names)
    columns: dict[str, object] = {"replication": np.repeat(np.arange(len(values)), n)}
    for column in ("metric", "group", "level"):
        codes, levels = pd.factorize(names[column])
        columns[column] = pd.Categorical.from_codes(np.tile(codes, len(values)), levels)
    return pd.DataFrame({**columns, "value": ratios.ravel()})
