"""`throughput`: bookings of the default scenario at 20 times demand against bare timeouts.

One core does both in one process, in turn: simulate and measure a replication, then let one SimPy
process yield a million timeouts. Wishes and requests are those of the whole replication, warm-up
and tail included, as all of them are simulated. Activities, drop-in and points are off, so that the
figures go on meaning what they meant; once more with everything on, where sign-ups and visits come
on top of the same requests and are not counted.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from benchmarks.cases import BOOKINGS_ONLY, Case, build
from benchmarks.figures import Figure, medians, to_json
from benchmarks.measuring import interleaved
from sim.measure.meter import measure
from sim.measure.summary import summarise

__all__ = ["run", "tick"]

NAME = "throughput"
TIMEOUTS = 1_000_000
HEAVY = 20
HEAVIEST = 100


def run(quick: bool) -> list[dict[str, Any]]:
    """Measure at 20 times demand (with targets), at 100 times and with everything (reported)."""
    rounds = 2 if quick else 5
    figures = _at(build_at(HEAVY), f"at {HEAVY}x", rounds, targets=True)
    figures.append(_peak_served(build_at(HEAVY), HEAVY))
    figures += _at(build_at(HEAVIEST), f"at {HEAVIEST}x", 1 if quick else 5, targets=False)
    figures.append(_peak_served(build_at(HEAVIEST), HEAVIEST))
    whole = build(sets=(f"demand.multiplier={HEAVY}",))
    figures += _at(whole, f"at {HEAVY}x with everything on", rounds, targets=False)
    return to_json(figures)


def tick(number: int = TIMEOUTS) -> None:
    """Let one SimPy process yield `timeout(1)` so often."""
    env = simpy.Environment()

    def ticking() -> Generator[simpy.Event, Any, None]:
        for _ in range(number):
            yield env.timeout(1)

    env.process(ticking())
    env.run()


def _at(case: Case, at: str, rounds: int, *, targets: bool) -> list[Figure]:
    """Requests and wishes a second as a share of timeouts a second."""
    case.replicate(0)  # imports and caches
    requests, wishes, seconds, timeouts = [], [], [], []
    for replicate, (n_wishes, n_requests), ticks, _ in interleaved(
        rounds, lambda i: case.replicate(i + 1), lambda _: tick()
    ):
        per_second = TIMEOUTS / ticks
        requests.append(n_requests / replicate / per_second)
        wishes.append(n_wishes / replicate / per_second)
        seconds.append(replicate)
        timeouts.append(per_second)
    bars = [
        {"sense": "at least", "target": target, "aim": 2 * target} if targets else {}
        for target in (0.10, 0.15)
    ]
    return [
        medians(NAME, f"requests/s over timeouts/s, {at}", requests, "ratio", **bars[0]),
        medians(NAME, f"wishes/s over timeouts/s, {at}", wishes, "ratio", **bars[1]),
        medians(NAME, f"a replication, {at}", seconds, "CPU s"),
        medians(NAME, f"bare timeouts beside {at}", timeouts, "1/s"),
    ]


def build_at(multiplier: float) -> Case:
    """Build the bookings of the default scenario at a demand multiplier."""
    return build(sets=(*BOOKINGS_ONLY, f"demand.multiplier={multiplier}"))


def _peak_served(case: Case, multiplier: int) -> Figure:
    """Share of requests for peak hours that got a slot, in one replication."""
    values = measure(case.meter, case.simulate(1))
    summary = summarise(case.meter.rows, [values], 0.95).set_index(["metric", "group", "level"])
    share = float(summary["mean"][("served_share", "peak", "peak")])
    note = "so the figures above are of a desk under pressure" if multiplier == HEAVY else ""
    return Figure(NAME, f"peak requests served, at {multiplier}x", share, "share", note=note)
