"""More sign-ups than places: who may sign up, who is let in, who is turned away at the door."""

from __future__ import annotations

import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, model_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programme.cases import constant, kind, plan_of, run, town
from sim.model import History, Model, simulate
from sim.model.whereabouts import bookers_of
from sim.points.record import Source
from sim.programme.sessions import ProgrammeRecord, SignUpFate, Status
from sim.programme.signups import at_the_door, most_signed_up
from sim.scenario.schema.policy import Overbooking
from sim.world.places import person_ids

COMPANY = {"rule": "choice", "values": [0, 1, 3], "weights": [3, 1, 1]}


def full_house(share: float | None, **more: Any) -> Parts:
    """Sessions of 6 to 14 places that about 16 wish to join, some with company."""
    spec = kind(
        capacity={"rule": "uniform", "low": 6, "high": 14},
        company=COMPANY,
        appeal={"person": 8},
        popularity_cv=0.4,
    )
    parts = town(14, sessions=50, kinds={"talk": spec}, sign_up={"at_least": 3, "no_show": 0.2})
    if share is not None:
        parts.set(policy__overbooking={"share": share})
    return parts.set(**more)


@example(100, 29)
@example(50, 58)
@given(st.integers(1, 20_000), st.integers(0, 1000))
def test_as_many_as_the_share_says(places: int, hundredths: int) -> None:
    """floor(places x (1 + share)), in whole numbers: no person lost to binary fractions."""
    most = most_signed_up(Overbooking(share=hundredths / 100), np.array([places]))
    assert most.tolist() == [places + places * hundredths // 100]


def test_a_limit_in_people() -> None:
    rule = Overbooking(share=0.5, at_most_people=4)
    assert most_signed_up(rule, np.array([1, 5, 8, 9, 100])).tolist() == [1, 7, 12, 13, 104]
    assert most_signed_up(None, np.array([1, 5])).tolist() == [1, 5]


def let_in(record: ProgrammeRecord, comes: list[bool]) -> list[int]:
    """Who of those who come is let in, one by one in order of signing up."""
    free = record.sessions.capacity.tolist()
    found = []
    for i in np.lexsort((record.key, record.time)).tolist():
        session, size = int(record.session[i]), 1 + int(record.company[i])
        if comes[i] and size <= free[session]:
            free[session] -= size
            found.append(i)
    return sorted(found)


def some_record(folder: Path, session: list[int], company: list[int]) -> ProgrammeRecord:
    """Two sessions of 4 places and people of our own, in order of signing up."""
    record = run(plan_of(full_house(None), folder))
    n, none = len(session), np.zeros(len(session), dtype=np.int64)
    names = [f.name for f in fields(record.sessions)]
    two = {name: getattr(record.sessions, name)[:2] for name in names}
    return replace(
        record,
        sessions=replace(record.sessions, **{**two, "capacity": np.array([4, 4])}),
        session=np.array(session), company=np.array(company), time=np.arange(n, dtype=float),
        key=none.astype(np.uint64), group=none, number=np.arange(n),
        fate=none.astype(np.uint8), comes=none == 0, turned_away=none > 0,
    )  # fmt: skip


def test_last_signed_up_first_turned_away(tmp_path: Path) -> None:
    """A party comes in whole or not at all; a smaller one behind it may still fit."""
    record = some_record(tmp_path, [0, 0, 0, 0, 0, 1, 1, 1], [0, 1, 1, 0, 0, 0, 2, 0])
    everybody = np.ones(8, dtype=bool)
    away = np.flatnonzero(at_the_door(record, everybody))
    assert away.tolist() == [2, 4, 7]
    second_stays_away = everybody.copy()
    second_stays_away[1] = False
    assert np.flatnonzero(at_the_door(record, second_stays_away)).tolist() == [4, 7]


@settings(max_examples=25)
@given(
    st.floats(0, 1.5), st.one_of(st.none(), st.integers(0, 6)), st.integers(0, 2**31), st.booleans()
)
def test_what_holds_of_every_door(share: float, most: int | None, seed: int, strict: bool) -> None:
    """Whoever of the admitted comes: in order, never more inside than places, nobody lost."""
    parts = full_house(None, people={"one_place_at_a_time": strict})
    rule = {"share": share} if most is None else {"share": share, "at_most_people": most}
    parts.set(policy__overbooking=rule)
    with tempfile.TemporaryDirectory() as folder:
        record = run(plan_of(parts, Path(folder)), seed)
    s, size, n = record.sessions, 1 + record.company, len(record.sessions)
    admitted = record.fate == SignUpFate.ADMITTED
    signed_up = np.bincount(record.session, size * admitted, minlength=n)
    limit = np.floor(s.capacity * (1 + share) + 1e-9)
    assert np.all(signed_up <= limit)
    assert np.all(signed_up <= s.capacity + (limit if most is None else most))
    held = record.status[record.session] == Status.HELD
    comes = admitted & held & (np.random.default_rng(seed).random(len(held)) < 0.85)
    away = at_the_door(record, comes)
    assert not np.any(away & ~comes)
    inside = comes & ~away
    assert np.all(np.bincount(record.session, size * inside, minlength=n) <= s.capacity)
    assert np.flatnonzero(inside).tolist() == let_in(record, comes.tolist())
    assert not np.any(record.turned_away)  # a record says nothing before the door was looked at


def same(a: Any, b: Any) -> bool:
    """Whether two records hold the same, array by array."""
    if isinstance(a, np.ndarray):
        return bool(np.array_equal(a, b))
    return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))


