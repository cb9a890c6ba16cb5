"""Worlds as drawn, what the planner sees of them, and that the truth stays hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.hidden_worlds import calibrating, contenders
from benchmarks.hidden_worlds.calibrating import stepped
from benchmarks.hidden_worlds.contenders import desk_of
from benchmarks.hidden_worlds.planner_view import Bookings, View, observed, view_of
from benchmarks.hidden_worlds.study import decay_error, plans_of
from benchmarks.hidden_worlds.worlds import World, draw_world
from benchmarks.hidden_worlds.writing import scenario_of
from sim.booking.requests import Outcome
from sim.demand.plan import expected_wishes
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.model import Model, build_model, simulate
from sim.siting.planning.today import week_bands


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(Local(1)) as engine:
        yield engine


def model_of(world: World, folder: Path, weeks: int = 3) -> Model:
    return build_model(scenario_of(folder, world.town, world.truth, weeks=weeks))


def other_truth(world: World) -> World:
    """The same town and belief, another truth and another load."""
    truth = replace(
        world.truth,
        per_minute=-0.3,
        bend=1.7,
        rates=tuple(tuple(3 * r for r in row[::-1]) for row in world.truth.rates),
        factors=tuple(1 / f for f in world.truth.factors),
        off_platform=0.05,
    )
    return replace(world, truth=truth, load=9.0)


def test_nothing_of_the_truth_reaches_the_planner(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same history another truth changes the plan of nobody but (f)'s demand."""
    monkeypatch.setattr(calibrating, "ROUNDS", 2)
    monkeypatch.setattr(contenders, "LOOP", contenders.Looking(2, 2, 4, 4))
    world = draw_world(2, "hidden")
    other = other_truth(world)
    bookings = observed(model_of(world, tmp_path / "seen"), 1, 3)
    found = []
    for number, one in enumerate((world, other)):
        desk = desk_of(view_of(one, bookings), tmp_path / f"{number}", engine, 5)
        demands = desk.demands()
        plans, loop = plans_of(desk, model_of(one, tmp_path / f"true {number}"))
        found.append((demands, plans, loop))
    (demands, plans, loop), (others, other_plans, other_loop) = found
    assert set(plans) == {"a", "a+", "b", "c", "d", "e", "f"}
    assert demands.keys() == others.keys() == {"a", "a+", "b", "c", "d"}
    for label, demand in demands.items():
        np.testing.assert_array_equal(demand.wishes, others[label].wishes)
    assert loop == other_loop
    assert {k: v for k, v in plans.items() if k != "f"} == {
        k: v for k, v in other_plans.items() if k != "f"
    }


def test_a_view_holds_no_truth() -> None:
    world = draw_world(0, "hidden")
    none = np.zeros(0, dtype=np.int64)
    bookings = Bookings(none, none, none, none, 8)
    assert view_of(world, bookings) == view_of(other_truth(world), bookings)
    assert {f.name for f in fields(View)} == {"town", "belief", "bookings", "weeks"}
    assert {f.name for f in fields(Bookings)} == {"origin", "kind", "hour", "centre", "weeks"}


def test_bookings_are_those_of_the_history(tmp_path: Path) -> None:
    """Neither wishes that were not asked nor refused ones leave a trace."""
    model = model_of(draw_world(4, "hidden"), tmp_path)
    seen, history = observed(model, 7, 3), simulate(model, 7, 0)
    counted = model.world.calendar.counts(history.wishes.wished_at[history.asked])
    booked = counted & (history.outcome == Outcome.BOOKED)
    assert 0 < booked.sum() < counted.sum() < len(history.wishes)
    assert len(seen.origin) == booked.sum()
    kind = model.plan.cells.kind[history.wishes.cell[history.asked[booked]]]
    np.testing.assert_array_equal(np.bincount(seen.kind), np.bincount(kind))
    by_band = seen.by_band(week_bands(), len(model.world.origins.names), 3)
    assert by_band.sum() == pytest.approx(booked.sum() / 3)
    weekend = np.isin(seen.hour // 24, (5, 6))
    assert by_band[:, :, 2:].sum() == pytest.approx(weekend.sum() / 3)


@pytest.mark.parametrize("number", [0, 4, 8])
def test_worlds_have_their_load(number: int, tmp_path: Path) -> None:
    """Wished hours over open hours of today's rooms, as the simulation expects them."""
    world = draw_world(number, "hidden")
    model = model_of(world, tmp_path)
    hours = np.array([1.25, 1.5, 1.5])[model.plan.cells.kind]
    wished = float(expected_wishes(model.plan) @ hours) / 3
    assert wished / (len(model.world.venues) * 13 * 7) == pytest.approx(world.load, rel=0.02)
    assert world == draw_world(number, "hidden")
    assert len(world.town.compounds) <= 15
    assert len(world.town.candidates) <= 20
    assert decay_error(world.truth, world.belief) > 0


def test_placebos_hide_nothing() -> None:
    """The belief is the truth, wishes are in proportion to the census."""
    world = draw_world(1, "placebo")
    assert world.belief == world.truth
    assert set(world.truth.factors) == {1.0}
    assert len({rate for row in world.truth.rates for rate in row}) == 1
    assert decay_error(world.truth, world.belief) == 0.0


def test_calibration_steps_by_hand() -> None:
    """Twice the bookings of one kind: twice its rates; of one compound: its factor, shrunk."""
    belief = draw_world(2, "hidden").belief
    told = np.full((len(belief.factors), 3, 3, 4), 5.0)
    seen = told.sum(axis=1)
    same = stepped(belief, seen, told, 8)
    np.testing.assert_allclose(np.array(same.rates), np.array(belief.rates))
    np.testing.assert_allclose(same.factors, 1.0)
    kind = seen.copy()
    kind[:, 1] *= 2
    found = stepped(belief, kind, told, 8)
    ratio = np.array(found.rates) / np.array(belief.rates)
    np.testing.assert_allclose(ratio, np.array([[1.0, 2.0, 1.0]] * 3), rtol=2e-3)
    np.testing.assert_allclose(found.factors, 1.0, rtol=2e-3)
    compound = seen.copy()
    compound[0] *= 3
    factors = np.array(stepped(belief, compound, told, 8).factors)
    assert 2.2 < factors[0] / factors[1] < 3.0
    evening = seen.copy()
    evening[..., [1, 3]] *= 1.5
    assert np.array(stepped(belief, evening, told, 8).tilts)[:, 2] == pytest.approx(1.5, rel=1e-2)
