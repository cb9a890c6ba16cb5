"""A town and a behaviour as a scenario: the truth's and the planner's are written alike."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from benchmarks.hidden_worlds.worlds import KINDS, SEGMENTS, Behaviour, Town
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load

__all__ = ["scenario_of"]

STRETCHES = ("9-12", "12-18", "18-22")
FIRST = date(2026, 3, 2)
SOURCE = "assumption"
LENGTHS = {
    "court": {"rule": "choice", "values": [60, 120], "weights": [75, 25]},
    "room": {"rule": "choice", "values": [60, 120], "weights": [50, 50]},
    "study": {"rule": "choice", "values": [60, 120], "weights": [50, 50]},
}
PARTIES = {"court": (2, 4), "room": (3, 6), "study": (1, 2)}
ROOMS = {
    "court": {"area_m2": 120, "capacity": 4, "operation_yuan_per_m2_year": 250},
    "room": {"area_m2": 65, "capacity": 20, "operation_yuan_per_m2_year": 250},
    "study": {"area_m2": 60, "capacity": 8, "operation_yuan_per_m2_year": 200},
}


def scenario_of(
    folder: Path, town: Town, behaviour: Behaviour, *, weeks: int, turns: int = 1, plans: int = 1
) -> Inputs:
    """Write a scenario into a folder and load it.

    Parameters
    ----------
    weeks
        Length of the counting window.
    turns, plans
        Of the loop.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in _tables(town, behaviour).items():
        _write(folder / f"{name}.csv", rows)
    data = _demand(behaviour) | _frame(weeks) | _siting(town, turns, plans)
    (folder / "world.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return load(folder / "world.yaml")


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    lines = [{**row, "source": SOURCE} for row in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def _tables(town: Town, behaviour: Behaviour) -> dict[str, list[dict[str, Any]]]:
    communities = dict.fromkeys(c.community for c in town.compounds)
    return {
        "communities": [{"community": c, "zone": "Town"} for c in communities],
        "origins": [
            {"origin": c.name, "type": "compound", "community": c.community, "lon": c.lon,
             "lat": c.lat, "presence": "always", "households": 0}
            for c in town.compounds
        ],
        "people": [
            {"origin": c.name, "segment": segment, "people": round(n * factor)}
            for c, factor in zip(town.compounds, behaviour.factors, strict=True)
            for segment, n in zip(SEGMENTS, c.people, strict=True)
        ],
        "centres": [
            {"centre": c.name, "tier": c.tier, "community": c.community, "compound": "",
             "lon": c.lon, "lat": c.lat}
            for c in town.centres
        ],
        "venues": [
            {"venue": f"{c.name} {kind} {i + 1}", "centre": c.name, "kind": kind,
             "capacity": ROOMS[kind]["capacity"], "area_m2": ROOMS[kind]["area_m2"],
             "access": "public", "hours": "usual", "slot_minutes": 60}
            for c in town.centres
            for kind, n in zip(KINDS, c.rooms, strict=True)
            for i in range(n)
        ],
        "hours": [{"hours": "usual", "days": "Mon-Sun", "open": "09:00", "close": "22:00"}],
        "candidates": [
            {"site": c.name, "lon": c.lon, "lat": c.lat, "tier": c.tier, "community": c.community,
             "area_m2": c.area_m2, "kinds": "; ".join(c.kinds), "rent_yuan_per_m2_day": c.rent}
            for c in town.candidates
        ],
    }  # fmt: skip


def _demand(behaviour: Behaviour) -> dict[str, Any]:
    curves = {
        segment: {
            "weekday": dict(zip(STRETCHES, map(float, curve[:3]), strict=True)),
            "weekend": dict(zip(STRETCHES, map(float, curve[3:6]), strict=True)),
            "weekend_day": float(curve[6]),
        }
        for segment, curve in zip(SEGMENTS, behaviour.curves, strict=True)
    }
    rates = {
        segment: dict(zip(KINDS, map(float, row), strict=True))
        for segment, row in zip(SEGMENTS, behaviour.rates, strict=True)
    }
    kinds = {
        kind: {
            "party": {"rule": "choice", "values": list(PARTIES[kind]), "weights": [1, 1]},
            "start_minutes": 60,
            "duration_minutes": LENGTHS[kind],
            "hours": dict(zip(STRETCHES, map(float, tilt), strict=True)),
        }
        for kind, tilt in zip(KINDS, behaviour.tilts, strict=True)
    }
    return {
        "segments": {s: {"curve": s, "adopters": 0.2, "bicycle_share": 0.3} for s in SEGMENTS},
        "kinds": kinds,
        "demand": {
            "level": 1, "wishes_per_1000": rates, "curves": curves,
            "day_effect": {"cv": behaviour.day_cv},
            "lead_days": {"rule": "uniform", "low": 0, "high": 6},
            "flexibility": {
                "shift_minutes": {"rule": "constant", "value": 60},
                "other_centres": {"rule": "constant", "value": 1},
            },
        },
        "choice": {
            "per_minute": behaviour.per_minute, "bend": behaviour.bend,
            "outside": behaviour.outside, "nest": behaviour.nest,
            "log_rooms": behaviour.log_rooms, "tiers": dict(behaviour.tiers),
        },
        "travel": {"max_minutes": behaviour.max_minutes},
        "off_platform": {"share": behaviour.off_platform, "block_minutes": 120},
    }  # fmt: skip


def _frame(weeks: int) -> dict[str, Any]:
    tables = ("communities", "origins", "people", "centres", "venues", "hours")
    last = FIRST + timedelta(days=7 * weeks - 1)
    return {
        "name": "hidden", "title": "A hidden world", "grid_minutes": 60,
        "window": {"from": FIRST.isoformat(), "until": last.isoformat()},
        "world": {name: f"{name}.csv" for name in tables},
        "calendar": {"country": "none"},
        "zones": {"Town": {"operator": "Town"}},
        "policy": {"window": {"opens_days_ahead": 7}, "selection": {"rule": "first_come"}},
        "experiment": {"replications": 3, "seed": 1, "warm_up_days": 7},
    }  # fmt: skip


def _siting(town: Town, turns: int, plans: int) -> dict[str, Any]:
    rooms = {
        kind: {**ROOMS[kind], "fit_out_yuan_per_m2": 1500, "life_years": 10, "most_per_site": 2}
        for kind in KINDS
    }
    return {
        "siting": {
            "budget_yuan_per_year": town.budget, "candidates": "candidates.csv", "rooms": rooms,
            "hours": {"subdistrict": "usual", "community": "usual"},
            "turns": turns, "plans": plans, "differ_by": 1, "time_limit_seconds": 20,
        }
    }  # fmt: skip
