"""What the command line lays over a scenario: `--set`, `--replications`, `--seed`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.scenario import shape
from sim.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    dotted,
    entries_at,
    mapping_at,
)
from sim.scenario.problems import Place, Problem, ScenarioProblems, at, nearest
from sim.scenario.schema.experiment import Experiment
from sim.scenario.yaml_reader import parse_text

__all__ = ["Overlay", "new_names", "read_overlays", "setting"]

_NAMED = (
    (("kinds",), "kind"),
    (("segments",), "segment"),
    (("zones",), "zone"),
    (("activities", "kinds"), "kind"),
    (("activities", "series"), "series"),
    (("dropin", "kinds"), "kind"),
    (("subsidy", "rules"), "rule"),
)
"""Mappings whose keys are names that the scenario gives, and what one is called."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """One `dotted.key=value` as text and as a tree."""

    text: str
    tree: MappingNode


def read_overlays(
    folder: Path,
    sets: Sequence[str],
    replications: int | str | None,
    seed: int | str | None,
) -> tuple[list[Overlay], list[Problem]]:
    """Read what the command line lays over the file, in order, or say what is wrong with it."""
    overlays: list[Overlay] = []
    problems: list[Problem] = []
    for text in sets:
        try:
            overlays.append(Overlay(text, setting(text, folder)))
        except ScenarioProblems as error:
            problems += error.problems
    for name, value in (("replications", replications), ("seed", seed)):
        if value is None:
            continue
        written, text = f"--{name} {value}", f"experiment.{name}={value}"
        wrong = _wrong_number(name, value)
        if wrong is not None:
            problems.append(at(Place(written, 1, 1, folder), f"experiment.{name}", wrong))
        else:
            overlays.append(Overlay(text, setting(text, folder, written)))
    return overlays, problems


def _wrong_number(name: str, value: int | str) -> str | None:
    """Say in words what is wrong with the number of an option."""
    if not re.fullmatch(r"[-+]?[0-9]{1,400}", str(value)):
        return "must be a whole number"
    limits = shape.bounds(shape.field_annotation(Experiment.model_fields[name]))
    if int(value) < limits["ge"]:
        return f"must be {limits['ge']:,} or larger"
    return f"must be {limits['le']:,} or smaller" if int(value) > limits["le"] else None


def new_names(overlay: Overlay, merged: MappingNode) -> list[Problem]:
    """Find things that a `--set` would bring in although it seems to mean one that is there."""
    problems: list[Problem] = []
    for section, word in _NAMED:
        known = mapping_at(merged, *section)
        if known is None:
            continue
        for name, entry in entries_at(overlay.tree, *section):
            if name not in known.entries and nearest(name, known.entries) is not None:
                message = f"no {word} of this name, and --set is for changing what is there"
                key = dotted((*section, name))
                problems.append(at(entry.place, key, message, known.entries, name))
    return problems


def setting(text: str, folder: Path, written: str | None = None) -> MappingNode:
    """Make the tree of one `dotted.key=value`.

    Parameters
    ----------
    text
        What follows `--set`.
    folder
        Folder of the scenario: paths are relative to it as if they stood in the scenario.
    written
        What the command line says; without it, `--set` and the text.

    Raises
    ------
    ScenarioProblems
        If it is not of this form.
    """
    file = f"--set {text}" if written is None else written
    start = Place(file, 1, 1, folder)
    key, equals, value = text.partition("=")
    steps = key.split(".")
    if not equals or not all(step.strip() for step in steps):
        raise ScenarioProblems([at(start, "", "must be dotted.key=value")])
    if steps[0].strip() == "extends":
        raise ScenarioProblems([at(start, "extends", "can only stand in a scenario file")])
    node: Node = ScalarNode(None, Place(file, 1, len(key) + 2, folder))
    if value.strip():
        node = parse_text(value, file, folder, offset=len(key) + 1)
    columns = [1 + m.end() for m in re.finditer(r"^|\.", key)]
    for step, column in reversed(list(zip(steps, columns, strict=True))):
        where = Place(file, 1, column, folder)
        node = MappingNode({step.strip(): Entry(where, node)}, where, 1 + node.size)
    assert isinstance(node, MappingNode)
    return node
