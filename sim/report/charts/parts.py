"""What several charts share: values with limits, rows with dots, keys, the table behind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.report import theme
from sim.report.data import RunResults
from sim.report.page import Page
from sim.report.words import count, interval

__all__ = [
    "CLOSED",
    "MOST_WORDS",
    "UNKNOWN",
    "Rows",
    "Value",
    "as_amount",
    "as_count",
    "as_percent",
    "behind",
    "ceiling",
    "compact",
    "dot_rows",
    "hatch",
    "label_width",
    "put_dot",
    "spoken",
    "swatch",
    "tick",
    "titled",
    "values_of",
]

MOST_WORDS = 15
CLOSED = "#F4F4F4"
LONGEST = 2.6  # inches for the names of rows


@dataclass(frozen=True)
class Value:
    """A mean with the limits of its interval; NaN where unknown."""

    mean: float
    low: float = math.nan
    high: float = math.nan

    @property
    def known(self) -> bool:
        """Whether there is a mean."""
        return not math.isnan(self.mean)

    @property
    def bounded(self) -> bool:
        """Whether there is an interval."""
        return self.known and not math.isnan(self.low) and not math.isnan(self.high)

    @property
    def top(self) -> float:
        """The highest that is drawn of it."""
        return self.high if self.bounded else self.mean

    def times(self, factor: float) -> Value:
        """Mean and limits multiplied."""
        return Value(factor * self.mean, factor * self.low, factor * self.high)


UNKNOWN = Value(math.nan)


def values_of(results: RunResults, metric: str, group: str) -> dict[str, Value]:
    """Values of a metric by level, in the order of the table."""
    rows = results.select(metric, group)
    parts = (rows["level"], rows["mean"], rows["low"], rows["high"])
    return {
        str(level): Value(float(mean), float(low), float(high))
        for level, mean, low, high in zip(*parts, strict=True)
    }


def behind(results: RunResults, sources: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Give the rows of (metric, group) pairs as the table behind a chart."""
    parts = []
    for metric, group in sources:
        rows = results.select(metric, group)[["level", "mean", "low", "high", "n"]]
        if len(rows):
            parts.append(rows.assign(metric=metric, group=group))
    table = pd.concat(parts, ignore_index=True)
    table = table[["metric", "group", "level", "mean", "low", "high", "n"]]
    return table.rename(columns={"low": "ci_low", "high": "ci_high"})


def titled(*candidates: str) -> str:
    """Give the first sentence that is no longer than a title may be, else the last."""
    fitting = (words for words in candidates if len(words.split()) <= MOST_WORDS)
    return next(fitting, candidates[-1])


def compact(value: float, by: float | None = None) -> str:
    """Write a number to three digits: `1.20 M`, `26.7 k`, `431`; in the unit of `by` if given.

    With `by` the unit's letter is left out: it stands at the number beside.
    """
    if math.isnan(value):
        return "–"
    size = abs(value if by is None else by)
    for unit, scale in (("M", 1e6), ("k", 1e3)):
        if size >= 9.995e3 and size >= 0.9995 * scale:
            digits = max(0, 2 - math.floor(math.log10(1.0005 * size / scale)))
            return f"{value / scale:,.{digits}f}" + (f" {unit}" if by is None else "")
    return f"{value:,.0f}" if size >= 9.95 or value == 0 else count(value)


def tick(value: float) -> str:
    """Write a number on an axis as short as it can be: `40 k`, `1.5 M`."""
    number, _, unit = compact(value).partition(" ")
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return f"{number} {unit}".rstrip()


def spoken(value: float) -> str:
    """Write a large number to three digits for a sentence: `1.20 million`, `327,000`."""
    if abs(value) >= 999_500:
        return f"{compact(value).partition(' ')[0]} million"
    if abs(value) < 1000 or math.isnan(value):
        return compact(value)
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    return f"{round(value / step) * step:,.0f}"


def as_percent(value: Value) -> str:
    """Share in percent with its interval."""
    return interval(value.mean, value.low, value.high)


def as_count(value: Value) -> str:
    """Count with its interval, `8.3 (7.9–8.8)`."""
    return _with_ends(value, count(value.mean), count(value.low), count(value.high))


def as_amount(value: Value) -> str:
    """Large number with its interval in the same unit, `1.20 M (1.15–1.25)`."""
    low, high = (compact(end, by=value.mean) for end in (value.low, value.high))
    return _with_ends(value, compact(value.mean), low, high)


def _with_ends(value: Value, mean: str, low: str, high: str) -> str:
    if not value.bounded or value.low == value.high or low == high:
        return mean
    return f"{mean} ({low}–{high})"


