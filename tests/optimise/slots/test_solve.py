"""Solutions against all timetables tried, against the checker, and against their certificates."""

import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.slots_check import faults, value_of
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.blocks import split, whole_block
from optimise.slots.placements import Impossible, placements_of, remaining
from optimise.slots.problem import ANY, Problem, Sessions
from optimise.slots.solution import Certificate, Solution
from optimise.slots.solve import solve
from optimise.solver import Clock

from .certify import bound_by
from .small import best_value, town


def contested(seed: int) -> Problem:
    """A small season with real competition, cut to what can be tried in full."""
    return town(seed, requests=6, venues=4, load=2.5)


@pytest.mark.parametrize(
    "seed", [1, 3, 4, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (5, 7, 9, 12, 13))]
)
def test_optimum_of_all_timetables(seed: int) -> None:
    problem = contested(seed)
    solution = solve(problem, 20, 1)
    assert solution.status == "optimal"
    assert solution.value == solution.bound == best_value(problem)
    assert faults(problem, solution.assignment) == []


def proof(solution: Solution) -> Certificate:
    """Its certificate, which every solution of `solve` has."""
    assert solution.certificate is not None
    return solution.certificate


@pytest.fixture(scope="module")
def city() -> Problem:
    return draw(Shape(150, 60, 1.5, 2))


@pytest.fixture(scope="module")
def solved(city: Problem) -> Solution:
    return solve(city, 20, 2)


def test_solution_holds_before_the_checker(city: Problem, solved: Solution) -> None:
    solution = solved
    assert faults(city, solution.assignment) == []
    assert value_of(city, solution.assignment) == solution.value
    assert solution.greedy <= solution.value <= solution.bound <= proof(solution).bound
    assert solution.gap < 0.01


def test_certificate_proves_its_bound(city: Problem, solved: Solution) -> None:
    certificate = proof(solved)
    assert bound_by(city, certificate) == pytest.approx(certificate.bound, rel=1e-9)


def test_any_prices_prove_a_bound() -> None:
    """Weak duality: random prices bound the optimum, and none equals it by chance."""
    problem = contested(4)
    solution, rng = solve(problem, 20, 1), np.random.default_rng(1)
    for _ in range(5):
        certificate = proof(solution)
        noisy = replace(
            certificate,
            cell=rng.exponential(20, certificate.cell.shape),
            share=rng.exponential(5, certificate.share.shape),
        )
        assert bound_by(problem, noisy) >= solution.value
    free = replace(certificate, cell=0 * certificate.cell, share=0 * certificate.share)
    assert bound_by(problem, free) >= bound_by(problem, certificate)
    with pytest.raises(ValueError, match="negative"):
        bound_by(problem, replace(certificate, cell=certificate.cell - 1))


def test_blocks_share_nothing(city: Problem) -> None:
    placements = placements_of(city)
    blocks = split(whole_block(city, placements, remaining(city, placements)))
    assert len(blocks) > 3
    columns = np.concatenate([block.columns for block in blocks])
    assert sorted(columns.tolist()) == list(range(len(placements)))
    for of in ("request", "venue"):
        parts = [set(getattr(placements, of)[block.columns].tolist()) for block in blocks]
        assert sum(map(len, parts)) == len(set().union(*parts))


def test_locks_and_rejections_are_kept(city: Problem, solved: Solution) -> None:
    free = solved
    rows = free.assignment.rows()
    lost = {row[0] for row in placements_rows(city)} - {row[0] for row in rows}
    wish = next(row for row in placements_rows(city) if row[0] in lost)
    forced = replace(
        city,
        locks=Sessions.from_rows([wish, rows[-1]]),
        rejections=Sessions.from_rows(
            [(rows[0][0], rows[0][1], ANY, ANY, ANY), *city.rejections.rows()]
        ),
    )
    solution = solve(forced, 20, 2)
    assert faults(forced, solution.assignment) == []
    assert {wish, rows[-1]} <= set(solution.assignment.rows())
    assert solution.value <= free.bound
    certificate = proof(solution)
    assert bound_by(forced, certificate) == pytest.approx(certificate.bound, rel=1e-9)


