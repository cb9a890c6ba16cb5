"""Loss systems: Erlang B for any duration distribution, pooling, overflow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, histories, model_of, plain, z_score

from sim.booking.requests import Outcome
from sim.model import History, Model

MEAN = 480
"""Minutes of a mean stay, on a grid of one minute."""
WARM_UP = 8
ERLANG = {(5, 4): 0.199067, (10, 5): 0.018385, (10, 8): 0.121661, (30, 25): 0.052603}
DAYS = {(5, 4): 1090, (10, 5): 1090, (10, 8): 650, (30, 25): 200}
EXPONENTIAL = {"rule": "exponential", "mean": MEAN}
CONSTANT = {"rule": "constant", "value": MEAN}


def longer(duration: dict[str, Any]) -> dict[str, Any]:
    """The same distribution, 2 % longer."""
    return {k: v * 1.02 if isinstance(v, int) else v for k, v in duration.items()}


def loss_parts(days: int, duration: dict[str, Any]) -> Parts:
    """No venues yet; 1,000 people ask for one erlang."""
    parts = plain(days, grid=1, warm_up=WARM_UP, opens=WARM_UP)
    parts.set(kinds__room__duration_minutes=duration)
    return parts.set(demand__wishes_per_1000={"person": {"room": 7 * 1440 / MEAN}})


def group(parts: Parts, name: str, units: int, erlang: int) -> None:
    """People with a centre of their own."""
    parts.origin(name, 1000 * erlang)
    parts.centre(name, "compound", compound=name).rooms(name, units, access="compound")


def counted(model: Model, history: History) -> np.ndarray:
    """Requests whose asking lies in the counting window."""
    calendar = model.world.calendar
    ask = history.wishes.ask[history.asked] / 1440
    return (ask >= calendar.count_from) & (ask < calendar.count_until)


def everyone_asks(model: Model, history: History) -> bool:
    """Whether all ask; near the end of the horizon long stays find it closed."""
    early = history.wishes.ask < model.world.calendar.count_until * 1440
    return not history.wishes.reason[early].any()


def losses(model: Model, replications: int = 30) -> np.ndarray:
    """(replications, origins) share of requests refused."""
    rows = []
    for history in histories(model, replications):
        inside = counted(model, history)
        assert everyone_asks(model, history)
        origin = model.plan.cells.origin[history.wishes.cell[history.asked]][inside]
        refused = history.outcome[inside] != Outcome.BOOKED
        n = len(model.world.origins.names)
        rows.append(np.bincount(origin, refused, n) / np.bincount(origin, minlength=n))
    return np.array(rows)


def erlang_z(
    folder: Path, case: tuple[int, int], days: int, duration: dict[str, Any], copies: int = 1
) -> float:
    parts = loss_parts(days, duration)
    for copy in range(copies):
        group(parts, f"copy {copy}", *case)
    return z_score(losses(model_of(parts, folder)).mean(axis=1), ERLANG[case])


def test_erlang_b(tmp_path: Path) -> None:
    """Five units at four erlang lose what Erlang B says."""
    assert abs(erlang_z(tmp_path, (5, 4), 120, EXPONENTIAL)) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("case", list(ERLANG))
def test_erlang_b_precisely(case: tuple[int, int], tmp_path: Path) -> None:
    """Erlang B at |z| <= 4 where durations 2 % longer would show at 6 standard errors."""
    right = erlang_z(tmp_path / "right", case, DAYS[case], EXPONENTIAL)
    long = erlang_z(tmp_path / "long", case, DAYS[case], longer(EXPONENTIAL))
    assert abs(right) <= 4
    assert long - right >= 6


@pytest.mark.slow
def test_loss_does_not_depend_on_the_distribution(tmp_path: Path) -> None:
    """Durations that are all alike lose as much as exponential ones."""
    right = erlang_z(tmp_path / "right", (10, 8), 650, CONSTANT)
    long = erlang_z(tmp_path / "long", (10, 8), 650, longer(CONSTANT))
    assert abs(right) <= 4
    assert long - right >= 6


def pooling_z(folder: Path, days: int, duration: dict[str, Any]) -> tuple[float, float]:
    parts = loss_parts(days, duration)
    for name, units, erlang in (("pooled", 10, 8), ("half", 5, 4), ("other half", 5, 4)):
        group(parts, name, units, erlang)
    loss = losses(model_of(parts, folder))
    return z_score(loss[:, 0], 0.121661), z_score(loss[:, 1:].mean(axis=1), 0.199067)


def test_pooling(tmp_path: Path) -> None:
    """Ten units together lose less than two groups of five, by as much as theory says."""
    assert np.abs(pooling_z(tmp_path, 60, EXPONENTIAL)).max() <= 4


@pytest.mark.slow
def test_pooling_precisely(tmp_path: Path) -> None:
    """Pooling, where durations 2 % longer would show."""
    right = pooling_z(tmp_path / "right", 900, EXPONENTIAL)
    long = pooling_z(tmp_path / "long", 900, longer(EXPONENTIAL))
    assert np.abs(right).max() <= 4
    assert np.subtract(long, right).min() >= 6


def overflow_z(folder: Path, days: int, duration: dict[str, Any]) -> tuple[float, float]:
    """Total loss, and requests that overflow per mean duration."""
    parts = loss_parts(days, duration).origin("home", 5000)
    parts.centre("first", "subdistrict").rooms("first", 5)
    parts.centre("second", "compound", compound="home").rooms("second", 3)
    parts.set(choice__tiers={"subdistrict": 100, "compound": 0})
    parts.set(demand__flexibility={"other_centres": {"rule": "constant", "value": 1}})
    model = model_of(parts, folder)
    lost, overflow = [], []
    for history in histories(model, 30):
        inside = counted(model, history)
        refused = history.outcome[inside] != Outcome.BOOKED
        second = ~refused & (model.world.venues.centre[history.venue[inside]] == 1)
        lost.append(refused.mean())
        overflow.append((refused | second).sum() / (days * 1440 / MEAN))
    return z_score(lost, 0.070048), z_score(overflow, 1.424339)


def test_overflow(tmp_path: Path) -> None:
    """Who finds the first five units busy tries three more."""
    assert np.abs(overflow_z(tmp_path, 60, EXPONENTIAL)).max() <= 4


@pytest.mark.slow
def test_overflow_precisely(tmp_path: Path) -> None:
    """Overflow, where durations 2 % longer would show."""
    right = overflow_z(tmp_path / "right", 1090, EXPONENTIAL)
    long = overflow_z(tmp_path / "long", 1090, longer(EXPONENTIAL))
    assert np.abs(right).max() <= 4
    assert np.subtract(long, right).min() >= 6
