"""Who gains and who loses by the recommended set."""

from __future__ import annotations

import pandas as pd

from sim.report import theme
from sim.report.charts.advise.results import AdviceResults
from sim.report.charts.parts import TableRows, difference_axis, draw_figure, label_width
from sim.report.context import ChartContext
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.siting.figures import Figure
from sim.words import signed

HEADS = {"segment": "people", "zone": "zone", "distance_band": "walk"}


@picture("advice_groups", of=AdviceResults)
def groups(results: AdviceResults) -> Drawing | None:
    """Change of wishes met, by segment, zone and walk to the first choice."""
    advice, context = results.advice, results.context
    if not advice.best[0]:
        return None
    table = advice.judge.groups(advice.best[0]).dropna(subset=["change"])
    table = table[table["level"] != "none"]  # wishes for which there is no centre
    finding = Finding(
        name="advice_groups",
        title=_title(table, context),
        subtitle="Change of the share of wishes met, points of a hundred, by the recommended set",
        table=table,
        note="Intervals hold jointly over all groups, on fresh seeds; grey: may be chance",
    )
    return finding, lambda page: _plot(page, table, context)


def _title(table: pd.DataFrame, context: ChartContext) -> str:
    rows = table.sort_values("change", ascending=False).to_dict("records")
    most = next((row for row in rows if row["low"] > 0), None)
    gains = "No group gains beyond chance"
    if most is not None:
        name = context.label(most["group"], most["level"])
        gains = f"Gains most: {name}, {100 * most['change']:.1f} points"
    losers = [context.label(r["group"], r["level"]) for r in rows[::-1] if r["high"] < 0]
    return f"{gains}; {'no group is seen to lose' if not losers else f'loses: {losers[0]}'}" + (
        f" and {len(losers) - 1} more" if len(losers) > 1 else ""
    )


def _plot(page: Page, table: pd.DataFrame, context: ChartContext) -> None:
    records = table.to_dict("records")
    names = [context.label(row["group"], row["level"]) for row in records]
    head, label = 1.1, label_width(page, names, 3.6)
    rows = TableRows.below(page, len(records), 0.0, 0.4, 0.5)
    before = ""
    for number, (row, name) in enumerate(zip(records, names, strict=True)):
        y = rows.middle(number)
        if row["group"] != before:
            before = row["group"]
            page.text(0, y, HEADS[before], theme.SMALL, theme.GREY, va="center_baseline")
        fitted = page.fitted(name, theme.SMALL, label - 0.1, middle=True)
        page.text(head, y, fitted, theme.SMALL, va="center_baseline")
    points = 100 * table[["change", "low", "high"]].to_numpy(dtype=float)
    figures = [Figure(mean, low, high, 0) for mean, low, high in points.tolist()]
    limits = [v for f in figures for v in (f.mean, f.low, f.high)]
    start = head + label
    ax = difference_axis(page, rows, (start, page.width - start - 1.0), limits)
    for number, figure in enumerate(figures):
        clear = figure.low > 0 or figure.high < 0
        draw_figure(ax, number + 0.5, figure, theme.PALETTE[0] if clear else theme.GREY)
    rows.write(page, page.width, [signed(f.mean) for f in figures], ha="right")
