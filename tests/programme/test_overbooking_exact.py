"""20 sign up for 18 places and each comes with 0.9: how many are turned away, exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import Parts, histories, model_of, z_score
from scipy.stats import binom

from programme.cases import constant, kind, town
from sim.analysis.measure import build_meter, measure
from sim.programme.process import Fate

BOOKED, PLACES, COMES = 20, 18, 0.9


def exact() -> tuple[float, float]:
    """P(more come than there are places), and people turned away per session on average."""
    beyond = np.arange(1, BOOKED - PLACES + 1)
    mean = beyond @ binom.pmf(PLACES + beyond, BOOKED, COMES)
    return float(binom.sf(PLACES, BOOKED, COMES)), float(mean)


def sessions(number: int, comes: float) -> Parts:
    """Sessions that 50 people wish to join on average: fewer than 20 in none of a million."""
    spec = kind(capacity=constant(PLACES), appeal={"person": 25}, duration_minutes=constant(30))
    parts = town(28, rooms=1, sessions=number, kinds={"talk": spec}, participants=1)
    parts.set(
        policy__overbooking={"share": 0.12},
        activities__rooms={"rule": "elsewhere"},
        activities__sign_up={"at_least": 0, "no_show": 1 - comes},
        demand__wishes_per_1000={"person": {"room": 0}},
        people={"one_place_at_a_time": False},
    )
    return parts


def figures(number: int, comes: float, folder: Path) -> np.ndarray:
    """(2, 30) both figures of every replication, as the metrics say them."""
    model = model_of(sessions(number, comes), folder)
    meter = build_meter(model)
    found = []
    for history in histories(model, 30):
        record = history.programme
        assert record is not None
        admitted = np.bincount(record.session[record.fate == Fate.ADMITTED])
        assert set(admitted.tolist()) == {BOOKED}
        top, bottom = measure(meter, history)
        of, at = {}, 0
        for row in meter.rows:
            if row.group == "all":
                of[row.metric] = top[at] / bottom[at] if bottom[at] else np.nan
            at += len(row.levels)
        away = of["session_turned_away"] / of["activities_held"]
        found.append((of["session_overfull_share"], away))
    return np.transpose(found)


def z_scores(values: np.ndarray, factor: float = 1.0) -> np.ndarray:
    """Against the exact figures, or a multiple of them."""
    return np.array([z_score(v, e * factor) for v, e in zip(values, exact(), strict=True)])


def test_the_figures_by_hand() -> None:
    """P(19) + P(20) and P(19) + 2 P(20), of 20 with 0.9 each."""
    one, two = 20 * 0.9**19 * 0.1, 0.9**20
    assert exact() == pytest.approx((one + two, one + 2 * two), rel=1e-12)
    assert [round(x, 6) for x in exact()] == [0.391747, 0.513324]


def test_turned_away_as_the_binomial_says(tmp_path: Path) -> None:
    assert np.abs(z_scores(figures(600, COMES, tmp_path))).max() < 4


@pytest.mark.parametrize("wrong", [1.02, 0.98])
def test_two_per_cent_in_the_show_up_rate_are_seen(wrong: float, tmp_path: Path) -> None:
    """The check above has the power it needs."""
    assert np.abs(z_scores(figures(600, COMES * wrong, tmp_path))).min() > 6


@pytest.mark.slow
def test_turned_away_precisely(tmp_path: Path) -> None:
    """The same where 2 % more or fewer turned away would show at 6 standard errors."""
    values = figures(9000, COMES, tmp_path)
    assert np.abs(z_scores(values)).max() < 4
    assert (z_scores(values, 0.98) - z_scores(values)).min() > 6
