"""Headroom in tables and words: what breaks first, claimed only as far as intervals go."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.messages import clauses, say
from sim.report.tables import write_csv
from sim.report.words import percent, short
from sim.words import capital, padded, small

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
            return say("times.over", n=times(self.low))
        if self.below:
            return say("times.under", n=times(self.high))
        mean = times(self.multiplier)
        if math.isnan(self.low) and math.isnan(self.high):
            return mean
        if math.isnan(self.low):
            ends = say("times.to", n=times(self.high))
        elif math.isnan(self.high):
            ends = say("times.from", n=times(self.low))
        else:
            ends = f"{times(self.low)}–{times(self.high)}"
        return say("with-interval", mean=mean, ends=ends)


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
        many = len(today) > NAMED
        words = say("breaks.groups", n=len(today)) if many else _named(today, label, "and")
        parts.append(say("breaks.today", names=words, n=len(today), share=line))
    if coming:
        parts.append(_next(coming, line, label, "next" if today else "first"))
    elif order and not today:
        parts.append(say("breaks.none", share=line, times=_up_to(order)))
    elif len(today) < len(order):
        parts.append(say("breaks.nothing", times=_up_to(order)))
    return clauses(*parts) or say("breaks.idle", share=line)


def _next(coming: list[GroupFall], line: str, label: Label, word: str) -> str:
    """The first to fall, with those that intervals cannot distinguish from it."""
    first = coming[0]
    tied = [first] if math.isnan(first.high) else [r for r in coming if not r.low > first.high]
    if word == "next" and len(tied) > NAMED:
        return say("breaks.close", n=len(tied), times=first.words)
    names, number = _named(tied, label, "or"), 1 if len(tied) <= NAMED else len(tied)
    return say(f"breaks.{word}", names=names, n=number, share=line, times=first.words)


def _up_to(order: list[GroupFall]) -> str:
    return times(min(r.low for r in order if r.never))


def _named(rows: list[GroupFall], label: Label, word: str) -> str:
    names = [_name(r, label) for r in rows]
    if len(names) == 1:
        return names[0]
    other = names[1] if len(names) == NAMED else say("breaks.others", n=len(names) - 1)
    return say(f"breaks.{word}", one=names[0], other=other)


def _name(row: GroupFall, label: Label) -> str:
    name = short(label(row.group, row.level), 20)
    if row.group == "kind":  # a label begins with a capital, not so within a sentence
        return small(name)
    return say(f"breaks.{row.group}", name=name)


def headroom_label(found: Headroom) -> Label:
    """(group, level) -> name to show."""
    from sim.report.context import chart_context

    return chart_context(found.inputs, found.n).label


def write_headroom(folder: Path, found: Headroom) -> None:
    """Write headroom.csv and curves.csv."""
    write_csv(folder / "headroom.csv", found.table())
    write_csv(folder / "curves.csv", found.curve_table())


def headroom_lines(summary: Mapping[str, Any]) -> list[str]:
    """Lines for people, from the summary that the manifest keeps."""
    n, (low, high), called = summary["replications"], summary["tried"], summary["called"]
    lines = [say("headroom.head", name=called[summary["name"]], low=low, high=high, n=n)]
    for target in summary["targets"]:
        lines += ["", say("headroom.from", share=percent(target))]
        rows = _rows(summary["headroom"], target)
        lines += [f"  {padded(_line_name(r, summary['labels']), 34)} {r.words}" for r in rows]
        lines.append(say("sentence", words=capital(summary["first"][str(target)])))
    for name, one in summary["policies"].items():
        lines += ["", f"{called[name]}:"]
        lines += [f"  {say('sentence', words=capital(words))}" for words in one["first"].values()]
        for target in summary["targets"]:
            for row in _rows(one["headroom"], target):
                if row.group in ("all", "peak"):
                    words = f"{padded(_line_name(row, {}), 20)} {row.words}"
                    lines.append(f"  {say('headroom.below', share=percent(target), words=words)}")
    lines.append("")
    if n > 1:
        lines.append(say("headroom.ranges", share=f"{summary['confidence']:.0%}"))
    return [*lines, say("headroom.assumed", share=percent(summary["off_platform_share"]))]


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


def _line_name(row: GroupFall, labels: Mapping[str, str]) -> str:
    if row.group in ("all", "peak"):
        return say(f"total.{row.level}")
    name = labels.get(f"{row.group} {row.level}", row.level)
    return say("headroom.line", group=say(f"dimension.{row.group}"), name=name)
