"""`draws`: a batch assigned by optimisation, beside serving one after the other.

A town of 30 centres with one to four rooms each and 500 requests for one day, by default equal ones
(one hour, on the hour) and mixed ones (1 to 3 hours, on the half-hour); bookers bend by up to three
hours and three further centres. Beside the CPU time stand the value found, over that of serving in
the order of lots and of asking, everybody taking the best that is left, and the proven gap.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.draws_town import town
from benchmarks.figures import Figure, medians, to_json
from benchmarks.measuring import timed
from optimise.draws.pooling import DrawProblem
from optimise.draws.solve import assign

__all__ = ["run"]

NAME = "draws"
REQUESTS = 500


def run(quick: bool) -> list[dict[str, Any]]:
    """Draws of both sorts, a town a seed."""
    seeds = 3 if quick else 21
    assign(town(0, 50))  # imports
    assign(town(0, 50, equal=True))
    targets = {"equal": 30.0, "mixed": 400.0}
    figures: list[Figure] = []
    for sort, most in targets.items():
        figures += _of_sort(sort, seeds, most)
    return to_json(figures)


def _of_sort(sort: str, seeds: int, most: float) -> list[Figure]:
    cpu, by_lot, by_asking, over_lot, over_asking, gaps, unproven = ([] for _ in range(7))
    for seed in range(seeds):
        draw = town(seed, REQUESTS, equal=sort == "equal")
        seconds, found = timed(assign, draw)
        lot_seconds, lot = timed(one_by_one, draw, np.arange(REQUESTS))
        asking = np.random.default_rng((seed, 2)).permutation(REQUESTS)
        asking_seconds, first = timed(one_by_one, draw, asking)
        cpu.append(1000 * seconds)
        by_lot.append(1000 * lot_seconds)
        by_asking.append(1000 * asking_seconds)
        over_lot.append(found.value / lot)
        over_asking.append(found.value / first)
        gaps.append(found.gap)
        unproven.append(float(not found.proven))
    name = f"{REQUESTS} {sort}"
    note = f"not proven: {sum(unproven):g} of {seeds} draws"
    return [
        medians(NAME, name, cpu, "CPU ms", sense="at most", target=most),
        medians(NAME, f"{name}: in order of lots", by_lot, "CPU ms"),
        medians(NAME, f"{name}: first come", by_asking, "CPU ms"),
        medians(NAME, f"{name}: value over order of lots", over_lot, "ratio"),
        medians(NAME, f"{name}: value over first come", over_asking, "ratio"),
        medians(NAME, f"{name}: gap", gaps, "share", note=note),
    ]


def one_by_one(draw: DrawProblem, order: Any) -> int:
    """Value where requests come in an order and each takes the best room and start left."""
    ranked = np.lexsort((draw.room, -draw.value, draw.request))
    bounds = np.searchsorted(draw.request[ranked], np.arange(draw.requests + 1)).tolist()
    room, value = draw.room[ranked].tolist(), draw.value[ranked].tolist()
    spans = zip(draw.begin[ranked].tolist(), draw.end[ranked].tolist(), strict=True)
    masks = [((1 << (end - begin)) - 1) << begin for begin, end in spans]
    taken = [0] * (max(room) + 1)
    total = 0
    for request in order.tolist():
        for k in range(bounds[request], bounds[request + 1]):
            if not taken[room[k]] & masks[k]:
                taken[room[k]] |= masks[k]
                total += value[k]
                break
    return total
