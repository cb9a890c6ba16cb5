"""What is laid over a scenario: options such as `--set`, another file's rules, outlooks."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.scenario import shape
from sim.scenario.problems import (
    InputProblem,
    Position,
    ScenarioProblems,
    Sources,
    display,
    nearest,
    problem_at,
)
from sim.scenario.read.chain import merge, read_chain
from sim.scenario.read.nodes import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    dotted,
    entries_at,
    mapping_at,
    plain,
)
from sim.scenario.read.values import Values, checked
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
) -> tuple[list[Overlay], list[InputProblem]]:
    """Read what the command line lays over the file, in order, or say what is wrong with it."""
    overlays: list[Overlay] = []
    problems: list[InputProblem] = []
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
            problems.append(
                problem_at(Position(written, 1, 1, folder), f"experiment.{name}", wrong)
            )
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


def new_names(overlay: Overlay, merged: MappingNode) -> list[InputProblem]:
    """Find things that a `--set` would bring in although it seems to mean one that is there."""
    return list(_new_in(overlay.tree, merged, Scenario, ()))


def _new_in(
    node: MappingNode, known: MappingNode, annotation: Any, key: tuple[str, ...]
) -> Iterator[InputProblem]:
    """Find names below one key that a mapping of names does not have, but has one like them."""
    names = shape.fact(annotation, Names)
    for name, entry in node.entries.items():
        there = known.get(name)
        if isinstance(entry.node, MappingNode) and isinstance(there, MappingNode):
            inner = shape.inner(annotation, name, known)
            yield from _new_in(entry.node, there, inner, (*key, name))
        elif names is not None and there is None and nearest(name, known.entries) is not None:
            message = f"no {names.word} of this name, and --set is for changing what is there"
            yield problem_at(entry.place, dotted((*key, name)), message, known.entries, name)


def setting(text: str, folder: Path, written: str | None = None) -> MappingNode:
    """Make the tree of one `dotted.key=value`, with paths relative to the scenario's folder.

    `written` is what the command line says where that is not `--set` and the text.

    Raises
    ------
    ScenarioProblems
        If it is not of this form.
    """
    file = f"--set {text}" if written is None else written
    start = Position(file, 1, 1, folder)
    key, equals, value = text.partition("=")
    steps = key.split(".")
    if not equals or not all(step.strip() for step in steps):
        raise ScenarioProblems([problem_at(start, "", "must be dotted.key=value")])
    if steps[0].strip() == "extends":
        raise ScenarioProblems([problem_at(start, "extends", "can only stand in a scenario file")])
    node: Node = ScalarNode(None, Position(file, 1, len(key) + 2, folder))
    if value.strip():
        node = parse_text(value, file, folder, offset=len(key) + 1)
    columns = [1 + m.end() for m in re.finditer(r"^|\.", key)]
    for step, column in reversed(list(zip(steps, columns, strict=True))):
        where = Position(file, 1, column, folder)
        node = MappingNode({step.strip(): Entry(where, node)}, where)
    assert isinstance(node, MappingNode)
    return node


def with_rules(
    merged: MappingNode, path: Path, sources: Sources
) -> tuple[MappingNode, list[InputProblem]]:
    """A scenario's tree under the rules of another file, after its own `extends`, with its name.

    Of the file, which may be a whole scenario or no more than `policy`, only `name`, `label`,
    `policy` and `demand.responses` are looked at. They are taken whole, not merged key by key: what
    the file does not say is the default, not what the scenario had.
    """
    chain = read_chain(path, sources)
    if chain.problems or chain.merged is None:
        return merged, chain.problems
    place = Position(display(path), 1, 1, path.parent)
    given, demand = chain.merged.entries, mapping_at(chain.merged, "demand")
    responses = None if demand is None else demand.entries.get("responses")
    if "policy" not in given and responses is None:
        message = "missing, and so is demand.responses: this file has no rules to try"
        return merged, [problem_at(place, "policy", message)]
    named = None if chain.own is None else chain.own.entries.get("name")
    named = named or Entry(place, ScalarNode(path.stem, place))
    taken = {"name": named, "label": given.get("label"), "policy": given.get("policy")}
    before = merged.entries.get("demand")
    if before is not None and isinstance(before.node, MappingNode):
        inner = _replaced(before.node, {"responses": responses})
        taken["demand"] = Entry(before.place, inner)
    return _replaced(merged, taken), []


def _replaced(node: MappingNode, taken: Mapping[str, Entry | None]) -> MappingNode:
    """A mapping with other entries in the place of its own; None: without them."""
    kept = {key: entry for key, entry in node.entries.items() if key not in taken}
    return MappingNode(kept | {k: e for k, e in taken.items() if e is not None}, node.place)


_FIXED = ("name", "label", "language", "title", "siting", "advise", "experiment", "extends")
"""Keys that neither an outlook nor a lever may set, whole or in part."""


def tried_settings(merged: MappingNode) -> list[InputProblem]:
    """Say which settings of outlooks and levers are wrong, beside their fellows, without tables."""
    found: list[InputProblem] = []
    changes: list[tuple[tuple[str, ...], str]] = [
        (("siting", "outlooks", name), "an outlook changes demand and its conditions")
        for name, _ in entries_at(merged, "siting", "outlooks")
    ]
    for lever, _ in entries_at(merged, "advise", "levers"):
        sizes = ("advise", "levers", lever, "sizes")
        words = "a lever changes supply, access and rules"
        changes += [((*sizes, name), words) for name, _ in entries_at(merged, *sizes)]
    for where, may in changes:
        texts: dict[str, tuple[str, Entry]] = {}
        for key, entry in entries_at(merged, *where, "set"):
            if key.split(".")[0] in _FIXED:
                message = f"{may}, not `{key.split('.')[0]}`"
                found.append(problem_at(entry.place, dotted((*where, "set", key)), message))
                continue
            value = entry.node.get("value") if isinstance(entry.node, MappingNode) else entry.node
            texts[key] = (f"{key}={'' if value is None else plain(value)}", entry)
        for key, (text, entry) in texts.items():
            others = [t for other, (t, _) in texts.items() if other != key]
            tried = _tried(text, others, merged, entry.place.folder)
            path = dotted((*where, "set", key))
            found += (problem_at(entry.place, path, p.message, p.allowed, p.word) for p in tried)
    return found


def _tried(
    text: str, others: Sequence[str], merged: MappingNode, folder: Path
) -> Iterator[InputProblem]:
    """What is wrong with one setting that is not wrong without it."""
    try:
        overlay = Overlay(text, setting(text, folder))
    except ScenarioProblems as error:
        yield from error.problems
        return
    if bad := new_names(overlay, merged):
        yield from bad
        return
    for other in others:
        with contextlib.suppress(ScenarioProblems):  # which is said where that one is tried
            merged = merge(merged, setting(other, folder), Scenario)
    _, problems = checked(merge(merged, overlay.tree, Scenario), Values(), complete=True)
    yield from (p for p in problems if p.file == f"--set {text}")
