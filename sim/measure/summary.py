"""Metrics over replications: means and intervals, and the values one by one.

Apart from measuring, which needs the model: results from the store are summarised without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from sim.arrays import F64, I64, Bools
from sim.measure.collector import MetricRow
from sim.stats.fairness import worst_share
from sim.stats.intervals import amount_intervals, share_intervals

COLUMNS = 4096
"""Metrics summarised at a time."""


def _names(rows: Sequence[MetricRow]) -> pd.DataFrame:
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


def summarise(rows: Sequence[MetricRow], values: Sequence[F64], confidence: float) -> pd.DataFrame:
    """Mean, interval and n of every metric: the rows of `summary.csv`.

    Parameters
    ----------
    values
        (2, values) of each replication, and maybe more behind those that `rows` name; read a part
        at a time, so they may lie on disk.
    """
    names = _names(rows)
    shares = (names["form"] == "share").to_numpy()
    parts = []
    for low in range(0, len(names), COLUMNS):
        part = slice(low, min(low + COLUMNS, len(names)))
        top = np.stack([v[0, part] for v in values])
        bottom = np.stack([v[1, part] for v in values])
        parts.append(_intervals(top, bottom, shares[part], confidence))
    mean, low_end, high_end, n = (np.concatenate(column) for column in zip(*parts, strict=True))
    table = names.drop(columns=["unit", "form"]).assign(
        mean=mean, ci_low=low_end, ci_high=high_end, n=n.astype(np.int64), unit=names["unit"]
    )
    more = _worst_group(table, values, confidence), _lost_wishes(table, values, confidence)
    return pd.concat([table, *more], ignore_index=True)


def _intervals(
    top: F64, bottom: F64, shares: Bools, confidence: float
) -> tuple[F64, F64, F64, I64]:
    found = amount_intervals(top, bottom, confidence)
    mean, low, high = found.mean, found.low, found.high
    bounded = share_intervals(top[:, shares], bottom[:, shares], confidence)
    mean[shares], low[shares], high[shares] = bounded.mean, bounded.low, bounded.high
    return mean, low, high, found.n


def _worst_group(table: pd.DataFrame, values: Sequence[F64], confidence: float) -> pd.DataFrame:
    """The segment served worst, chosen over all replications.

    The worst of each replication would be a small segment's bad luck.
    """
    by = (table["metric"] == "served_share") & (table["group"] == "segment")
    at = np.flatnonzero(by.to_numpy())
    picked = np.stack([v[:, at] for v in values])
    found = worst_share(picked[:, 0], picked[:, 1], confidence)
    if found is None:
        return table.iloc[:0]
    which, of = found
    return table.iloc[[at[which]]].assign(
        metric="worst_group_served_share", group="all", level="all", ci_low=of.low, ci_high=of.high
    )


LOSSES = {
    "not_asked_share": "",
    "refused_share": "",
    "cancelled_share": "cancelled",
    "no_show_share": "no-show",
}
"""Metrics whose counts are losses of wishes, and the reason that they are, if not by reason."""


def _lost_wishes(table: pd.DataFrame, values: Sequence[F64], confidence: float) -> pd.DataFrame:
    """Wishes lost by reason as shares of all wishes, of all kinds and of each.

    In each replication the wishes of the reason are counted over all wishes, so that losses of a
    kind and its wishes that were used add up to 1.
    """
    parts = []
    for metric, reason in LOSSES.items():
        for group in ("all", "kind") if reason else ("reason", "kind*reason"):
            rows = table[(table["metric"] == metric) & (table["group"] == group)]
            kind = rows["level"].str.split("*").str[0] if "kind" in group else "all"
            level = rows["level"] + f"*{reason}" if group == "kind" else reason or rows["level"]
            product = "kind*reason" if "kind" in group else "reason"
            parts.append(rows.assign(kind=kind, level=level, group=product))
    rows = pd.concat(parts)
    wishes = table[(table["metric"] == "wishes") & table["group"].isin(("all", "kind"))]
    rows = rows[rows["kind"].isin(wishes["level"])]
    if rows.empty:
        return table.iloc[:0]
    whole = pd.Series(wishes.index, index=wishes["level"])[rows["kind"]].to_numpy()
    top, bottom = (np.stack([v[0, at] for v in values]) for at in (rows.index, whole))
    lost = share_intervals(top, bottom, confidence)
    found = rows.assign(
        metric="lost_of_wishes", mean=lost.mean, ci_low=lost.low, ci_high=lost.high, n=lost.n
    )
    return found[list(table)]


def per_replication(rows: Sequence[MetricRow], values: Sequence[F64]) -> Iterator[pd.DataFrame]:
    """Metric values of one replication after the other: the rows of `replications.parquet`."""
    names = _names(rows)[["metric", "group", "level"]]
    columns: dict[str, object] = {}
    for column in ("metric", "group", "level"):
        codes, levels = pd.factorize(names[column])
        columns[column] = pd.Categorical.from_codes(codes, levels)
    for i, v in enumerate(values):
        number = np.full(len(names), i)
        value = _ratios(v[0], v[1])
        yield pd.DataFrame({"replication": number, **columns, "value": value, "of": v[1]})
