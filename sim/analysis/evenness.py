"""How evenly each policy serves people, and what that costs in total: `fairness.csv`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.analysis.comparing import Compared
from sim.stats.fairness import price_of_fairness, worst_share
from sim.stats.intervals import share_intervals, t_intervals

__all__ = ["fairness"]

I64 = npt.NDArray[np.int64]
SPREAD = ("p10_hours", "gini_hours", "jain_hours")
COLUMNS = ("scenario", "metric", "level", "mean", "ci_low", "ci_high", "n", "unit")
Line = tuple[str, str, str, float, float, float, int, str]


def fairness(compared: Compared) -> pd.DataFrame:
    """The leading share in all and of the worst-off segment, spread of hours, price of fairness.

    The share is that of requests served where all scenarios have the same requests, else that of
    wishes met. The price (Bertsimas, Farias and Trichakis 2011) is its relative loss against the
    scenario that has most of it, among those with the baseline's residents; the others have none.
    """
    lines = [line for s in range(len(compared.scenarios)) for line in _of_scenario(compared, s)]
    lines += list(_prices(compared))
    table = pd.DataFrame(lines, columns=list(COLUMNS))
    order = {name: i for i, name in enumerate(compared.labels)}
    at = np.argsort(table["scenario"].map(order).to_numpy(), kind="stable")
    return table.iloc[at].reset_index(drop=True)


def _of_scenario(compared: Compared, scenario: int) -> Iterator[Line]:
    share = compared.leading
    for metric in (share, *SPREAD):
        lines = compared.of(metric)
        if len(lines):
            yield _line(compared, scenario, metric, "all", lines)
    groups = compared.of(share, "segment")
    worst = worst_share(
        compared.top[scenario][:, groups], compared.bottom[scenario][:, groups], compared.confidence
    )
    if worst is not None:
        line, of = int(groups[worst[0]]), worst[1]
        level, unit = (str(compared.names[column].iloc[line]) for column in ("level", "unit"))
        name = compared.labels[scenario]
        yield name, f"worst_group_{share}", level, of.mean, of.low, of.high, of.n, unit


def _line(compared: Compared, scenario: int, metric: str, level: str, line: I64) -> Line:
    row = compared.names.iloc[int(line[0])]
    if row["form"] == "share":
        found = share_intervals(
            compared.top[scenario][:, line], compared.bottom[scenario][:, line], compared.confidence
        )
    else:
        found = t_intervals(compared.ratios(line)[scenario], compared.confidence)
    mean, low, high = float(found.mean[0]), float(found.low[0]), float(found.high[0])
    name = compared.labels[scenario]
    return name, metric, level, mean, low, high, int(found.n[0]), str(row["unit"])


def _prices(compared: Compared) -> Iterator[Line]:
    """The level of these lines is the scenario that has most of the share."""
    lines = compared.of(compared.leading)
    if not len(lines):
        return
    share = compared.ratios(lines)[:, :, 0]
    known = [i for i in compared.alike if np.isfinite(share[i]).any()]
    means = {i: float(np.nanmean(share[i])) for i in known}
    if len(means) < 2:
        return
    most = max(means, key=lambda i: means[i])
    level = compared.labels[most]
    for scenario in means:
        name = compared.labels[scenario]
        if scenario == most:
            yield name, "price_of_fairness", level, 0.0, np.nan, np.nan, compared.n, "share"
            continue
        price = price_of_fairness(share[most], share[scenario], compared.confidence)
        yield name, "price_of_fairness", level, price.mean, price.low, price.high, price.n, "share"
