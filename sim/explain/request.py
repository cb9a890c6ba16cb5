"""Why a request was refused: what was tried, what stood in the way, what would have served it.

The replication is run again from its seed until just before the request, so the diaries are those
that the booker met. Each suggestion changes one thing and is checked against them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.booking.requests import Outcome
from sim.booking.search import in_the_way, is_free
from sim.demand.choice import NotAsked
from sim.explain.advice import Remedy, advice, in_window, suits
from sim.explain.advice_rules import afterwards, rule_advice, rule_words
from sim.explain.holders import Holding, Replay, replay_until
from sim.explain.what_if import given_to
from sim.measure.service import NOT_ASKED_REASONS, REFUSED_REASONS
from sim.model import Model, OpenedReplication, open_replication, run_clock

KEPT = "kept for others (policy.reserve)"
FREE = "free"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why one room could not be given: too small, or what its time is taken by."""

    venue: str
    capacity: int
    too_small: bool
    holdings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One centre at one start, and every room's obstacle there.

    Attributes
    ----------
    rooms, free
        Rooms wanted at once, and of several how many were free for the booker.
    """

    centre: str
    start: dt.datetime
    obstacles: tuple[Obstacle, ...]
    rooms: int = 1
    free: int = 0

    @property
    def words(self) -> str:
        """The attempt in a line."""
        words = f"{self.centre} at {self.start:%H:%M}"
        if self.rooms > 1:
            words += f": {self.rooms} rooms at once, {self.free} free"
            words += f", {KEPT}" if self.free >= self.rooms else ""
        return words


@dataclass(frozen=True, slots=True)
class RequestExplanation:
    """Outcome of a wish, and the reasons.

    Attributes
    ----------
    outcome
        In words: not asked, refused or booked, with the reason.
    attempts
        In the order in which they were made; those that failed.
    would_serve
        Changes of one thing, each of which would have got a slot.
    notes
        The rule that refused and what stood in the way; what was tried later.
    """

    wish: str
    segment: str
    origin: str
    booker: str
    kind: str
    party: int
    rooms: int
    asked_at: dt.datetime
    start: dt.datetime
    end: dt.datetime
    outcome: str
    attempts: tuple[Attempt, ...]
    would_serve: tuple[Remedy, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused request in a line."""

    wish: str
    kind: str
    segment: str
    asked_at: dt.datetime
    start: dt.datetime
    reason: str


def refused_requests(model: Model, seed: int, replication: int) -> list[Refused]:
    """Requests made in the counting window and refused, in order of asking."""
    opened = open_replication(model, seed, replication)
    run_clock(opened.counter, programme=opened.programme)
    outcome, ask = np.asarray(opened.counter.desk.outcome), opened.requests.asked_at
    calendar = model.world.calendar
    inside = calendar.counts(ask)
    wishes, cells = opened.wishes, model.plan.cells
    found = []
    for i in np.flatnonzero(inside & (outcome > Outcome.BOOKED)).tolist():
        wish = int(opened.asked[i])
        cell = int(wishes.cell[wish])
        found.append(
            Refused(
                wish=f"{int(wishes.key[wish]):016x}",
                kind=model.world.kinds[int(cells.kind[cell])],
                segment=model.world.segments[int(cells.segment[cell])],
                asked_at=calendar.moment(int(np.floor(ask[i]))),
                start=calendar.moment(int(wishes.start[wish]) * model.world.grid),
                reason=REFUSED_REASONS[Outcome(int(outcome[i]))],
            )
        )
    return found


def explain_wish(model: Model, seed: int, replication: int, wish: str) -> RequestExplanation:
    """Explain one wish, named as in `requests.parquet`.

    Raises
    ------
    KeyError
        If the replication has no such wish.
    """
    opened = open_replication(model, seed, replication)
    found = np.flatnonzero(opened.wishes.key == np.uint64(int(wish, 16)))
    if not len(found):
        raise KeyError(wish)
    at = int(found[0])
    request = np.flatnonzero(opened.asked == at)
    if not len(request):
        replay = replay_until(model, opened, float(opened.wishes.wished_at[at]))
        reason = NOT_ASKED_REASONS[NotAsked(int(opened.wishes.reason[at]))]
        return _explanation(replay, at, f"not asked: {reason}", (), ())
    return _of_request(model, opened, int(request[0]), at)


def _of_request(model: Model, opened: OpenedReplication, i: int, at: int) -> RequestExplanation:
    """Explain a request: its first decision, and what came of it in the end."""
    before = float(opened.askers.first_decision[i])
    desk = opened.counter.desk
    screened = desk.outcome[i] != Outcome.WAITING
    replay = replay_until(model, opened, before, None if screened else i)
    if desk.outcome[i] == Outcome.WAITING:
        opened.counter.ask(i, before)
    outcome = Outcome(desk.outcome[i])
    if outcome == Outcome.BOOKED:
        words = f"booked: {_given(replay, desk.venues(i), desk.start[i])}"
        return _explanation(replay, at, words, (), ())
    refusal, notes = REFUSED_REASONS[outcome], rule_words(replay, i, outcome)
    later = _given_later(replay, i)
    if later is not None:
        words = f"booked: {_given(replay, *later)}, after it had been refused: {refusal}"
        return _explanation(replay, at, words, (), (), notes)
    words = f"refused: {refusal}"
    if outcome != Outcome.FULL:
        return _explanation(replay, at, words, (), tuple(rule_advice(replay, i, outcome)), notes)
    attempts, changes = tuple(_attempts(replay, i)), tuple(advice(replay, i))
    return _explanation(replay, at, words, attempts, changes, notes + afterwards(replay, i))


