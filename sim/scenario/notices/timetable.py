"""What is probably not meant about the timetable of clubs: dates nobody counts, idle switches."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables

NO_ROWS = "timetable.blocks: the table has no rows, so no club has a room."


def of_timetable(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Sentences about blocks that count for nothing, and rooms that never go back."""
    spec, window = scenario.timetable, scenario.window
    if spec is None:
        return
    rows = tables.timetable
    if not rows:
        yield NO_ROWS
    outside = [row for row in rows if not row.has_date(window.first, window.last)]
    if outside:
        yield (
            f"timetable.blocks: {len(outside)} of {len(rows)} blocks have no date in the counting "
            f"window ({window.first} until {window.last}), so none of their hours is counted: "
            f"{outside[0].request} ({outside[0].first} until {outside[0].last})"
            f"{' and others' if len(outside) > 1 else ''}."
        )
    if spec.release_unused and spec.unused_share == 0:
        yield "timetable.release_unused: `unused_share` is 0, so nothing is ever given back."
