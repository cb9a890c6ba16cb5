"""A policy composed of parts, registered by the name the YAML uses.

A part may implement any of
- `screen(requests) -> codes`: refusals that follow from the request alone, in one go;
- `admit(request, time) -> code`: refusals that depend on what happened so far (limits, suspension).
The selection decides what happens to a request that is admitted. New parts register here and touch
neither the desk nor the model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from sim.booking.desk import Desk, open_desk
from sim.booking.layout import Rooms
from sim.booking.requests import Requests
from sim.booking.window import BookingWindow
from sim.scenario.schema.policy import FirstCome as FirstComeSpec
from sim.scenario.schema.policy import Policy

__all__ = ["SELECTIONS", "Counter", "Part", "Selection", "open_counter"]

Ask = Callable[[int, float], object]


class Part(Protocol):
    """A rule that may refuse a request before a room is sought."""

    def admit(self, request: int, now: float) -> int:
        """0, or the `Outcome` of the refusal."""
        ...


class Selection(Protocol):
    """What happens to an admitted request."""

    def handler(self, desk: Desk) -> Ask:
        """Called at the time of asking."""
        ...


class FirstCome:
    """Selection `first_come`: who asks first is served first."""

    def __init__(self, spec: FirstComeSpec) -> None:
        del spec

    def handler(self, desk: Desk) -> Ask:
        """Place at once."""
        return desk.place


SELECTIONS: dict[str, Callable[..., Selection]] = {"first_come": FirstCome}


class Counter:
    """The desk behind a policy: what the model calls at each request and cancellation."""

    def __init__(self, desk: Desk, ask: Ask) -> None:
        self.desk = desk
        self.ask = ask


def open_counter(
    policy: Policy,
    rooms: Rooms,
    requests: Requests,
    busy: list[int],
    grid: int,
    parts: Sequence[Part] = (),
) -> Counter:
    """Compose the policy of a replication."""
    window = BookingWindow(rooms.windows, rooms.window_of, grid)
    earliest, latest = window.starts(requests)
    desk = open_desk(rooms, requests, busy, earliest, latest)
    refused = window.screen(requests)
    for i in np.flatnonzero(refused).tolist():
        desk.outcome[i] = int(refused[i])
    selection = SELECTIONS[policy.selection.rule](policy.selection)
    return Counter(desk, _admitted(desk, [p.admit for p in parts], selection.handler(desk)))


def _admitted(desk: Desk, admits: list[Callable[[int, float], int]], serve: Ask) -> Ask:
    """Ask the parts in order before the selection; without parts the selection alone."""
    if not admits:
        return serve
    outcome = desk.outcome

    def ask(i: int, now: float) -> None:
        for admit in admits:
            code = admit(i, now)
            if code:
                outcome[i] = code
                return
        serve(i, now)

    return ask