def _given(replay: Replay, venues: list[int], start: int) -> str:
    return f"{replay.names(venues)}, {replay.time(start):%Y-%m-%d %H:%M}"


def _given_later(replay: Replay, i: int) -> tuple[list[int], int] | None:
    """Rooms and start that a refused request got after all."""
    if not _decides_again(replay.model):
        return None
    opened = replay.opened_again()
    run_clock(opened.counter, programme=opened.programme)
    return given_to(opened.counter.desk, i)


def _decides_again(model: Model) -> bool:
    """Whether somebody who was refused may get a slot later."""
    return model.rooms.responses.retry.share > 0 or any(
        s.waitlist or s.auto_release or (s.overflow and s.overflow.next_days)
        for s in model.rooms.book.sets
    )


def _explanation(
    replay: Replay,
    at: int,
    outcome: str,
    attempts: tuple[Attempt, ...],
    advice: tuple[Remedy, ...],
    notes: tuple[str, ...] = (),
) -> RequestExplanation:
    model, wishes = replay.model, replay.opened.wishes
    cells, world = model.plan.cells, model.world
    cell = int(wishes.cell[at])
    start, duration = int(wishes.start[at]), int(wishes.duration[at])
    bookers = replay.opened.bookers
    origin, segment = cells.origin[[cell]], cells.segment[[cell]]
    who = bookers.drawn_for(wishes.key[[at]], origin, segment, wishes.layer[[at]].astype(np.int64))
    return RequestExplanation(
        wish=f"{int(wishes.key[at]):016x}",
        segment=world.segments[int(segment[0])],
        origin=world.origins.names[int(origin[0])],
        booker=f"{int(bookers.key[who[0]]):016x}",
        kind=world.kinds[int(cells.kind[cell])],
        party=int(wishes.party[at]),
        rooms=int(wishes.rooms[at]),
        asked_at=_asked_at(replay, at),
        start=replay.time(start),
        end=replay.time(start + duration),
        outcome=outcome,
        attempts=attempts,
        would_serve=advice,
        notes=notes,
    )


def _asked_at(replay: Replay, at: int) -> dt.datetime:
    """When the request was made, under the rules; when the wish arose, if it was not asked."""
    request = np.flatnonzero(replay.opened.asked == at)
    if len(request):
        return replay.asked_at(int(request[0]))
    return replay.moment(round(float(replay.opened.wishes.wished_at[at])))


def _tries(replay: Replay, i: int) -> Iterator[tuple[int, int]]:
    """(pool, start) in the order in which the desk tries them."""
    requests, rooms = replay.opened.requests, replay.model.rooms
    start, step = int(requests.start[i]), rooms.kind_step[int(requests.kind[i])]
    ranked = requests.pools[i, : int(requests.others[i]) + 1].tolist()
    pools = [p for p in ranked if p >= 0]
    for pool in pools:
        if in_window(replay, i, start, pool):
            yield pool, start
    for distance in range(step, int(requests.shift[i]) + 1, step):
        for to in (start + distance, start - distance):
            for pool in pools:
                if in_window(replay, i, to, pool):
                    yield pool, to


def _attempts(replay: Replay, i: int) -> Iterator[Attempt]:
    world, requests = replay.model.world, replay.opened.requests
    duration, rooms = int(requests.duration[i]), int(requests.rooms[i])
    party = int(requests.party_a_room[i])
    for pool, start in _tries(replay, i):
        obstacles = []
        for v in replay.model.rooms.rooms[pool]:
            capacity = int(world.venues.capacity[v])
            held = replay.holdings(v, start, start + duration)
            words = tuple(_words(replay, h) for h in held) or _unheld(replay, i, pool, v, start)
            obstacles.append(Obstacle(world.venues.names[v], capacity, capacity < party, words))
        centre = world.centres.names[int(world.pools.centre[pool])]
        free = sum(o.holdings == (FREE,) for o in obstacles)
        yield Attempt(centre, replay.time(start), tuple(obstacles), rooms, free)


def _unheld(replay: Replay, i: int, pool: int, venue: int, start: int) -> tuple[str, ...]:
    """A room that nobody holds, if it holds the party and offers the start, and was not given.

    It is kept for others, or free where too few are for a request that takes several at once.
    """
    opened, rooms = replay.opened, int(replay.opened.requests.rooms[i])
    if not suits(replay, i, venue, start, rooms):
        return ()
    t, now = opened.counter.desk.tables, float(opened.askers.first_decision[i])
    entries, slots = in_the_way(t, i, pool, start, now), int(opened.requests.duration[i])
    if rooms > 1 and is_free(t.busy, t.keeper, t.clock, venue, start, slots, entries):
        return (FREE,)
    return (KEPT,) if replay.model.world.scenario.policy.reserve else ()


def _words(replay: Replay, held: Holding) -> str:
    when = f"{held.start:%H:%M}-{held.end:%H:%M}"
    if held.club:
        return f"{held.use} {held.club} {when}"
    if held.request < 0:
        return f"{held.use} {when}"
    return replay.booking_words(held.request, when)
