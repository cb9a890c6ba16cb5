"""Which sessions are put on, and when: exact numbers, and what a change leaves alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import FIRST, Parts

from programme.cases import ALWAYS, constant, counted, kind, plan_of, rows, town, zone
from sim.programme.plan import ProgrammePlan, build_programme
from sim.programme.sessions import Sessions, draw_sessions
from sim.streams import replication_key
from sim.world.world import build_world

VARIED: dict[str, Any] = {
    "sessions": 150,
    "recurring": 0.6,
    "term_weeks": 5,
    "kinds": {
        "talk": kind(
            capacity={"rule": "uniform", "low": 5, "high": 30},
            duration_minutes={"rule": "uniform", "low": 30, "high": 200},
            starts={"weekday": {"9-12": 1, "18-21": 2}, "weekend": {"9-18": 1}, "weekend_day": 2},
            popularity_cv=0.5,
            session_cv=0.3,
        ),
        "craft": kind(weight=0.3, popularity_cv=1.0, session_cv=0.1),
    },
}


def sessions_of(plan: ProgrammePlan, replication: int = 0) -> Sessions:
    return draw_sessions(plan, replication_key(1, replication))


def test_exactly_as_many_as_asked_for(tmp_path: Path) -> None:
    """Whatever the seasons, holidays, weights and the multiplier."""
    for i, multiplier in enumerate((0.1, 1, 3.3, 20)):
        parts = zone(town(70, **VARIED), "Y")
        parts.set(
            calendar={"country": "CN"},
            activities__multiplier=multiplier,
            activities__season={1: 0.4, 2: 3},
            activities__public_holiday=0.2,
            zones__Y__programme={"talk": 0, "craft": 7},
            zones__Y__programme_weight=2.5,
        )
        plan = plan_of(parts, tmp_path / str(i))
        for replication in range(5):
            sessions = sessions_of(plan, replication)
            assert counted(plan, sessions).sum() == round(150 * multiplier)
            assert len(np.unique(sessions.key)) == len(sessions)
            talks = [r for r in rows(plan, sessions).values() if r[0] == "talk"]
            assert all(r[1] == "Z" for r in talks)


@pytest.mark.parametrize("days", [1, 3])
def test_exact_in_windows_shorter_than_a_week(days: int, tmp_path: Path) -> None:
    plan = plan_of(town(days, sessions=37), tmp_path)
    for replication in range(20):
        assert counted(plan, sessions_of(plan, replication)).sum() == 37


def test_nothing_where_nothing_can_be(tmp_path: Path) -> None:
    """A window of working days and sessions at weekends only: none, and no endless search.

    Loading refuses such a scenario; holidays may make one all the same.
    """
    weekends = {"weekday": {}, "weekend": {"9-12": 1}}
    inputs = town(5, sessions=0, kinds={"talk": kind(starts=weekends)}).load(tmp_path)
    activities = inputs.scenario.activities.model_copy(update={"sessions": 5})
    changed = inputs.scenario.model_copy(update={"activities": activities})
    plan = build_programme(build_world(replace(inputs, scenario=changed)))
    assert len(sessions_of(plan)) == 0
    assert not plan_of(town(5, sessions=5, multiplier=0), tmp_path / "off").active
    assert not plan_of(town(5), tmp_path / "none").active


def same_where_shared(less: dict[int, Any], more: dict[int, Any]) -> None:
    """Everything of the first is in the second, and the same there."""
    assert less
    assert all(more[key] == row for key, row in less.items())


def test_a_larger_multiplier_only_adds(tmp_path: Path) -> None:
    found = []
    for i, multiplier in enumerate((0.3, 1, 2.5)):
        parts = zone(town(70, **VARIED), "Y").set(activities__multiplier=multiplier)
        plan = plan_of(parts, tmp_path / str(i))
        found.append(rows(plan, sessions_of(plan)))
    assert len(found[0]) < len(found[1]) < len(found[2])
    same_where_shared(found[0], found[1])
    same_where_shared(found[1], found[2])


def test_a_longer_horizon_leaves_the_rest_alone(tmp_path: Path) -> None:
    short = plan_of(town(70, **VARIED), tmp_path / "short")
    longer = town(70, **VARIED).set(experiment__warm_up_days=30, policy__window__opens_days_ahead=9)
    long = plan_of(longer, tmp_path / "long")
    before, after = (rows(p, sessions_of(p)) for p in (short, long))
    same_where_shared(before, after)
    ends = FIRST - dt.timedelta(days=2), FIRST + dt.timedelta(days=short.world.n_days - 3)
    new = [row[3] for key, row in after.items() if key not in before]
    assert new
    assert all(not ends[0] <= date <= ends[1] for date in new)


def added(what: str, parts: Parts) -> Parts:
    """One more of something, in front of the others: positions must not matter."""
    if what == "zone":
        zone(parts, "Y")
        zones = parts.scenario["zones"]
        parts.scenario["zones"] = {"Y": zones.pop("Y"), **zones}
        for rows in parts.tables.values():
            rows.reverse()
        return parts
    if what == "kind":
        kinds = parts.scenario["activities"]["kinds"]
        return parts.set(activities__kinds={"song": kind(weight=0.5), **kinds})
    series = {"kind": "talk", "centre": "hall", "weekday": "Tue", "start": "10:00"}
    return parts.set(activities__series={"club": series})


@pytest.mark.parametrize("what", ["zone", "kind", "series"])
def test_what_is_added_moves_nothing_but_the_bar(what: str, tmp_path: Path) -> None:
    """The old sessions that remain are old in all; a series by name takes nobody's place."""
    plan = plan_of(town(70, **VARIED), tmp_path / "before")
    more = plan_of(added(what, town(70, **VARIED)), tmp_path / "after")
    before, after = rows(plan, sessions_of(plan)), rows(more, sessions_of(more))
    new = {"zone": lambda r: r[1] == "Y", "kind": lambda r: r[0] == "song"}
    sessions = sessions_of(more)
    named = {int(k) for k in sessions.key[sessions.series >= 0]}
    old = {k: r for k, r in after.items() if k not in named and not new.get(what, lambda r: 0)(r)}
    same_where_shared(old, before)
    assert len(old) < len(after)
    assert (len(old) == len(before)) == (what == "series")


