"""The twelve requests of docs/verification-day.md, played to the real counter and clock.

The town and its rules are an ordinary scenario, with a person in every compound. Who asks what is
given instead of drawn; from there on everything is the model's own, down to the table that a run
writes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import yaml
from builders import FIRST, Parts, model_of, plain

from sim.demand.choice import NotAsked
from sim.demand.sampling import Wishes
from sim.measure.wish_table import wish_table
from sim.model import Demand, History, Model, simulate
from sim.model.build import draw_demand
from sim.streams import keys_of, replication_key

__all__ = ["Page", "Row", "minutes", "play", "read_page", "town"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verification-day.md"
Row = dict[str, str]
DAYS = ("Mon", "Tue", "Wed")
EVENING = 2
"""Wednesday, the day that everybody wants, in days after `FIRST`."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the page says: rules as YAML, and its three tables."""

    rules: dict[str, Any]
    rooms: list[Row]
    requests: list[Row]
    outcomes: list[Row]


def read_page(path: Path = PAGE) -> Page:
    """Read the page."""
    text = path.read_text(encoding="utf-8")
    block = text.split("```yaml\n")[1].split("```")[0]
    rooms, requests, outcomes = _tables(text)
    return Page(yaml.safe_load(block), rooms, requests, outcomes)


def _tables(text: str) -> list[list[Row]]:
    """Every table of a page: its rows by the heads of the columns."""
    tables: list[list[Row]] = []
    head: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            head = []
        elif not head:
            head = cells
            tables.append([])
        elif set(line) - set("|-"):
            tables[-1].append(dict(zip(head, cells, strict=True)))
    return tables


def minutes(words: str) -> int:
    """Minutes since Monday 0:00 of "Tue 09:00", of the evening if there is no day."""
    *day, clock = words.split()
    hours, rest = clock.split(":")
    number = DAYS.index(day[0]) if day else EVENING
    return number * 1440 + int(hours) * 60 + int(rest)


def town(page: Page) -> Parts:
    """The scenario: rooms and rules of the page, and an origin for each person."""
    parts = plain(EVENING + 1, warm_up=2, opens=2)
    evening = {"hours": "evening", "days": "Mon-holiday", "open": "18:00", "close": "22:00"}
    parts.tables["hours"].append(evening)
    for name in dict.fromkeys(row["centre"] for row in page.rooms):
        parts.centre(name)
    for row in page.rooms:
        parts.rooms(row["centre"], 1, hours="evening", capacity=int(row["people"]))
        parts.tables["venues"][-1]["venue"] = row["room"]
    for name in dict.fromkeys(row["who"] for row in page.requests):
        parts.origin(name, 1)
    responses = page.rules["demand"]["responses"]
    return parts.set(policy=page.rules["policy"], demand__responses=responses)


def play(page: Page, folder: Path, gives_up: dict[int, str], stays_away: set[int]) -> pd.DataFrame:
    """What became of the requests, as in `requests.parquet`, by their number.

    Parameters
    ----------
    gives_up
        Number of a request -> when its booker gives up what was booked.
    stays_away
        Numbers of the requests whose booker would not come.
    """
    model = model_of(town(page), folder)
    number = [int(row["no"]) for row in page.requests]
    key = keys_of("request by hand", tuple(map(str, number)))
    when = {_key(key, number, n): _horizon(model, words) for n, words in gives_up.items()}
    away = {_key(key, number, n) for n in stays_away}

    def intended(_plan: Any, _rooms: Any, keys: Any, *_rest: Any) -> tuple[Any, Any]:
        """In place of what bookers would draw."""
        asked = keys.tolist()
        return np.array([when.get(k, math.inf) for k in asked]), np.isin(keys, list(away))

    with mock.patch("sim.model.requests.intentions", intended):
        history = simulate(model, 1, 0, demand=_demand(model, page, key))
    return _by_number(model, history, key, number)


def _key(keys: Any, number: list[int], n: int) -> Any:
    return keys[number.index(n)]


def _horizon(model: Model, words: str) -> float:
    """Minutes of the horizon."""
    first = (FIRST - model.world.calendar.first).days
    return float(first * 1440 + minutes(words))


def _demand(model: Model, page: Page, key: Any) -> Demand:
    """The requests of the page as wishes that are all asked."""
    world, plan, rows = model.world, model.plan, page.requests
    pools = {world.centres.names[c]: p for p, c in enumerate(world.pools.centre.tolist())}
    ranked = np.full((len(rows), plan.tried), -1, dtype=np.int32)
    for at, row in enumerate(rows):
        order = [pools[name] for name in row["centres"].split(", ")]
        ranked[at, : len(order)] = order
    home = [world.origins.names.index(row["who"]) for row in rows]
    cell = [int(np.flatnonzero(plan.cells.origin == o)[0]) for o in home]
    ask = np.array([_horizon(model, row["asks"]) for row in rows])
    start = np.array([_horizon(model, row["from"]) for row in rows]) / world.grid
    none = np.zeros(len(rows))

    def ints(values: Any) -> Any:
        return np.asarray(values).astype(np.int32)

    wishes = Wishes(
        key=key,
        cell=ints(cell),
        layer=ints(none),
        start=ints(start),
        duration=ints([int(row["hours"]) for row in rows]),
        party=ints([int(row["people"]) for row in rows]),
        rooms=np.ones(len(rows), dtype=np.uint8),
        wished_at=ask,
        lead=((start * world.grid - ask) / 1440).astype(np.float32),
        reason=np.full(len(rows), NotAsked.ASKED, dtype=np.uint8),
        best=ranked[:, 0].copy(),
        walk_minutes=none.astype(np.float32),
        travel_minutes=none.astype(np.float32),
    )
    bookers = draw_demand(plan, replication_key(1, 0)).bookers
    return Demand(wishes, ranked, bookers)


def _by_number(model: Model, history: History, key: Any, number: list[int]) -> pd.DataFrame:
    """The table of a run, with the number of each request as its index."""
    names = {f"{k:016x}": n for k, n in zip(key.tolist(), number, strict=True)}
    table = wish_table(model, history)
    return table.set_index(table["wish"].map(names)).sort_index()
