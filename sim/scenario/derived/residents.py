"""Residents of a scenario's tables, and the scenario with other numbers of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim.scenario.derived.size import size_notices
from sim.scenario.inputs import Inputs
from sim.scenario.schema.base import Part
from sim.scenario.tables import Tables

HOMES = ("compound", "village")
"""Types of origin whose people live there; those of workplaces and campuses come for the day."""


def residents(tables: Tables) -> int:
    """People of the compounds and villages."""
    homes = {row.origin for row in tables.origins if row.type in HOMES}
    return sum(row.people for row in tables.people if row.origin in homes)


def with_growth(inputs: Inputs, times: float) -> Inputs:
    """Inputs as if there were so many times the people, employees and students too.

    Everybody wishes, signs up and visits as today, so three settings are multiplied, as `--set`
    would write them: those of wishes and of visits, and the level of activities, whose number of
    sessions stays. What the notices say of the scenario stays as it is.
    """
    scenario, interest = inputs.scenario, inputs.interest * times
    settings = {
        "demand": ("multiplier", scenario.demand.multiplier * times),
        "dropin": ("multiplier", scenario.dropin.multiplier * times),
        "activities": ("level", interest),
    }
    for idle in ("dropin", "activities"):
        if not getattr(scenario, idle).kinds:
            del settings[idle]
    parts: dict[str, Part] = {}
    resolved: dict[str, Any] = {**inputs.resolved}
    for part, (key, value) in settings.items():
        parts[part] = getattr(scenario, part).model_copy(update={key: value})
        resolved[part] = {**resolved[part], key: value}
    grown = scenario.model_copy(update=parts)
    size = size_notices(grown, inputs.tables, inputs.level, interest)
    return replace(
        inputs,
        scenario=grown,
        interest=interest if "activities" in settings else inputs.interest,
        resolved=resolved,
        notices=tuple(dict.fromkeys([*inputs.notices, *size])),
        changed=(*inputs.changed, *(_setting(p, k, v) for p, (k, v) in settings.items())),
    )


def _setting(part: str, key: str, value: float) -> str:
    """A setting as `--set` takes it, exactly."""
    return f"{part}.{key}={str(value).removesuffix('.0')}"
