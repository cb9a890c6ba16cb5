"""Metrics of a slot diary, to the digit; its exact distribution is in tests/verification."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from builders import Parts, histories, model_of, plain

from sim.measure.meter import build_meter, measure


def one_room(days: int, load: float = 8) -> Parts:
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


def metric(values: np.ndarray, meter_rows: list, name: str) -> float:
    """One metric over all, from the measured values."""
    starts = np.cumsum([0, *(len(r.levels) for r in meter_rows)])
    at = next(
        s for s, r in zip(starts, meter_rows, strict=False) if (r.metric, r.group) == (name, "all")
    )
    return float(values[0, at] / values[1, at])


def test_metrics_count_what_the_diary_holds(tmp_path: Path) -> None:
    """Utilisation is booked hours over the hours open, to the digit."""
    model = model_of(one_room(40), tmp_path)
    meter = build_meter(model)
    history = histories(model, 1)[0]
    values = measure(meter, history)
    first, end = model.world.calendar.count_from * 24, model.world.calendar.count_until * 24
    at = history.start[history.venue >= 0]
    inside = int(((at >= first) & (at < end)).sum())
    assert metric(values, meter.rows, "utilisation_booked") == inside / (40 * 10)
