"""When are requests refused? Refusals a week and their share, hour by hour of the week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from sim.messages import say
from sim.report import theme
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import DAYS, count, hours_phrase, leaders, once, percent, scope_words, stretch

TICKS = (6, 12, 18)
HEADROOM = 1.25  # of the axis, for the number over the highest point
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
    left, head, foot, gap = 0.6, 0.36, 0.62, 0.2
    height = (page.height - 2 * head - foot - gap) / 2
    x = np.arange(len(HOURS))
    lower = page.axes(left, foot, page.width - left, height)
    upper = page.axes(left, foot + height + gap + head, page.width - left, height)
    top = _top(data)
    cut = np.nanmax([0.0, *data.high]) * 100 > top
    name = say("refused.share.cut" if cut else "refused.share", top=top)
    page.text(0, foot + height + 0.12, name, theme.BODY)
    page.text(0, page.height - head + 0.12, say("refused.count"), theme.BODY)
    upper.stairs(
        np.nan_to_num(data.per_week), np.arange(len(HOURS) + 1), fill=True, color=theme.PALETTE[0],
        linewidth=0,
    )  # fmt: skip
    most = float(np.nan_to_num(data.per_week).max())
    upper.set_ylim(0, most * 1.22 or 1.0)
    if most:
        _mark(upper, int(np.nanargmax(data.per_week)), most * 1.02, count(most))
    low, high = (100 * np.minimum(limit, top / 100) for limit in (data.low, data.high))
    if not np.isnan(data.low).all():
        lower.fill_between(x + 0.5, low, high, color=theme.BAND, linewidth=0)
    lower.plot(x + 0.5, 100 * data.share, color=theme.PALETTE[0], linewidth=2, marker=".", ms=4)
    lower.set_ylim(0, HEADROOM * top)
    if not np.isnan(data.share).all():
        at = int(np.nanargmax(data.share))
        near = [100 * data.share[_label_hours(at)], high[_label_hours(at)]]
        _mark(lower, at, float(np.nanmax(near)) + 0.03 * top, percent(float(data.share[at])))
    for ax in (upper, lower):
        ax.set_xlim(0, len(HOURS))
        ax.set_xticks(
            [24 * day + hour for day in range(7) for hour in TICKS],
            [f"{hour}" for hour in TICKS] * 7,
        )
        ax.vlines(np.arange(8) * 24, 0, 1, transform=ax.get_xaxis_transform(), color=theme.PALE,
                  linewidth=1)  # fmt: skip
        ax.grid(axis="y")
        ax.tick_params(axis="x", length=4)
        ax.tick_params(axis="y", length=0)
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    upper.yaxis.set_major_locator(MaxNLocator(4))
    lower.set_yticks(np.linspace(0, top, 6))
    upper.tick_params(labelbottom=False)
    width = (page.width - left) / 7
    for day, words in enumerate(DAYS):
        page.text(left + (day + 0.5) * width, 0.02, say(f"day.{words}"), ha="center")


def _top(data: RefusedData) -> int:
    """Upper end of the axis in percent, said in its heading."""
    share, high = np.nan_to_num(data.share), data.high[~np.isnan(data.high)]
    usual = float(np.quantile(high, 0.9)) if len(high) else 0.0
    most = 100 * max(float(share.max()), usual)
    return next(top for top in (5, 10, 25, 50, 100) if most <= top or top == 100)


def _label_hours(at: int) -> slice:
    """Hours over which a label of a few characters stretches."""
    return slice(max(at - 4, 0), at + 5)


def _mark(ax: Axes, at: int, y: float, words: str) -> None:
    """Write the value over the highest point, inside the axes."""
    ha = "left" if at < 12 else "right" if at > len(HOURS) - 12 else "center"
    ax.text(at + 0.5, y, words, fontsize=theme.SMALL, ha=ha, va="bottom")


@chart("refused-by-hour", plot, of=RunResults)
def analyse(results: RunResults) -> list[RefusedData]:
    """Bring levels to hours of the week; counts are divided by the weeks of the window."""
    refused = results.select("refused", "hour_of_week").set_index("level").reindex(HOURS)
    share = results.select("refused_share", "hour_of_week")
    if refused["mean"].isna().all() and share["mean"].isna().all():
        return []
    found = share.set_index("level").reindex(HOURS)
    if not refused["mean"].fillna(0.0).any() and found["mean"].isna().all():
        return []  # no requests at all
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
        title=_title(results, per_week, mean),
        subtitle=say("refused.subtitle"),
        table=table,
        note=say("refused.note"),
    )
    return [RefusedData(finding, per_week, mean, low, high)]


def _title(results: RunResults, per_week: NDArray[np.float64], share: NDArray[np.float64]) -> str:
    """Claim a worst time only where it stands apart, and fills what its phrase says."""
    refused = results.select("refused", "hour_of_week")
    lead = leaders(refused)
    now, total = scope_words(results.context.n_replications), float(np.nansum(per_week))
    if not lead.levels or not lead.mean > 0:
        return say("refused.none", scope=now)
    if (share[~np.isnan(share)] == 1).all():
        return say("refused.every", scope=now, n=count(total))
    top = count(lead.mean / results.context.weeks)
    if results.context.n_replications == 1:
        when = hours_phrase(lead.levels)
        return say("refused.most", when=when, n=top) + once(1)
    box = stretch(lead, [h for h, value in zip(HOURS, per_week, strict=True) if value > 0])
    if not box:
        return say("refused.unclear", n=count(total), most=top)
    together = float(np.nansum([per_week[HOURS.index(level)] for level in box]))
    when = hours_phrase(lead.levels)
    return say("refused.peak", when=when, part=count(together), n=count(total))
