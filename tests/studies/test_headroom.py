"""Headroom: against exact crossings, against a dense grid, and where nothing ever falls."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import Parts, plain, tiny
from measure.measured import REPLICATION, played
from scipy.optimize import brentq

from sim.experiment.key import study_key
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.experiment.store import Store
from sim.experiment.study import Study
from sim.model import simulate
from sim.scenario.inputs import Inputs, at_multiplier
from sim.scenario.loading import load
from sim.stats.refine import Wanted
from sim.studies.headroom import (
    GROUPS,
    DemandMultiples,
    Headroom,
    build_served,
    find_headroom,
    measure_served,
    plan_for,
)

SURE = 0.999
"""Confidence at which an interval that misses is a mistake, not bad luck."""


def found(inputs: Inputs, *targets: float, largest: float = 16, **engine: object) -> Headroom:
    with Engine(Local(1), **engine) as mine:  # type: ignore[arg-type]
        return find_headroom(inputs, targets, mine, plan=plan_for(largest))


def row(table: pd.DataFrame, level: str, target: float) -> pd.Series:
    return table[(table["level"] == level) & (table["target"] == target)].iloc[0]


def two_kinds(people: int = 3600, replications: int = 12) -> Parts:
    """One room and forty dens; 0.15 people an hour ask for each, at once and for an hour."""
    parts = plain(60).origin("home", people).centre("hall")
    parts.rooms("hall", 1).rooms("hall", 40, prefix="den", kind="den")
    hour = {"duration_minutes": {"rule": "constant", "value": 60}}
    parts.set(kinds__den=hour, demand__wishes_per_1000={"person": {"room": 7, "den": 7}})
    return parts.set(experiment__replications=replications, experiment__confidence=SURE)


def crossing(target: float) -> float:
    """Of N people in an hour one gets the only room: E min(N, 1) = target E N, N Poisson."""
    mean = brentq(lambda x: -math.expm1(-x) - target * x, 1e-6, 50)
    return float(mean) / 0.15


def test_one_room_falls_where_poisson_says(tmp_path: Path) -> None:
    """By hand: the interval holds the exact crossing, and is narrow."""
    table = found(two_kinds().load(tmp_path), 0.9, 0.8, 0.5).table()
    for target in (0.9, 0.8, 0.5):
        one, exact = row(table, "room", target), crossing(target)
        assert one["ci_low"] <= exact <= one["ci_high"]
        assert one["ci_low"] <= one["multiplier"] <= one["ci_high"]
        assert one["ci_high"] - one["ci_low"] < 0.5 * exact
        assert one["n"] == 12


def test_what_never_falls_has_no_multiplier(tmp_path: Path) -> None:
    """Forty dens serve everybody: empty, and the largest tried as lower end."""
    done = found(two_kinds(replications=2).load(tmp_path), 0.5, largest=6)
    den = row(done.table(), "den", 0.5)
    assert math.isnan(den["multiplier"])
    assert math.isnan(den["ci_high"])
    assert den["ci_low"] == 6 == done.tried[1]
    served = done.curve_table()
    assert (served[served["level"] == "den"]["mean"] == 1).all()


def test_what_is_below_at_once_has_an_upper_end_only(tmp_path: Path) -> None:
    """One room for 4.5 people an hour serves fewer than half even at half of that."""
    parts = two_kinds(108_000, 3).set(experiment__confidence=0.9)
    done = found(parts.load(tmp_path), 0.5, largest=2)
    room = row(done.table(), "room", 0.5)
    assert math.isnan(room["multiplier"])
    assert math.isnan(room["ci_low"])
    assert room["ci_high"] == done.tried[0] == 0.5


def test_one_replication_has_no_interval_but_an_answer(tmp_path: Path) -> None:
    done = found(two_kinds(replications=1).load(tmp_path), 0.8, largest=6).table()
    room, den = row(done, "room", 0.8), row(done, "den", 0.8)
    assert room["multiplier"] > 1
    assert math.isnan(room["ci_low"])
    assert math.isnan(room["ci_high"])
    assert den["ci_low"] == 6


def test_no_requests_are_no_lines(tmp_path: Path) -> None:
    """Tiers without centres and requests of no centre do not appear."""
    done = found(two_kinds(replications=1).load(tmp_path), 0.8, largest=1)
    assert set(done.lines) == {
        ("all", "all"), ("peak", "peak"), ("peak", "off-peak"), ("tier", "community"),
        ("zone", "Z"), ("kind", "room"), ("kind", "den"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Multipliers, (multipliers, lines) mean shares over replications of another seed."""
    inputs = tiny().load(tmp_path_factory.mktemp("dense"), seed=77, replications=30)
    grid = np.geomspace(0.5, 4, 12)
    with Engine(Local(1)) as engine:
        runs = DemandMultiples(inputs, engine)
        n = runs.enough(float(grid[0]))
        wanted = [Wanted(float(m), 0, n) for m in grid]
        means = []
        for _, (top, bottom) in runs.results(wanted):
            share = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
            known = np.isfinite(share).sum(axis=0)
            means.append(np.nansum(share, axis=0) / np.where(known > 0, known, np.nan))
        levels = [level for _, level in runs.lines]
    return grid, np.array(means), levels


