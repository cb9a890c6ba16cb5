"""Scenarios for tests: parts to change, written as the YAML and CSV that an analyst writes."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from sim.model import History, Model, build_model, simulate
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load

__all__ = ["FIRST", "Parts", "histories", "model_of", "plain", "tiny", "z_score"]

TINY = Path(__file__).parent / "scenario" / "tiny"
FIRST = dt.date(2026, 1, 5)
"""A Monday: the first counted day of scenarios made here."""
POINT = {"lon": 120.0, "lat": 30.0}
COLUMNS = {
    "communities": "community zone source",
    "origins": "origin type community lon lat presence households source",
    "people": "origin segment people source",
    "centres": "centre tier community compound lon lat source",
    "venues": "venue centre kind capacity area_m2 access hours slot_minutes drop_in source",
    "hours": "hours days open close source",
    "off_platform": "kind days from until relative source",
    "places": "place kind community centre lon lat seats area_m2 access hours"
    " school_holiday_hours source",
    "walks": "origin centre metres link source",
}
OPTIONAL = ("off_platform", "places", "walks")


@dataclass
class Parts:
    """A scenario's YAML as a mapping and its tables as rows, free to be changed."""

    scenario: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]]

    def copy(self) -> Parts:
        return copy.deepcopy(self)

    def set(self, **dotted: Any) -> Parts:
        """Set values: `demand__multiplier=2` is `demand.multiplier: 2`."""
        for key, value in dotted.items():
            *path, last = key.split("__")
            inner = self.scenario
            for step in path:
                inner = inner.setdefault(step, {})
            inner[last] = value
        return self

    def origin(self, name: str, people: int | Mapping[str, int] = 1000, **more: Any) -> Parts:
        row = {"origin": name, "type": "compound", "community": "C", **POINT, **more}
        self.tables["origins"].append({"presence": "always", "households": 0, **row})
        segments = {"person": people} if isinstance(people, int) else people
        for segment, number in segments.items():
            self.tables["people"].append({"origin": name, "segment": segment, "people": number})
        return self

    def centre(self, name: str, tier: str = "community", **more: Any) -> Parts:
        row = {"centre": name, "tier": tier, "community": "C", "compound": "", **POINT, **more}
        self.tables["centres"].append(row)
        return self

    def rooms(self, centre: str, number: int, prefix: str = "", **more: Any) -> Parts:
        """Add rooms named after their centre."""
        row = {"kind": "room", "capacity": 10, "area_m2": 50, "access": "public", "hours": "always"}
        row |= {"centre": centre, "slot_minutes": self.scenario["grid_minutes"], "drop_in": "no"}
        row |= more
        for i in range(number):
            self.tables["venues"].append({"venue": f"{prefix or centre} {i:03d}", **row})
        return self

    def place(self, name: str, seats: int = 1, kind: str = "seats", **more: Any) -> Parts:
        """Add a drop-in place."""
        row = {
            "place": name,
            "kind": kind,
            "community": "C",
            **POINT,
            "seats": seats,
            "area_m2": 50,
        }
        self.tables["places"].append({**row, "access": "public", "hours": "always", **more})
        return self

    def write(self, folder: Path) -> Path:
        """Write all files into a folder; the scenario is `test.yaml` there."""
        folder.mkdir(parents=True, exist_ok=True)
        world = {}
        for name, rows in self.tables.items():
            if name in OPTIONAL and not rows:
                continue
            world[name] = f"{name}.csv"
            with (folder / world[name]).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[name].split())
                writer.writeheader()
                writer.writerows({"source": "assumption", **row} for row in rows)
        path = folder / "test.yaml"
        content = {**self.scenario, "world": world}  # as JSON, which is YAML and quickly written
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str), "utf-8")
        return path

    def load(self, folder: Path, **options: Any) -> Inputs:
        return load(self.write(folder), **options)


def plain(days: int, *, grid: int = 60, warm_up: int = 2, opens: float = 1) -> Parts:
    """Everything off: flat rates, open day and night, ask at the start, come and stay.

    Parameters
    ----------
    days
        Of the counting window, from `FIRST`.
    opens
        Booking window in days; also how long the run goes on after the counting window.
    """
    constant = {"rule": "constant", "value": 0}
    flat = {"0-24": 1}
    scenario: dict[str, Any] = {
        "name": "plain",
        "window": {"from": FIRST, "until": FIRST + dt.timedelta(days=days - 1)},
        "grid_minutes": grid,
        "zones": {"Z": {"operator": "O"}},
        "calendar": {"country": "none"},
        "off_platform": {"share": 0, "block_minutes": 60},
        "segments": {"person": {"curve": "flat", "bicycle_share": 0}},
        "kinds": {"room": {"duration_minutes": {"rule": "constant", "value": grid}}},
        "demand": {
            "level": 1,
            "wishes_per_1000": {"person": {"room": 7}},
            "curves": {"flat": {"weekday": flat, "weekend": flat}},
            "lead_days": constant,
            "cancellation": {"share": 0},
            "no_show": {"base": 0},
        },
        "choice": {"outside": -200, "per_minute": 0, "log_rooms": 0, "nest": 1},
        "policy": {"window": {"opens_days_ahead": opens}},
        "experiment": {"replications": 1, "seed": 1, "warm_up_days": warm_up},
    }
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
    tables["communities"].append({"community": "C", "zone": "Z"})
    always = {"hours": "always", "days": "Mon-holiday", "open": "0:00", "close": "24:00"}
    tables["hours"].append(always)
    return Parts(scenario, tables)


def tiny() -> Parts:
    """The tiny world of tests/scenario, to be changed."""
    scenario = yaml.safe_load((TINY / "tiny.yaml").read_text("utf-8"))
    tables = {}
    for name in COLUMNS:
        if not (TINY / f"{name}.csv").exists():
            tables[name] = []
            continue
        with (TINY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = [dict(row) for row in csv.DictReader(file)]
    return Parts(scenario, tables)


def model_of(parts: Parts, folder: Path, **options: Any) -> Model:
    """Write, load, build."""
    return build_model(parts.load(folder, **options))


def histories(model: Model, number: int, seed: int = 1) -> list[History]:
    """Simulated replications."""
    return [simulate(model, seed, i) for i in range(number)]


def z_score(values: Sequence[float] | npt.NDArray[np.float64], exact: float) -> float:
    """(mean - exact) / standard error over replications."""
    x = np.asarray(values, dtype=np.float64)
    assert len(x) >= 30
    return float((x.mean() - exact) / (x.std(ddof=1) / np.sqrt(len(x))))
