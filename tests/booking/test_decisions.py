"""The loop that decides requests passes over parts only where they would change nothing."""

from __future__ import annotations

import tempfile
from collections import Counter as Count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import model_of

from sim.booking import decisions
from sim.booking.counter import hooks_of
from sim.booking.requests import Outcome
from sim.model import OpenedReplication, open_replication, run_clock

from .random_policy import random_policy_world

pytestmark = pytest.mark.solver
SEEDS = 60


def strikes(seed: int) -> dict[str, int]:
    """Suspensions by some rule."""
    late = (0, 1440)[seed // 2 % 2]
    return {"allowed": seed // 4 % 2, "suspend_days": 4, "late_cancel_minutes": late}


def both_ways(seed: int) -> tuple[OpenedReplication, OpenedReplication]:
    """A random world under a random policy: as installed, and with every call made one by one."""
    parts = random_policy_world(seed)
    if seed % 2:  # other parts would have the same requests decided one by one
        window = parts.scenario["policy"]["window"]
        parts.scenario["policy"] = {"window": window, "limits": {"no_shows": strikes(seed)}}
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(parts, Path(folder))
    ours, theirs = open_replication(model, seed, 0), open_replication(model, seed, 0)
    ask = theirs.counter.ask

    def asked_alone(i: int, now: float) -> bool:
        return ask(i, now)

    theirs.counter.ask = asked_alone
    return ours, theirs


def test_the_same_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcomes, notes and reasons are the same; parts are called for fewer requests."""
    stops, decide = Count[str](), decisions.decide
    seen, outcome = Count[int](), decisions.OUTCOME
    for seed in range(SEEDS):
        ours, theirs = both_ways(seed)
        for name, one in (("ours", ours), ("theirs", theirs)):

            def counted(first: int, until: int, *tables: Any, name: str = name) -> int:
                at = decide(first, until, *tables)
                stops[name] += at < until
                return at

            monkeypatch.setattr(decisions, "decide", counted)
            run_clock(one.counter, programme=one.programme)
        t, u = ours.counter.desk.tables, theirs.counter.desk.tables
        booked = t.given[outcome] == Outcome.BOOKED
        assert (t.given == u.given).all(), seed
        assert (t.busy == u.busy).all(), seed
        assert (t.more_rooms == u.more_rooms)[booked].all(), seed
        assert ours.counter.notes == theirs.counter.notes, seed
        seen.update(t.given[outcome].tolist())
    assert {Outcome.BOOKED, Outcome.FULL, Outcome.LIMIT, Outcome.SUSPENDED} <= set(seen)
    assert 0 < stops["ours"] < 0.6 * stops["theirs"], stops


def test_a_part_that_says_nothing_hears_of_all() -> None:
    """Without `concerned` every request of its rules is handed to the part."""
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(random_policy_world(3), Path(folder))
    counter = open_replication(model, 3, 0).counter
    heard: list[int] = []

    class Listener:
        def admit(self, i: int, _now: float) -> int:
            heard.append(i)
            return 0

    counter.install([hooks_of([Listener()])] * (int(counter.askers.rules.max()) + 1))
    run_clock(counter)
    known = (np.asarray(counter.askers.batch) < 0) & (counter.askers.screened == 0)
    assert set(heard) >= set(np.flatnonzero(known).tolist())
