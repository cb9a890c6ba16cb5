"""Waiting lists: by hand, and against a slow one that keeps everybody in one list."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.booking.counter import hooks_of
from sim.booking.parts.waitlist import STILL_WANTS, WaitingLines
from sim.booking.requests import Outcome
from sim.scenario.schema.policy import Waitlist
from sim.streams import uniforms

from .later_cases import Scripted, Stage, booked, hall, wish

S = 6 * 24 + 10  # 10:00 on day 6
AT = S * 60.0


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(hall(policy__waitlist={}), tmp_path_factory.mktemp("hall"))


def stage_of(folder: Path, **values: object) -> Stage:
    return Stage(hall(**values), folder)


def test_promoted_in_order_of_refusal(stage: Stage) -> None:
    """Who was refused first has the room when it comes back; who asks later does not."""
    c = stage.play([wish(1, S, gives_up=500), wish(2, S), wish(3, S), wish(600, S)])
    assert booked(c) == [True, True, False, False]
    assert c.notes.given_at == {1: 500}
    assert c.desk.start[1] == S
    assert c.desk.attempt[1] == 0


def test_only_what_was_asked_first_and_only_if_all_of_it_is_free(stage: Stage) -> None:
    """B wants one slot more than comes back first, so C goes before; B waits on for the other."""
    a, x = wish(1, S, 2, gives_up=500), wish(2, S + 2, gives_up=700)
    b, c, d = wish(3, S + 1, 2), wish(4, S), wish(5, S + 3)
    played = stage.play([a, x, b, c, d])
    assert booked(played) == [True] * 5
    assert played.notes.given_at == {2: 700, 3: 500}  # d had a room at once


def test_a_wish_across_midnight_waits_in_the_line_of_its_first_day(stage: Stage) -> None:
    """The slot that comes back lies on the next day."""
    c = stage.play([wish(1, 6 * 24, gives_up=500), wish(2, 6 * 24 - 2, 3)])
    assert c.notes.given_at == {1: 500}


@pytest.mark.parametrize(("ahead", "promoted"), [(25, True), (24, True), (23.9, False), (0, False)])
def test_nobody_is_promoted_too_late(ahead: float, promoted: bool, tmp_path: Path) -> None:
    """Until 24 hours ahead."""
    stage = stage_of(tmp_path, policy__waitlist={"until_hours_ahead": 24})
    c = stage.play([wish(1, S, gives_up=AT - ahead * 60), wish(2, S)])
    assert booked(c)[1] == promoted


@pytest.mark.parametrize(("before", "promoted"), [(1, True), (0, False)])
def test_not_at_the_start_itself(before: float, promoted: bool, stage: Stage) -> None:
    """Without a limit: as long as the time lies ahead."""
    assert booked(stage.play([wish(1, S, gives_up=AT - before), wish(2, S)]))[1] == promoted


def test_a_full_line_takes_nobody(tmp_path: Path) -> None:
    """One place: C is sent away and is not there when B gives back; D joins after B has gone."""
    stage = stage_of(tmp_path, policy__waitlist={"at_most": 1})
    script = [wish(1, S, gives_up=500), wish(2, S, gives_up=600), wish(3, S)]
    assert booked(stage.play(script)) == [True, True, False]
    other_day = [wish(1, S, gives_up=500), wish(2, S), wish(3, S + 24), wish(4, S + 24)]
    assert booked(stage.play(other_day)) == [True, True, True, False]
    gone = [wish(1, S, gives_up=500), wish(2, S, gives_up=100), wish(200, S)]
    c = stage.play(gone)
    assert booked(c) == [True, False, True]
    assert c.notes.given_at == {2: 500}


def test_who_waits_in_vain_leaves_at_the_start(tmp_path: Path) -> None:
    """One place: B, who waited until 10:00, no longer takes it from D at 11:00."""
    stage = stage_of(tmp_path, policy__waitlist={"at_most": 1})
    a, b = wish(1, S), wish(2, S)
    later, d = wish(3, S + 5, gives_up=AT + 120), wish(AT + 60, S + 5)
    assert booked(stage.play([a, b, later, d])) == [True, False, True, True]


def test_who_no_longer_wants_it_leaves(tmp_path: Path) -> None:
    """The draw is the booker's own: the first of those who still want it has it."""
    stage = stage_of(tmp_path, policy__waitlist={}, demand__responses={"still_wants": 0.5})
    n = 12
    wants = uniforms(stage.keys(n), STILL_WANTS) < 0.5
    keys, wants = stage.keys(n)[np.argsort(wants)], np.sort(wants)
    assert 2 < wants.sum() < n - 2
    c = stage.play([wish(1, S, gives_up=500), *(wish(2 + i, S) for i in range(n - 1))], keys)
    first = next(i for i in range(1, n) if wants[i])
    assert c.notes.given_at == {first: 500}
    assert sum(booked(c)) == 2
    assert all(c.desk.outcome[i] == Outcome.FULL for i in range(1, n) if i != first)


