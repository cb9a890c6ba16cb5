"""YAML as a tree of nodes that know their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.scenario.problems import Position

Key = str | int
"""A step of a path: key of a mapping or index of a list."""


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """Text, number, true or false, or null."""

    value: str | int | float | bool | None
    place: Position


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    items: tuple[Node, ...]
    place: Position


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value."""

    place: Position
    node: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys, always text here, and their entries."""

    entries: dict[str, Entry]
    place: Position

    def get(self, key: str) -> Node | None:
        """Value of a key, if it is there."""
        entry = self.entries.get(key)
        return None if entry is None else entry.node

    def text(self, key: str) -> ScalarNode | None:
        """Value of a key, if it is a text."""
        node = self.get(key)
        return node if isinstance(node, ScalarNode) and isinstance(node.value, str) else None


Node = ScalarNode | SequenceNode | MappingNode


def dotted(path: Sequence[Key]) -> str:
    """Join a path as people write it."""
    return ".".join(str(step) for step in path)


def find(root: Node, path: Sequence[Key]) -> tuple[Position, Node | None]:
    """Place of the key that a path ends in and its value.

    Where the path leaves the tree, the place of the last key on the way and None.
    """
    place, node = root.place, root
    for step in path:
        if isinstance(node, MappingNode) and str(step) in node.entries:
            entry = node.entries[str(step)]
            place, node = entry.place, entry.node
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            place = node.place
        else:
            return place, None
    return place, node


def value_place(root: Node, *path: Key) -> Position:
    """Place of the value at a path, or of the last key on the way to it."""
    place, node = find(root, path)
    value = node.get("value") if isinstance(node, MappingNode) else node
    return value.place if isinstance(value, ScalarNode) else place


def mapping_at(root: Node, *path: str) -> MappingNode | None:
    """Return the mapping at a path, if there is one."""
    node = find(root, path)[1]
    return node if isinstance(node, MappingNode) else None


def entries_at(root: Node, *path: str) -> Iterator[tuple[str, Entry]]:
    """Keys and entries of the mapping at a path; none if there is no mapping."""
    node = mapping_at(root, *path)
    return iter(() if node is None else node.entries.items())


def plain(node: Node) -> object:
    """Turn a tree into plain Python data."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return {key: plain(entry.node) for key, entry in node.entries.items()}


def without_keys(node: MappingNode, keys: Sequence[str]) -> MappingNode:
    """A mapping without some dotted keys."""
    entries: dict[str, Entry] = {}
    for name, entry in node.entries.items():
        if name in keys:
            continue
        below = [k.removeprefix(f"{name}.") for k in keys if k.startswith(f"{name}.")]
        if below and isinstance(entry.node, MappingNode):
            inner = without_keys(entry.node, below)
            if inner.entries:
                entries[name] = Entry(entry.place, inner)
        else:
            entries[name] = entry
    return MappingNode(entries, node.place)
