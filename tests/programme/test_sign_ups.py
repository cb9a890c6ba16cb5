"""Who signs up, how many and when: against means worked out by hand, and what must not change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, z_score

from programme.cases import constant, kind, plan_of, run, town
from sim.programme.sessions import ProgrammeRecord, SignUpFate, Status
from sim.programme.signups import draw_participants
from sim.world.places import person_ids

ELSEWHERE = {"rule": "elsewhere", "days_ahead": 10}


def ring(number: int, **activities: Any) -> Parts:
    """Origins of 4 adults and 5 elders each at growing distances north of one centre."""
    parts = town(28, sessions=40, rooms=1, **activities)
    parts.tables["origins"].clear()
    parts.tables["people"].clear()
    parts.set(
        segments__person__metres_per_second=1.25,
        segments__elder={"curve": "flat", "bicycle_share": 0, "metres_per_second": 0.8},
        demand__wishes_per_1000__elder={"room": 7},
        travel={"detour": 1.4, "max_minutes": 25},
        people={"one_place_at_a_time": False},
        activities__rooms=ELSEWHERE,
    )
    for i in range(number):
        parts.origin(f"home {i:02}", {"person": 4, "elder": 5}, lat=30.0 + 0.0002 * i)
    return parts


def mean_of(number: int, appeal: dict[str, float], per_minute: float, level: float) -> np.ndarray:
    """(origins, 2) mean sign-ups of elders and persons for one session, by hand."""
    km = 111.195 * 0.0002 * np.arange(number) * 1.4
    means = []
    for name, people, speed in (("elder", 5, 0.8), ("person", 4, 1.25)):
        minutes = km * 1000 / speed / 60
        reach = np.where(minutes <= 25, np.exp(per_minute * minutes), 0)
        means.append(level * appeal[name] / 1000 * people * reach)
    return np.stack(means, axis=1)


def test_mean_numbers_of_sign_ups(tmp_path: Path) -> None:
    """By origin and segment; a fifth of nine people is one each, who signs up at most once.

    Sign-ups of one person for one session are Poisson with repeats left out: 1 - exp(-mean).
    """
    appeal = {"person": 40.0, "elder": 15.0}
    parts = ring(90, kinds={"talk": kind(appeal=appeal, capacity=constant(9))}, per_minute=-0.09)
    plan = plan_of(parts.set(activities__level=1.7, activities__participants=0.2), tmp_path)
    once = -np.expm1(-mean_of(90, appeal, -0.09, 1.7))
    assert (once[:, 0] == 0).sum() == 51  # beyond 25 minutes at 0.8 m/s: 1,200 m of route
    near, far, elders = [], [], []
    for replication in range(60):
        record = run(plan, replication)
        origin = plan.world.people.origin[record.group]
        segment = plan.world.people.segment[record.group]
        n = len(record.sessions)
        near.append(np.sum((segment == 1) & (origin < 30)) / n)
        far.append(np.sum((segment == 1) & (origin >= 30)) / n)
        elders.append(np.sum(segment == 0) / n)
        assert np.all(record.number == 0)
        assert np.all(once[origin, segment] > 0)
    assert abs(z_score(near, once[:30, 1].sum())) < 4
    assert abs(z_score(far, once[30:, 1].sum())) < 4
    assert abs(z_score(elders, once[:, 0].sum())) < 4


def test_popularity_has_the_spread_asked_for(tmp_path: Path) -> None:
    """Variance of one-off sessions' sign-ups: mean + mean^2 ((1 + a^2)(1 + b^2) - 1)."""
    spec = kind(appeal={"person": 5}, popularity_cv=0.6, session_cv=0.4, capacity=constant(9))
    parts = town(364, sessions=4000, recurring=0, kinds={"talk": spec}, participants=1)
    parts.tables["people"][0]["people"] = 10**5
    parts.set(activities__kinds__talk__appeal={"person": 0.2}, activities__activity_shape=1000)
    parts.set(activities__rooms=ELSEWHERE, people={"one_place_at_a_time": False})
    record = run(plan_of(parts, tmp_path))
    n = np.bincount(record.session, minlength=len(record.sessions)).astype(float)
    mean = 20.0
    assert abs(z_score(n, mean)) < 4
    spread = mean + mean**2 * ((1 + 0.36) * (1 + 0.16) - 1)
    assert abs(z_score((n - mean) ** 2, spread)) < 4


def by_key(record: ProgrammeRecord) -> dict[int, tuple[int, ...]]:
    columns = record.sessions.key[record.session], record.group, record.number
    rows = zip(*(c.tolist() for c in columns), record.time.tolist(), strict=True)
    return dict(zip(record.key.tolist(), rows, strict=True))


def test_a_higher_level_only_adds(tmp_path: Path) -> None:
    parts = town(28, sessions=60).set(activities__rooms=ELSEWHERE)
    plan = plan_of(parts.set(activities__kinds__talk__popularity_cv=0.5), tmp_path)
    found = [by_key(run(plan.at_interest(level))) for level in (0.5, 1, 7)]
    assert 0 < len(found[0]) < len(found[1]) < len(found[2])
    assert found[0].items() <= found[1].items() <= found[2].items()


