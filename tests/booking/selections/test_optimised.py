"""The optimised draw in the simulation: what it looks at and gives, and what limits leave of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import model_of, tiny
from draws.instances import best_by_milp
from scipy import stats

from benchmarks.draws_town import draw_of
from optimise.draws.pooling import DrawProblem
from sim.booking.requests import Outcome
from sim.booking.selections.lots import Finder
from sim.model import Model, open_replication

from ..random_policy import random_policy_world
from ..scripted import built, decide, halls, keys
from .test_ballot import CONTESTS, DAYS, HALLS, UNLIKELY, contests, lots
from .test_priority import towns

pytestmark = pytest.mark.solver


def test_it_looks_at_what_the_desk_would_try(tmp_path: Path) -> None:
    """In random worlds the desk's find is the first of all that is found, nothing where nothing."""
    outcomes = np.sum([looked_at(seed, tmp_path / str(seed)) for seed in range(12)], axis=0)
    assert min(outcomes) > 100, outcomes


def looked_at(seed: int, folder: Path) -> list[int]:
    """Check every third request of a random world: how many were booked, and how many not."""
    folder.mkdir()
    model = model_of(random_policy_world(seed), folder)
    opened = open_replication(model, seed, 0)
    counter, served = opened.counter, opened.askers.first_decision
    finder, desk = Finder(model.rooms, counter), opened.counter.desk
    outcomes = [0, 0]
    waiting = np.asarray(desk.outcome) == Outcome.WAITING
    for i in np.flatnonzero(waiting & (opened.requests.rooms == 1))[::3].tolist():
        found = finder.find(np.array([i]), float(served[i]))
        if not desk.place(i, float(served[i])):
            assert not len(found.row)
            outcomes[1] += 1
            continue
        first = int(np.argmin(found.attempt))  # the rooms of a centre in the desk's order
        assert (found.start[first], found.attempt[first]) == (desk.start[i], desk.attempt[i])
        if not any(e.rooms for e in model.world.scenario.policy.reserve):
            assert found.venue[first] == desk.venue[i]
        assert len(np.unique(found.venue * 10**6 + found.start)) == len(found.row)
        outcomes[0] += 1
    return outcomes


def first_batch(folder: Path, seed: int, **selection: Any) -> tuple[Model, Any, np.ndarray]:
    """A crowded tiny world and the entrants of its first batch of some size."""
    folder.mkdir(exist_ok=True)
    parts = tiny().set(demand__multiplier=12, experiment__warm_up_days=8)
    model = model_of(parts.set(policy__selection={"days_ahead": 1, **selection}), folder)
    opened = open_replication(model, seed, 0)
    batch = opened.askers.batch
    sizes = np.bincount(batch[batch >= 0] - batch[batch >= 0].min())
    number = int(np.argmax(sizes)) + int(batch[batch >= 0].min())
    return model, opened, np.flatnonzero(batch == number)


def decided(opened: Any, entrants: np.ndarray) -> np.ndarray:
    """Decide a batch in empty diaries: who was booked."""
    counter = opened.counter
    now = float(opened.askers.first_decision[entrants[0]])
    # the draw of the counter's agenda that is due for these
    while counter.agenda.heap:
        time, _, call, number = counter.agenda.heap.pop(0)
        if time == now:
            call(number, time)
            break
    outcome = np.asarray(counter.desk.outcome)[entrants]
    assert (outcome != Outcome.WAITING).all()
    return np.asarray(outcome == Outcome.BOOKED)


