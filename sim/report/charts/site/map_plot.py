"""How the maps before and after are drawn."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize

from sim.arrays import F64
from sim.report import theme
from sim.report.charts.maps import MARKERS, OTHER, extent, scale_bar
from sim.report.charts.site.map_data import MapData
from sim.report.charts.site.map_side import (
    DOTTED,
    Side,
    colours,
    key,
    letter,
    listed,
    named,
    opens,
)
from sim.report.context import ChartContext
from sim.report.page import Page

SIDE = 4.8
"""Inches at the right for names and the key, at least."""
RATIOS = (0.8, 1.6)
"""Width of a map over its height, at least and at most."""
MARGIN = 1.18
PIN = 0.26
"""Inches between pins."""
LETTERED = 64
"""Pins with a letter at most; of more only those whose letters are explained have one."""


def plot_map(page: Page, data: MapData, context: ChartContext) -> None:
    """Draw the map at the left, names and the key at the right.

    The shape of the map depends on what both maps must show, so their extents are the same.
    """
    span = np.ptp(data.all_xy, axis=0)
    ratio = float(np.clip(span[0] / max(span[1], 1e-9), *RATIOS))
    width = min(page.height * ratio, page.width - SIDE - 0.25)
    height = width / ratio
    ax = page.axes(0, page.height - height, width, height)
    view = extent(data.all_xy, ratio, MARGIN)
    ax.set(xlim=view[:2], ylim=view[2:], xticks=[], yticks=[], facecolor="#FAFAFA")
    ax.spines[:].set(visible=True, color=theme.PALE)
    per_inch = (view[1] - view[0]) / width
    _catchments(ax, data)
    _links(ax, data)
    _homes(ax, data)
    _centres(ax, data)
    scale_bar(ax, view)
    side = Side(page, width + 0.25, page.width - width - 0.25)
    y = colours(side, page.height - 0.16, data.most)
    low = key(side, data, context)
    if data.after:
        number = len(data.pins)
        _marks(ax, data, per_inch, number if number <= LETTERED else listed(data, y - 0.38, low))
        y = opens(side, data, y - 0.38, low)
    named(side, ax, data, (y - 0.38, low), per_inch)


def _catchments(ax: Axes, data: MapData) -> None:
    for moved, colour, wide in ((False, "#A9A9A9", 0.9), (True, theme.HIGHLIGHT, 1.8)):
        lines = [
            [(d.x, d.y), d.to] for d in data.dots if d.to and (d.moved and data.after) == moved
        ]
        ax.add_collection(LineCollection(lines, colors=colour, linewidths=wide, zorder=1.5))


def _links(ax: Axes, data: MapData) -> None:
    """Links that open are thick, or thin walks where there are many; others are dotted."""
    for way in data.ways:
        wide = (4.5 if way.few else 1.4) if way.opened else 1.6
        ax.plot(way.x, way.y, color=theme.PALETTE[2], linewidth=wide, zorder=1.8,
                linestyle="-" if way.opened else DOTTED)  # fmt: skip


def _homes(ax: Axes, data: MapData) -> None:
    """Large homes first, so that small ones lie upon them.

    Hatched: no suitable room; pale: no one lives here yet.
    """
    dots = sorted(data.dots, key=lambda d: -d.people)
    largest = max((d.people for d in dots), default=1) or 1
    scale = 520 * min(1.0, 45 / max(len(dots), 1))
    size = np.array([28 + scale * d.people / largest for d in dots])
    minutes = np.array([d.minutes for d in dots])
    xy = np.array([(d.x, d.y) for d in dots]).reshape(-1, 2)
    known = ~np.isnan(minutes)
    nowhere = np.array([d.nowhere for d in dots], dtype=bool)
    empty = np.array([d.empty for d in dots], dtype=bool)
    ax.scatter(
        xy[known, 0], xy[known, 1], s=size[known], c=minutes[known], cmap=theme.SEQUENTIAL,
        norm=Normalize(0, data.most), edgecolors=theme.GREY, linewidths=0.8, zorder=2,
    )  # fmt: skip
    ax.scatter(
        xy[nowhere, 0], xy[nowhere, 1], s=size[nowhere], c="white", edgecolors=theme.PALETTE[2],
        linewidths=1.4, hatch="xxxx", zorder=2,
    )  # fmt: skip
    ax.scatter(
        xy[empty, 0], xy[empty, 1], s=40, c="white", edgecolors="#A9A9A9", linewidths=0.8, zorder=2
    )


def _centres(ax: Axes, data: MapData) -> None:
    small = max(0.3, min(1.0, 120 / max(len(data.centres) + len(data.candidates), 1)))
    for tier in (*MARKERS, ""):
        marker, size = MARKERS.get(tier, OTHER)
        mine = [(x, y) for x, y, t in data.centres if (t if t in MARKERS else "") == tier]
        if not mine:
            continue
        edge = {"edgecolors": "white", "linewidths": 0.8} if marker in "*^" else {"linewidths": 1.1}
        colour = theme.PALETTE[2] if marker in "*^" else theme.INK
        ax.scatter(
            [x for x, _ in mine],
            [y for _, y in mine],
            s=0.75 * small * size,
            marker=marker,
            c=colour,
            zorder=3,
            **edge,
        )
    if data.candidates:
        ax.scatter(
            [x for x, _ in data.candidates], [y for _, y in data.candidates], s=16 * small,
            marker="D", facecolors="none", edgecolors=theme.PALETTE[1], linewidths=1.1 * small,
            zorder=2.6,
        )  # fmt: skip


def _marks(ax: Axes, data: MapData, per_inch: float, lettered: int) -> None:
    """Letters where something opens, pushed apart where they would lie on each other.

    Of a plan with many sites the others are small and lie where they are.
    """
    known = [(i, pin) for i, pin in enumerate(data.pins) if not math.isnan(pin.x)]
    first = [pair for pair in known if pair[0] < lettered]
    places = _apart(np.array([(p.x, p.y) for _, p in first]).reshape(-1, 2), PIN * per_inch)
    for (number, pin), (x, y) in zip(first, places.tolist(), strict=True):
        colour = theme.PALETTE[2] if pin.status == "link" else theme.HIGHLIGHT
        ax.plot([pin.x, x], [pin.y, y], color=colour, linewidth=1.2, zorder=3.8)
        ax.scatter([x], [y], s=190, marker="D", c=colour, edgecolors="white", linewidths=1.2,
                   zorder=4)  # fmt: skip
        ax.text(x, y, letter(number), fontsize=11, color="white" if colour != theme.HIGHLIGHT
                else theme.INK, ha="center", va="center_baseline", zorder=5)  # fmt: skip
    for colour, link in ((theme.HIGHLIGHT, False), (theme.PALETTE[2], True)):
        rest = [p for number, p in known if number >= lettered and (p.status == "link") == link]
        if rest:
            ax.scatter([p.x for p in rest], [p.y for p in rest], s=34, marker="D", color=colour,
                       edgecolors="white", linewidths=0.6, zorder=3.6)  # fmt: skip


def _apart(xy: F64, least: float) -> F64:
    """Points moved as little as need be until no two are nearer than `least`, or nearly so."""
    xy = xy.copy()
    for _ in range(60):
        between = xy[:, None] - xy[None]
        away = np.hypot(*between.transpose(2, 0, 1))
        np.fill_diagonal(away, np.inf)
        near = np.argwhere(np.triu(away < least))
        if not len(near):
            break
        for i, j in near.tolist():
            if away[i, j] > 1e-9:
                step = between[i, j] * (least / away[i, j] - 1)
            else:
                step = np.array([least, 0.0])
            xy[i] += 0.5 * step
            xy[j] -= 0.5 * step
    return xy
