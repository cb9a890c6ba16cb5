"""Reading values of a scenario that may be wrong elsewhere: what holds by itself is checked on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.scenario import shape
from sim.scenario.nodes import Key, MappingNode, ScalarNode, find
from sim.scenario.problems import Place
from sim.scenario.schema.base import Part
from sim.scenario.schema.scenario import Scenario

__all__ = ["Data", "is_whole", "named_parts", "part", "setting_of", "value_at", "value_place"]

Data = Mapping[str, Any]
"""Plain values of the scenario, as written: of any type, with anything missing."""
Model = TypeVar("Model", bound=Part)


def value_at(data: Data, *path: str) -> Any:
    """Value at a path as it is written; None where the path leaves the mappings."""
    value: Any = data
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def setting_of(data: Data, *path: str) -> float | None:
    """Return a number of the scenario, or the schema's default; None if it is no number."""
    value: Any = data
    model: Any = Scenario
    for step in path:
        default = shape.fields(model)[step].default
        value = (
            value.get(step, default) if isinstance(value, Mapping) else getattr(value, step, None)
        )
        nested = shape.models(shape.fields(model)[step].annotation)
        model = nested[0] if nested else model
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if good and math.isfinite(value) else None


def part(model: type[Model], value: Any) -> Model | None:
    """The part that a value is; None if it does not hold, which is reported elsewhere."""
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def named_parts(data: Data, model: type[Model], *path: str) -> dict[str, Model]:
    """Parts by name in the mapping at a path; those that do not hold are left out."""
    values = value_at(data, *path)
    found = {
        str(name): part(model, value)
        for name, value in (values.items() if isinstance(values, Mapping) else ())
    }
    return {name: held for name, held in found.items() if held is not None}


def value_place(merged: MappingNode, *path: Key) -> Place:
    """Place of the value at a path, or of the last key on the way to it."""
    place, node = find(merged, path)
    value = node.get("value") if isinstance(node, MappingNode) else node
    return value.place if isinstance(value, ScalarNode) else place


def is_whole(merged: MappingNode) -> bool:
    """Whether absence means the default; not so in a child whose parent could not be read."""
    needed = [name for name, field in shape.fields(Scenario).items() if field.is_required()]
    return sum(name not in merged.entries for name in needed) < 2
