"""Tables of a synthetic world: their columns, rows and CSV files; and the facts of `towns.toml`."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.report.files import atomic_write
from sim.season.timetable import COLUMNS as SESSION

Row = dict[str, str | int | float]
Files = Mapping[str, Sequence[Row]]
"""Rows by table; a table's file is its name with `.csv`."""

FACTS: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("towns.toml").read_text(encoding="utf-8")
)
"""What towns, estates and clubs are made of; the file says what each entry means."""

_COLUMNS = {
    "communities": "community zone source",
    "origins": "origin type community lon lat presence households source",
    "people": "origin segment people source",
    "centres": "centre tier community compound lon lat source",
    "venues": "venue centre kind capacity area_m2 access hours slot_minutes drop_in source",
    "places": "place kind community centre lon lat seats area_m2 access hours "
    "school_holiday_hours source",
    "hours": "hours days open close source",
    "off_platform": "kind days from until relative source",
    "candidates": "site lon lat tier community compound access area_m2 kinds "
    "rent_yuan_per_m2_day rent_low rent_high capital_yuan_per_m2 source",
    "handovers": "compound community lon lat households handover source",
    "links": "link yuan yuan_low yuan_high life_years operation_yuan_per_year "
    "operation_low operation_high source",
    "walks": "origin centre metres link source",
    "requests": "request group segment kind equipment party_size shortest_minutes "
    "longest_minutes sessions spacing_days priority home asked_on members level venues "
    "first_choice second_choice source",
    "activities": " ".join(SESSION),
    "last-season": " ".join(SESSION),
}
COLUMNS = {table: tuple(names.split()) for table, names in _COLUMNS.items()}
"""Columns of each table, in the order in which they are written."""
TABLES = tuple(COLUMNS)[:8]
"""Tables of a town."""


def row(table: str, *cells: str | float) -> Row:
    """Make a row of a table from its cells, in the order of the columns."""
    return dict(zip(COLUMNS[table], cells, strict=True))


def table_bytes(table: str, rows: Sequence[Row]) -> bytes:
    """Write rows as the bytes of a CSV file: UTF-8 with BOM, so that Excel opens it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=COLUMNS[table], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def write(files: Files, folder: Path) -> list[Path]:
    """Write every table into a folder, each file whole or not at all; return the files written."""
    written = {folder / f"{table}.csv": table_bytes(table, rows) for table, rows in files.items()}
    for path, content in written.items():
        atomic_write(path, content)
    return list(written)
