"""Hashes of what decides results: canonical JSON, so that order and spelling do not matter."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any

from sim.scenario.inputs import Tables
from sim.scenario.schema.base import Part
from sim.scenario.schema.limits import Limits
from sim.scenario.schema.place import Opening
from sim.scenario.schema.responses import Responses
from sim.scenario.schema.tables import minutes_of, parse_days

__all__ = [
    "NOT_READ",
    "SEASON_TABLES",
    "SITING_TABLES",
    "canonical",
    "fit_hash",
    "input_hash",
    "table_hash",
    "table_hashes",
]

_NOT_FITTED = (
    ("demand", "multiplier"),
    ("demand", "fit"),
    ("demand", "level"),
    ("name",),
    ("title",),
    ("place",),
    ("experiment",),
    ("analysis",),
    ("activities", "multiplier"),
    ("activities", "level"),
    ("dropin",),
    ("points", "level"),
    ("costs",),
    ("subsidy",),
    ("allocation",),
)
_ADDED: dict[tuple[str, ...], Any] = {
    ("policy", "window", "at"): None,
    ("policy", "window", "release"): "daily",
    ("policy", "limits"): Limits().model_dump(mode="json", by_alias=True),
    ("policy", "reserve"): [],
    ("policy", "overrides"): [],
    ("policy", "overflow"): None,
    ("policy", "waitlist"): None,
    ("policy", "auto_release"): None,
    ("policy", "overbooking"): None,
    ("timetable",): None,
    ("allocation",): None,
    ("opening",): Opening().model_dump(mode="json", by_alias=True),
    ("travel", "links"): [],
    ("choice", "bend"): 1.0,
    ("demand", "responses"): Responses().model_dump(mode="json", by_alias=True),
}
"""Keys added since, and what says nothing."""
SEASON_TABLES = ("group_requests", "last_season", "decisions")
"""Tables of `allocation`: no replication depends on them."""
SITING_TABLES = ("candidates", "links", "handovers")
"""Tables of `siting`: of what may be built, nothing is there yet."""
_ADDED_TABLES = ("timetable", "walks", *SEASON_TABLES, *SITING_TABLES)
"""Tables added since: empty they say nothing."""
_PATHS = (
    ("world",),
    ("timetable", "blocks"),
    ("allocation", "requests"),
    ("allocation", "last_season"),
    ("allocation", "decisions"),
)
"""Where tables lie: their content decides, not their path."""
NOT_READ = frozenset({"source", "choice"})
"""Columns that the model does not read."""


def _moment(text: str) -> int | str:
    """Minutes after midnight of a time of day; a date as it is."""
    return minutes_of(text) if ":" in text else text


_PARSED: dict[str, Callable[[str], Any]] = {
    "days": lambda text: sorted(parse_days(text)),
    "open": minutes_of,
    "close": minutes_of,
    "start": minutes_of,
    "end": minutes_of,
    "from": _moment,
    "until": _moment,
}


def canonical(data: object) -> bytes:
    """JSON with sorted keys and floats as Python writes them."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def _digest(data: object) -> str:
    return hashlib.sha256(canonical(data)).hexdigest()


def table_hash(rows: Iterable[Part]) -> str:
    """Hash of a table's rows: neither their order nor columns that are not read enter."""
    lines = sorted(canonical(_plain_row(row)) for row in rows)
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def table_hashes(tables: Tables) -> dict[str, str]:
    """Table name -> hash of its rows."""
    rows = {field.name: getattr(tables, field.name) for field in fields(tables)}
    return {n: table_hash(r) for n, r in rows.items() if r or n not in _ADDED_TABLES}


def _plain_row(row: Part) -> dict[str, Any]:
    data = row.model_dump(mode="json", by_alias=True, exclude=set(NOT_READ))
    return {
        key: _PARSED[key](value) if key in _PARSED and value is not None else value
        for key, value in data.items()
    }


def _without(resolved: Mapping[str, Any], *paths: tuple[str, ...]) -> dict[str, Any]:
    kept = dict(resolved)
    for first, *rest in paths:
        if rest and isinstance(kept.get(first), Mapping):
            kept[first] = _without(kept[first], tuple(rest))
        elif not rest:
            kept.pop(first, None)
    return kept


def _scenario(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """What decides results, without the tables; what may be built (`siting`) does not.

    What was added since the first levels were fitted is left out while it says nothing, so that
    what linli learns leaves the hashes (and fitted levels) of scenarios without it as they were.
    """
    scenario = _without(resolved, ("siting",), *_PATHS)
    for path, unsaid in _ADDED.items():
        if _value(scenario, *path) == unsaid:
            scenario = _without(scenario, path)
    return scenario


def _value(data: Mapping[str, Any], *path: str) -> Any:
    for key in path:
        data = data.get(key, {})
    return data


def input_hash(
    resolved: Mapping[str, Any], tables: Mapping[str, str], levels: tuple[float, ...]
) -> str:
    """Hash of all that decides results; the paths of tables do not, their content does."""
    tables = {name: digest for name, digest in tables.items() if name not in SITING_TABLES}
    scenario = _scenario(resolved)
    return _digest({"scenario": scenario, "tables": tables, "levels": levels})


def _zones(resolved: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    zones: Mapping[str, Mapping[str, Any]] = resolved.get("zones", {})
    return zones.items()


def fit_hash(resolved: Mapping[str, Any], tables: Mapping[str, str]) -> str:
    """Hash of what a calibration depends on."""
    scenario = _without(_scenario(resolved), *_NOT_FITTED)
    words = ("operator", "focus", "saved_yuan_per_year")
    zones = {name: _without(zone, *((w,) for w in words)) for name, zone in _zones(resolved)}
    given = resolved.get("activities", {}).get("level")  # points are earned by taking part
    scenario |= {"zones": zones, "interest": given}
    left_out = ("places", *SEASON_TABLES, *SITING_TABLES)
    fitted_on = {name: digest for name, digest in tables.items() if name not in left_out}
    return _digest({"scenario": scenario, "tables": fitted_on})
