"""Tables of a synthetic world: their columns, their rows, and the CSV files of them."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.season.timetable import COLUMNS as SESSION

Row = dict[str, str | int | float]
Files = Mapping[str, Sequence[Row]]
"""Rows by table; a table's file is its name with `.csv`."""

COLUMNS: dict[str, tuple[str, ...]] = {
    **{
        table: tuple(columns.split())
        for table, columns in {
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
        }.items()
    },
    "activities": SESSION,
    "last-season": SESSION,
}
"""Columns of each table, in the order in which they are written."""


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
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table, rows in files.items():
        target = folder / f"{table}.csv"
        _write_whole(target, table_bytes(table, rows))
        written.append(target)
    return written


def _write_whole(target: Path, content: bytes) -> None:
    """Write beside the target, then rename."""
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
