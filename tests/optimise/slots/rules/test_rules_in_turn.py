"""Greedy, first come, last season and priority by time of day, by hand."""

from __future__ import annotations

import numpy as np

from optimise.slots.blocks import whole_block
from optimise.slots.placements import placements_of, remaining
from optimise.slots.problem import Sessions
from optimise.slots.rules.rule import (
    FirstCome,
    Greedy,
    Hours,
    LastSeason,
    PriorityOrder,
    allocate,
    queue,
    serve_by_turn,
)

from .tiny import FRI, MON, SAT, THU, TUE, WED, Ask, tiny

EVENING = (MON, 18, 19)
NOBODY = np.array([0, 0, 0])


def test_queue_breaks_ties_by_the_next_key() -> None:
    assert queue(np.array([5, 3, 5, 3]), np.array([1, 9, 0, 2])).tolist() == [3, 1, 2, 0]


def test_requests_of_one_turn_are_served_one_by_one() -> None:
    """One session each: that of the first does not use up that of the second."""
    problem = tiny([Ask([EVENING]), Ask([EVENING, (TUE, 18, 19)])])
    placements = placements_of(problem)
    block = whole_block(problem, placements, remaining(problem, placements))
    got = serve_by_turn(block, np.zeros(len(block), dtype=np.int64), block.value)
    assert placements.sessions(got).rows() == [(0, 0, MON, 18, 1), (1, 0, TUE, 18, 1)]


def test_the_bound_is_that_of_prices_of_time() -> None:
    """Two want one hour, which one of them must leave for the second choice; so says its price."""
    asks = [Ask([EVENING], [(TUE, 18, 19)]), Ask([EVENING], [(TUE, 18, 19)])]
    rule = FirstCome(np.array([0, 1]), np.array([0, 0]))
    found = allocate(tiny(asks), rule)
    assert (found.value, found.bound, found.status) == (60 + 48, 60 + 48, "optimal")
    locked = allocate(tiny(asks, locks=Sessions.from_rows([(1, 0, TUE, 18, 1)])), rule)
    assert (locked.value, locked.bound, locked.status) == (60 + 48, 60 + 48, "optimal")


def test_greedy_takes_the_session_worth_most_whoever_asked_first() -> None:
    """Two hours of weight 1 beat one hour of weight 1.5; the latter then finds the hour left."""
    asks = [Ask([EVENING], [(TUE, 8, 9)], weight=1.5), Ask([(MON, 18, 20)], shortest=2, longest=2)]
    got = allocate(tiny(asks), Greedy(np.array([0, 1])))
    assert got.assignment.rows() == [(0, 0, TUE, 8, 1), (1, 0, MON, 18, 2)]
    assert got.value == round(1.5 * 60 * 0.8) + 120


def test_greedy_tells_equals_apart_by_lot() -> None:
    asks = [Ask([EVENING]), Ask([EVENING])]
    assert allocate(tiny(asks), Greedy(np.array([4, 2]))).assignment.request.tolist() == [1]
    assert allocate(tiny(asks), Greedy(np.array([2, 4]))).assignment.request.tolist() == [0]


def test_first_come_serves_who_asked_first_then_by_lot() -> None:
    asks = [Ask([EVENING], weight=9), Ask([EVENING]), Ask([EVENING])]
    rule = FirstCome(asked_on=np.array([2, 1, 1]), lot=np.array([0, 7, 3]))
    assert allocate(tiny(asks), rule).assignment.rows() == [(2, 0, MON, 18, 1)]


def test_first_come_gives_all_sessions_before_the_next_is_served() -> None:
    """Three sessions two days apart: Mon, Wed and Fri, though Tuesday alone is worth more."""
    first = Ask([(TUE, 18, 19)], [(d, 18, 19) for d in (MON, WED, FRI)], sessions=3, spacing=2)
    asks = [first, Ask([(TUE, 18, 19), (WED, 18, 19)], sessions=2)]
    got = allocate(tiny(asks), FirstCome(np.array([1, 2]), np.array([0, 0]))).assignment
    assert got.rows() == [(0, 0, MON, 18, 1), (0, 0, WED, 18, 1), (0, 0, FRI, 18, 1),
                          (1, 0, TUE, 18, 1)]  # fmt: skip
    later = allocate(tiny(asks), FirstCome(np.array([2, 1]), np.array([0, 0]))).assignment
    assert later.rows() == [(0, 0, MON, 18, 1), (0, 0, FRI, 18, 1),
                            (1, 0, TUE, 18, 1), (1, 0, WED, 18, 1)]  # fmt: skip


