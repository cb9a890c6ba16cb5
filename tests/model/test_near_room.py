"""A room next door draws more people than it holds: shares served as arithmetic has them.

For every hour 3 people wish on average, a Poisson number. Nested logit sends each to the room next
door with one probability, so those who want it and those who want the hall are Poisson too, and
each centre serves as many as it has rooms. The figures are those of the page in docs/findings.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import histories, z_score
from scipy import stats

from sim.booking.requests import Outcome
from sim.model import build_model
from sim.scenario.loading import load

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "near-room"
WISHES, HALL_ROOMS = 3.0, 4


def at_most(mean: float, rooms: int) -> float:
    """Mean of a Poisson number, cut to the number of rooms."""
    few = np.arange(rooms)
    below = stats.poisson.pmf(few, mean)
    return float(few @ below + rooms * (1 - below.sum()))


def drawn() -> float:
    """Probability of liking the room next door best: utilities 0 and minutes and rooms."""
    metres = 0.005 * 111_195 * 1.35
    hall = -0.1 * metres / 1.25 / 60 + 0.5 * np.log(HALL_ROOMS)
    return float(1 / (1 + np.exp(hall / 0.6)))


EXPECTED = {
    "one-hall": at_most(WISHES, HALL_ROOMS),
    "near-room": at_most(WISHES * drawn(), 1) + at_most(WISHES * (1 - drawn()), HALL_ROOMS),
    "near-room-offers": at_most(WISHES, HALL_ROOMS + 1),
}


def test_the_room_next_door_draws_more_than_it_holds() -> None:
    """1.9 an hour want one room; with a quarter more rooms over a quarter fewer are served."""
    assert WISHES * drawn() == pytest.approx(1.88, abs=0.01)
    shares = [round(100 * served / WISHES, 1) for served in EXPECTED.values()]
    assert shares == [89.4, 65.4, 95.5]


@pytest.mark.parametrize("name", EXPECTED)
def test_served_an_hour(name: str) -> None:
    """Bookings of an hour against the sum, over all hours of the counting window."""
    model = build_model(load(SCENARIOS / f"{name}.yaml"))
    calendar, slots = model.world.calendar, model.world.slots
    hours = 12 * (calendar.count_until - calendar.count_from)
    served = []
    for history in histories(model, 30):
        day = history.wishes.start[history.asked] // slots
        inside = (day >= calendar.count_from) & (day < calendar.count_until)
        assert not history.wishes.reason.any()
        served.append((history.outcome[inside] == Outcome.BOOKED).sum() / hours)
    assert abs(z_score(served, EXPECTED[name])) < 4
