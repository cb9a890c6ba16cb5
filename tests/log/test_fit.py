"""A scenario fitted to a log: what the model made is found again, and written as a scenario."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import Parts, model_of, plain

from log.logs import window_log, write_log
from sim.cli.app import app
from sim.cli.exits import UsageProblem, guarded
from sim.cli.verbs.calibrate import calibrate
from sim.log.features import build_frame, build_reader
from sim.log.fit import _measure, expected_by_day, fit_to_log
from sim.log.rates import asking_rates, rooms_of, usual_hours
from sim.log.shapes import _choice, _no_shows, _ratio, _weighed, moved
from sim.model import simulate
from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems
from sim.scenario.schema.distributions import Choice

EVENING = {"8-17": 6, "17-20": 9}
LEADS = {"rule": "histogram", "edges": [0, 1, 3, 7], "weights": [1, 2, 3]}


def town(**curve: object) -> Parts:
    """Two centres of two kinds; people ask up to a week ahead."""
    parts = plain(56, warm_up=8, opens=8)
    parts.set(demand__lead_days=LEADS, demand__cancellation__share=0.1)
    parts.set(demand__curves__flat={"weekday": EVENING, "weekend": EVENING, **curve})
    parts.scenario["kinds"]["court"] = {"duration_minutes": {"rule": "constant", "value": 60}}
    parts.set(demand__wishes_per_1000={"person": {"room": 60, "court": 60}})
    parts.origin("home")
    for name in ("A", "B"):
        parts.centre(name)
        parts.rooms(name, 2, hours="day")
        parts.rooms(name, 2, f"{name} court", kind="court", hours="day")
    day = {"hours": "day", "days": "Mon-holiday", "open": "8:00", "close": "20:00"}
    parts.tables["hours"].append(day)
    return parts


def test_level_and_curve_are_found_where_evenings_sell_out(tmp_path: Path) -> None:
    """From a flat start at half the demand; bookings alone are too few."""
    log = window_log(model_of(town().set(demand__multiplier=3), tmp_path / "truth"), 5)
    start = town(weekday={"8-20": 1}, weekend={"8-20": 1})
    fit = fit_to_log(start.load(tmp_path / "start"), log, replications=2)
    level = fit.parts.iloc[0]
    assert fit.reached
    assert level["low"] < 3 < level["high"]
    assert level["plain"] < 2.85
    hours = fit.parts[fit.parts["part"] == "hour"].set_index("name")
    evening = [f"weekday {h}" for h in (17, 18, 19)]
    assert hours.loc[evening, "value"].sum() == pytest.approx(0.6, abs=0.05)
    assert hours.loc[evening, "plain"].sum() < hours.loc[evening, "value"].sum()
    lead = fit.scenario.demand.lead_days
    within = np.interp(3.0, lead.edges, np.append(0, np.cumsum(lead.weights)))  # type: ignore[union-attr]
    assert within == pytest.approx(0.5, abs=0.05)


def test_without_times_of_booking_often_full_hours_have_no_level(tmp_path: Path) -> None:
    """A bound from below, and nothing above it."""
    model = model_of(town().set(demand__multiplier=12), tmp_path)
    log = window_log(model, 5)
    frame = build_frame(model.world)
    hours = usual_hours(log, frame)
    untimed = replace(log, made=np.full(len(log), np.datetime64("NaT", "m")))
    blind = asking_rates(untimed, frame, hours, 10).cells
    weekdays = int((~frame.weekend).sum())
    assert (blind.loc[blind["day"] == "weekday", "bookings"] * weekdays > 9.5).all()  # 10 people
    often = blind[blind["days_full"] > 0.8]
    assert len(often) > 0
    assert often["requests"].isna().all()
    assert (often["at_least"] == often["bookings"]).all()
    timed = asking_rates(log, frame, hours, 10).cells
    assert timed["requests"].notna().all()


def test_wishes_that_a_model_expects_are_those_it_makes(tmp_path: Path) -> None:
    """By kind and day: replications are corrected by their own luck."""
    parts = town(weekend_day=0.5).set(demand__multiplier=20, kinds__court__season={1: 0.5})
    reader = build_reader(model_of(parts, tmp_path))
    expected = expected_by_day(reader)
    made = _measure(reader, simulate(reader.model, 5, 0)).wished
    for axis in (0, 1):
        gap = made.sum(axis=axis) - expected.sum(axis=axis)
        assert (np.abs(gap) < 4 * np.sqrt(expected.sum(axis=axis))).all()
    assert expected[1].sum() > 1.2 * expected[0].sum()


def test_intervals_hold_what_is_unsure_of_the_lead_time_clock(tmp_path: Path) -> None:
    """Where nearly all hours sell out, few bookings tell when people ask."""
    model = model_of(town().set(demand__multiplier=20), tmp_path)
    log = window_log(model, 5)
    frame = build_frame(model.world)
    found = asking_rates(log, frame, usual_hours(log, frame), 20)
    total = found.draws.sum(axis=(1, 2, 3))
    sure = total.std() / total.mean()
    assert found.leads < 0.2 * len(log)
    assert sure > 0.5 / np.sqrt(found.leads)


def test_rooms_need_the_hours_of_a_usual_use(tmp_path: Path) -> None:
    """Two hours cannot start in the last hour before closing."""
    frame = build_frame(model_of(town(), tmp_path).world)
    free = rooms_of(frame, np.array([1, 2])).free.reshape(len(frame.venues), -1, 24)
    assert free[frame.kind == 0][:, :, 19].all()
    assert not free[frame.kind == 1][:, :, 19].any()
    assert free[:, :, 18].all()


def test_hours_in_which_the_rooms_of_a_kind_are_shut_keep_their_weight(tmp_path: Path) -> None:
    """Courts fall in hour 8; rooms are shut then, and are not raised against the courts."""
    model = model_of(town(), tmp_path)
    log, frame = window_log(model, 5), build_frame(model.world)
    made = asking_rates(log, frame, usual_hours(log, frame))
    room, court = (frame.kinds.index(kind) for kind in ("room", "court"))
    made.rate[room, :, 8] = 0.0
    target = made.rate.copy()
    target[court, :, 8] /= 4
    days = np.array([5 / 7, 2 / 7])
    kinds = moved(town().load(tmp_path).scenario, made, target, made, days, frame).kinds
    hours = kinds["room"].hours
    assert hours["8-9"] / hours["12-13"] == pytest.approx(1.0, abs=0.1)


def test_ratios_and_no_shows() -> None:
    """Shares against shares; a line over days of lead where it rises, else a mean."""
    assert _ratio(np.array([1.0, 3, 0]), np.array([4.0, 4, 0])).tolist() == [0.5, 1.5, 1]
    rng = np.random.default_rng(1)
    lead = rng.uniform(0, 10, 20_000)
    base, slope = _no_shows(lead, rng.random(20_000) < 0.1 + 0.02 * lead)
    assert abs(base - 0.1) < 0.02
    assert abs(slope - 0.02) < 0.004
    assert _no_shows(lead, rng.random(20_000) < 0.5 - 0.02 * lead)[1] == 0


def test_uses_that_are_refused_more_often_get_more_weight() -> None:
    """Lengths by the ratio of their shares; rare parties count as a neighbour, and are kept."""
    logged = np.repeat([60.0, 120.0], [60, 40])
    made = np.repeat([60.0, 120.0], [75, 25])
    choice = _weighed(_choice(logged), logged, made)
    assert choice.weights == pytest.approx([0.6 * 0.8 / 1.12, 0.4 * 1.6 / 1.12], abs=1e-4)
    few = Choice(rule="choice", values=[60.0, 120.0, 600.0], weights=[0.5, 0.4, 0.1])
    assert _weighed(few, logged, made).weights == pytest.approx(
        [0.4 / 1.14, 0.64 / 1.14, 0.1 / 1.14], abs=1e-4
    )
    parties = np.concatenate([np.repeat(2.0, 50), np.arange(20.0, 45.0)])
    read = _choice(parties)
    mean = np.average(read.values, weights=read.weights)
    assert mean == pytest.approx(parties.mean(), rel=0.02)
    assert set(read.values) <= set(parties)


def test_command_writes_a_scenario_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`NAME-fitted.yaml` loads, extends the scenario, and holds what was fitted."""
    monkeypatch.chdir(tmp_path)
    path = town().write(tmp_path)
    truth = model_of(town().set(demand__multiplier=2), tmp_path / "truth")
    write_log(window_log(truth, 5), tmp_path / "bookings.csv")
    words = ["calibrate", str(path), "--set", "calibration.bookings=1", "--json"]
    words += ["--set", "calibration.log=bookings.csv"]
    monkeypatch.setattr("sys.argv", ["linli", *words])
    status = guarded(app)
    out, err = capsys.readouterr()
    assert status == 0, err
    (answer,) = json.loads(out)["fits"]
    fitted = load(tmp_path / "test-fitted.yaml")
    assert fitted.level == pytest.approx(answer["level"], rel=1e-5)
    assert fitted.scenario.demand.cancellation.share == pytest.approx(0.1, abs=0.03)
    assert set(fitted.scenario.kinds["room"].season) == set(range(1, 13))
    limits = pd.read_csv(tmp_path / "test-fitted" / "limits.csv", encoding="utf-8-sig")
    assert {"like_venue", "day", "hour", "days_full", "at_least", "low", "high"} <= set(limits)