def test_who_is_stopped_by_a_rule_stays_in_line(stage: Stage) -> None:
    """A limit refuses B at 500 and C goes first; B has it once the limit no longer holds."""

    class Strict:
        def accept(self, i: int, now: float) -> int:
            return int(Outcome.LIMIT) if i == 1 and now < 600 else 0

    c = stage.open([wish(1, S, gives_up=500), wish(2, S), wish(3, S, gives_up=700)])
    c.install([hooks_of([WaitingLines(Waitlist(), stage.rooms, c), Strict()])])
    for i, now in ((0, 1.0), (1, 2.0), (2, 3.0)):
        c.ask(i, now)
    c.give_up(0, 500.0)
    assert booked(c) == [True, False, True]
    assert c.desk.outcome[1] == Outcome.FULL
    c.give_up(2, 700.0)
    assert booked(c) == [True, True, True]


# --- against a slow one -------------------------------------------------------------------------


def slow(
    stage: Stage, script: Sequence[Scripted], spec: Waitlist, wants: np.ndarray
) -> tuple[list[list[int]], dict[int, float]]:
    """Rooms of each request and times of promotion: slots of rooms as a set."""
    rooms, grid = stage.rooms, stage.world.grid
    taken: set[tuple[int, int]] = set()
    held, line, given_at = [list[int]() for _ in script], list[int](), dict[int, float]()
    left: set[int] = set()

    def take(i: int) -> bool:
        w = script[i]
        slots = range(w.start, w.start + w.slots)
        free = [
            v
            for v in rooms.rooms[w.pool]
            if rooms.room[v, 0] * w.rooms >= w.party
            and all(is_open(stage, v, s) and (v, s) not in taken for s in slots)
        ]
        if len(free) < w.rooms:
            return False
        held[i] = free[: w.rooms]
        taken.update((v, s) for v in held[i] for s in slots)
        return True

    def may_wait(i: int, now: float) -> bool:
        begins = script[i].start * grid
        early = now < begins and now <= begins - spec.until_hours_ahead * 60
        return not held[i] and script[i].gives_up > now and i not in left and early

    events = [(w.ask, i, 0) for i, w in enumerate(script)]
    events += [(w.gives_up, i, 1) for i, w in enumerate(script) if w.gives_up < math.inf]
    for now, i, gives_up in sorted(events, key=lambda e: e):
        w = script[i]
        if not gives_up:
            place = [j for j in line if script[j].pool == w.pool and may_wait(j, now)]
            same_day = [
                j for j in place if script[j].start * grid // 1440 == w.start * grid // 1440
            ]
            full = spec.at_most is not None and len(same_day) >= spec.at_most
            if not take(i) and may_wait(i, now) and not full:
                line.append(i)
        elif held[i] and now <= w.start * grid:
            slots = range(w.start, w.start + w.slots)
            taken.difference_update((v, s) for v in held[i] for s in slots)
            for v, j in ((v, j) for v in held[i] for j in line):
                b, pools = script[j], rooms.pools_of[v]
                overlap = b.start < w.start + w.slots and w.start < b.start + b.slots
                if overlap and b.pool in pools and may_wait(j, now):
                    if not wants[j]:
                        left.add(j)
                    elif take(j):
                        given_at[j] = now
    return held, given_at


def is_open(stage: Stage, venue: int, slot: int) -> bool:
    world = stage.world
    flat = world.opening.is_open[world.venues.profile[venue]]
    return bool(slot < len(flat) and flat[slot])


def random_case(seed: int) -> tuple[dict[str, object], list[Scripted], Random]:
    r = Random(seed)
    spec: dict[str, object] = {"until_hours_ahead": r.choice([0, 0, 3, 30])}
    if r.random() < 0.5:
        spec["at_most"] = r.choice([1, 2, 4])
    script = []
    for ask in sorted(r.sample(range(6 * 1440, 7 * 1440), 120)):
        start = r.choice([7, 8]) * 24 + r.randrange(6, 24)
        when = r.choice([math.inf, r.randint(ask + 1, start * 60)])
        script.append(wish(ask, start, r.choice([1, 1, 2, 3]), when, False, r.choice([1, 8]),
                           r.randrange(2), Random(ask).choice([1, 1, 1, 2])))  # fmt: skip
    return spec, script, r


def check_against_slow(seed: int) -> int:
    """Number of promotions of a random case, after comparing it with the slow one."""
    spec, script, r = random_case(seed)
    parts = hall(r.choice([1, 2]), hours=r.choice(["day", "always"]), policy__waitlist=spec,
                 demand__responses={"still_wants": 0.7})  # fmt: skip
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    parts.origin("away", community="D")
    parts.rooms("hall", 1, prefix="own", access="community", capacity=5)
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(parts, Path(folder))
    assert len(stage.rooms.rooms) == 2  # of those of the community, and of everybody
    wants = uniforms(stage.keys(len(script)), STILL_WANTS) < 0.7
    held, given_at = slow(stage, script, Waitlist(**spec), wants)
    c = stage.play(script)
    rooms = [c.desk.venues(i) if is_booked else [] for i, is_booked in enumerate(booked(c))]
    assert rooms == held
    assert c.notes.given_at == given_at
    return len(given_at)


@settings(max_examples=30)
@given(st.integers(0, 2**31))
def test_like_a_slow_waitlist(seed: int) -> None:
    """Same rooms, same times of promotion as one list that is searched from the front."""
    check_against_slow(seed)


def test_random_cases_promote() -> None:
    """The comparison above is of something."""
    assert sum(check_against_slow(seed) for seed in range(10)) > 40
