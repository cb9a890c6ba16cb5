"""Whether two scenarios have the same residents: the same wishes, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.inputs import Inputs

__all__ = ["residents_differ"]

RULES = frozenset(
    {
        "name", "title", "place", "world", "policy", "zones", "off_platform", "timetable",
        "allocation", "activities", "dropin", "points", "costs", "subsidy", "analysis",
        "calibration", "experiment",
    }
)  # fmt: skip
"""What is rules, supply or a way of looking: residents wish the same whatever it says."""
RULES_WITHIN = {
    "calendar": frozenset({"closures"}),
    "demand": frozenset({"fit", "level", "responses"}),
}
"""The same within parts that otherwise say who the residents are and what they wish."""
TABLES = ("origins", "people")


def residents_differ(a: Inputs, b: Inputs) -> tuple[str, ...]:
    """Keys by which residents differ; none if replications can be compared one by one.

    Wishes are keyed by seed and names, so scenarios that differ in rules, rooms or opening hours
    see the very same ones. Of `experiment` the seed alone matters: a longer warm-up adds wishes
    before the counting window and changes none inside.
    """
    return tuple(_differing(a, b))


def _differing(a: Inputs, b: Inputs) -> Iterator[str]:
    if a.scenario.experiment.seed != b.scenario.experiment.seed:
        yield "experiment.seed"
    if a.level != b.level:
        yield "demand.level"
    for key in sorted((a.resolved.keys() | b.resolved.keys()) - RULES):
        mine, theirs = a.resolved.get(key), b.resolved.get(key)
        if key in RULES_WITHIN:
            inner = _keys(mine) | _keys(theirs)
            for name in sorted(inner - RULES_WITHIN[key]):
                if _at(mine, name) != _at(theirs, name):
                    yield f"{key}.{name}"
        elif mine != theirs:
            yield key
    for name in TABLES:
        if a.table_hashes.get(name) != b.table_hashes.get(name):
            yield f"world.{name}"


def _keys(part: Any) -> frozenset[str]:
    return frozenset(part) if isinstance(part, Mapping) else frozenset()


def _at(part: Any, name: str) -> Any:
    return part.get(name) if isinstance(part, Mapping) else None