def test_a_week_gives_up_what_the_share_of_prime_time_leaves_no_room_for() -> None:
    """Five sessions wanted, prime time for two of them: the best two, and the others by day."""
    days = (MON, TUE, WED, THU, FRI)
    ask = Ask([(d, 18, 19) for d in days], [(d, 9, 10) for d in (THU, FRI)], sessions=5)
    problem = tiny([ask])
    problem.venues.prime[:, 18:22] = True
    problem.venues.prime_cap[:] = 2
    got = allocate(problem, FirstCome(np.array([0]), np.array([0]))).assignment
    assert got.rows() == [(0, 0, MON, 18, 1), (0, 0, TUE, 18, 1), (0, 0, THU, 9, 1),
                          (0, 0, FRI, 9, 1)]  # fmt: skip


def test_last_season_keeps_what_is_still_allowed_and_the_rest_is_first_come() -> None:
    """0 keeps its hour though it asks last; what 1 had lies in none of its windows any more."""
    asks = [Ask([EVENING, (WED, 18, 19)], sessions=2), Ask([EVENING, (TUE, 18, 19)]),
            Ask([(WED, 18, 19)])]  # fmt: skip
    had = Sessions.from_rows([(0, 0, MON, 18, 1), (1, 0, SAT, 18, 1)])
    problem = tiny(asks, last_season=had)
    got = allocate(problem, LastSeason(np.array([3, 1, 2]), NOBODY)).assignment
    assert got.rows() == [(0, 0, MON, 18, 1), (1, 0, TUE, 18, 1), (2, 0, WED, 18, 1)]


def test_last_season_of_two_in_one_hour_is_whose_who_asked_first() -> None:
    asks = [Ask([EVENING]), Ask([EVENING]), Ask([EVENING])]
    had = Sessions.from_rows([(0, 0, MON, 18, 1), (1, 0, MON, 18, 1)])
    rule = LastSeason(np.array([3, 2, 1]), NOBODY)
    assert allocate(tiny(asks, last_season=had), rule).assignment.rows() == [(1, 0, MON, 18, 1)]


def helsinki(rank: list[list[int]], turn: list[int], likes: Hours | None = None) -> PriorityOrder:
    """By day (8 to 16, Monday to Friday) and at all other times."""
    band = np.ones((7, 24), dtype=np.int64)
    band[:5, 8:16] = 0
    whole = np.zeros((len(turn), 7), dtype=np.int64)
    return PriorityOrder(band, np.array(rank), np.array(turn), likes or Hours(whole, whole + 24))


def test_the_class_that_is_first_depends_on_the_hour() -> None:
    """The school is before the club by day and behind it in the evening and on Saturday."""
    hours = [(MON, 15, 16), (MON, 16, 17), (SAT, 9, 10)]
    asks = [Ask(hours, sessions=3), Ask(hours, sessions=3)]
    got = allocate(tiny(asks), helsinki([[1, 0], [0, 1]], [0, 1])).assignment
    assert got.rows() == [(0, 0, MON, 16, 1), (0, 0, SAT, 9, 1), (1, 0, MON, 15, 1)]


def test_within_a_class_the_turn_decides() -> None:
    asks = [Ask([EVENING], weight=9), Ask([EVENING]), Ask([EVENING])]
    got = allocate(tiny(asks), helsinki([[0, 0, 0], [1, 0, 0]], [0, 2, 1])).assignment
    assert got.request.tolist() == [2]


def test_who_lacks_sessions_comes_up_again_in_its_other_class() -> None:
    """First by day, last in the evening: one session each, the second request left one evening."""
    asks = [Ask([(TUE, 9, 10), (MON, 18, 19), (WED, 18, 19)], sessions=2), Ask([EVENING])]
    got = allocate(tiny(asks), helsinki([[0, 1], [1, 0]], [0, 1])).assignment
    assert got.rows() == [(0, 0, TUE, 9, 1), (0, 0, WED, 18, 1), (1, 0, MON, 18, 1)]


def test_liked_hours_come_before_what_is_worth_more() -> None:
    """Children early: 16 to 18 is only their second choice, and they have it all the same."""
    likes = Hours(np.full((1, 7), 16), np.full((1, 7), 18))
    ask = Ask([(MON, 20, 21)], [(MON, 17, 18)])
    got = allocate(tiny([ask]), helsinki([[0], [0]], [0], likes)).assignment
    assert got.rows() == [(0, 0, MON, 17, 1)]
    assert allocate(tiny([ask]), helsinki([[0], [0]], [0])).assignment.rows() == [
        (0, 0, MON, 20, 1)
    ]
