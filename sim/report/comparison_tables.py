"""The tables of a comparison, and what groups are called in its words and charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sim.report.data import ChartContext

__all__ = ["ComparisonTables", "comparison_labels"]


@dataclass(frozen=True, eq=False, slots=True)
class ComparisonTables:
    """Tables of a comparison; all but the last are written as they are."""

    differences: pd.DataFrame
    gains: pd.DataFrame
    fairness: pd.DataFrame
    figures: pd.DataFrame


def comparison_labels(context: ChartContext) -> Callable[[str, str], str]:
    """(group, level) -> name to show."""

    def label(group: str, level: str) -> str:
        if level == "none":
            return "no suitable room open"
        if group == "distance_band":
            return f"{level} on foot"
        return context.label(group, level)

    return label
