"""Climbing from the best plan: what moves are worth there, and a world where only this helps."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.siting.search.climbing import Climber, ClimbingStep, slopes
from sim.siting.search.loop import SitingEffort, climb, siting_context

from .rigged import Twins
from .small_world import small

PAIRS, SINGLES = 5, 4
ROOMS = 5
TWIN = (1, 0, 3, 2, 5, 4, 7, 6, 9, 8, -1, -1, -1, -1)
RIVAL = (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1)


def twins() -> Twins:
    worth = [100.0 - i for i in range(2 * PAIRS)] + [60.0 - i for i in range(SINGLES)]
    return Twins(worth, TWIN, ROOMS, noise=0.5)


def test_climbing_helps_where_the_model_is_wrong_far_away() -> None:
    """The model's own best plan is full of twins; near a rival's plan the model is right."""
    world = twins()
    still = climb(world, world.simulate, world.best(), [RIVAL], 0)
    assert still.best(1) == (RIVAL,)
    found = climb(world, world.simulate, world.best(), [RIVAL], 2)
    best, rival = (float(found.gains[t].mean()) for t in (found.best(1)[0], RIVAL))
    assert best > rival + 40
    assert all(sum(times) == ROOMS for times in found.gains)  # what was only tried is no plan


def test_climbing_goes_on_while_it_gains() -> None:
    """From the rival's plan alone: step by step all its poor rooms are exchanged."""
    world = replace(twins(), twin=(-1,) * len(TWIN), radii=(2,), noise=0.0)
    found = climb(world, world.simulate, world.proposal(RIVAL), [], 9)
    gains = [turn.near.simulated.mean for turn in found.turns if turn.near is not None]
    assert (found.ended, len(found.turns)) == ("settled", SINGLES + 1)
    assert gains == sorted(gains)
    assert found.best(1) == ((1,) * ROOMS + (0,) * (len(TWIN) - ROOMS),)
    few = climb(world, world.simulate, world.proposal(RIVAL), [], 2)
    assert (few.ended, len(few.turns)) == ("turns", 2)


def test_every_plan_is_simulated_once() -> None:
    world = twins()
    found = climb(world, world.simulate, world.best(), [RIVAL], 6)
    assert len(found.turns) > 1
    assert len(set(world.simulated)) == len(world.simulated)


def test_what_is_told_of_turns_is_true() -> None:
    """Estimate, simulated gain and difference are those of the plan told; bounds are kept."""
    world = twins()
    found = climb(world, world.simulate, world.best(), [RIVAL], 3)
    assert found.turns[0].times == world.best().times
    assert len({turn.bound for turn in found.turns}) == 1
    steps = [turn.near for turn in found.turns if turn.near is not None]
    assert steps
    for told in (*found.turns, *steps):
        assert told.simulated.mean == found.gains[told.times].mean()
        assert told.difference == told.simulated.mean - told.estimate
        assert sum(told.times) == ROOMS


def test_moves_are_tried_before_they_are_believed() -> None:
    """The twin of a room that is there is promised 99 and brings nothing: it is not proposed."""
    world = twins()
    plans = [world.best().times, RIVAL]
    gains = dict(zip(plans, world.simulate(plans), strict=True))
    climber = Climber(world, world.simulate)
    steps = climber.climb(gains, plans[0])
    tried = {tuple(np.subtract(times, RIVAL)) for times in climber.tried}
    assert all(sum(np.abs(step)) == 1 for step in tried)
    assert len(tried) == 5 + 4  # each of its moves left out, and four that the planner would make
    assert steps
    assert not any(step.times[1] for step in steps)
    nearest = world.simulate([steps[0].times])[0].mean()
    assert nearest > gains[RIVAL].mean() + 20
    gains.update((step.times, world.simulate([step.times])[0]) for step in steps)
    before = set(climber.tried)
    world.simulated.clear()
    climber.climb(gains, plans[0])
    assert not set(world.simulated) & before  # tried once


