"""Hours a week in rounds, and how they are shared, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from optimise.slots.problem import Problem, Sessions
from optimise.slots.rules.rounds import GroupHours, HoursInRounds, proportional
from optimise.slots.rules.rule import Hours, allocate

from .tiny import MON, SAT, THU, TUE, WED, Ask, tiny

DAYS = (MON, TUE, WED, THU)
WEEK = np.ones((7, 24), dtype=bool)
Row = tuple[int, int, int, int, int]


def account(group: list[int], cells: list[int], counted: np.ndarray = WEEK) -> GroupHours:
    return GroupHours(np.array(group), np.array(cells), counted)


def given(
    problem: Problem, *accounts: GroupHours, turn: list[int], hours: Hours | None = None
) -> list[Row]:
    day = np.zeros((len(turn), 7), dtype=np.int64)
    rule = HoursInRounds(accounts, np.array(turn), hours or Hours(day, day + 24))
    return allocate(problem, rule).assignment.rows()


def evenings(*days: int) -> list[tuple[int, int, int]]:
    return [(day, 18, 19) for day in days or DAYS]


def test_nobody_gets_more_than_its_hours_though_rooms_stay_empty() -> None:
    asks = [Ask(evenings(), sessions=4), Ask(evenings(), sessions=4, venues=(1,))]
    got = given(tiny(asks, venues=2), account([0, 1], [3, 1]), turn=[0, 1])
    assert [row[:3] for row in got] == [(0, 0, MON), (0, 0, TUE), (0, 0, WED), (1, 1, MON)]


def test_a_session_longer_than_the_hours_left_is_shortened_or_not_given() -> None:
    long = Ask([(d, 18, 20) for d in DAYS], sessions=4, longest=2)
    assert given(tiny([long]), account([0], [3]), turn=[0]) == [
        (0, 0, MON, 18, 2),
        (0, 0, TUE, 18, 1),
    ]
    fixed = Ask([(d, 18, 20) for d in DAYS], sessions=4, shortest=2, longest=2)
    assert given(tiny([fixed]), account([0], [3]), turn=[0]) == [(0, 0, MON, 18, 2)]


def test_groups_take_one_session_each_in_turn() -> None:
    """Of four evenings the one that is first has the 1st and 3rd, the other the 2nd and 4th."""
    asks = [Ask(evenings(), sessions=4), Ask(evenings(), sessions=4)]
    got = given(tiny(asks), account([0, 1], [9, 9]), turn=[1, 0])
    assert [row[:3] for row in got] == [(0, 0, TUE), (0, 0, THU), (1, 0, MON), (1, 0, WED)]


def test_within_a_group_who_has_fewest_is_next() -> None:
    """Requests 0 and 1 are one club with two hours: one each, though 0 would be first again."""
    asks = [Ask(evenings(), sessions=4), Ask(evenings(), sessions=4)]
    got = given(tiny(asks), account([0, 0], [2]), turn=[0, 1])
    assert [row[:3] for row in got] == [(0, 0, MON), (1, 0, TUE)]


def test_a_club_whose_first_team_finds_nothing_serves_the_other() -> None:
    asks = [Ask(evenings(MON)), Ask(evenings(MON)), Ask(evenings(TUE))]
    got = given(tiny(asks), account([0, 1, 1], [1, 1]), turn=[0, 1, 2])
    assert [row[:3] for row in got] == [(0, 0, MON), (2, 0, TUE)]


def test_hours_that_do_not_count_use_up_nothing() -> None:
    """Shared are the evenings from Monday to Friday: Saturday is free to all."""
    counted = np.zeros((7, 24), dtype=bool)
    counted[:5, 16:22] = True
    asks = [Ask([*evenings(MON, TUE), (SAT, 18, 19)], sessions=3)]
    got = given(tiny(asks), account([0], [1], counted), turn=[0])
    assert [row[2] for row in got] == [MON, SAT]


def test_what_is_kept_goes_to_the_elite_first_and_it_shares_the_rest() -> None:
    """Request 1 is elite: an hour kept for it comes first though its turn is last."""
    asks = [Ask(evenings(), sessions=4), Ask(evenings(), sessions=4)]
    kept, rest = account([-1, 0], [1]), account([0, 1], [2, 1])
    got = given(tiny(asks), kept, rest, turn=[0, 1])
    assert [row[:3] for row in got] == [(0, 0, TUE), (0, 0, THU), (1, 0, MON), (1, 0, WED)]


def test_no_session_ends_after_the_latest_hour() -> None:
    ask = Ask([(MON, 18, 22)], longest=4)
    begin, end = np.zeros((1, 7), dtype=np.int64), np.full((1, 7), 20)
    assert given(tiny([ask]), account([0], [9]), turn=[0], hours=Hours(begin, end)) == [
        (0, 0, MON, 18, 2)
    ]
    assert given(tiny([ask]), account([0], [9]), turn=[0], hours=Hours(begin + 21, end + 4)) == [
        (0, 0, MON, 21, 1)
    ]


def test_locked_sessions_count() -> None:
    asks = [Ask(evenings(), sessions=4), Ask(evenings(), sessions=4)]
    problem = tiny(asks, locks=Sessions.from_rows([(0, 0, WED, 18, 1)]))
    got = given(problem, account([0, 1], [2, 9]), turn=[0, 1])
    assert [row[:3] for row in got] == [(0, 0, MON), (0, 0, WED), (1, 0, TUE), (1, 0, THU)]


def test_a_locked_session_counts_once_and_only_in_hours_that_count() -> None:
    """The elite's locked Wednesday uses up the hour kept for it, a locked Saturday nothing."""
    counted = np.zeros((7, 24), dtype=bool)
    counted[:5] = True
    ask = Ask([*evenings(), (SAT, 18, 19)], sessions=5)
    locked = {
        day: tiny([ask], locks=Sessions.from_rows([(0, 0, day, 18, 1)])) for day in (WED, SAT)
    }
    accounts = account([0], [1], counted), account([0], [1], counted)
    days = {d: [row[2] for row in given(p, *accounts, turn=[0])] for d, p in locked.items()}
    assert days == {WED: [MON, WED, SAT], SAT: [MON, TUE, SAT]}


