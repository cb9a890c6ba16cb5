"""Rows of results that git keeps under results/reference/, a table for all loads of a part."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

__all__ = ["keep_manifest", "keep_rows"]


def keep_rows(table: pd.DataFrame, path: Path, load: str) -> None:
    """Write the rows of a load in place of those that the file holds of it."""
    table = table.assign(load=load)[["load", *table]]
    if path.exists():
        kept = pd.read_csv(path, dtype=str, keep_default_na=False)
        table = pd.concat([kept[kept["load"] != load], table.astype(object)])
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False, lineterminator="\n")


def keep_manifest(run: Path, path: Path, load: str, keys: Sequence[str]) -> None:
    """Write what made the results of a load, from the manifest of their folder."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[load] = {key: manifest[key] for key in keys if key in manifest}
    path.write_text(f"{json.dumps(kept, indent=2, ensure_ascii=False)}\n", encoding="utf-8")
