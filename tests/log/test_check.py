"""A scenario held against a log: what is right is called right, what is wrong is named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import model_of, tiny
from cli.commands import Done

from log.logs import log_of, window_log, write_log
from sim.cli.app import app
from sim.cli.exits import guarded
from sim.log.check import compare
from sim.log.features import booked_hours, build_frame, features_of, simulated_log
from sim.log.records import CANCELLED, full_days, hidden
from sim.measure.meter import build_meter, measure
from sim.measure.summary import summarise
from sim.model import simulate
from sim.report.charts.check.results import CheckResults
from sim.report.charts.check.verdicts import verdicts
from sim.report.charts.check.week import week


def features(values: list[list[float]]) -> tuple[pd.DataFrame, np.ndarray]:
    """Two aspects of two levels: the first row is the log's."""
    frame = pd.DataFrame({"aspect": ["duration", "duration", "lead time", "lead time"]})
    frame["level"], frame["people"] = ["a", "b", "c", "d"], 100.0
    frame["value"] = values[0]
    return frame, np.array(values[1:])


def test_wrong_aspects_come_first_and_name_the_worst_level() -> None:
    """Noise alone is right; a shift of ten standard deviations is wrong by about three."""
    rng = np.random.default_rng(1)
    simulated = (0.5 + 0.01 * rng.standard_normal((20, 4))).tolist()
    observed, sims = features([[0.5, 0.51, 0.5, 0.6], *simulated])
    found = compare(None, observed, sims)  # type: ignore[arg-type]
    assert found.verdicts["aspect"].tolist() == ["lead time", "duration"]
    assert found.verdicts["right"].tolist() == ["no", "yes"]
    assert found.verdicts["words"].iloc[0].startswith("d: 60.0% logged, ")
    assert found.rows["level"].iloc[0] == "d"


def test_a_right_model_is_called_wrong_as_often_as_it_says() -> None:
    """With 9 replications one aspect in ten: the log is just another replication."""
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(40):
        draws = (10 + rng.standard_normal((10, 4))).tolist()
        found = compare(None, *features(draws))  # type: ignore[arg-type]
        wrong += int((found.verdicts["right"] == "no").sum())
    assert abs(wrong - 8) < 3.3 * np.sqrt(80 * 0.1 * 0.9)


def test_small_cells_are_hidden_with_a_second_one() -> None:
    """Nobody can be had from the total."""
    assert hidden(np.array([9.0, 20, 30])).tolist() == [True, True, False]
    assert hidden(np.array([9.0, 8, 30])).tolist() == [True, True, False]
    assert hidden(np.array([0.0, 10, 30])).tolist() == [False, False, False]


def test_what_is_hidden_is_not_named() -> None:
    """The worst level of few people is in neither table nor words."""
    rng = np.random.default_rng(1)
    simulated = (0.5 + 0.01 * rng.standard_normal((20, 4))).tolist()
    observed, sims = features([[0.5, 0.5, 0.5, 0.9], *simulated])
    observed["people"] = [100.0, 100, 100, 9]
    found = compare(None, observed, sims)  # type: ignore[arg-type]
    assert found.rows.set_index("level")["observed"].isna()[["c", "d"]].all()
    assert found.verdicts["right"].iloc[0] == "no"
    assert "d:" not in found.verdicts["words"].iloc[0]


def test_features_agree_with_the_metrics_of_a_run(tmp_path: Path) -> None:
    """Hours booked and no-shows of the simulated log are those that a run reports."""
    model = model_of(tiny().set(demand__multiplier=3), tmp_path)
    history = simulate(model, 1, 0)
    log, frame = simulated_log(model, history), build_frame(model.world)
    hours = booked_hours(log.where(log.status != CANCELLED), frame)
    meter = build_meter(model)
    summary = summarise(meter.rows, [measure(meter, history)], 0.95)
    of_venue = summary[
        (summary["metric"] == "utilisation_booked") & (summary["group"] == "venue")
    ].set_index("level")["mean"]
    shares = pd.Series(hours.sum(axis=1) / frame.opened.sum(axis=1), index=frame.venues)
    assert shares.to_numpy() == pytest.approx(of_venue[shares.index].to_numpy())
    levels = features_of(log, frame).set_index(["aspect", "level"])["value"]
    assert levels["hour of the week"].sum() == pytest.approx(1.0)


