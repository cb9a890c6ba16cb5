"""Selections that decide in batches, in whole replications of random worlds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import numpy as np
import pytest
from builders import Parts, model_of
from hypothesis import given, settings
from hypothesis import strategies as st
from model.random_world import random_world

from booking.test_invariants import check_conservation, check_diaries
from sim.booking.requests import Outcome
from sim.measure.meter import build_meter, measure
from sim.model import History, Model, open_replication, simulate
from sim.model.whereabouts import bookers_of, everybody

RULES = ("ballot", "priority", "points")
POINTS = {
    "per_volunteering": 20,
    "volunteering_per_1000": {"person": 2000, "elder": 1000},
    "volunteers": 0.3,
    "merchants": 1,
    "goods": 5,
    "trips_per_year": 100,
}


def world(seed: int, rule: str) -> Parts:
    """A random world with a rule of its own at random."""
    r = Random(f"{rule} {seed}")
    parts = random_world(seed)
    rules = {
        "rule": rule,
        "draw": r.choice(["daily", "weekly"]),
        "days_ahead": r.choice([None, 0, 1]),
        "at": r.choice(["00:00", "08:00", "23:59"]),
        "leftovers_days_ahead": r.choice([None, 0]),
        "only_peak": r.random() < 0.3,
    }
    rules["leftovers_at"] = "23:59" if rules["leftovers_days_ahead"] == 0 else "00:00"
    rules |= {
        "ballot": {"past_luck": r.choice([0, 1, 2.5]), "memory_days": r.choice([1, 30])},
        "priority": {
            "order": r.choice([[["elder"]], [["residents"], ["elder", "person"]]]),
            "within": r.choice(["asked", "drawn"]),
        },
        "points": {
            "price": r.choice([0, 1, 5]),
            "follows_demand": r.choice([0, 1]),
            "saved_share": r.choice([0, 0.5]),
        },
    }[rule]
    responses = {"comes_back": r.choice([0, 0.7]), "asks_at_opening": r.choice([0, 0.5])}
    parts.set(demand__responses={**responses, "extra_entries": r.choice([0, 1])})
    parts.set(experiment__warm_up_days=11)
    parts.set(demand__multiplier=r.choice([1, 2.5]), points=POINTS)
    return parts.set(policy__selection={k: v for k, v in rules.items() if v is not None})


def played(seed: int, rule: str) -> tuple[Parts, Model, History]:
    parts = world(seed, rule)
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(parts, Path(folder))
    return parts, model, simulate(model, seed, 0)


@pytest.mark.parametrize("rule", RULES)
def test_nothing_is_held_twice_or_lost(rule: str) -> None:
    """No room twice, none while closed, every request booked or refused, none after its time."""
    together = []

    @settings(max_examples=6)
    @given(st.integers(0, 2**31))
    def check(seed: int) -> None:
        parts, model, history = played(seed, rule)
        check_diaries(parts, model, history)
        check_conservation(model, history)
        booked = history.outcome == Outcome.BOOKED
        begins = history.start * float(model.world.grid)
        assert (history.decided_at[booked] <= begins[booked] + 1e-6).all()
        together.append(int((history.decided_at > history.asked_at).sum()))
        again = simulate(model, seed, 0)
        assert np.array_equal(again.outcome, history.outcome)
        assert np.array_equal(again.venue, history.venue)

    check()
    assert max(together) > 100  # some are decided in batches


def test_points_paid_are_measured(tmp_path: Path) -> None:
    """The metric is what was paid in the counting window; absent under other rules."""
    model = model_of(world(3, "points").set(policy__selection__price=1), tmp_path / "a")
    history = simulate(model, 1, 0)
    assert history.points is not None
    paid = history.points.paid
    assert paid is not None
    first, until = (model.world.calendar.count_from, model.world.calendar.count_until)
    inside = (paid.time >= first * 1440) & (paid.time < until * 1440)
    assert metric(model, history) == [float(paid.points[inside].sum())]
    assert paid.points[inside].sum() > 0
    other = model_of(world(3, "ballot"), tmp_path / "b")
    assert metric(other, simulate(other, 1, 0)) == []


def metric(model: Model, history: History) -> list[float]:
    """Values of `points_spent_on_slots`."""
    meter = build_meter(model)
    top = measure(meter, history)[0]
    names = [row.metric for row in meter.rows for _ in row.levels]
    return [v for name, v in zip(names, top, strict=True) if name == "points_spent_on_slots"]


def test_every_booker_has_the_purse_of_the_person(tmp_path: Path) -> None:
    """Numbers of bookers and of people belong together, in several groups and layers."""
    parts = random_world(5).set(demand__multiplier=2.5, policy__selection={"rule": "points"})
    parts.set(experiment__warm_up_days=6)
    model = model_of(parts, tmp_path)
    opened = open_replication(model, 1, 0)
    assert opened.bookers.layers > 1
    assert len(model.world.people) > 1
    person = bookers_of(model.plan, opened.bookers, opened.wishes, opened.asked)
    assert np.array_equal(everybody(opened.bookers)[opened.askers.booker], person)
    assert len(np.unique(everybody(opened.bookers))) == len(opened.bookers.key)
