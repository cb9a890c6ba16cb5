"""Visits added up by hour of the week and by segment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64
from sim.places.record import WEEK, PlacesRecord, Visits
from sim.places.seats import Fate


class Tally:
    """Adds up visits, some of one place at a time."""

    def __init__(self, n_places: int, n_segments: int, weekday: int, window: tuple[int, int]):
        """Count from hour to hour of the `window`; the horizon begins on `weekday`."""
        self.first, self.until = window
        self.week = (np.arange(self.first, self.until) + weekday * 24) % WEEK
        fates = len(Fate)
        self.fates = np.zeros((n_places, fates, WEEK), dtype=np.int64)
        self.left = np.zeros((n_places, WEEK), dtype=np.int64)
        self.waited = np.zeros((n_places, WEEK))
        self.used = np.zeros((n_places, WEEK))
        self.by_segment = np.zeros((n_places, fates, n_segments), dtype=np.int64)
        self.segment_used = np.zeros((n_places, n_segments))

    def callers(self, place: int, time: F64, fate: npt.NDArray[np.uint8], segment: I64) -> None:
        """Count everybody who would like to come."""
        hour, inside = self._hours(time)
        fate, segment = fate[inside].astype(np.int64), segment[inside]
        _, fates, segments = self.by_segment.shape
        by_hour = np.bincount(fate * WEEK + hour, minlength=fates * WEEK)
        self.fates[place] += by_hour.reshape(fates, WEEK)
        by_segment = np.bincount(fate * segments + segment, minlength=fates * segments)
        self.by_segment[place] += by_segment.reshape(fates, segments)

    def arrivals(self, place: int, time: F64, leaves_queue: F64, cut: F64) -> None:
        """Add what those who came waited; `cut` marks with 1 who left because of closing."""
        hour, inside = self._hours(time)
        waited = (leaves_queue - time)[inside]
        self.waited[place] += np.bincount(hour, weights=waited, minlength=WEEK)
        self.left[place] += np.bincount(hour, weights=cut[inside], minlength=WEEK).astype(np.int64)

    def use(self, place: int, start: F64, end: F64, segment: I64) -> None:
        """Add use, split exactly over hours."""
        if not len(start):
            return
        n = self.segment_used.shape[1]
        inside = np.minimum(end, self.until * 60.0) - np.maximum(start, self.first * 60.0)
        weights = np.maximum(inside, 0.0)
        self.segment_used[place] += np.bincount(segment, weights=weights, minlength=n)
        low = int(start.min() // 60.0)
        minutes = _by_hour(start, end, low)
        at = low + np.arange(len(minutes))
        counts = (at >= self.first) & (at < self.until)
        week = self.week[at[counts] - self.first]
        self.used[place] += np.bincount(week, weights=minutes[counts], minlength=WEEK)

    def _hours(self, time: F64) -> tuple[I64, slice]:
        """Hours of the week of the times in the window, and which those are; times are in order."""
        low, high = np.searchsorted(time, [self.first * 60.0, self.until * 60.0]).tolist()
        hour = (time[low:high] / 60.0).astype(np.int64)
        return self.week[hour - self.first], slice(low, high)

    def record(self, visits: tuple[Visits, ...] | None) -> PlacesRecord:
        """What was added up."""
        by = self.by_segment
        return PlacesRecord(
            callers=self.fates.sum(axis=1),
            closed=self.fates[:, Fate.CLOSED],
            taken=self.fates[:, Fate.TAKEN],
            elsewhere=self.fates[:, Fate.ELSEWHERE],
            full=self.fates[:, Fate.FULL],
            gave_up=self.fates[:, Fate.GAVE_UP],
            closing=self.fates[:, Fate.CLOSING],
            served=self.fates[:, Fate.SERVED],
            left_at_closing=self.left,
            waited_minutes=self.waited,
            person_minutes=self.used,
            segment_callers=by.sum(axis=1),
            segment_served=by[:, Fate.SERVED],
            segment_person_minutes=self.segment_used,
            visits=visits,
        )


def _by_hour(start: F64, end: F64, low: int) -> F64:
    """Minutes of use in each hour from `low` on.

    Those who begin in an hour use the rest of it, those who began before all of it, and those who
    end in it do not use its rest.
    """
    begun = (start / 60.0).astype(np.int64) - low
    ended = (end / 60.0).astype(np.int64) - low
    n = int(ended.max()) + 1
    begins, ends = np.bincount(begun, minlength=n), np.bincount(ended, minlength=n)
    rest = np.bincount(begun, weights=(begun + (low + 1)) * 60.0 - start, minlength=n)
    rest -= np.bincount(ended, weights=(ended + (low + 1)) * 60.0 - end, minlength=n)
    present = np.cumsum(begins - ends) - (begins - ends)
    return np.asarray(rest + 60.0 * present)
