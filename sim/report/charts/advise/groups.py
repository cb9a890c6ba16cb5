"""Who gains and who loses by the recommended set."""

from __future__ import annotations

import pandas as pd

from sim.messages import clauses, say
from sim.report import theme
from sim.report.charts.advise.results import AdviceResults
from sim.report.charts.comparison.results import comparison_labels
from sim.report.charts.parts import TableRows, difference_axis, draw_figure, label_width
from sim.report.context import ChartContext
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.siting.figures import Figure
from sim.words import signed


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
        subtitle=say("groups.subtitle"),
        table=table,
        note=say("groups.note"),
    )
    return finding, lambda page: _plot(page, table, context)


def _title(table: pd.DataFrame, context: ChartContext) -> str:
    rows = table.sort_values("change", ascending=False).to_dict("records")
    most = next((row for row in rows if row["low"] > 0), None)
    label = comparison_labels(context)
    gains = say("groups.no-gain")
    if most is not None:
        points = f"{100 * most['change']:.1f}"
        gains = say("groups.gain", name=label(most["group"], most["level"]), points=points)
    losers = [label(r["group"], r["level"]) for r in rows[::-1] if r["high"] < 0]
    if not losers:
        return clauses(gains, say("groups.no-loser"))
    key, more = "groups.lose.more" if len(losers) > 1 else "groups.lose", len(losers) - 1
    return clauses(gains, say(key, name=losers[0], n=more))


def _plot(page: Page, table: pd.DataFrame, context: ChartContext) -> None:
    records = table.to_dict("records")
    label_of = comparison_labels(context)
    names = [label_of(row["group"], row["level"]) for row in records]
    head, label = 1.1, label_width(page, names, 3.6)
    rows = TableRows.below(page, len(records), 0.0, 0.4, 0.5)
    before = ""
    for number, (row, name) in enumerate(zip(records, names, strict=True)):
        y = rows.middle(number)
        if row["group"] != before:
            before = row["group"]
            page.text(
                0, y, say(f"dimension.{before}"), theme.SMALL, theme.GREY, va="center_baseline"
            )
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
