"""What is kept of a replication's visits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64

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
