"""What is kept of a replication's visits, and visits by hour of the week and by segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64
from sim.compiled import compiled
from sim.places.seats import VisitFate

WEEK = 168
"""Hours of a week, from Monday 0:00."""


@dataclass(frozen=True, slots=True)
class Visits:
    """Callers of one place in order of time, each with what became of them.

    Attributes
    ----------
    arrival
        When they would like to come, minutes of the horizon.
    start, end
        On and off the seat; without one both are when they left the queue (or `arrival`).
    fate
        `Fate`.
    segment
        Index into `World.segments`.
    person
        As in `person_ids`.
    stay, patience
        As they would like; 0 and infinite where nobody asked.
    """

    arrival: F64
    start: F64
    end: F64
    fate: npt.NDArray[np.uint8]
    segment: I64
    person: I64
    stay: F64
    patience: F64


@dataclass(frozen=True, slots=True)
class PlacesRecord:
    """Drop-in of one replication.

    All are of the counting window, (P, 168) by place and hour of the week unless said otherwise;
    people belong to the hour in which they come. Of every hour
    callers = closed + taken + elsewhere + arrivals, arrivals = served + full + gave_up + closing.

    Attributes
    ----------
    waited_minutes
        In the queue, of all who arrived.
    left_at_closing
        Of those served, who left because the place closed.
    person_minutes
        Of use, in the hours of use.
    segment_callers, segment_served, segment_person_minutes
        (P, S).
    visits
        Per place every caller that was drawn, also of the warm-up; None unless asked for.
    """

    callers: I64
    closed: I64
    taken: I64
    elsewhere: I64
    full: I64
    gave_up: I64
    closing: I64
    served: I64
    left_at_closing: I64
    waited_minutes: F64
    person_minutes: F64
    segment_callers: I64
    segment_served: I64
    segment_person_minutes: F64
    visits: tuple[Visits, ...] | None = None

    @property
    def arrivals(self) -> I64:
        """(P, 168) people who came while the place was open."""
        return np.asarray(self.served + self.full + self.gave_up + self.closing)


class Tally:
    """Adds up visits, some of one place at a time."""

    def __init__(self, n_places: int, n_segments: int, weekday: int, window: tuple[int, int]):
        """Count from hour to hour of the `window`; the horizon begins on `weekday`."""
        self.first, self.until = window
        self.week = (np.arange(self.first, self.until) + weekday * 24) % WEEK
        fates = len(VisitFate)
        self.fates = np.zeros((n_places, fates, WEEK), dtype=np.int64)
        self.left = np.zeros((n_places, WEEK), dtype=np.int64)
        self.waited = np.zeros((n_places, WEEK))
        self.used = np.zeros((n_places, WEEK))
        self.by_segment = np.zeros((n_places, fates, n_segments), dtype=np.int64)
        self.segment_used = np.zeros((n_places, n_segments))

    def callers(self, place: int, time: F64, fate: npt.NDArray[np.uint8], segment: I64) -> None:
        """Count everybody who would like to come; times are in order."""
        low, high = np.searchsorted(time, [self.first * 60.0, self.until * 60.0]).tolist()
        own = slice(low, high)
        _count(
            time[own], fate[own], segment[own], self.first, self.week, self.fates[place],
            self.by_segment[place],
        )  # fmt: skip

    def arrivals(
        self, place: int, time: F64, leaves_queue: F64, leaves: F64, close: F64, segment: I64
    ) -> None:
        """Add what those who came waited and used, split exactly over hours.

        Parameters
        ----------
        time, leaves_queue, leaves
            (n,) arrivals in order; the others as of `sim.places.seats.seat_all`.
        close
            (n,) when the place closes after each.
        """
        if not len(time):
            return
        # summed up by themselves first, so that sums round as they would batch by batch
        waited, used = np.zeros((2, WEEK))
        by_segment = np.zeros(self.segment_used.shape[1])
        hours = int(time[0] // 60.0), int(close[-1] // 60.0) + 1
        minutes = np.zeros((3, hours[1] - hours[0]))
        _add_arrivals(
            time, leaves_queue, leaves, close, segment, self.first, self.until, self.week,
            hours[0], minutes, self.left[place], waited, used, by_segment,
        )  # fmt: skip
        self.waited[place] += waited
        self.used[place] += used
        self.segment_used[place] += by_segment

    def record(self, visits: tuple[Visits, ...] | None) -> PlacesRecord:
        """Return the sums."""
        by = self.by_segment
        return PlacesRecord(
            callers=self.fates.sum(axis=1),
            closed=self.fates[:, VisitFate.CLOSED],
            taken=self.fates[:, VisitFate.TAKEN],
            elsewhere=self.fates[:, VisitFate.ELSEWHERE],
            full=self.fates[:, VisitFate.FULL],
            gave_up=self.fates[:, VisitFate.GAVE_UP],
            closing=self.fates[:, VisitFate.CLOSING],
            served=self.fates[:, VisitFate.SERVED],
            left_at_closing=self.left,
            waited_minutes=self.waited,
            person_minutes=self.used,
            segment_callers=by.sum(axis=1),
            segment_served=by[:, VisitFate.SERVED],
            segment_person_minutes=self.segment_used,
            visits=visits,
        )


@compiled
def _count(
    time: F64,
    fate: npt.NDArray[np.uint8],
    segment: I64,
    first: int,
    week: I64,
    fates: I64,
    by_segment: I64,
) -> None:
    for i in range(len(time)):
        fates[fate[i], week[int(time[i] / 60.0) - first]] += 1
        by_segment[fate[i], segment[i]] += 1


@compiled
def _add_arrivals(
    time: F64,
    leaves_queue: F64,
    leaves: F64,
    close: F64,
    segment: I64,
    first: int,
    until: int,
    week: I64,
    low: int,
    minutes: F64,
    left: I64,
    waited: F64,
    used: F64,
    by_segment: F64,
) -> None:
    """Add to the last four arrays.

    The rows of `minutes` are, hour by hour from `low` on: what those who sit down in an hour could
    use of it, what those who leave in it do not, and how many have come and not gone.
    """
    begins, ends = first * 60.0, until * 60.0
    for i in range(len(time)):
        if begins <= time[i] < ends:
            hour = week[int(time[i] / 60.0) - first]
            waited[hour] += leaves_queue[i] - time[i]
            left[hour] += leaves[i] > close[i]
        if leaves[i] < 0:
            continue
        start, end = leaves_queue[i], min(leaves[i], close[i])
        by_segment[segment[i]] += max(min(end, ends) - max(start, begins), 0.0)
        begun, ended = int(start / 60.0), int(end / 60.0)
        minutes[0, begun - low] += (begun + 1) * 60.0 - start
        minutes[1, ended - low] += (ended + 1) * 60.0 - end
        minutes[2, begun - low] += 1.0
        minutes[2, ended - low] -= 1.0
    present = 0.0
    for k in range(minutes.shape[1]):
        # those who began in an hour use the rest of it, those who began before all of it
        if first <= low + k < until:
            rest = minutes[0, k] - minutes[1, k] + 60.0 * present
            used[week[low + k - first]] += rest
        present += minutes[2, k]
