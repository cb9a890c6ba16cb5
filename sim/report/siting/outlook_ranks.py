"""Would we choose the same if demand were different? Rank of every plan in every outlook."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.patches import Rectangle

from sim.report import theme
from sim.report.charts.parts import label_width
from sim.report.charts.values import titled
from sim.report.data import ChartContext
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.pages import Drawing
from sim.report.siting.plan_words import Label
from sim.report.siting.seen import Seen
from sim.report.words import percent
from sim.siting.outcome import OutlookRank

__all__ = ["outlook_ranks", "outlook_table", "shortfall"]

DARKEST = 0.1
"""Shortfall of the best there that is as dark as it gets."""


def outlook_ranks(seen: Seen, context: ChartContext, label: Label) -> Drawing | None:
    """A row an outlook, a column a plan: rank, and how far below the best."""
    del context
    rows = seen.found.outlooks
    if not rows:
        return None
    finding = Finding(
        name="outlooks",
        title=_title(seen, label),
        subtitle="Rank of each plan by demand that the future may bring, planning model",
        table=outlook_table(seen),
        note="Darker: farther below the best that is possible in that outlook (bound). Ranks are "
        "of the planning model, among plans proposed; they have no interval",
    )
    plans = [p.label for p in sorted(seen.found.plans, key=lambda p: p.rank)]
    order = [p for p in plans if any(r.plan == p for r in rows)]
    return finding, lambda page: _plot(page, rows, order, label)


def outlook_table(seen: Seen) -> pd.DataFrame:
    """Outlook, plan, value, bound and rank in long form."""
    return pd.DataFrame(
        [
            {
                "outlook": r.outlook,
                "plan": r.plan,
                "rank": r.rank,
                "value": r.value,
                "best": r.best,
                "below_best": shortfall(r),
            }
            for r in seen.found.outlooks
        ]
    )


def shortfall(row: OutlookRank) -> float:
    """Share of the best possible gain there that the plan misses, at most."""
    if math.isnan(row.best) or row.best <= 0:
        return math.nan
    return max(0.0, (row.best - row.value) / row.best)


def _title(seen: Seen, label: Label) -> str:
    name = label("plan", seen.plan.label)
    name = name[:1].upper() + name[1:]
    mine = [r for r in seen.found.outlooks if r.plan == seen.plan.label]
    first = [r for r in mine if r.rank == 1]
    if not mine:
        return "The recommended plan was not tried in other outlooks"
    if len(first) == len(mine):
        return f"{name} is first in all {len(mine)} outlooks of demand"
    worst = max(mine, key=lambda r: (r.rank, r.outlook))
    where = label("outlook", worst.outlook)
    return titled(
        f"{name} is first in {len(first)} of {len(mine)} outlooks; "
        f"worst: rank {worst.rank} ({where})",
        f"{name} is first in {len(first)} of {len(mine)} outlooks of demand",
    )


def _plot(page: Page, rows: tuple[OutlookRank, ...], plans: list[str], label: Label) -> None:
    outlooks = list(dict.fromkeys(r.outlook for r in rows))
    names = [label("outlook", o) for o in outlooks]
    left, top = label_width(page, names, 3.4), 0.42
    width = min((page.width - left) / len(plans), 2.2)
    height = min((page.height - top) / len(outlooks), 0.75)
    bottom = page.height - top - height * len(outlooks)
    ax = page.axes(left, bottom, width * len(plans), height * len(outlooks))
    ax.set(xlim=(0, len(plans)), ylim=(len(outlooks), 0))
    ax.set_axis_off()
    for column, plan in enumerate(plans):
        words = page.fitted(label("plan", plan), theme.SMALL, width - 0.1, middle=True)
        page.text(left + (column + 0.5) * width, page.height - 0.26, words, ha="center")
    for row, name in enumerate(names):
        y = bottom + height * (len(outlooks) - row - 0.5)
        page.text(0, y, page.fitted(name, theme.SMALL, left - 0.15, middle=True),
                  va="center_baseline")  # fmt: skip
    for r in rows:
        if r.plan not in plans:
            continue
        row, column = outlooks.index(r.outlook), plans.index(r.plan)
        miss = shortfall(r)
        shade = 0.0 if math.isnan(miss) else min(1.0, miss / DARKEST) * 0.9
        ax.add_patch(
            Rectangle((column + 0.02, row + 0.05), 0.96, 0.9, facecolor=theme.SEQUENTIAL(shade),
                      edgecolor=theme.HIGHLIGHT if r.rank == 1 else theme.PALE,
                      linewidth=3 if r.rank == 1 else 0.8)
        )  # fmt: skip
        below = "" if math.isnan(miss) else f"  -{percent(miss)}" if miss else "  best"
        ax.text(column + 0.5, row + 0.5, f"{r.rank}{below}", ha="center", va="center_baseline",
                fontsize=theme.BODY, color=theme.ink_on(shade))  # fmt: skip
