"""So many hours in a stretch of use: by hand and by brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import inf
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from sim.booking.parts.limits import Barred
from sim.booking.parts.limits_hours import _stretches
from sim.booking.requests import Outcome
from sim.scenario.schema.policy import Cap, Limits

from ..limit_cases import HOUR, Wish, counter_of, given, outcomes, play, pool, small_world
from ..random_asking import played, wishes

MONDAY, TUESDAY, SUNDAY = 0, 24, 6 * 24


def capped(at_most: float, **cap: Any) -> Limits:
    return Limits(hours=[Cap(at_most=at_most, **cap)])


def asked(starts: list[int], hours: int = 2, **wish: Any) -> list[Wish]:
    """One request a minute by one person."""
    return [Wish(-1000 + k, start, hours=hours, **wish) for k, start in enumerate(starts)]


def test_up_to_the_cap_and_no_further() -> None:
    """Two hours and one make three of three; half an hour too few leaves the last hour out."""
    people = [Wish(0, 10, hours=2), Wish(1, 14, hours=2), Wish(2, 14), Wish(3, 18)]
    assert outcomes(play(capped(3, per="day"), people)) == "blbl"
    assert outcomes(play(capped(2.5, per="day"), people)) == "blll"
    assert outcomes(play(capped(0.5, per="day"), people)) == "llll"


def test_what_stands_in_the_way_is_told_in_order_of_booking() -> None:
    """Nothing, where the wish alone is too long; else what counts, not what was given up."""
    alone = play(capped(1.5), [Wish(0, 10, hours=2)])
    assert alone.notes.why[0].bookings == ()
    people = [Wish(0, 30), Wish(1, 20), Wish(2, 40, gives_up=3), Wish(4, 25), Wish(5, 22)]
    counter = play(capped(3), people)
    assert outcomes(counter) == "bbbbl"
    assert counter.notes.why[4].bookings == (0, 1, 3)
    # nor is who wishes too much told that all is full
    full = [*full_house(17, pool("hall")), Wish(0, 17, hours=2)]
    assert outcomes(play(capped(1.5), full)) == "bbbl"
    used_up = [Wish(-50, 12), *full_house(17, pool("hall")), Wish(0, 17)]
    assert outcomes(play(capped(1), used_up)) == "bbbbl"
    lodge = [replace(w, start=TUESDAY + w.start, pool=pool("lodge")) for w in used_up]
    assert outcomes(play(capped(1, each="centre", per="day"), lodge)) == "bbbbl"


def test_caps_are_in_hours() -> None:
    """Sixty of them are sixty, and one alone is one."""
    assert outcomes(play(capped(60, per="month"), asked([*range(10, 71)], 1))) == "b" * 60 + "l"
    assert outcomes(play(capped(1), [Wish(0, 10)])) == "b"


def test_days_weeks_and_months_are_of_use() -> None:
    """All asked before day 0. The week ends with Sunday; January begins with day 10, a Thursday."""
    weeks = asked([MONDAY + 10, SUNDAY + 20, SUNDAY + 24, SUNDAY + 48])
    assert outcomes(play(capped(2, per="week"), weeks)) == "blbl"
    assert outcomes(play(capped(2, per="day"), weeks)) == "bbbb"
    days = asked([MONDAY + 10, MONDAY + 20, TUESDAY, TUESDAY + 22])
    assert outcomes(play(capped(2, per="day"), days)) == "blbl"
    months = asked([10, 24 * 9, 24 * 10, 24 * 27])
    assert outcomes(play(capped(2, per="month"), months)) == "blbl"


def test_weeks_and_months_may_end_with_the_first_day() -> None:
    """A run that begins on a Sunday that is the last of its month."""
    rooms = small_world().rooms
    others = rooms.n_days - 1
    rooms = replace(rooms, weekday=6, month=(24311,) + (24312,) * others)
    for per, expected in (("week", [1 + d // 7 for d in range(others)]), ("month", [1] * others)):
        stretch = _stretches(Cap(at_most=1, per=per), rooms)  # type: ignore[arg-type]
        assert stretch.tolist() == [s for s in (0, *expected) for _ in range(24)]


def test_a_booking_past_midnight_counts_on_its_first_day() -> None:
    """Three hours from 23:00 on Monday leave Tuesday its own three."""
    people = asked([MONDAY + 23, TUESDAY + 5, TUESDAY + 10, MONDAY + 10], hours=3)
    assert outcomes(play(capped(3, per="day"), people)) == "bbll"


def test_hours_given_up_come_back_and_those_of_no_shows_do_not() -> None:
    people = [
        Wish(0, 10, hours=3, gives_up=50),
        Wish(10, 14),
        Wish(60, 15, hours=3, no_show=True),
        Wish(20 * HOUR, 21),
    ]
    counter = play(capped(3, per="day"), people)
    assert outcomes(counter) == "blbl"
    cap = Cap(at_most=3, per="day")
    assert counter.notes.why == {
        1: Barred("hours", cap, (0,), inf),
        3: Barred("hours", cap, (2,), inf),
    }


def test_hours_that_nobody_claimed_count_as_booked() -> None:
    people = [Wish(0, 10, hours=3), Wish(1, 15)]
    counter = counter_of(capped(3, per="day"), people)
    counter.ask(0, 0.0)
    counter.desk.shorten(0, 1)
    assert not counter.ask(1, 700.0)


def test_who_stands_by_counts_with_the_rest_that_was_given() -> None:
    """One hour booked, two given of three wished: of four a day one is left, and no more."""
    full = [replace(other, hours=3) for other in full_house(10, pool("hall"))]
    people = [*full, Wish(0, 15), Wish(1, 10, hours=3), Wish(2, 19), Wish(3, 20)]
    counter = counter_of(capped(4, per="day"), people)
    for i in range(5):
        counter.ask(i, people[i].ask)
    counter.desk.shorten(0, 1)
    assert counter.stand_by(4, pool("hall"), 11, 2, 615.0)
    assert [counter.ask(i, 660.0) for i in (5, 6)] == [True, False]
    assert outcomes(counter) == "bbbbbbl"


def test_each_kind_each_centre_or_all() -> None:
    """One hour each of: hall room, hall court, lodge room, lodge court, hall room again."""
    places = [("hall", "room"), ("hall", "court"), ("lodge", "room"), ("lodge", "court")]
    people = [Wish(k, 30 + k, pool=pool(*p)) for k, p in enumerate([*places, places[0]])]
    assert outcomes(play(capped(1), people)) == "bllll"
    assert outcomes(play(capped(1, each="kind"), people)) == "bblll"
    assert outcomes(play(capped(1, each="centre"), people)) == "blbll"
    assert outcomes(play(capped(2, each="kind"), people)) == "bbbbl"
    assert outcomes(play(capped(2, each="centre"), people)) == "bbbbl"


def test_residents_or_households() -> None:
    people = [Wish(k, 30 + k, booker=k % 2, household=k // 4) for k in range(5)]
    assert outcomes(play(capped(1), people)) == "bblll"
    assert outcomes(play(capped(1, by="household"), people)) == "blllb"


def test_peak_hours_are_those_of_the_start() -> None:
    """Monday 17, 18, 21, 22; Saturday 8, 9, 20, 21: peak are 18 and 21, then 9 and 20."""
    saturday = 5 * 24
    starts = [17, 18, 21, 22, saturday + 8, saturday + 9, saturday + 20, saturday + 21]
    people = asked(starts, hours=1)
    assert outcomes(play(capped(1, when="peak"), people)) == "bblbbllb"
    assert outcomes(play(capped(1, when="off_peak"), people)) == "bbbllbbl"


def test_every_cap_holds() -> None:
    """Two hours a day and three a week: Monday 2, Monday 1 more, Tuesday 2, Tuesday 1, Friday."""
    both = Limits(hours=[Cap(at_most=2, per="day"), Cap(at_most=3)])
    people = [
        Wish(-5, 10, hours=2),
        Wish(-4, 15),
        Wish(-3, TUESDAY + 10, hours=2),
        Wish(-2, TUESDAY + 10),
        Wish(-1, 4 * 24),
    ]
    counter = play(both, people)
    assert outcomes(counter) == "bllbl"
    assert [counter.notes.why[i].spec.at_most for i in (1, 2, 4)] == [2, 3, 3]


def full_house(slot: int, where: int) -> list[Wish]:
    """Others in all three rooms of a pool."""
    return [Wish(-9 + k, slot, booker=90 + k, pool=where) for k in range(3)]


def test_who_is_moved_is_looked_at_again() -> None:
    """Peak hours are used up: 17:00 is free to ask for, but a shift to 18:00 is not given."""
    hall = pool("hall")
    people = [
        *full_house(17, hall),
        Wish(0, 19),
        Wish(1, 17, shift=1),
        Wish(2, 18, shift=1),
    ]
    counter = play(capped(1, when="peak"), people)
    # the first is moved to 18:00 and taken back, the second refused although 17:00 is no peak
    assert outcomes(counter) == "bbbbll"
    assert counter.notes.why[4] == Barred("hours", Cap(at_most=1, when="peak"), (3,), inf)
    assert counter.desk.start[4] == 17
    slots = small_world().rooms.slots
    assert counter.desk.busy[:, :slots].sum() == 4


def test_whose_hours_are_used_up_is_not_moved_to_where_they_are_not() -> None:
    """The peak hour is used up and 18:00 and 19:00 are full: refused, though 17:00 has rooms.

    Nor is somebody told that all is full who could not have had a room if there were one.
    """
    hall = pool("hall")
    full = sorted([*full_house(18, hall), *full_house(19, hall)], key=lambda w: w.ask)
    full = [replace(w, booker=k) for k, w in enumerate(full, start=90)]
    people = [*full, Wish(0, 20), Wish(1, 18, shift=1), Wish(2, 18), Wish(3, 18, booker=1)]
    counter = play(capped(1, when="peak"), people)
    assert outcomes(counter) == "bbbbbb" + "bllf"
    assert counter.notes.why[7].bookings == (6,)


def test_hours_count_where_and_when_they_were_given() -> None:
    """Moved to another centre or into peak hours, a booking counts there, and comes back there."""
    hall, lodge = pool("hall"), pool("lodge")
    moved = Wish(0, 17, pool=hall, elsewhere=lodge, gives_up=100)
    people = [*full_house(17, hall), moved, Wish(1, 20, pool=hall), Wish(2, 20, pool=lodge)]
    people.append(Wish(101, 20, pool=lodge))
    assert outcomes(play(capped(1, each="centre"), people)) == "bbbbblb"
    later = Wish(0, 17, pool=hall, shift=1, gives_up=100)
    people = [*full_house(17, hall), later, Wish(1, 20), Wish(2, 12), Wish(101, 20)]
    assert outcomes(play(capped(1, when="peak"), people)) == "bbbblbb"


def test_an_offer_counts_on_the_day_that_is_offered() -> None:
    """Refused for a full hour on Monday, whose hours are used up by then: offered Tuesday's."""
    people = [*full_house(17, pool("hall")), Wish(0, 17), Wish(1, 12), Wish(2, TUESDAY + 9)]
    counter = counter_of(capped(1, per="day"), people)
    for i, wish in enumerate(people):
        counter.ask(i, wish.ask)
    assert outcomes(counter) == "bbbfbb"
    assert not counter.offer(3, pool("hall"), 18, 5.0)
    assert not counter.offer(3, pool("hall"), TUESDAY + 17, 5.0)
    assert outcomes(counter) == "bbbfbb"
    assert counter.notes.why == {}
    counter.give_up(5, 6.0)
    assert counter.offer(3, pool("hall"), TUESDAY + 17, 7.0)


