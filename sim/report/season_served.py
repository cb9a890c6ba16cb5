"""Who got what: share of the hours asked for that groups get, by segment and zone and choice."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd

from sim.report import theme
from sim.report.charts.parts import Rows, label_width, swatch
from sim.report.data import ChartContext
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.pages import Drawing
from sim.report.words import percent, short
from sim.season.published import SeasonWeek

__all__ = ["served_drawing", "served_table"]

COLUMNS = ("group", "level", "requests", "unserved", "asked", "first", "second", "share")
BAR_FIRST, BAR_SECOND, ASKED = theme.PALETTE[0], theme.BAND, "#EFEFEF"
MOST = 18
"""Rows of the picture."""


def served_table(week: SeasonWeek) -> pd.DataFrame:
    """Hours a week asked for and got, by `all`, `segment` and `zone`, least served first.

    Columns: group, level, requests, unserved (requests without a session), hours asked, got as
    first and second choice, share of hours. Weeks are those of the request, not of the season.
    """
    got = dict.fromkeys([a.request for a in week.asked], (0, 0))
    for s in week.sessions:
        one, two = got[s.request]
        minutes = s.end - s.start
        got[s.request] = (one + minutes, two) if s.choice == 1 else (one, two + minutes)
    rows = [
        (a.segment, a.zone, a.minutes / 60, got[a.request][0] / 60, got[a.request][1] / 60)
        for a in week.asked
    ]
    frame = pd.DataFrame(rows, columns=["segment", "zone", "asked", "first", "second"])
    tables = [_by(frame.assign(all="all"), "all"), _by(frame, "segment"), _by(frame, "zone")]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _by(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    """Totals by the levels of a group, least served first."""
    none = (frame["first"] + frame["second"] == 0).astype(int)
    sums = frame.assign(requests=1, unserved=none).groupby(group, sort=True)
    out = (
        sums[["requests", "unserved", "asked", "first", "second"]].sum().reset_index(names="level")
    )
    share = (out["first"] + out["second"]) / out["asked"].where(out["asked"] > 0)
    out = out.assign(group=group, share=share)
    return out.sort_values(["share", "level"], kind="stable")


def served_drawing(week: SeasonWeek, context: ChartContext) -> Drawing:
    """Bars by segment and zone, first and second choice apart."""
    table = served_table(week)
    finding = Finding(
        name="season-hours-served",
        title=_title(table, context.label),
        subtitle="Hours a week given, % of hours asked for, by group's segment and zone",
        table=table,
        note="Least served first; asked: the longest sessions, and as many, as a request allows",
    )
    return finding, lambda page: _plot(page, table, context.label)


def _title(table: pd.DataFrame, label: Callable[[str, str], str]) -> str:
    """Overall; and the segment least served, if one is."""
    everybody = table.iloc[0]
    title = f"Groups get {percent(float(everybody['share']))} of the hours they ask for"
    lowest = table[table["group"] == "segment"]
    if len(lowest) > 1 and lowest["share"].iloc[0] < lowest["share"].iloc[1] - 1e-9:
        name = short(label("segment", str(lowest["level"].iloc[0])))
        title += f", {name} least: {percent(float(lowest['share'].iloc[0]))}"
    return title


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """All, and the least served of segments and zones, as many as there is room for."""
    parts = [table[table["group"] == g] for g in ("segment", "zone")]
    most = max(MOST - 1 - min(len(p) for p in parts), (MOST - 1) // 2)
    return pd.concat([table[:1], *(part.head(most) for part in parts)])


def _plot(page: Page, table: pd.DataFrame, label: Callable[[str, str], str]) -> None:
    shown = _shown(table)
    names = [
        _name(group, str(level), label)
        for group, level in zip(shown["group"], shown["level"], strict=True)
    ]
    rows = Rows.below(page, len(shown), 0.75, 0.1, tallest=0.6)
    left = label_width(page, names, 3.2)
    columns = (
        ("requests", "requests"),
        ("without a session", "unserved"),
        ("hours asked", "asked"),
    )
    room = [page.width_of(head, theme.SMALL) + 0.3 for head, _ in columns]
    width = page.width - left - sum(room) - 0.2
    rows.rules(page)
    rows.names(page, names, left - 0.15)
    x = page.width
    for (head, column), wide in zip(columns[::-1], room[::-1], strict=True):
        page.text(x, rows.top + 0.1, head, ha="right")
        rows.write(page, x, [f"{value:,.0f}" for value in shown[column]], ha="right")
        x -= wide
    _bars(page, rows, left, width, shown)
    _key(page, left, rows.top + 0.42)


def _name(group: str, level: str, label: Callable[[str, str], str]) -> str:
    return "All groups" if group == "all" else short(label(group, level), 34)


def _bars(page: Page, rows: Rows, left: float, width: float, shown: pd.DataFrame) -> None:
    """Bars from 0 to 100 %, first choice then second, the sum written at their end."""
    axes = page.axes(left, rows.bottom, width, rows.number * rows.height)
    axes.set(xlim=(0, 1), ylim=(rows.number, 0), yticks=[], xticks=[])
    axes.set_axis_off()
    asked = shown["asked"].where(shown["asked"] > 0)
    first, second = (shown[c] / asked for c in ("first", "second"))
    at = [i + 0.5 for i in range(rows.number)]
    axes.barh(at, 1.0, height=0.6, color=ASKED)
    axes.barh(at, first.fillna(0.0), height=0.6, color=BAR_FIRST)
    axes.barh(
        at, second.fillna(0.0), left=first.fillna(0.0), height=0.6, color=BAR_SECOND,
        edgecolor=BAR_FIRST, linewidth=1.0, linestyle="--",
    )  # fmt: skip
    for row, share in enumerate(shown["share"]):
        end = 0.0 if math.isnan(share) else float(share)
        page.text(left + end * width + 0.08, rows.middle(row), percent(float(share)),
                  va="center_baseline")  # fmt: skip


def _key(page: Page, x: float, y: float) -> None:
    fields: Sequence[tuple[str, str, str, str]] = (
        ("first choice", BAR_FIRST, BAR_FIRST, "-"),
        ("second choice", BAR_SECOND, BAR_FIRST, "--"),
        ("not given", ASKED, theme.PALE, "-"),
    )
    for words, colour, edge, line in fields:
        swatch(page, x, y, colour, "", edge, line)
        page.text(x + 0.36, y + 0.03, words)
        x += 0.8 + page.width_of(words, theme.SMALL)
