"""Whether what outlooks set is what a scenario may say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.scenario.problems import Problem, ScenarioProblems, at
from sim.scenario.read.merging import merge
from sim.scenario.read.nodes import MappingNode, dotted, entries_at, plain
from sim.scenario.read.overlays import Overlay, new_names, setting
from sim.scenario.read.validating import checked
from sim.scenario.read.values import Values
from sim.scenario.schema.scenario import Scenario

_FIXED = ("name", "title", "siting", "experiment", "extends")
"""Keys that an outlook may not set, whole or in part."""


def outlooks(merged: MappingNode) -> list[Problem]:
    """Say which settings of outlooks are wrong; each is tried alone, tables are not read."""
    found: list[Problem] = []
    for name, _ in entries_at(merged, "siting", "outlooks"):
        for key, entry in entries_at(merged, "siting", "outlooks", name, "set"):
            path = ("siting", "outlooks", name, "set", key)
            if key.split(".")[0] in _FIXED:
                message = f"an outlook changes demand and its conditions, not `{key.split('.')[0]}`"
                found.append(at(entry.place, dotted(path), message))
                continue
            value = entry.node.get("value") if isinstance(entry.node, MappingNode) else entry.node
            text = f"{key}={'' if value is None else plain(value)}"
            tried = _tried(text, merged, entry.place.folder)
            found += (at(entry.place, dotted(path), p.message, p.allowed, p.word) for p in tried)
    return found


def _tried(text: str, merged: MappingNode, folder: Path) -> Iterator[Problem]:
    """What is wrong with one setting that is not wrong without it."""
    try:
        overlay = Overlay(text, setting(text, folder))
    except ScenarioProblems as error:
        yield from error.problems
        return
    if bad := new_names(overlay, merged):
        yield from bad
        return
    _, problems = checked(merge(merged, overlay.tree, Scenario), Values(), complete=True)
    yield from (p for p in problems if p.file.startswith("--set"))
