"""Rows of a scenario read by hand: rules of distributions, clocks, opening hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import Parts

__all__ = ["Row", "open_slots", "quantile"]

Row = dict[str, Any]


def quantile(rule: Row, u: float) -> float:
    """Values of the rules that random worlds use."""
    if rule["rule"] == "constant":
        return float(rule["value"])
    assert rule["rule"] == "choice"
    total, seen = sum(rule["weights"]), 0.0
    for value, weight in sorted(zip(rule["values"], rule["weights"], strict=True)):
        seen += weight / total
        if u < seen:
            return float(value)
    return float(max(rule["values"]))


def clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def open_slots(parts: Parts, venue: Row, first: dt.date, n_days: int) -> bytearray:
    """1 where a venue is open, slot by slot over the horizon (no public holidays)."""
    grid = parts.scenario["grid_minutes"]
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "holiday"]
    is_open = bytearray(n_days * 1440 // grid)
    for day in range(-1, n_days):
        date = first + dt.timedelta(days=day)
        for row in parts.tables["hours"]:
            days: set[int] = set()
            for word in row["days"].split():
                low, _, high = word.partition("-")
                days |= set(range(names.index(low), names.index(high or low) + 1))
            if row["hours"] == venue["hours"] and date.weekday() in days:
                for minute in range(clock(row["open"]), clock(row["close"]), grid):
                    slot = (day * 1440 + minute) // grid
                    if 0 <= slot < len(is_open):
                        is_open[slot] = 1
    for closure in parts.scenario["calendar"].get("closures", []):
        if venue["kind"] in closure["kinds"]:
            low, high = closure.get("hours", "0:00-24:00").split("-")
            day = (closure["from"] - first).days
            for minute in range(clock(low), clock(high)):
                slot = (day * 1440 + minute) // grid
                if 0 <= slot < len(is_open):
                    is_open[slot] = 0
    return is_open
