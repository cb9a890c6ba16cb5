"""When are requests refused? Refusals a week and their share, hour by hour of the week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from sim.report import theme
from sim.report.data import RunResults
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.registry import chart
from sim.report.words import DAYS, count, hours_phrase, leaders, percent

__all__ = ["RefusedData", "analyse", "plot"]

MOST_HOURS = 28  # a sixth of the week: more is no peak
HOURS = tuple(f"{day}-{hour:02d}" for day in DAYS for hour in range(24))


@dataclass(frozen=True, eq=False)
class RefusedData:
    """168 hours of the week: refusals a week, share of requests refused, with limits."""

    finding: Finding
    per_week: NDArray[np.float64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def plot(page: Page, data: RefusedData) -> None:
    """Draw counts above and shares below, one week from left to right."""
    left, head, foot, gap = 0.6, 0.36, 0.34, 0.3
    height = (page.height - 2 * head - foot - gap) / 2
    x = np.arange(len(HOURS))
    lower = page.axes(left, foot, page.width - left, height)
    upper = page.axes(left, foot + height + gap + head, page.width - left, height)
    top = _top(data)
    cut = "; wider intervals are cut" if np.nanmax([0.0, *data.high]) * 100 > top else ""
    name = f"Share of requests refused, % (axis to {top}{cut})"
    page.text(0, foot + height + 0.12, name, theme.BODY)
    page.text(0, page.height - head + 0.12, "Refused requests a week", theme.BODY)
    upper.bar(x, np.nan_to_num(data.per_week), width=1.0, align="edge", color=theme.PALETTE[0])
    most = float(np.nan_to_num(data.per_week).max())
    upper.set_ylim(0, most * 1.22 or 1.0)
    if most:
        _mark(upper, int(np.nanargmax(data.per_week)), most, count(most))
    if not np.isnan(data.low).all():
        lower.fill_between(x + 0.5, 100 * data.low, 100 * data.high, color=theme.BAND, linewidth=0)
    lower.plot(x + 0.5, 100 * data.share, color=theme.PALETTE[0], linewidth=2, marker=".", ms=4)
    lower.set_ylim(0, top)
    if not np.isnan(data.share).all():
        at = int(np.nanargmax(data.share))
        share = float(data.share[at])
        _mark(lower, at, min(100 * share + 0.03 * top, 0.84 * top), percent(share))
    for ax in (upper, lower):
        ax.set_xlim(0, len(HOURS))
        ax.set_xticks(np.arange(7) * 24 + 12, DAYS)
        ax.vlines(np.arange(8) * 24, 0, 1, transform=ax.get_xaxis_transform(), color=theme.PALE,
                  linewidth=1)  # fmt: skip
        ax.grid(axis="y")
        ax.tick_params(length=0)
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    upper.yaxis.set_major_locator(MaxNLocator(4))
    lower.set_yticks(np.linspace(0, top, 6))
    upper.tick_params(labelbottom=False)


def _top(data: RefusedData) -> int:
    """Upper end of the axis in percent, said in its heading."""
    share, high = np.nan_to_num(data.share), data.high[~np.isnan(data.high)]
    usual = float(np.quantile(high, 0.9)) if len(high) else 0.0
    most = 100 * max(float(share.max()), usual)
    return next(top for top in (5, 10, 25, 50, 100) if 1.25 * most <= top or top == 100)


def _mark(ax: Axes, at: int, y: float, words: str) -> None:
    """Write the value over the highest point, inside the axes."""
    ha = "left" if at < 12 else "right" if at > len(HOURS) - 12 else "center"
    ax.text(at + 0.5, y * 1.02, words, fontsize=theme.SMALL, ha=ha, va="bottom")


@chart("refused-by-hour", plot)
def analyse(results: RunResults) -> list[RefusedData]:
    """Bring levels to hours of the week; counts are divided by the weeks of the window."""
    refused = results.select("refused", "hour_of_week").set_index("level").reindex(HOURS)
    share = results.select("refused_share", "hour_of_week")
    if refused["mean"].isna().all() and share["mean"].isna().all():
        return []
    found = share.set_index("level").reindex(HOURS)
    per_week = refused["mean"].to_numpy(dtype=float) / results.context.weeks
    mean, low, high = (found[c].to_numpy(dtype=float) for c in ("mean", "low", "high"))
    table = pd.DataFrame(
        {
            "hour_of_week": HOURS,
            "refused_per_week": per_week,
            "refused_share": mean,
            "ci_low": low,
            "ci_high": high,
            "n": found["n"].to_numpy(),
        }
    )
    finding = Finding(
        name="refused-by-hour",
        title=_title(results),
        subtitle="Requests refused by preferred hour of the week",
        table=table,
        note="Gaps: no requests in that hour",
    )
    return [RefusedData(finding, per_week, mean, low, high)]


def _title(results: RunResults) -> str:
    """Claim a worst time only where its refusals stand apart from those of most other hours."""
    refused = results.select("refused", "hour_of_week")
    lead = leaders(refused)
    if not lead.levels or not lead.mean > 0:
        return "No request is refused in this scenario"
    top = count(lead.mean / results.context.weeks)
    if results.context.n_replications == 1:
        when = hours_phrase(lead.levels)
        return f"Most refusals fall {when}: {top} a week, in one replication"
    hours = {level.split("-")[1] for level in lead.levels}
    if not lead.certain or len(lead.levels) > MOST_HOURS or len(hours) > 4:
        return f"No hour clearly refuses most; the worst refuses {top} a week"
    return f"Refusals peak {hours_phrase(lead.levels)}: up to {top} a week in one hour"
