"""What pydantic found, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.scenario import shape
from sim.scenario.problems import nearest, shorten, show
from sim.scenario.schema.base import HoursOfDay, Line, Name
from sim.scenario.schema.place import Closure
from sim.scenario.schema.scenario import ScenarioName
from sim.scenario.schema.season.rows import REQUEST_NAME
from sim.scenario.schema.tables import Clock

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
    """One error of pydantic in words.

    Parameters
    ----------
    error
        As `ValidationError.errors()` lists it.
    annotation
        What the schema allows at its place.
    """
    kind: str = error["type"]
    if kind in _TYPES:
        return f"{show(error.get('input'))} must be {_TYPES[kind]}", (), None
    special = _SPECIAL.get(kind)
    if special is not None:
        return special(error, annotation)
    message = str(error.get("msg", "is wrong")).replace("Input should be", "must be")
    return f"{message[:1].lower()}{message[1:]}", (), None


def _bounded(error: Mapping[str, Any], annotation: Any) -> Words:
    limits = shape.bounds(annotation) or error.get("ctx", {})
    parts = []
    for name, words in (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below")):
        if name in limits:
            parts.append(f"{words} {_number(limits[name])}")
    small = str(error["type"]).startswith("greater")
    shown = show(error.get("input"))
    beyond = "too early" if small else "too late"
    if isinstance(next(iter(limits.values()), 0), (int, float)):
        beyond = "too small" if small else "too large"
    return f"{shown} is {beyond}", (" and ".join(parts),), None


def _number(limit: Any) -> str:
    if isinstance(limit, int):
        return f"{limit:,}"
    return f"{limit:,.10g}" if isinstance(limit, float) else str(limit)


def _one_of(error: Mapping[str, Any], annotation: Any) -> Words:
    value = error.get("input")
    return f"{show(value)} is unknown", shape.literals(annotation), str(value)


def _rule(error: Mapping[str, Any], annotation: Any) -> Words:
    rules = tuple(r for model in shape.models(annotation) for r in shape.rule_words(model))
    if error["type"] == "union_tag_not_found":
        return "missing key `rule`", rules, None
    tag = str(error.get("ctx", {}).get("tag", ""))
    return f"{show(tag)} is no rule known here", rules, tag


def _mismatch(error: Mapping[str, Any], annotation: Any) -> Words:
    del annotation
    pattern = str(error.get("ctx", {}).get("pattern", ""))
    wanted = _PATTERNS.get(pattern, f"of the form {pattern}")
    return f"{show(error.get('input'))} must be {wanted}", (), None


def _list(error: Mapping[str, Any], annotation: Any) -> Words:
    """A single value where several may stand: the same in brackets."""
    value = error.get("input")
    known = shape.literals(shape.inner(annotation, 0))
    if isinstance(value, dict):
        return "a mapping must be a list, such as [{...}]", (), None
    if not known or value in known:
        return f"{show(value)} must be a list, such as [{shorten(str(value), 60)}]", (), None
    example = nearest(str(value), known) or known[0]
    return f"{show(value)} must be a list, such as [{example}]", known, None


def _length(error: Mapping[str, Any], annotation: Any) -> Words:
    del annotation
    context = error.get("ctx", {})
    bound = context.get("min_length", context.get("max_length"))
    side = "at least" if "min_length" in context else "at most"
    what = "character" if str(error["type"]).startswith("string") else "item"
    return f"must have {side} {bound} {what}{'' if bound == 1 else 's'}", (), None


def _own_words(error: Mapping[str, Any], annotation: Any) -> Words:
    del annotation
    return str(error.get("ctx", {}).get("error", error.get("msg", ""))), (), None


_SPECIAL: dict[str, Callable[[Mapping[str, Any], Any], Words]] = {
    **dict.fromkeys(
        ("greater_than", "greater_than_equal", "less_than", "less_than_equal"), _bounded
    ),
    **dict.fromkeys(("list_type", "tuple_type"), _list),
    **dict.fromkeys(("literal_error", "enum"), _one_of),
    **dict.fromkeys(("union_tag_invalid", "union_tag_not_found"), _rule),
    "string_pattern_mismatch": _mismatch,
    **dict.fromkeys(("too_short", "too_long", "string_too_short", "string_too_long"), _length),
    "value_error": _own_words,
}
