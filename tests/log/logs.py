"""Small logs for tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.log.features import simulated_log
from sim.log.records import COLUMNS, STATUSES, BookingLog, read_log
from sim.model import Model, simulate

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


def write_log(log: BookingLog, path: Path) -> Path:
    """A log as its file."""

    def text(times: npt.NDArray[np.datetime64]) -> npt.NDArray[np.str_]:
        return np.where(np.isnat(times), "", np.datetime_as_string(times, unit="m"))

    table = pd.DataFrame(
        {
            "booking": np.arange(len(log)),
            "venue": np.array(log.venues)[log.venue],
            "made_at": text(log.made),
            "start": text(log.start),
            "end": text(log.end),
            "status": np.array(STATUSES)[log.status],
            "cancelled_at": text(log.cancelled),
            "checked_in": np.array(["", "no", "yes"])[log.checked_in + 1],
            "party": log.party.astype(int),
            "booker": log.booker,
            "source_row": "",
        }
    )
    table.to_csv(path, index=False)
    return path


def window_log(model: Model, seed: int, replication: int = 0) -> BookingLog:
    """What a replication's booking system has of the counting window."""
    log = simulated_log(model, simulate(model, seed, replication))
    calendar = model.world.calendar
    day = log.days - (np.datetime64(calendar.first, "D").astype(int))
    return log.where((day >= calendar.count_from) & (day < calendar.count_until))
