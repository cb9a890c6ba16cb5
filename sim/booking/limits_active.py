"""Policy part `limits.active_bookings`: so many bookings ahead or running at a time.

A booking counts from being given until it ends, or is given up. Where the rest of it was released
because nobody came, it ends where that rest begins.
"""

from __future__ import annotations

from sim.booking.barred import Barred, note_barred, people_of
from sim.booking.counter import Counter
from sim.booking.layout import Rooms
from sim.booking.requests import Outcome
from sim.scenario.schema.policy import By, Policy

__all__ = ["ActiveBookings", "active_spec"]

_LIMIT = int(Outcome.LIMIT)


def active_spec(rules: Policy, _rooms: Rooms) -> tuple[int, By] | None:
    """How many bookings, and whose count together; None without a limit."""
    limits = rules.limits
    return None if limits.active_bookings is None else (limits.active_bookings, limits.active_by)


class ActiveBookings:
    """Who holds which bookings.

    Bookings that are over are dropped only when somebody seems to hold as many as allowed: so no
    list is longer than the limit, and most requests cost one look at the length of a list.

    Parameters
    ----------
    spec
        How many bookings, at least 1, and whose count together.
    """

    def __init__(self, spec: tuple[int, By], rooms: Rooms, counter: Counter) -> None:
        self._most, by = spec
        self._counter, self._grid = counter, rooms.grid
        self._start, self._length = counter.desk.start, counter.desk.length
        self._who = people_of(counter, by)
        self._held: dict[int, list[int]] = {}

    def admit(self, i: int, now: float) -> int:
        """Refuse who holds as many bookings as allowed."""
        held = self._held.get(self._who[i])
        if held is None or len(held) < self._most:
            return 0
        held[:] = [j for j in held if self._ends(j) > now]
        if len(held) < self._most:
            return 0
        first_end = min(map(self._ends, held))
        why = Barred("active_bookings", self._most, tuple(held), first_end)
        note_barred(self._counter, i, now, why)
        return _LIMIT

    def booked(self, i: int, _now: float) -> None:
        """Count a booking."""
        person = self._who[i]
        held = self._held.get(person)
        if held is None:
            self._held[person] = [i]
        else:
            held.append(i)

    def given_up(self, i: int, _now: float) -> None:
        """Count it no longer."""
        held = self._held.get(self._who[i])
        if held and i in held:
            held.remove(i)

    def _ends(self, i: int) -> int:
        # looked up anew: what nobody claims is shortened after it was booked
        return (self._start[i] + self._length[i]) * self._grid
