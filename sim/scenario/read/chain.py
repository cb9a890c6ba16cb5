"""Following `extends` from a scenario to its oldest ancestor, each child laid over its parent."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.scenario import shape
from sim.scenario.problems import (
    InputProblem,
    Position,
    ScenarioProblems,
    Sources,
    display,
    problem_at,
    shorten,
)
from sim.scenario.read.files import RefusedError, confined, shipped_folder
from sim.scenario.read.nodes import Entry, MappingNode, Node, ScalarNode
from sim.scenario.read.yaml_reader import read_yaml
from sim.scenario.schema.base import HoursOfDay, Names, Part
from sim.scenario.schema.scenario import Scenario

_BAND = re.compile(r"\d{1,2}-\d{1,2}")
QUANTITY_KEYS = ("value", "source", "range", "distribution", "note")


def merge(parent: MappingNode, child: MappingNode, annotation: Any) -> MappingNode:
    """Child over parent at one place of the scenario: mappings merge, all else replaces.

    Where the child's `rule` differs from the parent's, the parent's other keys are dropped; null
    takes back a name that the parent gives (a zone, a segment, a rule of a subsidy); where keys are
    alternatives to each other (`Part.alternatives`), the one the child gives drops the parent's
    others; stretches of hours drop those of the parent that they cover.
    """
    if _replaces(parent, child, annotation):
        return child
    entries = dict(parent.entries)
    ruled = child if "rule" in child.entries else parent
    for key in _ousted(child, shape.model_for(annotation, ruled)):
        entries.pop(key, None)
    if shape.key_annotation(annotation, child) == HoursOfDay:
        entries = {key: entry for key, entry in entries.items() if not _covered(key, child)}
    for key, entry in child.entries.items():
        below = entries.get(key)
        node = entry.node
        if below is not None and not _given(node) and shape.fact(annotation, Names) is not None:
            del entries[key]
            continue
        former = None if below is None else below.node
        if isinstance(node, MappingNode) and isinstance(former, MappingNode):
            inner = shape.inner(annotation, key, ruled)
            node = merge(former, node, inner)
        entries[key] = Entry(entry.place, node)
    return MappingNode(entries, child.place)


def is_quantity(node: Node, annotation: Any) -> bool:
    """Whether a mapping stands for a number with its source."""
    if not isinstance(node, MappingNode) or not shape.takes_number(annotation):
        return False
    return not shape.models(annotation) or any(key in node.entries for key in QUANTITY_KEYS)


def _replaces(parent: MappingNode, child: MappingNode, annotation: Any) -> bool:
    if is_quantity(child, annotation):
        # Another value has another source: nothing of the parent's would still be true of it.
        return "value" in child.entries or not is_quantity(parent, annotation)
    if is_quantity(parent, annotation):
        return True
    rule, former = _rule(child), _rule(parent) or shape.default_rule(annotation)
    return rule is not None and former is not None and rule != former


def _rule(node: MappingNode) -> str | None:
    rule = node.text("rule")
    return None if rule is None else str(rule.value)


def _ousted(child: MappingNode, model: type[Part] | None) -> list[str]:
    groups = () if model is None else model.alternatives
    ousted: list[str] = []
    for group in groups:
        given = [key for key in group if _given(child.get(key))]
        ousted += [key for key in group if given and key not in given]
    return ousted


def _covered(band: str, child: MappingNode) -> bool:
    """Whether a child's stretches of hours cover another one; malformed ones cover nothing."""
    if not _BAND.fullmatch(band):
        return False
    given = [key.split("-") for key in child.entries if _BAND.fullmatch(key)]
    covered = {hour for first, end in given for hour in range(int(first), int(end))}
    first, end = band.split("-")
    return first != end and covered.issuperset(range(int(first), int(end)))


def _given(node: Node | None) -> bool:
    return node is not None and not (isinstance(node, ScalarNode) and node.value is None)


_LONGEST = 20


class Chain:
    """A scenario file and its ancestors, merged.

    Attributes
    ----------
    merged
        Everything that is set, child over parent; None if the scenario file cannot be read.
    complete
        Whether every ancestor could be read: if not, what is missing is not known to be missing.
    own
        What the scenario file itself says; None if it cannot be read.
    problems
        What stopped the reading.
    """

    def __init__(self) -> None:
        self.merged: MappingNode | None = None
        self.complete = True
        self.own: MappingNode | None = None
        self.problems: list[InputProblem] = []

    @property
    def extends(self) -> bool:
        """Whether the scenario names a parent."""
        return self.own is not None and "extends" in self.own.entries


