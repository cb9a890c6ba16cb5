"""Calibration: a fit meets its target."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import plain, tiny, z_score
from scipy import integrate, stats

from sim.booking.requests import Outcome
from sim.model import Model, build_model, simulate
from sim.scenario.inputs import Inputs
from sim.scenario.levels import read_levels
from sim.scenario.loading import load
from sim.scenario.read.files import shipped_folder
from sim.stats.intervals import t_interval
from sim.studies.calibrate import fit_levels
from sim.studies.totals import Turnout, build_counting, control_means, measure_totals


def bookings(model: Model, seed: int, replications: int) -> np.ndarray:
    """Bookings made in the counting window, by replication."""
    calendar = model.world.calendar
    counts = []
    for i in range(replications):
        history = simulate(model, seed, i)
        day = history.wishes.wished_at[history.asked] / 1440
        inside = (day >= calendar.count_from) & (day < calendar.count_until)
        counts.append(float((inside & (history.outcome == Outcome.BOOKED)).sum()))
    return np.array(counts)


def fitted(folder: Path, target: int) -> Inputs:
    parts = tiny()
    del parts.scenario["demand"]["level"]
    parts.set(demand__fit="tiny", window={"from": "2026-03-02", "until": "2026-05-03"})
    parts.set(calibration={"bookings": target, "tolerance": 0.01, "half_width": 0.008})
    return parts.load(folder, need_level=False)


@pytest.mark.parametrize("target", [pytest.param(500, marks=pytest.mark.slow), 1200])
def test_a_fit_meets_its_target(target: int, tmp_path: Path) -> None:
    """Below and above level 1: bookings at the fitted level, seen under another seed."""
    inputs = fitted(tmp_path, target)
    fit = fit_levels(inputs)
    assert fit.reached
    assert fit.bookings.mean == pytest.approx(target, rel=0.002)  # well inside the tolerance
    assert fit.bookings.half_width <= 0.008 * target
    seen = t_interval(bookings(build_model(inputs, level=fit.level), 99, 40))
    assert abs(seen.mean / target - 1) <= 0.02


def test_a_fit_needs_a_target(tmp_path: Path) -> None:
    """Without `calibration` there is nothing to fit."""
    with pytest.raises(ValueError, match="calibration"):
        fit_levels(tiny().load(tmp_path))


def neighbourhood(folder: Path, **activities: object) -> Inputs:
    """The tiny world with a programme and points, to be fitted to three totals."""
    parts = tiny()
    del parts.scenario["demand"]["level"]
    parts.set(demand__fit="tiny", window={"from": "2026-03-02", "until": "2026-05-03"})
    flat = {"weekday": {"8-20": 1}, "weekend": {"8-20": 1}}
    segments = list(parts.scenario["segments"])
    venue_kinds = list(parts.scenario["kinds"])
    kind = {"venue_kinds": venue_kinds, "starts": flat, "appeal": dict.fromkeys(segments, 5)}
    kind |= {"capacity": {"rule": "constant", "value": 12}}
    parts.set(
        activities={"sessions": 120, "kinds": {"class": kind}, "participants": 1, **activities},
        points={
            "per_participation": 10, "per_use": 5, "merchants": 3, "goods": 30,
            "price": {"rule": "constant", "value": 20}, "trips_per_year": 20,
        },
        calibration={
            "bookings": 600, "participations": 500, "redemptions": 60,
            "tolerance": 0.03, "half_width": 0.03,
        },
    )  # fmt: skip
    return parts.load(folder, need_level=False)


def test_three_levels_are_fitted_at_once(tmp_path: Path) -> None:
    """Every total is met, seen under another seed by plain means."""
    inputs = neighbourhood(tmp_path)
    fit = fit_levels(inputs, jobs=1)
    assert fit.reached
    assert [p.name for p in fit.parts] == ["bookings", "participations", "redemptions"]
    levels = [p.level for p in fit.parts]
    model = build_model(inputs).at_level(*levels)
    counting = build_counting(model)
    seen = [measure_totals(counting, simulate(model, 99, i)).totals for i in range(40)]
    for part, column in zip(fit.parts, np.array(seen).T, strict=True):
        assert part.total.mean == pytest.approx(part.target, rel=0.02)
        error = column.std(ddof=1) / np.sqrt(len(column)) + part.total.half_width / 2
        assert abs(column.mean() - part.target) < 4 * error + 0.02 * part.target


@pytest.mark.slow
def test_a_level_given_by_hand_is_left_alone(tmp_path: Path) -> None:
    """Then its total is no target."""
    fit = fit_levels(neighbourhood(tmp_path, level=1.5), jobs=1)
    assert [p.name for p in fit.parts] == ["bookings", "redemptions"]


def test_participations_out_of_reach_are_said_to_be(tmp_path: Path) -> None:
    """Rooms and capacities bound what can come: a level cannot grow for ever."""
    inputs = neighbourhood(tmp_path)
    assert inputs.scenario.calibration is not None
    beyond = inputs.scenario.calibration.model_copy(update={"participations": 100_000})
    changed = inputs.scenario.model_copy(update={"calibration": beyond})
    said: list[str] = []
    fit = fit_levels(replace(inputs, scenario=changed), said.append, jobs=1)
    assert not fit.reached
    assert any("participations hardly answer" in words for words in said)


@pytest.mark.parametrize("replications", [50, pytest.param(200, marks=pytest.mark.slow)])
def test_luck_has_mean_zero(replications: int, tmp_path: Path) -> None:
    """Control variates are worth something only if their means are exact."""
    inputs = neighbourhood(tmp_path)
    model = build_model(inputs).at_level(1.0, 1.0, 1.0)
    counting = build_counting(model)
    seen = [measure_totals(counting, simulate(model, 5, i)).controls for i in range(replications)]
    controls = np.array(seen)
    for column, exact in zip(controls.T, control_means(model, 1.0), strict=True):
        if np.ptp(column) > 1e-9:
            assert abs(z_score(column, exact)) < 4


@pytest.mark.slow
def test_the_default_scenario_meets_its_totals() -> None:
    """Cangqian at its levels, other seed, plain means: each total within 4 standard errors.

    The error is that of these replications and of the fit.
    """
    inputs = load(shipped_folder() / "cangqian.yaml")
    assert inputs.levels_path is not None
    entry = read_levels(inputs.levels_path)["cangqian"]
    model = build_model(inputs)
    counting = build_counting(model)
    seen = [
        measure_totals(counting, simulate(model, 20251101, i, dropin=False)) for i in range(160)
    ]
    totals = np.array([s.totals for s in seen])
    for column, goal in zip(totals.T, (7121, 39122, 26700), strict=True):
        one = t_interval(column)
        error = one.half_width / 1.96 + entry.half_width * goal / 1.96
        assert abs(one.mean - goal) < 4 * error
        assert one.half_width / goal <= 0.007


FLAT = {"weekday": {"8-20": 1}, "weekend": {"8-20": 1}}


def turnout(folder: Path, **kind: object) -> Turnout:
    parts = plain(7)
    parts.origin("home").centre("here").rooms("here", 1)
    own = {"venue_kinds": ["room"], "starts": FLAT, "appeal": {"person": 1}, **kind}
    parts.set(activities={"kinds": {"dance": own}, "sign_up": {"at_least": 4}})
    return Turnout(parts.load(folder).scenario)


def by_sum(mean: float, capacity: int, least: float) -> float:
    """E[min(N, capacity); N >= least], term by term."""
    n = np.arange(0, 400)
    came = np.where(np.minimum(n, capacity) >= least, np.minimum(n, capacity), 0)
    return float((stats.poisson.pmf(n, mean) * came).sum())


@pytest.mark.parametrize("mean", [0.0, 0.5, 3.0, 12.0, 80.0])
@pytest.mark.parametrize("capacity", [1, 10, 30])
def test_turnout_given_popularity(mean: float, capacity: int, tmp_path: Path) -> None:
    """Few cancel, many are turned away; those in between come."""
    found = turnout(tmp_path).given(np.array([mean]), np.zeros(1, int), np.array([capacity]))
    assert found[0] == pytest.approx(by_sum(mean, capacity, 4), abs=1e-9)


@pytest.mark.parametrize(("cv", "session_cv"), [(0.5, 0.0), (0.0, 0.3), (1.0, 0.0)])
@pytest.mark.parametrize("mean", [2.0, 9.0, 25.0])
def test_turnout_over_popularities(
    mean: float, cv: float, session_cv: float, tmp_path: Path
) -> None:
    """The average over a gamma, as scipy integrates it: to a thousandth of the places."""
    one = turnout(tmp_path, popularity_cv=cv, session_cv=session_cv)
    shape = max(cv, session_cv) ** -2

    def at(g: float) -> float:
        return by_sum(mean * g, 15, 4) * stats.gamma.pdf(g, shape, scale=1 / shape)

    exact = integrate.quad(at, 0, 12, limit=200)[0]
    found = one.on_average(np.array([mean]), np.zeros(1, int), np.array([15]))
    assert found[0] == pytest.approx(exact, abs=0.015)


def test_company_takes_places(tmp_path: Path) -> None:
    """With one companion each, half as many sign-ups fill a session and two reach four people."""
    company = {"rule": "constant", "value": 1}
    found = turnout(tmp_path, company=company).given(
        np.array([6.0]), np.zeros(1, int), np.array([20])
    )
    assert found[0] == pytest.approx(2 * by_sum(6.0, 10, 2), abs=1e-9)
