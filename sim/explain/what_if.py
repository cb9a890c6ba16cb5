"""One request changed in one thing, and the replication simulated again until it is decided.

What a diary shows as free is not always given: a limit may stand in the way on another day too, and
who wins a draw depends on who else is in it. So the whole policy is run again with the change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.booking.clubs import note_returns
from sim.booking.desk import Desk
from sim.booking.policy import open_counter
from sim.booking.requests import Askers, Outcome, Requests
from sim.booking.timing import settle_asking
from sim.explain.holders import Replay
from sim.model import Model, OpenedReplication, purse_of, run_clock
from sim.programme.process import Programme
from sim.scenario.schema.demand import Responses


@dataclass(frozen=True, slots=True)
class Altered:
    """Changes to a request; None: as it was.

    Attributes
    ----------
    pool
        The only centre asked.
    start, duration
        Slots.
    rooms
        Rooms at once.
    ask
        Time of asking, minutes of the horizon.
    left_out
        A request that is never made.
    turned_up
        Requests whose bookers would have turned up.
    """

    pool: int | None = None
    start: int | None = None
    duration: int | None = None
    rooms: int | None = None
    ask: float | None = None
    left_out: int | None = None
    turned_up: tuple[int, ...] = ()


def is_plain(model: Model) -> bool:
    """Whether who finds a free room gets it: no draws, limits or reserved rooms anywhere."""
    policy = model.world.scenario.policy
    limits = any(s.limits.any_holds for s in model.rooms.book.sets)
    return not (limits or policy.reserve or any(t.batch is not None for t in model.rooms.timings))


def given_to(desk: Desk, i: int) -> tuple[list[int], int] | None:
    """Rooms and start slot that a request has; None if it was refused."""
    return (desk.venues(i), desk.start[i]) if desk.outcome[i] == Outcome.BOOKED else None


def given_if(replay: Replay, i: int, altered: Altered) -> tuple[list[int], int] | None:
    """Rooms and start slot that request i is given when it is decided first; None if refused.

    Where start, length or centre are changed only the change may help: the booker's own
    flexibility is taken away, so what is changed is what is given.
    """
    model, opened = replay.model, replay.opened
    requests, askers = _altered(model, opened, i, altered)
    busy = model.off_platform.diaries(opened.off_platform)
    purse = purse_of(model, opened.bookers, opened.root)
    counter = open_counter(model.rooms, requests, askers, busy, purse)
    note_returns(model.clubs, opened.club_unused, counter)
    programme = Programme(model.programme, opened.root) if model.programme.active else None
    decided = float(askers.first_decision[i])
    run_clock(counter, float(np.nextafter(decided, np.inf)), programme=programme)
    return given_to(counter.desk, i)


def _altered(
    model: Model, opened: OpenedReplication, i: int, altered: Altered
) -> tuple[Requests, Askers]:
    requests, askers = opened.requests, opened.askers
    pools, start, duration = requests.pools.copy(), requests.start.copy(), requests.duration.copy()
    shift, others, rooms = requests.shift.copy(), requests.others.copy(), requests.rooms.copy()
    ask, gives_up = requests.asked_at.copy(), requests.gives_up.copy()
    rules, no_show, screened = askers.rules.copy(), askers.no_show.copy(), askers.screened.copy()
    moved = altered.start is not None or altered.pool is not None or altered.duration is not None
    if moved:
        shift[i] = others[i] = 0
    if altered.pool is not None:
        pools[i, 0] = altered.pool
        rules[i] = model.rooms.rules_of[altered.pool]
    start[i] = start[i] if altered.start is None else altered.start
    duration[i] = duration[i] if altered.duration is None else altered.duration
    rooms[i] = rooms[i] if altered.rooms is None else altered.rooms
    ask[i] = ask[i] if altered.ask is None else altered.ask
    gives_up[i] = np.inf
    no_show[list(altered.turned_up)] = False
    served, batch = askers.first_decision.copy(), askers.batch.copy()
    # as the rules have it now; nobody comes back by chance
    own = slice(i, i + 1)
    times = settle_asking(
        model.rooms.timings, Responses(), rules[own], askers.key[own], ask[own], start[own]
    )
    served[i], batch[i], screened[i] = times.first_decision[0], times.batch[0], times.screened[0]
    if altered.left_out is not None:
        screened[altered.left_out] = Outcome.WINDOW
        batch[altered.left_out] = -1
    return (
        replace(
            requests, pools=pools, start=start, duration=duration, rooms=rooms, shift=shift,
            others=others, asked_at=ask, gives_up=gives_up,
        ),
        replace(
            askers, rules=rules, no_show=no_show, first_decision=served, batch=batch,
            screened=screened,
        ),
    )  # fmt: skip