@pytest.fixture
def checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Done:
    """A log of the tiny world, checked against it with more no-shows."""
    monkeypatch.chdir(tmp_path)
    model = model_of(tiny().set(demand__multiplier=5), tmp_path)
    write_log(window_log(model, 9), tmp_path / "bookings.csv")
    words = ["linli", "check", "test.yaml", "--log", "bookings.csv", "--no-charts", "--jobs", "1"]
    words += ["--replications", "5", "--json", "--set", "demand.no_show.base=0.7"]
    monkeypatch.setattr("sys.argv", words)
    return Done(guarded(app), *capsys.readouterr())


def test_command_writes_tables_and_verdicts(checked: Done, tmp_path: Path) -> None:
    """The files of the contract; no-shows are found to be wrong, first of all."""
    assert checked.returncode == 0, checked.stderr
    answer = json.loads(checked.stdout)
    first = answer["verdicts"][0]
    assert (first["aspect"], first["right"]) == ("cancelled and no-show", "no")
    assert "no-show" in first["words"]
    out = tmp_path / "results" / "check-tiny"
    table = pd.read_csv(out / "check.csv", encoding="utf-8-sig")
    assert list(table.columns) == [
        "aspect", "level", "observed", "simulated", "band_low", "band_high", "z", "unit",
    ]  # fmt: skip
    assert set(answer) >= {"out", "name", "replications", "bookings", "window"}


def test_days_of_which_a_log_has_only_some_bookings_are_left_out() -> None:
    """An export of what was made from the 10th to the 20th, up to three days ahead."""
    rows = [
        f"a,2026-03-{made}T09:00,2026-03-{use}T18:00,2026-03-{use}T19:00,kept,"
        for made in range(10, 21)
        for use in (made, made + 3)
    ]
    day = np.datetime64("2026-03-01").astype(int) - 1
    assert full_days(log_of(rows)) == (day + 13, day + 20)
    chosen_by_use = log_of([*rows, "a,2026-03-08T09:00,2026-03-10T12:00,2026-03-10T13:00,kept,"])
    assert full_days(chosen_by_use) == (day + 10, day + 20)


def test_charts_say_what_their_figures_say() -> None:
    """Hours are in order; the worst is named with both figures (0.501: mean of 20 draws)."""
    rng = np.random.default_rng(1)
    simulated = 0.5 + 0.01 * rng.standard_normal((20, 3))
    observed = pd.DataFrame({"aspect": "hour of the week", "level": ["Tue-09", "Mon-18", "Mon-08"]})
    observed["people"], observed["value"] = 100.0, [0.5, 0.5, 0.7]
    found = compare(None, observed, simulated)  # type: ignore[arg-type]
    results = CheckResults(found, None)  # type: ignore[arg-type]
    drawn = week(results)
    assert drawn is not None
    assert drawn[0].table["hour"].tolist() == [8, 18, 33]
    assert drawn[0].title == "Too few simulated bookings on Mon 8-9: 50.1 %, logged 70.0 %"
    assert verdicts(results)[0].title.endswith("in hour of the week; 0 of 1 aspects match")
    alike = compare(None, observed.assign(value=0.5), simulated)  # type: ignore[arg-type]
    title = verdicts(CheckResults(alike, None))[0].title  # type: ignore[arg-type]
    assert title == "The model matches the log in 1 aspect of 1"


@pytest.mark.filterwarnings("error")
def test_two_replications_judge_by_the_spread_of_both() -> None:
    """One left over does not vary: numpy warns of nothing, and each verdict has a score."""
    observed, sims = features([[0.5, 0.45, 0.5, 0.9], [0.5, 0.4, 0.5, 0.5], [0.4, 0.5, 0.4, 0.4]])
    found = compare(None, observed, sims)  # type: ignore[arg-type]
    assert found.verdicts["aspect"].tolist() == ["lead time", "duration"]
    assert found.verdicts["right"].tolist() == ["no", "yes"]
    assert found.verdicts["score"].notna().all()