@settings(max_examples=8)
@given(st.integers(0, 2**31))
def test_a_share_of_nothing_is_no_overbooking(seed: int) -> None:
    """Also where nobody may sign up beyond the places; with a share it is another history."""
    rules = (None, {"share": 0}, {"share": 0.5, "at_most_people": 0}, {"share": 0.5})
    records = []
    for rule in rules:
        parts = full_house(None) if rule is None else full_house(None, policy__overbooking=rule)
        with tempfile.TemporaryDirectory() as folder:
            plan = plan_of(parts, Path(folder))
        assert (plan.overbooking is None) == (rule != rules[-1])
        records.append(run(plan, seed))
    assert same(records[0], records[1])
    assert same(records[0], records[2])
    assert not same(records[0], records[3])


def busy(seed: int) -> tuple[History, Model]:
    """People who book rooms and take part: some who signed up are elsewhere when it begins."""
    spec = kind(capacity=constant(6), company=COMPANY, appeal={"person": 500})
    parts = town(14, rooms=30, sessions=60, kinds={"talk": spec}, participants=1)
    parts.tables["people"][0]["people"] = 40
    parts.set(
        policy__overbooking={"share": 1},
        activities__sign_up={"at_least": 2, "no_show": 0.1},
        demand__wishes_per_1000={"person": {"room": 8000}},
        segments__person__adopters=1,
        people={"one_place_at_a_time": True},
        points={"per_participation": 5},
    )
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(parts, Path(folder))
    return simulate(model, seed, 0), model


def in_use(h: History, model: Model) -> list[tuple[int, int, int]]:
    """(person, from, until) in slots of every booking used."""
    wishes = h.wishes
    at = np.flatnonzero((h.venue >= 0) & ~h.cancelled & ~h.no_show)
    who = bookers_of(model.plan, h.bookers, wishes, h.asked[at])
    end = h.start[at] + wishes.duration[h.asked[at]]
    return list(zip(who.tolist(), h.start[at].tolist(), end.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_who_is_elsewhere_takes_no_place(seed: int) -> None:
    """Those who use a booking then are neither let in nor turned away; the others by turns."""
    h, model = busy(seed)
    record, attends = h.programme, h.attends
    assert record is not None
    assert attends is not None
    bookings = in_use(h, model)
    who = person_ids(record.group, record.number).tolist()
    s, comes = record.sessions, []
    for i, session in enumerate(record.session.tolist()):
        start = int(s.start[session])
        end = start + int(s.duration[session])
        away = any(p == who[i] and a < end and start < b for p, a, b in bookings)
        comes.append(bool(record.came[i]) and not away)
    kept = record.came & ~np.array(comes)
    assert np.flatnonzero(attends).tolist() == let_in(record, comes)
    assert np.array_equal(attends | record.turned_away, comes)
    assert not np.any(attends & record.turned_away)
    assert min(kept.sum(), attends.sum(), record.turned_away.sum()) > 20
    too_early = at_the_door(record, record.came)
    assert (too_early & ~record.turned_away & ~kept).sum() > 5  # if the door came first


def test_no_points_without_taking_part() -> None:
    """Those turned away earn nothing."""
    h, model = busy(0)
    record = h.programme
    assert record is not None
    assert h.points is not None
    assert h.attends is not None
    assert record.turned_away.sum() > 20
    s, session = record.sessions, record.session
    over = (s.start + s.duration)[session] < model.world.n_days * model.world.slots
    took_part = person_ids(record.group, record.number)[h.attends & over]
    earned = h.points.earned
    credited = earned.person[earned.source == Source.PARTICIPATION]
    assert sorted(credited.tolist()) == sorted(took_part.tolist())
