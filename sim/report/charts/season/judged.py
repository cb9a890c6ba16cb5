"""What clubs gain and what residents lose: a point a timetable, against one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from sim.messages import say, sentences
from sim.report import theme
from sim.report.context import ChartContext
from sim.report.drawing import Drawing, picture
from sim.report.fonts import FontChoice
from sim.report.page import Finding, Page
from sim.studies.comparison_words import noun
from sim.words import signed

F64 = npt.NDArray[np.float64]

HOURS = "season_hours"
RIGHT = 5.6
"""Inches for the figures beside the picture."""
APART, AWAY = 0.29, 0.07
"""Inches between labels; share of the axis from points to labels."""


@dataclass(frozen=True, eq=False)
class JudgedSeason:
    """Data of the chart.

    Parameters
    ----------
    table
        `judged.csv`.
    names
        Scenario -> what the timetable is called, the proposed one first, no clubs not among them.
    baseline, none
        Scenarios that the others are compared with.
    metric
        What is told of residents, a share: a primary metric.
    """

    charts: ClassVar[str] = "season"

    table: pd.DataFrame
    names: Mapping[str, str]
    baseline: str
    none: str
    metric: str
    context: ChartContext

    def drawable(self, font: FontChoice) -> JudgedSeason:
        """Give the same with names that can all be drawn, without what every timetable changes."""
        own = ("name=", "timetable.blocks=")
        kept = tuple(text for text in self.context.changed if not text.startswith(own))
        context = replace(self.context, changed=kept)
        levels = judged_points(self)[["group", "level"]]
        return replace(self, context=context.drawable(font, levels))


def judged_points(judged: JudgedSeason) -> pd.DataFrame:
    """Rows of `judged.csv` behind the chart: hours of clubs, and residents' metric, of all."""
    table = judged.table
    both = table["metric"].isin((HOURS, judged.metric)) & (table["group"] == "all")
    here = (table["baseline"] == judged.baseline) | (
        (table["baseline"] == judged.none) & (table["scenario"] == judged.baseline)
    )
    return table[both & here].reset_index(drop=True)


@picture("clubs-and-residents", of=JudgedSeason)
def judged_drawing(judged: JudgedSeason) -> Drawing:
    """The chart: clubs' hours a week across, residents' metric in points upwards."""
    points = judged_points(judged)
    what = noun(judged.metric)
    base = judged.names[judged.baseline]
    finding = Finding(
        name="clubs-and-residents",
        title=_title(judged, points),
        subtitle=say("judged.subtitle", what=what, base=base),
        table=points,
        note=sentences(say("judged.lines"), say("judged.fit")),
    )
    return finding, lambda page: _plot(page, judged, points, what)


def _pick(points: pd.DataFrame, metric: str, scenario: str, baseline: str) -> pd.Series[float]:
    at = (points["metric"] == metric) & (points["scenario"] == scenario)
    return points[at & (points["baseline"] == baseline)].iloc[0]


def _title(judged: JudgedSeason, points: pd.DataFrame) -> str:
    """Effect of the proposed timetable; where that is the baseline, its effect on residents."""
    proposed = next(iter(judged.names))
    base = judged.none if proposed == judged.baseline else judged.baseline
    hours = float(_pick(points, HOURS, proposed, base)["difference"])
    other = say("judged.no-clubs") if base == judged.none else judged.names[base]
    verb = _residents(_pick(points, judged.metric, proposed, base))
    said = {"name": judged.names[proposed], "other": other, "residents": verb}
    if round(hours, 1) == 0:
        return say("judged.as-many", **said)
    more = "judged.more" if hours > 0 else "judged.fewer"
    return say(more, hours=_plain(abs(hours)), **said)


def _plain(hours: float) -> str:
    """Hours with a decimal where there is one."""
    return f"{hours:,.1f}".removesuffix(".0")


def _residents(row: pd.Series[float]) -> str:
    """Effect on residents, as far as the joint interval goes."""
    points = 100 * float(row["difference"])
    low, high = float(row["adjusted_low"]), float(row["adjusted_high"])
    if np.isnan(points) or np.isnan(low):
        return say("judged.unknown")
    if low > 0 or high < 0:
        return say("judged.gain" if points > 0 else "judged.lose", points=f"{abs(points):.2g}")
    return say("judged.unclear")


