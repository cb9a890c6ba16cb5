"""Names of results by content: what decides a replication, and the code that computes it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import sim
from sim.experiment.study import Study
from sim.scenario.hashing import NOT_READ, SEASON_TABLES, SITING_TABLES
from sim.scenario.inputs import Inputs

__all__ = ["code_version", "demand_key", "differences", "sources_hash", "study_key"]

LIBRARIES = ("numpy", "scipy", "simpy", "pandas", "ortools", "holidays")
NOT_SIMULATED = ("cli", "report", "_scenarios")
"""Folders of `sim` that no replication's result depends on."""
LEFT_OUT = (
    ("name",),
    ("title",),
    ("place",),
    ("world",),
    ("timetable", "blocks"),
    ("allocation",),
    ("siting",),
    ("subsidy",),
    ("calibration",),
    ("experiment", "replications"),
    ("experiment", "confidence"),
    ("experiment", "primary"),
    ("experiment", "indifference"),
    ("experiment", "seed"),
    ("analysis", "planning_limit"),
    ("demand", "fit"),
    ("demand", "level"),
    ("activities", "level"),
    ("points", "level"),
    ("zones", "*", "focus"),
    ("zones", "*", "saved_yuan_per_year"),
)
"""Keys of a scenario that cannot change a replication; levels and seed enter by themselves.

Of `world` and `timetable.blocks` the tables' content enters. All that is not named here does: a
key too many costs a replication computed twice, a key too few gives a wrong result.
"""
RULES = (("policy",), ("demand", "responses"), ("timetable",))
UNREAD_TABLES = (*SEASON_TABLES, *SITING_TABLES)
RULE_TABLES = ("timetable", *UNREAD_TABLES)
"""Keys and tables that come into play when wishes are drawn already: what is compared."""


@cache
def code_version() -> Mapping[str, str]:
    """What must be alike where results are to be alike: sources, Python, libraries, processor."""
    versions = {name: _version(name) for name in LIBRARIES}
    return {
        "linli": f"{sim.__version__} ({sources_hash()[:12]})",
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **versions,
        "platform": f"{sys.platform} {platform.machine()}",
    }


def differences(mine: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """In which versions two machines differ; empty if in none."""
    return ", ".join(
        f"{name} {theirs.get(name, 'missing')} instead of {version}"
        for name, version in mine.items()
        if theirs.get(name) != version
    )


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def sources_hash(*, everything: bool = False) -> str:
    """Hash of the code that may decide replications, or of all; line ends do not matter."""
    root, but = Path(sim.__file__).parent, () if everything else NOT_SIMULATED
    files = [p for p in root.rglob("*.py") if p.relative_to(root).parts[0] not in but]
    files += (root.parent / "optimise").rglob("*.py")
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(root.parent).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def study_key(study: Study[Any]) -> str:
    """SHA-256, in hexadecimal digits, of all that decides a study's replications.

    The order of rows and of names enters: sums of floats and the order of results follow it.
    """
    return _digest(
        _content(study.inputs, LEFT_OUT, UNREAD_TABLES),
        {"seed": study.seed, "recipe": study.recipe.name, "code": dict(code_version())},
    )


def demand_key(inputs: Inputs) -> str:
    """SHA-256 of what residents' wishes depend on, within one process.

    Of the policy only the length of the horizon and the number of centres tried matter to wishes;
    whoever keeps wishes (`model.demand.LastDemand`) looks at these himself.
    """
    return _digest(_content(inputs, (*LEFT_OUT, *RULES), RULE_TABLES))


def _content(
    inputs: Inputs, left_out: tuple[tuple[str, ...], ...], left_out_tables: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "scenario": _without(inputs.resolved, left_out),
        "tables": {n: r for n, r in _rows(inputs).items() if n not in left_out_tables},
        "levels": [inputs.level, inputs.interest, inputs.errands],
    }


def _digest(*parts: Any) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(inputs: Inputs) -> dict[str, list[list[Any]]]:
    """Tables row by row, without columns that the model does not read."""
    return {
        field.name: [
            [value for name, value in row if name not in NOT_READ]
            for row in getattr(inputs.tables, field.name)
        ]
        for field in fields(inputs.tables)
    }


def _without(part: Any, paths: tuple[tuple[str, ...], ...]) -> Any:
    """A copy of nested mappings without the keys named; `*` is any key."""
    if not isinstance(part, Mapping):
        return part
    kept = {}
    for key, value in part.items():
        below = [path[1:] for path in paths if path[0] in (key, "*")]
        if () not in below:
            kept[key] = _without(value, tuple(below)) if below else value
    return kept
