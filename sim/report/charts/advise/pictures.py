"""Cost against effect of every choice, and the programme in order of adoption."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.advise.effects import GAIN, NONE
from sim.advise.levers import Levers
from sim.advise.programme import Advice
from sim.advise.words import amount, gain_words, steps_table, yuan_words
from sim.messages import say
from sim.report import theme
from sim.report.charts.advise.results import AdviceResults
from sim.report.charts.parts import TableRows, label_width
from sim.report.charts.values import compact, spoken, tick
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page

LISTED = 12
"""Choices named beside the plane."""
LIST = 4.9


@picture("advice_plane", of=AdviceResults)
def plane(results: AdviceResults) -> Drawing:
    """Every choice alone; what saves money in a panel of its own."""
    table, levers = results.advice.table, results.advice.levers
    shown = table[table["lever"] != "do nothing"].reset_index(drop=True)
    ranked = shown[shown["verdict"] == GAIN]
    title = say("plane.none")
    if len(ranked):
        first = ranked.iloc[0].to_dict()
        price = yuan_words(first["yuan_per_hour"])
        name = levers.called(first["lever"], first["size"])
        title = say("plane.first", name=name, price=price)
    finding = Finding(
        name="advice_plane",
        title=title,
        subtitle=say("plane.subtitle", unit=say(f"aim.{results.aim}")),
        table=table,
        note=say("plane.note"),
        n=(int(shown["n"].min()), int(shown["n"].max())),
    )
    return finding, lambda page: _plot_plane(page, shown, results.aim, levers)


def _plot_plane(page: Page, shown: pd.DataFrame, aim: str, levers: Levers) -> None:
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
        page.text(left, page.height - 0.25, say("plane.saves"), theme.SMALL, theme.GREY)
    start = left + own
    ax = page.axes(start, foot, wide - start - 0.1, page.height - foot - 0.4)
    _dots(ax, shown[~saves], by, limits, frontier=True)
    page.text(start, page.height - 0.25, say("plane.costs"), theme.SMALL, theme.GREY)
    if saves.any():
        ax.tick_params(labelleft=False)
    ax.set_xlim(left=-0.03 * max(1.0, float(shown["cost"].max())))
    page.text(left + (wide - left) / 2, 0.05, say("plane.cost"), theme.SMALL, ha="center")
    page.text(wide + 0.15, page.height - 0.25, say("plane.price"), theme.SMALL, theme.GREY)
    for i, row in enumerate(shown.head(LISTED).to_dict("records")):
        gains = row["verdict"] == GAIN
        words = say(
            "plane.line", n=i + 1, name=levers.called(row["lever"], row["size"]),
            words=yuan_words(row["yuan_per_hour"]) if gains else say(f"lever.{row['verdict']}"),
        )  # fmt: skip
        y = page.height - 0.65 - i * min(0.42, (page.height - 0.7) / LISTED)
        colour = theme.INK if gains else theme.GREY
        page.text(wide + 0.15, y, page.fitted(words, theme.SMALL, LIST - 0.2), theme.SMALL, colour)


def _dots(
    ax: Axes, rows: pd.DataFrame, by: float, limits: tuple[float, float], *, frontier: bool
) -> None:
    """A dot and interval a choice; `frontier` joins what nothing dominates."""
    best = ((rows["dominated_by"] == "") & (rows["verdict"] == GAIN)).to_numpy()
    numbered: list[tuple[float, float]] = []
    wide, high = float(np.ptp(rows["cost"])) or 1.0, limits[1] - limits[0]
    for at, row, good in zip(rows.index, rows.to_dict("records"), best, strict=True):
        colour = theme.PALETTE[0] if good else theme.GREY
        gain = by * row["gain"]
        ax.plot([row["cost"]] * 2, [by * row["gain_low"], by * row["gain_high"]], color=colour,
                linewidth=2, alpha=0.6)  # fmt: skip
        ax.plot(row["cost"], gain, "o", color=colour, markersize=7)
        place = (row["cost"] / wide, gain / high)
        clear = all(abs(place[0] - x) > 0.05 or abs(place[1] - y) > 0.05 for x, y in numbered)
        if at < LISTED and row["verdict"] != NONE and clear:
            numbered.append(place)
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
    table, headline_gain = steps_table(advice), gain_words(advice.best[1], aim)
    finding = Finding(
        name="advice_programme",
        title=_title(advice, aim),
        subtitle=say("programme.subtitle", unit=say(f"aim.{aim}")),
        table=table,
        note=say("programme.note", gain=headline_gain),
        n=(min(gain.n for _, gain in advice.steps), max(gain.n for _, gain in advice.steps)),
    )
    return finding, lambda page: _plot_steps(page, table, aim, advice.levers)


def _title(advice: Advice, aim: str) -> str:
    """The recommendation with its gain on fresh seeds, short enough for a title."""
    gain, number = advice.best[1], len(advice.best[0])
    if not gain.low > 0:
        return say("programme.chance")
    hours = aim == "person_hours"
    what = say("programme.hours", n=spoken(gain.mean)) if hours else gain_words(gain, aim)
    return say("programme.gain", n=number, gain=what)


def _plot_steps(page: Page, table: pd.DataFrame, aim: str, levers: Levers) -> None:
    by = 1.0 if aim == "person_hours" else 100.0
    names = [levers.called(r["lever"], r["size"]) for r in table.to_dict("records")]
    label = label_width(page, names, 4.5)
    lines = TableRows.below(page, len(names), 0.0, 0.5, 1.1)
    lines.names(page, names, label - 0.15)
    ax = page.axes(label, lines.bottom, page.width - label - 3.9, lines.top - lines.bottom)
    before, words = 0.0, []
    for i, row in enumerate(table.to_dict("records")):
        ax.barh(i, by * before, 0.62, color=theme.GREY, alpha=0.35)
        ax.barh(i, by * row["added"], 0.62, left=by * before, color=theme.PALETTE[0])
        ax.plot([by * row["ci_low"], by * row["ci_high"]], [i, i], color=theme.HIGHLIGHT,
                linewidth=2.5)  # fmt: skip
        yuan = compact(row["cost"])
        words.append(say("programme.step", gain=amount(row["added"], aim), yuan=yuan))
        before = row["gain_so_far"]
    lines.write(page, page.width - 3.7, words)
    ax.axvline(0, color=theme.INK, linewidth=1)
    ax.set(ylim=(len(names) - 0.5, -0.5), yticks=[])
    ax.xaxis.set_major_formatter(lambda v, _: tick(v))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
