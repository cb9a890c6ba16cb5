"""What the model does for many at once, written again in plain Python one at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.arrays import I64
from sim.booking.desk import Desk
from sim.programme.process import RoomsWanted

__all__ = ["ask_for_rooms", "room_wanted", "takes_room", "uniform"]

_ALL = 2**64 - 1


def uniform(key: int, purpose: int) -> float:
    """`sim.streams.uniforms`: SplitMix64's finaliser, its upper 52 bits in the middle of a step."""
    z = key ^ purpose
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _ALL
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _ALL
    z ^= z >> 31
    return ((z >> 12) + 0.5) * 2.0**-52


def ask_for_rooms(
    wanted: RoomsWanted, slots: int, steps: I64, take: Callable[[int, int, int], bool]
) -> tuple[I64, I64]:
    """`Desk.take_rooms`, asking for one room at a time whether it can be taken.

    Parameters
    ----------
    slots
        Of a day.
    steps
        Slots to whose multiples each venue's starts are bound.
    """
    found = [_first(wanted, s, slots, steps, take) for s in range(len(wanted.planned))]
    venue, start = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return venue, start


def _first(
    wanted: RoomsWanted, s: int, slots: int, steps: I64, take: Callable[[int, int, int], bool]
) -> tuple[int, int]:
    planned, duration = int(wanted.planned[s]), int(wanted.duration[s])
    midnight = planned - planned % slots
    for shift in wanted.shifts.tolist():
        start = planned + shift
        if midnight <= start < midnight + slots:
            for venue in wanted.rooms[s, : wanted.number[s]].tolist():
                if (start - midnight) % steps[venue] == 0 and take(venue, start, duration):
                    return venue, start
    return -1, planned


def room_wanted(venue: int, start: int, duration: int) -> RoomsWanted:
    """One session that looks for one room at one time."""
    columns = [np.array([x], dtype=np.int64) for x in (1, start, duration, 0)]
    return RoomsWanted(np.array([[venue]], dtype=np.int64), *columns)


def takes_room(desk: Desk, venue: int, start: int, duration: int) -> bool:
    """Whether a session gets a room at the desk, which it holds from then on."""
    return bool(desk.take_rooms(room_wanted(venue, start, duration))[0][0] == venue)
