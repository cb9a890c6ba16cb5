"""Requests carried over: Poisson(9) a day for ten slots, the unmet served first on the next day."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import model_of, z_score

from sim.booking.requests import Outcome
from sim.model import History, Model, simulate

from .test_diaries import ten_rooms

LEFT_OVER, DELAY, DELAY_OF_DELAYED = 3.101238, 0.344582, 1.147478
DAYS, LOAD, WARM_UP, CARRIED = 400, 9, 100, 90


def model_for(folder: Path, load: float) -> Model:
    """A day's slots open at its midnight; its requests are made in its small hours."""
    folder.mkdir()
    parts = ten_rooms(DAYS, load).set(
        policy__window={"opens_days_ahead": 0, "at": "00:00"},
        policy__overflow={"next_days": CARRIED},
        demand__lead_days={"rule": "constant", "value": 0.2},
        experiment__warm_up_days=WARM_UP,
    )
    return model_of(parts, folder)


def figures(model: Model, history: History) -> tuple[float, float, float]:
    """Left over at a day's end; days of delay beyond the exact mean, of all and of those delayed.

    Totals, not means: a mean over those delayed in one replication is a ratio, and so biased.
    """
    first, until = model.world.calendar.count_from, model.world.calendar.count_until
    wanted = history.wishes.start[history.asked] // model.world.slots
    given = history.start // model.world.slots
    inside = (wanted >= first) & (wanted < until)
    assert (history.outcome[inside] == Outcome.BOOKED).all()
    days = np.arange(first, until)
    asked = np.bincount(wanted, minlength=until + CARRIED + 1).cumsum()[days]
    served = np.bincount(given, minlength=until + CARRIED + 1).cumsum()[days]
    delay = (given - wanted)[inside]
    beyond = delay.sum() - DELAY * len(delay)
    beyond_delayed = delay.sum() - DELAY_OF_DELAYED * (delay > 0).sum()
    return float((asked - served).mean()), float(beyond), float(beyond_delayed)


def z_scores(folder: Path, number: int, load: float = LOAD) -> np.ndarray:
    model = model_for(folder, load)
    found = np.array([figures(model, simulate(model, 1, i)) for i in range(number)])
    exact = (LEFT_OVER, 0.0, 0.0)
    return np.array([z_score(f, e) for f, e in zip(found.T, exact, strict=True)])


def test_carried_over(tmp_path: Path) -> None:
    """As the Markov chain of what is left over says."""
    assert np.abs(z_scores(tmp_path / "right", 40)).max() <= 4


@pytest.mark.slow
def test_carried_over_precisely(tmp_path: Path) -> None:
    """The same where 2 % more requests would show at 6 standard errors."""
    right = z_scores(tmp_path / "right", 400)
    more = z_scores(tmp_path / "more", 400, LOAD * 1.02)
    assert np.abs(right).max() <= 4
    assert (more - right).min() >= 6
