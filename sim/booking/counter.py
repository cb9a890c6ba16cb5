"""The counter: a desk behind the rules, which the model calls at each request and cancellation.

A part of a policy implements some of these calls:

- `choose(request)` -> (pool, venue, start, attempt) that a selection gives it, or None where the
  desk is to look; one part at most;
- `admit(request, time)` -> 0 or the `Outcome` of a refusal, before a room is sought;
- `accept(request, time)` -> the same, once it is known which start would be given;
- `booked(request, time)`: a room was given;
- `refused(request, time)`: no room was free;
- `given_up(request, time)`: the booker cancelled, the room is free again;
- `freed(venue, start, slots, time)`: somebody gave slots back.

A part may say which requests each call concerns, in a dictionary `concerned` of flags by the name
of the call: the others are decided without it, all at once. It may be called for these too.

Every set of rules has its own parts; equal parts of several sets are one, so what they count (hours
of a household, say) is counted together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.arrays import I64
from sim.booking import decisions
from sim.booking.agenda import Agenda
from sim.booking.decisions import CAPPED, NO_LOOKS, Looks, Timeline
from sim.booking.desk import Desk
from sim.booking.parts.caps import NO_CAPS, CapTables
from sim.booking.requests import Askers, Outcome, Purse, Requests

Place = Callable[[int, float], bool]
Ask = Callable[[int, float], object]
Admit = Callable[[int, float], int]
Choice = tuple[int, int, int, int]
"""Pool, venue, start slot, number of the attempt."""
Choose = Callable[[int], Choice | None]
Freed = Callable[[int, int, int, float], object]
Offer = Callable[[int, int, int, float], bool]
Rest = Callable[[int, int, int, int, float], bool]
_WAITING, _BOOKED, _FULL = int(Outcome.WAITING), int(Outcome.BOOKED), int(Outcome.FULL)
_BITS = {
    "choose": decisions.ASKED,
    "admit": decisions.ASKED,
    "accept": decisions.ASKED,
    "booked": decisions.BOOKED,
    "refused": decisions.REFUSED,
    "given_up": decisions.GIVEN_UP,
}
_ALL = 255 - CAPPED
_CALLS = (*_BITS, "freed")


class StopReached(Exception):
    """The request that the run was to stop before is about to be decided."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A batch that was decided by optimisation.

    Attributes
    ----------
    time
        Minutes of the horizon.
    value, bound
        Worth of what was chosen, and what no choice could exceed.
    """

    time: float
    value: int
    bound: int


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes about requests beyond their outcome.

    Attributes
    ----------
    given_at
        Time at which a booking was made, where that is later than the first decision: promoted from
        a waitlist, looked again, the next day.
    unclaimed
        Bookings given up because nobody claimed them.
    standby
        Bookings that were given to somebody standing by.
    why
        By request refused by a rule: the obstacle, as the part that refused it recorded it.
    paid
        Points that bookings were paid for with.
    decided
        Batches decided by optimisation, in order of time.
    """

    given_at: dict[int, float] = field(default_factory=dict)
    unclaimed: set[int] = field(default_factory=set)
    standby: set[int] = field(default_factory=set)
    why: dict[int, Any] = field(default_factory=dict)
    paid: dict[int, int] = field(default_factory=dict)
    decided: list[Decided] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hooks:
    """Calls of the parts of one set of rules, in order, and the parts."""

    choose: tuple[Choose, ...] = ()
    admit: tuple[Admit, ...] = ()
    accept: tuple[Admit, ...] = ()
    booked: tuple[Ask, ...] = ()
    refused: tuple[Ask, ...] = ()
    given_up: tuple[Ask, ...] = ()
    freed: tuple[Freed, ...] = ()
    parts: tuple[Any, ...] = ()


def hooks_of(parts: Sequence[object]) -> Hooks:
    """Collect what the parts implement."""

    def calls(name: str) -> tuple[Any, ...]:
        return tuple(getattr(p, name) for p in parts if hasattr(p, name))

    return Hooks(**{name: calls(name) for name in _CALLS}, parts=tuple(parts))


