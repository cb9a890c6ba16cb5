"""Dot plots in columns: one row a group, one column a measure, with intervals and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.messages import say
from sim.report import theme
from sim.report.context import ASSUMED, RunResults
from sim.report.page import Page
from sim.report.words import interval

HEAD = 0.72
TALLEST = 0.52
GAP = 0.55
OUTSIDE = 0.3  # of the gap beside a column, at most, for a number
LONGEST = 3.2


@dataclass(frozen=True)
class DotColumn:
    """A measure: keys of its title and unit; `hollow` is what is assumed, `top` the axis's end."""

    metric: str
    title: str
    unit: str
    hollow: bool = False
    top: int = 100


@dataclass(frozen=True)
class DotRow:
    """A group: per column mean, low, high and n, and the interval over assumptions."""

    level: str
    label: str
    values: tuple[tuple[float, float, float, float], ...]
    assumed: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class DotBlock:
    """The groups of one dimension."""

    dimension: str
    metrics: tuple[str, ...]
    rows: tuple[DotRow, ...]

    @classmethod
    def from_results(
        cls, results: RunResults, dimension: str, columns: Sequence[DotColumn], by: str | None
    ) -> DotBlock:
        """Collect a dimension's figures, lowest of `by` first, else in the table's order.

        Levels of which nothing is known are left out.
        """
        tables = {c.metric: results.select(c.metric, dimension).set_index("level") for c in columns}
        first = tables[by] if by else next(iter(tables.values()))
        levels = list(first.index)
        if by:
            known = first["mean"].fillna(math.inf)
            levels = sorted(levels, key=lambda level: (float(known[level]), level))
        rows = []
        for level in levels:
            values = tuple(
                tuple(float(v) for v in t.loc[level, ["mean", "low", "high", "n"]])
                if level in t.index
                else (math.nan, math.nan, math.nan, 0.0)
                for t in tables.values()
            )
            if all(math.isnan(value[0]) for value in values):
                continue
            assumed = tuple(
                tuple(float(v) for v in t.loc[level, list(ASSUMED)])
                if level in t.index and ASSUMED[0] in t
                else (math.nan, math.nan)
                for t in tables.values()
            )
            rows.append(DotRow(level, results.label(dimension, level), values, assumed))  # type: ignore[arg-type]
        return cls(dimension, tuple(tables), tuple(rows))

    def worst(self, most: int) -> DotBlock:
        """Keep the first rows; `none` (no centre is eligible) is no group of people."""
        return replace(self, rows=tuple(r for r in self.rows if r.level != "none")[:most])

    def table(self) -> pd.DataFrame:
        """Give the figures as a table in long form."""
        table = pd.DataFrame(
            [
                (self.dimension, row.level, metric, *values, *assumed)
                for row in self.rows
                for metric, values, assumed in zip(
                    self.metrics, row.values, row.assumed, strict=True
                )
            ],
            columns=["group", "level", "metric", "mean", "ci_low", "ci_high", "n", *ASSUMED],
        )
        return table if self.drawn else table.drop(columns=list(ASSUMED))

    @property
    def drawn(self) -> bool:
        """Whether any figure has an interval over assumptions."""
        return any(not math.isnan(low) for row in self.rows for low, _ in row.assumed)


