"""`allocation`: what of it is wrong by itself, and what it leaves alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from season.helpers import LAST, SeasonParts, season

from sim.experiment.key import study_key
from sim.experiment.study import Study
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems
from sim.studies.recipe import MEASURED


def said(parts: SeasonParts, folder: Path) -> str:
    with pytest.raises(ScenarioProblems) as caught:
        load(parts.write(folder))
    return caught.value.render()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"segment": "persn"}, "segment: persn: no segment of this name in `segments`"),
        ({"kind": "rom"}, "kind: rom: no kind of this name in `kinds`"),
        ({"home": "nowhere"}, "home: nowhere: no origin, centre or place of this name"),
        ({"venues": "house 000;house 01"}, "venues: house 01: no venue of this name in "),
        ({"equipment": "pianos"}, "equipment: pianos: no equipment of this name in "
         "`allocation.equipment`; allowed: piano. Did you mean `piano`?"),
        ({"first_choice": "Mon 18:00"}, "'Mon 18:00' is no stretch such as `Mon 18:00-21:00`"),
        ({"first_choice": "Mo 18:00-19:00"}, "unknown day 'Mo'"),
        ({"first_choice": "holiday 18:00-19:00"}, "a season's weeks have no day `holiday`"),
        ({"first_choice": "Mon 19:00-18:00"}, "19:00 until 18:00 is empty or beyond 24:00"),
        ({"first_choice": "Mon 18:10-20:00"}, "18:10 does not lie on the grid of "
         "30 minutes (allocation.grid_minutes)"),
        ({"first_choice": "Mon 18:00-18:30"}, "is as long as shortest_minutes (60): the longest "
         "has 30 minutes"),
        ({"shortest_minutes": 100}, "shortest_minutes: 100 is no multiple of "),
        ({"longest_minutes": 30}, "longest_minutes (30) must not lie below shortest_minutes (60)"),
        ({"sessions": 3, "spacing_days": 3}, "3 sessions at least 3 days apart do not fit into a "
         "week"),
        ({"sessions": 8}, "sessions: \"8\" is too large; allowed: at least 1 and at most 7"),
        ({"from": "2027-01-01"}, "from: no date of 2027-01-01 until 2026-02-01 lies in the season"),
        ({"until": "2025-01-01"}, "until: no date of 2026-01-05 until 2025-01-01"),
        ({"request": "a=b"}, "must be a name without = @ ;"),
        ({"venues": "court"}, "venues: court is of kind court; a asks for room"),
    ],
)  # fmt: skip
def test_a_request_that_is_wrong(tmp_path: Path, row: dict[str, Any], words: str) -> None:
    parts = season(equipment={"piano": {"kinds": ["room"]}}).request("a", **row)
    parts.world.scenario["kinds"]["court"] = dict(parts.world.scenario["kinds"]["room"])
    parts.world.rooms("house", 1, kind="court")
    parts.world.tables["venues"][-1]["venue"] = "court"
    text = said(parts, tmp_path)
    assert words in text
    assert "group_requests.csv:2:" in text
    assert text.endswith("Nothing was run.")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"decision": "lock"}, "a lock needs start and end"),
        ({"decision": "lock", "start": "18:00", "end": "19:00"}, "a lock needs venue and weekday"),
        ({"decision": "reject", "start": "18:00"}, "start and end go together"),
        ({"decision": "reject", "start": "19:00", "end": "18:00"}, "start 19:00 until end 18:00"),
        (
            {"decision": "reject", "start": "18:10", "end": "19:00"},
            "18:10 does not lie on the grid",
        ),
        ({"decision": "keep"}, '"keep" is unknown; allowed: lock, reject'),
        ({"decision": "reject", "request": "b"}, "b: no request of this name in "),
        ({"decision": "reject", "venue": "hose"}, "hose: no venue of this name in "),
    ],
)
def test_a_decision_that_is_wrong(tmp_path: Path, row: dict[str, str], words: str) -> None:
    parts = season().request("a")
    parts.decision(**{"request": "a", **row})
    text = said(parts, tmp_path)
    assert words in text
    assert "decisions.csv:2:" in text


@pytest.mark.parametrize(
    ("allocation", "words"),
    [
        ({"season": {"from": "2026-02-01", "until": "2026-01-01"}}, "allocation.season: the season "
         "has no date: until (2026-01-01) lies before from (2026-02-01)"),
        ({"grid_minutes": 20}, "allocation.grid_minutes: 20 is unknown; allowed: 15, 30"),
        ({"start_minutes": 45}, "45 is no multiple of allocation.grid_minutes (30)"),
        ({"changeover_minutes": {"room": 15}}, "allocation.changeover_minutes.room: 15 is no"),
        ({"changeover_minutes": {"hall": 30}}, "no kind of this name in `kinds`"),
        ({"equipment": {"piano": {"venues": ["hose 000"]}}}, "allocation.equipment.piano.venues.0"),
        ({"halves": [{"whole": "house 000", "parts": ["house 000"]}]}, "a part of itself"),
        ({"halves": [{"whole": "house 000", "parts": ["house 001", "house 001"]}]}, "named twice"),
        ({"halves": [{"whole": "house 000", "parts": ["house 001"]},
                     {"whole": "house 001", "parts": ["house 002"]}]},
         "allocation.halves.1.whole: house 001 is a part of another"),
        ({"halves": [{"whole": "house 000", "parts": ["house 001"]},
                     {"whole": "house 000", "parts": ["house 002"]}]}, "house 000 is given twice"),
        ({"kept_for_residents": [{"share": 0.5, "hours": "18-20"}]}, "share is of the peak hours"),
        ({"kept_for_residents": [{"hours": "20-18"}]}, "are empty"),
        ({"kept_for_residents": [{"zones": ["Y"]}]}, "Y: no zone of this name in `zones`"),
        ({"objective": {"order": ["hours", "hours"]}}, "hours stands twice in order"),
        ({"objective": {"fairness": {"alpha": -1}}}, "allocation.objective.fairness.alpha"),
        ({"method": {"rule": "lottery"}}, "allowed: optimised, greedy, first_come, last_season"),
        ({"locks": ["a=house 000"]}, "allocation.locks.0: must name request, venue, day and time"),
        ({"rejections": ["a"]}, "allocation.rejections.0: a rejection names a venue, a day"),
        ({"requests": "nothing.csv"}, "allocation.requests: no such file"),
        ({"seasn": 1}, "allocation.seasn: unknown key"),
    ],
)  # fmt: skip
def test_keys_that_are_wrong(tmp_path: Path, allocation: dict[str, Any], words: str) -> None:
    parts = season(rooms=3)
    if "requests" not in allocation:
        parts.request("a")
    parts.allocation |= allocation
    assert words in said(parts, tmp_path)


def test_no_requests(tmp_path: Path) -> None:
    parts = season()
    parts.tables["group_requests"] = []
    parts.world.scenario["allocation"] = {**parts.allocation, "requests": "empty.csv"}
    header = "request,group,segment,kind,party_size,shortest_minutes,home,first_choice\n"
    (tmp_path / "empty.csv").write_text(header)
    with pytest.raises(ScenarioProblems, match="the table has no rows"):
        load(parts.world.write(tmp_path))


def test_replications_and_fits_do_not_depend_on_it(tmp_path: Path) -> None:
    """A season leaves a run's key and the fit alone; its own content decides its own results."""
    parts = season().request("a").decision("reject", "a", weekday=1)
    with_season = load(parts.write(tmp_path))
    scenario = dict(parts.world.scenario)
    parts.world.scenario = {k: v for k, v in scenario.items() if k != "allocation"}
    alone = load(parts.world.write(tmp_path / "alone"))
    assert alone.fit_hash == with_season.fit_hash
    assert _key(alone) == _key(with_season)
    assert alone.input_hash != with_season.input_hash
    parts.world.scenario = scenario
    parts.tables["group_requests"][0]["party_size"] = 9
    other = load(parts.write(tmp_path / "other"))
    assert other.input_hash != with_season.input_hash
    parts.tables["group_requests"][0]["party_size"] = 8
    moved = parts.write(tmp_path / "moved")
    (tmp_path / "moved" / "group_requests.csv").rename(tmp_path / "moved" / "list.csv")
    again = load(moved, sets=["allocation.requests=list.csv"])
    assert again.input_hash == with_season.input_hash


def _key(inputs: Inputs) -> str:
    return study_key(Study(inputs, MEASURED, 1))


@pytest.mark.parametrize(("day", "idle"), [(LAST, False), (LAST + dt.timedelta(days=1), True)])
def test_a_closure_in_the_season_closes_something(tmp_path: Path, day: dt.date, idle: bool) -> None:
    """The season goes on for weeks after the days that a run counts."""
    parts = season().request("a")
    parts.world.scenario["calendar"]["closures"] = [{"from": day, "until": day}]
    notices = load(parts.write(tmp_path)).notices
    assert any("closes nothing" in notice for notice in notices) == idle
