"""The tables of a comparison: differences between scenarios, and how evenly each serves people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from sim.arrays import I64
from sim.stats.fairness import price_of_fairness, worst_group, worst_share
from sim.stats.intervals import share_intervals, t_intervals
from sim.stats.paired import Differences, variance_ratio
from sim.studies.compare import ComparisonRuns
from sim.studies.comparison_words import COST, PERSON_HOURS

COLUMNS = (
    "metric", "group", "level", "scenario", "baseline", "difference", "ci_low", "ci_high",
    "adjusted_low", "adjusted_high", "n", "paired", "unit",
)  # fmt: skip


def differences(compared: ComparisonRuns) -> pd.DataFrame:
    """Scenario - baseline of every metric and group.

    Adjusted intervals hold jointly over the primary metrics (of all) of all scenarios; the rest is
    exploratory and has none.
    """
    names = compared.names
    primary = (names["metric"].isin(compared.primary) & (names["group"] == "all")).to_numpy()
    parts = []
    for scenario in compared.others:
        found = compared.differ(scenario, np.arange(len(names)), compared.family)
        table = _table(names, found, compared, scenario)
        table.loc[~primary, ["adjusted_low", "adjusted_high"]] = np.nan
        parts.append(table)
        parts.append(_worst_group(compared, scenario))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _table(
    names: pd.DataFrame, found: Differences, compared: ComparisonRuns, scenario: int
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


def _worst_group(compared: ComparisonRuns, scenario: int) -> pd.DataFrame:
    """Served share of the segment that each of both serves worst (they may differ)."""
    lines = compared.lines_of("served_share", "segment")
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


def worst_line(compared: ComparisonRuns, scenario: int, lines: I64) -> int | None:
    """The line with the lowest mean over replications; None without any value."""
    found = worst_group(compared.ratios(lines)[scenario])
    return None if found is None else int(lines[found])


def baseline_means(compared: ComparisonRuns) -> pd.DataFrame:
    """Means of the primary metrics in the baseline: what the differences are differences from."""
    lines = np.concatenate([compared.lines_of(metric) for metric in compared.primary])
    base = compared.baseline
    top, bottom = compared.top[base][:, lines], compared.bottom[base][:, lines]
    found = share_intervals(top, bottom, compared.confidence)
    table = compared.names.iloc[lines][["metric"]].reset_index(drop=True)
    return table.assign(mean=found.mean, ci_low=found.low, ci_high=found.high, n=found.n)


def pairing_gain(compared: ComparisonRuns, metrics: Sequence[str]) -> pd.DataFrame:
    """Factor by which common residents reduce the variance of a difference, per metric.

    Columns scenario, metric, ratio: variance of the difference without pairing over the one with;
    infinite where the difference never varied, missing where nothing did. Only scenarios that are
    paired.
    """
    lines = np.concatenate([compared.lines_of(metric) for metric in metrics])
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


SPREAD = ("p10_hours", "gini_hours", "jain_hours")
FAIRNESS = ("scenario", "metric", "level", "mean", "ci_low", "ci_high", "n", "unit")
Line = tuple[str, str, str, float, float, float, int, str]


def fairness(compared: ComparisonRuns) -> pd.DataFrame:
    """The leading share in all and of the worst-off segment, spread of hours, price of fairness.

    The share is that of requests served where all scenarios have the same requests, else that of
    wishes met. The price (Bertsimas, Farias and Trichakis 2011) is its relative loss against the
    scenario that has most of it, among those with the baseline's residents; the others have none.
    """
    lines = [line for s in range(len(compared.scenarios)) for line in _of_scenario(compared, s)]
    lines += list(_prices(compared))
    table = pd.DataFrame(lines, columns=list(FAIRNESS))
    order = {name: i for i, name in enumerate(compared.labels)}
    at = np.argsort(table["scenario"].map(order).to_numpy(), kind="stable")
    return table.iloc[at].reset_index(drop=True)


def _of_scenario(compared: ComparisonRuns, scenario: int) -> Iterator[Line]:
    share = compared.leading
    for metric in (share, *SPREAD):
        lines = compared.lines_of(metric)
        if len(lines):
            yield _line(compared, scenario, metric, "all", lines)
    groups = compared.lines_of(share, "segment")
    worst = worst_share(
        compared.top[scenario][:, groups], compared.bottom[scenario][:, groups], compared.confidence
    )
    if worst is not None:
        line, of = int(groups[worst[0]]), worst[1]
        level, unit = (str(compared.names[column].iloc[line]) for column in ("level", "unit"))
        name = compared.labels[scenario]
        yield name, f"worst_group_{share}", level, of.mean, of.low, of.high, of.n, unit


def _line(compared: ComparisonRuns, scenario: int, metric: str, level: str, line: I64) -> Line:
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


def _prices(compared: ComparisonRuns) -> Iterator[Line]:
    """The level of these lines is the scenario that has most of the share."""
    lines = compared.lines_of(compared.leading)
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


ALWAYS = ("met_share", "served_share", "requests", "used", PERSON_HOURS, COST)
WHERE = {"activities": "participations", "drop-in places": "visits"}
"""Metrics beside them where what they count differs."""


def figures(compared: ComparisonRuns) -> pd.DataFrame:
    """Means of the baseline and differences from it, of all.

    Columns metric, scenario, unit, value (a mean in the baseline's rows, else a difference),
    ci_low, ci_high (of a mean none). A primary metric's interval is the joint one, as wherever that
    difference is told, so that nothing is beyond chance here and chance there; of the others it is
    that of one difference by itself.
    """
    metrics = [*ALWAYS, *(m for aspect, m in WHERE.items() if _differs(compared, aspect))]
    lines = [int(i) for metric in metrics for i in compared.lines_of(metric)]
    names = compared.names.iloc[lines].reset_index(drop=True)
    base, at = compared.baseline, np.array(lines, dtype=np.int64)
    joint = names["metric"].isin(compared.primary)
    parts = [
        names[["metric", "unit"]].assign(
            scenario=compared.labels[base],
            value=t_intervals(compared.ratios(at)[base], compared.confidence).mean,
            ci_low=np.nan,
            ci_high=np.nan,
        )
    ]
    for scenario in compared.others:
        found = compared.differ(scenario, at, compared.family)
        parts.append(
            names[["metric", "unit"]].assign(
                scenario=compared.labels[scenario],
                value=found.difference,
                ci_low=np.where(joint, found.adjusted_low, found.low),
                ci_high=np.where(joint, found.adjusted_high, found.high),
            )
        )
    columns = ["metric", "scenario", "unit", "value", "ci_low", "ci_high"]
    return pd.concat(parts, ignore_index=True)[columns]


def _differs(compared: ComparisonRuns, aspect: str) -> bool:
    return any(aspect in d.keys for d in compared.differs)


BY = ("segment", "zone", "tier", "kind", "distance_band")
"""Groups in which gainers and losers are looked for."""


def gains(compared: ComparisonRuns, metric: str) -> pd.DataFrame:
    """Difference of a metric in every group of `BY`, for every scenario.

    Intervals hold jointly over all groups and scenarios (Bonferroni), so that whoever is named as
    gaining or losing is not the luckiest of many.
    """
    lines = np.concatenate([compared.lines_of(metric, group) for group in ("all", *BY)])
    names = compared.names.iloc[lines].reset_index(drop=True)
    family = max(1, len(lines) * len(compared.others))
    parts = []
    for scenario in compared.others:
        found = compared.differ(scenario, lines, family)
        parts.append(
            names[["metric", "group", "level"]].assign(
                scenario=compared.labels[scenario],
                difference=found.difference,
                joint_low=found.adjusted_low,
                joint_high=found.adjusted_high,
                n=found.n,
            )
        )
    return pd.concat(parts, ignore_index=True)
