"""Tables to CSV files: UTF-8 with BOM (Excel opens them), the same bytes every time."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sim.world.generate.rows import COLUMNS, GeneratedWorld, Row

__all__ = ["rows_bytes", "table_bytes", "write_whole", "write_world"]


def table_bytes(name: str, rows: tuple[Row, ...]) -> bytes:
    """One table as the bytes of its CSV file."""
    return rows_bytes(COLUMNS[name], rows)


def rows_bytes(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Rows as the bytes of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def write_world(world: GeneratedWorld, folder: Path) -> list[Path]:
    """Write the world's tables into a folder, each file whole or not at all.

    Parameters
    ----------
    world
        What `make_world` gave.
    folder
        Created where it is missing; files of the same names are replaced.

    Returns
    -------
    list of Path
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in world.write:
        target = folder / f"{name}.csv"
        write_whole(target, table_bytes(name, world.table(name)))
        written.append(target)
    return written


def write_whole(target: Path, content: bytes) -> None:
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
