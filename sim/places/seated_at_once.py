"""Seats for a whole batch of people, at once where nobody finds all seats taken.

That is so in most stretches of opening hours, and then nobody's wait depends on anybody else: the
loop of `sim.places.seats` is not needed. Whether it is so can be seen from when people would leave
if nobody had to wait. With c seats, the i-th person (from 0) finds one if at least i - c + 1 of
those before have left when they sit down. That is the case exactly if the (i - c)-th of all sorted
ends is not later: who comes after them ends after they sit down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.places.seats import DAY, Fate, Seating, TurnHours, work_through


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What becomes of everybody if seats are free whenever they are wanted.

    Attributes
    ----------
    leaves_queue, leaves
        (n,) as of `seat_all`.
    enough
        (stretches,) whether seats are: if not, the others mean nothing.
    """

    leaves_queue: F64
    leaves: F64
    enough: Bools


def seat_all(
    seating: Seating, arrival: F64, stay: F64, until: F64, stretches: F64, sizes: I64
) -> tuple[F64, F64]:
    """Seat everybody of some stretches: at once where seats are enough, else one by one.

    Parameters
    ----------
    arrival, stay, until
        (n,) in order of arrival, as of `work_through`.
    stretches
        (stretches, 2) opening and closing.
    sizes
        (stretches,) how many come in each.

    Returns
    -------
    leaves_queue, leaves
        (n,) the lists of `work_through`.
    """
    close = np.repeat(stretches[:, 1], sizes)
    seated = seat_at_once(seating, arrival, stay, until, close, sizes)
    last = np.cumsum(sizes)
    for stretch in np.flatnonzero(~seated.enough).tolist():
        opens, closes = stretches[stretch].tolist()
        own = slice(int(last[stretch] - sizes[stretch]), int(last[stretch]))
        queue = arrival[own].tolist(), stay[own].tolist(), until[own].tolist()
        begins, ends = work_through(seating, *queue, opens, closes)
        seated.leaves_queue[own], seated.leaves[own] = begins, ends
    return seated.leaves_queue, seated.leaves


def seat_at_once(
    seating: Seating, arrival: F64, stay: F64, until: F64, close: F64, sizes: I64
) -> AtOnce:
    """Seat everybody of some stretches as if nobody else were there, and see whether that is so.

    Parameters
    ----------
    close
        (n,) when the place closes.
    others
        As of `seat_all`.
    """
    begin, taken = _by_turns(seating.turns, arrival, stay)
    end = begin + taken
    # too late already without anybody else: they take no seat from those behind
    seated = (begin <= until) & (begin < close)
    stretch = np.repeat(np.arange(len(sizes)), sizes)
    enough = _enough(seating.seats, begin, end, close, stretch, seated, sizes)
    if seating.limit is not None:  # a queue that may be full needs the loop, if there is one
        enough[stretch[begin > arrival]] = False
    gives_up = until < close
    queued = np.where(seated, begin, np.where(gives_up, until, close))
    fate = np.where(gives_up, -float(Fate.GAVE_UP), -float(Fate.CLOSING))
    return AtOnce(queued, np.where(seated, end, fate), enough)


def _enough(
    seats: int, begin: F64, end: F64, close: F64, stretch: I64, seated: Bools, sizes: I64
) -> Bools:
    """(stretches,) whether all seated find a seat when they want to sit down."""
    enough = np.ones(len(sizes), dtype=bool)
    if sizes.max(initial=0) <= seats:
        return enough
    begin, stretch = begin[seated], stretch[seated]
    # cut to closing times, sorted ends stay in their own stretch
    end = np.minimum(end[seated], close[seated])
    enough[stretch[end <= begin]] = False  # too short to tell who was first: to the loop
    ends = np.sort(end)
    late = np.flatnonzero(ends[:-seats] > begin[seats:])
    # the seats-th before is of the same stretch
    late = late[stretch[late] == stretch[late + seats]]
    enough[stretch[late]] = False
    return enough


def _by_turns(turns: TurnHours | None, time: F64, stay: F64) -> tuple[F64, F64]:
    """When people sit down who could at any time, and for how long: `next_seating` of arrays."""
    if turns is None:
        return time, stay
    minute = time % DAY
    inside = (minute >= turns.first) & (minute < turns.last)
    begun = -(-(minute - turns.first) // turns.minutes)
    at = np.minimum(turns.first + begun * turns.minutes, turns.last)
    begin = np.where(inside, time - minute + at, time)
    return begin, np.where(inside & (at < turns.last), turns.minutes, stay)
