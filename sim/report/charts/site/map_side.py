"""What stands beside a map: colours, what the plan opens, homes by name, the key."""

from __future__ import annotations

import math
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from sim.messages import say
from sim.report import theme
from sim.report.charts.maps import MARKERS
from sim.report.charts.site.map_data import MapData
from sim.report.charts.values import tick
from sim.report.context import ChartContext
from sim.report.page import Page

DOTTED = (0, (1, 1.6))
"""Links that do not open, in map and key."""


NAMED = 5
"""Homes named at most."""
STEP = 0.255
"""Inches from line to line."""


@dataclass(frozen=True, slots=True)
class Side:
    """The column at the right of the map: where it begins, how wide it is."""

    page: Page
    left: float
    width: float


def colours(side: Side, y: float, most: float) -> float:
    """The bar of colours; lower edge of what is drawn."""
    page, words = side.page, say("walks.colours")
    page.text(side.left, y, words, theme.SMALL)
    left = side.left + page.width_of(words, theme.SMALL) + 0.25
    wide = min(side.left + side.width - left - 0.15, 3.2)
    ax = page.axes(left, y - 0.02, wide, 0.17)
    ax.imshow(np.linspace(0, 1, 128)[None], aspect="auto", cmap=theme.SEQUENTIAL, vmin=0, vmax=1)
    ax.set_axis_off()
    for minutes in (
        *np.arange(0, 0.9 * most, 5 if most <= 40 else 10 if most <= 80 else 20).tolist(),
        most,
    ):
        page.text(left + wide * minutes / most, y - 0.24, tick(minutes), theme.SMALL, ha="center")
    return y - 0.25


def opens(side: Side, data: MapData, y: float, low: float) -> float:
    """Say what the letters are; lower edge of what is drawn."""
    page, left = side.page, side.left
    page.text(
        left,
        y,
        say("walks.does" if data.pins else "walks.does-nothing"),
        theme.SMALL,
        theme.GREY,
    )
    shown = data.pins[: listed(data, y, low)]
    for number, pin in enumerate(shown):
        y -= STEP
        what = say("walks.what", what=pin.what)
        least = min(page.width_of(what, theme.SMALL), 0.55 * side.width)
        name = page.fitted(pin.name, theme.SMALL, side.width - 0.3 - least, middle=True)
        page.text(left, y, letter(number))
        page.text(left + 0.3, y, page.fitted(name + what, theme.SMALL, side.width - 0.3))
    if len(shown) < len(data.pins):
        y -= STEP
        more = len(data.pins) - len(shown)
        page.text(left, y, say("walks.more", n=more), colour=theme.GREY)
    return y


def listed(data: MapData, y: float, low: float) -> int:
    """How many letters are explained between two heights."""
    room = max(int((y - low) / STEP), 2)
    return len(data.pins) if len(data.pins) <= room else room - 1


def letter(number: int) -> str:
    """A to Z, then A1 and on."""
    turn, at = divmod(number, len(ascii_uppercase))
    return f"{ascii_uppercase[at]}{turn or ''}"


def named(
    side: Side, ax: Axes, data: MapData, between: tuple[float, float], per_inch: float
) -> None:
    """Number the homes that walk longest today, or that gain most, and name them."""
    page, left, wide = side.page, side.left, min(side.width, 4.2)
    y, low = between
    if data.after:
        best = sorted((d for d in data.dots if d.gain >= 0.05), key=lambda d: (-d.gain, d.name))
        head, words = say("walks.saved"), [f"{d.gain:.1f}" for d in best]
    else:
        known = [d for d in data.dots if not math.isnan(d.minutes)]
        best = sorted(known, key=lambda d: (-d.minutes, d.name))
        head, words = say("walks.farthest"), [f"{d.minutes:.0f}" for d in best]
    room = min(NAMED if data.after else 2 * NAMED, int((y - low) / STEP))
    if room < 1 or not best:
        return
    page.text(left, y, head, theme.SMALL, theme.GREY)
    for number, (dot, text) in enumerate(zip(best[:room], words, strict=False), start=1):
        y -= STEP
        name = page.fitted(dot.name, theme.SMALL, wide - 1.2, middle=True)
        page.text(left, y, f"{number}")
        page.text(left + 0.3, y, name)
        page.text(left + wide - 0.3, y, text, ha="right")
        halo = [withStroke(linewidth=3, foreground="white")]
        ax.text(dot.x + 0.09 * per_inch, dot.y + 0.07 * per_inch, f"{number}", fontsize=12,
                zorder=3.5, path_effects=halo)  # fmt: skip


def key(side: Side, data: MapData, context: ChartContext) -> float:
    """Explain markers and lines below all else; upper edge of what is drawn."""
    tiers = [t for t in MARKERS if any(t == tier for *_, tier in data.centres)]
    items = [("home", say("walks.home")), *((t, context.label("tier", t)) for t in tiers)]
    if any(d.nowhere for d in data.dots):
        items.append(("nowhere", say("walks.nowhere")))
    if any(d.empty for d in data.dots):
        items.append(("empty", say("walks.empty")))
    items.append(("line", say("walks.line")))
    if data.after:
        items.append(("moved", say("walks.moved")))
        items.append(("pin", say("walks.pin")))
    if data.candidates:
        items.append(("candidate", say("walks.others" if data.after else "walks.candidate")))
    if data.ways:
        items.append(("link", say("walks.opened" if data.after else "walks.link")))
    page, x = side.page, 0.0
    rows: list[list[tuple[float, str, str]]] = [[]]
    for what, words in items:
        wide = 0.5 + page.width_of(words, theme.SMALL)
        if x and x + wide - 0.2 > side.width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, what, words))
        x += wide
    for number, row in enumerate(reversed(rows)):
        y = 0.04 + STEP * number
        strip = page.axes(side.left, y - 0.08, side.width, 0.3)
        strip.set(xlim=(0, side.width), ylim=(-1, 1))
        strip.set_axis_off()
        for x, what, words in row:
            _sign(strip, x, what, data.after)
            page.text(side.left + x + 0.3, y, words)
    return 0.04 + STEP * (len(rows) + 0.3)


def _sign(ax: Axes, x: float, what: str, after: bool) -> None:
    at = x + 0.12
    if what == "home":
        ax.scatter([at], [0], s=90, c="none", edgecolors=theme.GREY)
    elif what == "nowhere":
        ax.scatter([at], [0], s=90, c="white", edgecolors=theme.PALETTE[2], hatch="xxxx")
    elif what == "empty":
        ax.scatter([at], [0], s=40, c="white", edgecolors="#A9A9A9", linewidths=0.8)
    elif what == "candidate":
        ax.scatter([at], [0], s=22, marker="D", facecolors="none", edgecolors=theme.PALETTE[1])
    elif what in ("line", "moved"):
        colour, wide = ("#A9A9A9", 0.9) if what == "line" else (theme.HIGHLIGHT, 1.8)
        ax.plot([x, x + 0.24], [0, 0], color=colour, linewidth=wide)
    elif what == "pin":
        ax.scatter([at], [0], s=90, marker="D", c=theme.HIGHLIGHT)
    elif what == "link":
        ax.plot(
            [x, x + 0.24], [0, 0], color=theme.PALETTE[2], linewidth=4 if after else 1.6,
            linestyle="-" if after else DOTTED,
        )  # fmt: skip
    else:
        marker, size = MARKERS[what]
        ax.scatter([at], [0], s=0.75 * size, marker=marker,
                   c=theme.PALETTE[2] if marker in "*^" else theme.INK)  # fmt: skip
