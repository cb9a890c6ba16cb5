"""One replication: residents' wishes meet the booking desk on a SimPy clock.

Demand is sampled as arrays; a SimPy process hands requests and cancellations to the desk in order
of time, running ahead without yielding up to the next event of any other process. The model is a
function of (world, demand plan, policy, streams): it reads no file and no clock.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy

from sim.booking.diaries import OffPlatformPlan, bits_of, build_off_platform, draw_off_platform
from sim.booking.layout import Rooms, build_rooms
from sim.booking.policy import Counter, open_counter
from sim.booking.requests import Outcome, Requests
from sim.demand.bookers import Bookers, draw_bookers
from sim.demand.choice import NotAsked
from sim.demand.plan import Plan, build_plan
from sim.demand.sampling import Wishes, sample_wishes
from sim.scenario.inputs import Inputs
from sim.streams import key_of, replication_key, uniforms
from sim.world.world import World, build_world

__all__ = [
    "History",
    "Model",
    "Opened",
    "Wishes",
    "build_model",
    "close_replication",
    "open_replication",
    "run_clock",
    "simulate",
]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_GIVES_UP, _WHEN, _NO_SHOW, _SHIFT, _OTHERS = (
    key_of("purpose", p) for p in ("gives up", "gives up when", "no-show", "shift", "others")
)


@dataclass(frozen=True, slots=True)
class Model:
    """All that is the same in every replication of a scenario."""

    world: World
    plan: Plan
    rooms: Rooms
    off_platform: OffPlatformPlan

    def at_level(self, level: float) -> Model:
        """The same model at another demand level."""
        volume = level * self.world.scenario.demand.multiplier
        return replace(self, plan=replace(self.plan, volume=volume))


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


def build_model(inputs: Inputs, level: float | None = None) -> Model:
    """Compile a scenario; `level` overrides the demand level (for calibration)."""
    world = build_world(inputs)
    return Model(
        world=world,
        plan=build_plan(world, level),
        rooms=build_rooms(world),
        off_platform=build_off_platform(world, inputs.tables.off_platform),
    )


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
    """

    seed: int
    replication: int
    wishes: Wishes
    asked: I64
    requests: Requests
    no_show: Bools
    off_platform: Bools
    counter: Counter

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
    return Opened(seed, replication, wishes, asked, requests, no_show, taken, counter)


def simulate(model: Model, seed: int, replication: int) -> History:
    """Run one replication."""
    opened = open_replication(model, seed, replication)
    run_clock(opened.counter, opened.requests, model.world.grid)
    return close_replication(model, opened)


def close_replication(model: Model, opened: Opened) -> History:
    """Note what became of every request."""
    desk = opened.counter.desk
    outcome = np.frombuffer(desk.outcome, dtype=np.uint8)
    booked = outcome == Outcome.BOOKED
    start = np.array(desk.start, dtype=np.int64)
    # a start given earlier than preferred may lie before the time of giving up: too late then
    cancelled = booked & (opened.requests.gives_up <= start * model.world.grid)
    return History(
        wishes=opened.wishes,
        asked=opened.asked,
        outcome=outcome,
        venue=np.frombuffer(desk.venue, dtype=np.intc).astype(np.int64),
        start=start,
        attempt=np.frombuffer(desk.attempt, dtype=np.intc).astype(np.int64),
        cancelled=cancelled,
        no_show=booked & ~cancelled & opened.no_show,
        gives_up=opened.requests.gives_up,
        off_platform=opened.off_platform,
        bookers=draw_bookers(model.plan, opened.root),
    )


def make_requests(
    plan: Plan, wishes: Wishes, asked: I64, ranked: npt.NDArray[np.int32]
) -> tuple[Requests, Bools]:
    """The requests, and whether nobody would turn up for each."""
    demand, grid = plan.world.scenario.demand, plan.world.grid
    key, ask = wishes.key[asked], wishes.ask[asked]
    start = wishes.start[asked].astype(np.int64)
    lead = wishes.lead[asked].astype(np.float64)
    cancels = uniforms(key, _GIVES_UP) < demand.cancellation.share
    when = np.clip(plan.cancel_when.ppf(uniforms(key, _WHEN)), 0.0, 1.0)
    no_show = np.minimum(
        demand.no_show.base + demand.no_show.per_lead_day * lead, demand.no_show.at_most
    )
    requests = Requests(
        ask=ask,
        start=start,
        duration=wishes.duration[asked].astype(np.int64),
        party=wishes.party[asked].astype(np.int64),
        kind=plan.cells.kind[wishes.cell[asked]],
        pools=ranked,
        others=plan.others.ppf(uniforms(key, _OTHERS)).astype(np.int64),
        shift=(plan.shift.ppf(uniforms(key, _SHIFT)) // grid).astype(np.int64),
        gives_up=np.where(cancels, ask + when * (start * float(grid) - ask), np.inf),
    )
    return requests, uniforms(key, _NO_SHOW) < no_show


def timeline(counter: Counter, requests: Requests) -> tuple[list[float], list[int]]:
    """Times and codes of all that is known in advance: i asks, ~i gives up.

    At one and the same time the requests have their order, each giving up right after asking.
    """
    asks = np.flatnonzero(np.frombuffer(counter.desk.outcome, dtype=np.uint8) == Outcome.WAITING)
    after = np.flatnonzero(np.isfinite(requests.gives_up[asks]))
    gives_up = asks[after]
    times = np.insert(requests.ask[asks], after + 1, requests.gives_up[gives_up])
    codes = np.insert(asks, after + 1, ~gives_up)
    order = np.argsort(times, kind="stable")
    return times[order].tolist(), codes[order].tolist()


def run_clock(
    counter: Counter,
    requests: Requests,
    grid: int,
    before: float = float("inf"),
    request: int | None = None,
) -> None:
    """Run the SimPy clock over requests and cancellations.

    Parameters
    ----------
    before
        Stop before this time.
    request
        Stop before this request is served (it may share its time with others).
    """
    times, codes = timeline(counter, requests)
    n = bisect_left(times, before)
    if request is not None and request in codes:
        n = min(n, codes.index(request))
    if n == 0:
        return
    env = simpy.Environment(initial_time=min(times[0], 0.0))
    env.process(dispatcher(env, counter, times[:n], codes[:n], grid))
    env.run()


def dispatcher(
    env: simpy.Environment, counter: Counter, times: list[float], codes: list[int], grid: int
) -> Generator[simpy.Event, Any, None]:
    """Hand requests and cancellations to the desk, ahead of the clock while nothing else is due."""
    ask, release, outcome = counter.ask, counter.desk.release, counter.desk.outcome
    start = counter.desk.start
    booked = int(Outcome.BOOKED)
    due = env.peek()
    for now, code in zip(times, codes, strict=True):
        if now >= due:
            yield env.timeout(now - env.now)
            due = env.peek()
        if code >= 0:
            ask(code, now)
        elif outcome[~code] == booked and now <= start[~code] * grid:
            release(~code)
    yield env.timeout(max(0.0, times[-1] - env.now))
