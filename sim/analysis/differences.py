"""Differences between scenarios: the rows of `comparison.csv`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.analysis.comparing import Compared
from sim.stats.fairness import worst_group
from sim.stats.intervals import share_intervals
from sim.stats.paired import Differences
from sim.stats.pairing import variance_ratio

__all__ = ["COLUMNS", "baseline_means", "differences", "pairing_gain", "worst_line"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

COLUMNS = (
    "metric", "group", "level", "scenario", "baseline", "difference", "ci_low", "ci_high",
    "adjusted_low", "adjusted_high", "n", "paired", "unit",
)  # fmt: skip


def differences(compared: Compared) -> pd.DataFrame:
    """Scenario - baseline of every metric and group.

    Adjusted intervals hold jointly over the primary metrics (of all) of all scenarios; the rest is
    exploratory and has none.
    """
    names = compared.names
    primary = (names["metric"].isin(compared.primary) & (names["group"] == "all")).to_numpy()
    family = max(1, len(compared.others) * len(compared.primary))
    parts = []
    for scenario in compared.others:
        found = compared.differ(scenario, np.arange(len(names)), family)
        table = _table(names, found, compared, scenario)
        table.loc[~primary, ["adjusted_low", "adjusted_high"]] = np.nan
        parts.append(table)
        parts.append(_worst_group(compared, scenario))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _table(
    names: pd.DataFrame, found: Differences, compared: Compared, scenario: int
) -> pd.DataFrame:
    return names.drop(columns=["form"]).assign(
        scenario=compared.labels[scenario],
        baseline=compared.labels[compared.baseline],
        difference=found.difference,
        ci_low=found.low,
        ci_high=found.high,
        adjusted_low=found.adjusted_low,
        adjusted_high=found.adjusted_high,
        n=found.n,
        paired="yes" if found.paired else "no",
    )


def _worst_group(compared: Compared, scenario: int) -> pd.DataFrame:
    """Served share of the segment that each of both serves worst (they may differ)."""
    lines = compared.of("served_share", "segment")
    if not len(lines):
        return pd.DataFrame(columns=list(COLUMNS))
    chosen = [worst_line(compared, s, lines) for s in (scenario, compared.baseline)]
    if None in chosen:
        return pd.DataFrame(columns=list(COLUMNS))
    mine, theirs = (np.array([line], dtype=np.int64) for line in chosen)
    found = compared.differ(scenario, mine, None, theirs)
    names = pd.DataFrame(
        {
            "metric": ["worst_group_served_share"],
            "group": ["all"],
            "level": ["all"],
            "unit": ["share"],
            "form": ["share"],
        }
    )
    return _table(names, found, compared, scenario)


def worst_line(compared: Compared, scenario: int, lines: I64) -> int | None:
    """The line with the lowest mean over replications; None without any value."""
    found = worst_group(compared.ratios(lines)[scenario])
    return None if found is None else int(lines[found])


def baseline_means(compared: Compared) -> pd.DataFrame:
    """Means of the primary metrics in the baseline: what the differences are differences from."""
    lines = np.concatenate([compared.of(metric) for metric in compared.primary])
    base = compared.baseline
    top, bottom = compared.top[base][:, lines], compared.bottom[base][:, lines]
    found = share_intervals(top, bottom, compared.confidence)
    table = compared.names.iloc[lines][["metric"]].reset_index(drop=True)
    return table.assign(mean=found.mean, ci_low=found.low, ci_high=found.high, n=found.n)


def pairing_gain(compared: Compared, metrics: Sequence[str]) -> pd.DataFrame:
    """How much smaller common residents make the variance of a difference, per metric.

    Columns scenario, metric, ratio: variance of the difference without pairing over the one with;
    infinite where the difference never varied, missing where nothing did. Only scenarios that are
    paired.
    """
    lines = np.concatenate([compared.of(metric) for metric in metrics])
    ratios = compared.ratios(lines)
    parts = [
        pd.DataFrame(
            {
                "scenario": compared.labels[scenario],
                "metric": compared.names["metric"].iloc[lines].to_numpy(),
                "ratio": variance_ratio(ratios[scenario], ratios[compared.baseline]),
            }
        )
        for scenario in compared.others
        if scenario in compared.alike
    ]
    empty = pd.DataFrame(columns=["scenario", "metric", "ratio"])
    return pd.concat(parts, ignore_index=True) if parts else empty