def ceiling(value: float) -> float:
    """End of an axis that begins at 0: a round number, at least `value`."""
    if math.isnan(value) or value <= 0:
        return 1.0
    scale = 10.0 ** math.floor(math.log10(value))
    return next(
        m * scale
        for m in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
        if value <= m * scale * (1 + 1e-9)
    )


@dataclass(frozen=True)
class Rows:
    """Rows of equal height under one head; measures in inches from the box's lower left corner."""

    number: int
    height: float
    bottom: float

    @classmethod
    def below(cls, page: Page, number: int, head: float, foot: float, tallest: float = 0.9) -> Rows:
        """Fit rows between head and foot, not taller than need be."""
        height = min((page.height - head - foot) / max(number, 1), tallest)
        return cls(number, height, page.height - head - number * height)

    @property
    def top(self) -> float:
        """Upper edge of the first row."""
        return self.bottom + self.number * self.height

    def middle(self, row: int) -> float:
        """Middle of a row, the first on top."""
        return self.top - (row + 0.5) * self.height

    def write(self, page: Page, x: float, words: Sequence[str], ha: str = "left") -> None:
        """Write a word into each row."""
        for row, text in enumerate(words):
            page.text(x, self.middle(row), text, ha=ha, va="center_baseline")

    def names(self, page: Page, labels: Sequence[str], width: float) -> None:
        """Write the rows' names at the left, shortened to `width`."""
        fitted = [page.fitted(label, theme.SMALL, width, middle=True) for label in labels]
        self.write(page, 0, fitted)

    def rules(self, page: Page, every: int = 1) -> None:
        """Draw pale lines between rows, over the whole width, behind everything."""
        ax = page.axes(0, self.bottom, page.width, self.number * self.height)
        ax.set(xlim=(0, 1), ylim=(0, self.number))
        ax.set_axis_off()
        ax.set_zorder(-1)
        ax.hlines(np.arange(0, self.number + 1, every), 0, 1, color="#EBEBEB", linewidth=0.8)


def label_width(page: Page, labels: Sequence[str], longest: float = LONGEST) -> float:
    """Room for names of rows: what the longest needs, within limits."""
    widest = max((page.width_of(label, theme.SMALL) for label in labels), default=0.0)
    return min(max(widest + 0.25, 1.0), longest)


def dot_rows(
    page: Page,
    rows: Rows,
    place: tuple[float, float],
    values: Sequence[Value],
    top: float,
    colour: str = theme.PALETTE[0],
    marker: str = "o",
    write: Callable[[float], str] = tick,
) -> Axes:
    """Draw a dot and its interval a row, on an axis from 0 to `top` (at left, width inches)."""
    ax = page.axes(place[0], rows.bottom, place[1], rows.number * rows.height)
    ax.patch.set_visible(False)
    ends = (0, top / 2, top) if place[1] > 2 else (0, top)
    ax.set(xlim=(0, top), ylim=(rows.number, 0), yticks=[], xticks=list(ends))
    ax.set_xticklabels([write(end) if end else "0" for end in ends])
    ax.grid(axis="x")
    ax.tick_params(length=0)
    ax.spines["bottom"].set_visible(False)
    for row, value in enumerate(values):
        put_dot(ax, row + 0.5, value, colour, marker)
    return ax


def put_dot(ax: Axes, y: float, value: Value, colour: str, marker: str = "o") -> None:
    """Draw one dot with its interval; nothing where nothing is known."""
    if not value.known:
        return
    if value.bounded:
        ax.plot([value.low, value.high], [y, y], color=colour, linewidth=3.5, alpha=0.5)
    ax.plot([value.mean], [y], marker, markersize=9, color=colour, clip_on=False)


def swatch(page: Page, x: float, y: float, colour: str, pattern: str = "") -> None:
    """Draw a key's field, 0.28 by 0.2 inches, lower left corner at x, y."""
    field = Rectangle(
        ((page.left + x) / theme.WIDTH, (page.bottom + y) / theme.HEIGHT),
        0.28 / theme.WIDTH, 0.2 / theme.HEIGHT, facecolor=colour, hatch=pattern,
        edgecolor=theme.GREY, linewidth=0.8, transform=page.figure.transFigure,
    )  # fmt: skip
    page.figure.add_artist(field)


def hatch(ax: Axes, x: float, y: float, width: float, height: float) -> None:
    """Fill a field as closed: pale and hatched."""
    ax.add_patch(
        Rectangle(
            (x, y), width, height, facecolor=CLOSED, hatch="////", edgecolor="#C4C4C4",
            linewidth=0, zorder=0.5,
        )
    )  # fmt: skip
