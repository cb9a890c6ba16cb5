"""Bookings under a rate that swings over the day: rooms in use follow, later and flatter."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from builders import Parts, histories, model_of, plain, z_score
from verification.exact.unlimited import swing

from sim.booking.requests import Outcome
from sim.model import History, Model

MEAN = 120
"""Minutes of a mean stay, on a grid of one minute."""
SINE, COSINE = swing(10, 0.5, 2, held=1)
"""Of occupancy under hourly means of 10 (1 + .5 sin(2 pi t / 24)) and stays of two hours."""


def unlimited(days: int, per_hour: float, rule: dict, rooms: int = 60) -> Parts:
    parts = plain(days, grid=1, warm_up=3, opens=3).origin("home").centre("hall")
    parts.rooms("hall", rooms).set(kinds__room__duration_minutes=rule)
    return parts.set(demand__wishes_per_1000={"person": {"room": 168 * per_hour}})


def occupancy(model: Model, history: History) -> np.ndarray:
    """Rooms booked in each slot of the counting window."""
    asked_in_time = history.wishes.wished_at < model.world.calendar.count_until * 1440
    assert not history.wishes.reason[asked_in_time].any()
    booked = history.outcome == Outcome.BOOKED
    assert booked.all()
    n = model.world.n_days * model.world.slots
    end = history.start + history.wishes.duration[history.asked]
    change = np.bincount(history.start, minlength=n + 1) - np.bincount(end, minlength=n + 1)
    first, last = model.world.calendar.count_from, model.world.calendar.count_until
    return np.cumsum(change)[first * 1440 : last * 1440]


def exponential(mean: float) -> dict:
    return {"rule": "exponential", "mean": mean}


def swinging_z(folder: Path, days: int, mean: float) -> np.ndarray:
    """Of the sine and the cosine coefficient of occupancy over the day."""
    omega = 2 * math.pi / 24
    hourly = {
        f"{h}-{h + 1}": 1 + 0.5 * (math.cos(omega * h) - math.cos(omega * (h + 1))) / omega
        for h in range(24)
    }
    parts = unlimited(days, 10, exponential(mean), rooms=110)
    parts.set(demand__curves={"flat": {"weekday": hourly, "weekend": hourly}})
    model = model_of(parts, folder)
    # a start is brought down to its minute, and so is the end: half a minute early each, and the
    # middle of a slot lies half a minute after its start
    t = (np.arange(days * 1440) + 1.0) / 60
    waves = np.stack([np.sin(omega * t), np.cos(omega * t)])
    figures = [2 * (waves * occupancy(model, h)).mean(axis=1) for h in histories(model, 30)]
    return np.array(
        [z_score(f, e) for f, e in zip(np.transpose(figures), (SINE, COSINE), strict=True)]
    )


def test_a_rate_that_swings(tmp_path: Path) -> None:
    """Occupancy follows hourly rates with the amplitude and the lag that theory says."""
    assert np.abs(swinging_z(tmp_path, 10, MEAN)).max() <= 4


@pytest.mark.slow
def test_a_rate_that_swings_precisely(tmp_path: Path) -> None:
    """The same, where stays 2 % longer would show at 6 standard errors."""
    right = swinging_z(tmp_path / "right", 600, MEAN)
    long = swinging_z(tmp_path / "long", 600, MEAN * 1.02)
    assert np.abs(right).max() <= 4
    assert np.abs(long - right).max() >= 6
