"""Sentences from figures: numbers as people read them, claims only as far as intervals go."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.messages import MYRIADS, chinese, in_language, say
from sim.report.numbers import share_words

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def percent(share: float, sign: bool = True) -> str:
    """Share as percent: one decimal below 10 and from 99, none between; `<0.1` is not called 0."""
    if math.isnan(share):
        return "–"
    value = 100 * share
    end = ("%" if chinese() else " %") if sign else ""
    if 0 < value < 0.05:
        return f"<0.1{end}"
    if 99.95 <= value < 100:
        return f">99.9{end}"
    fine = 0 < value < 9.95 or 98.95 <= value < 99.95
    return f"{value:.1f}{end}" if fine else f"{value:.0f}{end}"


def count(value: float) -> str:
    """Write a count: two digits below 1, one decimal below 10, thousands separated above."""
    if math.isnan(value):
        return "–"
    if value and abs(value) < 0.995:
        return f"{value:.2g}"
    if chinese() and abs(value) >= MYRIADS:
        return f"{value / 1e4:,.1f} 万"
    return f"{value:,.0f}" if abs(value) >= 9.95 or value == 0 else f"{value:.1f}"


def interval(mean: float, low: float, high: float) -> str:
    """Share with its interval, `12 % (10–14)`; alone where there is none, or none to see."""
    if math.isnan(mean) or math.isnan(low) or math.isnan(high) or low == high:
        return percent(mean)
    if 100 * high < 0.05 or 100 * low >= 99.95:
        return percent(mean)
    return say("with-interval", mean=percent(mean), ends=interval_ends(low, high))


def interval_ends(low: float, high: float, fine: bool = False) -> str:
    """Both limits in percent, `10–14`; those next to 0 and 100 are rounded outwards.

    If `fine`, limits that round to the same number have a decimal.
    """
    low = 0.0 if 100 * low < 0.05 else min(low, 0.999) if low < 1 else low
    high = 1.0 if 100 * high >= 99.95 else max(high, 0.001) if high > 0 else high
    ends = percent(low, sign=False), percent(high, sign=False)
    if fine and ends[0] == ends[1] and low < high:
        ends = f"{100 * low:.1f}", f"{100 * high:.1f}"
    return "–".join(ends)


def short(label: str, most: int = 26) -> str:
    """Give a name for a title: of a bilingual one the Latin part, and not too wide."""
    if chinese():
        label = in_language(label, "zh")
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
    """Levels that lead, as far as the intervals tell.

    Attributes
    ----------
    levels
        The leader and all whose intervals overlap its own, best first.
    certain
        Whether there are intervals at all, and somebody is left behind.
    mean, low, high
        The leader's value, and its interval, NaN where there is none.
    """

    levels: tuple[str, ...]
    certain: bool
    mean: float
    low: float = math.nan
    high: float = math.nan

    @property
    def share(self) -> str:
        """The value in percent, with as many digits as it has in a document."""
        return share_words(self.mean, self.low, self.high)


def leaders(rows: pd.DataFrame, largest: bool = True) -> Leaders:
    """Find the extreme level and those that cannot be distinguished from it.

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
    certain = len(tied) < len(order) or len(order) == 1
    return Leaders(tied, certain, *(float(top[name]) for name in ("mean", "low", "high")))


def hours_phrase(levels: Sequence[str]) -> str:
    """Where hours of the week lie: `Sat 19:00` or `weekdays between 18:00 and 22:00`."""
    split = [level.split("-") for level in levels]
    days = sorted({DAYS.index(day) for day, _ in split})
    hours = [int(hour) for _, hour in split]
    day = say(f"day.{DAYS[days[0]]}")
    if len(levels) == 1:
        return say("hours.one", day=day, hour=hours[0])
    when = "day" if len(days) == 1 else "weekdays" if days[-1] < 5 else "weekends"
    if len(days) > 1 and days[0] < 5 <= days[-1]:
        when = "week"
    return say(f"hours.{when}", day=day, first=min(hours), last=max(hours) + 1)


def hours_box(levels: Sequence[str]) -> tuple[str, ...]:
    """Every hour of the week that `hours_phrase` speaks of."""
    if len(levels) == 1:
        return tuple(levels)
    split = [level.split("-") for level in levels]
    found = sorted({DAYS.index(day) for day, _ in split})
    hours = [int(hour) for _, hour in split]
    days: Sequence[int] = range(7)
    if len(found) == 1:
        days = found
    elif found[-1] < 5:
        days = range(5)
    elif found[0] > 4:
        days = range(5, 7)
    return tuple(f"{DAYS[d]}-{h:02d}" for d in days for h in range(min(hours), max(hours) + 1))


def stretch(lead: Leaders, known: Collection[str]) -> tuple[str, ...]:
    """Hours of the week that stand out from those known, or none.

    A claim is made where the leaders fill at least half of what their phrase would say, and
    that is no more than a quarter of all hours.
    """
    if not lead.levels or not lead.certain:
        return ()
    known = set(known)
    box = tuple(level for level in hours_box(lead.levels) if level in known)
    if 2 * len(lead.levels) < len(box) or 4 * len(box) > max(len(known), 4):
        return ()
    return box


def scope_words(n_replications: int) -> str:
    """Scope of a statement: all replications, or the only one."""
    return say("scope.one" if n_replications == 1 else "scope.all")


def once(n_replications: int) -> str:
    """What is added to a statement that holds of one replication only."""
    return say("once") if n_replications == 1 else ""


LONGEST = 50  # characters of three bytes, of the 255 that a file name may have


def slug(name: str) -> str:
    """Part of a file name that every system takes; letters of any script stay."""
    return re.sub(r"[^\w]+", "-", name, flags=re.UNICODE).strip("-").lower() or "none"


def file_names(names: Iterable[str]) -> dict[str, str]:
    """Part of a file name for each name, no two the same; clashes are numbered in order."""
    out: dict[str, str] = {}
    used: set[str] = set()
    for name in dict.fromkeys(names):
        part = slug(name)[:LONGEST]
        free, n = part, 1
        while free in used:
            n += 1
            free = f"{part}-{n}"
        used.add(free)
        out[name] = free
    return out
