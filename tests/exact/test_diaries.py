"""Slot diaries: Poisson(8) requests for a day of ten slots, each content with any of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import Parts, histories, model_of, plain, z_score

from sim.analysis.measure import build_meter, measure
from sim.model import Model

UNMET, UTILISATION, FULL = 0.053233, 0.757414, 0.283376
LOAD, SLOTS = 8, 10


def one_room(days: int, load: float = LOAD) -> Parts:
    """One room open ten hours; whoever is refused takes any other hour of the day."""
    parts = plain(days, grid=60, warm_up=3, opens=3).origin("home")
    parts.tables["hours"].append(
        {"hours": "ten", "days": "Mon-Sun", "open": "8:00", "close": "18:00"}
    )
    parts.centre("hall").rooms("hall", 1, hours="ten")
    parts.set(demand__wishes_per_1000={"person": {"room": 7 * load}})
    parts.set(demand__curves={"flat": {"weekday": {"8-18": 1}, "weekend": {"8-18": 1}}})
    parts.set(demand__lead_days={"rule": "constant", "value": 1})
    shift = {"shift_minutes": {"rule": "constant", "value": 600}}
    return parts.set(demand__flexibility=shift)


def ten_rooms(days: int, load: float = LOAD) -> Parts:
    """Ten rooms open for one hour."""
    parts = plain(days, grid=60, warm_up=3, opens=3).origin("home")
    parts.tables["hours"].append(
        {"hours": "one", "days": "Mon-Sun", "open": "9:00", "close": "10:00"}
    )
    parts.centre("hall").rooms("hall", 10, hours="one")
    parts.set(demand__wishes_per_1000={"person": {"room": 7 * load}})
    return parts.set(demand__curves={"flat": {"weekday": {"9-10": 1}, "weekend": {"9-10": 1}}})


def metric(model: Model, values: np.ndarray, meter_rows: list, name: str) -> float:
    """One metric over all, from the measured values."""
    del model
    starts = np.cumsum([0, *(len(r.levels) for r in meter_rows)])
    at = next(
        s for s, r in zip(starts, meter_rows, strict=False) if (r.metric, r.group) == (name, "all")
    )
    return float(values[0, at] / values[1, at])


def z_scores(parts: Parts, folder: Path) -> np.ndarray:
    """Of unmet, utilisation, P(full)."""
    model = model_of(parts, folder)
    meter = build_meter(model)
    figures = []
    for history in histories(model, 30):
        values = measure(meter, history)
        calendar = model.world.calendar
        day = history.start[history.venue >= 0] // model.world.slots
        booked = np.bincount(day, minlength=model.world.n_days)
        full = booked[calendar.count_from : calendar.count_until] == SLOTS
        figures.append(
            (
                metric(model, values, meter.rows, "refused_share"),
                metric(model, values, meter.rows, "utilisation_booked"),
                full.mean(),
            )
        )
    exact = (UNMET, UTILISATION, FULL)
    return np.array([z_score(f, e) for f, e in zip(np.transpose(figures), exact, strict=True)])


@pytest.mark.parametrize("world", [one_room, ten_rooms])
def test_slot_diary(world: type[Parts], tmp_path: Path) -> None:
    """A day's slots fill as the Poisson distribution says."""
    assert np.abs(z_scores(world(200), tmp_path)).max() <= 4


@pytest.mark.slow
@pytest.mark.parametrize("world", [one_room, ten_rooms])
def test_slot_diary_precisely(world: type[Parts], tmp_path: Path) -> None:
    """The same where 2 % more requests would show at 6 standard errors."""
    right = z_scores(world(1090), tmp_path / "right")
    more = z_scores(world(1090, LOAD * 1.02), tmp_path / "more")
    assert np.abs(right).max() <= 4
    assert (more - right).min() >= 6


def test_metrics_count_what_the_diary_holds(tmp_path: Path) -> None:
    """Utilisation is booked hours over the hours open, to the digit."""
    model = model_of(one_room(40), tmp_path)
    meter = build_meter(model)
    history = histories(model, 1)[0]
    values = measure(meter, history)
    first, end = model.world.calendar.count_from * 24, model.world.calendar.count_until * 24
    at = history.start[history.venue >= 0]
    inside = int(((at >= first) & (at < end)).sum())
    assert metric(model, values, meter.rows, "utilisation_booked") == inside / (40 * 10)
