"""Requests that no venue can ever serve: which rule excludes each venue."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from .helpers import FIRST, SeasonParts, problems, season

NEVER = "no venue can ever serve it: of "


def mixed() -> SeasonParts:
    """Three rooms; the second closed every Monday but one, the third kept for residents."""
    parts = season(rooms=3, equipment={"piano": {"venues": ["house 000"]}})
    closed = [FIRST + dt.timedelta(days=7 * week) for week in range(3)]
    parts.allocation["season"]["closures"] = [
        {"from": day, "until": day, "venues": ["house 001"]} for day in closed
    ]
    parts.allocation["kept_for_residents"] = [{"venues": ["house 002"], "hours": "18-21"}]
    return parts


@pytest.mark.parametrize(
    ("request_row", "words"),
    [
        ({"party_size": 40}, "3 of kind room, 3 hold fewer than 40 people (largest: 10)"),
        ({"kind": "hall"}, "there is no venue of kind hall"),
        ({"equipment": "piano", "party_size": 8, "first_choice": "Mon 18:00-19:00",
          "venues": "house 001; house 002"}, "2 named, 2 lack piano"),
        ({"home": "far"}, "3 of kind room, 3 lie farther than 20 minutes (nearest: 100)"),
        ({"first_choice": "Mon 18:00-19:00", "venues": "house 001;house 002"},
         "2 named, 1 is closed in its hours on more than 15% of its dates (least: 75%) and 1 is "
         "kept for residents in its hours"),
        ({"first_choice": "Mon 18:00-19:00"},
         "3 of kind room, 1 is closed in its hours on more than 15% of its dates (least: 75%), 1 "
         "is kept for residents in its hours and 1 is ruled out by rejections of the planner"),
        ({"until": FIRST, "first_choice": "Tue 18:00-20:00", "venues": "house 000"},
         "1 named, 1 is never open in its hours"),
    ],
)  # fmt: skip
def test_why_never(tmp_path: Path, request_row: dict[str, object], words: str) -> None:
    parts = mixed().request("a", **request_row).request("fine")
    parts.world.scenario["kinds"]["hall"] = dict(parts.world.scenario["kinds"]["room"])
    parts.world.origin("far", lat=30.05)
    (said,) = problems(parts, tmp_path, rejections=["a=house 000@Mon"])
    assert said in (f"group_requests.csv:2: a: {words}", f"group_requests.csv:2: a: {NEVER}{words}")


def test_a_note_where_the_scenario_says_so(tmp_path: Path) -> None:
    parts = mixed().request("a", party_size=11).request("b")
    parts.allocation["unservable"] = "warn"
    read = parts.read(tmp_path)
    words = f"{NEVER}3 of kind room, 3 hold fewer than 11 people (largest: 10)"
    assert read.notices == (f"a: {words}",)
    assert read.plan.unservable == {0: words}


def test_a_season_in_which_nothing_is_open(tmp_path: Path) -> None:
    """Said once, not of every request."""
    parts = season().request("a").request("b")
    parts.allocation["season"]["closures"] = [{"from": FIRST, "until": "2026-12-31"}]
    (said,) = problems(parts, tmp_path)
    assert said.endswith("no venue is open on any date of the season")
