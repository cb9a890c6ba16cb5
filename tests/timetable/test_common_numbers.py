"""A timetable changes who finds a room, and nothing of what anybody wishes or draws."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import Parts, plain, tiny
from side_by_side import compared

from sim.booking.clubs import draw_unused
from sim.experiment.key import demand_key
from sim.model import build_model, simulate
from sim.report.tables import csv_bytes
from sim.scenario.inputs import Inputs
from sim.streams import replication_key
from sim.studies.run import run

from .season import block, seasoned
from .test_sessions import ROWS


def pair(folder: Path) -> tuple[Inputs, Inputs]:
    """The tiny world without and with a timetable."""
    parts = tiny().set(demand__multiplier=5, experiment__replications=4)
    named = parts.copy().set(name="clubs")
    return parts.load(folder / "a"), seasoned(named, ROWS, folder / "b", unused_share=0.2)


def test_wishes_and_what_is_drawn_off_platform_are_the_same(tmp_path: Path) -> None:
    inputs, other = pair(tmp_path)
    model = build_model(other)
    a, b = simulate(build_model(inputs), 1, 0), simulate(model, 1, 0)
    for part in ("wishes", "bookers"):
        for field in fields(getattr(a, part)):
            one, two = (getattr(getattr(h, part), field.name) for h in (a, b))
            np.testing.assert_array_equal(one, two, field.name)
    assert not np.array_equal(a.outcome, b.outcome)
    of_clubs = np.zeros_like(a.off_platform).reshape(len(model.world.venues), -1)
    of_clubs[model.clubs.blocked] = True
    kept = a.off_platform & ~of_clubs.reshape(a.off_platform.shape)
    assert np.array_equal(kept, b.off_platform)
    assert kept.sum() < a.off_platform.sum()


def test_scenarios_with_other_timetables_are_compared_pair_by_pair(tmp_path: Path) -> None:
    """Their wishes are drawn once, and the differences are of the same residents."""
    inputs, other = pair(tmp_path)
    assert demand_key(inputs) == demand_key(other)
    done = compared([inputs, other])
    assert done.paired
    served = done.names.query("metric == 'served_share' and group == 'all'").index[0]
    wishes = done.names.query("metric == 'wishes' and group == 'all'").index[0]
    assert np.array_equal(done.top[0, :, wishes], done.top[1, :, wishes])
    assert (done.top[1, :, served] < done.top[0, :, served]).all()


def test_sessions_not_used_are_drawn_by_request_and_date(tmp_path: Path) -> None:
    """More of them with a larger share, the same whatever other rows there are."""
    rows = [block("A 000", day, "8:00", "10:00") for day in range(1, 8)]
    rows += [block("A 001", day, "8:00", "9:00", request=f"A 000 {day}") for day in range(1, 8)]

    def town(unused_share: float, kept: slice = slice(None)) -> tuple[dict[str, bool], float]:
        parts: Parts = plain(140).origin("home").centre("A").rooms("A", 2)
        folder = tmp_path / f"{unused_share}-{kept.stop}"
        model = build_model(seasoned(parts, rows[kept], folder, unused_share=unused_share))
        unused = draw_unused(model.clubs, replication_key(1, 0))
        at = zip(model.clubs.venue, model.clubs.start, strict=True)
        return {f"{v} {s}": bool(u) for (v, s), u in zip(at, unused, strict=True)}, unused.mean()

    few, share = town(0.3)
    many, _ = town(0.6)
    some, _ = town(0.3, slice(0, 3))
    assert abs(share - 0.3) < 4 * (0.3 * 0.7 / 140) ** 0.5  # both courts of a date go together
    assert all(many[key] for key, unused in few.items() if unused)
    assert sum(many.values()) > sum(few.values())
    assert all(few[key] == unused for key, unused in some.items())
    by_day = [{u for key, u in few.items() if int(key.split()[1]) // 24 % 7 == d} for d in range(7)]
    assert all(used == {True, False} for used in by_day)
    courts = [[u for key, u in few.items() if key.startswith(f"{v} ")] for v in (0, 1)]
    assert sorted(courts[0]) == sorted(courts[1])
    assert not any(town(0.0)[0].values())
    assert all(town(1.0)[0].values())


def test_another_replication_has_other_sessions_unused(tmp_path: Path) -> None:
    model = build_model(seasoned(tiny(), ROWS, tmp_path, unused_share=0.5))
    drawn = {draw_unused(model.clubs, replication_key(1, i)).tobytes() for i in range(8)}
    assert len(drawn) > 5


@pytest.mark.slow
def test_one_process_and_two_give_the_same_bytes(tmp_path: Path) -> None:
    _, inputs = pair(tmp_path)
    alone, together = (run(inputs, jobs=jobs) for jobs in (1, 2))
    assert csv_bytes(alone.summary) == csv_bytes(together.summary)
    a, b = (pd.concat(list(done.replications())) for done in (alone, together))
    assert np.array_equal(a["value"], b["value"], equal_nan=True)
    assert (alone.summary["metric"] == "club_hours").any()
