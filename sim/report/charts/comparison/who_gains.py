"""Who gains and who loses under each policy? A field a group and policy."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from sim.messages import clauses, joined, say, sentences
from sim.report import theme
from sim.report.charts.comparison.results import ComparisonResults, comparison_labels
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.studies.comparison_words import noun
from sim.words import capital, signed

SHOWN = ("all", "segment", "zone", "tier", "distance_band")
DIVERGING = LinearSegmentedColormap.from_list(
    "linli-diverging", ["#B4541A", "#F2B38F", "#FFFFFF", "#9DBAD6", "#12436D"]
)


@picture("who-gains", of=ComparisonResults)
def who_gains(results: ComparisonResults) -> Drawing:
    """Differences by group; those that may be chance (jointly) are grey and without colour."""
    compared, gains = results.compared, results.tables.gains
    label = comparison_labels(results.context)
    metric = compared.primary[0]
    rows = gains[gains["group"].isin(SHOWN)]
    names = results.others
    groups = list(dict.fromkeys(zip(rows["group"], rows["level"], strict=True)))
    known = rows.dropna(subset=["difference"])
    groups = [g for g in groups if len(known[(known["group"] == g[0]) & (known["level"] == g[1])])]
    what = noun(metric)
    finding = Finding(
        name="who-gains",
        title=_title(rows, label, results.named),
        subtitle=say("who-gains.subtitle", what=what, base=results.base),
        table=gains,
        note=sentences(say("who-gains.note"), _own_groups(results)),
    )

    def plot(page: Page) -> None:
        _plot(page, rows, {name: results.named[name] for name in names}, groups, label)

    return finding, plot


def _own_groups(results: ComparisonResults) -> str:
    """Say where a total may lie outside the groups that it should lie among."""
    compared, named = results.compared, results.named
    own = [named[compared.labels[i]] for i in compared.others if compared.differs[i].own_groups]
    if not own:
        return ""
    return say("who-gains.own", names=joined(own))


def _title(rows: pd.DataFrame, label: Callable[[str, str], str], named: Mapping[str, str]) -> str:
    """Name the group that gains most and the one that loses most, where that is beyond chance."""
    inner = rows[rows["group"] != "all"]
    up = inner[inner["joint_low"] > 0].sort_values("difference", ascending=False)
    down = inner[inner["joint_high"] < 0].sort_values("difference")
    parts: list[str] = []
    for verb, side in (("gains", up), ("loses", down)):
        if not len(side) and parts:
            parts.append(say("who.no-loser"))
        elif len(side):
            first = side.iloc[0]
            name = label(str(first["group"]), str(first["level"]))
            points = f"{abs(100 * float(first['difference'])):.1f}"
            scenario = named[str(first["scenario"])]
            parts.append(say(f"who-gains.{verb}", name=name, points=points, scenario=scenario))
    return clauses(*parts) or capital(say("who.nobody"))


def _plot(
    page: Page,
    rows: pd.DataFrame,
    named: Mapping[str, str],
    groups: list[tuple[str, str]],
    label: Callable[[str, str], str],
) -> None:
    names = list(named)
    table = {(r["scenario"], r["group"], r["level"]): r for r in rows.to_dict("records")}
    left, head = 3.3, 0.62
    width = (page.width - left) / max(len(names), 1)
    height = (page.height - head) / max(len(groups), 1)
    size = min(theme.SMALL, height * 72 * 0.62)
    ax = page.axes(left, 0, page.width - left, height * max(len(groups), 1))
    ax.set(xlim=(0, len(names)), ylim=(max(len(groups), 1), 0))
    ax.set_axis_off()
    sure = rows[(rows["joint_low"] > 0) | (rows["joint_high"] < 0)]
    far = float(sure["difference"].abs().quantile(0.95)) if len(sure) else 1.0
    for column, name in enumerate(names):
        middle = left + (column + 0.5) * width
        lines = page.wrapped(named[name].replace("-", "- "), theme.SMALL, width - 0.1)[:2]
        for number, line in enumerate(lines):
            y = page.height - head + 0.12 + (len(lines) - 1 - number) * 0.22
            page.text(middle, y, line.replace("- ", "-"), theme.SMALL, ha="center")
    before = ""
    for row, (group, level) in enumerate(groups):
        y = height * (len(groups) - row - 0.5)
        if group != before:
            page.text(0, y, say(f"dimension.{group}"), size, theme.GREY, va="center_baseline")
            ax.axhline(row, color=theme.GREY, linewidth=1)
        before = group
        words = page.fitted(label(group, level), size, left - 0.95, middle=True)
        page.text(0.85, y, words, size, va="center_baseline")
        for column, name in enumerate(names):
            found = table.get((name, group, level))
            if found is None or np.isnan(found["difference"]):
                continue
            _field(ax, column, row, found, far, size)


def _field(
    ax: Axes, column: int, row: int, found: dict[Hashable, Any], far: float, size: float
) -> None:
    points = float(found["difference"])
    clear = float(found["joint_low"]) > 0 or float(found["joint_high"]) < 0
    shade = float(np.clip(0.5 + 0.5 * points / far, 0, 1)) if clear else 0.5
    ax.add_patch(
        Rectangle((column + 0.02, row + 0.04), 0.96, 0.92, facecolor=DIVERGING(shade), linewidth=0)
    )
    ink = theme.GREY if not clear else ("white" if abs(shade - 0.5) > 0.36 else theme.INK)
    ax.text(
        column + 0.5,
        row + 0.5,
        signed(100 * points),
        ha="center",
        va="center",
        fontsize=size,
        color=ink,
    )
