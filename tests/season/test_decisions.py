"""Locks that no timetable can follow: both are named, with what stands in the way."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.slots_check import faults
from optimise.slots.clash import clashes
from optimise.slots.placements import remaining
from optimise.slots.problem import Sessions
from sim.scenario.problems import Position
from sim.scenario.schema.timetable import DecisionRow
from sim.season.locks import check_locks
from sim.season.methods import allocate
from sim.season.plan import Decision, SeasonProblem
from sim.season.timetable import clock

from .helpers import FIRST, LAST, SeasonParts, problems, season

EVENING = {"venue": "house 000", "weekday": 1, "start": "18:00", "end": "19:00"}


def pair(**more: object) -> SeasonParts:
    return season(rooms=3, **more).request("a", sessions=2).request("b", longest_minutes=120)


def test_locks_are_followed_whatever_the_method(tmp_path: Path) -> None:
    """From the table, the scenario and the command line alike."""
    parts = pair(locks=["a=house 001@Tue 18:30-19:30"], rejections=["b@Wed"])
    parts.decision("lock", "a", **EVENING)
    plan = parts.plan(tmp_path, locks=["b=house 000@Mon 19:00-21:00"])
    wanted = [(0, 0, 0, 36, 2), (0, 1, 1, 37, 2), (1, 0, 0, 38, 4)]
    assert plan.problem.locks.rows() == wanted
    for rule in ("optimised", "greedy", "first_come", "last_season"):
        parts.allocation["method"] = {"rule": rule}
        plan = parts.plan(tmp_path, locks=["b=house 000@Mon 19:00-21:00"])
        assert allocate(plan, 5, 1).assignment.rows() == wanted
        assert not faults(plan.problem, allocate(plan, 5, 1).assignment)


def test_locks_meet_in_a_part_and_its_whole_and_in_the_changeover(tmp_path: Path) -> None:
    halves = [{"whole": "house 002", "parts": ["house 000", "house 001"]}]
    parts = pair(halves=halves, changeover_minutes={"room": 30}).decision("lock", "a", **EVENING)
    parts.decision("lock", "b", venue="house 002", weekday=1, start="19:00", end="20:00")
    (said,) = problems(parts, tmp_path)
    file = r"\S*test.yaml:\d+"
    assert re.search(
        "house 000 and house 002 must stay empty for 30 minutes after a session "
        rf"\(`changeover_minutes` in {file}\)$",
        said,
    )
    parts.tables["decisions"][1].update(start="18:30", end="19:30")
    (said,) = problems(parts, tmp_path)
    assert re.search(rf"house 000 and house 002 share a room \(`halves` in {file}\)$", said)
    parts.tables["decisions"][1].update(start="19:30", end="20:30")
    assert len(parts.plan(tmp_path).problem.locks) == 2


def test_locks_of_other_dates_do_not_meet(tmp_path: Path) -> None:
    middle = FIRST.replace(day=FIRST.day + 14)
    parts = season().request("a", until=middle).request("b", **{"from": middle.replace(day=20)})
    parts.decision("lock", "a", **EVENING).decision("lock", "b", **EVENING)
    assert middle < LAST
    assert len(parts.plan(tmp_path).problem.locks) == 2


@pytest.mark.parametrize(
    ("lock", "words"),
    [
        ("a=house 000@Mon 18:00-20:00", "120 minutes; a asks for 60 to 60"),
        ("a=house 000@Mon 17:30-18:30", "Monday 17:30-18:30 lies in no stretch of first_choice"),
        ("a=house 000@Sat 18:00-19:00", "house 000 is kept for residents on Saturday 18:00-19:00"),
        ("a=house 000@Sun 18:00-19:00", "house 000 is closed on Sunday 18:00-19:00 on 1 of 4 "
         "dates (2026-01-11 the first); a may lose 0%"),
        ("a=small@Mon 18:00-19:00", "small holds 4 people; a has 8"),
        ("a=shut@Mon 18:00-19:00", "shut lets in only people of its own community or compound"),
        ("a=away 000@Mon 18:00-19:00", "away 000 is 90 minutes from home; a names no venue and so "
         "accepts those within 20"),
        ("a=court@Mon 18:00-19:00", "court is of kind court; a asks for room"),
        ("b=house 001@Mon 18:00-19:00", "b does not accept house 001: it names house 000"),
        ("c=house 000@Mon 18:00-19:00", "house 000 lacks piano, which c needs"),
        ("a=house 000@Fri 18:00-19:00", "the session is ruled out by --reject a@Fri"),
        ("d=house 000@Mon 18:00-19:00", "d: no request of this name"),
        ("a=hose@Mon 18:00-19:00", "hose: no venue of this name"),
        ("a=house 000@Mon 18:10-19:10", "18:10-19:10 lies on no multiple of 30 minutes"),
        ("a=house 000@holiday 18:00-19:00", "a season's weeks have no day `holiday`"),
        ("a=house 000@Mo 18:00-19:00", "unknown day 'Mo'"),
        ("a=house 000@Mon 19:00-18:00", "start 19:00 until end 18:00 is empty or beyond 24:00"),
        ("a=house 000", "must name request, venue, day and time"),
    ],
)  # fmt: skip
def test_a_lock_that_breaks_a_rule_says_which(tmp_path: Path, lock: str, words: str) -> None:
    parts = season(rooms=2, lost_share=0, equipment={"piano": {"venues": ["house 001"]}})
    sunday = FIRST.replace(day=11)
    parts.allocation["season"]["closures"] = [{"from": sunday, "until": sunday}]
    parts.allocation["kept_for_residents"] = [{"hours": "18-20", "days": ["Sat"]}]
    world = parts.world
    world.scenario["kinds"]["court"] = dict(world.scenario["kinds"]["room"])
    world.tables["communities"].append({"community": "D", "zone": "Z"})
    world.centre("other", community="D").centre("away", lat=30.045)
    world.rooms("house", 1).rooms("away", 1)
    common = {"area_m2": 50, "hours": "always", "slot_minutes": 30, "drop_in": "no"}
    for name, more in (
        ("small", {"centre": "house", "kind": "room", "capacity": 4, "access": "public"}),
        ("shut", {"centre": "other", "kind": "room", "capacity": 10, "access": "community"}),
        ("court", {"centre": "house", "kind": "court", "capacity": 10, "access": "public"}),
    ):
        world.tables["venues"].append({"venue": name, **common, **more})
    world.tables["venues"].remove(world.tables["venues"][2])  # a second `house 000`
    parts.request("a").request("b", venues="house 000").request("c", equipment="piano")
    (said,) = problems(parts, tmp_path, locks=[lock], rejections=["a@Fri"])
    assert words in said.split(": ", 1)[1]


def locked_evening(day: int, name: str = "a") -> str:
    words = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day - 1]
    return f"{name} on {words} 18:00-19:00 in house 000"


def test_two_locks_that_overlap_are_both_named(tmp_path: Path) -> None:
    parts = pair().decision("lock", "a", **EVENING)
    parts.decision("lock", "b", **{**EVENING, "start": "18:30", "end": "20:30"})
    assert problems(parts, tmp_path) == [
        "decisions.csv:3: b on Monday 18:30-20:30 in house 000 cannot be locked beside "
        f"{locked_evening(1)} (in {tmp_path / 'decisions.csv'}:2): "
        "house 000 holds one session at a time"
    ]


def test_locks_of_one_request(tmp_path: Path) -> None:
    """Twice the same, too near, too many: only those that clash are named, with the rule's line."""
    parts = season().request("a", sessions=2, spacing_days=2)
    for day in (1, 1, 7, 3, 5):
        parts.decision("lock", "a", **{**EVENING, "weekday": day})
    file, asked = tmp_path / "decisions.csv", tmp_path / "group_requests.csv"
    assert problems(parts, tmp_path) == [
        f"decisions.csv:3: locked twice, first in {file}:2",
        f"decisions.csv:4: {locked_evening(7)} cannot be locked beside {locked_evening(1)} "
        f"(in {file}:2): sessions of a are on days at least 2 apart "
        f"(`spacing_days` in {asked}:2)",
        f"decisions.csv:6: {locked_evening(5)} cannot be locked beside {locked_evening(1)} "
        f"(in {file}:2), {locked_evening(3)} (in {file}:5): a asks for 2 sessions a week "
        f"(`sessions` in {asked}:2)",
    ]


