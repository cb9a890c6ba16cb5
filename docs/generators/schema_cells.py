"""Cells of the reference of scenarios: type, default and what is allowed, read from the schema."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from pydantic_core import PydanticUndefined

from generators.markdown import code, flow
from sim.scenario import shape
from sim.scenario.schema import distributions
from sim.scenario.schema.base import HoursOfDay, Part

__all__ = ["RULES", "allowed_in", "default_of", "is_distribution", "type_of"]

RULES = tuple(shape.rule_words(m)[0] for m in shape.models(distributions.Distribution))


def is_distribution(annotation: Any) -> bool:
    """Whether the schema takes a distribution."""
    return len(shape.models(annotation)) == len(RULES)


def type_of(annotation: Any) -> str:
    """What sort of value the schema takes."""
    if is_distribution(annotation):
        return "[distribution](#distributions)"
    return " or ".join(dict.fromkeys(_type_of(m) for m in shape.members(annotation)))


def _type_of(member: Any) -> str:
    core = shape.bare(member)
    origin = get_origin(core)
    if origin is Literal:
        return "word"
    if origin is list:
        inner = get_args(core)[0]
        return "list of mappings" if shape.models(inner) else f"list of {_type_of(inner)}s"
    if origin is dict or (isinstance(core, type) and issubclass(core, Part)):
        return "mapping"
    names = {"bool": "true or false", "int": "whole number", "float": "number", "date": "date"}
    return names.get(getattr(core, "__name__", ""), "text")


def default_of(field: Any) -> str:
    """Default of a field, or that it is needed."""
    value = field.default
    if value is PydanticUndefined:
        return "**needed**"
    if isinstance(value, Part):
        data = value.model_dump(mode="json", exclude_none=True)
        return code(flow(data)) if "rule" in data and data["rule"] in RULES else ""
    return "" if value is None or value in ("", [], {}) else code(flow(value))


def allowed_in(annotation: Any) -> str:
    """Words or bounds of a value."""
    words = shape.literals(annotation)
    if words:
        return ", ".join(code(w) for w in words)
    for member in shape.members(annotation):
        core = shape.bare(member)
        if get_origin(core) is list:
            return allowed_in(get_args(core)[0])
    if annotation == HoursOfDay or _pattern(annotation) == _pattern(HoursOfDay):
        return "whole hours, such as `18-22`"
    return _between(shape.bounds(annotation))


def _pattern(annotation: Any) -> str:
    found = [getattr(c, "pattern", None) for c in shape.constraints(annotation)]
    return next((p for p in found if p), "")


def _between(bounds: dict[str, float]) -> str:
    words = {"ge": "from", "gt": "above", "le": "to", "lt": "below"}
    years = bounds.get("ge") == 2000  # nothing else is bounded so: a year has no thousands
    numbers = {k: str(value) if years else _number(value) for k, value in bounds.items()}
    return " ".join(f"{w} {numbers[k]}" for k, w in words.items() if k in bounds)


def _number(value: Any) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    whole = float(value).is_integer() and value < 10**12  # `1e4` is `10_000` to the typing module
    return f"{int(value):,}" if whole else f"{value:g}"
