"""What differs between two scenarios: keys and tables, by what they decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario import shape
from sim.scenario.identity import RESIDENTS, RESULTS, content, identity_keys
from sim.scenario.inputs import Inputs
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import TABLES

ANALYSIS_ONLY = ""
"""Aspect of what changes how results are made and grouped, not what is simulated."""
ASPECT_OF = {
    "experiment": ANALYSIS_ONLY,
    "analysis": ANALYSIS_ONLY,
    "analysis.peak_weekday": "peak hours",
    "analysis.peak_weekend": "peak hours",
    "zones.*.operator": ANALYSIS_ONLY,
    "window": "days",
    "segments": "people",
    "people": "people",
    "travel": "access",
    "opening": "opening hours",
    "zones.*.opening": "opening hours",
    "calendar.closures": "opening hours",
    "off_platform": "off-platform use",
    "timetable": "clubs",
    "policy": "rules",
    "zones.*.window": "rules",
    "demand.responses": "responses of bookers",
    "zones": "activities",
    "activities": "activities",
    "dropin": "drop-in places",
    "points": "points",
    "costs": "costs",
}
"""What a key is about: that of the longest path named here; `demand` where none is.

Words only: whether residents are the same follows from what the keys themselves say they decide.
"""
ASPECT_OF_TABLE = {
    "communities": "access",
    "origins": "people",
    "people": "people",
    "walks": "access",
    "centres": "rooms",
    "venues": "rooms",
    "hours": "opening hours",
    "off_platform": "off-platform use",
    "timetable": "clubs",
    "places": "drop-in places",
}
"""Tables that replications depend on."""
ASPECT_OF_COLUMN = {
    "access": "access",
    "hours": "opening hours",
    "drop_in": "drop-in places",
    "area_m2": "costs",
}
"""Columns of `venues` that are no matter of rooms."""
CHOICE = ("access", "rooms", "opening hours")
"""What people who have a wish look at before they ask: with another of these requests differ."""
_PATHS = {tuple(path.split(".")): aspect for path, aspect in ASPECT_OF.items()}


@dataclass(frozen=True, slots=True)
class InputDifferences:
    """Differences of a scenario from another one.

    Attributes
    ----------
    keys
        Aspect (`opening hours`, `rules`, ...) -> dotted keys and tables that differ.
    residents
        Keys by which residents differ; none if replications can be compared one by one.
    """

    keys: Mapping[str, tuple[str, ...]]
    residents: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """How many keys and tables differ: the simpler of two alternatives has fewer."""
        return sum(map(len, self.keys.values()))

    @property
    def choice(self) -> bool:
        """Whether supply or access differs, so that other wishes are asked, or elsewhere."""
        return any(aspect in self.keys for aspect in CHOICE)

    @property
    def own_groups(self) -> bool:
        """Whether groups by tier and walk hold other people, so that a total may lie outside."""
        return self.choice and bool(self.residents)


def input_differences(mine: Inputs, theirs: Inputs) -> InputDifferences:
    """Compare what is simulated of two scenarios."""
    found: dict[str, list[str]] = {}
    for aspect, key in (*_of_keys(mine, theirs), *_of_tables(mine, theirs)):
        found.setdefault(aspect, []).append(key)
    order = ("seed", "demand", "days", "people", *CHOICE, *ASPECT_OF.values(), *found)
    keys = {a: tuple(found[a]) for a in dict.fromkeys(order) if a in found}
    return InputDifferences(keys, residents_differ(mine, theirs))


def _of_keys(mine: Inputs, theirs: Inputs) -> Iterator[tuple[str, str]]:
    """(aspect, dotted key) of values that differ, levels as they were fitted among them."""
    for key, a, b in (
        ("demand.level", mine.level, theirs.level),
        ("activities.level", mine.interest, theirs.interest),
        ("points.level", mine.errands, theirs.errands),
    ):
        if a != b:
            yield key.split(".")[0], key
    if mine.scenario.experiment.seed != theirs.scenario.experiment.seed:
        yield "seed", "experiment.seed"
    for path in _differing(content(mine.scenario, RESULTS), content(theirs.scenario, RESULTS)):
        aspect = _aspect(path)
        if aspect != ANALYSIS_ONLY:
            yield aspect, ".".join(path)


def _differing(mine: Any, theirs: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of values that differ; where one side has no mapping, that of the whole.

    A whole is looked into all the same where its parts are about other things.
    """
    if _has_parts(path):
        mine, theirs = mine or {}, theirs or {}
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        for key in sorted(mine.keys() | theirs.keys()):
            yield from _differing(mine.get(key), theirs.get(key), (*path, key))
    elif mine != theirs:
        yield path


