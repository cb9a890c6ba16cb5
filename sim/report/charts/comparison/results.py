"""The tables of a comparison, what groups are called, and all its charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sim.analysis.comparing import Compared
from sim.report.charts.comparison.forest import forest, use_and_cost
from sim.report.charts.comparison.who_gains import who_gains
from sim.report.context import ChartContext, RunResults, chart_context, venues_words
from sim.report.drawing import draw_pages
from sim.report.fonts import choose_font, drawable


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


def draw_comparison(compared: Compared, tables: ComparisonTables, folder: Path) -> list[Path]:
    """Draw the charts of a comparison into a folder as PNG, SVG and CSV."""
    font = choose_font()
    base = compared.scenarios[compared.baseline]
    others = len(compared.others)
    context = replace(
        chart_context(base, compared.n),
        scenario_name=f"{base.scenario.name} and {others} other{'s' if others > 1 else ''}",
        venues=venues_words(compared.scenarios),
    )
    gains = context.arranged(tables.gains)
    context = drawable(RunResults(context, gains[["group", "level"]]), font).context
    label = comparison_labels(context)
    drawings = (
        forest(compared, tables.differences),
        use_and_cost(compared, tables.figures),
        who_gains(compared, gains, label),
    )
    return draw_pages(drawings, context, font, folder)
