"""Headroom in tables and words: what breaks first, claimed only as far as intervals go."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.report.tables import write_csv
from sim.report.words import percent, short
from sim.words import capital, counted, small

if TYPE_CHECKING:  # the same asked again needs no model
    from sim.studies.headroom import Headroom

BREAKING = ("tier", "zone", "kind")
"""Groups of which one breaks first; all and the peak are sums of them."""
NAMED = 2
"""Groups named in one sentence, at most."""
Label = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class GroupFall:
    """Where one group falls below the target; NaN as in `headroom.csv`."""

    group: str
    level: str
    multiplier: float
    low: float
    high: float

    @property
    def never(self) -> bool:
        """Whether a group never falls below at any multiplier tried."""
        return math.isnan(self.multiplier) and math.isnan(self.high)

    @property
    def below(self) -> bool:
        """Whether the group is below at the smallest multiplier tried already."""
        return math.isnan(self.multiplier) and not self.never

    @property
    def today(self) -> bool:
        """Whether it is below today; where there is an interval, all of it."""
        alone = math.isnan(self.low) and math.isnan(self.high)
        return self.high <= 1 or (alone and self.at <= 1)

    @property
    def at(self) -> float:
        """The multiplier, infinite where there is none, for sorting."""
        return -math.inf if self.below else math.inf if self.never else self.multiplier

    @property
    def words(self) -> str:
        """`6.2 (5.8–6.7)`."""
        if self.never:
            return f"more than {times(self.low)}"
        if self.below:
            return f"less than {times(self.high)}"
        if math.isnan(self.low) and math.isnan(self.high):
            return times(self.multiplier)
        if math.isnan(self.low):
            return f"{times(self.multiplier)} (up to {times(self.high)})"
        if math.isnan(self.high):
            return f"{times(self.multiplier)} ({times(self.low)} or more)"
        return f"{times(self.multiplier)} ({times(self.low)}–{times(self.high)})"


def times(multiplier: float) -> str:
    """Write a multiplier: two digits below 1, one decimal below 30, none above."""
    if multiplier < 0.995:
        return f"{multiplier:.2g}"
    return f"{multiplier:.1f}" if multiplier < 29.95 else f"{multiplier:.0f}"


def fallen(table: pd.DataFrame, target: float) -> list[GroupFall]:
    """Rows of `headroom.csv` for one target, in their order."""
    rows = table[table["target"] == target]
    ends = rows[["multiplier", "ci_low", "ci_high"]].astype(float).to_numpy()
    names = zip(rows["group"].astype(str), rows["level"].astype(str), strict=True)
    return [
        GroupFall(g, v, float(m), float(a), float(b))
        for (g, v), (m, a, b) in zip(names, ends, strict=True)
    ]


def breaking(rows: list[GroupFall]) -> list[GroupFall]:
    """Tiers, zones and kinds, first to fall first; those that never fall last."""
    mine = [r for r in rows if r.group in BREAKING]
    return sorted(mine, key=lambda r: (r.at, r.low if r.never else r.high, r.group, r.level))


def first_words(rows: list[GroupFall], target: float, label: Label) -> str:
    """Say which group is below the target today, and which falls next."""
    order = breaking(rows)
    line = percent(target)
    today = [r for r in order if r.today]
    coming = [r for r in order if not r.today and not r.never]
    parts = []
    if today:
        miss = "misses" if len(today) == 1 else "miss"
        parts.append(f"{_named(today, label)} already {miss} {line} today")
    if coming:
        parts.append(_next(coming, line, label, "next" if today else "first"))
    elif order and not today:
        parts.append(f"No tier, zone or kind falls below {line} served {_up_to(order)}")
    elif len(today) < len(order):
        parts.append(f"nothing else falls {_up_to(order)}")
    return "; ".join(parts) if parts else f"Nothing was asked for, so nothing falls below {line}"


def _next(coming: list[GroupFall], line: str, label: Label, word: str) -> str:
    """The first to fall, with those that intervals cannot distinguish from it."""
    first = coming[0]
    tied = [first] if math.isnan(first.high) else [r for r in coming if not r.low > first.high]
    below = f" below {line}" if word == "first" else ""
    verb = "falls" if len(tied) <= NAMED else "fall"
    return (
        f"{_named(tied, label, 'or')} {verb}{below} {word}, at {first.words} times today's demand"
    )


def _up_to(order: list[GroupFall]) -> str:
    least = min(r.low for r in order if r.never)
    return f"up to {times(least)} times today's demand"


def _named(rows: list[GroupFall], label: Label, word: str = "and") -> str:
    names = [_name(r, label) for r in rows]
    if len(names) > NAMED:
        names = [names[0], f"{len(names) - 1} other groups"]
    return f" {word} ".join(names)


def _name(row: GroupFall, label: Label) -> str:
    name = short(label(row.group, row.level), 20)
    if row.group == "kind":  # a label begins with a capital, not so within a sentence
        return small(name)
    return f"{name} centres" if row.group == "tier" else f"zone {name}"


def headroom_label(found: Headroom) -> Label:
    """(group, level) -> name to show."""
    from sim.report.context import chart_context

    return chart_context(found.inputs, found.n).label


def write_headroom(folder: Path, found: Headroom) -> None:
    """Write headroom.csv and curves.csv."""
    write_csv(folder / "headroom.csv", found.table())
    write_csv(folder / "curves.csv", found.curve_table())


TOTALS = {"all": "all requests", "peak": "peak hours", "off-peak": "other hours"}


def headroom_lines(summary: Mapping[str, Any]) -> list[str]:
    """Lines for people, from the summary that the manifest keeps."""
    n, (low, high) = summary["replications"], summary["tried"]
    lines = [
        f"{summary['name']}: multiples of today's demand, {low:g} to {high:g} tried, "
        f"n = {counted(n, 'replication')} each"
    ]
    for target in summary["targets"]:
        lines += ["", f"Fewer than {percent(target)} of requests get a slot from"]
        lines += [f"  {_line_name(r):<34} {r.words}" for r in _rows(summary["headroom"], target)]
        lines.append(f"{capital(summary['first'][str(target)])}.")
    for name, one in summary["policies"].items():
        lines += ["", f"{name}:"]
        lines += [f"  {capital(words)}." for words in one["first"].values()]
        for target in summary["targets"]:
            rows = _rows(one["headroom"], target)
            lines += [
                f"  below {percent(target)}: {_line_name(r):<20} {r.words}"
                for r in rows
                if r.group in ("all", "peak")
            ]
    lines.append("")
    if n > 1:
        sure = f"{summary['confidence']:.0%}"
        lines.append(
            f"Ranges ({sure}, each by itself) show chance only, not doubt about assumptions."
        )
    share = percent(summary["off_platform_share"])
    lines.append(
        f"Off-platform use of {share} of open hours is assumed, and very different assumptions "
        "fit the same totals: try other shares."
    )
    return lines


def _rows(records: list[dict[str, Any]], target: float) -> list[GroupFall]:
    """All and the peak, then tiers, zones and kinds, first to fall first."""
    rows = [
        GroupFall(
            r["group"], r["level"], *(_number(r[k]) for k in ("multiplier", "ci_low", "ci_high"))
        )
        for r in records
        if r["target"] == target
    ]
    return [r for r in rows if r.group in ("all", "peak")] + breaking(rows)


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _line_name(row: GroupFall) -> str:
    if row.group in ("all", "peak"):
        return TOTALS[row.level]
    return f"{row.group} {row.level}"
