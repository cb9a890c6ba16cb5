"""So many bookings at a time: by hand, by brute force, against Erlang's formula."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import histories, model_of, plain, z_score
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from sim.booking.parts.limits import Barred
from sim.booking.requests import Outcome
from sim.demand.bookers import SLICES
from sim.model import History
from sim.scenario.schema.policy import By, Limits

from ..limit_cases import HOUR, Wish, counter_of, given, outcomes, play, pool
from ..random_asking import played, wishes

ONE, TWO = Limits(active_bookings=1), Limits(active_bookings=2)


def test_the_third_booking_is_refused_until_one_has_ended() -> None:
    """Two ahead, for 10:00-12:00 and 12:00-13:00; running at 11:59 still counts, at 12:00 not."""
    people = [
        Wish(0, 10, hours=2),
        Wish(1, 12),
        Wish(2, 40),
        Wish(3, 40, booker=1),
        Wish(12 * HOUR - 1, 41),
        Wish(12 * HOUR, 42),
        Wish(12 * HOUR + 1, 43),
    ]
    counter = play(TWO, people)
    assert outcomes(counter) == "bblblbl"
    assert counter.notes.why == {
        2: Barred("active_bookings", 2, (0, 1), 12 * HOUR),
        4: Barred("active_bookings", 2, (0, 1), 12 * HOUR),
        6: Barred("active_bookings", 2, (1, 5), 13 * HOUR),
    }


def test_giving_up_makes_room_at_once_and_a_refusal_counts_for_nothing() -> None:
    people = [
        Wish(0, 30, gives_up=100),
        Wish(99, 31, gives_up=101),
        Wish(100.5, 32),
        Wish(102, 33),
    ]
    assert outcomes(play(ONE, people)) == "blbl"


def test_who_found_no_room_does_not_count() -> None:
    """Three rooms for three people; the fourth is told they are full, and may book another hour."""
    people = [*(Wish(i, 30, booker=i) for i in range(4)), Wish(10, 31, booker=3)]
    assert outcomes(play(ONE, people)) == "bbbfb"


def test_households_count_together() -> None:
    people = [Wish(0, 30, booker=0, household=7), Wish(1, 31, booker=1, household=7)]
    by_house = Limits(active_bookings=1, active_by="household")
    assert outcomes(play(ONE, people)) == "bb"
    assert outcomes(play(by_house, people)) == "bl"


def test_equal_limits_of_several_sets_count_together_and_others_do_not() -> None:
    """The lodge has rules of its own: with the same limit both are one count, else two."""
    lodge = pool("lodge")
    people = [Wish(0, 30), Wish(1, 31, pool=lodge), Wish(2, 32, pool=lodge), Wish(3, 33)]
    same = {lodge: Limits(active_bookings=1, hours=[{"at_most": 99}])}
    assert outcomes(play(ONE, people, same)) == "blll"
    assert outcomes(play(ONE, people, {lodge: TWO})) == "bbbl"
    assert outcomes(play(ONE, people, {lodge: Limits()})) == "bbbl"


def test_what_is_released_counts_no_longer() -> None:
    """Three hours from 10:00, of which the last two are given back at 10:30: over at 11:00."""
    people = [Wish(0, 10, hours=3), Wish(11 * HOUR - 1, 30), Wish(11 * HOUR, 30)]
    counter = counter_of(ONE, people)
    counter.ask(0, 0.0)
    counter.desk.shorten(0, 1)
    assert not counter.ask(1, people[1].ask)
    assert counter.ask(2, people[2].ask)


def test_later_decisions_keep_the_limit_and_the_first_reason() -> None:
    """Refused for a full hour, then not promoted because another booking was made meanwhile."""
    people = [*(Wish(i, 30, booker=i) for i in range(1, 5)), Wish(10, 50, booker=4)]
    people.append(Wish(20, 51, booker=4))
    counter = counter_of(ONE, people)
    for i, wish in enumerate(people):
        counter.ask(i, wish.ask)
    assert outcomes(counter) == "bbbfbl"
    counter.give_up(0, 100.0)
    assert not counter.offer(3, 0, 30, 101.0)
    assert not counter.again(5, 102.0)
    assert outcomes(counter) == "bbbfbl"
    assert counter.notes.why == {5: Barred("active_bookings", 1, (4,), 51 * HOUR)}
    counter.give_up(4, 103.0)
    assert counter.offer(3, 0, 30, 104.0)


@settings(max_examples=80)
@for_all(wishes(), st.integers(1, 3), st.sampled_from(["resident", "household"]))
def test_by_brute_force(people: list[Wish], most: int, by: By) -> None:
    """Recount at every decision: nobody holds more, and nobody is refused who holds less."""
    counter = played(Limits(active_bookings=most, active_by=by), people)
    who = [w.booker if by == "resident" else w.household for w in people]
    made = given(counter)

    def held(i: int, now: float) -> int:
        """Bookings of the person at a moment, but this one."""
        count = 0
        for j, at, gave_up in made:
            end = (counter.desk.start[j] + people[j].hours) * HOUR
            count += j != i and who[j] == who[i] and at <= now < min(end, gave_up)
        return count

    assert all(held(i, at) < most for i, at, _ in made)
    for i, wish in enumerate(people):
        barred = counter.desk.outcome[i] == Outcome.LIMIT
        if i not in counter.notes.given_at:
            assert barred == (held(i, wish.ask) >= most)
            assert barred == (i in counter.notes.why)


def rates(history: History, total: float) -> np.ndarray:
    """Requests a minute of every booker: those of a slice share out what falls on the slice."""
    upto = np.concatenate([[0.0], history.bookers.upto])
    activity = np.diff(upto).reshape(SLICES, -1)
    shares = activity / activity.sum(axis=1, keepdims=True) / SLICES
    return np.asarray(total * shares.ravel())


def blocked(load: np.ndarray, most: int) -> float:
    """Share of requests that find the person's bookings all taken: Erlang B, weighted by load."""
    below = [np.ones_like(load)]
    for k in range(1, most + 1):
        below.append(below[-1] * load / k)
    return float((load * below[-1] / sum(below)).sum() / load.sum())


