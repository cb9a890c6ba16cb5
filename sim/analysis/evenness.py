"""How evenly each policy serves people, and what that costs in total: `fairness.csv`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.analysis.comparing import Compared
from sim.analysis.differences import worst_line
from sim.stats.fairness import price_of_fairness
from sim.stats.intervals import share_intervals, t_intervals

__all__ = ["fairness"]

I64 = npt.NDArray[np.int64]
SHOWN = ("served_share", "p10_hours", "gini_hours", "jain_hours")
COLUMNS = ("scenario", "metric", "level", "mean", "ci_low", "ci_high", "n", "unit")
Line = tuple[str, str, str, float, float, float, int, str]


def fairness(compared: Compared) -> pd.DataFrame:
    """Served share in all and of the worst-off segment, spread of hours, price of fairness.

    The price (Bertsimas, Farias and Trichakis 2011) is the relative loss of `served_share` against
    the scenario that serves most, among those that have the baseline's residents; the others have
    none.
    """
    lines = [line for s in range(len(compared.scenarios)) for line in _of_scenario(compared, s)]
    lines += list(_prices(compared))
    table = pd.DataFrame(lines, columns=list(COLUMNS))
    order = {name: i for i, name in enumerate(compared.labels)}
    at = np.argsort(table["scenario"].map(order).to_numpy(), kind="stable")
    return table.iloc[at].reset_index(drop=True)


def _of_scenario(compared: Compared, scenario: int) -> Iterator[Line]:
    for metric in SHOWN:
        lines = compared.of(metric)
        if len(lines):
            yield _line(compared, scenario, metric, "all", lines)
    groups = compared.of("served_share", "segment")
    worst = worst_line(compared, scenario, groups) if len(groups) else None
    if worst is not None:
        level = str(compared.names["level"].iloc[worst])
        at = np.array([worst], dtype=np.int64)
        yield _line(compared, scenario, "worst_group_served_share", level, at)


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


def _served(compared: Compared, served: npt.NDArray[np.float64]) -> list[int]:
    """Scenarios with the baseline's residents of which a share is known."""
    return [i for i in compared.alike if len(served) and np.isfinite(served[i]).any()]


def _prices(compared: Compared) -> Iterator[Line]:
    """The level of these lines is the scenario that serves most."""
    lines = compared.of("served_share")
    served = compared.ratios(lines)[:, :, 0] if len(lines) else np.zeros((0, 0))
    means = {i: float(np.nanmean(served[i])) for i in _served(compared, served)}
    if len(means) < 2:
        return
    most = max(means, key=lambda i: means[i])
    level = compared.labels[most]
    for scenario in means:
        name = compared.labels[scenario]
        if scenario == most:
            yield name, "price_of_fairness", level, 0.0, np.nan, np.nan, compared.n, "share"
            continue
        price = price_of_fairness(served[most], served[scenario], compared.confidence)
        yield name, "price_of_fairness", level, price.mean, price.low, price.high, price.n, "share"
