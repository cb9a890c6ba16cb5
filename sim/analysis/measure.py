"""All metrics of one replication, and their summary over replications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.analysis.collect import Collected, Collector, Row
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
    """What measuring needs and no replication changes."""

    model: Model
    groups: Groups
    supply: Supply


def build_meter(model: Model) -> Meter:
    """Prepare to measure replications of a model."""
    groups = build_groups(model)
    return Meter(model=model, groups=groups, supply=build_supply(model, groups))


def measure(meter: Meter, history: History) -> Collected:
    """All metrics of one replication."""
    out = Collector()
    add_service(out, meter.model, meter.groups, history)
    add_occupancy(out, meter.model, meter.groups, meter.supply, history)
    add_people(out, meter.model, meter.groups, history)
    _add_worst_group(out)
    return out.collected()


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
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def summarise(replications: Sequence[Collected], confidence: float) -> pd.DataFrame:
    """Mean, interval and n of every metric: the rows of `summary.csv`."""
    names = _names(replications[0].rows)
    top = np.stack([r.top for r in replications])
    bottom = np.stack([r.bottom for r in replications])
    plain = t_intervals(_ratios(top, bottom), confidence)
    mean, low, high, n = plain.mean, plain.low.copy(), plain.high.copy(), plain.n
    shares = (names["form"] == "share").to_numpy()
    bounded = share_intervals(top[:, shares], bottom[:, shares], confidence)
    mean = mean.copy()
    mean[shares], low[shares], high[shares] = bounded.mean, bounded.low, bounded.high
    totals = (names["form"] == "total").to_numpy()
    low[totals] = np.maximum(low[totals], 0.0)
    return names.drop(columns=["unit", "form"]).assign(
        mean=mean, ci_low=low, ci_high=high, n=n, unit=names["unit"]
    )


def per_replication(replications: Sequence[Collected]) -> pd.DataFrame:
    """Metric values per replication: the rows of `replications.parquet`."""
    names = _names(replications[0].rows)[["metric", "group", "level"]]
    values = np.stack([_ratios(r.top, r.bottom) for r in replications])
    table = pd.concat([names] * len(replications), ignore_index=True)
    table.insert(0, "replication", np.repeat(np.arange(len(replications)), len(names)))
    return table.assign(value=values.ravel())
