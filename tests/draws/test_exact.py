"""Draws against other means: every way tried, the Hungarian method, mixed-integer programming."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.draws_town import centres_of, draw_of, town
from optimise.draws import solve
from optimise.draws.pooling import Assignment, DrawProblem, pool
from optimise.draws.solve import assign

from .checking import faults
from .instances import (
    best_by_assignment,
    best_by_milp,
    best_by_trying,
    random_draw,
)

SORTS = ("equal", "fixed", "any")


def solved(draw: DrawProblem, work: float = 1.0) -> Assignment:
    """Assigned, and judged by the problem's own words."""
    found = assign(draw, work)
    assert faults(draw, found) == []
    return found


def lots(draw: DrawProblem, found: Assignment) -> int:
    """Value times requests behind in lots, summed."""
    served = np.flatnonzero(found.option >= 0)
    return int((draw.value[found.option[served]] * (draw.requests - 1 - served)).sum())


@pytest.mark.parametrize("sort", SORTS)
def test_no_way_is_better(sort: str) -> None:
    """100 small draws of each sort: the best of all ways, and proven."""
    contested = 0
    for seed in range(100):
        draw = random_draw(seed, 6, 2 + seed % 2, sort=sort)
        found, (value, by_lot) = solved(draw), best_by_trying(draw)
        assert (found.value, found.status) == (value, "optimal"), seed
        contested += (found.option < 0).any()
        if sort != "any":  # among equal values the better lots get more
            assert lots(draw, found) == by_lot, seed
    assert contested > 30


@pytest.mark.parametrize("seed", range(3))
def test_equal_durations_as_by_the_hungarian_method(seed: int) -> None:
    draw = town(seed, equal=True, centres=12)
    found = solved(draw, work=0)
    assert found.value == best_by_assignment(draw)
    assert found.proven
    assert (found.option < 0).any()


@pytest.mark.parametrize("seed", range(6))
def test_fixed_intervals_as_by_programming(seed: int) -> None:
    """Jobs with one start each on rooms that are alike: a flow, whatever their lengths."""
    draw = random_draw(seed, 60, 3, sort="fixed")
    found = solved(draw, work=0)
    assert found.value == best_by_milp(draw)
    assert found.proven


@pytest.mark.parametrize(("seed", "people", "centres"), [(0, 60, 3), (1, 60, 3), (1, 80, 5)])
def test_mixed_durations_as_by_programming(seed: int, people: int, centres: int) -> None:
    """Many people, few rooms: the truth lies between value and bound; with work it is found."""
    draw = town(seed, people, centres=centres)
    best = best_by_milp(draw, centres_of(seed, centres))
    for work in (0, 0.02):
        found = solved(draw, work)
        assert found.value <= best <= found.bound, work
    found = solved(draw, 5)
    assert found.value == found.bound == best


def test_large_mixed_draws_are_nearly_proven() -> None:
    """500 requests of four lengths: within 3 % of a proven bound by the default work."""
    for seed in range(3):
        found = assign(town(seed))
        assert 0 < found.gap < 0.03


def test_the_same_draw_is_decided_alike() -> None:
    draw = town(7, 200, centres=8)
    one, other = assign(draw), assign(draw)
    assert np.array_equal(one.option, other.option)
    assert (one.value, one.bound) == (other.value, other.bound)


@pytest.mark.parametrize("mixed", [False, True])
def test_equals_are_served_in_the_order_of_their_lots(mixed: bool) -> None:
    """Groups of people who want the very same: in each, the better lots have what is better."""
    rng, rows = np.random.default_rng(3), []
    group = rng.integers(0, 6, 40)
    for i, g in enumerate(group.tolist()):
        begin, length = 2 * (g % 3), 2 + (g % 2 if mixed else 0)
        rows += [(i, q, begin, begin + length, 10 - 3 * q) for q in range(3)]
        rows += [(i, q, begin + 1, begin + 1 + length, 6 - q) for q in range(3) if mixed]
    table = np.array(rows)
    draw = DrawProblem(40, *(table[:, k] for k in range(5)))
    found = solved(draw)
    got = np.where(found.option >= 0, draw.value[found.option], 0)
    for g in range(6):
        assert (np.diff(got[group == g]) <= 0).all()
    assert len(set(got.tolist())) > 2


def test_what_equals_got_is_given_by_lot() -> None:
    """Whatever was chosen: two and three of the same options each, and one of others."""
    options = [(0, 1, 9), (1, 2, 5)]
    rows = [(r, r, *option) for r in (0, 2, 3) for option in options]
    draw = draw_of(5, [*rows, (1, 1, 0, 2, 9), (4, 4, 0, 2, 9)])
    pooled = pool(draw)
    at = {(r, a): k for k, (r, a) in enumerate(zip(pooled.request, pooled.begin, strict=True))}
    pooled = replace(pooled, first=pooled.begin, last=pooled.end)  # as if of one pool
    given = solve._by_lot(pooled, np.array(sorted([at[3, 0], at[2, 1], at[4, 0]])))
    assert given.tolist() == sorted([at[0, 0], at[2, 1], at[1, 0]])


def test_rooms_are_one_pool_where_they_are_alike() -> None:
    """Two rooms until 2; afterwards one of them alone, though bookings follow on each other."""
    rows = [(0, 0, 0, 2, 5), (0, 1, 0, 2, 5), (1, 0, 0, 2, 4), (1, 1, 0, 2, 4), (2, 1, 2, 4, 3)]
    assert sorted(map(len, pool(draw_of(3, rows)).stretches)) == [1, 2]


def test_nobody_asks() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    found = solved(DrawProblem(3, nothing, nothing, nothing, nothing, nothing))
    assert (found.option == -1).all()
    assert (found.value, found.bound, found.gap, found.status) == (0, 0, 0.0, "optimal")


def test_a_draw_must_make_sense() -> None:
    one = np.ones(1, dtype=np.int64)
    for columns in ((one, one, one, one, one), (one, one, 0 * one, one, 0 * one)):
        with pytest.raises(ValueError, match="without a slot, or of no value"):
            DrawProblem(2, *columns)
    with pytest.raises(ValueError, match="of no request"):
        DrawProblem(1, one, one, 0 * one, one, one)
    with pytest.raises(ValueError, match="different lengths"):
        DrawProblem(1, one, np.r_[one, one], 0 * one, one, one)


def test_the_judge_sees_what_is_wrong() -> None:
    """Each fault alone, made by hand in a right answer."""
    a, b = np.array([0, 0, 1]), np.array([0, 1, 0])
    draw = DrawProblem(2, a, b, np.array([0, 0, 1]), np.array([2, 2, 3]), np.array([5, 4, 5]))
    assert faults(draw, Assignment(np.array([1, 2]), 9, 9)) == []
    wrong = {
        "is given to requests": Assignment(np.array([0, 2]), 10, 10),
        "was given an option of": Assignment(np.array([2, -1]), 5, 9),
        "said to be worth": Assignment(np.array([1, 2]), 8, 9),
        "more than the bound": Assignment(np.array([1, 2]), 9, 8),
        "answers for": Assignment(np.array([1]), 4, 9),
    }
    for words, answer in wrong.items():
        (fault,) = faults(draw, answer)
        assert words in fault
