"""Both intervals of the headlines, and the drivers of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.messages import say
from sim.report import theme
from sim.report.charts.parts import TableRows, label_width
from sim.report.charts.sensitivity.results import SensitivityResults
from sim.report.drawing import Drawing, chart, picture
from sim.report.page import Finding, Page
from sim.sensitivity.findings import CHOSEN, LEVEL, FigureDrivers, Findings
from sim.sensitivity.plans import plan_called
from sim.sensitivity.study import Sensitivity
from sim.sensitivity.words import best_words, decision_title, driven_name, figure_name, times
from sim.stats.given_data import FEW
from sim.studies.comparison_words import noun, scenario_names
from sim.words import capital, signed

MOST = 10
"""Inputs shown, at most."""


@picture("sensitivity_intervals", of=SensitivityResults)
def both_intervals(results: SensitivityResults) -> Drawing:
    """A row a headline figure or difference: chance above, assumptions below."""
    findings = results.findings
    compare = findings.asked.of == "compare"
    site = findings.asked.of == "site"
    table = findings.differences if compare else findings.intervals
    at = (table["group"] == "all") & (table["metric"] == findings.metric if compare else True)
    at = table["group"] == "plan" if site else at
    rows = table[at].rename(columns={"difference": "mean"})
    called = scenario_names(findings.asked.scenarios)
    names = rows["scenario"].map(called) if compare else rows["metric"].map(figure_name)
    names = rows["level"].map(plan_called) if site else names
    subtitle = say("both.times" if findings.asked.of == "headroom" else "both.shares")
    if compare:
        what, base = capital(noun(findings.metric)), called[findings.asked.labels[0]]
        subtitle = say("both.points", what=what, base=base)
    if site:
        subtitle = say("both.gains", unit=say(f"gain.unit.{findings.asked.unit}"))
    finding = Finding(
        name="sensitivity_intervals",
        title=decision_title(findings) if compare else _spanned(findings),
        subtitle=subtitle,
        table=table[at],
    )
    return finding, lambda page: _plot_intervals(page, rows, list(names), findings.asked)


def _spanned(findings: Findings) -> str:
    """The leading figure over the assumptions."""
    table, driven = findings.intervals, findings.figure_drivers[0]
    row = table[(table["metric"] == driven.target.metric) & (table["group"] == "all")].iloc[0]
    if not row.draws:
        return say("both.none")
    if findings.asked.of == "site":
        return best_words(findings)
    if findings.asked.of == "headroom":
        low, high = (times(row[name]) for name in ("assumption_low", "assumption_high"))
        name = figure_name(driven.target.metric)
        return say("both.spanned.times", name=name, low=low, high=high)
    low, high = (f"{100 * row[name]:.0f}" for name in ("assumption_low", "assumption_high"))
    what = say(f"headline.{driven.target.metric}")
    return say("both.spanned", what=what, low=low, high=high)


def _plot_intervals(page: Page, rows: pd.DataFrame, names: list[str], asked: Sensitivity) -> None:
    scale = 100.0 if asked.unit == "share" else 1.0
    label, figures = label_width(page, names, 4.2), 3.6
    lines = TableRows.below(page, len(names), 0.0, 1.0)
    lines.names(page, names, label - 0.15)
    ax = page.axes(label, lines.bottom, page.width - label - figures, lines.top - lines.bottom)
    columns = ["mean", "ci_low", "ci_high", "assumption_low", "assumption_high"]
    values = scale * rows[columns].to_numpy(dtype=float)
    low, high = np.nanmin(values), np.nanmax(values)
    room = 0.06 * (high - low or 1.0)
    said = []
    for i, (mean, c_low, c_high, a_low, a_high) in enumerate(values):
        ax.plot([a_low, a_high], [i + 0.16] * 2, color=theme.HIGHLIGHT, linewidth=2.5)
        ax.plot([c_low, c_high], [i - 0.16] * 2, color=theme.PALETTE[0], linewidth=7)
        ax.plot(mean, i - 0.16, "o", color=theme.PALETTE[0], markersize=8)
        ax.plot(mean, i - 0.16, "o", color="white", markersize=3)
        if asked.of == "compare":
            texts = [signed(v) for v in (mean, a_low, a_high)]
        elif asked.of == "site":
            texts = [f"{v:,.0f}" for v in (mean, a_low, a_high)]
        else:
            digits = 0 if scale > 1 else 1
            texts = [f"{mean:.1f}", f"{a_low:.{digits}f}", f"{a_high:.{digits}f}"]
        said.append(say("both.values", mean=texts[0], low=texts[1], high=texts[2]))
    lines.write(page, page.width - figures + 0.2, said)
    if asked.of in CHOSEN:
        ax.axvline(0, color=theme.INK, linewidth=1)
    ax.set(ylim=(len(names) - 0.5, -0.5), yticks=[], xlim=(low - room, high + room))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    drawn = say("both.drawn", level=LEVEL, n=int(asked.reached.sum()))
    x = label
    for words, colour in ((say("both.chance"), theme.PALETTE[0]), (drawn, theme.HIGHLIGHT)):
        page.text(x, lines.bottom - 0.8, words, colour=colour)
        x += page.width_of(words, theme.SMALL) + 0.4


@dataclass(frozen=True, eq=False)
class Tornado:
    """The strongest inputs of one figure."""

    finding: Finding
    names: tuple[str, ...]
    values: tuple[tuple[float, float, float], ...]
    floor: float


def _plot_tornado(page: Page, data: Tornado) -> None:
    label, number = label_width(page, data.names, 5.0), len(data.names)
    lines = TableRows.below(page, number, 0.0, 0.9, 0.5)
    lines.names(page, data.names, label - 0.15)
    ax = page.axes(label, lines.bottom, page.width - label - 1.7, lines.top - lines.bottom)
    said = []
    for i, (index, low, high) in enumerate(data.values):
        seen = index > data.floor
        colour = theme.PALETTE[0] if seen else theme.GREY
        ax.barh(i, max(index, 0.0), 0.6, color=colour, alpha=1.0 if seen else 0.4)
        ax.plot([max(low, 0.0), max(high, 0.0)], [i, i], color=theme.INK, linewidth=1.2)
        said.append(f"{max(index, 0.0):.0%}" if seen else say("drivers.unseen"))
    lines.write(page, page.width - 1.6, said)
    ax.axvline(data.floor, color=theme.HIGHLIGHT, linewidth=1.5, linestyle="--")
    far = max([data.floor, *(high for _, _, high in data.values)]) * 1.05
    ax.set(ylim=(number - 0.5, -0.5), yticks=[], xlim=(0, min(1.0, far)))
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    ax.grid(axis="x")
    page.text(label, lines.bottom - 0.7, say("drivers.floor"), theme.SMALL, theme.GREY)


@chart("sensitivity_drivers", _plot_tornado, of=SensitivityResults)
def drivers(results: SensitivityResults) -> Sequence[Tornado]:
    """What each leading figure depends on."""
    findings = results.findings
    return [
        _tornado(findings, driven, number)
        for number, driven in enumerate(findings.figure_drivers)
        if len(driven.values) >= FEW
    ]


def _tornado(findings: Findings, driven: FigureDrivers, number: int) -> Tornado:
    s, ranked = findings.asked, driven.ranked
    order = np.argsort(-np.nan_to_num(driven.found.index), kind="stable")[:MOST]
    what = capital(driven_name(findings, driven))
    title = say("drivers.none", what=what)
    if ranked:
        title = say("drivers.first", what=what, name=s.in_words(ranked[0]))
    table = findings.drivers[findings.drivers["question"] == driven.name]
    finding = Finding(
        name=f"sensitivity_drivers_{number + 1}",
        title=title,
        subtitle=say("drivers.subtitle"),
        table=table,
    )
    f = driven.found
    return Tornado(
        finding,
        tuple(s.called[int(j)] for j in order),
        tuple((float(f.index[j]), float(f.low[j]), float(f.high[j])) for j in order),
        f.floor,
    )
