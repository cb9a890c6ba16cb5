"""Charts of a comparison: the forest of differences, and who gains and who loses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib as mpl
import pandas as pd

from sim.analysis.comparing import Compared
from sim.report.context import chart_context
from sim.report.data import ChartContext, RunResults
from sim.report.fonts import choose_font, drawable, drawable_finding
from sim.report.forest import forest
from sim.report.page import lay_out
from sim.report.theme import settings
from sim.report.who_gains import who_gains

__all__ = ["ComparisonTables", "comparison_labels", "draw_comparison"]


@dataclass(frozen=True, eq=False, slots=True)
class ComparisonTables:
    """Tables of a comparison, as written."""

    differences: pd.DataFrame
    gains: pd.DataFrame
    fairness: pd.DataFrame


def comparison_labels(context: ChartContext) -> Callable[[str, str], str]:
    """(group, level) -> name to show."""

    def label(group: str, level: str) -> str:
        if group == "distance_band":
            return f"{level} on foot" if level != "none" else "no centre in reach"
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
    )
    context = drawable(RunResults(context, _levels(tables.gains)), font).context
    label = comparison_labels(context)
    paths: list[Path] = []
    with mpl.rc_context():
        mpl.rcdefaults()  # a user's matplotlibrc must not change the bytes
        mpl.rcParams.update(settings(font.families))
        for data, plot in (
            forest(compared, tables.differences),
            who_gains(compared, tables.gains, label),
        ):
            page = lay_out(drawable_finding(data.finding, font), context)
            plot(page)
            paths += page.save(folder)
    return paths


def _levels(gains: pd.DataFrame) -> pd.DataFrame:
    """Names that charts show, as the columns that `drawable` reads."""
    return gains[["metric", "group", "level"]].assign(
        mean=0.0, ci_low=0.0, ci_high=0.0, n=1, unit="share"
    )