def _has_parts(path: tuple[str, ...]) -> bool:
    """Whether keys inside it have an aspect of their own."""
    return any(_leads(path, named[: len(path)]) for named in _PATHS if len(named) > len(path))


def _leads(path: tuple[str, ...], named: tuple[str, ...]) -> bool:
    return all(n in ("*", p) for n, p in zip(named, path, strict=True))


def _aspect(path: tuple[str, ...]) -> str:
    """Return the aspect of the longest named path that leads to this one."""
    for length in range(len(path), 0, -1):
        for named, aspect in _PATHS.items():
            if len(named) == length and _leads(path[:length], named):
                return aspect
    return "demand"


def _of_tables(mine: Inputs, theirs: Inputs) -> Iterator[tuple[str, str]]:
    """(aspect, table) of tables that differ; rooms have an aspect for each way to differ."""
    for name, aspect in ASPECT_OF_TABLE.items():
        if mine.table_hashes.get(name) != theirs.table_hashes.get(name):
            aspects = _of_rooms(mine, theirs) if name == "venues" else [aspect]
            for found in aspects:
                yield found, TABLES[name].named_by


def _of_rooms(mine: Inputs, theirs: Inputs) -> list[str]:
    """Aspects of the columns in which the same rooms differ; `rooms` where there are others."""
    rows = {row.venue: row for row in mine.tables.venues}
    before = {row.venue: row for row in theirs.tables.venues}
    if rows.keys() != before.keys():
        return ["rooms"]
    return sorted(
        {
            ASPECT_OF_COLUMN.get(column, "rooms")
            for name, row in rows.items()
            for column, value in row
            if column != "source" and value != getattr(before[name], column)
        }
    )


def residents_differ(a: Inputs, b: Inputs) -> tuple[str, ...]:
    """Keys by which residents differ; none if replications can be compared one by one.

    Wishes are keyed by seed and names, so scenarios that differ in rules, rooms or opening hours
    have the very same ones. Of `experiment` the seed alone matters: a longer warm-up adds wishes
    before the counting window and changes none inside.
    """
    found = [] if a.scenario.experiment.seed == b.scenario.experiment.seed else ["experiment.seed"]
    if a.level != b.level:
        found.append("demand.level")
    mine, theirs = content(a.scenario, RESIDENTS), content(b.scenario, RESIDENTS)
    for key in sorted(mine.keys() | theirs.keys()):
        one, other = mine.get(key), theirs.get(key)
        if one != other and _is_split(key):
            one, other = one or {}, other or {}
            names = sorted(one.keys() | other.keys())
            found += [f"{key}.{name}" for name in names if one.get(name) != other.get(name)]
        elif one != other:
            found.append(key)
    tables = (name for name, spec in TABLES.items() if RESIDENTS.has(spec.decides))
    differ = (n for n in tables if a.table_hashes.get(n) != b.table_hashes.get(n))
    return (*found, *(TABLES[name].named_by for name in differ))


def _is_split(key: str) -> bool:
    """Whether a part has keys that residents do not depend on beside those that they do."""
    models = shape.models(shape.field_annotation(Scenario.model_fields[key]))
    return any(len(identity_keys(m, RESIDENTS)) < len(m.model_fields) for m in models)
