"""YAML 1.2 core, one document, nothing that calls code: text to nodes, and values to text.

The events of PyYAML are composed here rather than by its constructors: every key and value keeps
its place, tags are refused before anything is built, words mean what YAML 1.2 says, and depth and
aliases are bounded while reading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml import events as ev

from sim.scenario.problems import (
    InputProblem,
    Position,
    ScenarioProblems,
    Sources,
    display,
    problem_at,
)
from sim.scenario.read.files import read_text, shipped_folder
from sim.scenario.read.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Parser by libyaml, some twenty times faster; PyYAML's own says better what is wrong where."""
MOST_BYTES = 1_000_000
_DEEPEST = 40
_MOST_NODES = 100_000

_INT = re.compile(r"[-+]?[0-9]{1,400}")
_BASED = re.compile(r"0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_PLAIN_WORDS = (
    ("'\\t'", "a tab stands here: indent with spaces"),
    ("mapping values are not allowed", "a colon too many: put text that contains `: ` in quotes"),
    ("could not find expected ':'", "a key without its colon: write `key: value`"),
    ("found unexpected end of stream", "a quoted text is not closed before the end of the file"),
    ("'<stream end>'", "the text ends in the middle: a bracket or brace is not closed"),
    ("expected <block end>", "does not line up with the lines above: check the indentation"),
    ("found incompatible YAML document", "only YAML 1.2 is read"),
)


