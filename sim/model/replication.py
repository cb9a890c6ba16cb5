"""One replication: residents' wishes, activities, drop-in visits and points.

Demand is sampled as arrays; SimPy processes hand requests, cancellations and sessions to the desk
in order of time. Places and points look at what came of it and change nothing of it, so they come
after. The model is a function of (world, demand, policy, streams): it reads no file and no clock.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64, Bools
from sim.booking.clubs import draw_unused, note_returns
from sim.booking.counter import Counter, Decided
from sim.booking.diaries import draw_off_platform
from sim.booking.policy import open_counter
from sim.booking.requests import Askers, Outcome, Requests
from sim.demand.bookers import Bookers
from sim.demand.choice import NotAsked
from sim.demand.sampling import Wishes
from sim.model.build import Demand, Model, draw_demand, place_stretches
from sim.model.clock import run_clock
from sim.model.requests import make_requests
from sim.model.whereabouts import (
    Whereabouts,
    bookers_of,
    earned_by,
    everybody,
    find_everybody,
)
from sim.places.process import visit_places
from sim.places.record import PlacesRecord
from sim.points.ledger import VolunteersPurse
from sim.points.record import Payments, PointsRecord
from sim.points.settle import settle
from sim.programme.process import Programme
from sim.programme.sessions import ProgrammeRecord
from sim.streams import replication_key


@dataclass(frozen=True, slots=True)
class History:
    """Everything that happened in one replication.

    Attributes
    ----------
    asked
        Indices of the wishes that became requests, in order of asking; the arrays below follow it.
    asked_at, decided_at
        Per request: time of asking as the rules and the booker's response to them have it, and of
        the last decision, minutes of the horizon.
    outcome, venue, start, length, attempt
        Per request: `Outcome`, venue (-1 none), start slot given, slots held, attempt that
        succeeded.
    more_rooms
        (requests, most rooms at once - 1) further venues of bookings that hold several, then -1.
    cancelled, no_show
        What became of a booking; neither: used (or still ahead at the end of the horizon).
    gives_up
        When the booker gives a booking up, minutes of the horizon; infinite if never.
    unclaimed, standby, given_later
        Bookings given up because nobody claimed them; given to somebody standing by; given after a
        refusal, by whichever part.
    off_platform
        (V, D, S) slots taken by off-platform use.
    programme, places, points
        Activities, drop-in and points; None where the scenario has none.
    attends
        Per sign-up of the programme: whether the person came (with company).
    decided
        Batches decided by optimisation.
    club_unused
        Per session of the timetable: whether the club does not use it.
    root
        Key of all draws of the replication.
    """

    wishes: Wishes
    asked: I64
    asked_at: F64
    decided_at: F64
    outcome: npt.NDArray[np.uint8]
    venue: I64
    more_rooms: I64
    start: I64
    length: I64
    attempt: I64
    cancelled: Bools
    no_show: Bools
    gives_up: F64
    unclaimed: Bools
    standby: Bools
    given_later: Bools
    off_platform: Bools
    bookers: Bookers
    club_unused: Bools
    programme: ProgrammeRecord | None = None
    attends: Bools | None = None
    places: PlacesRecord | None = None
    points: PointsRecord | None = None
    decided: tuple[Decided, ...] = ()
    root: int = 0

    def rooms_of(self, bookings: I64) -> tuple[I64, I64]:
        """Booking and venue of every room that some bookings hold."""
        if not self.more_rooms.shape[1]:
            return bookings, self.venue[bookings]
        venues = np.column_stack([self.venue[bookings], self.more_rooms[bookings]])
        row, number = np.nonzero(venues >= 0)
        return bookings[row], venues[row, number]


@dataclass(frozen=True, slots=True)
class OpenedReplication:
    """A replication before its clock runs: demand drawn, diaries laid out, nobody served yet.

    Attributes
    ----------
    asked
        Indices of the wishes that are requests, in order of their first decision.
    off_platform
        (V, D, S) slots taken by off-platform use.
    club_unused
        Per session of the timetable: whether the club will not use it.
    programme
        Sessions about to be published; None where the scenario has none.
    """

    seed: int
    replication: int
    wishes: Wishes
    asked: I64
    requests: Requests
    askers: Askers
    off_platform: Bools
    bookers: Bookers
    club_unused: Bools
    counter: Counter
    programme: Programme | None

    @property
    def root(self) -> int:
        """Key of all draws of the replication."""
        return replication_key(self.seed, self.replication)


def open_replication(
    model: Model, seed: int, replication: int, *, demand: Demand | None = None
) -> OpenedReplication:
    """Draw the demand of a replication, if it is not given, and open its counter."""
    root = replication_key(seed, replication)
    if demand is None:
        demand = draw_demand(model.plan, root)
    wishes, bookers = demand.wishes, demand.bookers
    asked = np.flatnonzero(wishes.reason == NotAsked.ASKED)
    made = make_requests(model.plan, model.rooms, wishes, asked, demand.ranked, bookers)
    taken = draw_off_platform(model.off_platform, root)
    busy = model.off_platform.diaries(taken)
    purse = purse_of(model, bookers, root)
    counter = open_counter(model.rooms, made.requests, made.askers, busy, purse)
    unused = draw_unused(model.clubs, root)
    note_returns(model.clubs, unused, counter)
    return OpenedReplication(
        seed=seed,
        replication=replication,
        wishes=wishes,
        asked=made.asked,
        requests=made.requests,
        askers=made.askers,
        off_platform=taken,
        bookers=bookers,
        counter=counter,
        club_unused=unused,
        programme=Programme(model.programme, root) if model.programme.active else None,
    )


def simulate(
    model: Model,
    seed: int,
    replication: int,
    *,
    dropin: bool = True,
    points: bool = True,
    rooms_only: bool = False,
    demand: Demand | None = None,
) -> History:
    """Run one replication.

    Parameters
    ----------
    dropin, points
        Without it nobody visits places, or collects points, which changes nothing else.
    rooms_only
        Nobody visits places that are not rooms of a centre, which changes nothing else either.
    demand
        The replication's demand, if it is drawn already (see `demand.LastDemand`).
    """
    opened = open_replication(model, seed, replication, demand=demand)
    run_clock(opened.counter, programme=opened.programme)
    return close_replication(model, opened, dropin=dropin, points=points, rooms_only=rooms_only)


def close_replication(
    model: Model,
    opened: OpenedReplication,
    *,
    dropin: bool = True,
    points: bool = True,
    rooms_only: bool = False,
) -> History:
    """Note what became of every request and session, then let people visit and collect points."""
    desk, grid = opened.counter.desk, model.world.grid
    outcome, venue, start, attempt, length = desk.tables.given
    booked = outcome == Outcome.BOOKED
    # a start given earlier than preferred may lie before the time of giving up: too late then
    cancelled = booked & (opened.requests.gives_up <= start * grid)
    bookers, notes = opened.bookers, opened.counter.notes
    standby = _marked(len(outcome), notes.standby)
    turns_up = booked & ~cancelled & (standby | ~opened.askers.no_show)  # they stand there already
    record = None if opened.programme is None else opened.programme.record()
    found = find_everybody(
        model.plan,
        bookers,
        opened.wishes,
        opened.asked,
        np.flatnonzero(turns_up),
        start,
        length,
        record,
    )
    places = None
    if dropin and model.places.active:
        stretches = place_stretches(model, desk.busy)
        only = model.world.places.venue >= 0 if rooms_only else None
        places = visit_places(model.places, opened.root, stretches, found.elsewhere, only=only)
    return History(
        wishes=opened.wishes,
        asked=opened.asked,
        asked_at=opened.requests.asked_at,
        decided_at=_with(opened.askers.first_decision, notes.given_at),
        outcome=outcome.astype(np.uint8),
        venue=venue,
        more_rooms=np.where(booked[:, None], desk.tables.more_rooms, -1),
        start=start,
        length=length,
        attempt=attempt,
        cancelled=cancelled,
        no_show=booked & ~cancelled & ~found.uses,
        gives_up=opened.requests.gives_up,
        unclaimed=_marked(len(outcome), notes.unclaimed),
        standby=standby,
        given_later=_marked(len(outcome), notes.given_at),
        off_platform=opened.off_platform,
        bookers=bookers,
        club_unused=opened.club_unused,
        programme=record,
        attends=found.attends,
        places=places,
        points=_points(model, opened, found) if points else None,
        decided=tuple(notes.decided),
        root=opened.root,
    )


def _with(values: F64, changed: dict[int, float]) -> F64:
    """Values with some of them replaced."""
    if not changed:
        return values
    result = values.copy()
    result[list(changed)] = list(changed.values())
    return result


def _marked(n: int, which: Collection[int]) -> Bools:
    """Flags that are set at some indices."""
    flags = np.zeros(n, dtype=bool)
    flags[list(which)] = True
    return flags


def _points(model: Model, opened: OpenedReplication, found: Whereabouts) -> PointsRecord | None:
    if not model.points.active:
        return None
    paid = _payments(model, opened) if _pays_points(model) else None
    return settle(model.points, opened.root, earned_by(found), paid)


def _pays_points(model: Model) -> bool:
    """Whether slots can be paid for with points anywhere."""
    return model.points.active and any(
        rules.selection.rule == "points" for rules in model.rooms.book.sets
    )


def purse_of(model: Model, bookers: Bookers, root: int) -> VolunteersPurse | None:
    """The purse from which bookers pay for slots; None where nobody pays."""
    if not _pays_points(model):
        return None
    return VolunteersPurse(model.points, root, everybody(bookers), bookers.key)


def _payments(model: Model, opened: OpenedReplication) -> Payments:
    """Payments of points for slots: who, how many and when, as their batches were decided."""
    paid = opened.counter.notes.paid
    which = np.fromiter(paid, dtype=np.int64, count=len(paid))
    points = np.fromiter(paid.values(), dtype=np.int64, count=len(paid))
    person = bookers_of(model.plan, opened.bookers, opened.wishes, opened.asked[which])
    time = opened.askers.first_decision[which]
    order = np.lexsort((opened.askers.key[which], time))
    return Payments(person[order], time[order], points[order])
