"""Cost against effect of every choice, and the programme in order of adoption."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.advise.effects import GAIN, NONE, UNITS
from sim.advise.words import amount, choice_words, headline, steps_table
from sim.report import theme
from sim.report.charts.advise.results import AdviceResults
from sim.report.charts.parts import TableRows, label_width
from sim.report.charts.values import compact, tick
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page

LISTED = 12
"""Choices named beside the plane."""
LIST = 4.9


@picture("advice_plane", of=AdviceResults)
def plane(results: AdviceResults) -> Drawing:
    """Every choice alone; what saves money in a panel of its own."""
    table = results.advice.table
    shown = table[table["lever"] != "do nothing"].reset_index(drop=True)
    ranked = shown[shown["verdict"] == GAIN]
    title = "No choice alone gains anything beyond chance"
    if len(ranked):
        first = ranked.iloc[0]
        title = f"{first['lever']}: {first['size']} is the best bargain alone"
    finding = Finding(
        name="advice_plane",
        title=title,
        subtitle=f"Gain in {UNITS[results.aim]} by cost in yuan a year, each alone",
        table=table,
        note=(
            "Grey: another costs no more and gains no less, or no gain seen; gains of single "
            "choices do not add; costs at their base values; list: yuan an hour of use"
        ),
    )
    return finding, lambda page: _plot_plane(page, shown, results.aim)


def _plot_plane(page: Page, shown: pd.DataFrame, aim: str) -> None:
    by = 1.0 if aim == "person_hours" else 100.0
    saves = (shown["cost"] < 0).to_numpy()
    left, foot, wide = 0.85, 0.6, page.width - LIST
    own = 0.32 * wide if saves.any() else 0.0
    values = by * shown[["gain_low", "gain_high", "gain"]].to_numpy(dtype=float)
    low, high = min(0.0, np.nanmin(values)), max(0.0, np.nanmax(values))
    limits = (low - 0.05 * (high - low or 1), high + 0.08 * (high - low or 1))
    if saves.any():
        ax = page.axes(left, foot, own - 0.3, page.height - foot - 0.4)
        _dots(ax, shown[saves], by, limits, frontier=False)
        page.text(left, page.height - 0.25, "saves money", theme.SMALL, theme.GREY)
    start = left + own
    ax = page.axes(start, foot, wide - start - 0.1, page.height - foot - 0.4)
    _dots(ax, shown[~saves], by, limits, frontier=True)
    page.text(start, page.height - 0.25, "costs money", theme.SMALL, theme.GREY)
    if saves.any():
        ax.tick_params(labelleft=False)
    ax.set_xlim(left=-0.03 * max(1.0, float(shown["cost"].max())))
    page.text(left + (wide - left) / 2, 0.05, "Cost, yuan a year", theme.SMALL, ha="center")
    for i, row in enumerate(shown.head(LISTED).to_dict("records")):
        ends = row["verdict"] if row["verdict"] != GAIN else ""
        words = choice_words(row) if row["verdict"] == GAIN else f"{row['lever']}: {row['size']}"
        words = words.split("; takes")[0].replace(" yuan an hour", "")
        said = f"{i + 1}  {words}{f' ({ends})' if ends else ''}"
        colour = theme.INK if row["verdict"] == GAIN else theme.GREY
        y = page.height - 0.3 - i * min(0.42, (page.height - 0.4) / LISTED)
        page.text(wide + 0.15, y, page.fitted(said, theme.SMALL, LIST - 0.2), theme.SMALL, colour)


def _dots(
    ax: Axes, rows: pd.DataFrame, by: float, limits: tuple[float, float], *, frontier: bool
) -> None:
    """A dot and interval a choice; `frontier` joins what nothing dominates."""
    best = ((rows["dominated_by"] == "") & (rows["verdict"] == GAIN)).to_numpy()
    for at, row, good in zip(rows.index, rows.to_dict("records"), best, strict=True):
        colour = theme.PALETTE[0] if good else theme.GREY
        gain = by * row["gain"]
        ax.plot([row["cost"]] * 2, [by * row["gain_low"], by * row["gain_high"]], color=colour,
                linewidth=2, alpha=0.6)  # fmt: skip
        ax.plot(row["cost"], gain, "o", color=colour, markersize=7)
        if at < LISTED and row["verdict"] != NONE:
            ax.annotate(f"{at + 1}", (row["cost"], gain), (6, 4), textcoords="offset points",
                        fontsize=theme.SMALL, color=colour)  # fmt: skip
    if frontier:
        line = rows[best].sort_values("cost")
        ax.plot([0, *line["cost"]], [0, *(by * line["gain"])], "-", color=theme.PALETTE[0],
                linewidth=1.2, zorder=1)  # fmt: skip
    ax.axhline(0, color=theme.INK, linewidth=1)
    ax.set_ylim(*limits)
    ax.xaxis.set_major_formatter(lambda v, _: tick(v))
    ax.yaxis.set_major_formatter(lambda v, _: tick(v))
    ax.xaxis.set_major_locator(MaxNLocator(4 if frontier else 2))
    ax.grid(visible=True)
    ax.tick_params(length=0)


@picture("advice_programme", of=AdviceResults)
def programme(results: AdviceResults) -> Drawing | None:
    """The recommended set, each choice simulated on top of the former."""
    advice, aim = results.advice, results.aim
    if not advice.steps:
        return None
    table = steps_table(advice)
    finding = Finding(
        name="advice_programme",
        title=page_title(headline(advice, aim), len(table)),
        subtitle=f"Gain in {UNITS[aim]} in order of adoption, each simulated on top of the former",
        table=table,
        note="Bars: the replications of the search; the title: fresh seeds",
    )
    return finding, lambda page: _plot_steps(page, table, aim)


def page_title(words: str, number: int) -> str:
    """The recommendation, short enough for a title."""
    gain = words.rpartition(": ")[2].split(" (")[0]
    return f"The programme of {number} gains {gain}" if number > 1 else words.split(" (")[0]


def _plot_steps(page: Page, table: pd.DataFrame, aim: str) -> None:
    by = 1.0 if aim == "person_hours" else 100.0
    names = [f"{a}: {b}" for a, b in zip(table["lever"], table["size"], strict=True)]
    label = label_width(page, names, 4.5)
    lines = TableRows.below(page, len(names), 0.0, 0.5, 1.1)
    lines.names(page, names, label - 0.15)
    ax = page.axes(label, lines.bottom, page.width - label - 3.4, lines.top - lines.bottom)
    before, said = 0.0, []
    for i, row in enumerate(table.to_dict("records")):
        ax.barh(i, by * before, 0.62, color=theme.GREY, alpha=0.35)
        ax.barh(i, by * row["added"], 0.62, left=by * before, color=theme.PALETTE[0])
        ax.plot([by * row["ci_low"], by * row["ci_high"]], [i, i], color=theme.HIGHLIGHT,
                linewidth=2.5)  # fmt: skip
        said.append(f"{amount(row['added'], aim)} for {compact(row['cost'])} a year")
        before = row["gain_so_far"]
    lines.write(page, page.width - 3.3, said)
    ax.axvline(0, color=theme.INK, linewidth=1)
    ax.set(ylim=(len(names) - 0.5, -0.5), yticks=[])
    ax.xaxis.set_major_formatter(lambda v, _: tick(v))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
