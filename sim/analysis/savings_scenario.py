"""A scenario that carries a savings plan out, so that a run can check it."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Sequence

from sim.analysis.closing import BLOCKS
from sim.analysis.savings_table import ZonePlan
from sim.scenario.schema.place import Closure
from sim.world.opening import runs
from sim.world.world import World

__all__ = ["closures_yaml"]


def closures_yaml(world: World, plans: Sequence[ZonePlan], base: str) -> str:
    """A scenario that extends `base` and carries the plans out, so that a run can check them.

    Venues are named, not centres, so that drop-in places there stay open. A list replaces the
    parent's, so its closures are repeated. The area cost of venues closed wholly stays in the
    scenario's costs: the venues are closed there, not gone; a comment says how much it is.
    """
    whole, blocks = _closed(plans)
    area = sum(p.area_saved for p in plans)
    names = world.venues.names
    first, last = world.calendar.date(0), world.calendar.date(world.n_days - 1)
    lines = [_closure_line(c) for c in world.scenario.calendar.closures]
    if whole:
        listed = ", ".join(_quoted(names[v]) for v in whole)
        lines.append(f"    - {{from: {first}, until: {last}, venues: [{listed}], reason: savings}}")
    for b, venues in blocks.items():
        listed = ", ".join(_quoted(names[v]) for v in venues if v not in whole)
        hours = f"{BLOCKS[b].start}:00-{BLOCKS[b].end}:00"
        named = f"&block{b} [{listed}]"
        for start, end in _stretches(world, BLOCKS[b].weekend) if listed else ():
            dates = f"from: {start}, until: {end}"
            lines.append(f'    - {{{dates}, venues: {named}, hours: "{hours}", reason: savings}}')
            named = f"*block{b} "
    head = (
        f"# Closures that would save {sum(p.saved for p in plans):,.0f} yuan a year.",
        f"# {area:,.0f} yuan of them are the area of venues closed wholly: still in the costs of",
        "# this scenario, because the venues are closed here, not given up.",
        f"# Put this file beside {base} to run it; what `--set` changed for the run is not in it.",
        f"name: {_quoted(world.scenario.name + '-savings')}",
        f"extends: {_quoted(base)}",
        "calendar:",
        "  closures:" if lines else "  closures: []",
    )
    return "\n".join((*head, *lines)) + "\n"


def _closed(plans: Sequence[ZonePlan]) -> tuple[list[int], dict[int, list[int]]]:
    """Venues closed wholly, and by block those closed in it."""
    whole: list[int] = []
    blocks: dict[int, list[int]] = {}
    for plan in plans:
        for step in plan.steps:
            made = step.candidate
            venues = plan.stock.venues[made.closed.any(axis=1)].tolist()
            (whole if made.venue >= 0 else blocks.setdefault(made.block, [])).extend(venues)
    return whole, dict(sorted(blocks.items()))


def _stretches(world: World, weekend: bool) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last date of every run of weekdays, or of weekend days, that can be booked.

    Nobody books the last days of the horizon; closures there would only be doubted.
    """
    inside = (world.calendar.weekday >= 5) == weekend
    inside[world.calendar.count_until + math.ceil(world.scenario.opens_days_ahead) :] = False
    for start, end in runs(inside):
        yield world.calendar.date(start), world.calendar.date(end - 1)


def _closure_line(closure: Closure) -> str:
    """A closure of the parent, as YAML on one line."""
    parts = [f"from: {closure.first}", f"until: {closure.last}"]
    for key in ("venues", "centres", "kinds"):
        named = getattr(closure, key)
        if named:
            parts.append(f"{key}: [{', '.join(_quoted(n) for n in named)}]")
    if closure.hours is not None:
        parts.append(f'hours: "{closure.hours}"')
    if closure.reason:
        parts.append(f"reason: {_quoted(closure.reason)}")
    return f"    - {{{', '.join(parts)}}}"


def _quoted(text: str) -> str:
    """Text in double quotes, as JSON and YAML have them."""
    return json.dumps(text, ensure_ascii=False)