@pytest.mark.slow
@pytest.mark.parametrize("target", [0.8, 0.7])
def test_crossings_agree_with_a_dense_grid(
    target: float, dense: tuple[np.ndarray, np.ndarray, list[str]], tmp_path: Path
) -> None:
    """Brute force on the tiny world: every group's crossing lies in the interval of the search."""
    grid, means, levels = dense
    inputs = tiny().set(experiment__confidence=SURE).load(tmp_path, replications=12)
    table = found(inputs, target, largest=8).table()
    compared = 0
    for column, level in enumerate(levels):
        below = np.flatnonzero(means[:, column] < target)
        if not len(below) or below[0] == 0:
            continue
        j = below[0]
        step = (means[j - 1, column] - target) / (means[j - 1, column] - means[j, column])
        brute = math.exp(np.log(grid[j - 1]) + step * np.log(grid[j] / grid[j - 1]))
        mine = row(table, level, target)
        assert not mine["ci_low"] > brute, level
        assert not mine["ci_high"] < brute, level
        compared += 1
    assert compared >= 6


def test_served_shares_are_those_of_a_run() -> None:
    """The lean measure gives bit for bit what all metrics give, visits and points or none."""
    town = played()
    meter = build_served(town.model)
    lean = simulate(town.model, 1, REPLICATION, dropin=False, points=False)
    assert lean.places is None
    assert lean.points is None
    for history in (town.history, lean):
        top, bottom = measure_served(meter, history)
        at = 0
        for names in meter.rows:
            whole = town.values["served_share", names.group]
            assert tuple(whole) == names.levels
            for value in whole.values():
                share = top[at] / bottom[at] if bottom[at] else math.nan
                assert value == pytest.approx(share, abs=0, nan_ok=True)
                at += 1
        assert at == len(top)
    assert [r.group for r in meter.rows] == list(GROUPS)


def test_a_multiplier_is_as_if_set(tmp_path: Path) -> None:
    """Inputs at a multiplier have the hashes of inputs loaded with it."""
    path = tiny().write(tmp_path)
    grown, said = at_multiplier(load(path), 3), load(path, sets=["demand.multiplier=3"])
    assert grown.input_hash == said.input_hash
    assert grown.resolved == said.resolved
    assert grown.scenario == said.scenario
    keys = [study_key(Study(i, _recipe(), 1)) for i in (grown, said, load(path))]
    assert keys[0] == keys[1] != keys[2]


def _recipe() -> object:
    from sim.studies.recipe import SERVED

    return SERVED


def test_a_precision_decides_the_number(tmp_path: Path) -> None:
    """As many replications at every multiplier as the served share of all needs today."""
    spec = {"precision": 0.02, "confidence": 0.9, "at_most": 40}
    done = found(two_kinds().set(experiment={"replications": spec}).load(tmp_path), 0.8, largest=2)
    assert 10 <= done.n <= 40
    assert (done.curves.n == done.n).all()


def test_what_is_stored_is_not_computed_again(tmp_path: Path) -> None:
    inputs = two_kinds(replications=2).load(tmp_path / "a")
    with Engine(Local(1), Store(tmp_path / "store")) as first:
        one = find_headroom(inputs, [0.8], first, plan=plan_for(8))
    with Engine(Local(1), Store(tmp_path / "store")) as second:
        two = find_headroom(inputs, [0.8], second, plan=plan_for(8))
    assert (second.computed, second.restored) == (0, first.computed)
    pd.testing.assert_frame_equal(one.table(), two.table())
    pd.testing.assert_frame_equal(one.curve_table(), two.curve_table())
