"""Unclaimed bookings: what is freed and when, and who stands by for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import histories, model_of

from sim.booking.counter import hooks_of
from sim.booking.parts.auto_release import STANDS_BY, Release
from sim.booking.requests import Outcome
from sim.scenario.schema.policy import AutoRelease
from sim.streams import uniforms

from .later_cases import Stage, booked, hall, wish

S = 6 * 48 + 20  # 10:00 on day 6, half hours
AT = S * 30.0
OFF = {"standby": False}


def stage_of(folder: Path, **values: Any) -> Stage:
    return Stage(hall(grid=30, **{"policy__auto_release": {}, **values}), folder)


def test_the_rest_is_free_after_the_grace(tmp_path: Path) -> None:
    """15 minutes into two hours: the first half hour is gone, the rest goes to who asks then."""
    stage = stage_of(tmp_path, policy__auto_release=OFF)
    holder = wish(1, S, 4, no_show=True)
    c = stage.play([holder, wish(AT + 14, S + 1, 3), wish(AT + 16, S, 1), wish(AT + 16, S + 1, 3)])
    assert booked(c) == [True, False, False, True]
    assert c.desk.length[0] == 1
    assert c.notes.unclaimed == {0}
    assert c.desk.length[3] == 3


@pytest.mark.parametrize(
    ("grace", "kept"), [(0, 0), (1, 1), (30, 1), (31, 2), (90, 3), (91, 4), (200, 4)]
)
def test_whole_slots(grace: float, kept: int, tmp_path: Path) -> None:
    """What has begun by the end of the grace is used up; with nothing left nothing happens."""
    stage = stage_of(tmp_path, policy__auto_release={"unclaimed_after_minutes": grace})
    c = stage.play([wish(1, S, 4, no_show=True)])
    assert c.desk.length[0] == kept
    assert c.notes.unclaimed == ({0} if kept < 4 else set())


def test_who_comes_or_has_given_up_leaves_nothing_unclaimed(tmp_path: Path) -> None:
    """Nor does who gives up at the very start."""
    stage = stage_of(tmp_path, policy__auto_release=OFF)
    for holder in (wish(1, S, 4), wish(1, S, 4, 500, True), wish(1, S, 4, AT, True)):
        c = stage.play([holder, wish(AT + 20, S + 2)])
        assert c.desk.length[0] == 4
        assert not c.notes.unclaimed
        assert booked(c)[1] == (holder.gives_up <= AT)


def test_standing_by(tmp_path: Path) -> None:
    """In order of refusal: who wanted that half hour; not later, not earlier, not who gave up."""
    stage = stage_of(tmp_path)
    holder = wish(1, S, 4, no_show=True)
    before, later = wish(2, S - 1, 2, 3.5), wish(3, S + 2, 2)
    third, fourth = wish(4, S, 3), wish(5, S, 4)
    c = stage.play([holder, before, later, third, fourth])
    assert booked(c) == [True, False, False, True, False]
    assert (c.desk.start[3], c.desk.length[3], c.desk.attempt[3]) == (S + 1, 2, 1)
    assert c.notes.standby == {3}
    assert c.notes.given_at == {3: AT + 15}


def test_the_rest_of_what_they_wanted_and_no_more_than_was_freed(tmp_path: Path) -> None:
    """Who wanted five slots gets the three that came back, whoever holds the fifth."""
    stage = stage_of(tmp_path)
    c = stage.play([wish(1, S, 4, no_show=True), wish(2, S + 4), wish(3, S, 5)])
    assert (c.desk.start[2], c.desk.length[2]) == (S + 1, 3)
    c = stage.play([wish(1, S, 4, no_show=True), wish(3, S, 5)])
    assert (c.desk.start[1], c.desk.length[1]) == (S + 1, 3)


def test_the_waitlist_goes_first(tmp_path: Path) -> None:
    """Who waits for a part of it is promoted; who stands by gets what is free until then."""
    stage = stage_of(tmp_path, policy__waitlist={})
    c = stage.play([wish(1, S, 4, no_show=True), wish(2, S, 4), wish(3, S + 2, 2)])
    assert c.notes.given_at == {1: AT + 15, 2: AT + 15}
    assert (c.desk.start[1], c.desk.length[1]) == (S + 1, 1)
    assert (c.desk.start[2], c.desk.length[2]) == (S + 2, 2)
    assert c.notes.standby == {1}


def test_start_steps_do_not_bind_who_stands_by(tmp_path: Path) -> None:
    """Rooms let on the hour: the rest begins at half past."""
    parts = hall(0, grid=30, policy__auto_release={}).rooms("hall", 1, slot_minutes=60)
    c = Stage(parts, tmp_path).play([wish(1, S, 4, no_show=True), wish(2, S, 4)])
    assert (c.desk.start[1], c.desk.length[1]) == (S + 1, 3)


def test_who_stands_there_does_not_fail_to_come(tmp_path: Path) -> None:
    """Even of those who would not have turned up: nothing of theirs is released once more."""
    c = stage_of(tmp_path).play([wish(1, S, 4, no_show=True), wish(2, S, 4, no_show=True)])
    assert c.notes.unclaimed == {0}
    assert c.desk.length[1] == 3


def test_standing_by_is_no_strike(tmp_path: Path) -> None:
    """The holder's one strike is allowed; who stood by was there, whatever was drawn for them."""
    stage = stage_of(tmp_path, policy__limits={"no_shows": {"allowed": 1}})
    holder, stands = wish(1, S, 4, no_show=True), wish(2, S, 4, no_show=True)
    c = stage.play([holder, stands, wish(AT + 300, S + 48)])
    assert c.notes.standby == {1}
    assert booked(c) == [True, True, True]


