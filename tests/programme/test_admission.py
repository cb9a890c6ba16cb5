"""Places and decisions: invariants, cases by hand, and a slow reference that replays a history."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from as_python import as_python
from builders import Parts

from programme.cases import constant, kind, plan_of, run, town, zone
from sim.programme.plan import ProgrammePlan
from sim.programme.sessions import ProgrammeRecord, SignUpFate, Status
from sim.world.places import person_ids


def lively() -> Parts:
    """Two zones, long and short sessions, company, full ones, cancelled ones, busy people."""
    kinds = {
        "talk": kind(
            capacity={"rule": "uniform", "low": 3, "high": 25},
            duration_minutes={"rule": "uniform", "low": 30, "high": 400},
            company={"rule": "choice", "values": [0, 1, 3], "weights": [2, 1, 1]},
            popularity_cv=1.0,
            session_cv=0.4,
        ),
        "night": kind(
            duration_minutes=constant(600), starts={"weekday": {"18-24": 1}, "weekend": {}}
        ),
    }
    sign_up = {
        "lead_days": {"rule": "uniform", "low": 0, "high": 8},
        "at_least": 6,
        "decided_hours_ahead": 20,
    }
    parts = town(28, sessions=400, kinds=kinds, sign_up=sign_up, participants=0.03)
    parts.set(people={"one_place_at_a_time": True})
    return zone(parts, "Y").set(activities__level=1.3)


def replayed(plan: ProgrammePlan, record: ProgrammeRecord, *, strict: bool) -> list[int]:
    """Fates of the sign-ups of a record, served one by one in the plainest way."""
    s, at_least = record.sessions, plan.activities.sign_up.at_least
    start, end = s.start.tolist(), (s.start + s.duration).tolist()
    who = person_ids(record.group, record.number).tolist()
    session = record.session.tolist()
    held = np.flatnonzero(record.status != Status.NO_ROOM).tolist()
    events = [(float(s.decided[i]), 1, i) for i in held]
    events += [(float(record.time[i]), 0, i) for i in np.lexsort((record.key,))]
    events.sort(key=lambda e: e[:2])
    fate = [-1] * len(who)
    admitted: list[list[int]] = [[] for _ in start]
    gone: set[int] = set()
    for _, is_decision, i in events:
        if is_decision:
            if sum(1 + int(record.company[j]) for j in admitted[i]) < at_least:
                gone.add(i)
                for j in admitted[i]:
                    fate[j] = int(SignUpFate.CANCELLED)
            continue
        mine, places = session[i], sum(1 + int(record.company[j]) for j in admitted[session[i]])
        assert mine not in gone
        busy = [t for t in range(len(start)) if any(who[j] == who[i] for j in admitted[t])]
        if strict and any(
            t not in gone and start[t] < end[mine] and start[mine] < end[t] for t in busy
        ):
            fate[i] = int(SignUpFate.BUSY)
        elif places + 1 + int(record.company[i]) > s.capacity[mine]:
            fate[i] = int(SignUpFate.FULL)
        else:
            fate[i] = int(SignUpFate.ADMITTED)
            admitted[mine].append(i)
    assert sorted(gone) == np.flatnonzero(record.status == Status.CANCELLED).tolist()
    return fate


@pytest.mark.parametrize(
    ("rule", "strict", "python"),
    [("published", True, False), ("elsewhere", False, False), ("published", True, True)],
)
def test_the_same_as_a_plain_replay(
    rule: str, strict: bool, python: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every sign-up has the one fate that serving them one by one gives; all fates occur."""
    if python:
        module = as_python("sim.programme.admission")
        monkeypatch.setattr("sim.programme.process.Admission", module.Admission)
    parts = lively().set(
        activities__rooms={"rule": rule, "days_ahead": 6}, people={"one_place_at_a_time": strict}
    )
    plan = plan_of(parts, tmp_path)
    record = run(plan)
    assert record.fate.tolist() == replayed(plan, record, strict=strict)
    fates = np.bincount(record.fate, minlength=4)
    assert np.all(fates[:3] > 30)
    assert (fates[SignUpFate.BUSY] > 30) == strict
    clash = overlaps(record)
    assert (clash > 0) != strict