def test_an_origin_more_leaves_the_others_people_alone(tmp_path: Path) -> None:
    """The participants of a group are the same, whoever else lives near by."""
    before = plan_of(town(7, sessions=5), tmp_path / "before")
    more = town(7, sessions=5)
    more.tables["origins"].insert(0, {**more.tables["origins"][0], "origin": "a"})
    more.tables["people"].insert(0, {"origin": "a", "segment": "person", "people": 50})
    after = draw_participants(plan_of(more, tmp_path / "after"), 7)
    old = np.diff(draw_participants(before, 7).upto, prepend=0.0)
    new = np.diff(after.upto, prepend=0.0)[after.first[1] :]
    assert len(old) == 400
    assert np.allclose(old, new, rtol=0, atol=1e-9)


def test_nobody_twice_and_participants_only(tmp_path: Path) -> None:
    """30 people of whom 0.21 take part: numbers 0 to 6."""
    parts = town(28, sessions=80, participants=0.21, activity_shape=20)
    parts.tables["people"][0]["people"] = 30
    plan = plan_of(parts.set(activities__level=50), tmp_path)
    record = run(plan)
    who = person_ids(record.group, record.number)
    assert len(record.session) > 100
    assert len(np.unique(np.stack([record.session, who]), axis=1).T) == len(who)
    assert set(record.number) == set(range(7))
    assert plan.participants.tolist() == [7]
    nobody = plan_of(parts.set(activities__participants=0), tmp_path / "nobody")
    assert len(run(nobody).session) == 0


def test_activity_is_uneven_as_asked_for(tmp_path: Path) -> None:
    """Gamma of mean 1 and variance 1 / shape over 20,000 participants."""
    parts = town(7, sessions=5, participants=1, activity_shape=0.4)
    parts.tables["people"][0]["people"] = 20_000
    activity = np.diff(draw_participants(plan_of(parts, tmp_path), 7).upto, prepend=0.0)
    assert abs(z_score(activity, 1.0)) < 4
    assert abs(z_score((activity - 1) ** 2, 2.5)) < 4


def test_times_of_signing_up(tmp_path: Path) -> None:
    """Three days before the start; at publication where that is later."""
    lead = {"rule": "choice", "values": [0.25, 3, 12], "weights": [1, 1, 1]}
    parts = town(28, sessions=60, sign_up={"at_least": 0, "lead_days": lead})
    rule = {"rule": "published", "days_ahead": 5}
    record = run(plan_of(parts.set(activities__rooms=rule), tmp_path))
    start = record.sessions.start[record.session] * 30.0
    published = record.sessions.published[record.session]
    assert np.all(published == record.sessions.start[record.session] // 48 * 1440.0 - 5 * 1440)
    at = np.array([record.time == start - 360, record.time == start - 3 * 1440])
    late = record.time == published
    assert np.all(at[0] | at[1] | late)
    assert min(at[0].sum(), at[1].sum(), late.sum()) > 100
    order = np.lexsort((record.key, record.time, record.session))
    assert np.all(order == np.arange(len(order)))


@pytest.mark.parametrize("access", ["public", "community", "compound"])
def test_who_may_come_by_the_access_rule(access: str, tmp_path: Path) -> None:
    parts = town(28, sessions=60, rooms=0)
    parts.origin("next door").tables["communities"].append({"community": "D", "zone": "Z"})
    parts.origin("beyond", community="D").centre("nest", "compound", compound="home")
    parts.rooms("nest", 3, access=access, capacity=30)
    plan = plan_of(parts, tmp_path)
    record = run(plan)
    origins = {plan.world.origins.names[o] for o in plan.world.people.origin[record.group]}
    expected = {"public": 3, "community": 2, "compound": 1}[access]
    assert origins == {"home", "next door", "beyond"} - set(["beyond", "next door"][: 3 - expected])


def test_no_shows_and_company(tmp_path: Path) -> None:
    """Shares by z-score; who comes with how many is as drawn."""
    company = {"rule": "choice", "values": [0, 1, 2], "weights": [5, 3, 2]}
    spec = kind(company=company, capacity=constant(30), appeal={"person": 8})
    sign_up = {"at_least": 0, "no_show": 0.3}
    plan = plan_of(town(56, sessions=150, kinds={"talk": spec}, sign_up=sign_up), tmp_path)
    shows, brought = [], []
    for replication in range(40):
        record = run(plan, replication)
        admitted = record.fate == SignUpFate.ADMITTED
        shows.append(record.comes[admitted].mean())
        brought.append(record.company.mean())
        held = record.status[record.session] == Status.HELD
        assert np.all(record.came == (admitted & record.comes & held))
    assert abs(z_score(shows, 0.7)) < 4
    assert abs(z_score(brought, 0.7)) < 4
