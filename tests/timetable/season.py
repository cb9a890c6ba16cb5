"""Scenarios with a timetable, and its sessions worked out date by date."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from builders import Parts

from sim.scenario.inputs import Inputs

__all__ = ["COLUMNS", "block", "dates_of", "seasoned", "write_blocks"]

COLUMNS = ("request", "group", "venue", "weekday", "start", "end", "from", "until", "party_size",
           "choice")  # fmt: skip
Row = dict[str, Any]


def block(venue: str, weekday: int, start: str, end: str, **more: Any) -> Row:
    """A row that holds for all days of scenarios of `builders`."""
    row: Row = {"request": f"{venue} {weekday}", "group": "Club", "venue": venue}
    row |= {"weekday": weekday, "start": start, "end": end, "from": "2025-12-01"}
    return {**row, "until": "2026-12-31", "party_size": 4, "choice": "first", **more}


def write_blocks(rows: Sequence[Row], folder: Path) -> None:
    """Write `blocks.csv` as `linli` writes tables."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "blocks.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def seasoned(parts: Parts, rows: Sequence[Row], folder: Path, **spec: Any) -> Inputs:
    """Load a scenario with these blocks."""
    write_blocks(rows, folder)
    return parts.copy().set(timetable={"blocks": "blocks.csv", **spec}).load(folder)


def dates_of(row: Mapping[str, Any], first: dt.date, n_days: int) -> Iterator[dt.date]:
    """Dates of a block among some days: each is looked at."""
    since, until = (dt.date.fromisoformat(str(row[key])) for key in ("from", "until"))
    for day in range(n_days):
        date = first + dt.timedelta(days=day)
        if since <= date <= until and date.isoweekday() == int(row["weekday"]):
            yield date
