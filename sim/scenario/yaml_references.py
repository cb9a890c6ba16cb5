"""Whether what the scenario names exists: in its own mappings or in the world's tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.scenario.nodes import (
    Entry,
    Key,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    dotted,
    find,
)
from sim.scenario.problems import Problem, at
from sim.scenario.references import AnyTables, names_at, singular

__all__ = ["yaml_references"]

ANY = "*"
Path = tuple[str, ...]
_METHOD: Path = ("allocation", "method")
_CLASSES: Path = (*_METHOD, "classes")

_KEYS: tuple[tuple[Path, Path], ...] = (
    (("demand", "wishes_per_1000"), ("segments",)),
    (("demand", "wishes_per_1000", ANY), ("kinds",)),
    (("zones", ANY, "programme"), ("activities", "kinds")),
    (("activities", "kinds", ANY, "appeal"), ("segments",)),
    (("dropin", "kinds", ANY, "visits_per_1000"), ("segments",)),
    (("dropin", "venues"), ("kinds",)),
    (("points", "volunteering_per_1000"), ("segments",)),
    (("policy", "selection", "weights"), ("segments",)),
    (("policy", "overrides", ANY, "selection", "weights"), ("segments",)),
    (("allocation", "changeover_minutes"), ("kinds",)),
    (("siting", "rooms"), ("kinds",)),
    (("siting", "outlooks", ANY, "people"), ("segments",)),
    ((*_METHOD, "members_per_unit_of"), ("kinds",)),
    *(((*_METHOD, key), _CLASSES) for key in ("hours", "at_least", "kept", "likes", "only_within")),
)
"""Mappings whose keys are names, and the mappings that hold the names."""
_VALUES: tuple[tuple[Path, Path], ...] = (
    (("segments", ANY, "curve"), ("demand", "curves")),
    (("activities", "kinds", ANY, "venue_kinds"), ("kinds",)),
    (("activities", "series", ANY, "kind"), ("activities", "kinds")),
    (("dropin", "venues", ANY), ("dropin", "kinds")),
    (("policy", "overrides", ANY, "kinds"), ("kinds",)),
    (("policy", "overrides", ANY, "zones"), ("zones",)),
    (("policy", "reserve", ANY, "kinds"), ("kinds",)),
    (("policy", "reserve", ANY, "zones"), ("zones",)),
    (("allocation", "equipment", ANY, "kinds"), ("kinds",)),
    (("allocation", "equipment", ANY, "zones"), ("zones",)),
    (("allocation", "kept_for_residents", ANY, "kinds"), ("kinds",)),
    (("allocation", "kept_for_residents", ANY, "zones"), ("zones",)),
    ((*_CLASSES, ANY, "segments"), ("segments",)),
    (("siting", "conversions", ANY, "was"), ("kinds",)),
    (("siting", "conversions", ANY, "kind"), ("siting", "rooms")),
    (("opening", "kinds"), ("kinds",)),
    (("siting", "closable"), ("kinds",)),
    ((*_CLASSES, ANY, "kinds"), ("kinds",)),
    *(((*_METHOD, times, "order"), _CLASSES) for times in ("daytime", "evening")),
)
"""Texts, or lists of texts, that are names."""
_PEOPLE: tuple[tuple[Path, Path], ...] = (
    (("policy", "selection", "order", ANY), ("residents",)),
    (("policy", "overrides", ANY, "selection", "order", ANY), ("residents",)),
    (("policy", "reserve", ANY, "for"), ("residents", "programme")),
)
"""Lists of segments, and the words that may stand there too."""
_IN_TABLES: tuple[tuple[Path, str], ...] = (
    (("opening", "centres"), "centres"),
    (("activities", "series", ANY, "centre"), "centres"),
    (("allocation", "equipment", ANY, "venues"), "venues"),
    (("allocation", "kept_for_residents", ANY, "venues"), "venues"),
    (("allocation", "halves", ANY, "whole"), "venues"),
    (("allocation", "halves", ANY, "parts"), "venues"),
    (("siting", "hours", ANY), "hours"),
    (("siting", "rooms", ANY, "hours"), "hours"),
)
"""Texts, or lists of texts, that are names in a table."""
_CLOSURES: tuple[Path, ...] = (("calendar", "closures"), ("allocation", "season", "closures"))


def yaml_references(tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Names in the scenario that nothing bears: curves, segments, kinds, centres, closed venues.

    Parameters
    ----------
    tables
        The tables that could be read; names in one that could not are not judged.
    merged
        The scenario's tree; likewise for its mappings.
    """
    problems: list[Problem] = []
    for where, path in _KEYS:
        names = names_at(merged, *path)
        if names is None:
            continue
        for steps, node in _matching(merged, where):
            for key, entry in _entries(node):
                if key not in names:
                    message = f"no {singular(path[-1])} of this name in `{dotted(path)}`"
                    problems.append(at(entry.place, dotted((*steps, key)), message, names, key))
    for where, path in _VALUES:
        names = names_at(merged, *path)
        if names is not None:
            problems += _unknown(merged, where, path[-1], names, f"`{dotted(path)}`")
    segments = names_at(merged, "segments")
    for where, words in _PEOPLE if segments is not None else ():
        source = f"`segments`, nor the word {' or '.join(words)}"
        problems += _unknown(merged, where, "segments", (*(segments or ()), *words), source)
    for where, what in _IN_TABLES:
        if what in tables:
            table = tables[what]
            known = table.names(what if what in table.header else singular(what))
            problems += _unknown(merged, where, what, known, table.file)
    return problems + _closures(tables, merged)