class Counter:
    """The desk behind a policy.

    Attributes
    ----------
    ask
        (request, time) -> whether it got a slot: the first decision.
    again
        The same as `ask` at a later time, for a booker who was refused and has not given up
        meanwhile.
    offer
        (request, pool, start, time) -> whether it got a room of the pool at this start: an offer,
        such as a promotion from a waitlist.
    stand_by
        (request, pool, start, slots, time) -> whether it got a room of the pool for the rest of
        what somebody did not claim, at most so many slots.
    give_up
        (request, time): the booker cancels, if there is a booking.
    freed
        (venue, start, slots, time): tells the parts that slots were given back.
    agenda, notes
        What falls due by itself; what is noted about requests.
    looks
        Who would look again when.
    purse
        Bookers' points; None where a selection does not ask for them, or nobody has any.
    """

    def __init__(
        self,
        desk: Desk,
        requests: Requests,
        askers: Askers,
        grid: int,
        purse: Purse | None = None,
    ) -> None:
        self.desk, self.requests, self.askers, self._grid = desk, requests, askers, grid
        self.purse = purse
        self.agenda, self.notes = Agenda(), Notes()
        self.listeners: tuple[Freed, ...] = ()
        self.ask: Place = desk.place
        self.again: Place = desk.place_again
        self.offer: Offer = desk.place_at
        self.stand_by: Rest = desk.place_rest
        n, rules = len(requests), askers.rules.tolist()
        self.give_up: Ask = self._give_up_of([Hooks()], bytes(n))
        self.looks: Looks = NO_LOOKS
        self._hooks: Sequence[Hooks] = (Hooks(),) * (max(rules, default=0) + 1)
        self._rules = rules
        self._caps: CapTables = NO_CAPS
        self._concerned = np.zeros(n, dtype=np.uint8)
        self._everything = np.full(n, _ALL, dtype=np.uint8)
        self._installed = self._calls()

    def install(self, hooks: Sequence[Hooks]) -> None:
        """Put the parts of every set of rules between requests and the desk."""
        desk, rules = self.desk, self._rules
        self._hooks = hooks
        self.listeners = tuple(dict.fromkeys(call for h in hooks for call in h.freed))
        first = [_served(desk, h, _chosen(desk, h)) for h in hooks]
        self.ask = _by_rules(first, rules)
        later = [self._later(h) for h in hooks]
        self.again = self._still_wanted(_by_rules([a for a, _, _ in later], rules))
        offers, rests = [offer for _, offer, _ in later], [rest for _, _, rest in later]
        gives_up = self.requests.gives_up

        def offer(i: int, pool: int, start: int, now: float) -> bool:
            return bool(gives_up[i] > now) and offers[rules[i]](i, pool, start, now)

        def stand_by(i: int, pool: int, start: int, slots: int, now: float) -> bool:
            return bool(gives_up[i] > now) and rests[rules[i]](i, pool, start, slots, now)

        self.offer, self.stand_by = offer, stand_by
        self.give_up = self._give_up_of(hooks, rules)
        self._installed = self._calls()
        self._note_concerns(hooks)

    def _note_concerns(self, hooks: Sequence[Hooks]) -> None:
        """Note which requests concern which calls, and who would look again."""
        self._concerned[:] = decisions.GIVEN_UP if self.listeners else 0
        parts = list({id(part): part for h in hooks for part in h.parts}.values())
        capped = next((part for part in parts if hasattr(part, "caps")), None)
        self._caps = NO_CAPS if capped is None else capped.caps
        for part in parts:
            own = np.array([any(part is p for p in h.parts) for h in hooks])[self.askers.rules]
            if part is capped:
                self._concerned[own] |= CAPPED
                continue
            flags = getattr(part, "concerned", {})
            for call, bit in _BITS.items():
                if hasattr(part, call):
                    self._concerned[own & flags.get(call, True)] |= bit
            if hasattr(part, "looks"):
                self.looks = part.looks

    def concern(self, requests: I64) -> None:
        """Have the parts decide some requests from now on."""
        self._concerned[requests] |= decisions.ASKED

    def serve(self, line: Timeline, first: int, until: int) -> int:
        """Go through a timeline, or up to what a part puts on the agenda before it ends.

        Returns
        -------
        The first place that was not reached.
        """
        heap, tables = self.agenda.heap, (*self.desk.tables, *self._caps, *line)
        as_installed = self._calls() == self._installed
        concerned = self._concerned if as_installed else self._everything
        due = self.agenda.next
        while first < until:
            at = decisions.decide(first, until, concerned, *tables)
            if at == until:
                return until
            self._hear(line, at)
            first = at + 1
            if heap and heap[0][0] != due:
                due = heap[0][0]
                until = min(until, int(line.times.searchsorted(due)))
        return first

    def decide(self, requests: I64, now: float) -> None:
        """Decide some requests, in this order, at one time."""
        times = np.full(len(requests), now)
        self.serve(Timeline(times, requests, *NO_LOOKS[1:]), 0, len(requests))

    def _calls(self) -> tuple[object, ...]:
        return self.ask, self.again, self.give_up

    def _hear(self, line: Timeline, at: int) -> None:
        """Have the parts decide what concerns them, or hear of what was decided."""
        code, now = int(line.codes[at]), float(line.times[at])
        if code < 0:
            self.give_up(~code, now)
            return
        later = code >= len(self._rules)
        i = int(line.look[code - len(self._rules)]) if later else code
        hooks, outcome = self._hooks[self._rules[i]], self.desk.outcome[i]
        if outcome == _BOOKED:
            if later:
                self.notes.given_at[i] = now
            for call in hooks.booked:
                call(i, now)
        elif later:
            self.again(i, now)
        elif outcome == _WAITING:
            self.ask(i, now)
        else:
            for call in hooks.refused:
                call(i, now)

    def freed(self, venue: int, start: int, slots: int, now: float) -> None:
        """Tell the parts that slots were given back."""
        for call in self.listeners:
            call(venue, start, slots, now)

    def watch(self, request: int) -> None:
        """Stop (`StopReached`) before this request is decided first."""
        ask = self.ask

        def ask_unless(i: int, now: float) -> bool:
            if i == request:
                self.ask = ask
                raise StopReached
            return ask(i, now)

        as_installed = self._calls() == self._installed
        self.ask = ask_unless
        self._concerned[request] |= decisions.ASKED
        if as_installed:
            self._installed = self._calls()

    def _still_wanted(self, place: Place) -> Place:
        gives_up = self.requests.gives_up

        def again(i: int, now: float) -> bool:
            return bool(gives_up[i] > now) and place(i, now)

        return again

    def _later(self, hooks: Hooks) -> tuple[Place, Offer, Rest]:
        """Later decisions: a rule that refuses then leaves the first refusal as it is."""
        desk, given_at, standby = self.desk, self.notes.given_at, self.notes.standby
        outcome, length, why = desk.outcome, desk.length, self.notes.why

        def stopped(i: int, before: int) -> bool:
            if before == _FULL:  # at the moment of that refusal a part takes this for its reason
                why.pop(i, None)
            return False

        def after(i: int, now: float, before: int) -> bool:
            for accept in hooks.accept:
                if accept(i, now):
                    _undo(desk, i, before)
                    return stopped(i, before)
            given_at[i] = now
            for call in hooks.booked:
                call(i, now)
            return True

        def again(i: int, now: float) -> bool:
            before = outcome[i]
            if any(admit(i, now) for admit in hooks.admit):
                return stopped(i, before)
            if not desk.place_again(i, now):
                outcome[i] = before
                return False
            return after(i, now, before)

        def offer(i: int, pool: int, start: int, now: float) -> bool:
            before = outcome[i]
            if any(admit(i, now) for admit in hooks.admit):
                return stopped(i, before)
            return desk.place_at(i, pool, start, now) and after(i, now, before)

        def stand_by(i: int, pool: int, start: int, slots: int, now: float) -> bool:
            before, whole = outcome[i], length[i]
            if any(admit(i, now) for admit in hooks.admit):
                return stopped(i, before)
            standby.add(i)  # before the parts hear of it: who stands there is no no-show
            if desk.place_rest(i, pool, start, slots, now) and after(i, now, before):
                return True
            standby.discard(i)
            length[i] = whole
            return False

        return again, offer, stand_by

    def _give_up_of(self, hooks: Sequence[Hooks], rules: Sequence[int]) -> Ask:
        desk, grid, freed = self.desk, self._grid, self.freed
        outcome, start, length = desk.outcome, desk.start, desk.length
        after = [h.given_up for h in hooks]
        tells = bool(self.listeners)

        def give_up(i: int, now: float) -> None:
            if outcome[i] == _BOOKED and now <= start[i] * grid:
                desk.release(i)
                for call in after[rules[i]]:
                    call(i, now)
                for venue in desk.venues(i) if tells else ():
                    freed(venue, start[i], length[i], now)

        return give_up


