"""Ways of allotting: who goes first, and that every timetable keeps every rule."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from optimise.slots.check import faults, value_of
from optimise.slots.generator import Shape, draw
from optimise.slots.in_turn import in_turn
from optimise.slots.placements import placements_of
from optimise.slots.problem import Problem, Sessions
from sim.scenario.schema.allocation import Allocation
from sim.season.methods import METHODS, allot
from sim.season.outcome import allotted

from .helpers import SeasonParts, season

ONE_HOUR = "Mon 18:00-19:00"


def rivals() -> SeasonParts:
    """Three want the one room in the one hour."""
    parts = season(rooms=1)
    parts.request("early", first_choice=ONE_HOUR, asked_on="2025-05-01", priority=1)
    parts.request("important", first_choice=ONE_HOUR, asked_on="2025-06-01", priority=2)
    parts.request("there", first_choice=ONE_HOUR, priority=1)
    return parts.last("there", "house 000", 1, "18:00", "19:00")


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("optimised", "important"),
        ("greedy", "important"),
        ("first_come", "early"),
        ("last_season", "there"),
    ],
)
def test_who_gets_what_all_want(tmp_path: Path, rule: str, who: str) -> None:
    parts = rivals()
    parts.allocation["method"] = {"rule": rule}
    plan = parts.plan(tmp_path)
    solution = allot(plan, 5, 1)
    (session,) = allotted(plan, solution.assignment).sessions
    assert session.request == who
    assert solution.value == value_of(plan.problem, solution.assignment)
    assert solution.value <= solution.bound


@pytest.mark.parametrize(
    ("allocation", "words"),
    [
        ({"method": {"rule": "last_season"}}, ["no session of last season", "says `asked_on`"]),
        ({"method": {"rule": "first_come"}}, ["method `first_come`, but no request says"]),
        ({"method": {"rule": "greedy"}}, []),
        ({"objective": {"fairness": {"alpha": "infinity"}}}, ["`allocation.objective` plays no"]),
    ],
)
def test_what_a_method_lacks_is_said(
    tmp_path: Path, allocation: dict[str, object], words: list[str]
) -> None:
    notices = season(**allocation).request("a").read(tmp_path).notices
    assert len(notices) == len(words)
    assert all(part in notice for part, notice in zip(words, notices, strict=True))


def test_staying_may_be_worth_nothing(tmp_path: Path) -> None:
    parts = rivals()
    parts.allocation["worth"] = {"as_last_season": 0}
    (notice,) = parts.read(tmp_path).notices
    assert "worth.as_last_season` is 0" in notice


def test_every_rule_of_the_schema_is_a_method() -> None:
    field = Allocation.model_fields["method"].annotation
    rules = {m.model_fields["rule"].annotation.__args__[0] for m in field.__args__}
    assert rules == set(METHODS)


@pytest.mark.parametrize("seed", range(3))
def test_in_turn_keeps_every_rule_and_nothing_more_fits(seed: int) -> None:
    """Whoever has fewer sessions than asked for could not be given any further placement."""
    problem = draw(Shape(requests=30, venues=6, load=1.3, seed=seed))
    turn = np.random.default_rng(seed).permutation(30)
    solution = in_turn(problem, turn)
    assert not faults(problem, solution.assignment)
    assert solution.value == value_of(problem, solution.assignment) <= solution.bound
    rows = solution.assignment.rows()
    others = placements_of(problem)
    all_rows = others.sessions(np.arange(len(others))).rows()
    for row in all_rows[:: max(1, len(all_rows) // 300)]:
        if row not in rows:
            assert faults(problem, Sessions.of([*rows, row]))


@pytest.mark.parametrize("seed", range(3))
def test_each_takes_the_best_that_those_before_left(seed: int) -> None:
    """Recomputed with the checker alone: one session each, all orders of three requests."""
    problem = draw(Shape(requests=3, venues=1, load=2.0, seed=seed))
    placements = placements_of(problem)
    rows = placements.sessions(np.arange(len(placements))).rows()
    for turn in itertools.permutations(range(3)):
        got: list[tuple[int, int, int, int, int]] = []
        for request in np.argsort(turn):
            while True:
                fitting = [
                    row for row in rows
                    if row[0] == request and not faults(problem, Sessions.of([*got, row]))
                ]  # fmt: skip
                if not fitting:
                    break
                got.append(max(fitting, key=lambda row: _value(problem, row)))
        found = in_turn(problem, np.array(turn)).assignment
        assert value_of(problem, found) == value_of(problem, Sessions.of(got))


def _value(problem: Problem, row: tuple[int, int, int, int, int]) -> tuple[int, int]:
    return value_of(problem, Sessions.of([row])), -row[2]


def test_what_is_kept_from_last_season_comes_before_all_turns() -> None:
    problem = draw(Shape(requests=30, venues=6, load=1.3, seed=1))
    before = in_turn(problem, np.arange(30)).assignment
    again = in_turn(problem, np.arange(30)[::-1].copy(), first=before).assignment
    assert again.rows() == before.rows()
    assert in_turn(problem, np.arange(30)[::-1].copy()).assignment.rows() != before.rows()
