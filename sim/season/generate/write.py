"""A generated season as CSV files."""

from __future__ import annotations

from pathlib import Path

from sim.season.generate.make import GeneratedSeason
from sim.world.generate.write import rows_bytes, write_whole

__all__ = ["write_season"]


def write_season(season: GeneratedSeason, folder: Path) -> list[Path]:
    """Write `requests.csv` and `last-season.csv`, each whole or not at all; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in (("requests", season.requests), ("last-season", season.last_season)):
        target = folder / f"{name}.csv"
        write_whole(target, rows_bytes(tuple(rows[0]), rows))
        written.append(target)
    return written
