"""The queue of a place in one stretch, worked out by hand. Minutes; negative ends are fates."""

from __future__ import annotations

import numpy as np
import pytest

from sim.places.seats import Seating, TurnHours, VisitFate, seat_all

EVER = float("inf")
FULL, GAVE_UP, CLOSING = -VisitFate.FULL, -VisitFate.GAVE_UP, -VisitFate.CLOSING
NOON = TurnHours(first=660, last=780, minutes=30)
"""11:00, 11:30, 12:00, 12:30; from 13:00 on as usual."""


def seat(
    seating: Seating, *people: tuple[float, float, float], opens: float = 0, close: float = 1440
) -> list[tuple[float, float]]:
    """(leaves the queue, leaves the seat or fate) of people (arrival, stay, patience)."""
    arrival, stay, patience = np.array(people, dtype=float).T.copy()
    stretch, size = np.array([[opens, close]], dtype=float), np.array([len(people)])
    begins, ends = seat_all(seating, arrival, stay, arrival + patience, stretch, size)
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def test_first_come_first_served() -> None:
    people = (10, 30, EVER), (20, 5, EVER), (22, 5, EVER), (60, 5, EVER)
    assert seat(Seating(1), *people) == [(10, 40), (40, 45), (45, 50), (60, 65)]
    assert seat(Seating(2), *people) == [(10, 40), (20, 25), (25, 30), (60, 65)]


def test_who_gives_up_takes_no_seat() -> None:
    people = (0, 30, EVER), (5, 60, 20), (10, 10, 20), (12, 10, EVER)
    assert seat(Seating(1), *people) == [(0, 30), (25, GAVE_UP), (30, 40), (40, 50)]


def test_closing() -> None:
    """Who sits is sent away (uncut ends), who waits is turned away unless patience ends before."""
    people = (0, 50, EVER), (10, 50, EVER), (20, 10, 30), (25, 10, 90), (30, 10, EVER)
    seated = seat(Seating(1), *people, close=90)
    assert seated == [(0, 50), (50, 100), (50, GAVE_UP), (90, CLOSING), (90, CLOSING)]


def test_patience_until_closing_is_closing() -> None:
    assert seat(Seating(1), (0, 99, EVER), (5, 9, 85), close=90)[1] == (90, CLOSING)
    assert seat(Seating(1), (0, 99, EVER), (5, 9, 84), close=90)[1] == (89, GAVE_UP)


def test_a_seat_that_frees_as_patience_ends() -> None:
    assert seat(Seating(1), (0, 10, EVER), (5, 9, 5))[1] == (10, 19)


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_limit_of_the_queue(limit: int) -> None:
    people = (0, 100, EVER), (10, 5, EVER), (20, 5, EVER), (30, 5, EVER), (105, 5, EVER)
    expected = {
        0: [(0, 100), (10, FULL), (20, FULL), (30, FULL), (105, 110)],
        1: [(0, 100), (100, 105), (20, FULL), (30, FULL), (105, 110)],
        2: [(0, 100), (100, 105), (105, 110), (30, FULL), (110, 115)],
    }
    assert seat(Seating(1, limit), *people) == expected[limit]


def test_who_gives_up_makes_room_in_the_queue() -> None:
    people = (0, 100, EVER), (10, 5, 15), (20, 5, EVER), (26, 5, EVER), (27, 5, EVER)
    seated = seat(Seating(1, 1), *people)
    assert seated == [(0, 100), (25, GAVE_UP), (20, FULL), (100, 105), (27, FULL)]


def test_turns() -> None:
    """Who comes between turns waits though seats are free, and stays until the turn ends."""
    people = (640, 45, EVER), (661, 99, EVER), (690, 99, EVER), (691, 5, EVER), (765, 40, EVER)
    seated = seat(Seating(9, turns=NOON), *people)
    assert seated == [(640, 685), (690, 720), (690, 720), (720, 750), (780, 820)]


def test_ordinary_stays_hold_seats_in_turns() -> None:
    people = (650, 50, EVER), (655, 10, EVER), (672, 10, EVER), (680, 10, EVER)
    seated = seat(Seating(1, turns=NOON), *people)
    assert seated == [(650, 700), (720, 750), (750, 780), (780, 790)]


def test_turns_of_the_next_day() -> None:
    assert seat(Seating(1, turns=NOON), (2105, 9, EVER), close=2880) == [(2130, 2160)]


def test_a_turn_that_outlasts_the_hours() -> None:
    """Turns of 45 minutes from 11 to 13 begin 11:00, 11:45, 12:30; then as usual from 13:00."""
    turns = TurnHours(660, 780, 45)
    people = (740, 9, EVER), (751, 9, EVER), (752, 9, EVER)
    assert seat(Seating(1, turns=turns), *people) == [(750, 795), (795, 804), (804, 813)]
    assert seat(Seating(2, turns=turns), *people) == [(750, 795), (780, 789), (789, 798)]


def test_patience_and_closing_before_the_turn() -> None:
    people = (661, 9, 20), (662, 9, 28), (663, 9, EVER)
    seated = seat(Seating(9, turns=NOON), *people)
    assert seated == [(681, GAVE_UP), (690, 720), (690, 720)]
    seated = seat(Seating(9, turns=NOON), *people, close=690)
    assert seated == [(681, GAVE_UP), (690, CLOSING), (690, CLOSING)]


def test_who_waits_for_a_turn_is_in_the_queue() -> None:
    people = (661, 9, EVER), (662, 9, EVER), (690, 9, EVER), (691, 9, EVER)
    seated = seat(Seating(9, 1, NOON), *people)
    assert seated == [(690, 720), (662, FULL), (690, 720), (720, 750)]
