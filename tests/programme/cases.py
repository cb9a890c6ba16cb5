"""A small town with a programme, a diary that watches, and how to run one replication."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import simpy
from builders import Parts, plain
from one_by_one import ask_for_rooms

from sim.arrays import I64
from sim.programme.plan import ProgrammePlan, build_programme
from sim.programme.process import Programme, RoomsWanted
from sim.programme.sessions import ProgrammeRecord, Sessions
from sim.streams import replication_key
from sim.world.world import World, build_world

ALWAYS = {"weekday": {"0-24": 1}, "weekend": {"0-24": 1}}


def constant(value: float) -> dict[str, Any]:
    return {"rule": "constant", "value": value}


def kind(*rooms: str, **more: Any) -> dict[str, Any]:
    """A kind of activity; without `popularity_cv` and `session_cv` all draw alike."""
    spec = {"venue_kinds": list(rooms) or ["room"], "starts": ALWAYS, "appeal": {"person": 5}}
    return {**spec, "popularity_cv": 0, "session_cv": 0, **more}


def town(days: int, rooms: int = 6, **activities: Any) -> Parts:
    """One origin and one centre of zone Z; `activities` beside one kind, `talk`."""
    parts = plain(days, grid=30).origin("home", 2000).centre("hall").rooms("hall", rooms)
    parts.tables["venues"] = [{**row, "capacity": 30} for row in parts.tables["venues"]]
    spec = {"kinds": {"talk": kind()}, "sign_up": {"at_least": 0}, "level": 1, **activities}
    return parts.set(activities=copy.deepcopy(spec))


def zone(parts: Parts, name: str, rooms: int = 4, people: int = 1000) -> Parts:
    """A zone more, with a community, an origin, a centre and rooms of its own."""
    parts.scenario["zones"][name] = {"operator": "O"}
    parts.tables["communities"].append({"community": f"C{name}", "zone": name})
    where = {"community": f"C{name}", "lon": 120.01, "lat": 30.0}
    parts.origin(f"home {name}", people, **where).centre(f"hall {name}", **where)
    return parts.rooms(f"hall {name}", rooms, capacity=30)


def world_of(parts: Parts, folder: Path) -> World:
    return build_world(parts.load(folder))


def plan_of(parts: Parts, folder: Path) -> ProgrammePlan:
    return build_programme(world_of(parts, folder))


@dataclass
class Ledger:
    """A diary of all venues that refuses nothing but what is taken or closed."""

    world: World
    closed: Callable[[int, int], bool] = lambda venue, slot: False
    held: dict[tuple[int, int], bool] = field(default_factory=dict)
    log: list[tuple[float, str, int, int]] = field(default_factory=list)
    env: simpy.Environment = field(default_factory=simpy.Environment)

    def take_rooms(self, wanted: RoomsWanted) -> tuple[I64, I64]:
        return ask_for_rooms(wanted, self.world.slots, self.world.venues.start_slots, self.take)

    def take(self, venue: int, start: int, duration: int) -> bool:
        wanted = [(venue, s) for s in range(start, start + duration)]
        if any(key in self.held or self.closed(*key) for key in wanted):
            return False
        self.held.update(dict.fromkeys(wanted, True))
        self.log.append((self.env.now, "take", venue, start))
        return True

    def give_back(self, venue: int, start: int, duration: int) -> None:
        for s in range(start, start + duration):
            del self.held[venue, s]  # fails if nobody held it
        self.log.append((self.env.now, "give back", venue, start))


def run(plan: ProgrammePlan, replication: int = 0, ledger: Ledger | None = None) -> ProgrammeRecord:
    """One replication against a diary of its own."""
    ledger = ledger or Ledger(plan.world)
    programme = Programme(plan, replication_key(1, replication))
    ledger.env = simpy.Environment(initial_time=min(programme.first, 0.0))
    ledger.env.process(programme.process(ledger.env, ledger))
    ledger.env.run()
    return programme.record()


def counted(plan: ProgrammePlan, sessions: Sessions) -> np.ndarray:
    """Generated sessions whose day lies in the counting window."""
    day = sessions.planned // plan.world.slots
    calendar = plan.world.calendar
    return (day >= calendar.count_from) & (day < calendar.count_until) & (sessions.series < 0)


def rows(plan: ProgrammePlan, sessions: Sessions) -> dict[int, tuple[Any, ...]]:
    """By key: all that a session is, in names and dates instead of positions."""
    world, s = plan.world, sessions
    kinds = list(world.scenario.activities.kinds)
    return {
        int(s.key[i]): (
            kinds[s.kind[i]],
            world.zones[s.zone[i]],
            world.centres.names[s.centre[i]],
            world.calendar.date(int(s.planned[i]) // world.slots),
            int(s.planned[i]) % world.slots,
            int(s.duration[i]),
            int(s.capacity[i]),
            float(s.popularity[i]),
            bool(s.weekly[i]),
        )
        for i in range(len(s))
    }
