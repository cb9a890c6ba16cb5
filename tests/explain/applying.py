"""A suggestion applied from what is printed of it, and the replication simulated again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np

from sim.booking.policy import open_counter
from sim.booking.requests import Outcome
from sim.explain.advice import Remedy
from sim.model import Model, OpenedReplication, purse_of, run_clock
from sim.programme.process import Programme

__all__ = ["applied"]


def minute(model: Model, time: dt.datetime) -> float:
    zero = dt.datetime.combine(model.world.calendar.first, dt.time())
    return (time - zero) / dt.timedelta(minutes=1)


def applied(
    model: Model, opened: OpenedReplication, i: int, change: Remedy, *, stiff: bool = False
) -> int:
    """First decision on request i in a replication in which the change has been made.

    Where start, length or centre change, only the change may help; with `stiff` the booker's own
    flexibility does not help where the time of asking changes either.
    """
    requests, askers, grid = opened.requests, opened.askers, model.world.grid
    new = {
        f: getattr(requests, f).copy()
        for f in ("start", "duration", "rooms", "pools", "asked_at", "shift")
    }
    new["others"], new["gives_up"] = requests.others.copy(), requests.gives_up.copy()
    who = {f: getattr(askers, f).copy() for f in ("rules", "first_decision", "batch", "screened")}
    who["no_show"] = askers.no_show.copy()
    key = [f"{int(k):016x}" for k in opened.wishes.key[opened.asked]]
    new["gives_up"][i] = np.inf
    if stiff:
        new["shift"][i] = new["others"][i] = 0
    if change.booking is not None and change.what == "turned up":
        who["no_show"][key.index(change.booking)] = False
    elif change.booking is not None:
        who["screened"][key.index(change.booking)] = Outcome.WINDOW
        who["batch"][key.index(change.booking)] = -1
    elif change.asked_at is not None:
        new["asked_at"][i] = minute(model, change.asked_at)
    elif change.asked_before is not None:
        new["asked_at"][i] = minute(model, change.asked_before) - 1e-3
    else:
        new["shift"][i] = new["others"][i] = 0
        new["start"][i] = minute(model, change.start) // grid
        new["duration"][i] = change.minutes // grid
        venues = [model.world.venues.names.index(v) for v in change.venue.split(" and ")]
        venue, new["rooms"][i] = venues[0], len(venues)
        if change.what == "another centre":
            origin, kind = int(askers.origin[i]), int(requests.kind[i])
            near = model.world.reach.pool[kind][origin].tolist()
            pool = next(p for p in model.rooms.pools_of[venue] if p in near)
            new["pools"][i, 0], who["rules"][i] = pool, model.rooms.rules_of[pool]
        else:
            assert venue in model.rooms.rooms[requests.pools[i, 0]]
    decide_by_hand(model, i, new, who)
    counter = open_counter(
        model.rooms,
        dataclasses.replace(requests, **new),
        dataclasses.replace(askers, **who),
        model.off_platform.diaries(opened.off_platform),
        purse_of(model, opened.bookers, opened.root),
    )
    after = float(np.nextafter(who["first_decision"][i], np.inf))
    run_clock(counter, after, programme=Programme(model.programme, opened.root))
    return counter.desk.outcome[i]


def decide_by_hand(model: Model, i: int, new: dict[str, Any], who: dict[str, Any]) -> None:
    """When the request is decided under its rules, from the times of its period."""
    timing = model.rooms.timings[who["rules"][i]]
    ask, start = float(new["asked_at"][i]), new["start"][[i]]
    assert ask >= timing.opens(start)[0] - 1e-6, "asked before the slot opens"
    who["screened"][i], who["first_decision"][i], who["batch"][i] = 0, ask, -1
    if timing.is_batch(start)[0] and ask <= timing.decided(start)[0]:
        who["first_decision"][i] = timing.decided(start)[0]
        first = int(timing.period(start)[0][0])
        others = np.flatnonzero(
            (who["first_decision"] == who["first_decision"][i]) & (who["batch"] >= 0)
        )
        same = [
            j for j in others.tolist()
            if j != i and who["rules"][j] == who["rules"][i]
            and int(timing.period(new["start"][[j]])[0][0]) == first
        ]  # fmt: skip
        who["batch"][i] = who["batch"][same[0]] if same else 1 << 50
    elif timing.is_batch(start)[0]:
        assert ask >= timing.leftovers(start)[0] - 1e-6, "asked between draw and leftovers"
