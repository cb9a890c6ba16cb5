"""Charts that are tables: rows under heads, with text, bars, dots and shades in columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from sim.messages import say
from sim.report import theme
from sim.report.answer import Column
from sim.report.charts.values import tick
from sim.report.page import Page

LINE = 0.23
"""Inches from one line of small letters to the next."""
GAP, NARROW = 0.22, 0.11
"""Inches between columns, and between more than eight."""
NAMES, SHORT = 3.2, 2.3
"""Inches for the names of rows, at most, and beside more than eight columns."""
TALLEST, LOWEST = 0.7, 0.235
"""Inches of a row: no lower than its letters are high."""
DRAWN = 0.7
"""Inches for an axis, at least."""
BAR, THIN = 0.86, 0.62
DIVERGING = LinearSegmentedColormap.from_list(
    "linli-diverging", ["#B4541A", "#F2B38F", "#FFFFFF", "#9DBAD6", "#12436D"]
)


def rows_that_fit(page_height: float = 4.9) -> int:
    """How many rows a page has room for, in letters of the smallest size."""
    return int(page_height / LOWEST)


@dataclass(frozen=True, eq=False)
class TableChart:
    """A frame drawn as a table.

    Attributes
    ----------
    frame
        A row a line, with the columns that `columns` name.
    labels
        Names of the rows.
    groups
        What each row is one of: said at the first of each, with a line above.
    strongest
        Columns of which the largest figure of a row is set in the highlight.
    total
        Whether the first row is a sum of the others, with a line below.
    """

    frame: pd.DataFrame
    labels: Sequence[str]
    columns: tuple[Column, ...]
    groups: Sequence[str] = ()
    strongest: tuple[str, ...] = ()
    total: bool = False

    def plot(self, page: Page) -> None:
        """Draw the table into the box of a page."""
        _Layout(self, page).draw()


class _Layout:
    """Measures of a table on a page, in inches from the box's lower left corner."""

    def __init__(self, table: TableChart, page: Page) -> None:
        self.table, self.page = table, page
        self.frame, self.n = table.frame, max(len(table.frame), 1)
        self.words = [self._words(column) for column in table.columns]
        many = len(table.columns) > 8
        self.gap, self.bar = (NARROW, THIN) if many else (GAP, BAR)
        self.group = 0.0
        if table.groups:
            self.group = max(self._wide(words) for words in table.groups) + 0.2
        longest = max((self._wide(label) for label in table.labels), default=0.0)
        self.names = min(max(longest + 0.25, 1.0), SHORT if many else NAMES)
        self.texts, self.axis = self._widths()
        self.heads = [
            self._two(c.head, self._room(i) + self.gap / 2) for i, c in enumerate(table.columns)
        ]
        units = any(column.unit for column in table.columns)
        over = any(column.over for column in table.columns)
        lines = max((len(lines) for lines in self.heads), default=1) + units
        self.units = LINE * units
        self.head = LINE * lines + 0.14 + (0.32 if over else 0.0)
        foot = 0.34 if any(c.draw == "dots" for c in table.columns) else 0.05
        self.height = min((page.height - self.head - foot) / self.n, TALLEST)
        self.bottom = page.height - self.head - self.n * self.height

    def _wide(self, words: str) -> float:
        return self.page.width_of(words, theme.SMALL)

    def _two(self, words: str, width: float) -> list[str]:
        """Words on two lines at most."""
        first, *more = self.page.wrapped(words, theme.SMALL, width)
        rest = self.page.fitted(" ".join(more), theme.SMALL, width)
        return [line for line in (self.page.fitted(first, theme.SMALL, width), rest) if line]

    def _values(self, name: str, end: str = "") -> list[float]:
        """Figures of a column, or one end of their intervals."""
        if f"{name}{end}" not in self.frame:
            return [math.nan] * len(self.frame)
        return [float(v) for v in pd.to_numeric(self.frame[f"{name}{end}"])]

    def _words(self, column: Column) -> list[str]:
        if column.name not in self.frame:
            return [""] * len(self.frame)
        lows, highs = (self._values(column.name, end) for end in ("_low", "_high"))
        cells = zip(self.frame[column.name], lows, highs, strict=True)
        return [column.words(*cell) for cell in cells]

    def _widths(self) -> tuple[list[float], float]:
        """Inches for the words of each column, and for each axis: what is left for them."""
        texts = []
        for column, words in zip(self.table.columns, self.words, strict=True):
            longest = max((self._wide(text) for text in words), default=0.0)
            if column.draw == "bar":
                texts.append(self.bar)
                continue
            if column.draw != "dots":
                lines = self.page.balanced(column.head, theme.SMALL, 2.0)[:2]
                longest = max(longest, *(self._wide(words) for words in (*lines, column.unit)))
            texts.append(min(longest, 4.2) if column.left else longest)
        drawn = sum(column.draw == "dots" for column in self.table.columns)
        fixed = self.group + self.names + self.gap * (len(texts) + drawn)
        free = self.page.width - fixed - sum(texts)
        if free < DRAWN * drawn:  # long words give way
            texts = _squeezed(texts, self.page.width - fixed - DRAWN * drawn)
            free = DRAWN * drawn
        if not drawn:
            more = min(free / len(texts), 1.2)
            texts = [width + more for width in texts]
        return texts, free / drawn if drawn else 0.0

    def _room(self, i: int) -> float:
        """Inches of a column with what is drawn in it."""
        drawn = self.table.columns[i].draw == "dots"
        return self.texts[i] + (self.axis + self.gap / 2 if drawn else 0.06)

    def middle(self, row: int) -> float:
        """Height of a row's middle, the first on top."""
        return self.bottom + (self.n - row - 0.5) * self.height

    def draw(self) -> None:
        """Names first, then column by column."""
        table, page = self.table, self.page
        self._rules()
        for row, label in enumerate(table.labels):
            words = page.fitted(label, theme.SMALL, self.names - 0.15, middle=True)
            page.text(self.group, self.middle(row), words, va="center_baseline")
        for row, words in enumerate(table.groups):
            if row == 0 or table.groups[row - 1] != words:
                page.text(0, self.middle(row), words, colour=theme.GREY, va="center_baseline")
        x, places = self.group + self.names, []
        for i, column in enumerate(table.columns):
            x += self.gap
            places.append(x)
            self._column(i, column, x)
            x += self._room(i) - (0.06 if column.draw != "dots" else 0.0)
            x += self.gap / 2 * (column.draw == "dots")
        self._over(places)

    def _rules(self) -> None:
        """Pale lines under the head, between groups, and under a total."""
        groups = self.table.groups
        at = [i for i in range(1, len(groups)) if groups[i] != groups[i - 1]]
        at += [1] if self.table.total and self.n > 1 else []
        ax = self.page.axes(0, self.bottom, self.page.width, self.n * self.height)
        ax.set(xlim=(0, 1), ylim=(self.n, 0))
        ax.set_axis_off()
        ax.set_zorder(-1)
        ax.hlines(range(self.n + 1), 0, 1, color="#EBEBEB", linewidth=0.8)
        ax.hlines([0, *at], 0, 1, color=theme.GREY, linewidth=1)

    def _column(self, i: int, column: Column, x: float) -> None:
        """Head, then what is drawn, then the words."""
        page, room = self.page, self._room(i)
        right = column.draw == "text" and not column.left
        at, ha = (x + self.texts[i], "right") if right else (x, "left")
        if column.draw == "shade":
            at, ha = x + self.texts[i] / 2, "center"
        top = self.bottom + self.n * self.height + 0.1
        if column.unit:
            words = page.fitted(column.unit, theme.SMALL, max(room, self._wide(column.unit) * 0.6))
            page.text(at, top, words, colour=theme.GREY, ha=ha)
        for line, words in enumerate(reversed(self.heads[i])):
            page.text(at, top + self.units + LINE * line, words, ha=ha)
        values = np.array([column.times * v for v in self._numbers(column)])
        if column.draw == "shade":
            self._shades(i, column, x, values)
        elif column.draw == "bar":
            self._bars(i, column, x, values)
        else:
            if column.draw == "dots":
                self._dots(column, x, values)
                at = x + self.axis + self.gap / 2
            self._texts(i, column, at, ha)

    def _numbers(self, column: Column) -> list[float]:
        return [math.nan] * len(self.frame) if column.draw == "text" else self._values(column.name)

    def _texts(self, i: int, column: Column, at: float, ha: str) -> None:
        strongest = self.table.strongest
        most = self.frame[list(strongest)].max(axis=1) if strongest else None
        for row, words in enumerate(self.words[i]):
            colour = theme.INK
            if most is not None and column.name in strongest:
                share = self.frame[column.name].iloc[row]
                colour = theme.PALETTE[2] if share > 0 and share == most.iloc[row] else theme.INK
            if column.clear and not self.frame[column.clear].iloc[row]:
                colour = theme.GREY
            lines = [self.page.fitted(words, theme.SMALL, self.texts[i] + 0.05)]
            if column.left and self.height > 2.1 * LINE:
                lines = self._two(words, self.texts[i])
            for number, line in enumerate(lines):
                y = self.middle(row) + LINE * ((len(lines) - 1) / 2 - number)
                self.page.text(at, y, line, colour=colour, ha=ha, va="center_baseline")

    def _axes(self, x: float, width: float) -> Axes:
        ax = self.page.axes(x, self.bottom, width, self.n * self.height)
        ax.patch.set_visible(False)
        ax.set(ylim=(self.n, 0), yticks=[])
        ax.tick_params(length=0)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        return ax

    def _bars(self, i: int, column: Column, x: float, values: np.ndarray) -> None:
        """Bars from 0, with the number at their end."""
        ax = self._axes(x, self.texts[i])
        top = column.ends[1] if column.ends else np.nanmax([1e-9, *values])
        ax.set(xlim=(0, top), xticks=[])
        at = np.arange(len(values)) + 0.5
        ax.barh(at, np.nan_to_num(values), height=0.62, color=column.colour)
        for y, value, words in zip(at, np.nan_to_num(values) / top, self.words[i], strict=True):
            inside = value > 0.55
            ax.text(
                top * (value + (-0.03 if inside else 0.03)), y, words, fontsize=theme.SMALL,
                va="center_baseline", ha="right" if inside else "left",
                color="white" if inside else theme.INK,
            )  # fmt: skip

    def _shades(self, i: int, column: Column, x: float, values: np.ndarray) -> None:
        """Fields darker the larger the figure, red below 0; white where it may be chance."""
        ax = self._axes(x - 0.1, self.texts[i] + 0.2)
        ax.set(xlim=(0, 1), xticks=[])
        far = column.ends[1] if column.ends else np.nanmax([1e-9, *np.abs(values)])
        for row, (value, words) in enumerate(zip(values, self.words[i], strict=True)):
            clear = not column.clear or bool(self.frame[column.clear].iloc[row])
            shade = float(np.clip(0.5 + 0.5 * value / far, 0, 1)) if clear else 0.5
            if math.isnan(shade):
                continue
            ax.fill_between([0.02, 0.98], row + 0.05, row + 0.95, color=DIVERGING(shade), lw=0)
            ink = theme.GREY if not clear else "white" if abs(shade - 0.5) > 0.36 else theme.INK
            words = self.page.fitted(words, theme.SMALL, self.texts[i] + 0.15)
            ax.text(0.5, row + 0.52, words, fontsize=theme.SMALL, ha="center",
                    va="center_baseline", color=ink)  # fmt: skip

    def _dots(self, column: Column, x: float, values: np.ndarray) -> None:
        """Dots with intervals on an axis; a pale band where assumptions are drawn too."""
        ax = self._axes(x, self.axis)
        low, high, less, more, ring = (
            column.times * np.array(found)
            for found in (
                self._values(column.name, "_low"), self._values(column.name, "_high"),
                self._values(column.name, "_assumed_low"),
                self._values(column.name, "_assumed_high"),
                self._values(column.second) if column.second else [math.nan] * len(values),
            )
        )  # fmt: skip
        self._scale(ax, column, np.concatenate([values, low, high, less, more, ring]))
        at = np.arange(len(values)) + 0.5
        grey = np.zeros(len(values), dtype=bool)
        if column.clear:
            grey = ~self.frame[column.clear].to_numpy(dtype=bool)
        ax.hlines(at, less, more, color=theme.ASSUMED, linewidth=11, zorder=0.5)
        if column.second:
            ax.hlines(at, ring, values, color=theme.BAND, linewidth=5, zorder=1)
            ax.plot(ring, at, "o", markersize=8, color="white", clip_on=False,
                    markeredgecolor=theme.GREY, markeredgewidth=1.8)  # fmt: skip
        for chosen, colour in ((~grey, column.colour), (grey, theme.GREY)):
            if chosen.any():
                ax.hlines(at[chosen], low[chosen], high[chosen], color=colour, linewidth=3.5,
                          alpha=0.5)  # fmt: skip
                ax.plot(values[chosen], at[chosen], "o", markersize=8, color=colour,
                        markerfacecolor="white" if column.hollow else colour,
                        markeredgewidth=1.6, clip_on=False)  # fmt: skip
        for y in at[np.isnan(values)]:
            x_at = ax.get_xlim()[0] + 0.02 * np.ptp(ax.get_xlim())
            ax.text(x_at, y, say("no-data"), fontsize=theme.SMALL, va="center_baseline",
                    color=theme.GREY)  # fmt: skip

    def _scale(self, ax: Axes, column: Column, values: np.ndarray) -> None:
        """The axis: given ends with its middle, or around what is drawn with a line at 0."""
        ax.grid(axis="x")
        if column.ends:
            low, high = column.ends
            ax.axvline(low, color=theme.GREY, linewidth=0.8)
            ticks = [low, (low + high) / 2, high] if self.axis > 1.2 else [low, high]
            ax.set(xlim=(low, high))
            ax.set_xticks(ticks, [f"{t:g}" if high <= 100 else tick(t) for t in ticks])
            return
        known = values[np.isfinite(values)]
        low, high = min([0.0, *known]), max([0.0, *known])
        room = 0.06 * (high - low) or 1.0
        ax.set_xlim(low - room, high + room)
        ax.xaxis.set_major_locator(MaxNLocator(4 if self.axis > 2.5 else 2))
        ax.xaxis.set_major_formatter(lambda v, _: f"-{tick(-v)}" if v < 0 else tick(v))
        ax.axvline(0, color=theme.INK, linewidth=1)

    def _over(self, places: Sequence[float]) -> None:
        """Heads over neighbouring columns, on a line as long as these."""
        columns = self.table.columns
        for words, part in groupby(range(len(columns)), key=lambda i: columns[i].over):
            if not words:
                continue
            members = list(part)
            left = places[members[0]]
            right = places[members[-1]] + self._room(members[-1]) - 0.06
            y = self.page.height - 0.16
            ax = self.page.axes(left, y - 0.09, right - left, 0.02)
            ax.set_axis_off()
            ax.axhline(0.5, color=theme.PALE, linewidth=1)
            wide = self._wide(words) > right - left
            self.page.text(right if wide else left, y, words, colour=theme.GREY,
                           ha="right" if wide else "left")  # fmt: skip


def _squeezed(widths: Sequence[float], room: float) -> list[float]:
    """Widths that fit in a room: the widest give way, down to one cap."""
    left, cap = room, room
    for i, width in enumerate(sorted(widths)):
        cap = left / (len(widths) - i)
        if width > cap:
            break
        left -= width
    return [min(width, cap) for width in widths]
