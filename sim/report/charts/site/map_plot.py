"""How the maps before and after are drawn, and what stands beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.patheffects import withStroke

from sim.report import theme
from sim.report.charts.maps import MARKERS, OTHER, extent, scale_bar
from sim.report.charts.values import tick
from sim.report.context import ChartContext
from sim.report.page import Page

DOTTED = (0, (1, 1.6))
"""Links that do not open, in map and key."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A home.

    Attributes
    ----------
    wishes
        A year; 0 where nobody lives yet.
    minutes, gain
        On foot, and fewer than today; NaN where no room is suitable, or nothing wished.
    to
        Where the centre is that is most often the best.
    moved
        Whether today it is another.
    """

    x: float
    y: float
    people: int
    name: str
    wishes: float
    minutes: float
    gain: float
    to: tuple[float, float] | None
    moved: bool

    @property
    def empty(self) -> bool:
        """Whether nothing is wished there."""
        return not self.wishes

    @property
    def nowhere(self) -> bool:
        """Whether something is wished there, and no room is suitable."""
        return math.isnan(self.minutes) and not self.empty


@dataclass(frozen=True, slots=True)
class Pin:
    """Where the plan does something."""

    x: float
    y: float
    name: str
    what: str
    status: str
    cost: float


@dataclass(frozen=True, slots=True)
class Way:
    """A walk that a link shortens.

    Attributes
    ----------
    x, y
        Of both ends.
    opened
        Whether the link opens.
    few
        Whether it is one of a few, so that it shows where the link is.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    opened: bool
    few: bool


@dataclass(frozen=True, slots=True)
class MapData:
    """One map.

    Attributes
    ----------
    centres
        (x, y, tier) of those that are there today.
    candidates
        (x, y) where nothing is, and nothing opens.
    all_xy
        (n, 2) what both maps must show.
    most
        Minutes at the end of the colours, in both maps.
    """

    after: bool
    dots: tuple[Dot, ...]
    centres: tuple[tuple[float, float, str], ...]
    candidates: tuple[tuple[float, float], ...]
    pins: tuple[Pin, ...]
    ways: tuple[Way, ...]
    all_xy: F64
    most: float


NAMED = 5
"""Homes named at most."""
STEP = 0.255
"""Inches from line to line."""


@dataclass(frozen=True, slots=True)
class Side:
    """What is at the right of the map: where it begins, how wide it is."""

    page: Page
    left: float
    width: float


def colours(side: Side, y: float, most: float) -> float:
    """The bar of colours; lower edge of what is drawn."""
    page, words = side.page, "Minutes on foot, by home"
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
        "What the plan does" if data.pins else "The plan does nothing",
        theme.SMALL,
        theme.GREY,
    )
    shown = data.pins[: listed(data, y, low)]
    for number, pin in enumerate(shown):
        y -= STEP
        what = f": {pin.what}"
        least = min(page.width_of(what, theme.SMALL), 0.55 * side.width)
        name = page.fitted(pin.name, theme.SMALL, side.width - 0.3 - least, middle=True)
        page.text(left, y, letter(number))
        page.text(left + 0.3, y, page.fitted(name + what, theme.SMALL, side.width - 0.3))
    if len(shown) < len(data.pins):
        y -= STEP
        more = len(data.pins) - len(shown)
        page.text(left, y, f"and {more} more, see sites.csv", colour=theme.GREY)
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
        head, words = "Minutes saved most", [f"{d.gain:.1f}" for d in best]
    else:
        known = [d for d in data.dots if not math.isnan(d.minutes)]
        best = sorted(known, key=lambda d: (-d.minutes, d.name))
        head, words = "Farthest, minutes", [f"{d.minutes:.0f}" for d in best]
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
    items = [("home", "home, area = people"), *((t, context.label("tier", t)) for t in tiers)]
    if any(d.nowhere for d in data.dots):
        items.append(("nowhere", "no suitable room"))
    if any(d.empty for d in data.dots):
        items.append(("empty", "nobody yet"))
    items.append(("line", "to the best suitable centre"))
    if data.after:
        items.append(("moved", "to another one than today"))
        items.append(("pin", "opens, changes or closes"))
    if data.candidates:
        items.append(("candidate", "other candidate site" if data.after else "candidate site"))
    if data.ways:
        items.append(("link", "link opened (dotted: not)" if data.after else "possible link"))
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


F64 = npt.NDArray[np.float64]

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

    Hatched: no suitable room; pale: nobody yet.
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