def dot_table(page: Page, columns: Sequence[DotColumn], blocks: Sequence[DotBlock]) -> None:
    """Draw blocks of rows under one head; every axis begins at 0."""
    slots = sum(len(b.rows) for b in blocks) + 0.4 * (len(blocks) - 1)
    foot = 0.3
    row = min((page.height - HEAD - foot) / max(slots, 1), TALLEST)
    bottom = page.height - HEAD - slots * row
    places, lines, y = [], [], slots - 0.5
    for i, block in enumerate(blocks):
        if i:
            lines.append(y + 0.3)
            y -= 0.4
        for item in block.rows:
            places.append((y, item))
            y -= 1
    dimension = 1.15
    longest = max(page.width_of(item.label, theme.SMALL) for _, item in places)
    name = min(max(longest + 0.3, 1.5), LONGEST)
    _labels(page, blocks, places, (dimension, name - 0.1), row, bottom)
    width = (page.width - dimension - name) / len(columns)
    for i, column in enumerate(columns):
        x = dimension + name + i * width
        title, size = page.sized(say(column.title), width - 0.15)
        page.text(x, page.height - 0.22, title, size)
        end = f", 0–{column.top}" if column.top < 100 else ""
        page.text(x, page.height - 0.5, say(column.unit) + end, theme.SMALL, theme.GREY)
        box = (x, bottom, width - GAP, slots * row)
        _column(page, box, column, [(at, r, i) for at, r in places], slots, lines)


def _labels(
    page: Page,
    blocks: Sequence[DotBlock],
    places: Sequence[tuple[float, DotRow]],
    box: tuple[float, float],
    row: float,
    bottom: float,
) -> None:
    starts = np.cumsum([0, *(len(b.rows) for b in blocks)])
    first = {int(s): b.dimension for s, b in zip(starts[:-1], blocks, strict=True)}
    for i, (at, item) in enumerate(places):
        y = bottom + at * row
        if i in first:
            page.text(
                0, y, say(f"dimension.{first[i]}"), theme.SMALL, theme.GREY, va="center_baseline"
            )
        label = page.fitted(item.label, theme.SMALL, box[1], middle=True)
        page.text(box[0], y, label, va="center_baseline")


def _column(
    page: Page,
    box: tuple[float, float, float, float],
    column: DotColumn,
    points: Sequence[tuple[float, DotRow, int]],
    slots: float,
    lines: Sequence[float],
) -> None:
    """Draw one column: grid, intervals, dots, the number on the side with room."""
    ax, top = page.axes(*box), column.top
    ax.patch.set_visible(False)
    ax.set(xlim=(0, top), ylim=(0, slots), yticks=[], xticks=[0, top / 2, top])
    ax.set_xticklabels([f"{tick:g}" for tick in (0, top / 2, top)])
    ax.grid(axis="x")
    ax.tick_params(length=0)
    ax.spines["bottom"].set_visible(False)
    ax.hlines(list(lines), 0, top, color=theme.PALE, linewidth=1)
    colour = theme.PALETTE[0] if not column.hollow else theme.GREY
    room = 0.14 * top / max(box[2], 0.5)
    for at, item, number in points:
        mean, low, high, _ = item.values[number]
        words = interval(mean, low, high)
        if math.isnan(mean):
            ax.text(
                0.02 * top, at, say("no-data"), fontsize=theme.SMALL, va="center_baseline",
                color=theme.GREY,
            )  # fmt: skip
            continue
        if item.assumed and not math.isnan(item.assumed[number][0]):
            ends = [100 * end for end in item.assumed[number]]
            ax.plot(ends, [at, at], color=theme.ASSUMED, linewidth=11, zorder=0.5)
        if not math.isnan(low):
            ends = [100 * low, min(100 * high, top)]
            ax.plot(ends, [at, at], color=colour, linewidth=3, alpha=0.5)
        ax.plot(
            [100 * mean], [at], "o", markersize=8, color=colour, clip_on=False,
            markerfacecolor="white" if column.hollow else colour, markeredgewidth=1.6,
        )  # fmt: skip
        begin, end = (mean, mean) if math.isnan(low) else (low, high)
        left_room = 100 * begin / top * box[2]
        right_room = (1 - 100 * end / top) * box[2] + OUTSIDE
        needed = page.width_of(words, theme.SMALL) + 0.14
        right = needed < right_room or right_room > left_room
        edge = 100 * (mean if math.isnan(low) else (high if right else low))
        ax.text(
            edge + (room if right else -room), at, words, fontsize=theme.SMALL,
            va="center_baseline", ha="left" if right else "right",
        )  # fmt: skip