def _entries(node: Node) -> Iterable[tuple[str, Entry]]:
    return node.entries.items() if isinstance(node, MappingNode) else ()


def _matching(node: Node, pattern: Path, done: tuple[Key, ...] = ()) -> Iterator[tuple[Path, Node]]:
    """Paths and nodes that fit a pattern, in which `*` stands for any key or number."""
    if not pattern:
        yield tuple(map(str, done)), node
        return
    for key, entry in _entries(node):
        if pattern[0] in (key, ANY):
            yield from _matching(entry.node, pattern[1:], (*done, key))
    if isinstance(node, SequenceNode) and pattern[0] == ANY:
        for i, item in enumerate(node.items):
            yield from _matching(item, pattern[1:], (*done, i))


def _unknown(
    merged: MappingNode, where: Path, what: str, names: Iterable[str], source: str
) -> list[Problem]:
    problems = []
    for steps, node in _matching(merged, where):
        for key, text in _texts(node, steps):
            if str(text.value) not in names:
                problems.append(_no_such(text, dotted(key), what, names, source))
    return problems


def _texts(node: Node, steps: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], ScalarNode]]:
    """The text that a node is, or those in the list that it is."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        yield steps, node
    elif isinstance(node, SequenceNode):
        for i, item in enumerate(node.items):
            if isinstance(item, ScalarNode) and isinstance(item.value, str):
                yield (*steps, i), item


def _no_such(node: ScalarNode, key: str, what: str, names: Iterable[str], where: str) -> Problem:
    message = f"{node.value}: no {singular(what)} of this name in {where}"
    return at(node.place, key, message, names, str(node.value))


def _closures(tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """What closures close: venues or places by name, whole centres, kinds of either."""
    known = _closable(tables, merged)
    problems: list[Problem] = []
    listed = [
        (dotted((*path, i)), closure)
        for path in _CLOSURES
        if isinstance(closures := find(merged, path)[1], SequenceNode)
        for i, closure in enumerate(closures.items)
    ]
    for above, closure in listed:
        for what, (names, where) in known.items():
            named = closure.get(what) if isinstance(closure, MappingNode) else None
            for _, item in _texts(named, ()) if isinstance(named, SequenceNode) else ():
                if str(item.value) not in names:
                    key = f"{above}.{what}"
                    problems.append(_no_such(item, key, what, names, where))
    return problems


def _closable(tables: AnyTables, merged: MappingNode) -> dict[str, tuple[Iterable[str], str]]:
    """Key of a closure -> names that may stand there and where they come from."""
    known: dict[str, tuple[Iterable[str], str]] = {}
    if "centres" in tables:
        known["centres"] = tables["centres"].names("centre"), tables["centres"].file
    unread = "places" not in tables and find(merged, ("world", "places"))[1] is not None
    if "venues" in tables and not unread:
        names, where = dict(tables["venues"].names("venue")), tables["venues"].file
        if "places" in tables:
            names |= tables["places"].names("place")
            where += f" or {tables['places'].file}"
        known["venues"] = names, where
    kinds, place_kinds = names_at(merged, "kinds"), names_at(merged, "dropin", "kinds")
    if kinds is not None and place_kinds is not None:
        where = "`kinds` or `dropin.kinds`" if place_kinds else "`kinds`"
        known["kinds"] = (*kinds, *place_kinds), where
    return known
