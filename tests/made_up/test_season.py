"""The shipped season: what the generator makes, that it loads, and that prime time is short."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from optimise.slots.rules.rule import allocate
from sim.made_up.season import CLUBS, make_season
from sim.made_up.tables import Files
from sim.scenario.loading import read
from sim.season.reading import ReadSeason, season_from
from sim.season.rules import RULES

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


@cache
def generated(seed: int = 1) -> Files:
    return make_season(seed)


@pytest.fixture(scope="module")
def shipped() -> ReadSeason:
    path = SCENARIOS / "allocate-season.yaml"
    return season_from(read(path, need_level=False), path)


def test_sorts_and_seeds() -> None:
    rows = generated()["requests"]
    assert len(rows) == sum(sort.count for sort in CLUBS) == 400
    counts = Counter(str(row["request"]).rpartition("-")[0] for row in rows)
    assert counts == {sort.name: sort.count for sort in CLUBS}
    assert len({row["segment"] for row in rows}) == 7
    other = make_season(2)["requests"]
    assert [r["request"] for r in other] == [r["request"] for r in rows]
    assert other != rows
    assert all("synthetic" in str(row["source"]) for row in rows)


def test_it_loads_without_a_note(shipped: ReadSeason) -> None:
    """Every request can be served; all of last season's sessions play a part."""
    assert shipped.notices == ()
    assert not shipped.plan.unservable
    assert len(shipped.plan.problem.last_season) == len(generated()["last-season"])


def test_prime_time_is_short_and_order_matters(shipped: ReadSeason) -> None:
    """Badminton courts are asked for more than there is; who asked first is not best."""
    plan = shipped.plan
    solution = allocate(plan.problem, RULES["first_come"](plan))
    courts = np.array([row.kind == "badminton_court" for row in plan.rows])
    asked = plan.problem.requests.sessions
    got = np.bincount(solution.assignment.request, minlength=len(asked))
    assert got[courts].sum() < 0.85 * asked[courts].sum()
    assert got[~courts].sum() > 0.85 * asked[~courts].sum()
    assert solution.value < 0.95 * solution.bound
