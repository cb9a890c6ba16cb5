"""Rows of a scenario read by hand: rules of distributions, clocks, opening hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import Parts

__all__ = ["Row", "open_slots", "quantile", "window_of", "zone_of"]

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


def zone_of(parts: Parts, community: str) -> Row:
    """The zone of a community, as the scenario has it."""
    name = next(r["zone"] for r in parts.tables["communities"] if r["community"] == community)
    return parts.scenario["zones"][name]


def window_of(parts: Parts, centre: str) -> tuple[float, float]:
    """Most and least minutes ahead at which rooms of a centre may be asked for."""
    row = next(r for r in parts.tables["centres"] if r["centre"] == centre)
    policy = parts.scenario["policy"]["window"]
    window = zone_of(parts, row["community"]).get("window", policy)
    return window["opens_days_ahead"] * 1440, window.get("closes_minutes_ahead", 0)


def open_slots(parts: Parts, venue: Row, first: dt.date, n_days: int) -> bytearray:
    """1 where a venue or place is open, slot by slot over the horizon (no public holidays)."""
    grid = parts.scenario["grid_minutes"]
    is_open = bytearray(n_days * 1440 // grid)
    for day in range(-1, n_days):
        date = first + dt.timedelta(days=day)
        for minute in _own_hours(parts, venue, _minutes_of_day(parts, venue["hours"], date)):
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


def _minutes_of_day(parts: Parts, hours: str, date: dt.date) -> set[int]:
    """Minutes at which slots of a date begin that its opening hours name, past midnight too."""
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "holiday"]
    found: set[int] = set()
    for row in parts.tables["hours"]:
        days: set[int] = set()
        for word in row["days"].split():
            low, _, high = word.partition("-")
            days |= set(range(names.index(low), names.index(high or low) + 1))
        if row["hours"] == hours and date.weekday() in days:
            grid = parts.scenario["grid_minutes"]
            found |= set(range(clock(row["open"]), clock(row["close"]), grid))
    return found


def _own_hours(parts: Parts, venue: Row, minutes: set[int]) -> set[int]:
    """A day's hours with its first opening and last closing moved to the zone's, if it has any."""
    if not minutes or "place" in venue:  # places keep their hours
        return minutes
    centre = next(r for r in parts.tables["centres"] if r["centre"] == venue["centre"])
    own = zone_of(parts, centre["community"]).get("opening", {})
    if own.get("tiers") and centre["tier"] not in own["tiers"]:
        return minutes
    grid = parts.scenario["grid_minutes"]
    first, last = min(minutes), max(minutes) + grid
    opens = clock(own["open"]) if own.get("open") else first
    closes = clock(own["close"]) if own.get("close") else last
    more = set(range(-(-opens // grid) * grid, first, grid))
    more |= set(range(last, closes, grid))
    return {m for m in minutes | more if m >= opens and m + grid <= closes}
