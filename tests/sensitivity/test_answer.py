"""Draws are fitted and asked: the same by whomever, more of them continue those before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.cli.options import Options
from sim.cli.verbs.sensitivity import _question
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.experiment.store import Store
from sim.scenario.draws import draw_plan
from sim.scenario.loading import load, read
from sim.sensitivity.answer import DrawAnswer, SensitivityQuestion
from sim.sensitivity.study import Sensitivity, _reduced, ask_draws

from .towns import doubtful, doubts


def question_of(path: Path, **options: str) -> SensitivityQuestion:
    sets = [f"{key}={value}" for key, value in options.items()]
    reading = read(path, sets=sets)
    return _question(
        [path], [reading], draw_plan(reading), 4, Options(sets=sets), lambda one: [one]
    )


def ask(path: Path, draws: int, store: Path | None = None, jobs: int = 1) -> Sensitivity:
    kept = None if store is None else Store(store, print)
    with Engine(Local(jobs), kept) as engine:
        found = ask_draws("run", question_of(path), [load(path)], draws, engine)
        found.__dict__["computed"] = engine.computed
        return found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return doubtful(tmp_path_factory.mktemp("town"))


def test_every_draw_has_the_bookings_of_the_scenario(town: Path) -> None:
    found = ask(town, 6)
    assert found.reached.all()
    assert np.abs(found.fit[:, 2]).max() <= 0.02
    assert found.fit[:, 0].std() > 0.05  # and the level that gives them differs


def test_more_draws_continue_and_compute_nothing_twice(town: Path, tmp_path: Path) -> None:
    few = ask(town, 4, tmp_path)
    more = ask(town, 6, tmp_path)
    assert more.__dict__["computed"] == 2
    assert np.array_equal(more.ratios[:4], few.ratios, equal_nan=True)
    assert np.array_equal(more.fit[:4], few.fit)
    assert np.array_equal(ask(town, 6).ratios, more.ratios, equal_nan=True)


@pytest.mark.parametrize(("own", "luck"), [(1.0, 0.0), (0.2, 0.2), (0.0, 0.0)])
def test_luck_within_a_draw_is_no_more_than_its_own(own: float, luck: float) -> None:
    """With the base's luck there is none beside it; with a fifth of it, that is the smaller."""
    chance = np.array([1.0, -1.0, 2.0, -2.0])
    bottom = np.full(4, 100.0)
    line = (("served_share", "all", "all"),)

    def answered(size: float) -> DrawAnswer:
        values = np.stack([80 + size * chance, bottom], axis=1)[None, :, :, None]
        return DrawAnswer(np.ones(5), np.empty((0, 3)), values, line)

    _, noise = _reduced(answered(own), answered(1.0))
    assert noise[0, 0] == pytest.approx((luck * chance / 100).var(ddof=1) / 4)


def test_out_of_reach_is_counted(tmp_path: Path) -> None:
    """Where hardly anybody asks, no level gives the bookings."""
    path = doubtful(tmp_path, choice__outside=doubts(-1, -1.1, 900))
    found = ask(path, 4)
    assert not found.reached.all()
    lost = found.ratios[~found.reached]
    assert np.isnan(lost).all()


def test_a_what_if_is_fitted_as_today(town: Path) -> None:
    """At thrice the demand the levels are those of today's: growth is no reason to fit."""
    with Engine(Local(1)) as engine:
        sets = ["demand.multiplier=3"]
        grown = ask_draws(
            "run",
            question_of(town, **{"demand.multiplier": "3"}),
            [load(town, sets=sets)],
            3,
            engine,
        )
    today = ask(town, 3)
    assert np.array_equal(grown.fit, today.fit)
    line = today.line("served_share")
    assert (grown.ratios[:, 0, line] < today.ratios[:, 0, line]).all()


@pytest.mark.slow
def test_a_cluster_gives_the_same_draws(tmp_path: Path, town: Path) -> None:
    """By workers of a Dask cluster; what half of the draws left is not asked again."""
    pytest.importorskip("distributed")
    from experiment.test_cluster import cluster
    from processes import until

    from sim.experiment.cluster import Dask

    right = ask(town, 6)
    with cluster(tmp_path / "cluster", 2) as two:
        store = Store(tmp_path / "store", print)
        for draws, computed in ((3, 4), (6, 3)):  # the first time, the scenario itself too
            dask = Dask(two.address)
            until(lambda dask=dask: dask.workers == 2)
            with Engine(dask, store) as engine:
                found = ask_draws("run", question_of(town), [load(town)], draws, engine)
                assert engine.computed == computed
    assert np.array_equal(found.ratios, right.ratios, equal_nan=True)
    assert np.array_equal(found.fit, right.fit)
