"""A rule that refused a request, in words, and what would have served it.

Rules are limits, suspensions and the window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.booking.parts.limits import Barred
from sim.booking.parts.next_days import TAKES_OFFER
from sim.booking.requests import Outcome
from sim.explain.advice import (
    Remedy,
    Sort,
    Try,
    fewer_rooms,
    first_that_serves,
    other_centre,
    other_day,
    other_start,
    shorter,
    timing_of,
    wanted,
)
from sim.explain.holders import Replay
from sim.explain.what_if import Altered
from sim.scenario.schema.policy import Cap, NoShows
from sim.streams import uniforms


def rule_advice(replay: Replay, i: int, outcome: Outcome) -> Iterator[Remedy]:
    """Changes of one thing that would have got a slot, one of each sort."""
    for sort in _SORTS[outcome]:
        change = first_that_serves(replay, i, sort, sure=False)
        if change is not None:
            yield change


def _as_wished(replay: Replay, i: int, pool: int) -> tuple[str, int]:
    """Some room of the pool and the minutes wished: what is given replaces them."""
    _, _, duration = wanted(replay, i)
    room = replay.model.rooms.rooms[pool][0]
    return replay.model.world.venues.names[room], duration * replay.model.world.grid


def _barred(replay: Replay, i: int) -> Barred | None:
    found = replay.opened.counter.notes.why.get(i)
    return found if isinstance(found, Barred) else None


def _without_booking(replay: Replay, i: int) -> Iterator[Try]:
    """One of the bookings in the way had never been made."""
    barred = _barred(replay, i)
    pool, start, _ = wanted(replay, i)
    for booking in reversed(barred.bookings if barred is not None else ()):
        venue, minutes = _as_wished(replay, i, pool)
        key = replay.wish(booking)
        change = Remedy("without a booking", venue, replay.time(start), minutes, booking=key)
        yield change, Altered(left_out=booking)


def _turned_up(replay: Replay, i: int) -> Iterator[Try]:
    """The booker had turned up for one of the bookings that led to the suspension."""
    barred = _barred(replay, i)
    pool, start, _ = wanted(replay, i)
    no_show = replay.opened.askers.no_show
    for booking in reversed(barred.bookings if barred is not None else ()):
        if no_show[booking]:
            venue, minutes = _as_wished(replay, i, pool)
            key = replay.wish(booking)
            change = Remedy("turned up", venue, replay.time(start), minutes, booking=key)
            yield change, Altered(turned_up=(booking,))


def _later(replay: Replay, i: int) -> Iterator[Try]:
    """Asking when the bookings in the way are over, or the suspension is."""
    barred = _barred(replay, i)
    if barred is not None and math.isfinite(barred.until):
        yield from _asked_at(replay, i, barred.until)


def _when_it_opens(replay: Replay, i: int) -> Iterator[Try]:
    """Asking as soon as the slot can be asked for, or its leftovers can."""
    pool, start, _ = wanted(replay, i)
    timing, at = timing_of(replay, pool), np.array([start])
    times = [float(timing.opens(at)[0])]
    if timing.is_batch(at)[0]:
        times.append(float(timing.leftovers(at)[0]))
    for time in times:
        yield from _asked_at(replay, i, time)


def _before_it_closes(replay: Replay, i: int) -> Iterator[Try]:
    """Asking at the last moment at which the slot could be asked for."""
    pool, start, _ = wanted(replay, i)
    closes = replay.model.rooms.window(pool).closes_minutes_ahead
    last = start * replay.model.world.grid - closes
    if last < float(replay.opened.requests.asked_at[i]):
        yield from _asked_at(replay, i, last)


def _asked_at(replay: Replay, i: int, time: float) -> Iterator[Try]:
    pool, start, _ = wanted(replay, i)
    minute = math.ceil(time)  # whole minutes, as they are printed
    if 0 <= minute <= start * replay.model.world.grid:
        venue, minutes = _as_wished(replay, i, pool)
        asked = replay.moment(minute)
        change = Remedy("asked at", venue, replay.time(start), minutes, asked_at=asked)
        yield change, Altered(ask=float(minute))


_SORTS: dict[Outcome, tuple[Sort, ...]] = {
    Outcome.LIMIT: (
        _without_booking, other_start, other_day, other_centre, shorter, fewer_rooms, _later,
    ),
    Outcome.SUSPENDED: (_turned_up, _later),
    Outcome.WINDOW: (_when_it_opens, _before_it_closes, other_day),
}  # fmt: skip


def rule_words(replay: Replay, i: int, outcome: Outcome) -> tuple[str, ...]:
    """Lines that name the rule, and below it what stood in the way."""
    why = replay.opened.counter.notes.why.get(i)
    if outcome == Outcome.WINDOW:
        return (_window(replay, i),)
    if isinstance(why, Barred):
        held = (f"  {_held(replay, b)}" for b in why.bookings)
        return (_limit_words(replay, i, why), *held)
    return tuple(_draw(replay, i))


def _held(replay: Replay, request: int) -> str:
    desk = replay.opened.counter.desk
    start, end = desk.start[request], desk.start[request] + desk.length[request]
    when = f"{replay.time(start):%Y-%m-%d %H:%M}-{replay.time(end):%H:%M}"
    return replay.booking_words(request, when)


def _limit_words(replay: Replay, i: int, why: Barred) -> str:
    limits = replay.model.rooms.rules(wanted(replay, i)[0]).limits
    match why.spec:
        case NoShows():
            until = replay.moment(math.ceil(why.until))
            return (
                f"policy.limits.no_shows: the {why.spec.by} is suspended until "
                f"{until:%Y-%m-%d %H:%M}, for {len(why.bookings)} bookings not taken up:"
            )
        case Cap():
            when = {"always": "", "peak": ", in peak hours", "off_peak": ", off peak"}
            each = "" if why.spec.each == "all" else f" and {why.spec.each}"
            held = f", {_hours(replay, why):g} of them booked:" if why.bookings else "."
            return (
                f"policy.limits.hours: {why.spec.at_most:g} hours a {why.spec.per}{each} for a "
                f"{why.spec.by}{when[why.spec.when]}{held}"
            )
        case most:
            who = limits.active_by
            return f"policy.limits.active_bookings: {most} at a time for a {who}; held then:"


def _hours(replay: Replay, why: Barred) -> float:
    """Hours as they were given: who stood by had the rest of a booking."""
    counter, duration = replay.opened.counter, replay.opened.requests.duration
    standby, desk = counter.notes.standby, counter.desk
    slots = [
        (desk.length[b] if b in standby else duration[b]) * desk.rooms[b] for b in why.bookings
    ]
    return int(sum(slots)) * replay.model.world.grid / 60.0


def _window(replay: Replay, i: int) -> str:
    pool, start, _ = wanted(replay, i)
    timing, at = timing_of(replay, pool), np.array([start])
    opens = replay.moment(math.ceil(float(timing.opens(at)[0])))
    minutes = replay.model.rooms.window(pool).closes_minutes_ahead
    closes = replay.moment(start * replay.model.world.grid - minutes)
    words = f"open from {opens:%Y-%m-%d %H:%M} until {closes:%Y-%m-%d %H:%M}"
    if timing.is_batch(at)[0]:
        decided = replay.moment(float(timing.decided(at)[0]))
        left = replay.moment(float(timing.leftovers(at)[0]))
        words += f", decided {decided:%Y-%m-%d %H:%M}, leftovers from {left:%Y-%m-%d %H:%M}"
    return f"policy.window: {words}"


def _draw(replay: Replay, i: int) -> Iterator[str]:
    """How many wanted the same, where requests are decided together."""
    askers, requests = replay.opened.askers, replay.opened.requests
    if askers.batch[i] < 0:
        return
    pool, start, duration = wanted(replay, i)
    same = (askers.batch == askers.batch[i]) & (requests.pools[:, 0] == pool)
    same &= (requests.start < start + duration) & (requests.start + requests.duration > start)
    selection = replay.model.rooms.rules(pool).selection
    yield (
        f"policy.selection ({selection.rule}): decided "
        f"{replay.moment(float(askers.first_decision[i])):%Y-%m-%d %H:%M}, "
        f"when {int(same.sum())} wanted the {len(replay.model.rooms.rooms[pool])} rooms "
        f"of the centre at that hour."
    )


def afterwards(replay: Replay, i: int) -> tuple[str, ...]:
    """Attempts of policy and booker that failed after a refusal for want of a room."""
    rules = replay.model.rooms.rules(wanted(replay, i)[0])
    retry, found = replay.model.rooms.responses.retry, []
    if rules.waitlist is not None:
        found.append("policy.waitlist: nobody gave up what it waited for, or others were first.")
    if rules.overflow is not None and rules.overflow.next_days:
        key = replay.opened.askers.key[[i]]
        takes = uniforms(key, TAKES_OFFER)[0] < replay.model.rooms.responses.takes_offer
        days = f"on none of the next {rules.overflow.next_days} days was a room given."
        words = days if takes else "the booker would not take another day."
        found.append(f"policy.overflow.next_days: {words}")
    if retry.share > 0:
        found.append("demand.responses.retry: if the booker looked again, it was in vain.")
    return tuple(found)
