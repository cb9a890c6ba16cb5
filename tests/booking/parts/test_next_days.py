"""Refused requests that go to the following days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.booking.parts.next_days import TAKES_OFFER, _free_from, next_days_of
from sim.booking.requests import Outcome
from sim.booking.timing import Timing
from sim.scenario.schema.policy import Ballot, FirstCome, Policy, Window
from sim.streams import uniforms

from .later_cases import DAY, Stage, booked, hall, wish

S = 6 * 24 + 10
OPENS = S * 60 - 5 * DAY
"""Opening of the slot."""


def stage_of(folder: Path, days: int = 2, **values: Any) -> Stage:
    return Stage(hall(policy__overflow={"next_days": days}, **values), folder)


@pytest.mark.parametrize("after", [9, DAY - 3])
def test_before_those_who_ask_as_soon_as_it_opens(after: float, tmp_path: Path) -> None:
    """B, refused, has the next day's slot though C asks at the very opening."""
    opens = OPENS + DAY
    c = stage_of(tmp_path).play([wish(OPENS, S), wish(OPENS + after, S), wish(opens, S + 24)])
    assert c.notes.given_at[1] == opens
    assert (c.desk.start[1], c.desk.attempt[1]) == (S + 24, 1)
    assert c.desk.start[2] == S + 48  # and C goes on to the day after
    assert c.notes.given_at[2] == opens + DAY


def test_at_once_where_it_is_open(tmp_path: Path) -> None:
    """Two days after, as the next day is taken; in vain where both are."""
    now = OPENS + 4 * DAY
    stage = stage_of(tmp_path)
    taken = [wish(now, S), wish(now + 1, S + 24)]
    c = stage.play([*taken, wish(now + 2, S)])
    assert (c.desk.start[2], c.notes.given_at[2]) == (S + 48, now + 2)
    c = stage.play([*taken, wish(now + 2, S + 48), wish(now + 3, S)])
    assert c.desk.outcome[3] == Outcome.FULL
    assert c.desk.start[3] == S
    assert booked(c) == [True, True, True, False]


def test_who_gives_up_meanwhile_or_takes_no_offer(tmp_path: Path) -> None:
    """Given up before the next day opens; unwilling to change the day."""
    script = [wish(OPENS, S), wish(OPENS + 9, S, gives_up=OPENS + DAY)]
    assert booked(stage_of(tmp_path / "a").play(script)) == [True, False]
    stage = stage_of(tmp_path / "b", demand__responses={"takes_offer": 0.5})
    n = 10
    takes = uniforms(stage.keys(n), TAKES_OFFER) < 0.5
    script = [wish(OPENS, S), *(wish(OPENS + i, S) for i in range(1, n))]
    first, second = (np.flatnonzero(takes[1:]) + 1)[:2].tolist()
    c = stage.play(script)
    assert c.notes.given_at == {first: OPENS + DAY, second: OPENS + 2 * DAY}


@pytest.mark.parametrize("hour", [0, 23])
def test_the_horizon_ends_it(hour: int, tmp_path: Path) -> None:
    """On the last day there is no next one, neither in its first hour nor in its last."""
    stage = stage_of(tmp_path, 366)
    last = (stage.world.n_days - 1) * 24 + hour
    ask = last * 60 - 5 * DAY
    c = stage.play([wish(ask, last), wish(ask + 1, last), wish(ask + 2, last)])
    assert booked(c) == [True, False, False]


def test_a_cancelled_booking_is_not_offered_again(tmp_path: Path) -> None:
    """B gives the next day's booking up; C, refused that day, has the day after."""
    opens = OPENS + DAY
    script = [wish(OPENS, S), wish(OPENS + 9, S, gives_up=opens + 60), wish(opens + 5, S + 24)]
    c = stage_of(tmp_path).play([*script, wish(opens + 70, S + 24)])
    assert c.desk.start[1] == S + 24
    assert c.desk.start[3] == S + 24  # free again
    assert c.desk.start[2] == S + 48


def test_who_has_the_next_day_waits_no_more(tmp_path: Path) -> None:
    """B, in line for the first day too, keeps the second when either comes back.

    Lines of the day before are looked through as well, since wishes may run past midnight.
    """
    opens = OPENS + DAY
    stage = Stage(hall(2, policy__overflow={"next_days": 1}, policy__waitlist={}), tmp_path)
    a = wish(OPENS, S, gives_up=opens + 9)
    b, c = wish(OPENS + 1, S), wish(OPENS + 2, S)
    d = wish(opens + 3, S + 26, gives_up=opens + 6)
    played = stage.play([a, wish(OPENS, S, 2), b, c, d])
    assert list(played.desk.start[2:4]) == [S + 24, S + 24]
    assert played.notes.given_at == {2: opens, 3: opens}
    e = wish(opens + 3, S + 24, gives_up=opens + 6)  # beside B; C is not there
    played = stage.play([a, wish(OPENS, S, 2), b, e])
    assert played.desk.start[2] == S + 24
    assert played.notes.given_at == {2: opens}
    assert played.desk.busy.sum() == 3


