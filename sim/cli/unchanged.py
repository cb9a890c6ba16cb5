"""The same asked again of the same folder: what was told then, without computing anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from sim.experiment.key import code_version, sources_hash
from sim.scenario.inputs import Inputs
from sim.scenario.schema.experiment import Precision

__all__ = ["digests", "identity_of", "stopped_by_clock", "unchanged"]

FORMAT = 1


def identity_of(scenarios: Sequence[Inputs], *options: Any) -> str:
    """Hash of all that decides the files written: inputs, options, and the code, charts too."""
    parts: list[Any] = [FORMAT, options, dict(code_version()), sources_hash(everything=True)]
    for inputs in scenarios:
        experiment = inputs.scenario.experiment
        spec = experiment.replications
        number = spec.model_dump() if isinstance(spec, Precision) else spec
        parts.append([inputs.scenario.name, inputs.input_hash, experiment.seed, number])
        parts.append([inputs.resolved, inputs.changed, inputs.notices, dict(inputs.table_hashes)])
        parts.append([{**asdict(p), "file": ""} for p in inputs.provenance])
        parts.append([[row.source for row in rows] for rows in _sourced(inputs)])
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def stopped_by_clock(identity: str) -> str:
    """Mark results that the clock decided in part: asked for again, they are made anew."""
    return f"{identity}-stopped-by-the-clock"


def _sourced(inputs: Inputs) -> list[Any]:
    """Tables whose rows say where they come from: no hash has it, but files show it."""
    tables = (getattr(inputs.tables, field.name) for field in fields(inputs.tables))
    return [rows for rows in tables if rows and hasattr(rows[0], "source")]


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): _digest(p) for p in files}


def unchanged(folder: Path, identity: str, *block: str) -> dict[str, Any] | None:
    """What was told when the very same was asked before and every file is still as written.

    Parameters
    ----------
    block
        Where in the manifest it is noted.
    """
    try:
        noted = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for name in block:
            noted = noted[name]
        if noted["identity"] != identity:
            return None
        if any(_digest(folder / name) != digest for name, digest in noted["files"].items()):
            return None
        told = noted["told"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return told if isinstance(told, dict) else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
