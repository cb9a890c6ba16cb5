"""Whether a season of group requests fits together: halves, decisions, kinds, dates, the grid.

What needs walks or hours is checked where they are known: `sim.season.locks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from sim.scenario.checks.draft import Draft
from sim.scenario.problems import Problem
from sim.scenario.read.csv_tables import Record
from sim.scenario.schema.allocation import Allocation
from sim.scenario.schema.allocation_rows import RequestRow, listed, pin_of

_TABLE = "group_requests"


def halves(draft: Draft) -> Iterator[Problem]:
    """No whole is named twice, and none is itself a part."""
    given = [] if draft.scenario.allocation is None else draft.scenario.allocation.halves
    parts = {name for one in given for name in one.parts}
    wholes = [one.whole for one in given]
    for i, whole in enumerate(wholes):
        key = ("allocation", "halves", i, "whole")
        if whole in parts:
            message = f"{whole} is a part of another: name the smallest parts of each whole"
            yield draft.at(key, message)
        if whole in wholes[:i]:
            yield draft.at(key, f"{whole} is given twice")


def unread_pin(decision: Literal["lock", "reject"], text: str) -> str | None:
    """What is wrong with a decision in words; None: it can be read."""
    try:
        pin_of(decision, text)
    except ValueError as error:
        found = getattr(error, "errors", None)
        if found is None:
            return str(error)
        first = found(include_url=False)[0]
        return str(first.get("ctx", {}).get("error", first["msg"]))
    return None


def pins(draft: Draft) -> Iterator[Problem]:
    """Decisions in the YAML can be read."""
    allocation = draft.scenario.allocation
    if allocation is None:
        return
    both: tuple[tuple[str, Literal["lock", "reject"], list[str]], ...] = (
        ("locks", "lock", allocation.locks),
        ("rejections", "reject", allocation.rejections),
    )
    for key, decision, texts in both:
        for i, text in enumerate(texts):
            message = unread_pin(decision, text)
            if message is not None:
                yield draft.at(("allocation", key, i), message)


def requests(draft: Draft) -> Iterator[Problem]:
    """Venues are of the kind asked for, stretches lie on the grid, dates touch the season."""
    allocation = draft.scenario.allocation
    kinds = {row.venue: row.kind for row in draft.tables.venues}
    for record, row in draft.rows(_TABLE) if allocation is not None else ():
        assert allocation is not None
        for name in listed(row.venues):
            if kinds.get(name, row.kind) != row.kind:
                message = f"{name} is of kind {kinds[name]}; {row.request} asks for {row.kind}"
                yield draft.cell(_TABLE, record, "venues", message)
        yield from _off_grid(draft, record, row, allocation.grid_minutes)
        yield from _dateless(draft, record, row, allocation)


def _off_grid(draft: Draft, record: Record, row: RequestRow, grid: int) -> Iterator[Problem]:
    """Stretches that do not lie on the grid."""
    for choice, column in ((1, "first_choice"), (2, "second_choice")):
        ends = [m for _, *stretch, n in row.windows if n == choice for m in stretch]
        bad = next((m for m in ends if m % grid), None)
        if bad is not None:
            clock = f"{bad // 60:02d}:{bad % 60:02d}"
            message = f"{clock} does not lie on the grid of {grid} minutes"
            yield draft.cell(_TABLE, record, column, f"{message} (allocation.grid_minutes)")


def _dateless(
    draft: Draft, record: Record, row: RequestRow, allocation: Allocation
) -> Iterator[Problem]:
    """Dates that do not touch the season."""
    season = allocation.season
    first, last = row.first or season.first, row.last or season.last
    if first > season.last or last < season.first:
        column = "from" if row.first is not None and first > season.last else "until"
        message = f"no date of {first} until {last} lies in the season"
        allowed = (f"dates of {season.first} until {season.last}",)
        yield draft.cell(_TABLE, record, column, message, allowed)


CHECKS = (halves, pins, requests)