def account(cap: Cap, person: Wish, start: int, where: int, kind: int) -> tuple[Any, ...] | None:
    """Which hours count together, written down anew; day 10 is 1 January."""
    day, hour = divmod(start, 24)
    peak = 9 <= hour < 21 if day % 7 >= 5 else 18 <= hour < 22
    if cap.when != "always" and peak != (cap.when == "peak"):
        return None
    stretch = {"day": day, "week": day // 7, "month": day >= 10}[cap.per]
    who = person.booker if cap.by == "resident" else person.household
    return who, stretch, {"all": 0, "kind": kind, "centre": where}[cap.each]


@pytest.mark.parametrize("per", ["day", "week", "month"])
@pytest.mark.parametrize("by", ["resident", "household"])
@pytest.mark.parametrize("each", ["all", "kind", "centre"])
def test_every_account_is_its_own(each: str, by: str, per: str) -> None:
    """The hour of every account is booked once, whatever others have booked, and only once."""
    cap = Cap(at_most=1, each=each, by=by, per=per)  # type: ignore[arg-type]
    pools = small_world().world.pools
    accounts: dict[tuple[Any, ...] | None, Wish] = {}
    for day, person, where in product((0, 6, 7, 9, 10, 20, 27), range(4), range(4)):
        wish = Wish(0, 24 * day + 4 * person + where, person, person // 2, pool=where)
        key = account(cap, wish, wish.start, int(pools.centre[where]), int(pools.kind[where]))
        accounts.setdefault(key, wish)
    wishes = [replace(w, ask=k - 1e6) for k, w in enumerate([*accounts.values()] * 2)]
    n = len(accounts)
    assert outcomes(play(Limits(hours=[cap]), wishes)) == "b" * n + "l" * n


CAPS = st.builds(
    Cap,
    at_most=st.sampled_from([1, 2, 3.5, 6]),
    per=st.sampled_from(["day", "week", "month"]),
    by=st.sampled_from(["resident", "household"]),
    each=st.sampled_from(["all", "kind", "centre"]),
    when=st.sampled_from(["always", "peak", "off_peak"]),
)


@settings(max_examples=80)
@for_all(wishes(), st.lists(CAPS, min_size=1, max_size=3))
def test_by_brute_force(people: list[Wish], caps: list[Cap]) -> None:
    """Add up again at every decision: no cap is exceeded, and nobody is refused below all."""
    counter = played(Limits(hours=caps), people)
    world, desk, made = small_world().world, counter.desk, given(counter)
    kind = world.pools.kind

    def of(cap: Cap, i: int, start: int, centre: int) -> tuple[Any, ...] | None:
        return account(cap, people[i], start, centre, int(kind[people[i].pool]))

    def booked(cap: Cap, key: tuple[Any, ...], now: float, but: int) -> int:
        return sum(
            people[j].hours
            for j, at, gave_up in made
            if j != but
            and at <= now < gave_up
            and of(cap, j, desk.start[j], int(world.venues.centre[desk.venue[j]])) == key
        )

    def above(cap: Cap, i: int, start: int, centre: int, now: float) -> bool:
        key = of(cap, i, start, centre)
        return key is not None and booked(cap, key, now, i) + people[i].hours > cap.at_most

    for i, at, _ in made:
        centre = int(world.venues.centre[desk.venue[i]])
        assert not any(above(cap, i, desk.start[i], centre, at) for cap in caps)
    for i, wish in enumerate(people):
        if i in counter.notes.given_at:
            continue
        centre = int(world.pools.centre[wish.pool])
        barred = any(above(cap, i, wish.start, centre, wish.ask) for cap in caps)
        refused = desk.outcome[i] == Outcome.LIMIT
        assert refused >= barred
        if wish.shift == 0 and wish.elsewhere < 0:
            assert refused == barred
        assert refused == (i in counter.notes.why)


@pytest.mark.parametrize("per", ["day", "week", "month"])
def test_requests_beyond_the_horizon_do_no_harm(per: str) -> None:
    """Their start has no stretch of its own; nobody can have it, and nothing is counted."""
    world = small_world().world
    beyond = world.n_days * 24 + 5
    last = Wish(beyond * HOUR - 600, beyond)
    counter = play(capped(1, per=per), [last])
    assert outcomes(counter) == "f"
