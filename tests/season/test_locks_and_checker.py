"""Locks are found wrong exactly where the independent checker finds a timetable of them wrong."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from benchmarks.slots_check import faults
from optimise.slots.locks import remaining
from sim.scenario.problems import Position
from sim.scenario.schema.season.rows import DecisionRow
from sim.season.locks import check_locks
from sim.season.plan import Decision, SeasonProblem
from sim.season.timetable import clock

from .helpers import FIRST, season

TRIES = 1500


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> SeasonProblem:
    """Two halves and their hall, a small room; two halves of a season; much that is not allowed."""
    folder = tmp_path_factory.mktemp("season")
    parts = season(rooms=3, changeover_minutes={"room": 30}, lost_share=0.25)
    parts.world.rooms("house", 1, prefix="small", capacity=6)
    parts.allocation["halves"] = [{"whole": "house 002", "parts": ["house 000", "house 001"]}]
    parts.allocation["kept_for_residents"] = [
        {"hours": "18-19", "days": ["Wed"], "venues": ["house 000"]},
        {"share": 0.93},
    ]
    closed = [FIRST + dt.timedelta(days=n) for n in (3, 10, 4)]
    parts.allocation["season"]["closures"] = [
        {"from": day, "until": day, "venues": ["house 001"]} for day in closed
    ]
    middle = FIRST + dt.timedelta(days=13)
    week = {"first_choice": "Mon-Sun 18:00-20:00", "longest_minutes": 90}
    parts.request("a", sessions=2, spacing_days=2, **week).request("b", until=middle, **week)
    parts.request("c", **{"from": middle + dt.timedelta(days=1)}, **week)
    parts.request("d", sessions=3, venues="house 002;small 000", party_size=6, **week)
    return parts.plan(folder)


def _some_locks(plan: SeasonProblem, rng: np.random.Generator) -> list[Decision]:
    """One to three sessions, placements as a rule, some moved to where they may not be allowed."""
    p = plan.placements
    found = []
    for _ in range(rng.integers(1, 4)):
        i = int(rng.integers(len(p)))
        venue, day, start = int(p.venue[i]), int(p.weekday[i]), int(p.start[i])
        if rng.random() < 0.15:
            venue, day = int(rng.integers(len(plan.venues))), int(rng.integers(7))
        row = DecisionRow(
            decision="lock",
            request=plan.rows[int(p.request[i])].request,
            venue=plan.venues[venue],
            weekday=day + 1,
            start=clock(start * 30),
            end=clock((start + int(p.length[i])) * 30),
        )
        found.append(Decision(row, Position("decisions.csv", 2, 1), "request"))
    return found


def test_found_wrong_where_the_checker_finds_faults(plan: SeasonProblem) -> None:
    rng = np.random.default_rng(7)
    outcomes = {True: 0, False: 0}
    for _ in range(TRIES):
        decisions = _some_locks(plan, rng)
        locked = plan.with_decisions(*plan.decided(decisions))
        said = [p.message for p in check_locks(locked, decisions)]
        rows = locked.problem.locks.rows()
        wrong = faults(locked.problem, locked.problem.locks)
        wrong += ["twice"] if len(set(rows)) < len(rows) else []
        assert bool(said) == bool(wrong), (rows, said, wrong)
        outcomes[bool(said)] += 1
        if not said:  # and so no solver can call it impossible
            assert len(remaining(locked.problem, locked.placements).locked) == len(rows)
    assert min(outcomes.values()) > 0.2 * TRIES
