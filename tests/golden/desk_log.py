"""Look over the counter's shoulder: every decision and every slot that comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.booking.requests import Outcome
from sim.measure.service import REFUSED_REASONS
from sim.model import OpenedReplication

from .events import Event, Namer

__all__ = ["DeskLog"]


class DeskLog:
    """Puts a note around what the counter is called for; the calls themselves stay as they are.

    Attributes
    ----------
    events
        In the order in which they happened.
    """

    def __init__(self, opened: OpenedReplication, name: Namer) -> None:
        self.events: list[Event] = []
        self._counter, self._name = opened.counter, name
        self._key = [f"{k:016x}"[:8] for k in opened.wishes.key[opened.asked].tolist()]
        counter: Any = opened.counter
        counter.ask = self._decision("", counter.ask)
        counter.again = self._decision("again: ", counter.again)
        counter.offer = self._decision("offered: ", counter.offer)
        counter.stand_by = self._decision("stands by: ", counter.stand_by)
        counter.give_up = self._giving_up(counter.give_up)
        counter.freed = self._freed(counter.freed)

    def _decision(self, how: str, call: Callable[..., bool]) -> Callable[..., bool]:
        """Any call that decides a request ends with the time."""
        desk = self._counter.desk

        def noted(i: int, *rest: Any) -> bool:
            got = call(i, *rest)
            if got:
                what = f"{self._booking(i)}, attempt {desk.attempt[i]}"
            elif how:
                what = "not given"
            else:
                what = REFUSED_REASONS[Outcome(desk.outcome[i])]
            event = f"{how}{'booked' if got else 'refused'}"
            self.events.append(Event(rest[-1], event, self._key[i], what))
            return got

        return noted

    def _giving_up(self, call: Callable[[int, float], object]) -> Callable[[int, float], None]:
        desk, grid = self._counter.desk, self._name.world.grid

        def noted(i: int, now: float) -> None:
            if desk.outcome[i] == Outcome.BOOKED and now <= desk.start[i] * grid:
                self.events.append(Event(now, "gives up", self._key[i], self._booking(i)))
            call(i, now)

        return noted

    def _freed(self, call: Callable[..., None]) -> Callable[..., None]:
        """What comes back without a booker's giving up: from clubs, from who did not come."""

        def noted(venue: int, start: int, slots: int, now: float) -> None:
            what = self._name.stretch(venue, start, slots)
            self.events.append(Event(now, "free again", "", what))
            call(venue, start, slots, now)

        return noted

    def _booking(self, i: int) -> str:
        desk = self._counter.desk
        return self._name.stretch(desk.venue[i], desk.start[i], desk.length[i])
