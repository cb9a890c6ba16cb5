"""`manifest.json`: what a run was, enough to make it again; and who says its totals."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from sim import __version__
from sim.messages import chinese, clauses, listed, say, speaking
from sim.scenario.inputs import Inputs, Provenance, world_kind, world_words
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import ROWS, Tables

FITTED = ("bookings", "participations", "redemptions")
LONGEST = 80
"""Characters of a note that a credit shows."""


def basis(inputs: Inputs) -> str:
    """Where the levels come from, and what growth is laid over them.

    A scenario that borrows a fit and has a target of its own (or its parent's) is a what-if about
    the place that was fitted; one without any target is of another place, for which nothing is
    known to fit to: it is extrapolated, and so is every figure of it (unless the fit bears its own
    name: then it was fitted once). The footer of every chart,
    `linli run` and the manifest say the same.
    """
    demand, target = inputs.scenario.demand, inputs.scenario.calibration
    growth = "" if demand.multiplier == 1 else say("basis.growth", times=demand.multiplier)
    if target is not None and inputs.fitted:
        return clauses(_fitted(inputs), growth)
    if demand.fit is None:
        given = credit(inputs, "demand.level")
        counted = say("basis.data", credit=given) if given.startswith("data") else say("basis.hand")
        return clauses(counted, growth)
    if target is None and demand.fit != inputs.scenario.name:
        return clauses(say("basis.extrapolated", fit=demand.fit), growth)
    return clauses(say("basis.what-if", fit=demand.fit), growth)


def world_name(inputs: Inputs) -> str:
    """What kind of world it is, in the language that is spoken."""
    return say(f"world.{world_kind(inputs)}") if chinese() else world_words(inputs)


def credit(inputs: Inputs, key: str) -> str:
    """Name who states a number of the scenario: its source, and its note up to the first `;`.

    Empty where the scenario does not give the number.
    """
    found = next((p for p in inputs.provenance if p.key == key), None)
    return "" if found is None else _credit(found)


def _credit(number: Provenance) -> str:
    source = say(f"source.{number.source}") if chinese() else number.source
    note = number.note.partition(";")[0].strip()
    if len(note) > LONGEST:
        note = f"{note[:LONGEST].rstrip()}..."
    colon = "：" if chinese() else ": "
    return f"{source}{colon}{note}" if note else source


def _fitted(inputs: Inputs) -> str:
    """Every total that a level was fitted to, with who says so; what one says is said together."""
    totals = inputs.scenario.calibration
    given = [(name, number) for name in FITTED if (number := getattr(totals, name)) is not None]
    parts = []
    for said, group in groupby(given, lambda total: credit(inputs, f"calibration.{total[0]}")):
        named = listed([say(f"basis.{name}", n=n) for name, n in group])
        parts.append(say("credited", words=named, credit=said) if said else named)
    return say("basis.fitted", totals=listed(parts), levels=len(given))


FORMAT = 2
_LIBRARIES = ("numpy", "scipy", "simpy", "ortools", "pandas", "matplotlib", "holidays")


def build_manifest(inputs: Inputs, n: int) -> dict[str, Any]:
    """The manifest of a run, without its block `run`, which holds what differs between equals.

    It is in English, whatever is spoken: programs read it.
    """
    with speaking("en"):
        based = basis(inputs)
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
        "basis": based,
        "versions": dict(_versions()),
        "notices": list(inputs.notices),
        "scenario": inputs.resolved,
        "tables": {f.name: _columns(getattr(inputs.tables, f.name)) for f in fields(inputs.tables)},
        "table_hashes": dict(inputs.table_hashes),
        "fit_hash": inputs.fit_hash,
        "fitted": inputs.fitted,
        "sources": [asdict(p) for p in inputs.provenance],
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


@cache
def _versions() -> Mapping[str, str]:
    found = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return {"linli": __version__, "python": platform.python_version(), **found}


def _columns(table: tuple[Any, ...]) -> dict[str, list[Any]]:
    """A table column by column: a third of the size of a list of rows."""
    records = [json.loads(r.model_dump_json(by_alias=True)) for r in table]
    return {key: [r[key] for r in records] for key in records[0]} if records else {}


def _records(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
