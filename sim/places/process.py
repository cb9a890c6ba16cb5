"""Drop-in of one replication: every place is a SimPy process that lives from closing to closing.

When a stretch of opening hours ends, a place can work through all who arrived in it. It does so for
some thousand callers at a time: numpy is slow on fewer, and a place that has only these in hand
needs little memory. Being keyed, callers do not depend on how they are cut into batches.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import simpy

from sim.arrays import Bools
from sim.places.draws import draw_numbers
from sim.places.plan import PlacesPlan, Stretches
from sim.places.record import PlacesRecord, Tally, Visits
from sim.places.seats import seat_all
from sim.places.visits import Elsewhere, PlaceRun, StretchBatch, batches_of, joined


def open_stretches(plan: PlacesPlan) -> list[Stretches]:
    """Open slots of each place by its opening profile; a night's opening is one stretch."""
    return list(plan.stretches)


def visit_places(
    plan: PlacesPlan,
    root: int,
    stretches: Sequence[Stretches] | None = None,
    elsewhere: Elsewhere | None = None,
    keep: bool = False,
    only: Bools | None = None,
) -> PlacesRecord:
    """Simulate all places up to the end of the counting window.

    Parameters
    ----------
    root
        Key of the replication.
    stretches
        Per place; without them its opening profile.
    elsewhere
        (person, since, until) -> whether each is somewhere else for some of that time and does not
        come: from arrival until the end of patience and stay.
    keep
        Keep every caller.
    only
        (P,) places that are looked at; nobody comes to the others. None: all.
    """
    calendar = plan.world.calendar
    tally = Tally(
        len(plan.world.places),
        len(plan.world.segments),
        int(calendar.weekday[0]),
        (calendar.count_from * 24, calendar.count_until * 24),
    )
    kept: list[list[Visits]] = [[] for _ in plan.world.places.names]
    if plan.active:
        opening = plan.stretches if stretches is None else stretches
        env = simpy.Environment()
        draw = draw_numbers(plan, root)
        for place, own in enumerate(opening):
            if only is not None and not only[place]:
                continue
            run = PlaceRun(plan, draw, place, elsewhere, tally, kept[place] if keep else None)
            env.process(_live(env, run, own))
        env.run()
    return tally.record(tuple(joined(v) for v in kept) if keep else None)


def _live(
    env: simpy.Environment, run: PlaceRun, stretches: Stretches
) -> Generator[simpy.Event, Any, None]:
    """Sleep until the stretches of a batch have closed, work through them, and so on."""
    world, counts = run.plan.world, run.draw.counts[run.place]
    for batch in batches_of(world.calendar, counts, stretches, world.grid):
        yield env.timeout(batch.end - env.now)
        _work_through(run, batch)


def _work_through(run: PlaceRun, batch: StretchBatch) -> None:
    """Draw, seat and sum up; everything of a batch is let go of at its end."""
    e, seating = run.expect(batch), run.plan.seating[run.place]
    goes_first = None
    if seating.priority is not None:
        goes_first = seating.priority[run.plan.streams.segment[e.callers.stream[e.come]]]
    run.settle(
        e, *seat_all(seating, e.arrival, e.stay, e.until, batch.stretches, e.sizes, goes_first)
    )