@pytest.mark.parametrize("seed", range(5))
def test_no_draw_of_the_same_batch_serves_more(seed: int, tmp_path: Path) -> None:
    """Where every slot counts the same: at least as many as the ballot, and as many as can be."""
    _, drawn, entrants = first_batch(tmp_path / "a", seed, rule="ballot")
    model, opened, same = first_batch(
        tmp_path / "b", seed, rule="optimised", hour_shifted=1, other_centre=1
    )
    assert np.array_equal(entrants, same)
    now = float(opened.askers.first_decision[same[0]])
    found = Finder(model.rooms, opened.counter).find(same, now)
    end = found.start + opened.requests.duration[same[found.row]]
    one = np.ones_like(found.row)
    most = best_by_milp(DrawProblem(len(same), found.row, found.venue, found.start, end, one))
    ballot, ours = decided(drawn, entrants), decided(opened, same)
    assert ballot.sum() <= ours.sum() == most < len(same)


@pytest.mark.parametrize("seed", range(4))
def test_it_serves_what_is_worth_most(seed: int, tmp_path: Path) -> None:
    """Halls of several rooms, starts that bend: the value is that of programming by hand."""
    model = built(halls(1, 3, 12, rule="optimised", hour_shifted=0.5), tmp_path)
    rng, n = np.random.default_rng(seed), 40
    slot, duration, shift = rng.integers(4, 20, n), rng.integers(1, 4, n), rng.integers(0, 3, n)
    got = decide(model, keys(n, seed), 5, slot=slot, duration=duration, shift=shift)
    # whole thousandths: 1000, 500 and 250 for nought, one and two hours; a day's starts alone
    rows = [
        (i, q, at, at + int(duration[i]), round(1000 * 0.5 ** abs(at - int(slot[i]))))
        for i in range(n)
        for at in range(max(0, slot[i] - shift[i]), min(23, slot[i] + shift[i]) + 1)
        for q in range(3)
    ]
    draw = draw_of(n, rows)
    moved = {row: abs(got.counter.desk.start[i] % 24 - slot[row]) for row, i in got.at.items()}
    value = sum(round(1000 * 0.5 ** int(moved[row])) for row in np.flatnonzero(got.booked))
    (note,) = got.counter.notes.decided
    assert value == note.value == note.bound == best_by_milp(draw)
    assert got.booked.sum() < n


def test_equals_are_drawn(tmp_path: Path) -> None:
    """10,000 draws among four who want the same: the best lot wins, so each wins a quarter."""
    model = built(halls(HALLS, 1, DAYS + 10, rule="optimised"), tmp_path)
    key, pool, day = contests(4)
    got = decide(model, key, day, pool=pool)
    wins = got.booked.reshape(CONTESTS, 4)
    assert (wins.sum(axis=1) == 1).all()
    assert np.array_equal(wins.argmax(axis=1), lots(key).reshape(CONTESTS, 4).argmin(axis=1))
    assert stats.chisquare(wins.sum(axis=0)).pvalue > UNLIKELY


def test_who_counts_more_goes_first(tmp_path: Path) -> None:
    """Of two who want the same, whoever's segment weighs more; of two against one, the sum."""
    parts = halls(30, 1, rule="optimised", weights={"person": 1.5}, residents=1)
    parts.scenario["segments"]["other"] = {"curve": "flat", "bicycle_share": 0}
    parts.scenario["demand"]["wishes_per_1000"]["other"] = {"room": 0}
    model = built(parts, tmp_path)
    person, other = (model.world.segments.index(name) for name in ("person", "other"))
    segment = np.tile([person, other], 30)
    got = decide(model, keys(60), 5, pool=np.repeat(np.arange(30), 2), segment=segment)
    assert np.array_equal(got.booked, segment == person)
    # two hours of one who counts 1.5 against an hour each of two who count 1
    slot, length = np.tile([12, 12, 13], 30), np.tile([2, 1, 1], 30)
    segment = np.tile([person, other, other], 30)
    pool = np.repeat(np.arange(30), 3)
    got = decide(model, keys(90), 5, slot=slot, duration=length, segment=segment, pool=pool)
    assert np.array_equal(got.booked, segment == other)


