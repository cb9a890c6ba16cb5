"""A run of the whole town: the same bytes however many processes, parts switched off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from builders import model_of

from sim.model import build_model, simulate
from sim.report.tables import csv_bytes
from sim.studies.run import run

from .town import town


def test_one_process_and_two_give_the_same_bytes(tmp_path: Path) -> None:
    """With activities, drop-in and points: metrics of all, and of every replication."""
    inputs = town(7, experiment__replications=4).load(tmp_path)
    alone, together = (run(inputs, jobs=jobs) for jobs in (1, 2))
    assert csv_bytes(alone.summary) == csv_bytes(together.summary)
    assert csv_bytes(alone.judged.league) == csv_bytes(together.judged.league)
    a, b = (pd.concat(list(done.replications())) for done in (alone, together))
    assert np.array_equal(a["value"], b["value"], equal_nan=True)
    of_all = alone.summary[alone.summary["group"] == "all"].set_index("metric")["mean"]
    for metric in ("participations", "visits", "redemptions", "points_earned"):
        assert of_all[metric] > 0


def test_the_same_seed_is_the_same_history(tmp_path: Path) -> None:
    """Built and simulated twice, and after other replications: nothing is left behind."""
    inputs = town(7).load(tmp_path)
    a = simulate(build_model(inputs), 1, 2)
    model = build_model(inputs)
    for replication in (0, 1):
        simulate(model, 1, replication)
    b = simulate(model, 1, 2)
    assert a.programme is not None
    assert b.programme is not None
    assert a.places is not None
    assert b.places is not None
    assert a.points is not None
    assert b.points is not None
    assert np.array_equal(a.venue, b.venue)
    assert np.array_equal(a.programme.fate, b.programme.fate)
    assert np.array_equal(a.places.served, b.places.served)
    assert np.array_equal(a.places.waited_minutes, b.places.waited_minutes)
    assert np.array_equal(a.points.spent.time, b.points.spent.time)
    other = simulate(model, 2, 2)
    assert other.programme is not None
    assert not np.isin(other.programme.key, a.programme.key).any()


def test_all_parts_switched_off_is_the_town_without_them(tmp_path: Path) -> None:
    """Multipliers of 0 and no points: bookings of a scenario that never had any of it."""
    off = town(7, activities__multiplier=0, dropin__multiplier=0)
    del off.scenario["points"]
    bare = town(7)
    for part in ("activities", "dropin", "points"):
        del bare.scenario[part]
    bare.tables["places"].clear()
    for row in bare.tables["venues"]:
        row["drop_in"] = "no"
    a, b = (simulate(model_of(p, tmp_path / n), 1, 0) for p, n in ((off, "a"), (bare, "b")))
    for name in ("outcome", "venue", "start", "attempt", "cancelled", "no_show"):
        assert np.array_equal(getattr(a, name), getattr(b, name))
    assert (a.programme, a.places, a.points) == (None, None, None)
