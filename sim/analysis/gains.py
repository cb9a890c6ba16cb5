"""Who gains and who loses under each policy, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.analysis.comparing import Compared
from sim.analysis.signs import signed

__all__ = ["BY", "gains", "words_of"]

I64 = npt.NDArray[np.int64]

BY = ("segment", "zone", "tier", "kind", "distance_band")
"""Groups in which gainers and losers are looked for."""
NO_ROOM = ("tier", "none")
MOST = 3
"""Gainers, and losers, named at most."""


def gains(compared: Compared, metric: str) -> pd.DataFrame:
    """Difference of a metric in every group of `BY`, for every scenario.

    Intervals hold jointly over all groups and scenarios (Bonferroni), so that whoever is named as
    gaining or losing is not the luckiest of many.
    """
    lines = np.concatenate([compared.of(metric, group) for group in ("all", *BY)])
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


def words_of(table: pd.DataFrame, scenario: str, label: Callable[[str, str], str]) -> str:
    """One line: the change in all, then who gains and who loses most, in points of a hundred.

    Parameters
    ----------
    table
        Of `gains`.
    label
        (group, level) -> name to show.
    """
    mine = table[table["scenario"] == scenario].to_dict("records")
    everybody = next(r for r in mine if r["group"] == "all")
    if np.isnan(everybody["difference"]):
        return "no value"
    parts = [f"{signed(100 * everybody['difference'])} in all"]
    # who has no room by tier has none by walk
    inner = [r for r in mine if r["group"] != "all" and (r["group"], r["level"]) != NO_ROOM]
    up = sorted((r for r in inner if r["joint_low"] > 0), key=lambda r: -r["difference"])
    down = sorted((r for r in inner if r["joint_high"] < 0), key=lambda r: r["difference"])
    for verb, rows in (("gain", up), ("lose", down)):
        if rows:
            named = [f"{label(r['group'], r['level'])} {_points(r)}" for r in rows[:MOST]]
            left = len(rows) - MOST
            more = f" and {left} more group{'s' if left > 1 else ''}" if left > 0 else ""
            parts.append(f"{verb}: {', '.join(named)}{more}")
    if not down:
        parts.append(f"no group {'loses' if up else 'gains or loses'} beyond chance")
    return "; ".join(parts)


def _points(row: Mapping[Hashable, Any]) -> str:
    """Difference and joint interval in points of a hundred."""
    low, high = (signed(100 * row[end]) for end in ("joint_low", "joint_high"))
    return f"{signed(100 * row['difference'])} ({low} to {high})"
