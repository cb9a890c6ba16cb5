"""Climbing from the best plan: what moves are worth there, and a world where only this helps."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.siting.planning.effects import Effects
from sim.siting.planning.proposal import Proposal
from sim.siting.searching.climbing import Climber
from sim.siting.searching.loop import close_the_loop
from sim.siting.searching.searcher import Effort, searcher
from sim.siting.searching.slopes import slopes
from sim.siting.searching.turns import Turns

from .rigged import Twins
from .small_world import small

PAIRS, SINGLES = 5, 4
ROOMS = 5
TWIN = (1, 0, 3, 2, 5, 4, 7, 6, 9, 8, -1, -1, -1, -1)
RIVAL = (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1)


def twins() -> Twins:
    worth = [100.0 - i for i in range(2 * PAIRS)] + [60.0 - i for i in range(SINGLES)]
    promise = {(f"site {i}", "hall"): v for i, v in enumerate(worth)}
    return Twins(promise, promise, rooms=ROOMS, noise=0.5, twin=TWIN, known=RIVAL)


def test_the_loop_climbs_where_the_model_is_wrong_far_away() -> None:
    """Factors by site keep proposing twins; near a rival's plan the model is right."""
    world = twins()
    old = close_the_loop(world.propose, world.simulate, 2)
    assert old.best(1) == (RIVAL,)
    world = twins()
    new = close_the_loop(world.propose, world.simulate, 2, near=world)
    best, rival = (float(new.simulated[t].gain.mean()) for t in (new.best(1)[0], RIVAL))
    assert best > rival + 40
    assert all(sum(times) == ROOMS for times in new.simulated)  # what was only tried is no plan


def test_the_loop_goes_on_while_it_climbs() -> None:
    """A planner that only knows the rival's plan: step by step all its poor rooms are exchanged."""
    world = replace(twins(), twin=(-1,) * len(TWIN), radii=(2,), noise=0.0)

    def propose(effects: Effects) -> list[Proposal]:
        world.propose(effects)
        return [world.proposal(RIVAL)]

    still = close_the_loop(propose, world.simulate, 9)
    assert (still.ended, len(still.turns)) == ("agreed", 1)
    found = close_the_loop(propose, world.simulate, 9, near=world)
    gains = [turn.near.simulated.mean for turn in found.turns if turn.near is not None]
    assert found.ended == "came back"
    assert len(found.turns) == SINGLES + 1
    assert gains == sorted(gains)
    assert found.best(1) == ((1,) * ROOMS + (0,) * (len(TWIN) - ROOMS),)


def test_what_is_told_of_steps_is_true() -> None:
    """Estimate, simulated gain and difference of a turn's step are those of its plan."""
    world = twins()
    found = close_the_loop(world.propose, world.simulate, 3, near=world)
    steps = [turn.near for turn in found.turns if turn.near is not None]
    assert steps
    for step in steps:
        assert step.simulated.mean == found.simulated[step.times].gain.mean()
        assert step.difference == step.simulated.mean - step.estimate
        assert sum(step.times) == ROOMS


def test_moves_are_tried_before_they_are_believed() -> None:
    """The twin of a room that is there is promised 99 and brings nothing: it is not proposed."""
    world = twins()
    proposals = world.propose(Effects())
    simulated = dict(zip((p.times for p in proposals), world.simulate([p.times for p in proposals]),
                         strict=True))  # fmt: skip
    climber = Climber(world, world.simulate)
    steps = climber.climb(simulated, proposals[0].times)
    tried = {tuple(np.subtract(times, RIVAL)) for times in climber.tried}
    assert all(sum(np.abs(step)) == 1 for step in tried)
    assert len(tried) == 5 + 4  # each of its moves left out, and four that the planner would make
    assert steps
    assert not any(p.times[1] for p in steps)
    nearest = world.simulate([steps[0].times])[0].gain.mean()
    assert nearest > simulated[RIVAL].gain.mean() + 20
    simulated.update((p.times, world.simulate([p.times])[0]) for p in steps)
    before = set(climber.tried)
    world.simulated.clear()
    climber.climb(simulated, proposals[0].times)
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
    """From doing nothing: within the radii and the budget, and what is expected is what is told."""
    with Engine(Local(1)) as engine:
        looking = searcher(small(), engine, Effort(2, 2, 1, 1, 0.95, workers=1))
        budget = looking.siting.budget_yuan_per_year
        work = Turns(looking, budget, ())
        first = work.propose(Effects())[0]
        nothing = looking.simulator.nothing
        climber = Climber(work, work.simulate)
        steps = climber.climb({nothing: work.simulate([nothing])[0]}, first.times)
    assert steps
    cost, tried = looking.catalogue.cost, set(climber.tried)
    for step in steps:
        assert cost(step.times).base <= budget
        assert sum(step.times) <= max(work.radii)
        assert step.bound == first.bound >= step.value
        assert step.times in work.plans
    single = [
        tuple(int(i == m) for i in range(len(nothing))) for m, n in enumerate(first.times) if n
    ]
    assert tried == {times for times in single if work.may(times)}
    assert tried
    moves = looking.catalogue.moves
    for m, n in product(range(len(moves)), repeat=2):
        same = all(getattr(moves[m], k) == getattr(moves[n], k) for k in ("what", "was", "kind"))
        assert (work.alike[m] == work.alike[n]) == same


def test_no_farther_than_what_was_seen_to_fail() -> None:
    """A plan 8 moves away that loses what it promised to gain: the next are within 4."""
    world = twins()
    proposals = world.propose(Effects())
    every = [p.times for p in proposals]
    simulated = dict(zip(every, world.simulate(every), strict=True))
    climber = Climber(world, world.simulate)
    first = climber.climb(simulated, proposals[0].times)
    far = next(p for p in first if _moves(p) == 8)
    lost = replace(simulated[RIVAL], gain=simulated[RIVAL].gain - 1.0)
    for p in first:
        simulated[p.times] = world.simulate([p.times])[0] if p is not far else lost
    second = climber.climb(simulated, proposals[0].times)
    assert climber.reach == 4
    assert second
    centre = max(simulated, key=lambda t: simulated[t].gain.mean())
    assert all(np.abs(np.subtract(p.times, centre)).sum() <= 4 for p in second)


def _moves(proposal: Proposal) -> int:
    return int(np.abs(np.subtract(proposal.times, RIVAL)).sum())


def test_of_many_single_moves_a_sample_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than so many, of every group of moves alike; the others when they are next asked."""
    monkeypatch.setattr("sim.siting.searching.climbing.MOST", 4)
    world = twins()
    proposals = world.propose(Effects())
    plans = [p.times for p in proposals]
    simulated = dict(zip(plans, world.simulate(plans), strict=True))
    groups = np.arange(len(TWIN)) // 5
    monkeypatch.setattr(Twins, "alike", property(lambda _: groups))
    climber = Climber(world, world.simulate)
    steps = climber.climb(simulated, plans[0])
    may = {m for m in range(len(TWIN)) if RIVAL[m] or plans[0][m]}
    assert len(climber.tried) == len(climber.moves) == 4
    assert {int(groups[m]) for m in climber.moves} == {int(groups[m]) for m in may}
    first = set(climber.moves)
    simulated.update((p.times, world.simulate([p.times])[0]) for p in steps)
    climber.climb(simulated, plans[0])
    assert len(climber.tried) == 8
    assert first < climber.moves