def test_more_locked_hours_than_open_hours(tmp_path: Path) -> None:
    """Of the peak that a share for residents leaves: 9 of the 88 half hours of a week."""
    parts = season(rooms=1, kept_for_residents=[{"share": 0.89}])
    for day in range(1, 6):
        parts.request(f"r{day}").decision("lock", f"r{day}", **{**EVENING, "weekday": day})
    (said,) = problems(parts, tmp_path)
    assert said.startswith(f"decisions.csv:6: {locked_evening(5, 'r5')} cannot be locked beside ")
    assert all(f"{locked_evening(day, f'r{day}')} (in " in said for day in range(1, 5))
    assert "groups may have 4.5 peak hours a week of house 000 (`kept_for_residents` in " in said


TRIES = 500


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


def test_clashes_are_smallest(plan: SeasonProblem) -> None:
    """The checker finds a fault in each, and none as soon as any one session is left out."""
    rng = np.random.default_rng(8)
    sizes: Counter[int] = Counter()
    for _ in range(50):
        some = np.unique(rng.integers(len(plan.placements), size=7))
        rows = plan.placements.sessions(some).rows()
        for clash in clashes(plan.problem, rows):
            held = [rows[at] for at in clash.sessions]
            assert faults(plan.problem, Sessions.from_rows(held))
            for row in held:
                fewer = Sessions.from_rows([one for one in held if one != row])
                assert not faults(plan.problem, fewer)
            assert clash.rules
            sizes[len(held)] += 1
    assert sizes[2] > 50
    assert sizes[3] > 5
