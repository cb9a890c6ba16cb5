"""Charts of a comparison: the forest of differences, use and cost, who gains and who loses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.analysis.comparing import Compared
from sim.report.comparison_tables import ComparisonTables, comparison_labels
from sim.report.context import chart_context, venues_words
from sim.report.data import RunResults
from sim.report.fonts import choose_font, drawable
from sim.report.forest import forest, use_and_cost
from sim.report.pages import draw_pages
from sim.report.who_gains import who_gains

__all__ = ["draw_comparison"]


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