def test_what_a_limit_frees_is_assigned_again(tmp_path: Path) -> None:
    """One booking each: of two hours assigned to one person the second goes to somebody else."""
    parts = halls(40, 1, rule="optimised").set(policy__limits={"active_bookings": 1})
    model = built(parts, tmp_path)
    pool = np.repeat(np.arange(40), 3)
    slot = np.tile([12, 14, 14], 40)
    # the first two of each hall are one person's; the third wants what the second wants
    who = 2 * np.repeat(np.arange(40), 3) + np.tile([0, 0, 1], 40)
    key = keys(120, 5)
    got = decide(model, key, 5, pool=pool, slot=slot, booker=who)
    early, late, other = lots(key).reshape(40, 3).T
    # assigned both, and the late one asked for first: only then does it stay with who asked early
    keeps = (late < other) & (late < early)
    turned_down = (late < other) & ~keeps
    assert min(keeps.sum(), turned_down.sum()) > 3
    expected = np.stack([~keeps, keeps, ~keeps], axis=1)
    assert np.array_equal(got.booked.reshape(40, 3), expected)
    outcome = np.asarray(got.counter.desk.outcome)
    reasons = {Outcome(int(o)) for o in outcome} - {Outcome.BOOKED}
    assert reasons == {Outcome.LIMIT, Outcome.FULL}


def test_what_is_freed_serves_as_many_as_can_be(tmp_path: Path) -> None:
    """Two hours that a limit frees go to two who want one each, not to the best lot for both.

    Who counts 3 is assigned the hour at 12 and both from 14 on, and may hold one of them only.
    """
    parts = halls(40, 1, rule="optimised", weights={"person": 3})
    parts.scenario["segments"]["other"] = {"curve": "flat", "bicycle_share": 0}
    parts.scenario["demand"]["wishes_per_1000"]["other"] = {"room": 0}
    model = built(parts.set(policy__limits={"active_bookings": 1}), tmp_path)
    person, other = (model.world.segments.index(name) for name in ("person", "other"))
    key, n = keys(200, 6), 40
    pool, slot, length = np.repeat(np.arange(n), 5), [12, 14, 14, 14, 15], [1, 2, 2, 1, 1]
    got = decide(
        model, key, 5, pool=pool, slot=np.tile(slot, n), duration=np.tile(length, n),
        segment=np.tile([person, person, other, other, other], n),
        booker=4 * pool + np.tile([0, 0, 1, 2, 3], n),
    )  # fmt: skip
    lot = lots(key).reshape(n, 5)
    frees = lot[:, 0] < lot[:, 1]  # then the second is turned down
    both_best = frees & (lot[:, 2] < lot[:, 3:].min(axis=1))
    assert min(both_best.sum(), (~frees).sum()) > 3
    served = np.where(
        frees[:, None], [[True, False, False, True, True]], [[False, True, False, False, False]]
    )
    assert np.array_equal(got.booked.reshape(n, 5), served)


def test_residents_count_more(tmp_path: Path) -> None:
    """Two towns with two halls: of two who want a hall, whoever lives there."""
    model = built(towns(rule="optimised", residents=2), tmp_path)
    pool, origin = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    for seed in range(8):
        got = decide(model, keys(4, seed), 5, pool=pool, origin=origin)
        assert got.booked.tolist() == [True, False, False, True]


def test_a_win_is_remembered(tmp_path: Path) -> None:
    """With much weight on past luck, who won yesterday loses against whoever did not."""
    model = built(halls(40, 1, 30, rule="optimised", past_luck=10), tmp_path)
    pool = np.repeat(np.arange(40), 3)
    day, slot = np.tile([5, 6, 6], 40), np.tile([12, 12, 12], 40)
    who = 2 * pool + np.tile([0, 0, 1], 40)
    got = decide(model, keys(120, 8), day, pool=pool, slot=slot, booker=who)
    wins = got.booked.reshape(40, 3).sum(axis=0)
    assert wins[0] == 40
    assert wins[2] > 36
