"""Metrics of clubs: sessions of the timetable that were used, not used, and lost."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.analysis.collect import Collector
from sim.analysis.groups import Groups
from sim.model import History, Model

__all__ = ["add_clubs", "club_slots"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def club_slots(model: Model, groups: Groups, history: History) -> tuple[I64, I64, F64]:
    """Venue and slot of every slot inside the window that clubs hold, and people there.

    Sessions that nobody uses hold their room like bookings nobody comes to, unless it is given
    back.
    """
    clubs = model.clubs
    held = clubs.held_at(history.club_unused, np.inf)
    session, slot = clubs.slots_of(held)
    inside = groups.counted[slot]
    session, slot = session[inside], slot[inside]
    people = np.where(history.club_unused, 0.0, clubs.people)
    return clubs.venue[session], slot, people[session]


def add_clubs(out: Collector, model: Model, groups: Groups, history: History) -> None:
    """Add every metric of clubs, by groups of venues; nothing where there is no timetable."""
    clubs = model.clubs
    if clubs.spec is None:
        return
    unused = history.club_unused
    hours = clubs.duration * (model.world.grid / 60.0)
    used = ~unused

    def by_venue(venue: I64, start: I64, weights: F64 | Bools | None = None) -> F64:
        inside = groups.counted[start]
        heavy = None if weights is None else weights[inside]
        n = len(model.world.venues)
        return np.bincount(venue[inside], weights=heavy, minlength=n).astype(np.float64)

    def of_sessions(weights: F64 | Bools) -> F64:
        return by_venue(clubs.venue, clubs.start, weights)

    metrics = [
        ("club_sessions", of_sessions(used)),
        ("club_hours", of_sessions(used * hours)),
        ("club_person_hours", of_sessions(used * hours * clubs.people)),
        ("club_sessions_lost", by_venue(clubs.lost_venue, clubs.lost_start)),
    ]
    if clubs.spec.unused_share > 0:
        metrics.append(("club_sessions_unused", of_sessions(unused)))
        metrics.append(("club_hours_unused", of_sessions(unused * hours)))
    for name, grouping in groups.venue.items():
        for metric, values in metrics:
            out.add(metric, name, grouping.levels, grouping.summed(values))
