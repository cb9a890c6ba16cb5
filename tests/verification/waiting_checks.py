"""Checks of waiting: seats that people queue for, with patience or without, and a park."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from builders import FIRST

from sim.places.plan import build_places_plan
from sim.places.process import visit_places
from sim.scenario.loading import load
from sim.streams import replication_key
from sim.world.world import build_world

from .checking import Check, Effort, Figure
from .exact.unlimited import first_harmonic, hourly_means, swing
from .exact.waiting import many_servers, one_server
from .textbook import Results, last_day, through_linli
from .towns import scenario_file

__all__ = ["WAITING"]

MMC = many_servers(3, 2.5)
IMPATIENT = many_servers(5, 6.0, patience=0.5)
LIMITED = many_servers(3, 2.7, places=2)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def stay(kind: str, value: str = "mean") -> str:
    return f"dropin.kinds.{kind}.stay_minutes.{value}"


def wait(r: Results, kind: str, unit: float) -> Figure:
    """Minutes waited by all who came, in `unit`, over their number."""
    came = r.metric("arrivals", "place_kind", kind)
    return Figure(r.metric("mean_wait_minutes", "place_kind", kind) * came / unit, came)


def turned_away(r: Results, kind: str, reason: str) -> Figure:
    came = r.metric("arrivals", "place_kind", kind)
    share = r.metric("turned_away_share", "place_kind*reason", f"{kind}*{reason}")
    return Figure(share * came, came)


def queue(r: Results) -> list[Figure]:
    return [wait(r, "seats", 60), r.mean("seats_taken_share", "place_kind", "seats")]


def one_seat(r: Results) -> list[Figure]:
    return [wait(r, kind, 10) for kind in ("fixed", "exponential", "varied")]


def patience(r: Results) -> list[Figure]:
    return [
        turned_away(r, "impatient", "gave up"),
        wait(r, "impatient", 10),
        r.mean("seats_taken_share", "place_kind", "impatient"),
        turned_away(r, "few places", "full"),
        wait(r, "few places", 10),
    ]


def waits_of_those_who_wait(effort: Effort, factor: float, folder: Path) -> list[Figure]:
    """The place of queue.yaml itself: no file of a run has the waits of single people."""
    del folder
    sets = [f"window.until={last_day(FIRST, effort)}"]
    sets += [f"{stay('seats')}={15 * factor!r}"] * (factor != 1)
    plan = build_places_plan(build_world(load(scenario_file("queue"), sets=sets)))
    hours, waiting = [], []
    for replication in range(effort.replications):
        record = visit_places(plan, replication_key(1, replication), keep=True)
        assert record.visits is not None
        visits = record.visits[0]
        wait = (visits.start - visits.arrival)[plan.world.calendar.counts(visits.arrival)]
        hours.append(wait.sum() / 60)
        waiting.append((wait > 0).sum())
    return [Figure(np.array(hours), np.array(waiting, dtype=np.float64))]


def wave() -> complex:
    """What an hour's means make of the wave, for a park whose rate is a table of hours."""
    w = 2 * math.pi / 24
    rates = 10 - 5 * np.diff(np.cos(w * np.arange(25))) / w
    return first_harmonic(hourly_means(rates, 2.0))


def park(r: Results) -> list[Figure]:
    """Sine and cosine coefficient of occupancy.

    Runs tell means of hours. Averaging over an hour shrinks the wave by a known factor (0.997),
    which is taken out again.
    """
    hours = np.array(
        [
            [
                r.metric("seats_taken_share", "place_kind*hour_of_week", f"park*{d}-{h:02d}")
                for h in range(24)
            ]
            for d in DAYS
        ]
    ).mean(axis=0)
    sine, cosine = swing(10, 0.5, 2, held=1)
    whole = (cosine - 1j * sine) / wave()
    found = np.array([first_harmonic(1000 * means) for means in hours.T]) * whole
    return [Figure(-found.imag, r.ones()), Figure(found.real, r.ones())]


SINE, COSINE = swing(10, 0.5, 2, held=1)
WAITING = [
    Check(
        name="queue",
        lines={
            "M/M/3, 10 an hour, mean service 15 minutes: mean wait, hours": MMC.mean_wait / 4,
            "M/M/3: utilisation of seats": MMC.utilisation,
        },
        simulate=through_linli("queue", (stay("seats"),), queue),
        full=Effort(112, 40),
        quick=Effort(16, 30),
    ),
    Check(
        name="queue-component",
        lines={
            "M/M/3: mean wait of those who wait, hours": MMC.mean_wait / MMC.waits / 4,
        },
        simulate=waits_of_those_who_wait,
        full=Effort(112, 40),
        quick=Effort(12, 30),
    ),
    Check(
        name="one-seat",
        lines={
            f"M/G/1 at load .8, cv2 = {cv2} ({kind} stays): mean wait": one_server(0.8, cv2)
            for cv2, kind in ((0, "fixed"), (1, "exponential"), (2, "gamma"))
        },
        simulate=through_linli(
            "one-seat",
            (stay("fixed", "value"), stay("exponential"), stay("varied")),
            one_seat,
        ),
        full=Effort(182, 60),
        quick=Effort(24, 30),
    ),
    Check(
        name="patience",
        lines={
            "M/M/5 at load 6, patience half a service: share that gives up": IMPATIENT.gave_up,
            "M/M/5 with patience: mean wait, in services": IMPATIENT.mean_wait,
            "M/M/5 with patience: utilisation of seats": IMPATIENT.utilisation,
            "M/M/3 at load 2.7, two may wait: share that finds it full": LIMITED.sent_away,
            "M/M/3, two may wait: mean wait, in services": LIMITED.mean_wait,
        },
        simulate=through_linli("patience", (stay("impatient"), stay("few places")), patience),
        full=Effort(56, 40),
        quick=Effort(16, 30),
    ),
    Check(
        name="park",
        lines={
            "Rate that swings over the day, a seat for everybody: sine coefficient": SINE,
            "Rate that swings over the day, a seat for everybody: cosine coefficient": COSINE,
        },
        simulate=through_linli("park", (stay("park"),), park),
        full=Effort(364, 135),
    ),
]
