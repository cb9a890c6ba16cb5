"""Small random scenarios in which everything that the desk knows of occurs."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from builders import FIRST, Parts, plain

__all__ = ["random_world"]

SCHEDULES = (
    ("split", "Tue-Sun", "9:00", "12:00"),
    ("split", "Tue-Sun", "14:00", "21:00"),
    ("night", "Mon-Sun holiday", "18:00", "26:00"),
    ("day", "Mon-Fri", "8:00", "20:00"),
    ("day", "Sat-Sun holiday", "10:00", "18:00"),
)


def random_world(seed: int) -> Parts:
    """A scenario drawn from a seed: a few hundred wishes for a handful of rooms."""
    r = Random(seed)
    grid = r.choice([1, 10, 15, 20, 30, 60])
    opens = r.choice([0.5, 1, 2, 4])
    regular = r.random() < 0.5  # nothing past midnight, no odd starts: the desk's quick paths
    schedules = ["split", "day"] if regular else ["always", "split", "night", "day"]
    parts = plain(r.randint(2, 6), grid=grid, warm_up=r.randint(4, 5), opens=opens)
    for name, days, opening, closing in SCHEDULES:
        row = {"hours": name, "days": days, "open": opening, "close": closing}
        parts.tables["hours"].append(row)
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    homes = [f"home {i}" for i in range(r.randint(1, 3))]
    for home in homes:
        people = {"person": r.randint(0, 3000), "elder": r.randint(1, 1500)}
        parts.origin(home, people, community=r.choice("CD"), **_near(r))
    for c in range(r.randint(1, 5)):
        tier = r.choice(["subdistrict", "community", "compound"])
        compound = r.choice(homes) if tier == "compound" else ""
        parts.centre(f"hall {c}", tier, community=r.choice("CD"), compound=compound, **_near(r))
        access = ["public", "community"] + ["compound"] * (tier == "compound")
        for v in range(r.randint(1, 3)):
            parts.rooms(
                f"hall {c}",
                1,
                prefix=f"hall {c} {v}",
                kind=r.choice(["room", "court"]),
                capacity=r.choice([4, 4, 8, 20]),
                access=r.choice(access),
                hours=r.choice(schedules),
                slot_minutes=grid if regular else r.choice(_steps(grid)),
            )
    _demand(r, parts, grid)
    _several(Random(f"rooms of {seed}"), parts)
    _zones(Random(f"zones of {seed}"), parts)
    closes = r.choice([0, 0, 45, 180])
    parts.set(policy__window={"opens_days_ahead": opens, "closes_minutes_ahead": closes})
    closed = FIRST + dt.timedelta(days=1)
    closure: dict[str, Any] = {"from": closed, "until": closed, "kinds": ["room"]}
    if r.random() < 0.5:
        closure["hours"] = "10:00-13:00"
    return parts.set(calendar__closures=[closure])


def _several(r: Random, parts: Parts) -> None:
    """In half of the worlds some wishes take several rooms at once."""
    for kind in parts.scenario["kinds"].values():
        if r.random() < 0.5:
            kind["rooms_at_once"] = {1: r.choice([0.3, 1, 3]), 2: 0.5, 3: 0.1}


def _zones(r: Random, parts: Parts) -> None:
    """Community D lies in a zone of its own; zones may have their own windows and hours."""
    parts.scenario["zones"]["Y"] = {"operator": "P"}
    next(row for row in parts.tables["communities"] if row["community"] == "D")["zone"] = "Y"
    for zone, often in (("Z", 0.2), ("Y", 0.7)):
        own = parts.scenario["zones"][zone]
        if r.random() < often:
            opens = r.choice([0.5, 1, 2, 4])
            own["window"] = {
                "opens_days_ahead": opens,
                "closes_minutes_ahead": r.choice([0, 45, 180]),
            }
        if r.random() < often:
            half = "30" if 30 % parts.scenario["grid_minutes"] == 0 else "00"
            hours = {"open": r.choice([None, "7:00", f"10:{half}"])}
            hours["close"] = r.choice([None, "17:00", f"22:{half}", "25:00"])
            own["opening"] = {key: at for key, at in hours.items() if at}
            if r.random() < 0.3:
                own["opening"]["tiers"] = ["community", "compound"]


def _steps(grid: int) -> list[int]:
    """Steps of starts that lie on the grid."""
    return [m for m in (grid, 30, 60, 120) if m % grid == 0]


def _near(r: Random) -> dict[str, float]:
    """A place within 2 km."""
    return {"lon": 120 + r.uniform(-0.015, 0.015), "lat": 30 + r.uniform(-0.012, 0.012)}


def _demand(r: Random, parts: Parts, grid: int) -> None:
    def choice(*values: float) -> dict[str, Any]:
        return {"rule": "choice", "values": list(values), "weights": [1] * len(values)}

    elder = {"curve": "flat", "bicycle_share": 0.3, "metres_per_second": 0.9}
    parts.set(segments={"person": {"curve": "evening", "bicycle_share": 0.4}, "elder": elder})
    evening = {"weekday": {"8-18": 1, "18-24": 2}, "weekend": {"6-24": 1}, "weekend_day": 1.5}
    parts.scenario["demand"]["curves"]["evening"] = evening
    kinds: dict[str, Any] = {
        name: {
            "party": choice(1, 3, 6, 15),
            "duration_minutes": choice(*{grid, 60, 120, 400}),
            "start_minutes": r.choice(_steps(grid)),
        }
        for name in ("room", "court")
    }
    parts.set(kinds=kinds)
    rate = {"room": r.choice([0, 20, 60]), "court": r.choice([10, 30])}
    parts.set(demand__wishes_per_1000={"person": rate, "elder": {"room": 20, "court": 5}})
    parts.set(
        demand__level=r.choice([1, 3]),
        demand__lead_days=choice(0, 0.3, 1, 3),
        demand__flexibility={
            "shift_minutes": choice(0, 60, 250),
            "other_centres": choice(0, 1, 2, 5),
        },
        demand__cancellation={"share": 0.4, "when": choice(0, 0.5, 1)},
        demand__no_show={"base": 0.2, "per_lead_day": 0.1, "at_most": 0.35},
        demand__day_effect={"cv": 0.3, "weather_cv": 0.2},
        off_platform={"share": r.choice([0, 0.3]), "block_minutes": 120, "weekly": 0.5},
        travel={"max_minutes": r.choice([8, 20, 60]), "detour": 1.3},
        choice={
            "outside": r.choice([-4, -1, 0]),
            "per_minute": -0.1,
            "tiers": {"subdistrict": 0.7},
            "log_rooms": 0.5,
            "nest": r.choice([0.3, 0.6, 1]),
        },
    )