def _by_rules(places: Sequence[Place], rules: Sequence[int]) -> Place:
    if len(places) == 1:
        return places[0]
    return lambda i, now: places[rules[i]](i, now)


def _undo(desk: Desk, i: int, outcome: int) -> None:
    """Take back what was just given."""
    desk.release(i)
    desk.outcome[i], desk.venue[i], desk.attempt[i] = outcome, -1, 0
    desk.start[i] = desk.wanted(i)


def _chosen(desk: Desk, hooks: Hooks) -> Place:
    """The choice of a selection, where it made one and the room is free; else that of the desk."""
    if not hooks.choose:
        return desk.place
    (choose,) = hooks.choose

    def place(i: int, now: float) -> bool:
        choice = choose(i)
        return (choice is not None and desk.place_in(i, *choice, now)) or desk.place(i, now)

    return place


def _served(desk: Desk, hooks: Hooks, place: Place) -> Place:
    """Place a request if the parts admit it, and tell them what came of it."""
    if not (hooks.admit or hooks.accept or hooks.booked or hooks.refused):
        return place
    outcome = desk.outcome
    admits, accepts, booked, refused = hooks.admit, hooks.accept, hooks.booked, hooks.refused

    def serve(i: int, now: float) -> bool:
        for admit in admits:
            code = admit(i, now)
            if code:
                outcome[i] = code
                return False
        if place(i, now):
            for accept in accepts:
                code = accept(i, now)
                if code:
                    _undo(desk, i, code)
                    return False
            for call in booked:
                call(i, now)
            return True
        for call in refused:
            call(i, now)
        return False

    return serve
