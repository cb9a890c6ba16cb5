"""Season rules of the YAML, by hand: who is in which class, hours, units and ready scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.slots_check import faults
from sim.scenario.loading import read
from sim.scenario.schema.season import RequestClass
from sim.season.methods import allocate
from sim.season.outcome import allotted
from sim.season.reading import season_from
from sim.season.rules import cells_of, class_of, hours_of_classes, open_cells, rule_of

from .helpers import SeasonParts, problems, season

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios" / "allocate").glob("*.yaml"))
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ELITE = {"elite": {"levels": ["elite"]}}


def got(parts: SeasonParts, folder: Path, **method: Any) -> dict[str, list[str]]:
    """Sessions of each request as `Mon 18-19`."""
    parts.allocation["method"] = method
    plan = parts.plan(folder)
    solution = allocate(plan, 5, 1)
    assert not faults(plan.problem, solution.assignment)
    found: dict[str, list[str]] = {row.request: [] for row in plan.rows}
    for one in allotted(plan, solution.assignment).sessions:
        found[one.request].append(f"{DAYS[one.weekday - 1]} {one.start // 60}-{one.end // 60}")
    return found


def shares(parts: SeasonParts, folder: Path, **method: Any) -> list[list[float]]:
    """Hours a week of each group, of each account."""
    parts.allocation["method"] = {"rule": "hours_by_membership", "classes": ELITE, **method}
    rule = rule_of(parts.plan(folder))
    return [(account.cells / 2).tolist() for account in rule.accounts]


def test_the_first_class_that_fits_counts_and_empty_lists_mean_all(tmp_path: Path) -> None:
    plan = season().request("a", level="elite").request("b", level="x").request("c").plan(tmp_path)
    classes = {
        "top": RequestClass(levels=["elite"]),
        "rooms": RequestClass(kinds=["room"]),
        "none": RequestClass(kinds=["x"]),
    }
    assert class_of(plan.rows, classes, ["top", "rooms"]).tolist() == [0, 1, 1]
    assert class_of(plan.rows, classes, ["rooms", "top"]).tolist() == [0, 0, 0]
    assert class_of(plan.rows, classes, ["none", "top"]).tolist() == [1, 2, 2]


def test_stretches_become_cells_and_ends_between_two_move_inwards(tmp_path: Path) -> None:
    plan = season().request("a", level="elite").request("b").plan(tmp_path)
    week = cells_of("Mon-Fri 16:00-22:30", 30)
    assert week.sum() / 2 == 32.5
    assert not week[5:].any()
    hours = hours_of_classes(
        plan.rows, {"top": RequestClass(levels=["elite"])}, {"top": "Mon-Sat 8:10-20:50"}, 30
    )
    assert hours.begin.tolist() == [[17] * 6 + [0], [0] * 7]
    assert hours.end.tolist() == [[41] * 6 + [48], [48] * 7]


def test_one_order_by_day_and_another_at_all_other_times(tmp_path: Path) -> None:
    """The old ask first, yet in the evening and on Saturday the young come before them."""
    both = "Mon 15:00-16:00; Mon 16:00-17:00; Sat 9:00-10:00"
    parts = season(rooms=1)
    parts.request("old", level="old", first_choice=both, sessions=2, asked_on="2025-01-01")
    parts.request("young", level="young", first_choice=both, sessions=2, asked_on="2025-01-02")
    found = got(
        parts,
        tmp_path,
        rule="priority_order",
        classes={"old": {"levels": ["old"]}, "young": {"levels": ["young"]}},
        daytime={"hours": "8-16", "order": ["old"]},
        evening={"order": ["young", "old"]},
    )
    assert found == {"old": ["Mon 15-16"], "young": ["Mon 16-17", "Sat 9-10"]}


@pytest.mark.parametrize(
    ("within", "likes", "who"),
    [
        ("asked", {}, {"first": ["Mon 18-19"], "dear": ["Mon 20-21"]}),
        ("priority", {}, {"first": ["Mon 20-21"], "dear": ["Mon 18-19"]}),
        ("asked", {"all": "Mon-Fri 20:00-22:00"}, {"first": ["Mon 20-21"], "dear": ["Mon 18-19"]}),
    ],
)
def test_within_a_class_by_asking_or_priority_liked_hours_first(
    tmp_path: Path, within: str, likes: dict[str, str], who: dict[str, list[str]]
) -> None:
    parts = season(rooms=1)
    wish = {"first_choice": "Mon 18:00-19:00", "second_choice": "Mon 20:00-21:00"}
    parts.request("first", asked_on="2025-01-01", **wish)
    parts.request("dear", asked_on="2025-01-02", priority=2, **wish)
    orders = {"daytime": {"order": ["all"]}, "evening": {"order": ["all"]}}
    method = {"rule": "priority_order", "classes": {"all": {}}, **orders}
    assert got(parts, tmp_path, within=within, likes=likes, **method) == who


def test_hours_by_level(tmp_path: Path) -> None:
    """Two hours for the elite, one for others, and children are home by 20:00."""
    parts = season(rooms=3)
    for level in ("elite", "", "child"):
        wish = {"first_choice": "Mon-Wed 19:00-20:00", "sessions": 3}
        parts.request(f"{level}-1", level=level, **wish)
    found = got(
        parts,
        tmp_path,
        rule="hours_by_level",
        classes={**ELITE, "child": {"levels": ["child"]}},
        hours={"elite": 2},
        others=1,
        only_within={"child": "Mon 0:00-18:00; Tue-Sun 0:00-20:00"},
    )
    assert found == {"elite-1": ["Mon 19-20", "Tue 19-20"], "-1": ["Mon 19-20"],
                     "child-1": ["Tue 19-20"]}  # fmt: skip


def test_who_asked_on_the_same_day_is_told_apart_by_a_lot_of_its_name(tmp_path: Path) -> None:
    """Not by its line in the table."""
    parts = season().request("a").request("b").request("c", asked_on="2025-01-01")
    parts.allocation["method"] = {"rule": "first_come"}
    rule = rule_of(parts.plan(tmp_path / "one"))
    parts.tables["group_requests"].reverse()
    other = rule_of(parts.plan(tmp_path / "two"))
    assert rule.lot.tolist() == other.lot[::-1].tolist()
    assert rule.asked_on.tolist() == other.asked_on[::-1].tolist()
    assert rule.asked_on[2] < rule.asked_on[0] == rule.asked_on[1]


def members(*numbers: int) -> SeasonParts:
    """Groups of so many members that want one to three hours six evenings a week, in one room."""
    parts = season(rooms=1)
    for i, number in enumerate(numbers):
        wish = {"sessions": 6, "longest_minutes": 180, "asked_on": f"2025-01-0{9 - i}"}
        parts.request(f"{i}", members=number, **wish)
    return parts


def test_hours_are_shared_by_members(tmp_path: Path) -> None:
    """One room, 18:00-21:00 from Monday to Friday: 15 hours by 10 : 20 : 30 are 2.5, 5 and 7.5."""
    parts, evenings = members(10, 20, 30), "Mon-Fri 18:00-21:00"
    found = shares(parts, tmp_path, shared=evenings, members_per_unit=1)
    assert found == [[2.5, 5, 7.5]]
    assert shares(parts, tmp_path, shared=evenings) == [[5, 5, 5]]


def test_a_group_of_two_teams_is_two_units_or_its_members_once(tmp_path: Path) -> None:
    parts = members(10, 10, 30)
    parts.tables["group_requests"][1]["group"] = "club of 0"
    evenings = "Mon-Fri 18:00-21:00"
    assert shares(parts, tmp_path, shared=evenings) == [[10, 5]]
    per = {"room": 12}
    found = shares(parts, tmp_path, shared=evenings, members_per_unit_of=per)
    assert found == [[3.5, 11.5]]  # 3.75 and 11.25 in half hours: the odd one to who asked first


def test_kept_for_the_elite_least_and_everyone(tmp_path: Path) -> None:
    parts, evenings = members(10, 20, 30), "Mon-Fri 18:00-21:00"
    parts.tables["group_requests"][2]["level"] = "elite"
    parts.tables["group_requests"][0]["members"] = 0
    by = {"shared": evenings, "members_per_unit": 1}
    assert shares(parts, tmp_path, **by) == [[0, 6, 9]]
    assert shares(parts, tmp_path, everyone=True, **by) == [[1, 5.5, 8.5]]
    assert shares(parts, tmp_path, at_least={"elite": 11}, **by) == [[0, 4, 11]]
    assert shares(parts, tmp_path, kept={"elite": 4}, **by) == [[0, 0, 4], [0, 4.5, 6.5]]


def test_shared_hours_are_taken_within_those_of_a_class(tmp_path: Path) -> None:
    parts = season(rooms=2)
    parts.request("child", level="child", first_choice="Mon 20:00-22:00")
    parts.request("adult", first_choice="Mon 20:00-22:00", longest_minutes=120)
    method = {"rule": "hours_by_membership", "classes": {"child": {"levels": ["child"]}}}
    only = {"child": "Mon-Sun 0:00-20:30"}
    assert got(parts, tmp_path, only_within=only, **method) == {"child": [], "adult": ["Mon 20-22"]}


def test_open_hours_leave_out_what_residents_keep(tmp_path: Path) -> None:
    """Two rooms, a whole of both that counts as them, and lunch kept in all."""
    parts = season(rooms=3, kept_for_residents=[{"hours": "12-14"}])
    rooms = [row["venue"] for row in parts.world.tables["venues"]]
    parts.allocation["halves"] = [{"whole": rooms[0], "parts": rooms[1:]}]
    problem = parts.request("a").plan(tmp_path).problem
    week = np.ones((7, 48), dtype=bool)
    assert open_cells(problem, week, 1).tolist() == [2 * 7 * (48 - 4)]
    week[5:] = False
    assert open_cells(problem, week, 1).tolist() == [2 * 5 * (48 - 4)]


def test_a_share_of_prime_time_is_not_open(tmp_path: Path) -> None:
    parts = season(rooms=1, kept_for_residents=[{"share": 0.4}])
    problem = parts.request("a").plan(tmp_path).problem
    week = np.ones((7, 48), dtype=bool)
    prime = int(problem.venues.prime.sum())
    assert open_cells(problem, week, 1).tolist() == [7 * 48 - prime + int(0.6 * prime)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"evening": {"order": ["old", "yung"]}}, "yung: no class of this name"),
        ({"likes": {"olds": "Mon 8:00-9:00"}}, "no class of this name"),
        ({"likes": {"old": "Mon 9:00-8:00"}}, "is empty or beyond 24:00"),
        ({"likes": {"old": "Mon 8:00-9:00; Mon 10:00-11:00"}}, "has two stretches on one day"),
        ({"classes": {"old": {"segments": ["persn"]}}}, "persn: no segment of this name"),
        ({"evening": {"order": ["old", "old"]}}, "old stands twice in order"),
        ({"daytime": {"hours": "16-8", "order": ["old"]}}, "are empty"),
    ],
)
def test_what_is_wrong_in_a_rule_is_named(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    parts = season().request("a")
    orders = {"daytime": {"order": ["old"]}, "evening": {"order": ["old"]}}
    rule = {"rule": "priority_order", "classes": {"old": {}}, **orders}
    parts.allocation["method"] = {**rule, **change}
    (problem,) = problems(parts, tmp_path)
    assert said in problem


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_ready_scenarios_can_be_read(path: Path) -> None:
    plan = season_from(read(path, need_level=False), path).plan
    assert plan.allocation.method.rule in RULE_OF[path.stem]


RULE_OF = {
    "asker": "hours_by_membership",
    "first-come": "first_come",
    "greedy": "greedy",
    "helsinki": "priority_order",
    "last-season": "last_season",
    "lorenskog": "hours_by_membership",
    "lorenskog-old": "hours_by_level",
}
