"""A venue's week: every moment has one use, and the hours are those of the history."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import numpy as np
import pytest

from sim.booking.requests import Outcome
from sim.explain.venue_week import busiest_week, venue_week
from sim.model import History, Model, build_model, simulate
from sim.programme.sessions import Status
from sim.report.charts.week import draw_week
from sim.report.context import chart_context
from sim.scenario.loading import load

SCENARIO = Path(__file__).parents[2] / "scenarios" / "cangqian.yaml"
SETS = ("demand.multiplier=8", "window.until=2025-01-14", "activities.sessions=2000")


@pytest.fixture(scope="module")
def run() -> tuple[Model, History]:
    model = build_model(load(SCENARIO, sets=SETS))
    return model, simulate(model, 1, 0)


def test_every_moment_has_exactly_one_use(run: tuple[Model, History]) -> None:
    """Stretches of a day follow each other from 0 to 24 without gap or overlap."""
    model, history = run
    week = venue_week(model, history, 0, 3, dt.date(2025, 1, 8))
    assert week.monday == dt.date(2025, 1, 6)
    for day in range(7):
        stretches = [s for s in week.stretches if s.day == day]
        assert stretches[0].start == 0
        assert stretches[-1].end == 24
        for a, b in itertools.pairwise(stretches):
            assert a.end == b.start


def test_booked_hours_are_those_of_the_history(run: tuple[Model, History]) -> None:
    """Hours by use, recomputed slot by slot from the history."""
    model, history = run
    world = model.world
    venue = int(np.bincount(history.venue[history.outcome == Outcome.BOOKED]).argmax())
    monday = busiest_week(model, history, venue)
    week = venue_week(model, history, 0, venue, monday)
    first = (monday - world.calendar.first).days * world.slots
    hours = {"booked and used": 0.0, "booked, no-show": 0.0}
    for i in np.flatnonzero(history.venue == venue):
        if history.outcome[i] != Outcome.BOOKED or history.cancelled[i]:
            continue
        length = int(history.wishes.duration[history.asked[i]])
        inside = [s for s in range(length) if 0 <= history.start[i] + s - first < 7 * world.slots]
        use = "booked, no-show" if history.no_show[i] else "booked and used"
        hours[use] += len(inside) * world.grid / 60
    assert hours["booked and used"] > 0
    for use, expected in hours.items():
        assert week.hours(use) == pytest.approx(expected)


def test_activities_stand_in_the_week(run: tuple[Model, History]) -> None:
    """Hours of sessions held in the venue, and their stretches, recomputed from the record."""
    model, history = run
    record, world = history.programme, model.world
    assert record is not None
    held = np.flatnonzero((record.status == Status.HELD) & (record.venue >= 0))
    venue = int(np.bincount(record.venue[held]).argmax())
    monday = busiest_week(model, history, venue)
    week = venue_week(model, history, 0, venue, monday)
    first = (monday - world.calendar.first).days * world.slots
    expected = set()
    for i in held[record.venue[held] == venue].tolist():
        start = int(record.sessions.start[i])
        for slot in range(start - first, start - first + int(record.sessions.duration[i])):
            if 0 <= slot < 7 * world.slots:
                assert slot not in expected
                expected.add(slot)
    found = {
        s.day * world.slots + round(at * 60 / world.grid)
        for s in week.stretches
        if s.use == "activity"
        for at in np.arange(s.start, s.end, world.grid / 60).tolist()
    }
    assert found == expected
    assert len(expected) > 3


def test_a_week_outside_the_simulated_days_is_refused(run: tuple[Model, History]) -> None:
    """The message says which days there are."""
    model, history = run
    with pytest.raises(ValueError, match="simulated are"):
        venue_week(model, history, 0, 0, dt.date(2030, 1, 1))


def test_the_picture_has_its_table(run: tuple[Model, History], tmp_path: Path) -> None:
    """PNG, SVG and the CSV behind them."""
    model, history = run
    inputs = load(SCENARIO, sets=SETS)
    week = venue_week(model, history, 0, 0, dt.date(2025, 1, 6))
    paths = draw_week(week, chart_context(inputs, 3), tmp_path)
    assert [p.suffix for p in paths] == [".png", ".svg", ".csv"]
    assert paths[2].read_text(encoding="utf-8-sig").startswith("date,start,end,use,wish")
