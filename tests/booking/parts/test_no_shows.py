"""Strikes and suspensions: by hand and by brute force."""

from __future__ import annotations

from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from sim.booking.parts.limits import Barred
from sim.booking.requests import Outcome
from sim.scenario.schema.policy import Limits, NoShows

from ..limit_cases import DAY, HOUR, Wish, counter_of, given, outcomes, play
from ..random_asking import played, wishes


def penal(**rule: Any) -> Limits:
    return Limits(no_shows=NoShows(**rule))


def test_the_strike_that_is_one_too_many_suspends_from_its_start_on() -> None:
    """One allowed. Absent at 10:00 and 30:00; suspended from 30:00 for a day, until 54:00."""
    rule = penal(allowed=1, suspend_days=1)
    people = [
        Wish(0, 10, no_show=True),
        Wish(1, 30, no_show=True),
        Wish(11 * HOUR, 40),
        Wish(30 * HOUR, 80),
        Wish(30 * HOUR + 1, 81),
        Wish(54 * HOUR - 1, 82),
        Wish(54 * HOUR, 83),
    ]
    counter = play(rule, people)
    assert outcomes(counter) == "bbbbssb"
    assert rule.no_shows is not None
    barred = Barred("no_shows", rule.no_shows, (0, 1), 54 * HOUR)
    assert counter.notes.why == {4: barred, 5: barred}


def test_a_strike_of_this_very_moment_does_not_count_yet() -> None:
    """Nor where an earlier one is counted at the same look; a minute later both do."""
    rule = penal(allowed=1, suspend_days=1)
    strikes = [Wish(0, 10, no_show=True), Wish(1, 30, no_show=True)]
    assert outcomes(play(rule, [*strikes, Wish(30 * HOUR, 80)])) == "bbb"
    assert outcomes(play(rule, [*strikes, Wish(30 * HOUR + 1, 80)])) == "bbs"


def test_old_strikes_do_not_count() -> None:
    """Two days: strikes at 10:00 and exactly 48 hours later count together, 49 hours do not."""
    rule = penal(allowed=1, within_days=2, suspend_days=1)
    close = [Wish(0, 10, no_show=True), Wish(1, 58, no_show=True), Wish(59 * HOUR, 70)]
    far = [Wish(0, 10, no_show=True), Wish(1, 59, no_show=True), Wish(60 * HOUR, 70)]
    assert outcomes(play(rule, close)) == "bbs"
    assert outcomes(play(rule, far)) == "bbb"


def test_strikes_are_cleared_by_the_suspension_and_what_stands_may_bring_more() -> None:
    """One allowed: absent at 10, 20, 30, 40: suspended at 20 and again at 40.

    The third is the first of a new count, made before the suspension, and does not prolong it.
    """
    rule = penal(allowed=1, suspend_days=0.5)
    people = [Wish(k, 10 + 10 * k, no_show=True) for k in range(4)]
    people += [Wish(31 * HOUR, 90), Wish(32 * HOUR, 91), Wish(41 * HOUR, 92), Wish(52 * HOUR, 93)]
    counter = play(rule, people)
    assert outcomes(counter) == "bbbb" + "sbsb"
    assert counter.notes.why[4].bookings == (0, 1)
    assert counter.notes.why[6].bookings == (2, 3)
    assert counter.notes.why[6].until == 52 * HOUR


def test_who_gives_up_in_time_has_no_strike() -> None:
    """Would not come anyway, but gave up before, at the last moment too; late where that counts."""
    rule = penal(allowed=0, suspend_days=1)
    early = [Wish(0, 10, no_show=True, gives_up=9 * HOUR), Wish(11 * HOUR, 30)]
    last = [Wish(0, 10, no_show=True, gives_up=10 * HOUR), Wish(11 * HOUR, 30)]
    assert outcomes(play(rule, early)) == "bb"
    assert outcomes(play(rule, last)) == "bb"
    late = penal(allowed=0, suspend_days=1, late_cancel_minutes=60)
    assert outcomes(play(late, early)) == "bb"
    assert outcomes(play(late, last)) == "bs"


def test_a_late_cancellation_is_a_strike_when_it_is_made() -> None:
    """At 8:01 for 10:00, with two hours' notice due; who is punctual is asked no more of."""
    rule = penal(allowed=0, suspend_days=1, late_cancel_minutes=120)
    at = 8 * HOUR + 1
    people = [Wish(0, 10, gives_up=at), Wish(at - 1, 30), Wish(at + 1, 31), Wish(at + DAY, 40)]
    counter = play(rule, people)
    assert outcomes(counter) == "bbsb"
    assert counter.notes.why[2].until == at + DAY
    punctual = [Wish(0, 10, gives_up=at - 1), Wish(at + 1, 31)]
    assert outcomes(play(rule, punctual)) == "bb"


