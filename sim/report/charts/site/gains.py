"""Who gains? Share of wishes met before and after, a row a group, sorted by gain."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.messages import clauses, say
from sim.report import theme
from sim.report.charts.parts import TableRows, difference_axis, draw_figure, head, label_width
from sim.report.charts.site.results import SiteResults
from sim.report.charts.values import titled
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.report.site.places import PageData
from sim.report.words import short
from sim.siting.figures import Figure
from sim.siting.outcome import GroupGain
from sim.words import signed

GROUPS = ("community", "segment", "tier", "distance_band")
"""Groups that have a chart each."""
MOST = 16
"""Rows drawn; of more the middle ones are left out."""


def dumbbell(group: str) -> Callable[[SiteResults], Drawing | None]:
    """The chart of one group."""

    def drawing(results: SiteResults) -> Drawing | None:
        page_data, label = results.page_data, results.label
        rows = _rows(page_data, group)
        if len(rows) < 2:  # one level is everybody
            return None

        def name(level: str) -> str:
            if level == "none":
                return say("site.nowhere")
            if group == "distance_band":
                return band_name(level)
            return label(group, level)

        plan = label("plan", page_data.plan.label)
        shown, left = _extremes(rows)
        note = clauses(say("gains.note"), say("gains.left", n=left) if left else "")
        finding = Finding(
            name=f"dumbbell-{group.replace('_', '-')}",
            title=_title(rows, group, name),
            subtitle=say(f"gains-by.{group}", plan=plan),
            table=gains_table(rows),
            note=note,
        )
        return finding, lambda page: _plot(page, shown, name)

    return drawing


for _group in GROUPS:
    picture(f"dumbbell-{_group.replace('_', '-')}", of=SiteResults)(dumbbell(_group))


def band_name(level: str) -> str:
    """Minutes on foot in words: `5-10 min`, `over 20 min`."""
    over = level.startswith("over ")
    minutes = level.removeprefix("over ").removesuffix(" min")
    return say(f"walk.{'over' if over else 'between'}", minutes=minutes)


def gains_table(rows: list[GroupGain]) -> pd.DataFrame:
    """Everything of the groups' gains as a table."""
    return pd.DataFrame(
        [
            {
                "group": r.group,
                "level": r.level,
                "wishes": r.wishes,
                "before": r.before.mean,
                "after": r.after.mean,
                "difference": r.difference.mean,
                "ci_low": r.difference.low,
                "ci_high": r.difference.high,
                "joint_low": r.joint_low,
                "joint_high": r.joint_high,
                "more_met": r.met.mean,
                "more_met_low": r.met.low,
                "more_met_high": r.met.high,
                "n": r.difference.n,
            }
            for r in rows
        ]
    )


def _rows(page_data: PageData, group: str) -> list[GroupGain]:
    """Levels with wishes, largest gain first; `none` (no suitable centre) counts as a level."""
    mine = [g for g in page_data.outcome.gains if g.group == group]
    known = [g for g in mine if not math.isnan(g.difference.mean)]
    return sorted(known, key=lambda g: (-g.difference.mean, g.level))


def _extremes(rows: list[GroupGain]) -> tuple[list[GroupGain], int]:
    """Best and worst rows, and how many between them are left out."""
    if len(rows) <= MOST:
        return rows, 0
    half = MOST // 2
    return [*rows[:half], *rows[-half:]], len(rows) - 2 * half


def _title(rows: list[GroupGain], group: str, name: Callable[[str], str]) -> str:
    """Count who gains and loses beyond chance, jointly over all levels; name the first."""
    said = {"many": say(f"gains-of.{group}"), "n": len(rows)}
    up = [r for r in rows if r.joint_low > 0]
    down = [r for r in rows if r.joint_high < 0]
    if not up and not down:
        return say("gains.none", **said)
    last = short(name(down[-1].level)) if down else ""
    if not up:
        return say("gains.lose", some=len(down), name=last, **said)
    points = signed(100 * up[0].difference.mean)
    gain = say("gains.gain", some=len(up), name=short(name(up[0].level)), **said)
    if not down:
        return titled(say("gains.points", gain=gain, points=points), gain)
    lose = say("gains.losers", n=len(down))
    return titled(clauses(gain, say("gains.most", lose=lose, name=last)), clauses(gain, lose))


def _plot(page: Page, rows: list[GroupGain], name: Callable[[str], str]) -> None:
    labels = [name(r.level) for r in rows]
    width = label_width(page, labels, 3.4)
    lines = TableRows.below(page, len(rows), 0.66, 0.34, 0.62)
    lines.names(page, labels, width - 0.15)
    lines.rules(page)
    shares, figures, gap = 0.42 * (page.width - width), 2.1, 0.65
    _shares(page, lines, rows, (width, shares - gap))
    right = width + shares
    points = [_points(r.difference) for r in rows]
    place = (right, page.width - right - figures - 0.1)
    ax = difference_axis(page, lines, place, [v for p in points for v in (p.mean, p.low, p.high)])
    for row, (r, point) in enumerate(zip(rows, points, strict=True)):
        clear = r.joint_low > 0 or r.joint_high < 0
        draw_figure(ax, row + 0.5, point, theme.PALETTE[0] if clear else theme.GREY)
    head(page, place[0], place[1] + figures, say("gains.difference"), say("gains.of-hundred"))
    lines.write(page, page.width, [_words(p) for p in points], ha="right")


def _shares(
    page: Page, lines: TableRows, rows: list[GroupGain], place: tuple[float, float]
) -> None:
    """Hollow dot before, full dot after, a line between."""
    ax = page.axes(place[0], lines.bottom, place[1], lines.number * lines.height)
    ax.patch.set_visible(False)
    both = np.array([(100 * r.before.mean, 100 * r.after.mean) for r in rows])
    low = float(np.floor((np.nanmin(both) - 4) / 10) * 10)
    high = float(np.ceil((np.nanmax(both) + 4) / 10) * 10)
    ax.set(xlim=(max(low, 0), min(high, 100)), ylim=(lines.number, 0), yticks=[])
    ax.grid(axis="x")
    ax.tick_params(length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    at = np.arange(len(rows)) + 0.5
    ax.hlines(at, both[:, 0], both[:, 1], color=theme.BAND, linewidth=5)
    ax.plot(both[:, 0], at, "o", markersize=9, color="white", markeredgecolor=theme.GREY,
            markeredgewidth=1.8, clip_on=False)  # fmt: skip
    ax.plot(both[:, 1], at, "o", markersize=9, color=theme.PALETTE[0], clip_on=False)
    head(page, *place, say("gains.both"), say("gains.met.cut" if low > 0 else "gains.met"))


def _points(figure: Figure) -> Figure:
    return Figure(100 * figure.mean, 100 * figure.low, 100 * figure.high, figure.n)


def _words(points: Figure) -> str:
    if math.isnan(points.low):
        return signed(points.mean)
    ends = say("from-to", first=signed(points.low), last=signed(points.high))
    return say("in-brackets", words=signed(points.mean), more=ends)
