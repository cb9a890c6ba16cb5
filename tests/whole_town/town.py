"""A town of two zones in which every part of the model has something to do."""

from __future__ import annotations

from typing import Any

from builders import Parts, plain

__all__ = ["town"]

EVENING = {"weekday": {"9-12": 1, "18-22": 3}, "weekend": {"9-21": 1}, "weekend_day": 1.5}
NIGHT = {"weekday": {"22-24": 1}, "weekend": {"22-24": 1}}


def _choice(*values: float) -> dict[str, Any]:
    return {"rule": "choice", "values": list(values), "weights": [1] * len(values)}


def town(days: int = 12, **values: Any) -> Parts:
    """Zones Z and Y (window of its own), two centres, two places, two kinds of activity."""
    parts = plain(days, grid=30, warm_up=5, opens=5)
    parts.set(zones={"Z": {"operator": "O"}, "Y": {"operator": "P"}})
    parts.scenario["zones"]["Y"]["window"] = {"opens_days_ahead": 3}
    parts.tables["communities"].append({"community": "D", "zone": "Y"})
    east = {"community": "D", "lon": 120.006}
    parts.origin("home", {"person": 2500, "elder": 600}).origin("work", {"person": 1500}, **east)
    for name, opens, closes in (("day", "8:00", "22:00"), ("late", "10:00", "26:00")):
        row = {"hours": name, "days": "Mon-Sun holiday", "open": opens, "close": closes}
        parts.tables["hours"].append(row)
    parts.centre("north", "subdistrict").centre("south", **east)
    for centre in ("north", "south"):
        parts.rooms(centre, 2, prefix=f"{centre} room", capacity=20, hours="late", drop_in="yes")
        parts.rooms(centre, 1, prefix=f"{centre} court", kind="court", capacity=6, hours="day")
    parts.place("canteen", 12, "canteen", hours="day").place("gym", 1, "gym", hours="day", **east)
    _demand(parts)
    _activities(parts)
    _dropin(parts)
    parts.set(
        points={
            "per_participation": 10, "per_use": 3, "per_volunteering": 20, "volunteers": 0.05,
            "volunteering_per_1000": {"elder": 50}, "merchants": 3, "goods": 20, "members": 0.7,
            "price": {"rule": "uniform", "low": 5, "high": 60}, "trips_per_year": 150,
            "expire_after_days": 3,
        },
        people={"one_place_at_a_time": True},
    )  # fmt: skip
    return parts.set(**values)


def _demand(parts: Parts) -> None:
    parts.set(
        segments={
            "person": {"curve": "evening", "bicycle_share": 0.4},
            "elder": {"curve": "flat", "bicycle_share": 0, "metres_per_second": 0.9},
        },
        kinds={
            "room": {
                "duration_minutes": _choice(60, 120, 180),
                "party": _choice(2, 5, 12),
                "start_minutes": 30,
            },
            "court": {
                "duration_minutes": _choice(60, 90),
                "party": _choice(2, 4),
                "start_minutes": 60,
            },
        },
        demand__wishes_per_1000={
            "person": {"room": 40, "court": 20},
            "elder": {"room": 30},
        },
        demand__lead_days={"rule": "uniform", "low": 0, "high": 5},
        demand__flexibility={"shift_minutes": _choice(0, 60), "other_centres": _choice(0, 1)},
        demand__cancellation={"share": 0.15},
        demand__no_show={"base": 0.1},
        travel={"max_minutes": 30, "detour": 1.3},
        choice={"outside": -3, "per_minute": -0.1, "tiers": {}, "log_rooms": 0.5, "nest": 0.6},
        off_platform={"share": 0.15, "block_minutes": 60, "weekly": 0.5},
    )
    parts.scenario["demand"]["curves"]["evening"] = EVENING


def _activities(parts: Parts) -> None:
    talk: dict[str, Any] = {
        "venue_kinds": ["room", "court"],
        "capacity": _choice(4, 10, 18),
        "duration_minutes": _choice(60, 120),
        "starts": EVENING,
        "appeal": {"person": 3, "elder": 8},
        "company": _choice(0, 1, 2),
    }
    dance = {
        **talk,
        "venue_kinds": ["room"],
        "duration_minutes": _choice(150, 210),  # many run past midnight
        "starts": NIGHT,
        "weight": 0.6,
    }
    parts.set(
        activities={
            "sessions": 70, "level": 1, "participants": 0.05, "recurring": 0.5,
            "rooms": {"rule": "published", "days_ahead": 4, "shift_minutes": 60},
            "sign_up": {
                "lead_days": {"rule": "uniform", "low": 0, "high": 6}, "no_show": 0.15,
                "at_least": 4, "decided_hours_ahead": 20,
            },
            "kinds": {"talk": talk, "dance": dance},
            "series": {
                "choir": {"kind": "talk", "centre": "north", "weekday": "Tue", "start": "19:00",
                          "capacity": 12},
            },
        }
    )  # fmt: skip


def _dropin(parts: Parts) -> None:
    canteen = {
        "visits_per_1000": {"person": 300, "elder": 800},
        "curve": {"weekday": {"7-9": 1, "11-14": 4, "17-23": 1}, "weekend": {"10-14": 1}},
        "stay_minutes": {"rule": "exponential", "mean": 30},
        "patience_minutes": {"rule": "exponential", "mean": 12},
        "turns": {"minutes": 30, "hours": "11-13"},
    }
    gym = {
        "visits_per_1000": {"person": 600, "elder": 100},
        "curve": {"weekday": {"6-24": 1}, "weekend": {"8-24": 1}},
        "stay_minutes": {"rule": "gamma", "mean": 60, "cv": 0.5},
        "queue_places": 2,
    }
    parts.set(
        dropin={"outside": -2, "kinds": {"canteen": canteen, "gym": gym}, "venues": {"room": "gym"}}
    )
