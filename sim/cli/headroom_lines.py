"""What `linli headroom` says in a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.report.headroom_words import Fallen, breaking
from sim.report.words import percent

__all__ = ["lines_of"]

TOTALS = {"all": "all requests", "peak": "peak hours", "off-peak": "other hours"}


def lines_of(told: Mapping[str, Any]) -> list[str]:
    """Lines for people, from what the manifest keeps as told."""
    n, (low, high) = told["replications"], told["tried"]
    lines = [
        f"{told['name']}: multiples of today's demand, {low:g} to {high:g} tried, "
        f"n = {n} replication{'s' if n != 1 else ''} each"
    ]
    for target in told["targets"]:
        lines += ["", f"Fewer than {percent(target)} of requests get a slot from"]
        lines += [f"  {_name(r):<34} {r.words}" for r in _rows(told["headroom"], target)]
        lines.append(f"{_capital(told['first'][str(target)])}.")
    for name, one in told["policies"].items():
        lines += ["", f"{name}:"]
        lines += [f"  {_capital(words)}." for words in one["first"].values()]
        for target in told["targets"]:
            rows = _rows(one["headroom"], target)
            lines += [
                f"  below {percent(target)}: {_name(r):<20} {r.words}"
                for r in rows
                if r.group in ("all", "peak")
            ]
    lines.append("")
    if n > 1:
        sure = f"{told['confidence']:.0%}"
        lines.append(f"Intervals ({sure}, each by itself) are of simulation only.")
    share = percent(told["off_platform_share"])
    lines.append(
        f"Off-platform use of {share} of open hours is assumed, and one total cannot identify a "
        "world: try other shares."
    )
    return lines


def _rows(records: list[dict[str, Any]], target: float) -> list[Fallen]:
    """All and the peak, then tiers, zones and kinds, first to fall first."""
    rows = [
        Fallen(
            r["group"], r["level"], *(_number(r[k]) for k in ("multiplier", "ci_low", "ci_high"))
        )
        for r in records
        if r["target"] == target
    ]
    return [r for r in rows if r.group in ("all", "peak")] + breaking(rows)


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _name(row: Fallen) -> str:
    if row.group in ("all", "peak"):
        return TOTALS[row.level]
    return f"{row.group} {row.level}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