def resolve(text: str) -> str | int | float | bool | None:
    """Value of an unquoted scalar by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    special = _SPECIAL.fullmatch(text)
    if special:
        return float("nan") if special[1] is None else float(f"{special[1]}inf")
    return text


class _Composer:
    """Builds the tree of one document, one event at a time."""

    def __init__(self, file: str, folder: Path, offset: int) -> None:
        self.file, self.folder, self.offset = file, folder, offset
        self.problems: list[InputProblem] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.nodes = 0
        self.events: Iterator[Any] = iter(())

    def place(self, mark: Any) -> Position:
        shift = self.offset if mark.line == 0 else 0
        return Position(self.file, mark.line + 1, mark.column + 1 + shift, self.folder)

    def stop(self, place: Position, message: str) -> ScenarioProblems:
        return ScenarioProblems([*self.problems, problem_at(place, "", message)])

    def document(self, text: str, loader: Any) -> Node:
        self.events = yaml.parse(text, Loader=loader)
        root: Node | None = None
        for event in self.events:
            if isinstance(event, ev.DocumentStartEvent) and root is not None:
                raise self.stop(
                    self.place(event.start_mark),
                    "a second document (`---`): one file, one scenario",
                )
            if isinstance(event, ev.NodeEvent):
                root = self.node(event, 0)
        if self.problems:
            raise ScenarioProblems(self.problems)
        if root is None:
            raise self.stop(
                Position(self.file, 1, 1 + self.offset, self.folder), "the file is empty"
            )
        return root

    def node(self, event: Any, depth: int) -> Node:
        place = self.place(event.start_mark)
        if isinstance(event, ev.AliasEvent):
            found, size = self.anchors.get(event.anchor or "", (None, 0))
            if found is None:
                raise self.stop(place, f"alias *{event.anchor} has no anchor &{event.anchor} above")
            self.count(size, place)
            return found
        if depth > _DEEPEST:
            raise self.stop(place, f"nested more than {_DEEPEST} levels deep")
        before = self.nodes
        self.count(1, place)
        self.refuse_tag(event, place)
        if isinstance(event, ev.ScalarEvent):
            unquoted = not event.style and event.tag is None
            value = resolve(event.value) if unquoted else event.value
            made: Node = ScalarNode(value, place)
        elif isinstance(event, ev.SequenceStartEvent):
            items = []
            while not isinstance(item := next(self.events), ev.SequenceEndEvent):
                items.append(self.node(item, depth + 1))
            made = SequenceNode(tuple(items), place)
        else:
            made = self.mapping(place, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = made, self.nodes - before
        return made

    def count(self, size: int, place: Position) -> None:
        """Aliases count with all that they stand for, so that few lines cannot become millions."""
        self.nodes += size
        if self.nodes > _MOST_NODES:
            raise self.stop(place, f"more than {_MOST_NODES:,} values, aliases written out")

    def refuse_tag(self, event: Any, place: Position) -> None:
        tag = event.tag
        if tag is None or (isinstance(event, ev.ScalarEvent) and tag == "tag:yaml.org,2002:str"):
            return
        name = tag.replace("tag:yaml.org,2002:", "!!")
        self.problems.append(
            problem_at(place, "", f"tag {name} is not allowed: write plain values")
        )

    def mapping(self, place: Position, depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self.events), ev.MappingEndEvent):
            where = self.place(event.start_mark)
            if not isinstance(event, ev.ScalarEvent):
                raise self.stop(where, "a key must be text, not a list, mapping or alias")
            self.refuse_tag(event, where)
            following = next(self.events)
            value = self.node(following, depth + 1)
            if (
                isinstance(following, ev.ScalarEvent)
                and following.implicit[0]
                and not following.value
            ):
                # nothing stands there: the parser would name the next line
                value = ScalarNode(None, where)
            self.enter(entries, event.value, Entry(where, value))
        return MappingNode(entries, place)

    def enter(self, entries: dict[str, Entry], key: str, entry: Entry) -> None:
        if key in entries:
            line = entries[key].place.line
            self.problems.append(problem_at(entry.place, key, f"given twice, first in line {line}"))
        elif key == "<<":
            self.problems.append(
                problem_at(entry.place, key, "merge keys are not read: use `extends`")
            )
        else:
            entries[key] = entry


@lru_cache(maxsize=16)
def parse_text(text: str, file: str, folder: Path, offset: int = 0) -> Node:
    """Parse YAML text; once where several scenarios extend the same one. Nodes are not changed.

    On its first line `offset` columns stand before the text (in a `--set`).

    Raises
    ------
    ScenarioProblems
        If it is not YAML, or YAML that is refused.
    """
    try:
        return _Composer(file, folder, offset).document(text, _FAST)
    except ScenarioProblems:
        raise
    except Exception:  # what is wrong, by the other parser
        composer = _Composer(file, folder, offset)
    try:
        return composer.document(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Position(file, 1, 1 + offset, folder) if mark is None else composer.place(mark)
        raise composer.stop(place, _in_words(str(error.problem))) from None
    except ScenarioProblems:
        raise
    except Exception as error:  # the parser raises many kinds on garbage: none is our bug
        raise composer.stop(
            _first_odd(text, file), f"cannot be read as YAML: {_line(error)}"
        ) from None


def read_yaml(path: Path, sources: Sources, named_at: Position | None = None) -> MappingNode:
    """Read a YAML file whose top level is a mapping.

    Raises
    ------
    ScenarioProblems
        If there is no such file or it is not such YAML.
    """
    text = read_text(path, MOST_BYTES, sources, named_at)
    file = display(path)
    try:
        root = parse_text(text, file, path.parent)
    except ScenarioProblems as error:
        raise ScenarioProblems(error.problems, sources) from None
    if isinstance(root, MappingNode):
        return root
    what = (
        "the file is empty"
        if isinstance(root, ScalarNode) and root.value is None
        else ("the top level must be a mapping (`key: value` lines)")
    )
    raise ScenarioProblems([problem_at(root.place, "", what)], sources)


def _in_words(problem: str) -> str:
    for part, words in _PLAIN_WORDS:
        if part in problem:
            return words
    return f"cannot be read as YAML: {problem}"


def _line(error: Exception) -> str:
    return str(error).split("\n", 1)[0] or type(error).__name__


def _first_odd(text: str, file: str) -> Position:
    """Place of the first character that no text file has; the start if there is none."""
    for number, line in enumerate(text.split("\n"), 1):
        for column, c in enumerate(line, 1):
            if not (c.isprintable() or c in "\t\r\u3000\xa0"):
                return Position(file, number, column)
    return Position(file, 1, 1)


class _Dumper(yaml.SafeDumper):
    """Quotes, besides what YAML 1.1 reads as something else than text, what YAML 1.2 does."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if isinstance(resolve(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _represent_text)


def yaml_text(tree: object, width: int = 100) -> str:
    """Plain values as YAML, folded at `width` characters."""
    text: str = yaml.dump(
        tree,
        Dumper=_Dumper,
        default_flow_style=None,
        allow_unicode=True,
        width=width,
        sort_keys=False,
    )
    return text


def child_head(base: Path, name: str, files: str, sets: Sequence[str] | None) -> list[str]:
    """Comments for whoever runs it, `extends` and `name`.

    A shipped scenario is found by its name from anywhere; another one has to lie beside the child.

    Parameters
    ----------
    base
        File of the parent.
    files
        The child and what belongs to it, in words.
    sets
        Changes by `--set` that the child lacks; None: there may be some.
    """
    shipped = base.parent == shipped_folder()
    lines = [] if shipped else [f"# Put {files} beside {base.name} to run it."]
    if sets is None:
        lines.append("# What `--set` changed is not in this file: say it again.")
    elif sets:
        again = " ".join(sets)
        lines.append(f"# What `--set` changed is not in this file; say it again: {again}")
    parent = base.stem if shipped else base.name
    return [*lines, f"extends: {quoted(parent)}", f"name: {quoted(name)}"]


def quoted(text: str) -> str:
    """A text as YAML and JSON both read it."""
    return json.dumps(text, ensure_ascii=False)
