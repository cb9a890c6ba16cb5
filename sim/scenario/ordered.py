"""A scenario's mappings in the order of their names, so that the order of a file decides nothing.

Sums of floats, draws by cumulative sums and the rows of results follow the order of names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sim.scenario.schema.base import Part
from sim.scenario.schema.scenario import Scenario

__all__ = ["ordered"]

P = TypeVar("P", bound=Part)
AS_WRITTEN = ("allocation", "siting")
"""Parts that no replication reads; of classes of groups the first that fits may count."""


def ordered(scenario: Scenario) -> Scenario:
    """Sort the names of every mapping of a scenario; lists stay as they are."""
    return _with_ordered(scenario, [n for n in Scenario.model_fields if n not in AS_WRITTEN])


def _ordered(value: Any) -> Any:
    if isinstance(value, Part):
        return _with_ordered(value, list(type(value).model_fields))
    if isinstance(value, Mapping):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list | tuple):
        return type(value)(_ordered(item) for item in value)
    return value


def _with_ordered(part: P, names: list[str]) -> P:
    """Copy a part with some of its values ordered; what its file leaves out counts as left out."""
    copy = part.model_copy(update={name: _ordered(getattr(part, name)) for name in names})
    copy.model_fields_set.intersection_update(part.model_fields_set)
    return copy
