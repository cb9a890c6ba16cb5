"""What does the model get right and wrong: one row an aspect, the worst on top."""

from __future__ import annotations

import pandas as pd

from sim.report import theme
from sim.report.charts.check.results import CheckResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.words import counted


@picture("check_verdicts", of=CheckResults)
def verdicts(results: CheckResults) -> Drawing:
    """How far each aspect is off, in multiples of what chance explains."""
    table = results.found.verdicts
    known = table[table["right"] != ""]
    wrong = known[known["right"] == "no"]
    if wrong.empty:
        title = f"The model matches the log in {counted(len(known), 'aspect')} of {len(known)}"
    else:
        right = counted(len(known) - len(wrong), "aspect")
        title = f"The model differs most from the log in {wrong['aspect'].iloc[0]}; {right} match"
    finding = Finding(
        name="check_verdicts",
        title=title,
        subtitle="Gap between log and model, as a multiple of the largest gap that chance made",
        table=table,
        note=f"a right model is called wrong once in {results.found.n + 1} times, for each aspect",
    )
    return finding, lambda page: _plot(page, known)


def _plot(page: Page, table: pd.DataFrame) -> None:
    names, words, foot = 3.0, 5.2, 0.75
    height = min((page.height - foot - 0.1) / len(table), 0.55)
    bottom = page.height - height * len(table) - 0.1
    width = page.width - names - words
    ax = page.axes(names, bottom, width, height * len(table))
    largest = max(2.0, float(table["score"].max()) * 1.1)
    ax.set(ylim=(0, len(table)), yticks=[], xlim=(0, largest))
    ax.tick_params(length=0)
    ax.grid(axis="x")
    ax.axvline(1, color=theme.INK, linewidth=1.2)
    for number, row in enumerate(table.itertuples()):
        at = len(table) - number - 0.5
        colour = theme.PALETTE[0] if row.right == "yes" else theme.HIGHLIGHT
        score = float(str(row.score))
        ax.plot([0.0, score], [at, at], color=colour, linewidth=2)
        ax.plot(score, at, "o", color=colour, markersize=8)
        y = bottom + at * height
        page.text(0, y, str(row.aspect), theme.SMALL, va="center_baseline")
        name, colon, figures = str(row.words).split(";")[0].rpartition(": ")
        room = words - 0.25 - page.width_of(colon + figures, theme.SMALL)
        said = page.fitted(name, theme.SMALL, room, middle=True) + colon + figures
        page.text(names + width + 0.2, y, said, theme.SMALL, va="center_baseline")
    page.text(names, bottom - 0.6, "left of the line: no more than chance makes", theme.SMALL)
