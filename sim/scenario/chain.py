"""Following `extends` from a scenario to its oldest ancestor, and `--set` on top."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sim.scenario import paths
from sim.scenario.merging import merge
from sim.scenario.nodes import Entry, MappingNode, Node, ScalarNode
from sim.scenario.problems import Place, Problem, ScenarioProblems, Sources, at, display
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import shipped_folder
from sim.scenario.yaml_reader import parse_text, read_yaml

__all__ = ["Chain", "read_chain", "setting"]

_LONGEST = 20


class Chain:
    """A scenario file and its ancestors, merged.

    Attributes
    ----------
    merged
        Everything that is set, child over parent; None if the scenario file cannot be read.
    complete
        Whether every ancestor could be read: if not, what is missing is not known to be missing.
    problems
        What stopped the reading.
    """

    def __init__(self) -> None:
        self.merged: MappingNode | None = None
        self.complete = True
        self.problems: list[Problem] = []


def read_chain(path: Path, sources: Sources) -> Chain:
    """Read a scenario and what it extends."""
    chain, read = Chain(), list[MappingNode]()
    seen: list[Path] = []
    following: Path | None = path
    named_at: Place | None = None
    while following is not None:
        seen.append(following)
        try:
            read.append(read_yaml(following, sources, named_at))
            following, named_at = _parent(read[-1], seen)
        except ScenarioProblems as error:
            chain.problems += _naming_chain(error.problems, named_at, seen)
            chain.complete = False
            break
    for node in reversed(read):
        chain.merged = node if chain.merged is None else merge(chain.merged, node, Scenario)
    if chain.merged is not None:
        own = {k: e for k, e in chain.merged.entries.items() if k != "extends"}
        chain.merged = MappingNode(own, chain.merged.place, chain.merged.size)
    return chain


def _naming_chain(
    problems: Sequence[Problem], named_at: Place | None, seen: list[Path]
) -> list[Problem]:
    """Report a parent that is not there where it was named, with who named whom."""
    if named_at is None or any(
        (p.file, p.line) != (named_at.file, named_at.line) for p in problems
    ):
        return list(problems)
    names = " -> ".join(display(p) for p in seen)
    return [at(named_at, "extends", f"{p.message} ({names})", p.allowed, p.word) for p in problems]


def _parent(node: MappingNode, seen: list[Path]) -> tuple[Path | None, Place | None]:
    """Find the file that a scenario extends, and where it says so."""
    extends = node.get("extends")
    if extends is None:
        return None, None
    place = extends.place
    if not isinstance(extends, ScalarNode) or not isinstance(extends.value, str):
        raise ScenarioProblems([at(place, "extends", "must be the name of one scenario file")])
    try:
        found = _find_parent(extends.value, place.folder, seen[-1])
    except paths.RefusedError as error:
        raise ScenarioProblems([at(place, "extends", f"{extends.value}: {error}")]) from None
    names = " -> ".join(display(p) for p in (*seen, found))
    if any(_same(found, earlier) for earlier in seen):
        raise ScenarioProblems([at(place, "extends", f"goes round in a circle: {names}")])
    if len(seen) >= _LONGEST:
        raise ScenarioProblems([at(place, "extends", f"more than {_LONGEST} files in a chain")])
    return found, place


def _find_parent(text: str, folder: Path, child: Path) -> Path:
    names = [text] if text.endswith((".yaml", ".yml")) else [f"{text}.yaml", text]
    first = paths.confined(names[0], folder)
    candidates = [first, *(paths.confined(name, folder) for name in names[1:])]
    if "/" not in text:
        candidates += [shipped_folder() / name for name in names]
    for candidate in candidates:
        # a scenario of one's own may have the name of the shipped one that it extends
        if candidate.is_file() and not (_same(candidate, child) and "/" not in text):
            return candidate
    return next((c for c in candidates if c.is_file()), first)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError, ValueError):
        return one == other


def setting(text: str, folder: Path, option: str = "--set") -> MappingNode:
    """Make the tree of one `dotted.key=value`.

    Parameters
    ----------
    text
        What follows `--set`.
    folder
        Folder of the scenario: paths are relative to it as if they stood in the scenario.
    option
        What places call the option.

    Raises
    ------
    ScenarioProblems
        If it is not of this form.
    """
    file = f"{option} {text}"
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