def read_chain(path: Path, sources: Sources) -> Chain:
    """Read a scenario and what it extends."""
    chain, read = Chain(), list[MappingNode]()
    seen: list[Path] = []
    following: Path | None = path
    named_at: Position | None = None
    while following is not None:
        seen.append(following)
        try:
            read.append(_read(following, sources, named_at))
            following, named_at = _parent(read[-1], seen)
        except ScenarioProblems as error:
            chain.problems += _naming_chain(error.problems, named_at, seen)
            chain.complete = False
            break
    chain.own = read[0] if read else None
    for node in reversed(read):
        chain.merged = node if chain.merged is None else merge(chain.merged, node, Scenario)
    if chain.merged is not None:
        given = read[0].entries if read else {}
        left = {"extends"} if "label" in given else {"extends", "label"}  # a parent's is its own
        own = {k: e for k, e in chain.merged.entries.items() if k not in left}
        chain.merged = MappingNode(own, chain.merged.place)
    return chain


def _read(path: Path, sources: Sources, named_at: Position | None) -> MappingNode:
    """Read a scenario, or say what else the file is."""
    start = Position(display(path), 1, 1)
    if path.name.lower().endswith(".csv") and _is_file(path):
        sources.add(start.file)
        message = "this is a table (CSV), not a scenario: a scenario is a YAML file"
        raise ScenarioProblems([problem_at(start, "", message)], sources)
    node = read_yaml(path, sources, named_at)
    parts = [e.node for e in node.entries.values() if isinstance(e.node, MappingNode)]
    if any({"level", "fit_hash"} <= part.entries.keys() for part in parts):
        message = "this is a file of fitted levels, not a scenario"
        raise ScenarioProblems([problem_at(start, "", message)], sources)
    return node


def _naming_chain(
    problems: Sequence[InputProblem], named_at: Position | None, seen: list[Path]
) -> list[InputProblem]:
    """Report a parent that is not there where it was named, with who named whom."""
    if named_at is None or any(
        (p.file, p.line) != (named_at.file, named_at.line) for p in problems
    ):
        return list(problems)
    names = _chained(seen)
    return [
        dataclasses.replace(p, key="extends", message=f"{p.message} ({names})") for p in problems
    ]


def _chained(files: Sequence[Path]) -> str:
    return " -> ".join(shorten(display(p), 100) for p in files)


def _parent(node: MappingNode, seen: list[Path]) -> tuple[Path | None, Position | None]:
    """Find the file that a scenario extends, and where it says so."""
    extends = node.get("extends")
    if extends is None:
        return None, None
    place = extends.place
    if not isinstance(extends, ScalarNode) or not isinstance(extends.value, str):
        raise ScenarioProblems(
            [problem_at(place, "extends", "must be the name of one scenario file")]
        )
    try:
        found = _find_parent(extends.value, place.folder, seen[-1])
    except RefusedError as error:
        raise ScenarioProblems(
            [problem_at(place, "extends", f"{extends.value}: {error}")]
        ) from None
    if any(_same_file(found, earlier) for earlier in seen):
        names = _chained([*seen, found])
        raise ScenarioProblems([problem_at(place, "extends", f"goes round in a circle: {names}")])
    if len(seen) >= _LONGEST:
        raise ScenarioProblems(
            [problem_at(place, "extends", f"more than {_LONGEST} files in a chain")]
        )
    return found, place


def _find_parent(text: str, folder: Path, child: Path) -> Path:
    names = [text] if text.endswith((".yaml", ".yml")) else [f"{text}.yaml", text]
    first = confined(names[0], folder)
    candidates = [first, *(confined(name, folder) for name in names[1:])]
    if "/" not in text:
        candidates += [shipped_folder() / name for name in names]
    for candidate in candidates:
        # a scenario of one's own may have the name of the shipped one that it extends
        if _is_file(candidate) and not (_same_file(candidate, child) and "/" not in text):
            return candidate
    return next((c for c in candidates if _is_file(c)), first)


def _is_file(path: Path) -> bool:
    """Whether there is such a file; not where the disk takes no name as long."""
    try:
        return path.is_file()
    except OSError:
        return False


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError, ValueError):
        return one == other
