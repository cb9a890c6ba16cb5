"""Explanations of random small seasons against the checker, brute force and searches from scratch.

Everything that is printed of a request is computed again by other code than that which found it.
"""

from dataclasses import replace
from functools import cache

import pytest

from benchmarks.slots_check import faults, value_of
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.problem import Problem, Sessions
from optimise.slots.reasons.explanation import Explanation, explain, unmet_requests
from optimise.slots.reasons.timetable import PresentTimetable, Row
from optimise.slots.reasons.wishes import Wish
from optimise.slots.solve import solve

from .courts import best
from .small import best_value, town

SHAPES = (Shape(40, 24, 2.0, 1), Shape(40, 16, 3.0, 2), Shape(30, 10, 3.0, 3))


@cache
def cases() -> list[tuple[PresentTimetable, Explanation]]:
    seasons = [best(draw(shape)) for shape in SHAPES]
    return [(one, explain(one, r)) for one in seasons for r in unmet_requests(one)]


def fits(problem: Problem, rows: list[Row]) -> bool:
    return not faults(problem, Sessions.from_rows(rows))


def locked(problem: Problem, found: Explanation) -> Problem:
    assert found.forced is not None
    rows = {*problem.locks.rows(), *found.forced.kept, found.forced.row}
    return replace(problem, locks=Sessions.from_rows(sorted(rows)))


def rows_inside(problem: Problem, request: int, wish: Wish) -> list[Row]:
    """Every session that lies in the stretch of a wish, allowed or not."""
    asked = problem.requests
    day, begin, end = (
        int(column[wish.window])
        for column in (asked.window_weekday, asked.window_begin, asked.window_end)
    )
    return [
        (request, wish.venue, day, start, length)
        for length in range(int(asked.shortest[request]), int(asked.longest[request]) + 1)
        for start in range(begin, end - length + 1)
    ]


def test_there_is_something_to_explain() -> None:
    wishes = [wish for _, found in cases() for wish in found.wishes]
    assert {wish.rule for wish in wishes} >= {None, "closed", "kept", "hours"}
    for of_kind in ("holders", "own_rows", "shortage"):
        assert sum(bool(getattr(wish, of_kind)) for wish in wishes) > 20
    assert sum(found.forced is not None for _, found in cases()) > 20


def test_no_session_of_a_barred_wish_is_allowed() -> None:
    """Each by itself has a fault."""
    for present, found in cases():
        for wish in found.wishes:
            if wish.rule is not None:
                for row in rows_inside(present.problem, found.goal.request, wish):
                    assert not fits(present.problem, [row])


def test_each_obstacle_stands_in_the_way() -> None:
    """Without all of them the session fits; with any one it does not."""
    for present, found in cases():
        kept = [row for row in present.rows if row != found.goal.given_up]
        for wish in found.wishes:
            if wish.row is None:
                continue
            assert value_of(present.problem, Sessions.from_rows([wish.row])) == wish.value
            one_by_one = [*(holder.row for holder in wish.holders), *wish.own_rows]
            rest = [row for row in kept if row not in one_by_one and row[0] != wish.row[0]]
            if wish.shortage is None:
                assert fits(present.problem, [*rest, wish.row])
            else:
                assert not fits(present.problem, [*kept, wish.row])
            for row in one_by_one:
                assert not fits(present.problem, [row, wish.row])


def test_what_gives_way_is_what_a_search_from_scratch_finds() -> None:
    """The whole problem with the session locked costs as much; who loses can lose that."""
    for present, found in cases()[::2]:
        forced, problem = found.forced, present.problem
        if forced is None:
            continue
        solution = solve(locked(problem, found), 20, 1)
        assert solution.status == "optimal"
        assert forced.row in solution.assignment.rows()
        assert forced.proven
        assert forced.cost == sum(present.values.values()) - solution.value
        lost = sum(before - after for _, before, after in forced.losers)
        assert lost >= forced.lost


def test_losers_have_what_is_said_they_have_now() -> None:
    for present, found in cases():
        for request, before, after in found.forced.losers if found.forced else ():
            mine = [row for row in present.rows if row[0] == request]
            assert value_of(present.problem, Sessions.from_rows(mine)) == before > after >= 0


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_cost_against_all_timetables(seed: int) -> None:
    """In tiny seasons, by trying all timetables with the session."""
    present = best(town(seed, requests=5, venues=4, load=2.5))
    for request in unmet_requests(present):
        found = explain(present, request)
        if found.forced is not None:
            most = best_value(present.problem, (*found.forced.kept, found.forced.row))
            assert found.forced.cost == sum(present.values.values()) - most


def test_best_timetables_miss_what_is_forced_for_a_cost() -> None:
    """Rejecting the session leaves the value as it is."""
    for present, found in cases()[1::4]:
        if found.forced is not None and found.forced.cost > 0:
            rejections = [*present.problem.rejections.rows(), found.forced.row]
            without = replace(present.problem, rejections=Sessions.from_rows(rejections))
            assert solve(without, 20, 1).value == sum(present.values.values())
