"""Small logs for tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sim.log.records import COLUMNS, BookingLog, read_log

VENUES = ("a", "b")


def written(folder: Path, rows: list[str]) -> Path:
    """A file of bookings, each `venue,made_at,start,end,status,cancelled_at[,checked_in,...]`."""
    lines = [",".join(COLUMNS)]
    for number, row in enumerate(rows):
        cells = row.split(",")
        lines.append(",".join([str(number), *cells, *[""] * (len(COLUMNS) - 1 - len(cells))]))
    path = folder / "bookings.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def log_of(rows: list[str]) -> BookingLog:
    """The log of some rows."""
    with tempfile.TemporaryDirectory() as folder:
        return read_log(written(Path(folder), rows), VENUES)
