"""The SimPy clock of the booking desk: requests, cancellations and the programme in order of time.

One process hands requests and cancellations to the desk and runs ahead, without yielding, up to the
next event of any other process: of the programme, if there is one.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from sim.booking.policy import Counter
from sim.booking.requests import Outcome, Requests
from sim.programme.process import Programme

__all__ = ["dispatcher", "run_clock", "timeline"]


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
        Stop before this request is served (it may share its time with others).
    programme
        Sessions of activities that take rooms and give them back, if there are any.
    """
    times, codes = timeline(counter, requests)
    n = bisect_left(times, before)
    if request is not None:
        asked = float(requests.ask[request])
        n = min(n, codes.index(request) if request in codes else bisect_left(times, asked))
        before = min(before, math.nextafter(asked, math.inf))
    begins = [times[0] if n else math.inf, math.inf if programme is None else programme.first]
    if min(begins) == math.inf:
        return
    env = simpy.Environment(initial_time=min(*begins, 0.0))
    if programme is not None:
        env.process(programme.process(env, counter.desk))
    served = dispatcher(env, counter, times[:n], codes[:n], grid)
    if n:
        env.process(served)
    while env.peek() < before:  # not `run(until=before)`: that rounds, and may stop too early
        env.step()
    for _ in served:  # those whose time SimPy rounded up beyond the end
        pass


def dispatcher(
    env: simpy.Environment, counter: Counter, times: list[float], codes: list[int], grid: int
) -> Generator[simpy.Event, Any, None]:
    """Hand requests and cancellations to the desk, ahead of the clock while nothing else is due."""
    ask, release, outcome = counter.ask, counter.desk.release, counter.desk.outcome
    start = counter.desk.start
    booked = int(Outcome.BOOKED)
    due = env.peek()
    for now, code in zip(times, codes, strict=True):
        while now >= due:  # again where something else is due at this very moment: it goes first
            yield env.timeout(now - env.now)
            due = env.peek()
        if code >= 0:
            ask(code, now)
        elif outcome[~code] == booked and now <= start[~code] * grid:
            release(~code)
    if times:
        yield env.timeout(max(0.0, times[-1] - env.now))