def test_slopes_are_those_of_a_linear_world() -> None:
    """Single moves left out and put in, of two groups, with known noise: by z over 40 worlds."""
    rng, alike = np.random.default_rng(1), np.repeat([0, 1], 15)
    steps = np.concatenate([-np.eye(30, dtype=np.int64)[:20], np.eye(30, dtype=np.int64)[20:28]])
    errors, naive, unseen = [], [], []
    for _ in range(40):
        truth = np.array([-40.0, 10.0])[alike] + rng.normal(0, 4, 30)
        off = steps @ truth + rng.normal(0, 6, len(steps))
        found = slopes(steps, off, np.full(len(steps), 36.0), alike)
        errors.append((found - truth)[:28])
        naive.append((steps.T @ off - truth)[:28])
        unseen.append((found - truth)[28:])
    assert np.mean(np.square(errors)) < 0.6 * np.mean(np.square(naive))
    assert np.sqrt(np.mean(np.square(unseen))) < 8  # as near as moves of a group are to each other
    every = np.concatenate(errors)
    assert abs(every.mean()) < 4 * every.std() / np.sqrt(len(every))


def test_nothing_is_learnt_of_nothing() -> None:
    steps, alike = np.eye(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
    assert not slopes(steps, np.zeros(3), np.ones(3), alike).any()
    assert not slopes(steps, np.ones(3), np.full(3, np.inf), alike).any()
    assert not slopes(steps[:0], np.zeros(0), np.zeros(0), alike).any()
    noisy = slopes(steps, np.array([1.0, -1.0, 0.5]), np.full(3, 1e4), alike)
    assert np.abs(noisy).max() < 0.1


def test_near_plans_of_the_planning_model() -> None:
    """From doing nothing: within the radii and the budget; moves alike do the same to a kind."""
    with Engine(Local(1)) as engine:
        context = siting_context(small(), engine, SitingEffort(2, 2, 1, 1, 0.95, workers=1))
        budget = context.siting.budget_yuan_per_year
        planner = context.planner(budget)
        first = planner.best()
        nothing = context.simulator.no_moves
        climber = Climber(planner, context.simulate)
        steps = climber.climb({nothing: context.simulate([nothing])[0]}, first.times)
    assert steps
    for step in steps:
        assert context.catalogue.cost(step.times).base <= budget
        assert sum(step.times) == step.moves <= max(planner.radii)
        assert first.bound >= planner.gain(step.times)
    single = [
        tuple(int(i == m) for i in range(len(nothing))) for m, n in enumerate(first.times) if n
    ]
    assert set(climber.tried) == {times for times in single if planner.allows(times)}
    assert climber.tried
    moves = context.catalogue.moves
    for m, n in product(range(len(moves)), repeat=2):
        same = all(getattr(moves[m], k) == getattr(moves[n], k) for k in ("what", "was", "kind"))
        assert (planner.move_groups[m] == planner.move_groups[n]) == same


def test_no_farther_than_what_was_seen_to_fail() -> None:
    """A plan 8 moves away that loses what it promised to gain: the next are within 4."""
    world = twins()
    plans = [world.best().times, RIVAL]
    gains = dict(zip(plans, world.simulate(plans), strict=True))
    climber = Climber(world, world.simulate)
    first = climber.climb(gains, plans[0])
    far = next(step for step in first if step.moves == 8)
    for step in first:
        gains[step.times] = gains[RIVAL] - 1.0 if step is far else world.simulate([step.times])[0]
    second: list[ClimbingStep] = climber.climb(gains, plans[0])
    assert climber.reach == 4
    assert second
    assert all(step.moves <= 4 for step in second)


def test_of_many_single_moves_a_sample_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than so many, of every group of moves alike; the others when they are next asked."""
    monkeypatch.setattr("sim.siting.search.climbing.MOST", 4)
    world = twins()
    plans = [world.best().times, RIVAL]
    gains = dict(zip(plans, world.simulate(plans), strict=True))
    groups = np.arange(len(TWIN)) // 5
    monkeypatch.setattr(Twins, "move_groups", property(lambda _: groups))
    climber = Climber(world, world.simulate)
    steps = climber.climb(gains, plans[0])
    may = {m for m in range(len(TWIN)) if RIVAL[m] or plans[0][m]}
    assert len(climber.tried) == len(climber.moves) == 4
    assert {int(groups[m]) for m in climber.moves} == {int(groups[m]) for m in may}
    first = set(climber.moves)
    gains.update((step.times, world.simulate([step.times])[0]) for step in steps)
    climber.climb(gains, plans[0])
    assert len(climber.tried) == 8
    assert first < climber.moves
