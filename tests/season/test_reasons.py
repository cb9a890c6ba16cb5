"""Why a group did not get its hour, in names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sim.season.methods import allocate
from sim.season.reasons import COLUMNS, SeasonReasons

from .helpers import FIRST, SeasonParts, problems, season


def explained(parts: SeasonParts, folder: Path) -> SeasonReasons:
    plan = parts.plan(folder)
    return SeasonReasons(plan, allocate(plan, 20, 1))


def two_at_once(**more: object) -> SeasonParts:
    """Two groups of one room on Wednesday from 18:00; `b` counts double."""
    parts = season(rooms=1, **more)
    one = {"venues": "house 000", "first_choice": "Wed 18:00-19:00"}
    return parts.request("a", **one).request("b", priority=2, **one)


def rows(why: SeasonReasons) -> list[dict[str, str]]:
    found = [row for request in why.unmet_requests() for row in why.rows(request)]
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def test_rows_by_hand(tmp_path: Path) -> None:
    why = explained(two_at_once(), tmp_path)
    assert why.unmet_requests() == (0,)
    assert rows(why) == [
        {
            "request": "a",
            "group": "club of a",
            "got": "0 of 1",
            "wanted": "Wed 18:00-19:00 in house 000 (first choice)",
            "reason": "Wed 18:00-19:00 in house 000 is held by b of club of b (priority 2, here 1)",
            "by": "b",
            "forced": "Wed 18:00-19:00 in house 000",
            "gives_way": "b of club of b: 0 instead of 120",
            "others_lose": "120",
            "it_gains": "60",
            "proven": "yes",
        }
    ]


def test_other_methods_are_only_looked_at(tmp_path: Path) -> None:
    """`b` first by priority: why `a` lacks is seen, but no search says what gives way."""
    [row] = rows(explained(two_at_once(method={"rule": "greedy"}), tmp_path))
    assert (row["by"], row["forced"], row["proven"]) == ("b", "", "")


def test_rules_and_own_sessions_in_words(tmp_path: Path) -> None:
    kept = [{"kinds": ["room"], "hours": "18-19", "days": ["Thu"]}]
    parts = season(rooms=1, kept_for_residents=kept)
    parts.request(
        "a", sessions=2, spacing_days=2, venues="house 000",
        first_choice="Mon Tue Thu 18:00-19:00",
    )  # fmt: skip
    why = explained(parts, tmp_path)
    words = [row["reason"] for row in rows(why)]
    assert "house 000 is kept for residents then" in words
    assert any(w.startswith("it has ") and w.endswith("less than 2 days apart") for w in words)


def test_names_of_halls_and_locks(tmp_path: Path) -> None:
    """A lock of the parts' hall is named as what it is."""
    halves = [{"whole": "house 000", "parts": ["house 001", "house 002"]}]
    parts = season(rooms=3, halves=halves)
    parts.request("a", venues="house 001", first_choice="Wed 18:00-19:00")
    parts.request("b", venues="house 000", first_choice="Wed 18:00-19:00", priority=0.5)
    parts.decision("lock", "b", venue="house 000", weekday=3, start="18:00", end="19:00")
    [row] = rows(explained(parts, tmp_path))
    assert row["reason"] == (
        "Wed 18:00-19:00 in house 000, which shares rooms with it, is held by "
        "b of club of b (locked by the planner)"
    )


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
