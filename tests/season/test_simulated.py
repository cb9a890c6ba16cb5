"""Which dates a timetable is judged on, the scenario that is left, and other rules' plans."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from builders import FIRST

from optimise.slots.problem import Sessions
from sim.scenario.loading import load
from sim.season.methods import (
    ProposedTimetable,
    counted_in,
    method_of,
    no_clubs,
    scenario_yaml,
    with_method,
)
from sim.season.outcome import allotted
from sim.studies.judge import season_lines

from .helpers import LAST, season


def test_a_window_in_the_season_is_kept(tmp_path: Path) -> None:
    inputs = season().request("a").read(tmp_path).inputs
    counted = counted_in(inputs.scenario)
    assert (counted.from_scenario, counted.sets) == (True, ())
    assert (counted.first, counted.last) == (FIRST, FIRST + dt.timedelta(days=6))


def test_else_the_season_counts_with_as_many_activities_a_day(tmp_path: Path) -> None:
    """A week in December does not lie in four of January: four times its 3 sessions."""
    parts = season().request("a")
    week = {"from": FIRST - dt.timedelta(days=14), "until": FIRST - dt.timedelta(days=8)}
    parts.world.set(window=week)
    inputs = parts.read(tmp_path).inputs
    counted = counted_in(inputs.scenario)
    assert counted.sets == (f"window.from={FIRST}", f"window.until={LAST}")
    scenario = inputs.scenario
    busy = scenario.model_copy(
        update={"activities": scenario.activities.model_copy(update={"sessions": 3})}
    )
    counted = counted_in(busy)
    assert counted.sets[2:] == ("activities.sessions=12",)
    assert "12 activities instead of 3" in counted.words(busy)
    text = scenario_yaml(tmp_path / "test.yaml", "plain-greedy", "Timetable", counted)
    assert "activities: {sessions: 12}" in text
    text = scenario_yaml(tmp_path / "test.yaml", "plain-greedy", "Timetable", counted_in(scenario))
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    head = "request,group,venue,weekday,start,end,from,until,party_size,choice\n"
    row = f"a,x,house 000,1,18:00,19:00,{FIRST},{LAST},8,1\n"
    (tmp_path / "timetable.csv").write_text(head + row, encoding="utf-8")
    read = load(tmp_path / "scenario.yaml")
    assert read.scenario.name == "plain-greedy"
    assert (read.scenario.window.first, read.scenario.window.last) == (FIRST, LAST)
    assert [block.venue for block in read.tables.timetable] == ["house 000"]
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "timetable.csv").rename(tmp_path / "elsewhere" / "timetable.csv")
    parts.world.set(timetable={"blocks": "gone.csv", "attendance": 0.5})
    parts.write(tmp_path)
    given = load(tmp_path / "test.yaml", sets=counted.sets[:2],
                 blocks=tmp_path / "elsewhere" / "timetable.csv")  # fmt: skip
    assert given.tables.timetable == read.tables.timetable
    assert given.scenario.timetable is not None
    assert given.scenario.timetable.attendance == 0.5


def test_a_shipped_scenario_is_extended_by_name(tmp_path: Path) -> None:
    base = Path(__file__).parents[2] / "scenarios" / "allocate-season.yaml"
    counted = counted_in(load(base, need_level=False).scenario)
    assert counted.sets == (
        "window.from=2025-09-01", "window.until=2026-01-18", "activities.sessions=1258",
    )  # fmt: skip
    text = scenario_yaml(base, "mine", "Timetable", counted)
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    head = "request,group,venue,weekday,start,end,from,until,party_size,choice\n"
    (tmp_path / "timetable.csv").write_text(head, encoding="utf-8")
    read = load(tmp_path / "scenario.yaml")
    assert (read.scenario.activities.sessions, read.scenario.name) == (1258, "mine")


def test_what_a_timetable_says_by_hand(tmp_path: Path) -> None:
    """A club gets 1.5 of 3 hours, another 0 of 1, a third 1 of 1: Gini of 1/2, 0, 1 is 4/9."""
    parts = season().request("a", group="A", sessions=2, longest_minutes=90)
    plan = parts.request("b", group="B").request("c", group="C").plan(tmp_path)
    found = allotted(plan, Sessions.from_rows([(0, 0, 0, 36, 3), (2, 1, 0, 36, 2)]))
    lines = season_lines(ProposedTimetable("greedy", plan, found, None))
    of = lines[lines["group"] == "all"].set_index("metric")["value"]
    assert of["season_sessions"] == 2
    assert of["season_hours"] == 2.5
    assert of["season_hours_share"] == 0.5
    assert of["season_requests_served"] == 2
    assert of["season_first_choice_sessions"] == 2
    assert of["season_gini_clubs"] == pytest.approx(4 / 9)
    zone = lines[(lines["group"] == "zone") & (lines["metric"] == "season_hours")]
    assert (zone["level"].tolist(), zone["value"].tolist()) == (["Z"], [2.5])


def test_other_rules_and_nobody(tmp_path: Path) -> None:
    plan = season().request("a").plan(tmp_path)
    assert with_method(plan, method_of("optimised")) is plan
    assert with_method(plan, method_of("greedy")).allocation.method.rule == "greedy"
    nobody = no_clubs(plan)
    assert (nobody.label, nobody.value, nobody.found.sessions) == ("plain-no-clubs", 0, ())