def test_series_by_name_on_their_dates(tmp_path: Path) -> None:
    """Every other Tuesday, counted from Monday 2000-01-03, within its dates; not counted."""
    series = {"kind": "talk", "centre": "hall", "weekday": "Tue", "start": "18:30"}
    series |= {"every_weeks": 2, "duration_minutes": 90, "capacity": 12}
    parts = town(63, sessions=10, series={"club": series})
    first, last = FIRST + dt.timedelta(days=8), FIRST + dt.timedelta(days=50)
    parts.set(activities__series__club={**series, "from": first, "until": last})
    plan = plan_of(parts, tmp_path)
    sessions = sessions_of(plan)
    assert counted(plan, sessions).sum() == 10
    own = np.flatnonzero(sessions.series == 0)
    dates = [plan.world.calendar.date(int(d)) for d in sessions.planned[own] // 48]
    every = [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]
    weeks = [(d - dt.date(2000, 1, 3)).days // 7 for d in every]
    assert dates == [d for d, w in zip(every, weeks, strict=True) if d.weekday() == 1 and not w % 2]
    assert len(dates) >= 3
    assert set(sessions.planned[own] % 48) == {37}
    assert set(sessions.duration[own]) == {3}
    assert set(sessions.capacity[own]) == {12}


def test_weekly_series_keep_what_they_are_for_a_term(tmp_path: Path) -> None:
    spec = {**VARIED, "recurring": 1, "sessions": 300}
    plan = plan_of(town(210, **spec), tmp_path)
    found = sessions_of(plan)
    assert found.weekly.all()
    week = (found.planned // 48 + plan.weeks.before) // 7
    terms = np.unique(found.wish)
    assert len(terms) < len(found) / 3
    for wish in terms:
        own = found.wish == wish
        assert len(np.unique(week[own])) == own.sum()
        assert np.ptp(week[own]) < 5
        for what in (found.planned % (7 * 48), found.duration, found.capacity, found.centre):
            assert len(np.unique(what[own])) == 1
    assert len(np.unique(found.popularity)) == len(found)  # `session_cv`


def test_without_series_nothing_is_kept(tmp_path: Path) -> None:
    plan = plan_of(town(70, **{**VARIED, "recurring": 0}), tmp_path)
    found = sessions_of(plan)
    assert not found.weekly.any()
    assert len(np.unique(found.wish)) == len(found)


def test_lines_that_are_on_now_and_then_are_spread_evenly(tmp_path: Path) -> None:
    """One line, 20 sessions in 60 weeks: from one to the next 2, 3 or 5 weeks, never else.

    So returns a rotation by the golden ratio to a stretch of 0.24 to 0.38 (three gaps, Slater).
    """
    plan = plan_of(town(420, sessions=20), tmp_path)
    for replication in range(10):
        day = sessions_of(plan, replication).planned // 48
        week = np.sort((day + plan.weeks.before) // 7)
        assert set(np.diff(week)) <= {2, 3, 5}


def test_hours_weekdays_and_seasons(tmp_path: Path) -> None:
    """Every hour of the week and every month within 4.5 binomial standard errors."""
    starts = {"weekday": {"9-12": 1, "18-20": 1}, "weekend": {"10-14": 1}, "weekend_day": 3}
    parts = town(364, sessions=20_000, recurring=0, kinds={"talk": kind(starts=starts)})
    parts.set(activities__season={3: 0, 7: 2})
    plan = plan_of(parts, tmp_path)
    found = sessions_of(plan)
    slot = found.planned[counted(plan, found)]
    calendar, n = plan.world.calendar, len(slot)
    assert n == 20_000
    day = np.zeros(24)
    day[9:12], day[18:20] = 0.5 / 3, 0.5 / 2
    rest = np.zeros(24)
    rest[10:14] = 3 / 4
    share = np.concatenate([np.tile(day, 5), np.tile(rest, 2)]) / (5 + 6)
    seen = np.bincount(calendar.weekday[slot // 48] * 24 + slot % 48 // 2, minlength=168)
    assert np.all(slot % 2 == 0)
    assert np.all(np.abs(seen - n * share) <= 4.5 * np.sqrt(n * share * (1 - share)))
    dates = range(calendar.count_from, calendar.count_until)
    weight = np.zeros(13)
    for d in dates:
        factor = {3: 0, 7: 2}.get(calendar.date(d).month, 1)
        weight[calendar.date(d).month] += factor * (3 if calendar.date(d).weekday() >= 5 else 1)
    share = weight / weight.sum()
    seen = np.bincount(calendar.month[slot // 48], minlength=13)
    assert np.all(np.abs(seen - n * share) <= 4.5 * np.sqrt(n * share * (1 - share)))


@pytest.mark.parametrize("factor", [0, 4])
def test_public_holidays(factor: float, tmp_path: Path) -> None:
    """Share of sessions on public holidays within 4.5 binomial standard errors."""
    parts = town(364, sessions=8000, recurring=0, public_holiday=factor)
    plan = plan_of(parts.set(calendar={"country": "CN"}), tmp_path)
    found = sessions_of(plan)
    calendar = plan.world.calendar
    day = found.planned[counted(plan, found)] // 48
    off = int(calendar.holiday[calendar.count_from : calendar.count_until].sum())
    assert off > 20
    share = factor * off / (factor * off + 364 - off)
    seen = calendar.holiday[day].sum()
    assert abs(seen - 8000 * share) <= 4.5 * np.sqrt(8000 * share * (1 - share))


def test_zones_and_kinds_by_weight(tmp_path: Path) -> None:
    """2,000 people at weight 1 against 1,000 at 3, kinds 1 : 0.5; within one session a week."""
    kinds = {"talk": kind(), "craft": kind(weight=0.5)}
    parts = zone(town(140, sessions=4500, kinds=kinds), "Y", people=1000)
    plan = plan_of(parts.set(zones__Y__programme_weight=3), tmp_path)
    found = sessions_of(plan)
    own = counted(plan, found)
    seen = np.bincount(found.zone[own] * 2 + found.kind[own], minlength=4)
    # every (zone, kind), in the order of names, has its share of each week within a session
    assert np.all(np.abs(seen - 4500 * np.array([1.5, 3, 1, 2]) / 7.5) < 20)


def test_publication_and_decision(tmp_path: Path) -> None:
    rule = {"rule": "published", "days_ahead": 2.5}
    parts = town(14, sessions=50)
    parts.set(activities__rooms=rule, activities__sign_up={"decided_hours_ahead": 30})
    plan = plan_of(parts, tmp_path)
    found = sessions_of(plan)
    day = found.planned // 48
    assert np.all(found.published == (day - 3) * 1440)
    assert np.all(found.decided == np.maximum(found.planned * 30 - 1800, found.published))
    order = np.lexsort((found.key, found.published))
    assert np.all(order == np.arange(len(found)))


def test_capacity_is_cut_to_the_largest_room(tmp_path: Path) -> None:
    kinds = {"talk": kind(capacity=constant(500), starts=ALWAYS)}
    plan = plan_of(town(14, sessions=20, kinds=kinds), tmp_path)
    assert set(sessions_of(plan).capacity) == {30}
