"""Result folders that know what they were written for: asked again, nothing is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["common_words", "digests", "records", "unchanged"]


def unchanged(folder: Path, identity: str) -> dict[str, Any] | None:
    """What was told when the very same was asked before and every file is still as written."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["identity"] != identity:
            return None
        for name, digest in manifest["files"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                return None
        told = manifest["told"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return told if isinstance(told, dict) else None


def digests(folder: Path) -> dict[str, str]:
    """Hash of every file below a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }


def records(table: Any) -> list[dict[str, Any]]:
    """Rows as plain values; nothing where a number is missing."""
    return [
        {k: None if isinstance(v, float) and not abs(v) < float("inf") else v for k, v in r.items()}
        for r in json.loads(table.to_json(orient="records", double_precision=10))
    ]


def common_words(sets: Sequence[str], replications: str | None, seed: str | None) -> list[str]:
    """Options that most verbs have, as they were typed."""
    words = [word for text in sets for word in ("--set", text)]
    for name, value in (("--replications", replications), ("--seed", seed)):
        words += [name, value] if value is not None else []
    return words
