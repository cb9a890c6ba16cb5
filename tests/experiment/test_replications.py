"""Replications: the same bytes however many processes; precision; intervals that cover."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import Parts, plain, tiny

from sim.booking.requests import Outcome
from sim.experiment.replicate import run_replications
from sim.experiment.study import Recipe, fixed_number
from sim.measure.meter import Meter, build_meter, measure
from sim.model import History, Model, build_model, simulate
from sim.report.tables import write_replications, write_summary
from sim.scenario.schema.experiment import Precision
from sim.stats.intervals import share_interval
from sim.studies.recipe import ReplicationValues
from sim.studies.run import PrecisionRule, run


def bytes_of(parts: Parts, folder: Path, jobs: int) -> tuple[int, bytes, bytes]:
    """Number of replications, summary.csv and replications.parquet."""
    done = run(parts.load(folder), jobs=jobs)
    out = folder / f"out-{jobs}"
    out.mkdir()
    summary = write_summary(out, done.summary).read_bytes()
    return done.n, summary, write_replications(out, done.replications()).read_bytes()


def test_precision_stops_at_the_same_number_whoever_computes(tmp_path: Path) -> None:
    """Replications computed ahead by other processes are thrown away, not used."""
    parts = tiny().set(
        experiment__replications={"precision": 0.03, "at_most": 60},
        experiment__primary=["served_share", "met_share"],
    )
    alone, together = bytes_of(parts, tmp_path, 1), bytes_of(parts, tmp_path, 2)
    assert 10 <= alone[0] < 60
    assert alone == together


def test_precision_reached_and_not(tmp_path: Path) -> None:
    """The half-widths asked for hold at the end; at the cap the run says that they do not."""
    parts = tiny().set(experiment__replications={"precision": 0.03, "at_most": 60})
    done = run(parts.load(tmp_path), jobs=1)
    row = done.summary[
        (done.summary["metric"] == "served_share") & (done.summary["group"] == "all")
    ]
    assert done.reached
    assert float((row["ci_high"] - row["ci_low"]).iloc[0]) / 2 <= 0.03
    parts.set(experiment__replications={"precision": 0.0001, "at_most": 7})
    done = run(parts.load(tmp_path), jobs=1)
    assert (done.n, done.reached) == (7, False)


def test_a_replication_does_not_depend_on_how_many_follow(tmp_path: Path) -> None:
    """The first three of five are the three of three."""
    inputs = tiny().load(tmp_path)
    more = tiny().set(experiment__replications=5).load(tmp_path)
    three, five = (pd.concat(run(i, jobs=1).replications()) for i in (inputs, more))
    first = five[five["replication"] < 3].reset_index(drop=True)
    assert len(three) == len(first) < len(five)
    assert np.array_equal(three["value"], first["value"], equal_nan=True)
    assert set(five["replication"]) == set(range(5))


def test_progress_is_told_in_order(tmp_path: Path) -> None:
    """Done counts from 1 to all; expected is never less than done."""
    told: list[tuple[int, int]] = []
    run(
        tiny().load(tmp_path), jobs=1, progress=lambda done, expected: told.append((done, expected))
    )
    assert [done for done, _ in told] == [1, 2, 3]
    assert all(expected >= done for done, expected in told)


def count_prepared(model: Model) -> Model:
    return model


def keys_of_wishes(model: Model, history: History) -> tuple[int, int]:
    del model
    return len(history.wishes), int(history.wishes.key.sum(dtype=np.uint64))


def test_recipes_other_than_measuring(tmp_path: Path) -> None:
    """What a replication sends home is the caller's; results come in order."""
    inputs = tiny().load(tmp_path)
    recipe = Recipe(count_prepared, keys_of_wishes)
    few = run_replications(inputs, recipe, fixed_number(2), seed=1, jobs=1)
    many = run_replications(inputs, recipe, fixed_number(5), seed=1, jobs=2)
    assert few == many[:2]
    assert len(set(many)) == 5


COVERAGE = 4000
NO_SHOW = 0.25


def small(folder: Path) -> tuple[Meter, PrecisionRule, int]:
    """A scenario whose share of used bookings is known, the rule of its users, and where it is."""
    parts = plain(1, warm_up=1).origin("home").centre("hall").rooms("hall", 30)
    parts.set(
        demand__wishes_per_1000={"person": {"room": 7 * 40}},
        demand__no_show={"base": NO_SHOW},
        experiment__primary=["used_share"],
        experiment__replications={"precision": 0.05, "at_most": 200},
    )
    inputs = parts.load(folder)
    meter = build_meter(build_model(inputs))
    spec = inputs.scenario.experiment.replications
    assert isinstance(spec, Precision)
    first = measure(meter, simulate(meter.model, 17, 0))
    starts = np.cumsum([0, *(len(r.levels) for r in meter.rows)])
    at = next(
        int(start)
        for start, row in zip(starts, meter.rows, strict=False)
        if (row.metric, row.group) == ("used_share", "all")
    )
    assert first[:, at].tolist() == used_of_booked(meter.model, 0).tolist()
    return meter, PrecisionRule(spec, meter.rows, inputs.scenario.experiment.primary), at


def used_of_booked(model: Model, replication: int) -> np.ndarray:
    """The metric by hand, as `measure` gives it: all metrics take ten times as long."""
    history = simulate(model, 17, replication)
    day = history.wishes.wished_at[history.asked] / 1440
    inside = (day >= model.world.calendar.count_from) & (day < model.world.calendar.count_until)
    booked = inside & (history.outcome == Outcome.BOOKED)
    return np.array([(booked & ~history.no_show).sum(), booked.sum()], dtype=np.float64)


def cover(folder: Path, experiments: int) -> tuple[float, float]:
    """Share of intervals that contain the answer, and mean number of replications.

    Every experiment runs through `PrecisionRule` replication by replication, on replications
    that no other experiment has.
    """
    meter, rule, at = small(folder)
    hits, taken = 0, 0
    for _ in range(experiments):
        results: list[ReplicationValues] = []
        while not rule.enough(results):
            values = np.zeros((2, at + 1))
            values[:, at] = used_of_booked(meter.model, taken)
            taken += 1
            results.append(ReplicationValues(values, None))
        mine = np.array([r.values[:, at] for r in results])
        interval = share_interval(mine[:, 0], mine[:, 1])
        hits += interval.low <= 1 - NO_SHOW <= interval.high
    return hits / experiments, taken / experiments


def test_intervals_cover(tmp_path: Path) -> None:
    """Of 30 experiments through the users' stopping rule most intervals cover the answer."""
    covered, mean_n = cover(tmp_path, 30)
    assert covered >= 0.86
    assert 10 <= mean_n < 30


@pytest.mark.slow
def test_intervals_cover_as_often_as_they_say(tmp_path: Path) -> None:
    """Of 4,000 independent experiments 93 to 97 % of the 95 % intervals contain the answer."""
    covered, _ = cover(tmp_path, COVERAGE)
    assert 0.93 <= covered <= 0.97
