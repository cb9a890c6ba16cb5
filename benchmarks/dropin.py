"""`drop-in`: visits without booking, against bare timeouts and against a SimPy process a visitor.

The first times all that `visit_places` does: drawing callers, who they are, how long they stay and
would wait, seating them, adding up. The second takes the arrivals of four weeks as given and times
seating alone, by the model and by the usual way: a source spawns a process for each visitor, who
asks for a `simpy.Resource`, gives up when patience ends and leaves at closing. Places with turns
are left out there, as a `Resource` knows none. The third is one queue M/M/c that never closes and
nobody leaves. Both sides must give everybody the same fate at the same moments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.cases import DEFAULT, SEED
from benchmarks.figures import Figure, medians, to_json
from benchmarks.measuring import timed
from benchmarks.throughput import TIMEOUTS, tick
from benchmarks.visitors import (
    Answer,
    Crowd,
    as_the_model,
    crowd_of,
    erlang_c,
    markovian,
    one_process_each,
    same,
)
from sim.model import build_model, open_replication, run_clock
from sim.model.build import place_stretches
from sim.places.process import visit_places
from sim.scenario.loading import load

__all__ = ["run"]

NAME = "drop-in"
SHORT = ("window.from=2025-03-03", "window.until=2025-03-30")
BUSY = 3
"""Multiple of today's visits at which seats are scarce."""
SEATS, LOAD, MEAN_STAY = 5, 4.2, 10.0


def run(quick: bool) -> list[dict[str, Any]]:
    """Compare in turn."""
    rounds = 2 if quick else 5
    figures = _whole(rounds)
    for multiplier in (1, BUSY):
        what = f"four weeks of the places without turns, at {multiplier}x"
        figures += _seating(what, _crowds(multiplier), rounds)
    crowd = markovian(SEATS, LOAD, MEAN_STAY, 50_000 if quick else 300_000, SEED)
    figures += _seating(f"M/M/{SEATS}", [crowd], rounds)
    return to_json([*figures, _waits(crowd)])


def _whole(rounds: int) -> list[Figure]:
    """Visits a second of the default scenario over timeouts a second."""
    model = build_model(load(DEFAULT, need_level=False))
    ratios, seconds, us = [], [], []
    for i in range(rounds + 1):
        opened = open_replication(model, SEED, i)
        run_clock(opened.counter, programme=opened.programme)
        stretches = place_stretches(model, opened.counter.desk.busy)
        took, record = timed(visit_places, model.places, opened.root, stretches)
        ticks, _ = timed(tick)
        if i:  # the first imports and fills caches
            ratios.append(float(record.arrivals.sum()) / took / (TIMEOUTS / ticks))
            seconds.append(took)
            us.append(took / float(record.callers.sum()) * 1e6)
    note = "drawn, seated and added up, without looking who is elsewhere"
    return [
        medians(NAME, "visits/s over timeouts/s", ratios, "ratio", note=note),
        medians(NAME, "all places of a replication", seconds, "CPU s"),
        medians(NAME, "per caller, those in vain included", us, "CPU us"),
    ]


def _crowds(multiplier: float) -> list[Crowd]:
    """Who comes to each place without turns in four weeks."""
    sets = (*SHORT, f"dropin.multiplier={multiplier}")
    model = build_model(load(DEFAULT, sets=sets, need_level=False))
    opened = open_replication(model, SEED, 1)
    run_clock(opened.counter, programme=opened.programme)
    stretches = place_stretches(model, opened.counter.desk.busy)
    record = visit_places(model.places, opened.root, stretches, keep=True)
    found = []
    for p, visits in enumerate(record.visits or ()):
        seating = model.places.seating[p]
        if seating.turns is None and seating.limit is None:
            spans = np.array(stretches[p], dtype=np.float64).reshape(-1, 2) * model.world.grid
            found.append(crowd_of(visits, seating.seats, spans))
    return found


def _seating(what: str, crowds: Sequence[Crowd], rounds: int) -> list[Figure]:
    """Seconds per visitor of both ways, in turn, on the same crowds."""
    n = sum(len(crowd.arrival) for crowd in crowds)
    ratios, ours_us, theirs_us = [], [], []
    for _ in range(rounds):
        ours, mine = timed(lambda: [as_the_model(crowd) for crowd in crowds])
        theirs, other = timed(lambda: [one_process_each(crowd) for crowd in crowds])
        _check_same(mine, other)
        ratios.append(theirs / ours)
        ours_us.append(ours / n * 1e6)
        theirs_us.append(theirs / n * 1e6)
    note = f"fates and moments of all {n:,} visitors are the same, checked in every round"
    return [
        medians(NAME, f"a process each over the model, {what}", ratios, "ratio", note=note),
        medians(NAME, f"seating per visitor, the model, {what}", ours_us, "CPU us"),
        medians(NAME, f"seating per visitor, a process each, {what}", theirs_us, "CPU us"),
    ]


def _check_same(ours: Sequence[Answer], theirs: Sequence[Answer]) -> None:
    """Refuse to compare speeds of different answers."""
    for place, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if not same(mine, other):
            raise AssertionError(f"the model and processes differ at place {place}")


def _waits(crowd: Crowd) -> Figure:
    """Share who wait, beside Erlang's C."""
    begins, _ = as_the_model(crowd)
    share = float((begins > crowd.arrival).mean())
    note = f"exact C = {erlang_c(crowd.seats, LOAD):.6f} in the long run, {LOAD} erlangs"
    return Figure(NAME, f"share who wait, M/M/{SEATS}", share, "share", note=note)
