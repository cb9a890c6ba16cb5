"""A season in the plain world: parts to change, written as an analyst writes them."""

from __future__ import annotations

import copy
import csv
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from builders import FIRST, Parts, plain

from sim.scenario.loading import read
from sim.scenario.problems import ScenarioProblems
from sim.season.plan import SeasonProblem
from sim.season.reading import ReadSeason, season_from
from sim.season.timetable import COLUMNS

LAST = FIRST + dt.timedelta(days=27)
"""Four whole weeks from a Monday."""
REQUEST = {
    "segment": "person",
    "kind": "room",
    "party_size": 8,
    "shortest_minutes": 60,
    "home": "home",
    "first_choice": "Mon-Sun 18:00-21:00",
}
FILES = {"group_requests": "requests", "last_season": "last_season", "decisions": "decisions"}


@dataclass
class SeasonParts:
    """A world of a few rooms beside each other, and a season in it."""

    world: Parts
    allocation: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def copy(self) -> SeasonParts:
        return copy.deepcopy(self)

    def request(self, name: str, **more: Any) -> SeasonParts:
        rows = self.tables.setdefault("group_requests", [])
        rows.append({"request": name, "group": f"club of {name}", **REQUEST, **more})
        return self

    def decision(self, decision: str, request: str, **more: Any) -> SeasonParts:
        rows = self.tables.setdefault("decisions", [])
        rows.append({"decision": decision, "request": request, **more})
        return self

    def last(self, request: str, venue: str, weekday: int, start: str, end: str) -> SeasonParts:
        values = (request, "x", venue, weekday, start, end, "2025-01-06", "2025-06-01", 8, 1)
        self.tables.setdefault("last_season", []).append(dict(zip(COLUMNS, values, strict=True)))
        return self

    def write(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        for name, key in FILES.items():
            rows = self.tables.get(name)
            if rows is None:
                continue
            columns = list(dict.fromkeys(c for row in rows for c in row)) or ["request"]
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, restval="")
                writer.writeheader()
                writer.writerows(rows)
            self.allocation[key] = f"{name}.csv"
        self.world.scenario["allocation"] = self.allocation
        return self.world.write(folder)

    def read(self, folder: Path, **options: Any) -> ReadSeason:
        path = self.write(folder)
        return season_from(read(path, need_level=False), path, **options)

    def plan(self, folder: Path, **options: Any) -> SeasonProblem:
        return self.read(folder, **options).plan


def season(rooms: int = 2, **allocation: Any) -> SeasonParts:
    """Rooms for 10, open day and night, in the centre beside the home of everybody."""
    world = plain(7, grid=30).origin("home").centre("house").rooms("house", rooms)
    dates = {"from": FIRST, "until": LAST}
    return SeasonParts(world, {"season": dates, "within_minutes": 20, **allocation})


def problems(parts: SeasonParts, folder: Path, **options: Any) -> list[str]:
    """What is wrong, a line each, without what is allowed."""
    with pytest.raises(ScenarioProblems) as caught:
        parts.read(folder, **options)
    return [f"{Path(p.file).name}:{p.line}: {p.message}" for p in caught.value.problems]
