"""One replication of a whole town: its history, every visit, and all metrics as measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isnan, nan
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from builders import model_of
from whole_town.town import town

from sim.measure.meter import build_meter, measure
from sim.model import History, Model, close_replication, open_replication, run_clock
from sim.model.build import place_stretches
from sim.model.whereabouts import find_everybody
from sim.places.process import visit_places
from sim.places.record import Visits

__all__ = ["OPERATOR", "Town", "compare", "played", "share"]

OPERATOR = {"Z": "O", "Y": "P"}
REPLICATION = 4
"""One in which sessions and bookings run over both edges of the counting window."""


@dataclass(frozen=True)
class Town:
    """A replication and its metrics.

    Attributes
    ----------
    values
        (metric, group) -> level -> value, NaN where undefined.
    first, until
        The counting window in minutes.
    """

    model: Model
    history: History
    visits: tuple[Visits, ...]
    values: dict[tuple[str, str], dict[str, float]]
    first: int
    until: int

    def inside(self, minute: float) -> bool:
        return self.first <= minute < self.until

    def hour_of_week(self, minute: float) -> str:
        """`Mon-00` ... `Sun-23`; the horizon begins on the weekday of its first date."""
        day = (self.model.world.calendar.first.weekday() + int(minute // 1440)) % 7
        name = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day]
        return f"{name}-{int(minute % 1440 // 60):02d}"


@cache
def played() -> Town:
    with TemporaryDirectory() as folder:
        model = model_of(town(), Path(folder))
    opened = open_replication(model, 1, REPLICATION)
    run_clock(opened.counter, programme=opened.programme)
    history = close_replication(model, opened)
    turns_up = np.flatnonzero((history.venue >= 0) & ~history.cancelled & ~history.no_show)
    found = find_everybody(
        model.plan, history.bookers, history.wishes, history.asked, turns_up, history.start,
        history.length, history.programme,
    )  # fmt: skip
    stretches = place_stretches(model, opened.counter.desk.busy)
    kept = visit_places(model.places, opened.root, stretches, found.elsewhere, keep=True)
    assert kept.visits is not None
    calendar = model.world.calendar
    return Town(
        model=model,
        history=history,
        visits=kept.visits,
        values=_values(model, history),
        first=calendar.count_from * 1440,
        until=calendar.count_until * 1440,
    )


def _values(model: Model, history: History) -> dict[tuple[str, str], dict[str, float]]:
    meter = build_meter(model)
    top, bottom = measure(meter, history)
    found: dict[tuple[str, str], dict[str, float]] = {}
    at = 0
    for row in meter.rows:
        levels = found.setdefault((row.metric, row.group), {})
        for level in row.levels:
            assert level not in levels
            levels[level] = float(top[at] / bottom[at]) if bottom[at] > 0 else nan
            at += 1
    assert at == len(top)
    return found


def share(top: float, bottom: float) -> float:
    return top / bottom if bottom else nan


def compare(metric: str, group: str, by_hand: Mapping[str, float]) -> None:
    """All levels of a metric: as worked out, and 0 or undefined where nothing was."""
    seen = played().values[metric, group]
    assert set(by_hand) <= set(seen)
    for level, value in seen.items():
        if level in by_hand:
            assert value == pytest.approx(by_hand[level], nan_ok=True), (metric, group, level)
        else:
            assert value == 0 or isnan(value), (metric, group, level)
