"""The tables of a run: summary.csv, replications.parquet, manifest.json, all atomic."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from sim.report.files import atomic_write, translated

if TYPE_CHECKING:  # its import brings the model
    from sim.zones.tables import ZoneTables


SUMMARY_COLUMNS = ("metric", "group", "level", "mean", "ci_low", "ci_high", "n", "unit")
FLOAT_FORMAT = "%.10g"


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Give a table as CSV that Excel opens with Chinese names intact.

    UTF-8 with BOM, `\\n` on every system, ten significant digits, empty cells for NaN.
    """
    clean = frame.copy()
    for column in clean.columns[[pd.api.types.is_float_dtype(t) for t in clean.dtypes]]:
        clean[column] = clean[column] + 0.0  # no "-0"
    text = clean.to_csv(index=False, float_format=FLOAT_FORMAT, lineterminator="\n")
    return text.encode("utf-8-sig")


def rows_csv(rows: Sequence[BaseModel]) -> bytes:
    """Rows of a scenario's table as they were read: rounded numbers would be another world."""
    text = io.StringIO(newline="")
    columns = list(type(rows[0]).model_fields) if rows else []
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        cells = row.model_dump(mode="json")
        writer.writerow({k: "" if v is None else v for k, v in cells.items()})
    return text.getvalue().encode("utf-8-sig")


def write_csv(path: Path, frame: pd.DataFrame) -> Path:
    """Write any table; see `csv_bytes`."""
    atomic_write(path, csv_bytes(frame))
    return path


def plain(value: Any) -> Any:
    """Replace numbers that JSON has no word for by None."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values; nothing where a number is missing."""
    return [
        {name: plain(value) for name, value in r.items()}
        for r in json.loads(table.to_json(orient="records", double_precision=10))
    ]


def write_summary(folder: Path, summary: pd.DataFrame) -> Path:
    """Write summary.csv, its columns in the fixed order."""
    missing = [c for c in SUMMARY_COLUMNS if c not in summary.columns]
    if missing:
        raise ValueError(f"the summary lacks {', '.join(missing)}")
    return write_csv(folder / "summary.csv", summary[list(SUMMARY_COLUMNS)])


def write_zone_tables(folder: Path, zones: ZoneTables) -> None:
    """Write league.csv and, where the scenario asks, subsidy.csv, savings.csv, savings.yaml."""
    tables = {"league": zones.league, "subsidy": zones.subsidy, "savings": zones.savings}
    for name, table in tables.items():
        if table is not None:
            write_csv(folder / f"{name}.csv", table)
    if zones.closures is not None:
        atomic_write(folder / "savings.yaml", zones.closures.encode("utf-8"))


def write_replications(folder: Path, replications: Iterable[pd.DataFrame]) -> Path:
    """Write replications.parquet, a row group each; the same values give the same bytes."""
    return write_parquet(folder / "replications.parquet", replications)


def write_wishes(folder: Path, wishes: pd.DataFrame) -> Path:
    """Write requests.parquet: one row a wish."""
    return write_parquet(folder / "requests.parquet", [wishes])


def write_parquet(path: Path, frames: Iterable[pd.DataFrame]) -> Path:
    """Write frames of the same columns, a row group each; the same values give the same bytes."""
    part = path.with_name(f".{path.name}-part")  # written frame by frame: it may be large
    writer: pq.ParquetWriter | None = None
    with translated(path):
        try:
            for frame in frames:
                table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
                writer = writer or pq.ParquetWriter(part, table.schema, compression="zstd")
                writer.write_table(table)
            if writer is not None:
                writer.close()
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    return path


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> Path:
    """Write manifest.json, keys in the order given."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
    path = folder / "manifest.json"
    atomic_write(path, f"{text}\n".encode())
    return path
