"""The SimPy clock of the booking desk: requests, cancellations and the programme in order of time.

One process hands requests and cancellations to the counter, and what its agenda holds, and runs
ahead, without yielding, up to the next event of any other process: of the programme, if there is
one.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

from sim.arrays import I64
from sim.booking.counter import Counter, StopReached
from sim.booking.decisions import Timeline
from sim.booking.requests import Outcome
from sim.programme.process import Programme, RoomsWanted


def timeline(counter: Counter) -> Timeline:
    """All that is known in advance: who asks, gives up and would look again, and when.

    At one and the same time who looks again comes first, and the requests have their order, each
    giving up right after asking. Those of a batch do not ask: the agenda has the batch.
    """
    requests, askers = counter.requests, counter.askers
    waits = np.asarray(counter.desk.outcome) == Outcome.WAITING
    asks = np.flatnonzero(waits)
    after = np.flatnonzero(np.isfinite(requests.gives_up[asks]))
    gives_up = asks[after]
    times = np.insert(askers.first_decision[asks], after + 1, requests.gives_up[gives_up])
    codes = np.insert(asks, after + 1, ~gives_up)
    if (askers.batch >= 0).any():
        known = (codes < 0) | (askers.batch[codes] < 0)
        times, codes = times[known], codes[known]
    looks = counter.looks
    times = np.concatenate([looks.times, times])
    codes = np.concatenate([np.arange(len(looks.times)) + len(requests), codes])
    order = np.argsort(times, kind="stable")
    return Timeline(times[order], codes[order], *looks[1:])


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
    line = timeline(counter)
    times = line.times
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
    served = dispatcher(env, counter, line, n, before)
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

    def take_rooms(self, wanted: RoomsWanted) -> tuple[I64, I64]:
        return self.counter.desk.take_rooms(wanted)

    def give_back(self, venue: int, start: int, duration: int) -> None:
        self.counter.desk.give_back(venue, start, duration)
        self.counter.freed(venue, start, duration, self.env.now)


def dispatcher(
    env: simpy.Environment, counter: Counter, line: Timeline, end: int, before: float = math.inf
) -> Generator[simpy.Event, Any, None]:
    """Hand what is due to the counter, ahead of the clock while nothing else is due.

    Parameters
    ----------
    end
        Where the timeline ends.
    before
        Nothing on the agenda is done from then on.
    """
    heap, run_next, times = counter.agenda.heap, counter.agenda.run_next, line.times[:end]
    due, at = env.peek(), 0
    while at < end:
        now = times[at]
        # again after every sleep: what happened then may have put something on the agenda
        while due <= now or (heap and heap[0][0] <= now):
            if heap and heap[0][0] < due:
                run_next()
            else:  # at one and the same moment what else is due goes first
                yield env.timeout(max(0.0, due - env.now))
                due = env.peek()
        until = int(np.searchsorted(times, min(due, heap[0][0] if heap else math.inf)))
        at = counter.serve(line, at, until)
    while (heap and heap[0][0] < before) or due < before:
        if heap and heap[0][0] < due:
            run_next()
        else:
            yield env.timeout(max(0.0, due - env.now))
            due = env.peek()
    if end:
        yield env.timeout(max(0.0, times[-1] - env.now))
