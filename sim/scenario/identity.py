"""What scenarios have in common: hashes of all that decides a run, a fit, wishes, or residents.

Everything follows from what the keys of the schema and the tables say that they decide
(`schema.base.Decides`). What equals its default is left out, so a key that linli learns changes no
hash of a scenario that does not use it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from pydantic.fields import FieldInfo

from sim.scenario import shape
from sim.scenario.schema.base import DEPTHS, Decides, Means, Part, What
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import TABLES, Tables

OTHER_ANSWERS = ("points", "costs", "subsidy", "siting", "allocation", "advise", "experiment")
"""Parts on which no use of rooms depends."""
NOT_ASKED = ("dropin", *OTHER_ANSWERS)
"""Parts on which no figure of wishes depends: their numbers are not drawn."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Inputs that must be the same for results to be the same.

    Attributes
    ----------
    what
        Keys that decide less are left out.
    fitted
        Whether keys are left out on which no fitted level depends.
    """

    what: What
    fitted: bool = False

    def has(self, fact: Decides) -> bool:
        """Whether a key or table belongs to it."""
        return DEPTHS[fact.what] >= DEPTHS[self.what] and (fact.fitted or not self.fitted)


INPUTS = Identity("reports")
FIT = Identity("reports", fitted=True)
RESULTS = Identity("results")
RESIDENTS = Identity("residents")


def decides(field: FieldInfo) -> Decides:
    """Scope that a key states for itself; everything if it states none."""
    return next((m for m in _facts(field) if isinstance(m, Decides)), Decides())


def _facts(field: FieldInfo) -> Iterator[Any]:
    yield from field.metadata
    annotation: Any = field.annotation
    yield from shape.constraints(annotation)


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of a mapping that belongs to an identity."""

    attribute: str
    name: str
    field: FieldInfo
    meaning: Callable[[str], Any] | None


@cache
def identity_keys(model: type[Part], identity: Identity) -> tuple[_Key, ...]:
    """Keys of a mapping that belong to an identity."""
    return tuple(
        _Key(
            attribute,
            field.alias or attribute,
            field,
            next((m.meaning for m in _facts(field) if isinstance(m, Means)), None),
        )
        for attribute, field in model.model_fields.items()
        if identity.has(decides(field))
    )


def content(value: Any, identity: Identity) -> Any:
    """Plain values of what belongs to an identity, in the order in which it is written.

    Defaults are left out, but for `rule`, which says of what sort a mapping is.
    """
    if isinstance(value, Part):
        return dict(_entries(value, identity))
    if isinstance(value, Mapping):
        return {str(name): content(inner, identity) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [content(inner, identity) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _entries(part: Part, identity: Identity) -> Iterator[tuple[str, Any]]:
    for key in identity_keys(type(part), identity):
        value, default = getattr(part, key.attribute), key.field.default
        if key.name != "rule" and value == default:
            continue
        plain = content(value, identity)
        if key.meaning is not None and value is not None:
            plain = key.meaning(value)
        if key.name == "rule" or not isinstance(value, Part) or plain != content(default, identity):
            yield key.name, plain


def _sha256(data: object) -> str:
    """SHA-256 of canonical JSON: neither order nor spelling matter."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def table_hashes(tables: Tables) -> dict[str, str]:
    """Table -> hash of its rows, whatever their order; tables without rows say nothing."""
    every = Identity("reports")
    found = {
        name: [_sha256(content(row, every)) for row in getattr(tables, name)] for name in TABLES
    }
    return {name: _sha256(sorted(rows)) for name, rows in found.items() if rows}


def digest(scenario: Scenario, tables: Mapping[str, str], identity: Identity, *more: object) -> str:
    """Hash of what belongs to an identity: of tables their rows, not their paths."""
    kept = {name: hashed for name, hashed in tables.items() if identity.has(TABLES[name].decides)}
    return _sha256([content(scenario, identity), kept, *more])