def test_a_day_that_can_no_longer_be_asked_for_when_it_opens(tmp_path: Path) -> None:
    """Opens 2.4 hours ahead, closes 3 hours ahead: nobody is carried over past the closing."""
    window = {"opens_days_ahead": 0.1, "closes_minutes_ahead": 180}
    stage = stage_of(tmp_path, policy__window=window)
    assert booked(stage.play([wish(OPENS, S), wish(OPENS + 9, S)])) == [True, False]


def test_who_was_promoted_stays_there(tmp_path: Path) -> None:
    """B has the first day again before the next one opens, and is not carried over."""
    stage = stage_of(tmp_path, policy__waitlist={})
    c = stage.play([wish(OPENS, S, gives_up=OPENS + 60), wish(OPENS + 9, S)])
    assert c.desk.start[1] == S
    assert c.notes.given_at == {1: OPENS + 60}


BALLOT = {"rule": "ballot"}


@pytest.mark.parametrize(
    ("window", "selection"),
    [
        ({"opens_days_ahead": 2.5}, {}),
        ({"opens_days_ahead": 2.5, "at": "9:30"}, {}),
        ({"opens_days_ahead": 3, "at": "7:00", "release": "weekly"}, {}),
        ({"opens_days_ahead": 4}, BALLOT),
        ({"opens_days_ahead": 4}, {**BALLOT, "leftovers_days_ahead": 1, "leftovers_at": "12:00"}),
        ({"opens_days_ahead": 4}, {**BALLOT, "draw": "weekly", "only_peak": True}),
    ],
)
def test_the_first_moment_at_which_it_may_be_given(
    window: dict[str, Any], selection: dict[str, Any]
) -> None:
    """Allowed then, and not a minute before, under every kind of window.

    But for starts off-peak where only peak hours are drawn: with the week's leftovers, who moves
    there is let in early; who asks for them is not before they open.
    """
    peak = np.arange(20 * 24) % 24 >= 18
    chosen = Ballot(**selection) if selection else FirstCome()
    rules = Policy(window=Window(**window), selection=chosen)
    timing = Timing(rules, 24, 60, 3, peak)
    starts = np.arange(8 * 24, 20 * 24)
    for start, free in zip(starts.tolist(), _free_from(timing, starts), strict=True):
        assert timing.allows(start, free)
        moved_there = bool(selection.get("only_peak")) and not peak[start]
        assert moved_there or not timing.allows(start, free - 1)


def test_days_go_by_the_rules_of_the_centre_asked_first(tmp_path: Path) -> None:
    """The annex opens a day later than the hall, so what it refuses waits a day longer."""
    parts = hall(policy__overflow={"next_days": 2})
    parts.scenario["zones"]["Y"] = {"operator": "O"}
    parts.tables["communities"].append({"community": "D", "zone": "Y"})
    parts.centre("annex", community="D").rooms("annex", 1)
    parts.set(policy__overrides=[{"zones": ["Y"], "window": {"opens_days_ahead": 4}}])
    stage = Stage(parts, tmp_path)
    later, pools = OPENS + DAY, stage.world.pools.centre.tolist()
    near, far = (pools.index(stage.world.centres.names.index(c)) for c in ("hall", "annex"))
    script = [wish(OPENS + k, S, pool=near) for k in range(2)]
    script += [wish(later + k, S, pool=far) for k in range(2)]
    c = stage.play(script)
    assert list(c.desk.start[:4]) == [S, S + 24, S, S + 24]
    assert c.notes.given_at == {1: OPENS + DAY, 3: later + DAY}
    assert c.desk.venue[3] == c.desk.venue[2] != c.desk.venue[1]


def test_the_last_hour_of_the_horizon_may_be_offered(tmp_path: Path) -> None:
    """A day before it refused; who asked for an hour more is past the end."""
    stage = stage_of(tmp_path, 3)
    last = stage.world.n_days * 24 - 1
    ask = (last - 24) * 60 - 100
    c = stage.play([wish(ask, last - 24), wish(ask + 1, last - 24)])
    assert c.desk.start[1] == last
    c = stage.play([wish(ask, last - 24, 2), wish(ask + 1, last - 24, 2)])
    assert booked(c) == [True, False]


def test_who_gives_up_at_the_very_moment_is_offered_nothing(tmp_path: Path) -> None:
    """A minute later they still are."""
    stage, now = stage_of(tmp_path), OPENS + DAY
    for gives_up, given in ((now, False), (now + 1, True)):
        c = stage.play([wish(OPENS, S), wish(OPENS + 9, S, gives_up=gives_up)])
        assert (c.notes.given_at == {1: now}) == given
        assert bool(c.notes.given_at) == given


@pytest.mark.parametrize(("days", "part"), [(0, False), (1, True)])
def test_no_days_are_no_part(days: int, part: bool, tmp_path: Path) -> None:
    stage = stage_of(tmp_path, days)
    (rules,) = stage.rooms.book.sets
    assert next_days_of(rules) == (days if part else None)
    (rules,) = Stage(hall(), tmp_path / "none").rooms.book.sets
    assert next_days_of(rules) is None