def test_log_that_a_scenario_names(tmp_path: Path) -> None:
    """Its path is relative to the file that names it; children have it too; it may not climb."""
    folder = tmp_path / "folder"
    folder.mkdir()
    town().set(calibration={"bookings": 1, "log": "bookings.csv"}).write(folder)
    child = tmp_path / "child.yaml"
    child.write_text("extends: folder/test.yaml\nname: child\n")
    assert load(child).log_path == folder / "bookings.csv"
    with pytest.raises(UsageProblem, match="no such log of bookings"):
        calibrate([child], quiet=True)
    with pytest.raises(ScenarioProblems, match=r"calibration\.log: /bookings\.csv: absolute"):
        load(child, sets=["calibration.log=/bookings.csv"])
    assert load(child, sets=["calibration.log=null"]).log_path is None


def test_stretches_of_hours_replace_those_they_cover(tmp_path: Path) -> None:
    """A child's hours take the place of its parent's; half covered is still an overlap."""
    town().write(tmp_path)
    child = tmp_path / "child.yaml"
    line = "extends: test.yaml\nname: child\ndemand: {{curves: {{flat: {{weekday: {0}}}}}}}\n"
    child.write_text(line.format('{"17-18": 1, "18-20": 5}'))
    weekday = load(child).scenario.demand.curves["flat"].weekday
    assert weekday == {"8-17": 6, "17-18": 1, "18-20": 5}
    child.write_text(line.format('{"18-20": 5}'))
    with pytest.raises(ScenarioProblems, match="overlap"):
        load(child)
