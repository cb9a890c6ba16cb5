"""Random people who ask, give up, look again and are offered other days: for brute-force checks."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from sim.booking.counter import Counter
from sim.booking.requests import Outcome
from sim.model import run_clock
from sim.scenario.schema.policy import Limits

from .limit_cases import DAY, HOUR, NEVER, Wish, counter_of

__all__ = ["played", "wishes"]

REFUSED = (Outcome.FULL, Outcome.LIMIT, Outcome.SUSPENDED)


def _wish(draw: Callable[[st.SearchStrategy[int]], int], number: int) -> Wish:
    """Asked at a moment of its own, so that nothing happens at one and the same time."""
    ask = draw(st.integers(0, 24 * 12)) * HOUR + 0.25 + number / 1000
    start = int(ask // HOUR) + 1 + draw(st.integers(0, 60))
    person = draw(st.integers(0, 3))
    gives_up = draw(st.integers(1, 300))
    first = draw(st.integers(0, 3))
    return Wish(
        ask=ask,
        start=start,
        booker=person,
        household=person // 2,
        hours=draw(st.integers(1, 4)),
        pool=first,
        gives_up=ask + (start * HOUR - ask) * gives_up / 100 if gives_up < 100 else NEVER,
        no_show=bool(draw(st.integers(0, 1))),
        elsewhere=(first + 2) % 4 if draw(st.integers(0, 3)) == 0 else -1,
        shift=draw(st.integers(0, 2)) * draw(st.integers(0, 1)),
    )


@st.composite
def wishes(draw: Callable[[st.SearchStrategy[int]], int], most: int = 40) -> list[Wish]:
    """Up to so many of four people in two households, over twelve days."""
    number = draw(st.integers(5, most))
    return sorted((_wish(draw, i) for i in range(number)), key=lambda w: w.ask)


def played(limits: Limits, people: list[Wish]) -> Counter:
    """Play them; every third refused looks again hours later, and every third is offered a day."""
    counter = counter_of(limits, people)
    desk = counter.desk

    def again(i: int, now: float) -> None:
        if desk.outcome[i] in REFUSED and now < people[i].start * HOUR - 3 * HOUR:
            counter.again(i, now)

    def offer(i: int, now: float) -> None:
        if desk.outcome[i] in REFUSED:
            counter.offer(i, people[i].pool, people[i].start + 24, now)

    for i, wish in enumerate(people):
        if i % 3 == 0:
            counter.agenda.note(wish.ask + 5 * HOUR + 1e-4, again, i)
        elif i % 3 == 1:
            counter.agenda.note(wish.ask + DAY / 2 + 1e-4, offer, i)
    run_clock(counter)
    return counter
