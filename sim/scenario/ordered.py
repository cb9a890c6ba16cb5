"""A scenario's mappings in the order of their names, so that the order of a file decides nothing.

Sums of floats, draws by cumulative sums and the rows of results follow the order of names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.schema.base import Part
from sim.scenario.schema.scenario import Scenario

__all__ = ["ordered"]

AS_WRITTEN = ("allocation", "siting")
"""Parts that no replication reads; of classes of groups the first that fits may count."""


def ordered(scenario: Scenario) -> Scenario:
    """The same scenario, names of every mapping sorted; lists stay as they are."""
    names = (name for name in type(scenario).model_fields if name not in AS_WRITTEN)
    return scenario.model_copy(update={name: _ordered(getattr(scenario, name)) for name in names})


def _ordered(value: Any) -> Any:
    if isinstance(value, Part):
        names = type(value).model_fields
        return value.model_copy(update={name: _ordered(getattr(value, name)) for name in names})
    if isinstance(value, Mapping):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list | tuple):
        return type(value)(_ordered(item) for item in value)
    return value
