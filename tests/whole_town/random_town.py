"""Random small scenarios in which activities, drop-in, points and zones occur together."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from builders import FIRST, Parts
from model.random_world import random_world

__all__ = ["random_town"]

ALL_DAY = {"weekday": {"0-24": 1}, "weekend": {"0-24": 1}}
EVENING = {"weekday": {"9-12": 1, "18-22": 3}, "weekend": {"9-21": 1}, "weekend_day": 2}
SUITS = {"talk": ["room"], "dance": ["court", "room"]}


def random_town(seed: int) -> Parts:
    """The random world of a seed with all else that a neighbourhood has."""
    parts, r = random_world(seed), Random(f"town of {seed}")
    for kind in parts.scenario["kinds"].values():
        kind.pop("rooms_at_once", None)  # the log of these towns has one room a booking
    grid = parts.scenario["grid_minutes"]
    for zone in parts.scenario["zones"].values():
        zone["programme_weight"] = r.choice([0.5, 1, 3])
        zone["programme"] = {"dance": r.choice([0, 1, 4])}
    parts.set(activities=_activities(r, parts, grid))
    _places(r, parts)
    parts.set(
        points={
            "per_participation": r.choice([0, 10]),
            "per_use": r.choice([0, 3]),
            "per_volunteering": r.choice([0, 20]),
            "volunteering_per_1000": {"elder": 100},
            "volunteers": 0.1,
            "members": r.choice([0.5, 1]),
            "merchants": 3,
            "goods": 8,
            "price": {"rule": "uniform", "low": 3, "high": 40},
            "trips_per_year": 300,
        },
        people={"one_place_at_a_time": r.random() < 0.6},
    )
    if r.random() < 0.5:
        parts.set(points__expire_after_days=r.choice([1, 3]))
    return _village(parts) if r.random() < 0.4 else parts


def _village(parts: Parts) -> Parts:
    """A few dozen people who do as much as thousands: they would often be in two places at once."""
    for row in parts.tables["people"]:
        row["people"] = min(row["people"], 40)
    for kind in parts.scenario["activities"]["kinds"].values():
        kind["appeal"] = {segment: 15 * n for segment, n in kind["appeal"].items()}
    for kind in parts.scenario["dropin"]["kinds"].values():
        rates = kind["visits_per_1000"]
        kind["visits_per_1000"] = {segment: 40 * n for segment, n in rates.items()}
    for wishes in parts.scenario["demand"]["wishes_per_1000"].values():
        wishes.update({kind: 20 * n for kind, n in wishes.items()})
    parts.set(people={"one_place_at_a_time": True}, activities__participants=0.2)
    for segment in parts.scenario["segments"].values():
        segment["adopters"] = 0.1
    return parts


def _choice(*values: float) -> dict[str, Any]:
    return {"rule": "choice", "values": list(values), "weights": [1] * len(values)}


def _activities(r: Random, parts: Parts, grid: int) -> dict[str, Any]:
    rooms: dict[str, Any] = {"rule": "elsewhere", "days_ahead": r.choice([0, 3])}
    if r.random() < 0.8:
        rooms = {
            "rule": "published",
            "days_ahead": r.choice([0, 0.5, 2, 6]),
            "shift_minutes": r.choice([0, 120]),
        }
    kinds = {
        name: {
            "venue_kinds": suits,
            "capacity": _choice(3, 6, 15),
            "duration_minutes": _choice(*{grid, 60, 120}),
            "starts": r.choice([ALL_DAY, EVENING]),
            "appeal": {"person": r.choice([10, 40]), "elder": 60},
            "company": _choice(0, 1, 3),
        }
        for name, suits in SUITS.items()
    }
    return {
        "sessions": r.choice([8, 20, 40]),
        "multiplier": r.choice([1, 1, 1.7]),
        "level": r.choice([0.3, 2]),
        "rooms": rooms,
        "term_weeks": 1,
        "participants": r.choice([0.01, 0.1]),
        "per_minute": -0.05,
        "sign_up": {
            "lead_days": {"rule": "uniform", "low": 0, "high": r.choice([3, 8])},
            "no_show": 0.2,
            "at_least": r.choice([0, 0, 2, 5]),
            "decided_hours_ahead": r.choice([0, 5, 24]),
        },
        "kinds": kinds,
        "series": _series(r, parts),
    }


def _series(r: Random, parts: Parts) -> dict[str, Any]:
    """Two series, each in some room that there is."""
    found = {}
    for name in ("choir", "class"):
        room = r.choice(parts.tables["venues"])
        found[name] = {
            "kind": "talk" if room["kind"] == "room" else "dance",
            "centre": room["centre"],
            "weekday": r.choice(["Mon", "Tue", "Wed", "Thu"]),
            "start": r.choice(["10:00", "19:00", "23:00"]),
            "capacity": 4,
        }
    return found


def _places(r: Random, parts: Parts) -> None:
    """Drop-in places, and venues that are used so while nobody holds them."""
    schedules = ["always", "split", "night", "day"]
    for p in range(r.randint(1, 3)):
        where = {"lon": 120 + r.uniform(-0.01, 0.01), "lat": 30 + r.uniform(-0.01, 0.01)}
        parts.place(
            f"place {p}",
            r.choice([1, 3, 10]),
            r.choice(["canteen", "gym"]),
            community=r.choice("CD"),
            access=r.choice(["public", "community"]),
            hours=r.choice(schedules),
            **where,
        )
    for row in parts.tables["venues"]:
        row["drop_in"] = r.choice(["yes", "no"])
    canteen: dict[str, Any] = {
        "visits_per_1000": {"person": 150, "elder": 300},
        "curve": {"weekday": {"7-9": 1, "11-13": 4, "17-24": 1}, "weekend": {"10-14": 1}},
        "stay_minutes": {"rule": "exponential", "mean": 25},
        "patience_minutes": {"rule": "exponential", "mean": 10},
    }
    if r.random() < 0.5:
        canteen["turns"] = {"minutes": 30, "hours": "11-13"}
    gym: dict[str, Any] = {
        "visits_per_1000": {"person": 200},
        "curve": EVENING,
        "stay_minutes": {"rule": "gamma", "mean": 50, "cv": 0.5},
    }
    if r.random() < 0.5:
        gym["queue_places"] = r.choice([0, 2])
    parts.set(dropin__kinds={"canteen": canteen, "gym": gym})
    parts.set(dropin__venues={"room": "gym", "court": "canteen"}, dropin__outside=-3)
    closed = FIRST + dt.timedelta(days=r.randint(0, 1))
    closure = {"from": closed, "until": closed, "kinds": ["canteen", "court"]}
    parts.scenario["calendar"]["closures"].append({**closure, "hours": "12:00-19:00"})