def _plot(page: Page, judged: JudgedSeason, points: pd.DataFrame, what: str) -> None:
    others = [s for s in judged.names if s != judged.baseline]
    rows = [_pick(points, judged.metric, s, judged.baseline) for s in others]
    x = np.array(
        [
            float(_pick(points, HOURS, s, judged.baseline)["difference"])
            for s in others
        ]
    )  # fmt: skip
    y, low, high = (
        np.array([100 * float(row[c]) for row in rows])
        for c in ("difference", "adjusted_low", "adjusted_high")
    )
    width, tall = page.width - RIGHT - 1.3, page.height - 1.35
    ax = page.axes(0.95, 0.85, width, tall)
    ax.axhline(0, color=theme.GREY, linewidth=0.8)
    ax.axvline(0, color=theme.GREY, linewidth=0.8)
    ax.grid(visible=True)
    ax.tick_params(length=0)
    ax.plot(0, 0, "s", color=theme.GREY, markersize=9)
    for i in range(len(others)):
        colour = theme.HIGHLIGHT if others[i] == next(iter(judged.names)) else theme.PALETTE[0]
        ax.vlines(x[i], low[i], high[i], color=colour, linewidth=2.5)
        ax.plot(x[i], y[i], "o", color=colour, markersize=9)
    _limits(ax, x, np.concatenate([y, low, high]))
    names = [judged.names[s] for s in (*others, judged.baseline)]
    _labels(ax, names, np.append(x, 0.0), np.append(y, 0.0), tall)
    page.text(0, page.height - 0.3, say("judged.residents", what=what), theme.BODY)
    page.text(0.95 + width / 2, 0.15, say("judged.clubs"), theme.BODY, ha="center")
    _figures(page, judged, points, others)


def _limits(ax: Axes, x: F64, y: F64) -> None:
    """Limits of both axes with the baseline in sight, and room for labels."""
    for values, limit in ((x, ax.set_xlim), (y, ax.set_ylim)):
        known = np.append(values[~np.isnan(values)], 0.0)
        low, high = float(known.min()), float(known.max())
        room = 0.25 * (high - low) or 1.0
        limit(low - room, high + room)


def _labels(ax: Axes, names: Sequence[str], x: F64, y: F64, height: float) -> None:
    """Names in a column beside the points of either half, with lines to them.

    Parameters
    ----------
    height
        Of the axes in inches.
    """
    first, last = ax.get_xlim()
    low, high = ax.get_ylim()
    inch = (high - low) / height
    right = x > (first + last) / 2
    for side in (right, ~right):
        at = [i for i in np.argsort(y).tolist() if side[i] and not np.isnan(y[i])]
        if not at:
            continue
        left = bool(right[at[0]])
        beside = (
            x[at].min() - AWAY * (last - first) if left else x[at].max() + AWAY * (last - first)
        )
        places = _apart(y[at], APART * inch, low + APART * inch / 2, high - APART * inch / 2)
        for i, up in zip(at, places.tolist(), strict=True):
            ax.annotate(
                names[i], (x[i], y[i]), xytext=(beside, up), fontsize=theme.SMALL,
                ha="right" if left else "left", va="center",
                arrowprops={"arrowstyle": "-", "color": theme.GREY, "linewidth": 0.7},
            )  # fmt: skip


def _apart(wanted: F64, step: float, low: float, high: float) -> F64:
    """Places as near those wanted, which are in order, as steps between them and limits allow."""
    ahead = np.arange(len(wanted)) * step
    places = np.maximum.accumulate(wanted - ahead)
    places = (places + np.minimum.accumulate((wanted - ahead)[::-1])[::-1]) / 2
    most = max(low, high - ahead[-1])
    return np.asarray(np.clip(places, low, most) + ahead)


def _figures(page: Page, judged: JudgedSeason, points: pd.DataFrame, others: Sequence[str]) -> None:
    """Differences with their intervals, timetable by timetable, then the baseline's own price."""
    left, y = page.width - RIGHT + 0.1, page.height - 0.3
    step = min(0.78, (page.height - 1.9) / max(len(others), 1))
    base = say("judged.against", base=judged.names[judged.baseline])
    page.text(left, y, page.fitted(base, theme.BODY, RIGHT - 0.1), theme.BODY, theme.GREY)
    y -= 0.5
    for scenario in others:
        _entry(page, judged, points, (scenario, judged.baseline), (left, y), step)
        y -= step
    y -= 0.1
    none = say("judged.against", base=say("judged.no-clubs"))
    page.text(left, y, none, theme.BODY, theme.GREY)
    _entry(page, judged, points, (judged.baseline, judged.none), (left, y - 0.45), 0.78)


def _entry(
    page: Page,
    judged: JudgedSeason,
    points: pd.DataFrame,
    pair: tuple[str, str],
    at: tuple[float, float],
    step: float,
) -> None:
    """Write a timetable's figures in two lines, or where there are many in a small one."""
    hours = float(_pick(points, HOURS, *pair)["difference"])
    row = _pick(points, judged.metric, *pair)
    mean, low, high = (100 * float(row[c]) for c in ("difference", "adjusted_low", "adjusted_high"))
    clubs = f"{'+' if hours > 0 else ''}{_plain(hours)}"
    residents = say("judged.entry", points=signed(mean, 2))
    if not np.isnan(low):
        ends = say("from-to", first=signed(low, 2), last=signed(high, 2))
        residents = say("in-brackets", words=residents, more=ends)
    name, room = judged.names[pair[0]], RIGHT - 0.1
    if step < 0.6:
        figures = say("judged.small", hours=clubs, residents=residents)
        room -= page.width_of(figures, theme.SMALL)
        page.text(*at, page.fitted(name, theme.SMALL, room) + figures, theme.SMALL)
        return
    page.text(
        *at, page.fitted(say("judged.large", name=name, hours=clubs), theme.BODY, room), theme.BODY
    )
    page.text(at[0], at[1] - 0.28, residents, theme.SMALL)
