"""The simulated week of a run: what its own wishes and diaries say, hour by hour."""

import datetime as dt

import numpy as np
import pytest
from builders import model_of, tiny

from sim.explain.simulated_week import simulated_week
from sim.measure.wish_table import wish_table
from sim.model import simulate


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("week")
    model = model_of(tiny().set(demand__multiplier=30, off_platform__share=0.3), folder)
    return model, simulate(model, 1, 0)


def test_requests_and_refusals_are_those_of_the_wishes(simulated):
    model, history = simulated
    week, wishes = simulated_week(model, history), wish_table(model, history)
    first = dt.datetime.fromisoformat(week["date"].min())
    inside = wishes[
        (wishes["preferred_start"] >= first)
        & (wishes["preferred_start"] < first + dt.timedelta(days=7))
        & (wishes["outcome"] != "not asked")
    ]
    refused = inside[inside["outcome"] == "refused"]
    assert first.weekday() == 0
    assert week["requests"].sum() == len(inside) > 100
    assert week["refused"].sum() == len(refused) > 10
    by = [refused["origin"].astype(str), refused["preferred_start"].dt.hour]
    for (origin, hour), n in refused.groupby(by).size().items():
        rows = week[(week["name"] == origin) & (week["hour"] == hour)]
        assert rows["refused"].sum() == n


def test_held_hours_are_those_of_the_bookings(simulated):
    """Slot by slot, without the arrays under test; no venue is held for longer than it is open."""
    model, history = simulated
    week = simulated_week(model, history)
    centres = week[week["place"] == "centre"]
    first = dt.datetime.fromisoformat(week["date"].min())
    wishes = wish_table(model, history)
    held = wishes[wishes["outcome"].isin(["used", "no-show"]) & wishes["start"].notna()]
    hours = 0.0
    for start, end in zip(held["start"], held["end"], strict=True):
        low, high = max(start, first), min(end, first + dt.timedelta(days=7))
        hours += max(0.0, (high - low).total_seconds() / 3600)
    assert centres["used"].sum() == pytest.approx(hours)
    assert hours > 10
    assert centres["off_platform"].sum() > 10
    taken = centres["used"] + centres["off_platform"]
    assert (taken <= centres["open"] + 1e-9).all()
    assert np.isclose(centres["open"] * 60 % model.world.grid, 0).all()


def test_a_window_of_less_than_a_week_has_none(tmp_path):
    model = model_of(tiny().set(window={"from": "2026-01-07", "until": "2026-01-11"}), tmp_path)
    assert simulated_week(model, simulate(model, 1, 0)).empty
