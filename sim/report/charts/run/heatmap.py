"""When are we full? Hour x weekday heat map per tier, recorded and off-platform use apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from sim.messages import say, sentences
from sim.report import theme
from sim.report.charts.values import ceiling
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import (
    DAYS,
    hours_phrase,
    leaders,
    once,
    percent,
    scope_words,
    short,
    slug,
    stretch,
)

GROUP = "tier*hour_of_week"
FEWEST_HOURS = 8
FEW_OPEN = 0.05  # of the tier's venues: what so few show is no pattern
RARE_COLOUR = "#767676"
PALE = LinearSegmentedColormap.from_list("linli-pale", ["#FFFFFF", "#E4E4E4"])
"""Colours of what is assumed: none that catches the eye."""


@dataclass(frozen=True, eq=False)
class HeatmapData:
    """One tier: weekdays x hours, shares of open hours; NaN where closed.

    `rare` marks hours in which hardly any venue is open.
    """

    finding: Finding
    hours: tuple[int, ...]
    recorded: NDArray[np.float64]
    off_platform: NDArray[np.float64]
    rare: NDArray[np.bool_]


def plot(page: Page, data: HeatmapData) -> None:
    """Draw recorded use above on a scale of its own, off-platform use below and pale."""
    label, tick, head = 0.62, 0.28, 0.34
    row = (page.height - 2 * (tick + head) - 0.12) / 14
    height = 7 * row
    top = ceiling(float(np.nanmax(np.where(data.rare, np.nan, data.recorded), initial=0.01)))
    _scale(page, page.height - head + 0.1, top)
    for bottom, values, name in (
        (tick + height + 0.12 + head + tick, data.recorded, "recorded"),
        (tick, data.off_platform, "assumed"),
    ):
        page.text(label, bottom + height + 0.1, say(f"heatmap.{name}"), theme.BODY)
        ax = page.axes(label, bottom, page.width - label, height)
        _cells(ax, values, data.hours, data.rare, top if name == "recorded" else None)


def _cells(
    ax: Axes,
    values: NDArray[np.float64],
    hours: tuple[int, ...],
    rare: NDArray[np.bool_],
    top: float | None,
) -> None:
    """Draw one panel: colours up to `top`, numbers, hatching where closed.

    Grey is where hardly any venue is open; without a `top` all is pale, as what is assumed.
    """
    days, n = values.shape
    ax.pcolormesh(
        np.arange(n + 1), np.arange(days + 1), np.where(rare, 0.0 * values, values),
        cmap=theme.SEQUENTIAL if top else PALE, vmin=0, vmax=top or 1, edgecolors="#E3E3E3",
        linewidth=0.5,
    )  # fmt: skip
    ax.set_facecolor("#F4F4F4")
    closed = np.isnan(values)
    if closed.any():
        ax.contourf(
            np.arange(n + 1),
            np.arange(days + 1),
            np.zeros((days + 1, n + 1)),
            levels=[-1, 1],
            colors="none",
            hatches=["////"],
            zorder=0,
        )
    for day, hour in zip(*np.nonzero(~closed), strict=True):
        share, few = float(values[day, hour]), bool(rare[day, hour])
        ax.text(
            hour + 0.5, day + 0.52, _number(share), fontsize=theme.SMALL,
            ha="center", va="center_baseline", style="italic" if few else "normal",
            color=RARE_COLOUR if few or not top else theme.ink_on(min(share / top, 1.0)),
        )  # fmt: skip
    ax.set_ylim(days, 0)
    ax.set_yticks(np.arange(days) + 0.5, [say(f"day.{day}") for day in DAYS])
    ax.set_xticks(np.arange(n) + 0.5, [f"{h}" for h in hours])
    ax.tick_params(length=0, pad=3)
    ax.spines[:].set_visible(False)


def _number(share: float) -> str:
    """Share in percent for a cell: no decimals near 100."""
    if 0.9895 <= share < 1:
        return "99" if share < 0.995 else ">99"
    return percent(share, sign=False)


def _scale(page: Page, bottom: float, top: float) -> None:
    """Draw the colour scale and the key for closed hours, right above the panels."""
    right = page.width - page.width_of(say("closed"), theme.SMALL) + 0.55
    ax = page.axes(right - 3.1, bottom, 1.6, 0.16)
    ax.imshow(np.linspace(0, 1, 64)[None], aspect="auto", cmap=theme.SEQUENTIAL, vmin=0, vmax=1)
    ax.set_axis_off()
    page.text(right - 3.15, bottom, f"{say('of.open')}   0", ha="right")
    page.text(right - 1.45, bottom, f"{100 * top:g}")
    key = page.axes(right - 0.95, bottom, 0.3, 0.16)
    key.set(xticks=[], yticks=[], facecolor="#F4F4F4")
    key.fill_between([0, 1], 0, 1, facecolor="none", hatch="////", linewidth=0)
    key.set(xlim=(0, 1), ylim=(0, 1))
    key.spines[:].set_visible(False)
    page.text(page.width, bottom, say("closed"), ha="right")


@chart("heatmap", plot, of=RunResults)
def analyse(results: RunResults) -> list[HeatmapData]:
    """Give one picture a tier; hours that no tier is open in are cut off at both ends."""
    booked = results.select("utilisation_booked", GROUP)
    booked = booked[booked["hour_of_week"].str.contains("-", regex=False)]
    if booked.empty:
        return []
    off = results.select("utilisation_off_platform", GROUP)
    opened = results.select("open_share", GROUP)
    if not opened.empty:
        closed = set(opened.loc[~(opened["mean"] > 0), "level"])
        booked = booked[~booked["level"].isin(closed)]
    few = set(opened.loc[opened["mean"] < FEW_OPEN, "level"])
    booked = booked.assign(rare=booked["level"].isin(few))
    booked = booked[booked["mean"].notna()]
    hours = _hours(booked)
    tiers = [t for t in dict.fromkeys(booked["tier"]) if t != "none"]
    return [
        _tier_panel(results, tier, booked[booked["tier"] == tier], off[off["tier"] == tier], hours)
        for tier in tiers
    ]


def _tier_panel(
    results: RunResults,
    tier: str,
    booked: pd.DataFrame,
    off: pd.DataFrame,
    hours: tuple[int, ...],
) -> HeatmapData:
    recorded = _grid(booked, hours)
    apart = _grid(off, hours, fill=0.0)
    apart[np.isnan(recorded)] = np.nan
    rare = _grid(booked.assign(mean=booked["rare"].astype(float)), hours, fill=0.0) > 0
    table = booked[["hour_of_week", "mean", "low", "high", "n", "rare"]].rename(
        columns={
            "mean": "recorded",
            "low": "recorded_low",
            "high": "recorded_high",
            "rare": "few_open",
        }
    )
    table = table.merge(
        off[["hour_of_week", "mean"]].rename(columns={"mean": "off_platform"}),
        on="hour_of_week",
        how="left",
    )
    table.insert(0, "tier", tier)
    name = short(results.label("tier", tier))
    finding = Finding(
        name=f"heatmap-{slug(tier)}",
        title=_title(results, say("heatmap.centres", name=name), booked),
        subtitle=say("heatmap.subtitle"),
        table=table,
        note=sentences(
            say("heatmap.note"), say("heatmap.few", share=100 * FEW_OPEN) if rare.any() else ""
        ),
    )
    return HeatmapData(finding, hours, recorded, apart, rare)


def _title(results: RunResults, name: str, booked: pd.DataFrame) -> str:
    """Claim a busiest time only where it stands apart from the other hours."""
    usual = booked[~booked["rare"]] if not booked["rare"].all() else booked
    lead = leaders(usual.assign(level=usual["hour_of_week"]))
    top, n = lead.share, results.context.n_replications
    if not booked["mean"].any():
        return say("heatmap.none", name=name, scope=scope_words(n))
    if n == 1 and lead.mean > 0:
        when = hours_phrase(lead.levels)
        return say("heatmap.once", name=name, share=top, when=when) + once(1)
    if not stretch(lead, usual["hour_of_week"].tolist()):
        return say("heatmap.unclear", name=name, share=top)
    share = say("up-to", n=top) if len(lead.levels) > 1 else top
    return say("heatmap.most", name=name, when=hours_phrase(lead.levels), share=share)


def _hours(booked: pd.DataFrame) -> tuple[int, ...]:
    """Hours of the day to show, the same for every tier."""
    seen = booked["hour_of_week"].str[-2:].astype(int)
    first, last = (int(seen.min()), int(seen.max())) if len(seen) else (8, 21)
    while last - first + 1 < FEWEST_HOURS:
        first, last = max(first - 1, 0), min(last + 1, 23)
    return tuple(range(first, last + 1))


def _grid(rows: pd.DataFrame, hours: tuple[int, ...], fill: float = np.nan) -> NDArray[np.float64]:
    """Bring levels `Mon-18` to a matrix of weekdays x hours."""
    grid = np.full((7, len(hours)), fill)
    for level, mean in zip(rows["hour_of_week"], rows["mean"], strict=True):
        day, hour = level.split("-")
        if day in DAYS and int(hour) in hours:
            grid[DAYS.index(day), hours.index(int(hour))] = mean
    return grid
