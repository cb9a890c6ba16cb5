"""Plans and earnings for the tests of points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from builders import Parts, plain

from sim.points.plan import PointsPlan, build_points
from sim.points.record import PointsRecord, Source
from sim.points.settle import EarningEvents
from sim.streams import replication_key
from sim.world.world import build_world

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

DAY = 1440.0
CONSTANT = {"rule": "constant", "value": 10}


def parts(days: int = 60, people: int = 1000, **points: Any) -> Parts:
    """One origin of one segment, one room, and points."""
    made = plain(days).origin("home", people).centre("c").rooms("c", 1)
    return made.set(**{f"points__{key}": value for key, value in points.items()})


def plan_of(made: Parts, folder: Path) -> PointsPlan:
    return build_points(build_world(made.load(folder)))


def shop(**more: Any) -> dict[str, Any]:
    """Points with goods of very different prices, lost after three weeks."""
    return {
        "per_participation": 10, "per_use": 3, "per_volunteering": 20,
        "volunteering_per_1000": {"person": 30}, "volunteers": 0.1, "merchants": 7, "goods": 40,
        "price": {"rule": "lognormal", "mean": 25, "cv": 1}, "goods_seen": 4,
        "trips_per_year": 30, "expire_after_days": 21, **more,
    }  # fmt: skip


def nothing() -> EarningEvents:
    none = np.zeros(0, dtype=np.int64)
    return EarningEvents(none, np.zeros(0), none)


def once(people: int, time: float) -> EarningEvents:
    """Everybody of group 0 takes part once, all at one time."""
    source = np.full(people, Source.PARTICIPATION, dtype=np.int64)
    return EarningEvents(np.arange(people), np.full(people, time), source)


def crowd(plan: PointsPlan, number: int, seed: int = 1) -> EarningEvents:
    """Random earnings of a few hundred people of all groups; some at the same time."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, len(plan.world.people), number)
    time = np.floor(rng.random(number) * plan.end / 30) * 30
    person = (group << 32) + np.floor(rng.random(number) ** 2 * 300).astype(np.int64)
    return EarningEvents(person, time, rng.integers(0, 2, number))


def root(replication: int = 0) -> int:
    return replication_key(1, replication)


def balances_before(record: PointsRecord, time: float) -> I64:
    """Points of each person just before a time: from what happened earlier."""
    e, s, x, p = record.earned, record.spent, record.expired, record.paid
    flows = [(1, e, e.points), (-1, s, s.price), (-1, x, x.points)]
    flows += [] if p is None else [(-1, p, p.points)]
    total = np.zeros(len(record.person), dtype=np.int64)
    for sign, rows, points in flows:
        past = rows.time < time
        np.add.at(total, np.searchsorted(record.person, rows.person[past]), sign * points[past])
    return total


def events(record: PointsRecord) -> list[tuple[float, int, int, int]]:
    """(time, order in ties, person, points with their sign) of everything that happened."""
    e, s, x = record.earned, record.spent, record.expired
    rows = [(t, 0, p, -n) for t, p, n in zip(x.time, x.person, x.points, strict=True)]
    rows += [(t, 1, p, n) for t, p, n in zip(e.time, e.person, e.points, strict=True)]
    rows += [(t, 2, p, -n) for t, p, n in zip(s.time, s.person, s.price, strict=True)]
    return sorted(rows)
