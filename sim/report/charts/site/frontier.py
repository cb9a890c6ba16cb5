"""What does more money buy? Cost a year against the gain, with gaps."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from sim.messages import clauses, say
from sim.report import theme
from sim.report.charts.site.results import SiteResults
from sim.report.charts.values import compact, tick
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.report.site.places import PageData
from sim.report.site.words import FAR, Label, unit_words
from sim.report.words import percent
from sim.siting.outcome import Point

BESIDE = 10
"""Points between a square and its words."""


@picture("frontier", of=SiteResults)
def frontier(results: SiteResults) -> Drawing | None:
    """Cost against gain: bars from value to bound, dots with intervals where simulated."""
    page_data, label = results.page_data, results.label
    points = _front(page_data, "cost")
    if not points:
        return None
    unit = unit_words(page_data.outcome.unit)
    finding = Finding(
        name="frontier",
        title=_title(points, page_data.outcome.budget),
        subtitle=say("frontier.subtitle", unit=unit),
        table=frontier_table([*points, *_front(page_data, "worst")]),
        note=say("frontier.note"),
    )
    return finding, lambda page: _plot(page, points, page_data, label, unit)


def frontier_table(points: list[Point]) -> pd.DataFrame:
    """Every point with its bound and gap."""
    return pd.DataFrame(
        [
            {
                "front": p.front,
                "budget": p.budget,
                "cost": p.cost.base,
                "cost_low": p.cost.low,
                "cost_high": p.cost.high,
                "value": p.value,
                "bound": p.bound,
                "gap": _gap(p),
                "status": p.status,
                "worst": p.worst,
                "plan": p.plan,
                "simulated": p.simulated.mean,
                "ci_low": p.simulated.low,
                "ci_high": p.simulated.high,
                "n": p.simulated.n,
            }
            for p in points
        ]
    )


def _front(page_data: PageData, front: str) -> list[Point]:
    mine = [p for p in page_data.outcome.frontier if p.front == front and not math.isnan(p.value)]
    return sorted(mine, key=lambda p: p.budget)


def _gap(point: Point) -> float:
    return abs(point.bound - point.value) / abs(point.bound) if point.bound else math.nan


def _title(points: list[Point], budget: float) -> str:
    """Gain by the last yuan of the budget against the first, in the planning model."""
    widest = max((_gap(p) for p in points if not math.isnan(_gap(p))), default=math.nan)
    far = "" if math.isnan(widest) else say("frontier.every", gap=percent(widest))
    if widest > FAR:
        return say("frontier.open")
    first = points[0]
    here = min(points, key=lambda p: abs(p.budget - budget))
    share = here.value / points[-1].value if points[-1].value > 0 else math.nan
    if here is points[-1] or math.isnan(share):
        buys = say("frontier.buys", cost=compact(first.cost.base), gain=compact(first.value))
        return clauses(buys, far)
    cost = here.cost.base / points[-1].cost.base
    return say("frontier.title", cost=percent(cost), share=percent(share))


def _plot(page: Page, points: list[Point], page_data: PageData, label: Label, unit: str) -> None:
    left, foot, head = 0.85, 0.72, 0.62
    ax = page.axes(left, foot, page.width - left - 0.2, page.height - foot - head)
    points = sorted(points, key=lambda p: (p.cost.base, p.value))
    x = np.array([p.cost.base for p in points])
    value = np.array([p.value for p in points])
    bound = np.array([p.bound for p in points])
    ax.vlines(x, value, bound, color=theme.GREY, linewidth=5, alpha=0.55)
    ax.plot(x, value, "-", color=theme.PALETTE[0], linewidth=1.4)
    ax.plot(x, value, "o", color=theme.PALETTE[0], markersize=6)
    budget = page_data.outcome.budget
    ax.set_xlim(min(0.0, 1.06 * float(x.min())), 1.06 * max(float(x.max()), budget))
    _simulated(page, ax, points, label)
    ax.axvline(budget, color=theme.INK, linewidth=1.2, linestyle=(0, (5, 3)))
    words = say("frontier.budget", sum=compact(budget))
    ax.annotate(words, (budget, 1), (0, 5), ("data", "axes fraction"),
                "offset points", fontsize=theme.SMALL, ha="center")  # fmt: skip
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]) if value.min() < 0 else 0.0)
    ax.yaxis.set_major_formatter(lambda v, _: tick(v))
    ax.xaxis.set_major_formatter(lambda v, _: tick(v))
    ax.tick_params(length=0)
    ax.grid(visible=True)
    page.text(0, page.height - 0.22, say("frontier.gain", unit=unit), theme.BODY)
    key = say("frontier.key")
    page.text(page.width, page.height - 0.22, key, theme.SMALL, theme.GREY, ha="right")
    page.text(left + (page.width - left) / 2, 0.12, say("frontier.cost"), theme.SMALL, ha="center")


def _simulated(page: Page, ax: Axes, points: list[Point], label: Label) -> None:
    """Squares with intervals where plans cost what they cost; the axis of costs is set already."""
    for p in points:
        if math.isnan(p.simulated.mean) or not any(p.times):
            continue
        at, s = p.cost.base, p.simulated
        if not math.isnan(s.low):
            ax.plot([at, at], [s.low, s.high], color=theme.HIGHLIGHT, linewidth=3.5, alpha=0.6)
        ax.plot([at], [s.mean], "s", color=theme.HIGHLIGHT, markersize=9)
        name = label("plan", p.plan) if p.plan else ""
        _label_beside(page, ax, (at, s.mean), f"{name} {compact(s.mean)}".strip())


def _label_beside(page: Page, ax: Axes, point: tuple[float, float], words: str) -> None:
    """Words to the right of a point, or to its left where they would reach over the margin."""
    inches = float(ax.transData.transform(point)[0]) / page.figure.dpi
    right = inches + BESIDE / 72 + page.width_of(words, theme.SMALL) <= page.right
    ax.annotate(words, point, (BESIDE if right else -BESIDE, -4), textcoords="offset points",
                fontsize=theme.SMALL, ha="left" if right else "right", va="top",
                path_effects=[withStroke(linewidth=3, foreground="white")])  # fmt: skip
