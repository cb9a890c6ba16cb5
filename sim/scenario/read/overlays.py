"""What the command line lays over a scenario: `--set`, `--replications`, `--seed`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.scenario import shape
from sim.scenario.problems import Place, Problem, ScenarioProblems, at, nearest
from sim.scenario.read.nodes import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    dotted,
)
from sim.scenario.read.yaml_reader import parse_text
from sim.scenario.schema.base import Names
from sim.scenario.schema.experiment import Experiment
from sim.scenario.schema.scenario import Scenario


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
    return list(_new_in(overlay.tree, merged, Scenario, ()))


def _new_in(
    node: MappingNode, known: MappingNode, annotation: Any, key: tuple[str, ...]
) -> Iterator[Problem]:
    """The same below one key: names that a mapping of names does not have, but one like them."""
    names = shape.fact(annotation, Names)
    for name, entry in node.entries.items():
        there = known.get(name)
        if isinstance(entry.node, MappingNode) and isinstance(there, MappingNode):
            inner = shape.inner(annotation, name, known)
            yield from _new_in(entry.node, there, inner, (*key, name))
        elif names is not None and there is None and nearest(name, known.entries) is not None:
            message = f"no {names.word} of this name, and --set is for changing what is there"
            yield at(entry.place, dotted((*key, name)), message, known.entries, name)


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