def test_strikes_count_in_order_of_time_whatever_the_order_of_booking() -> None:
    """Booked for 50:00 first, then for 10:00; cancelled late at 29:00 for 30:00 in between."""
    rule = penal(allowed=1, suspend_days=10, late_cancel_minutes=120)
    people = [
        Wish(0, 50, no_show=True),
        Wish(1, 10, no_show=True),
        Wish(2, 30, gives_up=29 * HOUR),
        Wish(28 * HOUR, 60),
        Wish(51 * HOUR, 90),
    ]
    counter = play(rule, people)
    assert outcomes(counter) == "bbbbs"
    assert counter.notes.why[4].bookings == (1, 2)
    assert counter.notes.why[4].until == 29 * HOUR + 10 * DAY


def test_who_got_nothing_has_no_strike() -> None:
    people = [*(Wish(k, 10, booker=k, no_show=True) for k in range(4)), Wish(700, 30, booker=3)]
    people.append(Wish(701, 30, booker=2))
    assert outcomes(play(penal(allowed=0), people)) == "bbbfbs"


def test_a_household_is_suspended_together() -> None:
    people = [Wish(0, 10, no_show=True), Wish(700, 30, booker=1), Wish(701, 30, household=1)]
    assert outcomes(play(penal(allowed=0, by="household"), people)) == "bsb"
    assert outcomes(play(penal(allowed=0), people)) == "bbs"


def test_suspension_goes_before_other_limits_and_holds_for_promotions() -> None:
    """At 11:00 one booking runs and one is ahead, of two allowed; the strike comes first."""
    limits = Limits(no_shows=NoShows(allowed=0), active_bookings=2)
    people = [*(Wish(k, 20, booker=k) for k in range(3)), Wish(3, 20, booker=3)]
    people += [Wish(4, 10, booker=3, hours=3, no_show=True), Wish(5, 40, booker=3)]
    people.append(Wish(11 * HOUR, 41, booker=3))
    counter = counter_of(limits, people)
    for i, wish in enumerate(people):
        counter.ask(i, wish.ask)
    assert outcomes(counter) == "bbbfbbs"
    counter.give_up(0, 12 * HOUR)
    assert not counter.offer(3, 0, 20, 12 * HOUR)
    assert {i: why.rule for i, why in counter.notes.why.items()} == {6: "no_shows"}


RULES = st.builds(
    NoShows,
    allowed=st.integers(0, 2),
    within_days=st.sampled_from([0.5, 2, 30]),
    suspend_days=st.sampled_from([0.3, 1, 4]),
    late_cancel_minutes=st.sampled_from([0, 60, 600]),
    by=st.sampled_from(["resident", "household"]),
)


@settings(max_examples=100)
@for_all(wishes(), RULES)
def test_by_brute_force(people: list[Wish], rule: NoShows) -> None:
    """From the final bookings: all strikes in order of time, and what follows from them."""
    counter = played(Limits(no_shows=rule), people)
    who = [w.booker if rule.by == "resident" else w.household for w in people]
    made = given(counter)
    strikes: list[tuple[float, int]] = []
    for i, _, gave_up in made:
        begins = counter.desk.start[i] * HOUR
        if gave_up <= begins:
            strikes += [(gave_up, i)] if begins - gave_up < rule.late_cancel_minutes else []
        elif people[i].no_show:
            strikes.append((begins, i))
    banned: list[tuple[int, float, float]] = []
    for person in set(who):
        mine = sorted(t for t, i in strikes if who[i] == person)
        since = 0
        for n, t in enumerate(mine):
            counted = [s for s in mine[since : n + 1] if t - s <= rule.within_days * DAY]
            if len(counted) > rule.allowed:
                banned.append((person, t, t + rule.suspend_days * DAY))
                since = n + 1

    def suspended(i: int, now: float) -> bool:
        return any(p == who[i] and t < now < until for p, t, until in banned)

    assert not any(suspended(i, at) for i, at, _ in made)
    for i, wish in enumerate(people):
        if i not in counter.notes.given_at:
            refused = counter.desk.outcome[i] == Outcome.SUSPENDED
            assert refused == suspended(i, wish.ask)
            assert refused == (i in counter.notes.why)
