"""Queues that have an exact answer, through ordinary scenarios: one place that never closes.

Sums over replications are compared with their exact means. By PASTA the sum of anything over the
arrivals of a window has mean (its stationary mean) x (mean number of arrivals), so the differences
below have mean 0 exactly, with no bias of a ratio.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from builders import Parts, z_score

from sim.places.plan import PlacesPlan
from sim.places.record import PlacesRecord

from .worlds import exponential, one_queue, plan_of, records, window

STAY = 10.0
"""Minutes of a mean stay."""
N = 40
"""Replications."""


def run(parts: Parts, folder: Path, keep: bool = False) -> tuple[PlacesPlan, list[PlacesRecord]]:
    plan = plan_of(parts, folder)
    assert [len(s) for s in plan.stretches] == [1]
    return plan, records(plan, N, keep=keep)


def totals(of: list[PlacesRecord], name: str) -> np.ndarray:
    return np.array([getattr(r, name).sum() for r in of], dtype=float)


def long_run(rate: float, out: list[float]) -> np.ndarray:
    """Stationary distribution of a birth-death chain with births `rate` and deaths `out[n]`."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(rate) - np.log(out))])
    p = np.exp(logs - logs.max())
    return p / p.sum()


def erlang_c(seats: int, load: float) -> float:
    last = load**seats / math.factorial(seats) * seats / (seats - load)
    return last / (sum(load**n / math.factorial(n) for n in range(seats)) + last)


@pytest.mark.parametrize(("seats", "load"), [(1, 0.6), (5, 4.2)])
def test_without_patience(seats: int, load: float, tmp_path: Path) -> None:
    """M/M/c: who waits, for how long, and how many seats are taken (Erlang C, Little)."""
    days, rate = 20, load / STAY
    parts = one_queue(days, seats, 60 * rate, exponential(STAY))
    plan, of = run(parts, tmp_path, keep=True)
    came, waited = totals(of, "arrivals"), totals(of, "waited_minutes")
    p_wait = erlang_c(seats, load)
    kept = [r.visits[0] for r in of if r.visits]
    queued = [((v.start > v.arrival) & window(plan, v.arrival)).sum() for v in kept]
    assert abs(z_score(came, days * 1440 * rate)) < 4
    assert abs(z_score(np.array(queued) - p_wait * came, 0)) < 4
    assert abs(z_score(waited - p_wait * STAY / (seats - load) * came, 0)) < 4
    assert abs(z_score(totals(of, "person_minutes"), days * 1440 * load)) < 4
    assert (totals(of, "served") == came).all()


def test_priority_of_a_segment(tmp_path: Path) -> None:
    """M/M/c with two classes: the mean wait of each (Cobham), the old seated first."""
    days, seats, loads = 20, 3, np.array([0.8, 1.6])
    rates = 60 * loads / STAY
    parts = one_queue(days, seats, 0, exponential(STAY), priority=["old"])
    parts.scenario["segments"]["old"] = parts.scenario["segments"]["person"]
    kind = parts.scenario["dropin"]["kinds"]["seats"]
    kind["visits_per_1000"] = dict(zip(("old", "person"), (168 * rates).tolist(), strict=True))
    parts.tables["people"].append({"origin": "home", "segment": "old", "people": 1000})
    plan, of = run(parts, tmp_path, keep=True)
    upto = np.cumsum(loads) / seats
    exact = erlang_c(seats, loads.sum()) * STAY / seats
    exact = exact / ((1 - upto) * (1 - np.array([0, upto[0]])))
    for name, expected in zip(("old", "person"), exact, strict=True):
        segment = plan.world.segments.index(name)
        waits = []
        for v in (r.visits[0] for r in of if r.visits):
            own = window(plan, v.arrival) & (v.segment == segment)
            waits.append((v.start - v.arrival)[own].mean())
        assert abs(z_score(waits, expected)) < 4


