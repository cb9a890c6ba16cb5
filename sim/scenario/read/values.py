"""From nodes to checked values: loose types refused, sources noted, faults in plain words."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from sim.scenario import shape
from sim.scenario.inputs import Distribution, Provenance, SourceKind
from sim.scenario.problems import InputProblem, Position, nearest, problem_at, shorten, show
from sim.scenario.read.chain import QUANTITY_KEYS, is_quantity
from sim.scenario.read.nodes import (
    Entry,
    Key,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    dotted,
    find,
)
from sim.scenario.schema.base import HoursOfDay, Line, Name
from sim.scenario.schema.place import Closure
from sim.scenario.schema.scenario import Scenario, ScenarioName
from sim.scenario.schema.tables import Clock
from sim.scenario.schema.timetable import REQUEST_NAME

Words = tuple[str, tuple[str, ...], str | None]
"""What is wrong, what is allowed, and the misspelt word if it is one."""


def _pattern(annotation: Any) -> str:
    found = [getattr(item, "pattern", None) for item in shape.constraints(annotation)]
    return next((p for p in found if p), "")


_PATTERNS = {
    _pattern(Name): (
        "a name without / \\ * , or control characters, that does not begin with a space or :"
    ),
    _pattern(Line): "text on one line, without control characters",
    _pattern(HoursOfDay): "whole hours of the day such as 18-22",
    _pattern(Clock): "a time of day such as 08:30",
    _pattern(ScenarioName): "letters, digits, - _ . and no space, beginning with a letter or digit",
    REQUEST_NAME: "a name without = @ ; (they part the words of a lock)",
    _pattern(
        shape.field_annotation(Closure.model_fields["hours"])
    ): "a stretch such as 12:00-14:00",
}
_TYPES = {
    "string_type": "text (put it in quotes)",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of reasonable size",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "dict_type": "a mapping (`key: value` lines)",
    "model_type": "a mapping (`key: value` lines)",
    "model_attributes_type": "a mapping (`key: value` lines)",
    "date_type": "a date such as 2026-03-02",
    "date_parsing": "a date such as 2026-03-02",
    "date_from_datetime_parsing": "a date such as 2026-03-02",
    "date_from_datetime_inexact": "a date such as 2026-03-02",
}


def in_words(error: Mapping[str, Any], annotation: Any) -> Words:
    """One error of `ValidationError.errors()` in words, by what the schema allows there."""
    kind: str = error["type"]
    value, context = error.get("input"), error.get("ctx", {})
    match kind:
        case _ if kind in _TYPES:
            return f"{show(value)} must be {_TYPES[kind]}", (), None
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            return _out_of_bounds(error, shape.bounds(annotation) or context)
        case "list_type" | "tuple_type":
            return _no_list(value, annotation)
        case "literal_error" | "enum":
            return f"{show(value)} is unknown", shape.literals(annotation), str(value)
        case "union_tag_not_found":
            return "missing key `rule`", _rules(annotation), None
        case "union_tag_invalid":
            tag = str(context.get("tag", ""))
            return f"{show(tag)} is no rule known here", _rules(annotation), tag
        case "string_pattern_mismatch":
            pattern = str(context.get("pattern", ""))
            wanted = _PATTERNS.get(pattern, f"of the form {pattern}")
            return f"{show(value)} must be {wanted}", (), None
        case "too_short" | "too_long" | "string_too_short" | "string_too_long":
            bound = context.get("min_length", context.get("max_length"))
            side = "at least" if "min_length" in context else "at most"
            what = "character" if kind.startswith("string") else "item"
            return f"must have {side} {bound} {what}{'' if bound == 1 else 's'}", (), None
        case "value_error":
            return str(context.get("error", error.get("msg", ""))), (), None
    message = str(error.get("msg", "is wrong")).replace("Input should be", "must be")
    return f"{message[:1].lower()}{message[1:]}", (), None


def _rules(annotation: Any) -> tuple[str, ...]:
    return tuple(r for model in shape.models(annotation) for r in shape.rule_words(model))


def _out_of_bounds(error: Mapping[str, Any], limits: Mapping[str, Any]) -> Words:
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    parts = [f"{words[name]} {_number(limits[name])}" for name in words if name in limits]
    small = str(error["type"]).startswith("greater")
    beyond = "too early" if small else "too late"
    if isinstance(next(iter(limits.values()), 0), (int, float)):
        beyond = "too small" if small else "too large"
    return f"{show(error.get('input'))} is {beyond}", (" and ".join(parts),), None


def _number(limit: Any) -> str:
    if isinstance(limit, int):
        return f"{limit:,}"
    return f"{limit:,.10g}" if isinstance(limit, float) else str(limit)


def _no_list(value: Any, annotation: Any) -> Words:
    """A single value where several may stand: the same in brackets."""
    known = shape.literals(shape.inner(annotation, 0))
    if isinstance(value, dict):
        return "a mapping must be a list, such as [{...}]", (), None
    if not known or value in known:
        return f"{show(value)} must be a list, such as [{shorten(str(value), 60)}]", (), None
    example = nearest(str(value), known) or known[0]
    return f"{show(value)} must be a list, such as [{example}]", known, None


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


_NEEDS_ALL = {"missing", "value_error", "too_short", "union_tag_not_found"}
"""Errors that an ancestor which could not be read may be the reason of."""


def checked(
    merged: MappingNode, values: Values, complete: bool
) -> tuple[Scenario | None, list[InputProblem]]:
    """Build the scenario, or say what is wrong with it.

    Where an ancestor could not be read (`complete`), nothing is said about what is missing.
    """
    values.data = values.read(merged, Scenario)
    try:
        scenario = Scenario.model_validate(values.data)
    except ValidationError as error:
        return None, [*values.problems, *schema_problems(error, merged, values, complete)]
    return (None if values.problems else scenario), values.problems


def schema_problems(
    error: ValidationError, merged: MappingNode, values: Values, complete: bool
) -> list[InputProblem]:
    """Problems behind a validation error."""
    problems = []
    for item in error.errors(include_url=False):
        if not complete and item["type"] in _NEEDS_ALL:
            continue
        path, annotation, branch = shape.real_path(Scenario, item["loc"])
        if branch is not None and not _fits(merged, path, branch):
            continue
        steps = tuple(map(str, path))
        if any(steps[: len(flag)] == flag for flag in values.flagged if len(flag) <= len(steps)):
            continue
        problems.append(_problem(item, merged, path, annotation))
    return _without_echoes(problems)


def _without_echoes(problems: list[InputProblem]) -> list[InputProblem]:
    """Leave out keys that are only missing because they are misspelt: said once is enough."""
    misspelt = {
        (p.key.rpartition(".")[0], f"missing key `{p.suggestion}`")
        for p in problems
        if p.message == "unknown key"
    }
    return [p for p in problems if (p.key, p.message) not in misspelt]


def _fits(merged: MappingNode, path: list[Key], branch: Any) -> bool:
    """Check that a branch of a union is what was meant: a mapping, or not one."""
    is_mapping = isinstance(find(merged, path)[1], MappingNode)
    return is_mapping == bool(shape.models(branch))


def _problem(
    item: Mapping[str, Any], merged: MappingNode, path: list[Key], annotation: Any
) -> InputProblem:
    kind = item["type"]
    key_place, node = find(merged, path)
    if kind == "extra_forbidden":
        model = _model_above(merged, path[:-1])
        allowed = () if model is None else shape.field_names(model)
        return problem_at(key_place, dotted(path), "unknown key", allowed, str(path[-1]))
    if kind == "missing":
        problem = problem_at(key_place, dotted(path[:-1]), f"missing key `{path[-1]}`")
        return dataclasses.replace(problem, hint=_namesake(merged, path[:-1]))
    message, allowed, word = in_words(item, annotation)
    if isinstance(node, MappingNode) and is_quantity(node, annotation):
        node = node.get("value")
    on_key = node is None or isinstance(node, MappingNode) or item["loc"][-1] == "[key]"
    place = key_place if on_key or node is None else node.place
    if kind == "union_tag_invalid" and isinstance(node, MappingNode):
        rule = node.get("rule")
        if isinstance(rule, ScalarNode):
            if rule.value is None:
                message, word = "is empty (null)", None
            return problem_at(rule.place, dotted([*path, "rule"]), message, allowed, word)
    return problem_at(place, dotted(path), message, allowed, word)


def _namesake(merged: MappingNode, path: list[Key]) -> str | None:
    """Return the entry of another file that a new one was meant for, if their names are alike."""
    holder = find(merged, path[:-1])[1] if len(path) > 1 else None
    if not isinstance(holder, MappingNode) or _model_above(merged, path[:-1]) is not None:
        return None
    file = find(merged, path)[0].file
    others = [key for key in map(str, holder.entries) if key != str(path[-1])]
    return nearest(str(path[-1]), (k for k in others if find(holder, [k])[0].file != file))


def _model_above(merged: MappingNode, path: list[Key]) -> Any:
    annotation: Any = Scenario
    node: Any = merged
    for step in path:
        annotation = shape.inner(annotation, step, node if isinstance(node, MappingNode) else None)
        node = find(node, [step])[1] if node is not None else None
    return shape.model_for(annotation, node) if isinstance(node, MappingNode) else None
