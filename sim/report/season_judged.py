"""What clubs gain and what residents lose: a point a timetable, against one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from sim.analysis.signs import signed
from sim.report import theme
from sim.report.data import ChartContext
from sim.report.finding import Finding
from sim.report.fonts import choose_font
from sim.report.forest import METRIC_WORDS
from sim.report.page import Page
from sim.report.pages import Drawing, draw_pages

__all__ = ["Judged", "draw_judged", "judged_drawing", "judged_points"]

F64 = npt.NDArray[np.float64]

HOURS = "season_hours"
RIGHT = 5.3
"""Inches for the figures beside the picture."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the chart is drawn from.

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

    table: pd.DataFrame
    names: Mapping[str, str]
    baseline: str
    none: str
    metric: str


def judged_points(judged: Judged) -> pd.DataFrame:
    """Rows of `judged.csv` behind the chart: hours of clubs, and residents' metric, of all."""
    table = judged.table
    both = table["metric"].isin((HOURS, judged.metric)) & (table["group"] == "all")
    here = (table["baseline"] == judged.baseline) | (
        (table["baseline"] == judged.none) & (table["scenario"] == judged.baseline)
    )
    return table[both & here].reset_index(drop=True)


def draw_judged(judged: Judged, context: ChartContext, folder: Path) -> list[Path]:
    """Draw the chart into a folder as PNG, SVG and CSV."""
    kept = tuple(t for t in context.changed if not t.startswith(("name=", "timetable.blocks=")))
    context = replace(context, changed=kept)
    return draw_pages([judged_drawing(judged)], context, choose_font(), folder)


def judged_drawing(judged: Judged) -> Drawing:
    """The chart: clubs' hours a week across, residents' metric in points upwards."""
    points = judged_points(judged)
    what = METRIC_WORDS.get(judged.metric, judged.metric.replace("_", " "))
    base = judged.names[judged.baseline]
    finding = Finding(
        name="clubs-and-residents",
        title=_title(judged, points),
        subtitle=f"Clubs' hours a week, and residents' {what} in points, against {base}",
        table=points,
        note="Lines: joint intervals, the same residents in all (paired); clubs' hours are known "
        "exactly. One total of bookings cannot identify a world; part of the assumed off-platform "
        "use may be these clubs",
    )
    return finding, lambda page: _plot(page, judged, points, what)


def _pick(points: pd.DataFrame, metric: str, scenario: str, baseline: str) -> pd.Series[float]:
    at = (points["metric"] == metric) & (points["scenario"] == scenario)
    return points[at & (points["baseline"] == baseline)].iloc[0]


def _title(judged: Judged, points: pd.DataFrame) -> str:
    """What the proposed timetable does; where that is the baseline, what it does to residents."""
    proposed = next(iter(judged.names))
    base = judged.none if proposed == judged.baseline else judged.baseline
    hours = float(_pick(points, HOURS, proposed, base)["difference"])
    other = "no clubs" if base == judged.none else judged.names[base]
    more = "as many hours as" if round(hours, 1) == 0 else _hours(hours)
    verb = _residents(_pick(points, judged.metric, proposed, base))
    return f"{judged.names[proposed]}: clubs get {more} {other}; residents {verb}"


def _hours(hours: float) -> str:
    return f"{abs(hours):,.0f} hours a week {'more' if hours > 0 else 'less'} than"


def _residents(row: pd.Series[float]) -> str:
    """What happens to residents, as far as the joint interval goes."""
    points = 100 * float(row["difference"])
    low, high = float(row["adjusted_low"]), float(row["adjusted_high"])
    if np.isnan(points) or np.isnan(low):
        return "not known"
    if low > 0 or high < 0:
        return f"{'gain' if points > 0 else 'lose'} {abs(points):.2g} points"
    return "no clear change"


def _plot(page: Page, judged: Judged, points: pd.DataFrame, what: str) -> None:
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
    ax = page.axes(0.95, 0.85, page.width - RIGHT - 1.3, page.height - 1.35)
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
    _labels(ax, [judged.names[s] for s in others], x, y, judged.names[judged.baseline])
    page.text(0, page.height - 0.3, f"Residents: {what}, points", theme.BODY)
    middle = 0.95 + (page.width - RIGHT - 1.3) / 2
    page.text(middle, 0.15, "Clubs: hours a week in the timetable", theme.BODY, ha="center")
    _figures(page, judged, points, others)


def _limits(ax: Axes, x: F64, y: F64) -> None:
    """Both axes with the baseline in sight, and room for labels."""
    for values, limit in ((x, ax.set_xlim), (y, ax.set_ylim)):
        known = np.append(values[~np.isnan(values)], 0.0)
        low, high = float(known.min()), float(known.max())
        room = 0.25 * (high - low) or 1.0
        limit(low - room, high + room)


def _labels(ax: Axes, names: Sequence[str], x: F64, y: F64, base: str) -> None:
    """Names beside the points, to the side on which there is room."""
    low, high = ax.get_xlim()
    for name, at, up in (*zip(names, x, y, strict=True), (base, 0.0, 0.0)):
        left = at > (low + high) / 2
        ax.annotate(
            name, (at, up), xytext=(-12 if left else 12, 8), textcoords="offset points",
            ha="right" if left else "left", fontsize=theme.SMALL,
        )  # fmt: skip


def _figures(page: Page, judged: Judged, points: pd.DataFrame, others: Sequence[str]) -> None:
    """Differences with their intervals, a line a timetable, then the baseline's own price."""
    left, y = page.width - RIGHT + 0.1, page.height - 0.3
    page.text(left, y, f"Against {judged.names[judged.baseline]}", theme.BODY, theme.GREY)
    for scenario in others:
        y = _entry(page, judged, points, (scenario, judged.baseline), left, y - 0.5)
    y -= 0.65
    page.text(left, y, "Against no clubs", theme.BODY, theme.GREY)
    _entry(page, judged, points, (judged.baseline, judged.none), left, y - 0.5)


def _entry(
    page: Page,
    judged: Judged,
    points: pd.DataFrame,
    pair: tuple[str, str],
    left: float,
    y: float,
) -> float:
    """Write a timetable's figures in two lines; where the second stands."""
    hours = float(_pick(points, HOURS, *pair)["difference"])
    row = _pick(points, judged.metric, *pair)
    mean, low, high = (100 * float(row[c]) for c in ("difference", "adjusted_low", "adjusted_high"))
    text = f"residents {signed(mean, 2)} points"
    text += "" if np.isnan(low) else f" ({signed(low, 2)} to {signed(high, 2)})"
    name = page.fitted(judged.names[pair[0]], theme.BODY, RIGHT - 2.4)
    page.text(left, y, f"{name}: clubs {signed(hours, 0)} hours", theme.BODY)
    page.text(left, y - 0.28, text, theme.SMALL)
    return y - 0.28
