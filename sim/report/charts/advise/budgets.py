"""Gain by budget, and which measures enter at which budget."""

from __future__ import annotations

import pandas as pd

from sim.advise.levers import Levers
from sim.advise.programme import PLANNED
from sim.messages import say
from sim.report import theme
from sim.report.charts.advise.results import AdviceResults
from sim.report.charts.parts import TableRows, label_width
from sim.report.charts.values import compact, spoken, tick
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page

NOTHING = "do nothing"


@picture("advice_budgets", of=AdviceResults)
def budgets(results: AdviceResults) -> Drawing | None:
    """The best simulated set of every budget, above the measures in it."""
    table, aim = results.advice.programmes, results.aim
    if (table["levers"] == NOTHING).all():
        return None
    once, levers = results.advice.spending.once, results.advice.levers
    finding = Finding(
        name="advice_budgets",
        title=_title(table, aim, once=once),
        subtitle=say(
            "budgets.subtitle.once" if once else "budgets.subtitle", unit=say(f"aim.{aim}")
        ),
        table=table,
        note=say("budgets.note"),
        n=(int(table["n"].min()), int(table["n"].max())),
    )
    return finding, lambda page: _plot(page, table, aim, levers)


def _title(table: pd.DataFrame, aim: str, *, once: bool) -> str:
    """How much half of the budget asked for already gains."""
    half, whole = (table.iloc[PLANNED.index(share)] for share in (0.5, 1.0))
    if not whole["simulated"] > 0:
        key = "budgets.none.once" if once else "budgets.none"
        return say(key, budget=compact(whole["budget"]))
    share = half["simulated"] / whole["simulated"]
    gain = say("budgets.gain")
    if aim == "person_hours":
        gain = say("budgets.hours", n=spoken(whole["simulated"]))
    return say("budgets.half", share=100 * share, gain=gain)


def _plot(page: Page, table: pd.DataFrame, aim: str, levers: Levers) -> None:
    by = 1.0 if aim == "person_hours" else 100.0
    members = [set(words.split(" + ")) - {NOTHING} for words in table["levers"]]
    names = list(dict.fromkeys(name for of in members for name in sorted(of)))
    names.sort(key=lambda name: -sum(name in of for of in members))
    words = [levers.called(*name.split(": ", 1)) for name in names]
    label, foot = label_width(page, words, 4.5), 0.55
    rows = TableRows.below(page, len(names), 0.3 * page.height, foot, 0.36)
    size = min(theme.SMALL, 72 * 0.85 * rows.height)
    for number, name in enumerate(words):
        fitted = page.fitted(name, size, label - 0.15, middle=True)
        page.text(0, rows.middle(number), fitted, size, va="center_baseline")
    width, step = page.width - label, float(table["budget"].iloc[0])
    asked = float(table["budget"].iloc[PLANNED.index(1.0)])
    limits = (0.4 * step, float(table["budget"].iloc[-1]) + 0.6 * step)
    grid = page.axes(label, rows.bottom, width, rows.top - rows.bottom)
    grid.set(xlim=limits, ylim=(len(names) - 0.5, -0.5), yticks=[])
    for budget, of in zip(table["budget"], members, strict=True):
        at = [i for i, name in enumerate(names) if name in of]
        grid.plot([budget] * len(at), at, "s", color=theme.PALETTE[0], markersize=7)
    grid.hlines(range(len(names)), *limits, color=theme.PALE, linewidth=0.8, zorder=0)
    ax = page.axes(label, rows.top + 0.15, width, page.height - rows.top - 0.35)
    ax.plot(table["budget"], by * table["bound"], "--", color=theme.GREY, linewidth=1.2)
    ax.plot(table["budget"], by * table["simulated"], "o-", color=theme.PALETTE[0], markersize=6)
    ax.vlines(table["budget"], by * table["ci_low"], by * table["ci_high"],
              color=theme.PALETTE[0], linewidth=3, alpha=0.5)  # fmt: skip
    ax.set(xlim=limits, ylim=(0, None), xticks=[])
    ax.yaxis.set_major_formatter(lambda v, _: tick(v))
    ax.grid(axis="y")
    for axes in (ax, grid):
        axes.axvline(asked, color=theme.HIGHLIGHT, linewidth=1.2, zorder=0)
        axes.spines["left"].set_visible(False)
        axes.tick_params(length=0)
    grid.xaxis.set_major_formatter(lambda v, _: compact(v))
    page.text(
        label + width / 2,
        rows.bottom - 0.5,
        say("budgets.axis"),
        theme.SMALL,
        ha="center",
    )
