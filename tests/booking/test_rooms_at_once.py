"""Several rooms at once: all or none, through every part of a policy, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.booking.requests import Outcome
from sim.scenario.schema.policy import Cap, Limits

from .limit_cases import HOUR, Wish, outcomes, play
from .parts.later_cases import Stage, booked, hall, wish

S = 6 * 48 + 20  # 10:00 on day 6, half hours
AT = S * 30.0
TWO: dict[str, Any] = {"rooms": 2}


def stage_of(folder: Path, rooms: int = 2, **values: Any) -> Stage:
    return Stage(hall(rooms, grid=30, **values), folder)


def test_both_or_none(tmp_path: Path) -> None:
    """One of two rooms is taken for an hour: two at once are refused then, and given later."""
    c = stage_of(tmp_path).play(
        [wish(1, S, 2), wish(2, S, 2, **TWO), wish(3, S + 2, 2, **TWO), wish(4, S, 2)]
    )
    assert booked(c) == [True, False, True, True]
    assert sorted(c.desk.venues(2)) == [0, 1]
    assert c.desk.busy.sum() == 2 + 4 + 2


def test_each_room_holds_its_part_of_the_party(tmp_path: Path) -> None:
    """Of rooms for 2, 5 and 10: nine people in two rooms need places for five in each."""
    parts = hall(1, grid=30)
    for row, capacity in zip(parts.tables["venues"] * 1, (2,), strict=True):
        row["capacity"] = capacity
    parts.rooms("hall", 1, prefix="middle", capacity=5)
    parts.rooms("hall", 1, prefix="large", capacity=10)
    stage = Stage(parts, tmp_path)
    capacity = stage.world.venues.capacity
    c = stage.play([wish(1, S, party=9, **TWO), wish(2, S + 1, party=4, **TWO)])
    assert [capacity[v] for v in c.desk.venues(0)] == [5, 10]
    assert [capacity[v] for v in c.desk.venues(1)] == [2, 5]


def test_giving_up_frees_both_for_who_waits(tmp_path: Path) -> None:
    """Two who want a room each have waited for the two rooms of one booking."""
    waitlist = {"policy__waitlist": {"until_hours_ahead": 0}}
    c = stage_of(tmp_path, **waitlist).play(
        [wish(1, S, 2, 50, **TWO), wish(2, S, 2), wish(3, S, 2), wish(4, S, 2)]
    )
    assert booked(c) == [True, True, True, False]
    assert set(c.notes.given_at.values()) == {50}
    two = [wish(1, S, 2), wish(2, S, 2, 50), wish(3, S, 2, 60), wish(4, S, 2, **TWO)]
    c = stage_of(tmp_path, 3, **waitlist).play(two)
    assert c.notes.given_at == {3: 60}  # one room given back was not enough


def test_what_nobody_claims_is_released_in_both(tmp_path: Path) -> None:
    """Half an hour after the start: one stands by for each room."""
    stage = stage_of(tmp_path, policy__auto_release={"unclaimed_after_minutes": 30})
    holder = wish(1, S, 4, no_show=True, **TWO)
    c = stage.play([holder, wish(2, S, 4), wish(3, S, 4), wish(4, S, 4)])
    assert booked(c) == [True, True, True, False]
    assert [c.desk.length[i] for i in range(3)] == [1, 3, 3]
    assert c.desk.venue[1] != c.desk.venue[2]


def test_looking_again_and_other_days_ask_for_as_many(tmp_path: Path) -> None:
    """The next day one room is taken: the day after has two."""
    script = [wish(1, S), wish(2, S + 48), wish(3, S, **TWO)]
    c = stage_of(tmp_path, policy__overflow={"next_days": 3}).play(script)
    assert c.desk.start[2] == S + 2 * 48
    assert sorted(c.desk.venues(2)) == [0, 1]


@pytest.mark.parametrize(("kept", "expected"), [(0, [True, True]), (1, [True, False])])
def test_rooms_to_be_left_over(kept: int, expected: list[bool], tmp_path: Path) -> None:
    """Of three rooms with one kept free, two at once are given once, and one more is not."""
    reserve = [{"rooms": kept, "for": ["residents"], "release_hours_ahead": 0}] if kept else []
    parts = hall(3, grid=30, policy__reserve=reserve)
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    parts.tables["centres"][0]["community"] = "D"
    parts.tables["centres"][0]["tier"] = "community"
    c = Stage(parts, tmp_path).play([wish(1, S, **TWO), wish(2, S)])
    assert booked(c) == expected


def test_a_cap_on_hours_counts_every_room_and_a_limit_on_bookings_one() -> None:
    """Two rooms for an hour are two hours, and one booking."""
    day = [Wish(ask=k, start=60 + k, rooms=2 if k == 1 else 1) for k in (1, 2, 3)]
    assert outcomes(play(Limits(hours=[Cap(at_most=3, per="week")]), day)) == "bbl"
    assert outcomes(play(Limits(hours=[Cap(at_most=1, per="week")]), day)) == "lbl"
    assert outcomes(play(Limits(active_bookings=2), day)) == "bbl"
    given_up = [Wish(ask=1, start=60, rooms=2, gives_up=HOUR), *day[1:]]
    given_up = [given_up[0], *(Wish(ask=2 * HOUR + w.ask, start=w.start) for w in day[1:])]
    assert outcomes(play(Limits(hours=[Cap(at_most=2, per="week")]), given_up)) == "bbb"


def test_nobody_has_a_room_that_was_only_looked_at(tmp_path: Path) -> None:
    """A search that finds one of two leaves the diaries as they were."""
    c = stage_of(tmp_path).play([wish(1, S, 2), wish(2, S, 2, **TWO)])
    assert c.desk.outcome[1] == Outcome.FULL
    assert c.desk.busy.sum() == 2
