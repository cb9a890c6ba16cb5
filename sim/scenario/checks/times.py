"""Whether times fit together: everything on its grid, the warm-up as long as the windows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.scenario import shape
from sim.scenario.checks.draft import Draft
from sim.scenario.problems import Problem
from sim.scenario.read.nodes import Key, dotted
from sim.scenario.schema.base import OnGrid, Part
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import minutes_of

_OTHERS_GRID = "last_season"
"""Last season's timetable may have been made on another grid."""


def grid(draft: Draft) -> Iterator[Problem]:
    """What must lie on a slot grid does.

    Preferred starts must, or no slot could be asked for. Durations that are drawn are rounded; that
    of a series is written by hand, so what is no multiple is a mistake.
    """
    for key, value, annotation in shape.leaves(draft.scenario, Scenario):
        wrong = _off_grid(draft.scenario, value, shape.fact(annotation, OnGrid))
        if wrong is not None:
            yield draft.at(key, wrong)
    for name, table in draft.read.items():
        facts = {} if name == _OTHERS_GRID or not table.rows else _grids(type(table.rows[0][1]))
        for record, row in table.rows if facts else ():
            for attribute, (column, fact) in facts.items():
                wrong = _off_grid(draft.scenario, getattr(row, attribute), fact)
                if wrong is not None:
                    yield draft.cell(name, record, column, wrong)


def _grids(model: type[Part]) -> dict[str, tuple[str, OnGrid]]:
    """Attributes of a row that must lie on a grid, with their columns."""
    found = {}
    for attribute, field in model.model_fields.items():
        fact = shape.fact(shape.field_annotation(field), OnGrid)
        if fact is not None:
            found[attribute] = (field.alias or attribute, fact)
    return found


def _off_grid(scenario: Scenario, value: int | str | None, fact: OnGrid | None) -> str | None:
    """What is wrong with a length or a time of day, in words."""
    if fact is None or value is None:
        return None
    minutes = scenario.grid_minutes
    if fact.key != "grid_minutes":
        minutes = 30 if scenario.allocation is None else scenario.allocation.grid_minutes
    if isinstance(value, int):
        wrong = f"{value} is no multiple of {fact.key} ({minutes})"
        return wrong if value % minutes else None
    where = "" if fact.key == "grid_minutes" else f" ({fact.key})"
    wrong = f"{value} does not lie on the grid of {minutes} minutes{where}"
    return wrong if minutes_of(value) % minutes else None


def warm_up(draft: Draft) -> Iterator[Problem]:
    """The warm-up is as long as the longest booking window: else diaries start empty."""
    scenario = draft.scenario
    days, windows = scenario.experiment.warm_up_days, scenario.windows
    ahead = {key: window.longest_days(scenario.batch_days) for key, window in windows.items()}
    longest = max(ahead, key=lambda key: ahead[key])  # the first of equals: the policy's
    if days >= ahead[longest]:
        return
    key: tuple[Key, ...] = ("experiment", "warm_up_days")
    opens = (*longest, "opens_days_ahead")
    message = (
        f"warm-up of {days:g} days is shorter than the booking window of {ahead[longest]:.4g} days"
    )
    if not draft.is_written(key) and draft.is_written(longest):
        key = opens
    elif longest != ("policy", "window"):
        message += f" in {dotted(opens)}"
    yield draft.at(key, message, f"experiment.warm_up_days of at least {math.ceil(ahead[longest])}")


CHECKS = (grid, warm_up)
