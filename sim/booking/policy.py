"""A policy composed of the parts that its sets of rules have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import numpy as np

from sim.arrays import I64, Bools
from sim.booking.catalogue import Build, parts_of
from sim.booking.counter import Counter, Hooks, hooks_of
from sim.booking.desk import Desk
from sim.booking.layout import BookableRooms, lay_out
from sim.booking.requests import Askers, Purse, Requests
from sim.booking.timing import AskingTimes, first_bounds
from sim.scenario.schema.policy import Policy


class BatchSelection(Protocol):
    """A selection that decides requests together."""

    def draw(self, entrants: I64, now: float) -> None:
        """Decide these requests, given in order of their keys, with `Counter.ask`."""
        ...


def open_counter(
    rooms: BookableRooms,
    requests: Requests,
    askers: Askers,
    busy: Bools,
    purse: Purse | None = None,
) -> Counter:
    """Compose the policy of a replication.

    Parameters
    ----------
    requests, askers
        In order of `askers.first_decision`.
    busy
        (V, T) slots that are closed or used off-platform; changed in place.
    purse
        Points of the bookers, where a selection asks for them.
    """
    asked = AskingTimes(requests.asked_at, askers.first_decision, askers.batch, askers.screened)
    earliest, latest = first_bounds(rooms.timings, askers.rules, asked, requests.start)
    tables = lay_out(rooms, requests, askers, busy, earliest, latest)
    desk = Desk(rooms, requests, tables)
    for i in np.flatnonzero(askers.screened).tolist():
        desk.outcome[i] = int(askers.screened[i])
    counter = Counter(desk, requests, askers, rooms.grid, purse)
    built = _Built(rooms, counter)
    hooks = [built.hooks(rules) for rules in rooms.book.sets]
    if any(h != Hooks() for h in hooks):
        counter.install(hooks)
    _note_draws(counter, [built.draw(rules) for rules in rooms.book.sets])
    return counter


class _Built:
    """Parts built so far: equal specifications share one."""

    def __init__(self, rooms: BookableRooms, counter: Counter) -> None:
        self._rooms, self._counter = rooms, counter
        self._parts: list[tuple[str, object, object]] = []

    def hooks(self, rules: Policy) -> Hooks:
        """Calls of all parts of a set of rules, the selection's last."""
        found = parts_of(rules, self._rooms)
        return hooks_of([self._part(name, spec, one.build) for name, (one, spec) in found.items()])

    def draw(self, rules: Policy) -> BatchSelection | None:
        """The selection of a set of rules, if it decides in batches."""
        name = rules.selection.rule
        one, spec = parts_of(rules, self._rooms).get(name, (None, None))
        return None if one is None else cast("BatchSelection", self._part(name, spec, one.build))

    def _part(self, name: str, spec: object, build: Build) -> object:
        for other, its_spec, part in self._parts:
            if other == name and its_spec == spec:
                return part
        part = build(spec, self._rooms, self._counter)
        self._parts.append((name, spec, part))
        return part


def _note_draws(counter: Counter, draws: Sequence[BatchSelection | None]) -> None:
    """Put every batch on the agenda, at the time at which it is decided."""
    askers = counter.askers
    waiting = np.flatnonzero(askers.batch >= 0)
    if not len(waiting):
        return
    order = waiting[np.lexsort((askers.key[waiting], askers.batch[waiting]))]
    _, begins = np.unique(askers.batch[order], return_index=True)
    batches = np.split(order, begins[1:])

    def decide(number: int, now: float) -> None:
        entrants = batches[number]
        draw = draws[int(askers.rules[entrants[0]])]
        assert draw is not None
        draw.draw(entrants, now)

    times = [float(askers.first_decision[entrants[0]]) for entrants in batches]
    for number in np.argsort(times, kind="stable").tolist():
        counter.agenda.note(times[number], decide, number)