@pytest.mark.parametrize(
    ("total", "units", "least", "most", "cells"),
    [
        (12, [1, 2, 3], [0, 0, 0], [99, 99, 99], [2, 4, 6]),
        (12, [1, 2, 3], [5, 0, 0], [99, 99, 99], [5, 3, 4]),  # 7 by 2 : 3 are 2.8 and 4.2
        (12, [1, 2, 3], [0, 0, 0], [99, 99, 3], [3, 6, 3]),  # 9 by 1 : 2
        (12, [1, 2, 3], [4, 0, 0], [99, 99, 3], [4, 5, 3]),
        (12, [1, 1, 1], [0, 0, 0], [2, 2, 2], [2, 2, 2]),  # nobody can use more
        (2, [1, 1, 1], [1, 1, 1], [9, 9, 9], [1, 1, 1]),  # the least goes beyond the total
        (7, [1, 1, 1], [0, 0, 0], [9, 9, 9], [2, 2, 3]),  # the odd one by lot
        (7, [5, 3, 1], [0, 0, 0], [9, 9, 9], [4, 2, 1]),  # 3.9, 2.3, 0.8
        (9, [1, 0, 2], [0, 2, 0], [9, 9, 9], [2, 2, 5]),  # 7 by 1 : 2 are 2.3 and 4.7
        (8, [1, 2, 3], [9, 0, 0], [2, 99, 99], [2, 2, 4]),  # 6 by 2 : 3 are 2.4 and 3.6
        (0, [1, 2, 3], [0, 0, 0], [9, 9, 9], [0, 0, 0]),
    ],
)  # fmt: skip
def test_shares_by_hand(
    total: int, units: list[int], least: list[int], most: list[int], cells: list[int]
) -> None:
    lot = np.array([2, 1, 0])
    found = proportional(total, np.array(units, float), np.array(least), np.array(most), lot)
    assert found.tolist() == cells


def test_shares_add_up_and_lie_within_one_cell_of_one_rate() -> None:
    """Drawn at random: the rate is found again by bisection."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        count = int(rng.integers(1, 9))
        units, least = rng.integers(0, 9, count).astype(float), rng.integers(0, 6, count)
        most = least + rng.integers(0, 20, count)
        total = int(rng.integers(0, 80))
        found = proportional(total, units, least, most, rng.permutation(count))
        assert (found >= least).all()
        assert (found <= most).all()
        low, high = 0.0, 1e3
        for _ in range(80):
            rate = (low + high) / 2
            over = np.clip(rate * units, least, most).sum() > total
            low, high = (low, rate) if over else (rate, high)
        assert (np.abs(found - np.clip(low * units, least, most)) < 1 + 1e-6).all()
        could = int(np.where(units > 0, most, least).sum())
        assert found.sum() == max(least.sum(), min(total, could))
