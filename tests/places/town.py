"""A town where everything that moves drop-in rates occurs, and its rates by slow plain Python."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

import numpy as np
from builders import FIRST, POINT, Parts, plain

__all__ = ["CANTEEN", "GYM", "expected_callers", "town"]

METRE = 1 / 111_195
"""Degrees of latitude."""
CANTEEN = {
    "visits_per_1000": {"person": 3000, "elder": 9000},
    "curve": {
        "weekday": {"7-9": 1, "11-13": 3, "17-19": 2},
        "weekend": {"10-14": 1, "17-20": 1},
        "weekend_day": 0.6,
    },
    "stay_minutes": {"rule": "exponential", "mean": 30},
    "log_seats": 0.7,
}
GYM = {
    "visits_per_1000": {"person": 1500},
    "curve": {"weekday": {"18-22": 1}, "weekend": {"8-22": 1}, "weekend_day": 2},
    "season": {1: 1.5, 2: 0.4},
    "outdoor": True,
}
OFFICE = {"weekday": {"9-18": 0.9, "18-20": 0.2}, "weekend": {"10-16": 0.1}}


def town(days: int) -> Parts:
    """Two communities in a row from south to north; school holidays from the eighth day on."""
    parts = plain(days, warm_up=1)
    parts.set(
        segments={
            "person": {"curve": "flat", "bicycle_share": 0.4, "school_holiday": 0.5},
            "elder": {"curve": "flat", "bicycle_share": 0, "metres_per_second": 0.8},
        },
        calendar={
            "country": "none",
            "school_holidays": [
                {"from": FIRST + dt.timedelta(days=7), "until": FIRST + dt.timedelta(days=60)}
            ],
        },
        travel={"max_minutes": 20},
        choice={"per_minute": -0.1},
        demand__presence={"office": OFFICE},
        demand__wishes_per_1000={},
        dropin={"outside": -1.5, "multiplier": 1.3, "day_cv": 0, "venues": {"room": "gym"}},
    )
    parts.set(dropin__kinds={"canteen": CANTEEN, "gym": GYM})
    parts.tables["communities"].append({"community": "N", "zone": "Z"})
    parts.origin("home", {"person": 2000, "elder": 400}, **at(0))
    parts.origin("work", {"person": 1500}, presence="office", **at(500))
    parts.origin("far", {"person": 800, "elder": 900}, community="N", **at(1500))
    parts.place("small", 30, "canteen", hours="always", **at(100))
    parts.place("large", 90, "canteen", **at(900))
    parts.place("own", 50, "canteen", access="community", **at(1400))
    parts.centre("hall", "compound", compound="home", **at(50)).rooms(
        "hall", 1, drop_in="yes", capacity=20
    )
    parts.rooms("hall", 1, prefix="club", drop_in="yes", access="compound", capacity=8)
    return parts


def at(metres: float) -> dict[str, float]:
    return {"lon": POINT["lon"], "lat": POINT["lat"] + metres * METRE}


def _places(parts: Parts) -> Iterator[tuple[str, str, int, str, str, str, float]]:
    """(name, kind, seats, access, community, compound, latitude)."""
    for row in parts.tables["places"]:
        yield (
            row["place"], row["kind"], row["seats"], row["access"], row["community"], "",
            row["lat"],
        )  # fmt: skip
    hall = parts.tables["centres"][0]
    for row in parts.tables["venues"]:
        yield (
            row["venue"], "gym", row["capacity"], row["access"], "C", hall["compound"],
            hall["lat"],
        )  # fmt: skip


def _minutes(row: dict, lat: float, segment: str) -> tuple[float, float]:
    """On foot; by the faster of foot and bicycle."""
    metres = abs(row["lat"] - lat) / METRE * 1.35
    walk = metres / {"person": 1.25, "elder": 0.8}[segment] / 60
    return walk, min(walk, metres / 3.3 / 60 + 2)


def _share(parts: Parts, row: dict, segment: str, name: str, kind: str, ride: bool) -> float:
    weights = {}
    for place, of, seats, access, community, compound, lat in _places(parts):
        if of != kind or (access == "community" and community != row["community"]):
            continue
        if access == "compound" and compound != row["origin"]:
            continue
        minutes = _minutes(row, lat, segment)[ride]
        if minutes <= 20:
            log_seats = 0.7 if kind == "canteen" else 0.5
            weights[place] = math.exp(-0.1 * minutes + log_seats * math.log(seats))
    return weights.get(name, 0.0) / (math.exp(-1.5) + sum(weights.values()))


def _hour(bands: dict[str, float], hour: int, each: bool) -> float:
    """Weight of an hour: each stretch's own, or shared out over it."""
    for band, weight in bands.items():
        first, end = map(int, band.split("-"))
        if first <= hour < end:
            return weight if each else weight / (end - first)
    return 0.0


def _curve(curve: dict, weekend: bool, hour: int) -> float:
    """Share of a week's visits in an hour."""
    day = curve["weekend" if weekend else "weekday"]
    size = curve["weekend_day"] if weekend and "weekend_day" in curve else 1
    week = 5 + 2 * curve.get("weekend_day", 1)
    return _hour(day, hour, False) / sum(day.values()) * size / week


def expected_callers(parts: Parts, days: int) -> dict[tuple[str, str, str], np.ndarray]:
    """(place, origin, segment): (days, 24) expected callers from `FIRST` on."""
    rows = {row["origin"]: row for row in parts.tables["origins"]}
    bicycles = {"person": 0.4, "elder": 0.0}
    result = {}
    for name, kind, *_ in _places(parts):
        spec = CANTEEN if kind == "canteen" else GYM
        for people in parts.tables["people"]:
            segment, row = people["segment"], rows[people["origin"]]
            share = sum(
                weight * _share(parts, row, segment, name, kind, ride)
                for ride, weight in ((False, 1 - bicycles[segment]), (True, bicycles[segment]))
            )
            rate = spec["visits_per_1000"].get(segment, 0) / 1000 * people["people"] * 1.3 * share
            table = np.zeros((days, 24))
            for d in range(days):
                date = FIRST + dt.timedelta(days=d)
                weekend = date.weekday() >= 5
                factor = spec.get("season", {}).get(date.month, 1)
                factor *= 0.5 if segment == "person" and d >= 7 else 1
                for h in range(24):
                    here = 1.0
                    if row["presence"] == "office":
                        here = _hour(OFFICE["weekend" if weekend else "weekday"], h, True)
                    table[d, h] = rate * factor * here * _curve(spec["curve"], weekend, h)
            result[name, row["origin"], segment] = table
    return result
