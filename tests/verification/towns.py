"""Scenarios of the textbook towns, with tables made from one list of their homes and centres.

The YAML files in `scenarios/` beside this file are ordinary scenarios but for these tables.
`python -m verification.towns FOLDER`, in `tests/`, writes both; `linli run FOLDER/erlang.yaml` then
runs one like any other.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import sys
import tempfile
from pathlib import Path

import pandas as pd

__all__ = ["scenario_file", "write_scenarios"]

SCENARIOS = Path(__file__).parent / "scenarios"
ONE_PLACE = {"lon": "120.0", "lat": "30.0"}
SIZES = {"capacity": 10, "area_m2": 50}
COLUMNS = {
    "communities": ["community", "zone"],
    "origins": ["origin", "type", "community", "lon", "lat", "presence", "households"],
    "people": ["origin", "segment", "people"],
    "centres": ["centre", "tier", "community", "compound", "lon", "lat"],
    "venues": [
        "venue", "centre", "kind", "capacity", "area_m2", "access", "hours", "slot_minutes",
    ],
}  # fmt: skip
"""Columns of each table, but the source, which is an assumption."""


def write_scenarios(folder: Path) -> None:
    """Write every textbook scenario and its tables."""
    for path in (
        *SCENARIOS.glob("*.yaml"),
        *SCENARIOS.glob("places-*.csv"),
        SCENARIOS / "hours.csv",
    ):
        shutil.copy(path, folder)
    homes, centres = (pd.read_csv(SCENARIOS / f"{name}.csv") for name in ("homes", "centres"))
    for town, homes_of_town in homes.groupby("town", sort=False):
        tables = _tables(homes_of_town, centres[centres["town"] == town])
        (folder / str(town)).mkdir()
        for name, columns in COLUMNS.items():
            path = folder / str(town) / f"{name}.csv"
            tables[name][columns].assign(source="assumption").to_csv(path, index=False)


@functools.cache
def scenario_file(name: str) -> Path:
    """File of a textbook scenario, written for this process."""
    return _written() / f"{name}.yaml"


@functools.cache
def _written() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="linli-textbook-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_scenarios(folder)
    return folder


def _tables(homes: pd.DataFrame, centres: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables of a town: a room a row, numbered within its centre and kind."""
    origins = homes.drop_duplicates("origin").assign(
        type="compound", presence="always", households=0, zone="Textbook", **ONE_PLACE
    )
    rooms = centres.loc[centres.index.repeat(centres["rooms"])].assign(**SIZES)
    number = rooms.groupby(["centre", "kind"]).cumcount() + 1
    return {
        "communities": origins.drop_duplicates("community"),
        "origins": origins,
        "people": homes,
        "centres": centres.drop_duplicates("centre").assign(**ONE_PLACE),
        "venues": rooms.assign(venue=rooms["room"] + " " + number.astype(str)),
    }


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True)
    write_scenarios(target)
