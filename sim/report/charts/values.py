"""Figures for charts: values with limits, numbers in words, the table behind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.messages import MYRIADS, chinese, say, spoken_language
from sim.report.context import ASSUMED, RunResults
from sim.report.words import count, interval

MOST_WORDS = 15
MOST_CHARACTERS = 44
"""Of a title in Chinese: two lines on a slide hold more."""
UNITS = {"en": (("M", 1e6), ("k", 1e3)), "zh": (("亿", 1e8), ("万", 1e4))}


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
    most = MOST_CHARACTERS if chinese() else MOST_WORDS
    fitting = (w for w in candidates if len(w if chinese() else w.split()) <= most)
    return next(fitting, candidates[-1])


def compact(value: float, by: float | None = None) -> str:
    """Write a number to three digits: `1.20 M`, `26.7 k`, `431`; in the unit of `by` if given.

    With `by` the unit's letter is left out: it stands at the number beside.
    """
    if math.isnan(value):
        return "–"
    size = abs(value if by is None else by)
    for unit, scale in UNITS[spoken_language()]:
        if size >= 9.995e3 and size >= 0.9995 * scale:
            digits = max(0, 2 - math.floor(math.log10(1.0005 * size / scale)))
            return f"{value / scale:,.{digits}f}" + (f" {unit}" if by is None else "")
    return f"{value:,.0f}" if size >= 9.95 or value == 0 else count(value)


def tick(value: float) -> str:
    """Write a number on an axis as short as it can be: `40 k`, `1.5 M`, `-40 k`."""
    number, _, unit = compact(value).partition(" ")
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return f"{number} {unit}".rstrip()


def spoken(value: float) -> str:
    """Write a large number to three digits for a sentence: `1.20 million`, `327,000`."""
    if chinese() and abs(value) >= MYRIADS:
        return compact(value)
    if abs(value) >= 999_500:
        return f"{compact(value).partition(' ')[0]} million"
    if abs(value) < 1000 or math.isnan(value):
        return compact(value)
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    return f"{round(value / step) * step:,.0f}"


def bars(results: RunResults) -> str:
    """What bars are, where there are any."""
    return say("bars") if results.context.n_replications > 1 else ""


def as_percent(value: Value) -> str:
    """Share in percent with its interval."""
    return interval(value.mean, value.low, value.high)


def as_amount(value: Value) -> str:
    """Large number with its interval in the same unit, `1.20 M (1.15–1.25)`."""
    low, high = (compact(end, by=value.mean) for end in (value.low, value.high))
    return _with_ends(value, compact(value.mean), low, high)


def amount(mean: float, low: float, high: float) -> str:
    """Words of a large number with its ends, for a column."""
    return as_amount(Value(mean, low, high))


def mean_only(mean: float, *_: float) -> str:
    """Words of a large number alone, for a column."""
    return compact(mean)


def _with_ends(value: Value, mean: str, low: str, high: str) -> str:
    if not value.bounded or value.low == value.high or low == high:
        return mean
    return say("in-brackets", words=mean, more=f"{low}–{high}")


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


def measures(results: RunResults, group: str, metrics: Sequence[str]) -> pd.DataFrame:
    """A row a level of a group, with mean, ends and band of each metric as `Column` names them."""
    parts = []
    for metric in metrics:
        names = {"mean": metric, "low": f"{metric}_low", "high": f"{metric}_high"}
        band = (f"{metric}_assumed_low", f"{metric}_assumed_high")
        names |= dict(zip(ASSUMED, band, strict=True))
        rows = results.select(metric, group).set_index("level")
        parts.append(rows[[name for name in names if name in rows]].rename(columns=names))
    frame = pd.concat(parts, axis=1).dropna(how="all").rename_axis("level").reset_index()
    frame.insert(0, "group", group)
    return frame
