"""Nothing is lost and nobody is double, at every step, in random towns where all parts meet."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import model_of
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.booking.requests import Outcome
from sim.model import build_model, simulate
from sim.programme.sessions import SignUpFate, Status
from sim.report.tables import csv_bytes
from sim.studies.run import run

from .conservation import check_rooms, check_sign_ups, check_wishes
from .people import check_hours, check_one_place, check_points, check_visits
from .played import Played, play
from .town import town

SEEDS = st.integers(0, 2**31)
CHECKS = (
    check_rooms, check_wishes, check_sign_ups, check_visits, check_hours, check_one_place,
    check_points,
)  # fmt: skip


def check(seed: int) -> Played:
    played = play(seed)
    for one in CHECKS:
        one(played)
    return played


@pytest.mark.slow
@settings(max_examples=400)
@given(SEEDS)
def test_conservation_in_many_towns(seed: int) -> None:
    """Rooms, wishes, sign-ups, visits, people and points."""
    check(seed)


def test_random_towns_are_worth_checking() -> None:
    """All checks hold in some towns, where everything occurs that they speak of."""
    seen: Counter[str] = Counter()
    for seed in range(30):
        played = check(seed)
        h, record = played.history, played.history.programme
        assert record is not None
        seen.update(x.what for x in played.log)
        seen.update(f"session {Status(s).name}" for s in record.status.tolist())
        seen.update(f"sign-up {SignUpFate(f).name}" for f in record.fate.tolist())
        seen["window"] += int((h.outcome == Outcome.WINDOW).sum())
        if h.places is not None:
            for name in ("closed", "elsewhere", "full", "gave_up", "closing", "served"):
                seen[name] += int(getattr(h.places, name).sum())
            shared = np.flatnonzero(played.model.world.places.venue >= 0)
            seen["in shared venues"] += int(h.places.served[shared].sum())
        if h.points is not None:
            seen["earned"] += len(h.points.earned.time)
            seen["spent"] += len(h.points.spent.time)
            seen["expired"] += len(h.points.expired.time)
        seen["strict"] += played.strict
        assert h.attends is not None
        seen["kept from a session"] += int((record.came & ~h.attends).sum())
    expected = ["booked", "refused", "take", "none", "window", "closed", "full", "closing"]
    expected += ["served", "earned", "spent", "expired", "strict", "elsewhere"]
    expected += ["given up", "give back", "gave_up", "in shared venues"]
    expected += [f"session {s.name}" for s in Status] + [f"sign-up {f.name}" for f in SignUpFate]
    assert seen.pop("kept from a session") > 0  # rare: tests/whereabouts has many
    assert not {name: seen[name] for name in expected if seen[name] < 5}


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
