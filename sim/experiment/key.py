"""Names of results by content: what decides a replication, and the code that computes it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import sim
from sim.experiment.study import Study
from sim.scenario.identity import RESULTS, Identity, content
from sim.scenario.inputs import Inputs
from sim.scenario.tables import TABLES

LIBRARIES = ("numpy", "scipy", "simpy", "pandas", "ortools", "holidays")
NOT_SIMULATED = ("cli", "report", "made_up", "advise", "_scenarios")
"""Folders of `sim` that no replication's result depends on."""

WISHES = Identity("wishes")


@cache
def code_version() -> Mapping[str, str]:
    """Versions on which results depend: sources, Python, libraries, processor."""
    versions = {name: _version(name) for name in LIBRARIES}
    return {
        "linli": f"{sim.__version__} ({sources_hash()[:12]})",
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **versions,
        "platform": f"{sys.platform} {platform.machine()}",
    }


def differences(mine: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """Name the versions in which two machines differ; empty if in none."""
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


@cache  # a process runs what it has loaded, whatever happens to the files
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
    """SHA-256, in hexadecimal digits, of all that decides a study's replications."""
    return _digest(
        _content(study.inputs, RESULTS),
        {"seed": study.seed, "recipe": study.recipe.name, "code": dict(code_version())},
    )


def inputs_key(inputs: Inputs) -> str:
    """SHA-256 of all that decides what any seed, and any number of replications, would show."""
    return _digest(_content(inputs, RESULTS), dict(code_version()))


def demand_key(inputs: Inputs) -> str:
    """SHA-256 of what residents' wishes depend on, within one process.

    Of the policy only the length of the horizon and the number of centres tried matter to wishes;
    whoever keeps wishes (`model.build.LastDemand`) looks at these himself.
    """
    return _digest(_content(inputs, WISHES))


def _content(inputs: Inputs, identity: Identity) -> list[Any]:
    """Content that belongs to an identity, in order; levels and seed enter by themselves."""
    names = (name for name, spec in TABLES.items() if identity.has(spec.decides))
    tables = {name: content(getattr(inputs.tables, name), identity) for name in names}
    levels = (inputs.level, inputs.interest, inputs.errands)
    return [content(inputs.scenario, identity), tables, levels]


def _digest(*parts: Any) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
