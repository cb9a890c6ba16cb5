"""Sentences from figures: numbers as people read them, claims only as far as intervals go."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = ["Leaders", "count", "hours_phrase", "interval", "joined", "leaders", "percent", "short"]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def percent(share: float, sign: bool = True) -> str:
    """Share as percent: one decimal below 10, none above; `<0.1` is not called 0."""
    if math.isnan(share):
        return "–"
    value = 100 * share
    end = " %" if sign else ""
    if 0 < value < 0.05:
        return f"<0.1{end}"
    if value < 9.95:
        text = f"{value:.1f}" if value else "0"
    else:
        text = f"{value:.0f}"
        if text == "100" and value < 100:
            text = ">99"
    return f"{text}{end}"


def count(value: float) -> str:
    """Write a count: two digits below 1, one decimal below 10, thousands separated above."""
    if math.isnan(value):
        return "–"
    if value and abs(value) < 0.995:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= 9.95 or value == 0 else f"{value:.1f}"


def interval(mean: float, low: float, high: float) -> str:
    """Share with its interval, `12 % (10–14)`; the share alone where there is none."""
    if math.isnan(mean) or math.isnan(low) or math.isnan(high):
        return percent(mean)
    if low == high:
        return percent(mean)
    if low == 0 and percent(high).startswith("<"):
        return f"{percent(mean)} ({percent(high, sign=False)})"
    return f"{percent(mean)} ({percent(low, sign=False)}–{percent(high, sign=False)})"


def joined(names: Sequence[str]) -> str:
    """Join names: `a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def short(label: str, most: int = 26) -> str:
    """Give a name for a title: of a bilingual one the Latin part, and not too wide."""
    latin = re.sub(r"\s*[(（]?[\u2e80-\uffef]+[)）]?", "", label).strip()
    name = latin if re.search(r"[A-Za-z]{3}", latin) else label
    widths = [2 if character >= "\u2e80" else 1 for character in name]
    if sum(widths) <= most:
        return name
    tail = 4
    room = most - 2 - sum(widths[-tail:])
    head = next(i for i in range(len(name)) if sum(widths[: i + 1]) > room)
    return f"{name[:head].rstrip()}...{name[-tail:]}"


@dataclass(frozen=True)
class Leaders:
    """Who leads, as far as the intervals tell.

    Attributes
    ----------
    levels
        The leader and all whose intervals overlap its own, best first.
    certain
        Whether there are intervals at all, and somebody is left behind.
    mean
        The leader's value.
    """

    levels: tuple[str, ...]
    certain: bool
    mean: float


def leaders(rows: pd.DataFrame, largest: bool = True) -> Leaders:
    """Find the extreme level and those that cannot be told from it.

    Separate intervals are a stricter test than the paired difference: a claim is never easier.
    """
    known = rows[rows["mean"].notna()]
    if known.empty:
        return Leaders((), False, math.nan)
    order = known.sort_values(["mean", "level"], ascending=[not largest, True])
    top = order.iloc[0]
    if order[["low", "high"]].isna().any(axis=None):
        return Leaders((str(top["level"]),), len(order) == 1, float(top["mean"]))
    near = order["high"] >= top["low"] if largest else order["low"] <= top["high"]
    tied = tuple(order.loc[near, "level"].astype(str))
    return Leaders(tied, len(tied) < len(order) or len(order) == 1, float(top["mean"]))


def hours_phrase(levels: Sequence[str]) -> str:
    """Where hours of the week lie: `Sat 19:00` or `weekdays between 18:00 and 22:00`."""
    split = [level.split("-") for level in levels]
    days = sorted({DAYS.index(day) for day, _ in split})
    hours = [int(hour) for _, hour in split]
    if len(levels) == 1:
        return f"on {DAYS[days[0]]} at {hours[0]:02d}:00"
    if len(days) == 1:
        when = f"on {DAYS[days[0]]}"
    elif days[-1] < 5:
        when = "on weekdays"
    elif days[0] > 4:
        when = "at weekends"
    else:
        when = ""
    return f"{when} between {min(hours):02d}:00 and {max(hours) + 1:02d}:00".strip()
