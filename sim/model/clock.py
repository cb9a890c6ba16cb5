"""The SimPy clock of the booking desk: requests, cancellations and the programme in order of time.

One process hands requests and cancellations to the counter, and what its agenda holds, and runs
ahead, without yielding, up to the next event of any other process: of the programme, if there is
one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import simpy

from sim.arrays import F64, I64
from sim.booking.counter import Counter, StopReached
from sim.booking.requests import Outcome
from sim.programme.process import Programme


def timeline(counter: Counter) -> tuple[F64, I64]:
    """Times and codes of all that is known in advance: i asks, ~i gives up.

    At one and the same time the requests have their order, each giving up right after asking. Those
    of a batch only give up: the agenda has the batch.
    """
    requests = counter.requests
    waits = np.asarray(counter.desk.outcome) == Outcome.WAITING
    asks = np.flatnonzero(waits)
    after = np.flatnonzero(np.isfinite(requests.gives_up[asks]))
    gives_up = asks[after]
    times = np.insert(counter.askers.first_decision[asks], after + 1, requests.gives_up[gives_up])
    codes = np.insert(asks, after + 1, ~gives_up)
    batch = counter.askers.batch
    if (batch >= 0).any():
        known = (codes < 0) | (batch[codes] < 0)
        times, codes = times[known], codes[known]
    order = np.argsort(times, kind="stable")
    return times[order], codes[order]


def run_clock(
    counter: Counter,
    before: float = math.inf,
    request: int | None = None,
    programme: Programme | None = None,
) -> None:
    """Run the SimPy clock over requests, cancellations and the programme.

    Parameters
    ----------
    before
        Stop before this time.
    request
        Stop before this request is decided first (it may share its time with others); before it is
        made, if no decision falls.
    programme
        Sessions of activities that take rooms and give them back, if there are any.
    """
    times, codes = timeline(counter)
    if request is not None:
        before = min(before, _stop_at(counter, request))
    n = int(np.searchsorted(times, before))
    begins = [
        float(times[0]) if n else math.inf,
        counter.agenda.next,
        math.inf if programme is None else programme.first,
    ]
    if min(begins) == math.inf:
        return
    env = simpy.Environment(initial_time=min(*begins, 0.0))
    if programme is not None:
        env.process(programme.process(env, _ProgrammeDiary(env, counter)))
    served = dispatcher(env, counter, times[:n], codes[:n], before)
    env.process(served)
    try:
        while env.peek() < before:  # not `run(until=before)`: that rounds, and may stop too early
            env.step()
        for _ in served:  # those whose time SimPy rounded up beyond the end
            pass
    except StopReached:
        return


def _stop_at(counter: Counter, request: int) -> float:
    """Have the counter stop before a request; time after which it need not go on."""
    if counter.desk.outcome[request] != Outcome.WAITING:
        return float(counter.requests.asked_at[request])
    counter.watch(request)
    return math.nextafter(float(counter.askers.first_decision[request]), math.inf)


@dataclass(frozen=True, slots=True)
class _ProgrammeDiary:
    """A diary for the programme: parts that listen hear of rooms that it gives back."""

    env: simpy.Environment
    counter: Counter

    def take(self, venue: int, start: int, duration: int) -> bool:
        return self.counter.desk.take(venue, start, duration)

    def give_back(self, venue: int, start: int, duration: int) -> None:
        self.counter.desk.give_back(venue, start, duration)
        self.counter.freed(venue, start, duration, self.env.now)


def dispatcher(
    env: simpy.Environment,
    counter: Counter,
    times: F64,
    codes: I64,
    before: float = math.inf,
) -> Generator[simpy.Event, Any, None]:
    """Hand what is due to the counter, ahead of the clock while nothing else is due."""
    serve: Serve = (
        partial(counter.desk.serve, times, codes)
        if counter.is_plain
        else (_one_by_one(counter, times, codes))
    )
    heap, run_next = counter.agenda.heap, counter.agenda.run_next
    due, at = env.peek(), 0
    while at < len(times):
        now = times[at]
        # again after every sleep: what happened then may have put something on the agenda
        while due <= now or (heap and heap[0][0] <= now):
            if heap and heap[0][0] < due:
                run_next()
            else:  # at one and the same moment what else is due goes first
                yield env.timeout(max(0.0, due - env.now))
                due = env.peek()
        until = int(np.searchsorted(times, min(due, heap[0][0] if heap else math.inf)))
        at = serve(at, until)
    while (heap and heap[0][0] < before) or due < before:
        if heap and heap[0][0] < due:
            run_next()
        else:
            yield env.timeout(max(0.0, due - env.now))
            due = env.peek()
    if len(times):
        yield env.timeout(max(0.0, times[-1] - env.now))


Serve = Callable[[int, int], int]
"""(first, until) of the timeline -> up to which of them it served."""


def _one_by_one(counter: Counter, times: F64, codes: I64) -> Serve:
    """Serve where parts of a policy have a say: until one of them puts something on the agenda."""
    ask, give_up, heap = counter.ask, counter.give_up, counter.agenda.heap
    when, which = times.tolist(), codes.tolist()

    def serve(first: int, until: int) -> int:
        for k in range(first, until):
            now, code = when[k], which[k]
            if heap and heap[0][0] <= now:
                return k
            if code >= 0:
                ask(code, now)
            else:
                give_up(~code, now)
        return until

    return serve
