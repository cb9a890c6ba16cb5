"""One replication: residents' wishes, activities, drop-in visits and points.

Demand is sampled as arrays; SimPy processes hand requests, cancellations and sessions to the desk
in order of time. Places and points look at what came of it and change nothing of it, so they come
after. The model is a function of (world, demand, policy, streams): it reads no file and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.booking.diaries import bits_of, draw_off_platform
from sim.booking.policy import Counter, open_counter
from sim.booking.requests import Outcome, Requests
from sim.demand.bookers import Bookers, draw_bookers
from sim.demand.choice import NotAsked
from sim.demand.sampling import Wishes, sample_wishes
from sim.model.build import Model
from sim.model.clock import run_clock
from sim.model.free_hours import place_stretches
from sim.model.requests import make_requests
from sim.model.whereabouts import Whereabouts, earned_by, find_everybody
from sim.places.process import visit_places
from sim.places.record import PlacesRecord
from sim.points.settle import PointsRecord, settle
from sim.programme.process import Programme, ProgrammeRecord
from sim.streams import replication_key

__all__ = [
    "History",
    "Opened",
    "close_replication",
    "open_replication",
    "simulate",
]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class History:
    """What happened in one replication.

    Attributes
    ----------
    asked
        Indices of the wishes that became requests, in order of asking; the arrays below follow it.
    outcome, venue, start, attempt
        Per request: `Outcome`, venue (-1 none), start slot given, attempt that succeeded.
    cancelled, no_show
        What became of a booking; neither: used (or still ahead at the end of the horizon).
    gives_up
        When the booker gives a booking up, minutes of the horizon; infinite if never.
    off_platform
        (V, D, S) slots taken by off-platform use.
    programme, places, points
        Activities, drop-in and points; None where the scenario has none.
    attends
        Per sign-up of the programme: whether the person came (with company).
    root
        Key of all draws of the replication.
    """

    wishes: Wishes
    asked: I64
    outcome: npt.NDArray[np.uint8]
    venue: I64
    start: I64
    attempt: I64
    cancelled: Bools
    no_show: Bools
    gives_up: F64
    off_platform: Bools
    bookers: Bookers
    programme: ProgrammeRecord | None = None
    attends: Bools | None = None
    places: PlacesRecord | None = None
    points: PointsRecord | None = None
    root: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A replication before its clock runs: demand drawn, diaries laid out, nobody served yet.

    Attributes
    ----------
    asked
        Indices of the wishes that are requests, in order of asking.
    no_show
        Whether nobody would turn up for each request.
    off_platform
        (V, D, S) slots taken by off-platform use.
    programme
        Sessions about to be published; None where the scenario has none.
    """

    seed: int
    replication: int
    wishes: Wishes
    asked: I64
    requests: Requests
    no_show: Bools
    off_platform: Bools
    counter: Counter
    programme: Programme | None

    @property
    def root(self) -> int:
        """Key of all draws of the replication."""
        return replication_key(self.seed, self.replication)


def open_replication(model: Model, seed: int, replication: int) -> Opened:
    """Draw the demand of a replication and open its counter."""
    root = replication_key(seed, replication)
    wishes, ranked = sample_wishes(model.plan, root)
    asked = np.flatnonzero(wishes.reason == NotAsked.ASKED)
    # in order of asking: the desk then walks its lists from front to back, as caches like it
    order = np.lexsort((wishes.key[asked], wishes.ask[asked]))
    asked = asked[order]
    requests, no_show = make_requests(model.plan, wishes, asked, ranked[order])
    taken = draw_off_platform(model.off_platform, root)
    counter = open_counter(
        model.world.scenario.policy,
        model.rooms,
        requests,
        bits_of(taken, model.off_platform.is_open),
        model.world.grid,
    )
    programme = Programme(model.programme, root) if model.programme.active else None
    return Opened(seed, replication, wishes, asked, requests, no_show, taken, counter, programme)


def simulate(model: Model, seed: int, replication: int, *, dropin: bool = True) -> History:
    """Run one replication; without `dropin` nobody visits places, which changes nothing else."""
    opened = open_replication(model, seed, replication)
    run_clock(opened.counter, opened.requests, model.world.grid, programme=opened.programme)
    return close_replication(model, opened, dropin=dropin)


def close_replication(model: Model, opened: Opened, *, dropin: bool = True) -> History:
    """Note what became of every request and session, then let people visit and collect points."""
    desk, grid = opened.counter.desk, model.world.grid
    outcome = np.frombuffer(desk.outcome, dtype=np.uint8)
    booked = outcome == Outcome.BOOKED
    venue = np.frombuffer(desk.venue, dtype=np.intc).astype(np.int64)
    start = np.array(desk.start, dtype=np.int64)
    # a start given earlier than preferred may lie before the time of giving up: too late then
    cancelled = booked & (opened.requests.gives_up <= start * grid)
    turns_up = booked & ~cancelled & ~opened.no_show
    bookers = draw_bookers(model.plan, opened.root)
    record = None if opened.programme is None else opened.programme.record()
    found = find_everybody(
        model.plan, bookers, opened.wishes, opened.asked, np.flatnonzero(turns_up), start, record
    )
    places = None
    if dropin and model.places.active:
        stretches = place_stretches(model, desk.busy)
        places = visit_places(model.places, opened.root, stretches, found.elsewhere)
    return History(
        wishes=opened.wishes,
        asked=opened.asked,
        outcome=outcome,
        venue=venue,
        start=start,
        attempt=np.frombuffer(desk.attempt, dtype=np.intc).astype(np.int64),
        cancelled=cancelled,
        no_show=booked & ~cancelled & ~found.uses,
        gives_up=opened.requests.gives_up,
        off_platform=opened.off_platform,
        bookers=bookers,
        programme=record,
        attends=found.attends,
        places=places,
        points=_points(model, opened, found),
        root=opened.root,
    )


def _points(model: Model, opened: Opened, found: Whereabouts) -> PointsRecord | None:
    if not model.points.active:
        return None
    return settle(model.points, opened.root, earned_by(found))
