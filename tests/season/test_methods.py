"""Ways of allotting: who goes first, and that every timetable keeps every rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimise.slots.check import value_of
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
