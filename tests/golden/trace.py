"""The full event trace of the town of this folder, from what the model notes of a replication."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np

from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.measure.service import NOT_ASKED_REASONS, REFUSED_REASONS
from sim.model import (
    History,
    Model,
    OpenedReplication,
    build_model,
    close_replication,
    open_replication,
    run_clock,
)
from sim.places.process import visit_places
from sim.places.seats import VisitFate
from sim.programme.sessions import ProgrammeRecord, SignUpFate, Status
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.world.calendar import runs

from .desk_log import DeskLog
from .events import Event, Line, Namer

__all__ = ["GOLDEN", "TOWN", "trace_of"]

FOLDER = Path(__file__).parent
TOWN = FOLDER / "town" / "town.yaml"
GOLDEN = FOLDER / "golden.csv"


def trace_of(inputs: Inputs | None = None) -> list[Line]:
    """Every event of the first replication of a scenario, the town's, in order of time."""
    model = build_model(load(TOWN) if inputs is None else inputs)
    name = Namer(model)
    opened = open_replication(model, model.world.scenario.experiment.seed, 0)
    log = DeskLog(opened, name)
    run_clock(opened.counter, programme=opened.programme)
    with mock.patch("sim.model.replication.visit_places", partial(visit_places, keep=True)):
        history = close_replication(model, opened)
    before = [*_blocks(model, history, name), *_wishes(model, opened, name)]
    after = [*_uses(history, opened, name), *_programme(history, name), *_visits(history, name)]
    return name.lines([*before, *log.events, *after])


def _key(key: int) -> str:
    return f"{key:016x}"[:8]


def _blocks(model: Model, history: History, name: Namer) -> Iterator[Event]:
    """What takes rooms before anybody books: use off the platform, clubs."""
    grid = model.world.grid
    for venue, taken in enumerate(history.off_platform):
        for start, end in runs(taken.ravel()):
            what = name.stretch(venue, start, end - start)
            yield Event(start * grid, "off-platform use", "", what)
    clubs = model.clubs
    for s, unused in enumerate(history.club_unused.tolist()):
        start = int(clubs.start[s])
        what = name.stretch(int(clubs.venue[s]), start, int(clubs.duration[s]))
        group = clubs.rows[int(clubs.row[s])].group
        yield Event(start * grid, "club stays away" if unused else "club comes", group, what)


def _wishes(model: Model, opened: OpenedReplication, name: Namer) -> Iterator[Event]:
    """Wishes that arise, those not asked, and requests."""
    world, wishes, cells = model.world, opened.wishes, model.plan.cells
    for w in np.lexsort((wishes.key, wishes.wished_at)).tolist():
        cell, who, when = int(wishes.cell[w]), _key(int(wishes.key[w])), float(wishes.wished_at[w])
        what = (
            f"{world.segments[cells.segment[cell]]} of {world.origins.names[cells.origin[cell]]}:"
            f" {world.kinds[cells.kind[cell]]} for {wishes.party[w]},"
            f" {name.slot(int(wishes.start[w]))} for {wishes.duration[w] * world.grid} minutes"
        )
        yield Event(when, "wish", who, what)
        reason = NotAsked(int(wishes.reason[w]))
        if reason != NotAsked.ASKED:
            yield Event(when, "not asked", who, NOT_ASKED_REASONS[reason])
    requests, askers = opened.requests, opened.askers
    for i, w in enumerate(opened.asked.tolist()):
        pools = requests.pools[i, : 1 + requests.others[i]]
        order = [world.centres.names[world.pools.centre[p]] for p in pools.tolist() if p >= 0]
        what = f"for {', '.join(order)}; {requests.shift[i] * world.grid} minutes earlier or later"
        if askers.batch[i] >= 0:
            what += f"; drawn {name.minute(float(askers.first_decision[i]))}"
        who, when = _key(int(wishes.key[w])), float(requests.asked_at[i])
        yield Event(when, "asks", who, what)
        if askers.screened[i]:  # the desk never sees them
            yield Event(when, "refused", who, REFUSED_REASONS[Outcome(int(askers.screened[i]))])


def _uses(history: History, opened: OpenedReplication, name: Namer) -> Iterator[Event]:
    """What became of bookings at their start."""
    for i in np.flatnonzero((history.outcome == Outcome.BOOKED) & ~history.cancelled).tolist():
        start = int(history.start[i])
        who = _key(int(opened.wishes.key[opened.asked[i]]))
        what = name.stretch(int(history.venue[i]), start, int(history.length[i]))
        event = "does not come" if history.no_show[i] else "uses"
        yield Event(start * name.world.grid, event, who, what)


def _programme(history: History, name: Namer) -> Iterator[Event]:
    """Sessions published, signed up for, cancelled and held."""
    record, attends = history.programme, history.attends
    assert record is not None
    assert attends is not None
    sessions, grid = record.sessions, name.world.grid
    kinds = tuple(name.world.scenario.activities.kinds)
    for s in range(len(sessions)):
        who, status = f"session {_key(int(sessions.key[s]))}", Status(int(record.status[s]))
        start, slots = int(sessions.start[s]), int(sessions.duration[s])
        what = f"{kinds[sessions.kind[s]]} for {sessions.capacity[s]}: "
        if record.venue[s] < 0:
            yield Event(float(sessions.published[s]), "published", who, what + "no room")
            continue
        what += name.stretch(int(record.venue[s]), start, slots)
        yield Event(float(sessions.published[s]), "published", who, what)
        if status == Status.CANCELLED:
            yield Event(float(sessions.decided[s]), "cancelled", who, "too few")
        else:
            yield Event(start * grid, "held", who, _turnout(record, attends, s))
    for j, s in enumerate(record.session.tolist()):
        who = f"session {_key(int(sessions.key[s]))}"
        fate = SignUpFate(int(record.fate[j])).name.lower()
        company = f" with {record.company[j]}" if record.company[j] else ""
        what = f"{_key(int(record.key[j]))}{company}: {fate}"
        yield Event(float(record.time[j]), "signs up", who, what)


def _turnout(record: ProgrammeRecord, attends: np.ndarray, session: int) -> str:
    own = record.session == session
    away, came = int(record.turned_away[own].sum()), int(attends[own].sum())
    return f"{came} came in, {away} turned away"


def _visits(history: History, name: Namer) -> Iterator[Event]:
    """Callers of drop-in places, when they would like to come."""
    assert history.places is not None
    assert history.places.visits is not None
    world = name.world
    for place, visits in zip(world.places.names, history.places.visits, strict=True):
        for n, time in enumerate(visits.arrival.tolist()):
            fate = VisitFate(int(visits.fate[n])).name.lower().replace("_", " ")
            what = f"{world.segments[visits.segment[n]]}: {fate}"
            if visits.fate[n] == VisitFate.SERVED:
                begin, end = float(visits.start[n]), float(visits.end[n])
                what += f" {name.minute(begin)} to {name.minute(end)}"
            yield Event(time, "calls at", place, what)