def test_blocked_by_hand() -> None:
    """One booker: a^2/2 / (1 + a + a^2/2). Of two, the second making all requests: theirs alone."""
    assert blocked(np.array([0.5]), 2) == pytest.approx(0.125 / 1.625)
    assert blocked(np.array([0.0, 2.0]), 2) == pytest.approx(2 / 5)
    assert blocked(np.array([0.5, 2.0]), 2) == pytest.approx((0.5 * 0.125 / 1.625 + 2 * 0.4) / 2.5)


@pytest.mark.parametrize(
    ("shape", "low", "high"), [(1000, 0.03, 0.04), (0.5, 0.13, 0.19), (0.1, 0.35, 0.5)]
)
def test_two_bookings_bind_where_activity_is_uneven(
    shape: float, low: float, high: float, tmp_path: Path
) -> None:
    """One booker is a loss system with as many lines as bookings allowed.

    People book 0.7 times a week, for up to six days ahead. Where all are alike the limit hardly
    binds; where few make most bookings it does. Expected shares by Erlang's formula, which needs of
    the time that a booking counts (lead and length) only its mean.
    """
    parts = plain(28, warm_up=7, opens=7).origin("home", 1000).centre("hall").rooms("hall", 40)
    parts.set(
        segments__person={
            "curve": "flat", "bicycle_share": 0, "adopters": 1, "activity_shape": shape,
        },
        demand__wishes_per_1000={"person": {"room": 700}},
        demand__lead_days={"rule": "uniform", "low": 0, "high": 6},
        policy__limits={"active_bookings": 2},
    )  # fmt: skip
    model = model_of(parts, tmp_path)
    gaps, shares = [], []
    for history in histories(model, 40):
        counted = model.world.calendar.counts(history.asked_at)
        share = float((history.outcome[counted] == Outcome.LIMIT).mean())
        load = rates(history, 700 / (7 * 1440)) * (3 * 1440 + 60)
        gaps.append(share - blocked(load, 2))
        shares.append(share)
        assert not (history.outcome == Outcome.FULL).any()
    assert low < np.mean(shares) < high
    assert abs(z_score(gaps, 0.0)) < 4
