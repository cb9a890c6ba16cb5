"""Look over the desk's shoulder: a log of all that the clock hands to it, in order."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

import simpy
from one_by_one import ask_for_rooms, room_wanted

from sim.arrays import I64
from sim.booking.requests import Outcome
from sim.model import Model, OpenedReplication, open_replication, run_clock
from sim.programme.process import ProgrammeDiary, RoomsWanted

__all__ = ["Seen", "watched"]


class Seen(NamedTuple):
    """Something that happened at the desk.

    `what`: booked, refused, given up (by a booker); take, none, give back (by the programme).
    `who`: the request, -1 for the programme.
    """

    time: float
    what: str
    who: int
    venue: int
    start: int
    duration: int


def watched(
    model: Model, seed: int, replication: int = 0, **until: Any
) -> tuple[OpenedReplication, list[Seen]]:
    """Run a replication's clock (until `before` or `request`) and note what happens when."""
    opened = open_replication(model, seed, replication)
    log: list[Seen] = []
    _watch_bookers(model, opened, log)
    programme = opened.programme
    if programme is not None:
        process = programme.process

        def seen(
            env: simpy.Environment, diary: ProgrammeDiary
        ) -> Generator[simpy.Event, Any, None]:
            return process(env, _Watching(env, model, diary, log))

        programme.process = seen  # type: ignore[method-assign]
    run_clock(opened.counter, programme=programme, **until)
    return opened, log


def _watch_bookers(model: Model, opened: OpenedReplication, log: list[Seen]) -> None:
    counter, requests = opened.counter, opened.requests
    desk, ask, give_up = counter.desk, counter.ask, counter.give_up
    grid = model.world.grid

    def note(time: float, what: str, i: int) -> None:
        log.append(Seen(time, what, i, desk.venue[i], desk.start[i], int(requests.duration[i])))

    def asked(i: int, now: float) -> None:
        ask(i, now)
        note(now, "booked" if desk.outcome[i] == Outcome.BOOKED else "refused", i)

    def gives_up(i: int, now: float) -> None:
        if desk.outcome[i] == Outcome.BOOKED and now <= desk.start[i] * grid:
            note(now, "given up", i)
        give_up(i, now)

    counter.ask, counter.give_up = asked, gives_up  # type: ignore[assignment]


class _Watching:
    """A diary that notes the time of whatever the programme does."""

    def __init__(
        self, env: simpy.Environment, model: Model, diary: ProgrammeDiary, log: list[Seen]
    ) -> None:
        self.env, self.diary, self.log = env, diary, log
        self.slots, self.steps = model.world.slots, model.world.venues.start_slots

    def take_rooms(self, wanted: RoomsWanted) -> tuple[I64, I64]:
        return ask_for_rooms(wanted, self.slots, self.steps, self.take)

    def take(self, venue: int, start: int, duration: int) -> bool:
        got = self.diary.take_rooms(room_wanted(venue, start, duration))[0][0] == venue
        what = "take" if got else "none"
        self.log.append(Seen(self.env.now, what, -1, venue, start, duration))
        return got

    def give_back(self, venue: int, start: int, duration: int) -> None:
        self.diary.give_back(venue, start, duration)
        self.log.append(Seen(self.env.now, "give back", -1, venue, start, duration))