@pytest.mark.parametrize(("seats", "load", "patience"), [(1, 1.2, 15.0), (5, 6.0, 5.0)])
def test_with_patience(seats: int, load: float, patience: float, tmp_path: Path) -> None:
    """M/M/c+M, overloaded: who gives up, and what all together waited (Erlang A)."""
    rate = load / STAY
    out = [min(n, seats) / STAY + max(n - seats, 0) / patience for n in range(1, 2000)]
    p = long_run(rate, out)
    queue = float((p * np.maximum(np.arange(len(p)) - seats, 0)).sum())
    busy = float((p * np.minimum(np.arange(len(p)), seats)).sum())
    parts = one_queue(
        20, seats, 60 * rate, exponential(STAY), patience_minutes=exponential(patience)
    )
    _, of = run(parts, tmp_path)
    came = totals(of, "arrivals")
    assert abs(z_score(totals(of, "gave_up") - queue / patience / rate * came, 0)) < 4
    assert abs(z_score(totals(of, "waited_minutes") - queue / rate * came, 0)) < 4
    assert abs(z_score(totals(of, "person_minutes"), 20 * 1440 * busy)) < 4


@pytest.mark.parametrize(("seats", "load", "limit"), [(3, 3.0, 0), (3, 2.7, 4), (1, 1.5, 2)])
def test_with_a_limit(seats: int, load: float, limit: int, tmp_path: Path) -> None:
    """M/M/c/K: who finds the queue full (Erlang B without places), and what the others wait."""
    rate = load / STAY
    p = long_run(rate, [min(n, seats) / STAY for n in range(1, seats + limit + 1)])
    queue = float((p * np.maximum(np.arange(len(p)) - seats, 0)).sum())
    parts = one_queue(20, seats, 60 * rate, exponential(STAY), queue_places=limit)
    _, of = run(parts, tmp_path)
    came = totals(of, "arrivals")
    assert abs(z_score(totals(of, "full") - p[-1] * came, 0)) < 4
    waited = totals(of, "waited_minutes")
    if limit:
        assert abs(z_score(waited - queue / rate * came, 0)) < 4
    else:
        assert not waited.any()


@pytest.mark.parametrize("seats", [150, 10**6], ids=["in the loop", "a seat for everybody"])
def test_without_limits(seats: int, tmp_path: Path) -> None:
    """M/G/infinity: people at a place are Poisson, whatever the stays."""
    load, days = 12.0, 30
    stay = {"rule": "uniform", "low": 0, "high": 2 * 40.0}
    plan, of = run(one_queue(days, seats, load / 40 * 60, stay), tmp_path, keep=True)
    assert not totals(of, "waited_minutes").any()
    first = plan.world.calendar.count_from * 1440.0
    at = first + 45.0 * np.arange(days * 1440 // 45)
    taken = []
    for r in of:
        assert r.visits
        v = r.visits[0]
        ended = np.searchsorted(np.sort(v.end), at, side="right")
        taken.append(np.searchsorted(v.start, at, side="right") - ended)
    assert abs(z_score([t.mean() for t in taken], load)) < 4
    assert abs(z_score([((t - load) ** 2).mean() for t in taken], load)) < 4
    assert abs(z_score(totals(of, "person_minutes"), days * 1440 * load)) < 4


STAYS = {
    "constant": ({"rule": "constant", "value": STAY}, 0.0),
    "gamma": ({"rule": "gamma", "mean": STAY, "cv": 1.4}, 1.4),
    "even gamma": ({"rule": "gamma", "mean": STAY, "cv": 0.5}, 0.5),
    "lognormal": ({"rule": "lognormal", "mean": STAY, "cv": 0.8}, 0.8),
}


@pytest.mark.parametrize("name", STAYS)
def test_one_seat(name: str, tmp_path: Path) -> None:
    """M/G/1: the mean wait of Pollaczek and Khinchine."""
    stay, cv = STAYS[name]
    load, days = 0.65, 60
    wait = load / (1 - load) * STAY * (1 + cv**2) / 2
    parts = one_queue(days, 1, 60 * load / STAY, stay, warm_up=6)
    _, of = run(parts, tmp_path)
    came = totals(of, "arrivals")
    assert abs(z_score(totals(of, "waited_minutes") - wait * came, 0)) < 4
    assert abs(z_score(totals(of, "person_minutes"), days * 1440 * load)) < 4