def overlaps(record: ProgrammeRecord) -> int:
    """Pairs of sessions at one time for which one person holds places."""
    own = np.flatnonzero(record.fate == SignUpFate.ADMITTED)
    s, session = record.sessions, record.session[own]
    who = person_ids(record.group[own], record.number[own])
    start, end = s.start[session], (s.start + s.duration)[session]
    found = 0
    for person in np.unique(who):
        mine = np.flatnonzero(who == person)
        both = (start[mine][:, None] < end[mine][None]) & (start[mine][None] < end[mine][:, None])
        found += (int(both.sum()) - len(mine)) // 2
    return found


def test_what_holds_of_every_record(tmp_path: Path) -> None:
    plan = plan_of(lively(), tmp_path)
    for replication in range(6):
        record = run(plan, replication)
        s, n = record.sessions, len(record.sessions)
        places = np.bincount(
            record.session,
            (1 + record.company) * (record.fate == SignUpFate.ADMITTED),
            minlength=n,
        )
        assert np.all(places <= s.capacity)
        assert np.all(np.bincount(record.fate, minlength=4)[:4].sum() == len(record.session))
        status = record.status[record.session]
        assert not np.any(status == Status.NO_ROOM)
        cancelled = status == Status.CANCELLED
        assert np.all(cancelled[record.fate == SignUpFate.CANCELLED])
        assert not np.any(record.fate[cancelled] == SignUpFate.ADMITTED)
        assert np.all(record.time[cancelled] <= s.decided[record.session][cancelled])
        assert np.all(record.time <= s.start[record.session] * 30.0)
        assert np.all(record.time >= s.published[record.session])
        by_then = (record.fate == SignUpFate.ADMITTED) & (record.time <= s.decided[record.session])
        enough = np.bincount(record.session, (1 + record.company) * by_then, minlength=n)
        assert np.all(enough[record.status == Status.HELD] >= 6)
        assert np.any(record.time[~cancelled] > s.decided[record.session][~cancelled])
        assert overlaps(record) == 0


def test_a_smaller_party_may_still_fit(tmp_path: Path) -> None:
    """Parties of 1 and 3 in 8 places: turned away only where the party was too large."""
    company = {"rule": "choice", "values": [0, 2], "weights": [1, 1]}
    spec = kind(company=company, capacity=constant(8), appeal={"person": 10})
    record = run(plan_of(town(28, sessions=60, kinds={"talk": spec}), tmp_path))
    fits = 0
    for session in range(len(record.sessions)):
        own = np.flatnonzero(record.session == session)
        free = 8
        for i in own:
            size = 1 + record.company[i]
            if record.fate[i] == SignUpFate.FULL:
                assert size > free
            elif record.fate[i] == SignUpFate.ADMITTED:
                assert size <= free
                free -= size
                fits += bool(np.any(record.fate[own[own < i]] == SignUpFate.FULL))
    assert fits > 10


def test_decided_at_publication_where_that_is_later(tmp_path: Path) -> None:
    """Published two days ahead and decided four: those who waited for it count, nobody else."""
    sign_up = {
        "lead_days": {"rule": "choice", "values": [0.5, 9], "weights": [1, 1]},
        "at_least": 5,
        "decided_hours_ahead": 96,
    }
    parts = town(28, sessions=60, sign_up=sign_up)
    parts.set(activities__rooms={"rule": "published", "days_ahead": 2})
    record = run(plan_of(parts, tmp_path))
    s = record.sessions
    assert np.all(s.decided == s.published)
    at_once = np.bincount(record.session[record.time == s.published[record.session]])
    at_once = np.pad(at_once, (0, len(s) - len(at_once)))
    assert np.all((at_once < 5) == (record.status == Status.CANCELLED))
    assert np.any(record.status == Status.CANCELLED)
    assert np.any(record.status == Status.HELD)
