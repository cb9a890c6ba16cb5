"""One replication of a random town with all that can be known of it: its log, every visit."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from builders import Parts, model_of
from model.rows import open_slots
from model.watching import Seen, watched

from sim.booking.requests import Outcome
from sim.model import History, Model, OpenedReplication, close_replication
from sim.model.build import place_stretches
from sim.model.whereabouts import Whereabouts, bookers_of, find_everybody
from sim.places.process import visit_places
from sim.places.record import PlacesRecord, Visits
from sim.programme.sessions import Status

from .random_town import random_town

__all__ = ["Played", "play"]


@dataclass
class Played:
    """A replication of a town.

    Attributes
    ----------
    off
        What happened at the desk, in order.
    """

    parts: Parts
    model: Model
    opened: OpenedReplication
    log: list[Seen]
    history: History

    @property
    def strict(self) -> bool:
        return bool(self.parts.scenario["people"]["one_place_at_a_time"])

    @cached_property
    def is_open(self) -> np.ndarray:
        """(V, T) open slots, from the rows."""
        first, n_days = self.model.world.calendar.first, self.model.world.n_days
        rows = self.parts.tables["venues"]
        return np.array([list(open_slots(self.parts, row, first, n_days)) for row in rows]) == 1

    @cached_property
    def uses(self) -> list[tuple[int, int, int]]:
        """(person, from, until) of every booking used, in minutes."""
        h, grid = self.history, self.model.world.grid
        at = np.flatnonzero((h.outcome == Outcome.BOOKED) & ~h.cancelled & ~h.no_show)
        who = bookers_of(self.model.plan, h.bookers, h.wishes, h.asked[at]).tolist()
        start = h.start[at].tolist()
        length = h.wishes.duration[h.asked[at]].tolist()
        return [(p, s * grid, (s + n) * grid) for p, s, n in zip(who, start, length, strict=True)]

    @cached_property
    def attendances(self) -> list[tuple[int, int, int]]:
        """(person, from, until) of everybody who came to a session."""
        record, attends, grid = self.history.programme, self.history.attends, self.model.world.grid
        if record is None or attends is None:
            return []
        found = []
        for i in np.flatnonzero(attends).tolist():
            s = int(record.session[i])
            assert record.status[s] == Status.HELD
            start = int(record.sessions.start[s])
            person = (int(record.group[i]) << 32) + int(record.number[i])
            end = start + int(record.sessions.duration[s])
            found.append((person, start * grid, end * grid))
        return found

    @cached_property
    def whereabouts(self) -> Whereabouts:
        h = self.history
        turns_up = (h.outcome == Outcome.BOOKED) & ~h.cancelled & ~self.opened.askers.no_show
        return find_everybody(
            self.model.plan, h.bookers, h.wishes, h.asked, np.flatnonzero(turns_up), h.start,
            h.length, h.programme,
        )  # fmt: skip

    @cached_property
    def kept(self) -> PlacesRecord:
        """The drop-in of the replication with every caller kept."""
        stretches = place_stretches(self.model, self.opened.counter.desk.busy)
        away = self.whereabouts.elsewhere
        return visit_places(self.model.places, self.opened.root, stretches, away, keep=True)

    @property
    def visits(self) -> tuple[Visits, ...]:
        assert self.kept.visits is not None
        return self.kept.visits


def play(seed: int, replication: int = 0) -> Played:
    parts = random_town(seed)
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(parts, Path(folder))
    opened, log = watched(model, seed, replication)
    return Played(parts, model, opened, log, close_replication(model, opened))
