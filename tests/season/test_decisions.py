"""Locks that no timetable can follow: both are named, with what stands in the way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from benchmarks.slots_check import faults
from optimise.slots.placements import remaining
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


def test_two_locks_that_overlap_are_both_named(tmp_path: Path) -> None:
    parts = pair().decision("lock", "a", **EVENING)
    parts.decision("lock", "b", **{**EVENING, "start": "18:30", "end": "20:30"})
    assert problems(parts, tmp_path) == [
        "decisions.csv:3: house 000 on Monday 18:30-20:30: it is locked for a on Monday "
        f"18:00-19:00 in {tmp_path / 'decisions.csv'}:2"
    ]


def test_locks_meet_in_a_part_and_its_whole_and_in_the_changeover(tmp_path: Path) -> None:
    halves = [{"whole": "house 002", "parts": ["house 000", "house 001"]}]
    parts = pair(halves=halves, changeover_minutes={"room": 30}).decision("lock", "a", **EVENING)
    parts.decision("lock", "b", venue="house 002", weekday=1, start="19:00", end="20:00")
    (said,) = problems(parts, tmp_path)
    assert "house 002 on Monday 19:00-20:00: house 000, which shares room with it, is" in said
    assert said.endswith("and stays empty for 30 minutes after a session")
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


def test_locks_of_one_request(tmp_path: Path) -> None:
    """Twice the same, too near, too many; each with the place of the other."""
    parts = season().request("a", sessions=2, spacing_days=2)
    parts.decision("lock", "a", **EVENING).decision("lock", "a", **EVENING)
    parts.decision("lock", "a", **{**EVENING, "weekday": 7})
    parts.decision("lock", "a", **{**EVENING, "weekday": 4})
    file = tmp_path / "decisions.csv"
    assert problems(parts, tmp_path) == [
        f"decisions.csv:3: locked twice, first in {file}:2",
        "decisions.csv:4: Sunday 18:00-19:00, but Monday 18:00-19:00 is locked "
        f"in {file}:2 and sessions of a are on days at least 2 apart",
        f"decisions.csv:5: 3 sessions of a are locked (in {file}:2, in {file}:3, in {file}:4, "
        f"in {file}:5), but it asks for 2 a week",
    ]


def test_more_locked_hours_than_open_hours(tmp_path: Path) -> None:
    """Of the peak that a share for residents leaves: 9 of the 88 half hours of a week."""
    parts = season(rooms=1, kept_for_residents=[{"share": 0.89}])
    for day in range(1, 6):
        parts.request(f"r{day}").decision("lock", f"r{day}", **{**EVENING, "weekday": day})
    assert problems(parts, tmp_path) == [
        "decisions.csv:6: house 000 has 5 peak hours a week locked, this one included, but groups "
        "may have 4.5 of them (`kept_for_residents`)"
    ]


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
