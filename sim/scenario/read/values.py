"""From nodes to plain values for the schema: sources of numbers noted, loose types refused."""

from __future__ import annotations

import math
import re
from typing import Any, get_args

from sim.scenario import shape
from sim.scenario.inputs import Distribution, Provenance, SourceKind
from sim.scenario.problems import InputProblem, Position, nearest, problem_at, show
from sim.scenario.read.chain import QUANTITY_KEYS, is_quantity
from sim.scenario.read.nodes import Entry, Key, MappingNode, Node, ScalarNode, SequenceNode, dotted

_SOURCES = get_args(SourceKind)
_DISTRIBUTIONS = get_args(Distribution)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Values:
    """Plain values of a tree, read along the schema.

    Attributes
    ----------
    problems
        Numbers that are none, nulls, quantities with misspelt keys.
    flagged
        Paths of those problems: what the schema says about them too would be said twice.
    provenance
        Every number with its source.
    data
        The plain values of the tree read last.
    """

    def __init__(self) -> None:
        self.problems: list[InputProblem] = []
        self.flagged: set[tuple[str, ...]] = set()
        self.provenance: list[Provenance] = []
        self.data: dict[str, Any] = {}

    def read(self, node: Node, annotation: Any, path: tuple[Key, ...] = ()) -> Any:
        """Plain value of a node of which the schema allows `annotation`."""
        if isinstance(node, ScalarNode):
            return self._scalar(node, annotation, path)
        if isinstance(node, SequenceNode):
            return [
                self.read(item, shape.inner(annotation, i), (*path, i))
                for i, item in enumerate(node.items)
            ]
        if is_quantity(node, annotation):
            return self._quantity(node, annotation, path)
        rule = shape.default_rule(annotation)
        given: dict[str, Any] = {} if rule is None else {"rule": rule}
        return given | {
            key: self.read(entry.node, shape.inner(annotation, key, node), (*path, key))
            for key, entry in node.entries.items()
        }

    def _flag(
        self,
        place: Position,
        path: tuple[Key, ...],
        message: str,
        allowed: tuple[str, ...] = (),
        word: str | None = None,
    ) -> None:
        self.problems.append(problem_at(place, dotted(path), message, allowed, word))
        self.flagged.add(tuple(map(str, path)))

    def _scalar(self, node: ScalarNode, annotation: Any, path: tuple[Key, ...]) -> Any:
        value = node.value
        if value is None:
            if not shape.allows_none(annotation):
                self._flag(node.place, path, "is empty (null); give a value or leave the key out")
        elif shape.takes_number(annotation) and not (
            isinstance(value, str) and shape.takes_text(annotation)
        ):
            if self._is_number(node, annotation, path):
                self._record(node, path, "assumption", None, None, "")
        elif shape.takes_date(annotation) and not _DATE.fullmatch(str(value)):
            self._flag(node.place, path, f"{show(value)} must be a date such as 2026-03-02")
        elif _is_numeric(value):
            self._record(node, path, "assumption", None, None, "")
        return value

    def _is_number(self, node: ScalarNode, annotation: Any, path: tuple[Key, ...]) -> bool:
        value = node.value
        if not _is_numeric(value):
            self._flag(node.place, path, _no_number(value, annotation))
        elif not _is_finite(value):
            self._flag(node.place, path, f"{show(value)} must be a finite number")
        else:
            return True
        return False

    def _record(
        self,
        node: ScalarNode,
        path: tuple[Key, ...],
        source: SourceKind,
        low: float | None,
        high: float | None,
        note: str,
        distribution: Distribution = "uniform",
    ) -> None:
        if not _is_finite(node.value):
            return
        value, place = float(node.value or 0), node.place
        self.provenance.append(
            Provenance(
                dotted(path), value, source, low, high, note, place.file, place.line, distribution
            )
        )

    def _quantity(self, node: MappingNode, annotation: Any, path: tuple[Key, ...]) -> Any:
        for key, entry in node.entries.items():
            if key not in QUANTITY_KEYS:
                full = (*path, key)
                self._flag(entry.place, full, "unknown key of a number", QUANTITY_KEYS, key)
        value = node.get("value")
        source: SourceKind = self._word(node, path, "source", "kind of source", _SOURCES)
        distribution: Distribution = self._word(
            node, path, "distribution", "distribution", _DISTRIBUTIONS
        )
        low, high = self._range(node, annotation, path)
        note = node.get("note")
        words = note.value if isinstance(note, ScalarNode) else None
        if note is not None and not isinstance(words, str):
            self._flag(note.place, (*path, "note"), "must be text")
        if not isinstance(value, ScalarNode):
            self.flagged.add(tuple(map(str, path)))
            if value is not None:
                self._flag(value.place, (*path, "value"), "must be one number")
            elif not any(nearest(key, QUANTITY_KEYS) == "value" for key in node.entries):
                self._flag(node.place, path, "missing key `value`")
        elif self._is_number(value, annotation, path):
            self._record(value, path, source, low, high, str(words or ""), distribution)
            number = float(value.value or 0)
            if low is not None and high is not None and not low <= number <= high:
                where = node.entries["range"].node.place
                message = f"[{low:g}, {high:g}] does not contain the value {number:g}"
                self._flag(where, (*path, "range"), message)
        return value.value if isinstance(value, ScalarNode) else None

    def _word(
        self,
        node: MappingNode,
        path: tuple[Key, ...],
        key: str,
        called: str,
        allowed: tuple[str, ...],
    ) -> Any:
        """One of the words that may stand at a key of a number; without one, its usual word."""
        usual = "uniform" if key == "distribution" else "assumption"
        given = node.get(key)
        if given is None:
            return usual
        word = given.value if isinstance(given, ScalarNode) else None
        if word in allowed:
            return word
        shown = show(word) if word is not None else "this"
        message = f"{shown} is no {called}"
        self._flag(given.place, (*path, key), message, allowed, str(word or ""))
        return usual

    def _range(
        self, node: MappingNode, annotation: Any, path: tuple[Key, ...]
    ) -> tuple[float | None, float | None]:
        entry: Entry | None = node.entries.get("range")
        if entry is None:
            return None, None
        ends = entry.node.items if isinstance(entry.node, SequenceNode) else ()
        numbers = [
            float(e.value or 0) for e in ends if isinstance(e, ScalarNode) and _is_finite(e.value)
        ]
        full = (*path, "range")
        if len(ends) != 2 or len(numbers) != 2 or numbers[0] > numbers[1]:
            self._flag(entry.node.place, full, "must be [low, high], two numbers that rise")
            return None, None
        limits = shape.bounds(annotation)
        lowest = limits.get("ge", limits.get("gt", -math.inf))
        highest = limits.get("le", limits.get("lt", math.inf))
        if numbers[0] < lowest or numbers[1] > highest:
            shown = f"[{numbers[0]:g}, {numbers[1]:g}]"
            message = f"{shown} reaches beyond what the value may be"
            self._flag(entry.node.place, full, message, (f"{lowest:g} to {highest:g}",))
        return numbers[0], numbers[1]


def _is_numeric(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_finite(value: object) -> bool:
    if not _is_numeric(value):
        return False
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except OverflowError:
        return False


def _no_number(value: object, annotation: Any) -> str:
    whole = all(shape.bare(m) is not float for m in shape.members(annotation))
    kind = "a whole number" if whole else "a number"
    shown = str(value).lower() if isinstance(value, bool) else show(value)
    text = f"{shown} must be {kind}"
    if isinstance(value, str) and re.fullmatch(r"\s*[-+]?[\d.,]+\s*", value):
        text += " (without quotes)"
    elif isinstance(value, str) and re.match(r"\s*[-+]?\d", value):
        text += " alone, without a unit"
    options = [name for model in shape.models(annotation) for name in shape.field_names(model)]
    return f"{text}, or a mapping with {', '.join(options)}" if options else text
