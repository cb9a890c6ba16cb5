"""`manifest.json`: what a run was, enough to make it again from the file alone."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from sim import __version__
from sim.report.basis import basis
from sim.scenario.inputs import Inputs, Provenance
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import ROWS, Tables
from sim.scenario.world_kind import world_words

__all__ = ["build_manifest", "inputs_of", "run_identity"]

FORMAT = 2
_LIBRARIES = ("numpy", "scipy", "simpy", "ortools", "pandas", "matplotlib", "holidays")


def build_manifest(inputs: Inputs, n: int, run_block: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest of a run; `run_block` holds what differs between equal runs."""
    return {
        "format": FORMAT,
        "name": inputs.scenario.name,
        "run_id": run_identity(inputs),
        "input_hash": inputs.input_hash,
        "seed": inputs.scenario.experiment.seed,
        "replications": n,
        "level": inputs.level,
        "interest": inputs.interest,
        "errands": inputs.errands,
        "world": world_words(inputs),
        "basis": basis(inputs),
        "versions": _versions(),
        "notices": list(inputs.notices),
        "scenario": inputs.resolved,
        "tables": {f.name: _columns(getattr(inputs.tables, f.name)) for f in fields(inputs.tables)},
        "table_hashes": dict(inputs.table_hashes),
        "fit_hash": inputs.fit_hash,
        "fitted": inputs.fitted,
        "sources": [asdict(p) for p in inputs.provenance],
        "run": dict(run_block),
    }


def run_identity(inputs: Inputs) -> str:
    """Twelve hexadecimal digits that name the inputs and the seed."""
    seed = inputs.scenario.experiment.seed
    text = f"{inputs.input_hash}:{seed}:{__version__}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def inputs_of(manifest: Mapping[str, Any], path: Path) -> Inputs:
    """The inputs that a manifest was written for; `path` is the manifest's file.

    Raises
    ------
    KeyError, ValueError
        If the file is not a manifest of this format.
    """
    if manifest["format"] != FORMAT:
        raise ValueError(f"format {manifest['format']!r} is not {FORMAT}")
    tables = {
        name: tuple(row.model_validate(r) for r in _records(manifest["tables"].get(name, {})))
        for name, row in ROWS.items()
    }
    return Inputs(
        scenario=Scenario.model_validate(manifest["scenario"]),
        tables=Tables(**tables),
        level=float(manifest["level"]),
        interest=float(manifest["interest"]),
        errands=float(manifest["errands"]),
        path=path,
        resolved=manifest["scenario"],
        provenance=tuple(Provenance(**p) for p in manifest["sources"]),
        notices=tuple(manifest["notices"]),
        fitted=bool(manifest["fitted"]),
    )


def is_intact(manifest: Mapping[str, Any], inputs: Inputs) -> bool:
    """Whether scenario, tables, level and seed are those that the manifest's hashes are of."""
    return bool(
        inputs.table_hashes == manifest["table_hashes"]
        and inputs.input_hash == manifest["input_hash"]
        and run_identity(inputs) == manifest["run_id"]
    )


def _versions() -> dict[str, str]:
    found = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return {"linli": __version__, "python": platform.python_version(), **found}


def _columns(table: tuple[Any, ...]) -> dict[str, list[Any]]:
    """A table column by column: a third of the size of a list of rows."""
    records = [json.loads(r.model_dump_json(by_alias=True)) for r in table]
    return {key: [r[key] for r in records] for key in records[0]} if records else {}


def _records(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