def test_one_release_is_for_one_of_them(tmp_path: Path) -> None:
    """Another room is empty from half past on: nobody has called for who stands by for that."""
    stage = Stage(hall(2, grid=30, policy__auto_release={}), tmp_path)
    a, other = wish(1, S, 4, no_show=True), wish(2, S)
    c = stage.play([a, other, wish(3, S, 4), wish(4, S, 4)])
    assert booked(c) == [True, True, True, False]


def test_a_party_too_large_or_a_rule_lets_the_next_have_it(tmp_path: Path) -> None:
    """A length tried in vain is not kept."""
    stage = stage_of(tmp_path)
    c = stage.play([wish(1, S, 4, no_show=True), wish(2, S, 4, party=11), wish(3, S, 4)])
    assert booked(c) == [True, False, True]
    assert c.desk.length[1] == 4


def test_who_stands_by_and_is_stopped_by_a_rule(tmp_path: Path) -> None:
    """The first keeps nothing of what was tried, and the second has the room."""

    class Strict:
        def accept(self, i: int, _now: float) -> int:
            return int(Outcome.LIMIT) if i == 1 else 0

    stage = stage_of(tmp_path)
    c = stage.open([wish(1, S, 4, no_show=True), wish(2, S, 4), wish(3, S, 3)])
    c.install([hooks_of([Release(AutoRelease(), stage.rooms, c), Strict()])])
    for i in range(3):
        c.ask(i, i + 1.0)
    c.agenda.run_next()
    assert list(c.desk.outcome) == [Outcome.BOOKED, Outcome.FULL, Outcome.BOOKED]
    assert (c.desk.start[1], c.desk.length[1], c.desk.venue[1]) == (S, 4, -1)
    assert (c.desk.start[2], c.desk.length[2]) == (S + 1, 2)
    assert c.notes.standby == {2}


def test_in_a_whole_model(tmp_path: Path) -> None:
    """No slot twice with the lengths held; bookings of those standing by are used, none earlier."""
    parts = hall(
        2, grid=30, hours="day", policy__auto_release={}, people={"one_place_at_a_time": False}
    )
    parts.set(
        demand__wishes_per_1000={"person": {"room": 150}},
        kinds__room__duration_minutes={"rule": "choice", "values": [60, 120], "weights": [1, 1]},
        demand__no_show={"base": 0.5, "at_most": 0.5},
        demand__lead_days={"rule": "uniform", "low": 0, "high": 3},
    )
    h = histories(model_of(parts, tmp_path), 1)[0]
    assert h.standby.sum() > 20
    assert h.unclaimed.sum() > h.standby.sum()
    kept = (h.outcome == Outcome.BOOKED) & ~h.cancelled
    assert not (h.standby & ~kept).any()
    assert not (h.standby & h.no_show).any()
    assert np.array_equal(h.unclaimed, h.no_show & kept)  # every one was 60 minutes or more
    held = [
        (v, s)
        for v, at, n in zip(h.venue[kept], h.start[kept], h.length[kept], strict=True)
        for s in range(at, at + n)
    ]
    assert len(held) == len(set(held))
    late = h.decided_at[h.standby] - h.start[h.standby] * 30
    assert (late == -15).all()  # decided a quarter past, from half past on


def test_only_some_of_the_refused_stand_by(tmp_path: Path) -> None:
    """The draw is the booker's own: the first who stands by has it, and nobody where none may."""
    n = 12
    stage = stage_of(tmp_path / "a", demand__responses={"stands_by": 0.5})
    stands = uniforms(stage.keys(n), STANDS_BY) < 0.5
    keys, stands = stage.keys(n)[np.argsort(stands)], np.sort(stands)
    assert 2 < stands.sum() < n - 2
    script = [wish(1, S, 4, no_show=True), *(wish(2 + i, S, 4) for i in range(n - 1))]
    first = next(i for i in range(1, n) if stands[i])
    c = stage.play(script, keys)
    assert c.notes.standby == {first}
    assert sum(booked(c)) == 2
    values = {"policy__auto_release": OFF, "demand__responses": {"stands_by": 0.5}}
    assert not stage_of(tmp_path / "b", **values).play(script, keys).notes.standby


def test_who_gives_up_at_the_start_or_just_after(tmp_path: Path) -> None:
    """Given back at the start itself it is no more theirs; later they hold it still, unclaimed."""
    for late, unclaimed in ((0, set()), (1, {0})):
        c = stage_of(tmp_path / str(late)).play([wish(1, S, 4, AT + late, True)])
        assert c.notes.unclaimed == unclaimed
