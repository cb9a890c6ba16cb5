"""`policy`: what each part of a policy costs, against first come first served.

One core simulates the bookings of the default scenario at 20 times demand under first come and
under one part, in turn. Both see the same residents, so nearly the same requests, and the ratio of
CPU times is that of the cost per request. `decided` is the share that policies decide: from the
counter's opening to the last event of the clock, without drawing wishes and without what became of
bookings.
"""

from __future__ import annotations

from typing import Any

from benchmarks.cases import BOOKINGS_ONLY, SEED, build
from benchmarks.figures import Figure, medians, to_json
from benchmarks.measuring import timed
from sim.model import Model, close_replication, open_replication, run_clock

__all__ = ["PARTS", "run"]

NAME = "policy"
DEMAND = ("demand.multiplier=20", "experiment.warm_up_days=30")
PARTS: dict[str, tuple[str, ...]] = {
    "window, opening at a time of day": (
        "policy.window.at=08:00",
        "demand.responses.comes_back=0.7",
    ),
    "selection: ballot": ("policy.selection={rule: ballot, days_ahead: 7}",),
    "selection: ballot, weekly, past luck": (
        "policy.selection={rule: ballot, draw: weekly, days_ahead: 7, past_luck: 1}",
    ),
    "selection: priority": (
        "policy.selection={rule: priority, order: [[residents]], days_ahead: 7}",
    ),
    "selection: points": (
        "policy.selection={rule: points, days_ahead: 7, follows_demand: 0.5}",
        "points.members=1",
    ),
    "limits: two active bookings": ("policy.limits.active_bookings=2",),
    "limits: hours a day": ("policy.limits.hours=[{at_most: 2, per: day}]",),
    "limits: hours a day and week": (
        "policy.limits.hours=[{at_most: 2, per: day}, {at_most: 6, per: week}]",
    ),
    "limits: no-shows": ("policy.limits.no_shows={}",),
    "reserve: a share": ("policy.reserve=[{share: 0.2, hours: 18-22, for: [older]}]",),
    "reserve: a room kept free": ("policy.reserve=[{rooms: 1, for: [older]}]",),
    "overflow: three venues, an hour": ("policy.overflow={other_venues: 3, shift_minutes: 60}",),
    "overflow: two more days": ("policy.overflow={next_days: 2}",),
    "waitlist": ("policy.waitlist={}",),
    "auto release with standby": ("policy.auto_release={}",),
    "looking again": ("demand.responses.retry={share: 0.3, at_most: 2}",),
}


def run(quick: bool) -> list[dict[str, Any]]:
    """Measure every part alone."""
    rounds = 1 if quick else 5
    plain = build(sets=(*BOOKINGS_ONLY, *DEMAND)).model
    _replicate(plain, 0)  # imports and caches
    figures: list[Figure] = []
    for name, sets in PARTS.items():
        ratios = _ratios(plain, build(sets=(*BOOKINGS_ONLY, *DEMAND, *sets)).model, rounds)
        whole, decided = zip(*ratios, strict=True)
        figures += [
            medians(NAME, name, whole, "ratio of CPU", sense="at most", target=2.0, aim=1.5),
            medians(NAME, f"{name}: decided", decided, "ratio of CPU"),
        ]
    return to_json(figures)


def _ratios(plain: Model, part: Model, rounds: int) -> list[tuple[float, float]]:
    """Per round: whole replications, and what the policy decides of them, part over first come."""
    found = []
    for i in range(rounds):
        ours, base = _replicate(part, i + 1), _replicate(plain, i + 1)
        found.append((sum(ours) / sum(base), ours[1] / base[1]))
    return found


def _replicate(model: Model, replication: int) -> tuple[float, float, float]:
    """CPU seconds of drawing demand and opening the counter, of the clock, of closing."""
    opening, opened = timed(open_replication, model, SEED, replication)
    clock, _ = timed(run_clock, opened.counter, programme=opened.programme)
    closing, _ = timed(close_replication, model, opened)
    return opening, clock, closing
