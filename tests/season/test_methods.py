"""Ways of allotting: who goes first, and that every timetable keeps every rule."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.slots_check import value_of
from optimise.slots.problem import Sessions
from optimise.slots.solution import Solution
from sim.scenario.schema.season import Allocation
from sim.season.methods import METHODS, allocate
from sim.season.outcome import Changes, allotted
from sim.season.plan import SeasonProblem

from .helpers import FIRST, LAST, SeasonParts, season

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
    solution = allocate(plan, 5, 1)
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
        (
            {"method": {"rule": "greedy"}, "objective": {"fairness": {"alpha": "infinity"}}},
            ["`allocation.objective` plays no part in method `greedy`"],
        ),
        ({"objective": {"fairness": {"alpha": "infinity"}}}, []),
    ],
)
def test_what_a_method_lacks_is_said(
    tmp_path: Path, allocation: dict[str, object], words: list[str]
) -> None:
    notices = season(**allocation).request("a").read(tmp_path).notices
    assert len(notices) == len(words)
    assert all(part in notice for part, notice in zip(words, notices, strict=True))


@pytest.mark.parametrize("order", [None, ["fairness", "hours"]])
def test_fairness_gives_something_to_each(tmp_path: Path, order: list[str] | None) -> None:
    """Two sessions of one group are worth most; the fair timetable gives one to each of two."""
    parts = season(rooms=1)
    wide = {"first_choice": "Mon 18:00-19:00; Wed 18:00-19:00"}
    parts.request("rich", priority=3, sessions=2, **wide).request("poor", priority=1, **wide)
    alone = allocate(parts.plan(tmp_path), 5, 1)
    assert got(parts.plan(tmp_path), alone) == {"rich": 2}
    parts.allocation["objective"] = {"fairness": {"alpha": "infinity", "between": "request"}}
    if order is not None:
        parts.allocation["objective"]["order"] = order
    plan = parts.plan(tmp_path)
    fair = allocate(plan, 5, 1)
    assert got(plan, fair) == {"rich": 1, "poor": 1}
    assert fair.status == "optimal"
    assert fair.levels[-1].name == "worth"
    assert fair.price is not None
    assert fair.price.low == fair.price.high == pytest.approx(1 - fair.value / alone.value)


def got(plan: SeasonProblem, solution: Solution) -> dict[str, int]:
    """Sessions of each request that has any."""
    return dict(Counter(s.request for s in allotted(plan, solution.assignment).sessions))


def test_staying_may_be_worth_nothing(tmp_path: Path) -> None:
    parts = rivals()
    parts.allocation["worth"] = {"as_last_season": 0}
    (notice,) = parts.read(tmp_path).notices
    assert "worth.as_last_season` is 0" in notice


def test_every_rule_of_the_schema_is_a_method() -> None:
    field = Allocation.model_fields["method"].annotation
    rules = {m.model_fields["rule"].annotation.__args__[0] for m in field.__args__}
    assert rules == set(METHODS)


def test_by_hand(tmp_path: Path) -> None:
    """Two sessions of one request, the second in its second venue and choice; none of another."""
    late = FIRST + dt.timedelta(days=7)
    parts = season(rooms=2)
    parts.request(
        "a", group="鹰 Club", venues="house 001;house 000", sessions=3, longest_minutes=120,
        first_choice="Mon 18:00-20:00", second_choice="Thu 9:00-10:00", **{"from": late},
    ).request("b", party_size=6)  # fmt: skip
    parts.last("a", "house 001", 1, "18:00", "20:00").last("a", "house 000", 2, "9:00", "10:00")
    plan = parts.plan(tmp_path)
    rows = [(0, 0, 3, 18, 2), (0, 1, 0, 36, 4)]
    found = allotted(plan, Sessions.from_rows(rows))
    first, second = found.sessions
    assert first.row() == (
        "a", "鹰 Club", "house 001", 1, "18:00", "20:00", late.isoformat(), LAST.isoformat(), 8, 1,
    )  # fmt: skip
    assert second.row()[2:6] == ("house 000", 4, "09:00", "10:00")
    assert second.choice == 2
    got, none = found.outcomes
    assert (got.sessions_asked, got.sessions_got, got.hours_asked, got.hours_got) == (3, 2, 6, 3)
    assert (got.first_choice, got.venue_rank, got.walk_minutes) == (1, "1;2", 0.0)
    assert (got.held_share, got.zone, got.venues) == (1.0, "Z", "house 001;house 000")
    assert (none.sessions_got, none.walk_minutes, none.held_share, none.venues) == (
        0,
        None,
        None,
        "",
    )
    assert found.changes == Changes(before=2, kept=1, new=1)
