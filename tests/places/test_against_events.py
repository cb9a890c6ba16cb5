"""Random small worlds against a simulation event by event, visit by visit."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, plain

from sim.places.plan import PlacesPlan, Stretches
from sim.places.record import Visits
from sim.places.seats import VisitFate

from .by_events import Place
from .worlds import exponential, flat_kind, plan_of, records

STAYS = (
    exponential(25),
    {"rule": "gamma", "mean": 30, "cv": 0.6},
    {"rule": "constant", "value": 20},
)
PATIENCE = (None, exponential(12), {"rule": "uniform", "low": 0, "high": 40})


def random_parts(rng: np.random.Generator, places: int) -> Parts:
    """Places of kinds of their own with any rules, some open at night."""
    parts = plain(3, grid=30, warm_up=2).origin("home").centre("hall").rooms("hall", 1)
    parts.set(dropin={"outside": -200, "day_cv": 0.3})
    spans = {"day": [("9:00", "20:30")], "split": [("7:30", "13:00"), ("14:00", "21:00")]}
    spans |= {"night": [("18:00", "26:00")]}
    for name, rows in spans.items():
        for begin, end in rows:
            row = {"hours": name, "days": "Mon-holiday", "open": begin, "close": end}
            parts.tables["hours"].append(row)
    kinds: dict[str, Any] = {}
    for i in range(places):
        more: dict[str, Any] = {}
        if (patience := PATIENCE[rng.integers(3)]) is not None:
            more["patience_minutes"] = patience
        if rng.random() < 0.5:
            more["queue_places"] = int(rng.integers(0, 5))
        if rng.random() < 0.5:
            first, span = int(rng.integers(8, 20)), int(rng.integers(1, 5))
            minutes = int(rng.choice([15, 30, 60, 20 * span]))
            more["turns"] = {"minutes": minutes, "hours": f"{first}-{first + span}"}
        stay = STAYS[rng.integers(3)]
        kinds[f"k{i}"] = flat_kind(float(rng.uniform(2, 12)), stay, **more)
        hours = ["always", "day", "split", "night"][rng.integers(4)]
        parts.place(f"p{i}", int(rng.integers(1, 6)), f"k{i}", hours=hours)
    return parts.set(dropin__kinds=kinds)


def expected(plan: PlacesPlan, p: int, v: Visits, stretches: Stretches) -> list[Any]:
    """What the simulation by events says of the callers of a place."""
    spec = plan.world.scenario.dropin.kinds[plan.world.place_kinds[plan.world.places.kind[p]]]
    turns = None
    if spec.turns is not None:
        first, last = (60 * int(h) for h in spec.turns.hours.split("-"))
        turns = (first, last, spec.turns.minutes)
    place = Place(int(plan.world.places.seats[p]), spec.queue_places, turns)
    seen: list[Any] = [("CLOSED", a, a) for a in v.arrival.tolist()]
    for begin, until in stretches:
        opens, close = 30.0 * begin, 30.0 * until
        at = np.flatnonzero((v.arrival >= opens) & (v.arrival < close))
        people = (x[at].tolist() for x in (v.arrival, v.stay, v.patience))
        for i, outcome in zip(at.tolist(), place.live(opens, close, *people), strict=True):
            seen[i] = outcome
    return seen


def compare(folder: Path, seed: int, places: int) -> Counter[str]:
    rng = np.random.default_rng(seed)
    plan = plan_of(random_parts(rng, places), folder)
    stretches = [list(s) for s in plan.stretches]
    for own in stretches[::2]:  # as if bookings took some of the time
        own[:] = [(a, b - 1) for a, b in own if b - a > 2 and rng.random() < 0.8]
    found: Counter[str] = Counter()
    visits = records(plan, 1, stretches, keep=True)[0].visits
    assert visits is not None
    for p, v in enumerate(visits):
        names = [VisitFate(f).name for f in v.fate]
        seen = list(zip(names, v.start.tolist(), v.end.tolist(), strict=True))
        assert seen == expected(plan, p, v, stretches[p])
        found.update(names)
    return found


def test_random_worlds(tmp_path: Path) -> None:
    """Every fate occurs, and nobody's differs by one bit."""
    found: Counter[str] = Counter()
    for seed in range(4):
        found += compare(tmp_path / str(seed), seed, 12)
    assert (
        min(found[f.name] for f in VisitFate if f not in (VisitFate.ELSEWHERE, VisitFate.TAKEN))
        > 100
    )


@pytest.mark.slow
def test_many_random_worlds(tmp_path: Path) -> None:
    for seed in range(100, 140):
        compare(tmp_path / str(seed), seed, 25)