def placements_rows(problem: Problem) -> list[tuple[int, int, int, int, int]]:
    placements = placements_of(problem)
    return placements.sessions(np.arange(len(placements))).rows()


def test_locks_that_exclude_each_other_are_named(city: Problem) -> None:
    rows = placements_rows(city)
    first = rows[0]
    again = next(r for r in rows if r[0] == first[0] and r[2] == first[2] and r != first)
    with pytest.raises(Impossible, match="excludes another lock"):
        solve(replace(city, locks=Sessions.from_rows([first, again])), 5, 1)
    with pytest.raises(Impossible, match="no allowed placement"):
        solve(replace(city, locks=Sessions.from_rows([(0, 0, 0, 0, 1)])), 5, 1)


def test_last_season_draws_sessions_to_it(city: Problem, solved: Solution) -> None:
    """A worth of staying larger than any other keeps the sessions of another timetable."""
    other = solve(replace(city, worth=replace(city.worth, second_choice=0.0, per_rank=0.3)), 5, 2)
    same = set(other.assignment.rows())
    worth = replace(city.worth, as_last_season=5.0)
    moved = solved.assignment.rows()
    kept = solve(replace(city, worth=worth, last_season=other.assignment), 20, 2)
    assert len(same & set(kept.assignment.rows())) > 0.95 * len(same)
    assert len(same & set(moved)) < len(same & set(kept.assignment.rows()))


def test_nothing_to_decide() -> None:
    problem = draw(Shape(5, 10, 1.0))
    closed = replace(problem, venues=replace(problem.venues, hours=0 * problem.venues.hours > 0))
    solution = solve(closed, 5, 1)
    assert (solution.value, solution.bound, solution.status) == (0, 0, "optimal")
    assert len(solution.assignment) == 0


def test_no_time_gives_the_greedy_timetable_with_a_bound(city: Problem) -> None:
    solution = solve(city, 0.0, 1)
    assert solution.status == "greedy" or solution.value > solution.greedy
    assert faults(city, solution.assignment) == []
    assert 0 < solution.greedy <= solution.value < solution.bound
    certificate = proof(solution)
    assert bound_by(city, certificate) == pytest.approx(certificate.bound, rel=1e-9)


def slowed(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    """A clock on which everything takes so many times as long, as on a busy machine."""
    monkeypatch.setattr("optimise.slots.solve.Clock", Clock)
    real = time.monotonic
    began = real()
    monkeypatch.setattr(time, "monotonic", lambda: began + factor * (real() - began))


@pytest.mark.parametrize("factor", [40.0, 4_000.0])
def test_a_busy_machine_finds_the_same_or_says_that_it_may_not(
    city: Problem, solved: Solution, monkeypatch: pytest.MonkeyPatch, factor: float
) -> None:
    """The last clock leaves 5 ms of 20 s."""
    assert not solved.cut
    slowed(monkeypatch, factor)
    busy = solve(city, 20, 1)
    assert busy.cut or busy.assignment.rows() == solved.assignment.rows()
    assert busy.cut or factor < 4_000.0


def test_work_alone_ends_a_search_that_proves_nothing() -> None:
    """Twice the same timetable and bound, whatever the number of workers, and nothing cut."""
    problem = draw(Shape(400, 60, 1.5, 2))
    one, other = (solve(problem, 2.0, workers) for workers in (1, 2))
    assert not one.cut
    assert one.value < one.bound == other.bound
    assert one.assignment.rows() == other.assignment.rows()


@pytest.mark.slow
@pytest.mark.parametrize("limit", [2.0, 6.0])
def test_the_clock_ends_the_search_of_a_large_season(
    limit: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much work is planned, with a timetable and a bound that hold."""
    problem = draw(Shape(4000, 219, 1.5))
    monkeypatch.setattr("optimise.slots.solve.Clock", lambda _: Clock(limit))
    solution = solve(problem, 10_000, 2)
    assert solution.cut
    assert solution.seconds < 600
    assert faults(problem, solution.assignment) == []
    assert solution.greedy <= solution.value <= solution.bound
    certificate = proof(solution)
    assert bound_by(problem, certificate) == pytest.approx(certificate.bound, rel=1e-9)
