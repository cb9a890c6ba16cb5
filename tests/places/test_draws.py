"""Who would like to come where and when, and that nobody moves when something else changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.demand.plan import build_plan
from sim.demand.wishes import _day_effects
from sim.places import process
from sim.places.draws import draw_numbers
from sim.places.plan import PlacesPlan
from sim.places.process import visit_places
from sim.places.record import PlacesRecord, Visits
from sim.places.visits import batches_of
from sim.streams import replication_key
from sim.world.places import group_and_number, person_ids

from .town import expected_callers, town
from .worlds import exponential, flat_kind, one_queue, plan_of, records

DAYS = 35


def by_place(plan: PlacesPlan, record: PlacesRecord) -> dict[str, Visits]:
    assert record.visits is not None
    return dict(zip(plan.world.places.names, record.visits, strict=True))


def groups_of(plan: PlacesPlan) -> list[tuple[str, str]]:
    """Origin and segment of each group of people."""
    people, world = plan.world.people, plan.world
    pairs = zip(people.origin.tolist(), people.segment.tolist(), strict=True)
    return [(world.origins.names[origin], world.segments[segment]) for origin, segment in pairs]


def rows(v: Visits, first: float = 0.0, end: float = 1e9) -> set[tuple[float, ...]]:
    """All about the callers of a place in a stretch of time, but for what became of them."""
    columns = v.arrival - first, v.segment, v.person, v.stay, v.patience
    return set(zip(*(c[(v.arrival >= first) & (v.arrival < end)] for c in columns), strict=True))


def test_rates_are_those_by_hand(tmp_path: Path) -> None:
    """Choice, access, reach, bicycles, presence, curves, seasons and holidays, all at once."""
    parts = town(DAYS)
    plan = plan_of(parts, tmp_path)
    expected = expected_callers(parts, DAYS)
    daily = {name: sum(t for (p, *_), t in expected.items() if p == name) for name, *_ in expected}
    assert set(daily) == set(plan.world.places.names)
    for name, mean in zip(plan.world.places.names, plan.mean, strict=True):
        np.testing.assert_allclose(mean[1:], daily[name].sum(axis=1), rtol=2e-4)  # local_km


def test_public_holidays(tmp_path: Path) -> None:
    """Qingming 2026 (4 to 6 April): like weekend days, with the segment's own factor."""
    parts = town(100).set(calendar={"country": "CN", "school_holidays": []})
    parts.set(segments__person__public_holiday=0.3)
    plan = plan_of(parts, tmp_path)
    calendar, gym = plan.world.calendar, plan.world.places.names.index("hall 000")
    days = {calendar.date(d).isoformat(): m for d, m in enumerate(plan.mean[gym].tolist())}
    for holiday in ("2026-04-04", "2026-04-05", "2026-04-06"):
        assert days[holiday] == pytest.approx(0.3 * days["2026-04-11"], rel=1e-12)
    assert days["2026-04-07"] == pytest.approx(days["2026-04-08"], rel=1e-12)
    assert days["2026-02-28"] == pytest.approx(  # a working Saturday, in February
        0.4 * days["2026-04-08"], rel=1e-12
    )


def test_callers_follow_the_rates(tmp_path: Path) -> None:
    """Hours, segments, origins: counts by (place, origin, segment, school holiday, day, hour)."""
    parts = town(DAYS)
    plan = plan_of(parts, tmp_path)
    world, n = plan.world, 12
    seen = {key: np.zeros((DAYS, 24)) for key in expected_callers(parts, DAYS)}
    for record in records(plan, n, keep=True):
        for name, v in by_place(plan, record).items():
            hour = (v.arrival // 60).astype(int) - 24
            group = v.person >> 32
            assert (v.person & 0xFFFFFFFF < world.people.people[group]).all()
            assert (world.people.segment[group] == v.segment).all()
            for g in np.unique(group):
                own = hour[(group == g) & (hour >= 0)]
                origin = world.origins.names[world.people.origin[g]]
                key = name, origin, world.segments[world.people.segment[g]]
                seen[key] += np.bincount(own, minlength=DAYS * 24).reshape(DAYS, 24)
    cells, means = [], []
    for key, table in expected_callers(parts, DAYS).items():
        assert not seen[key][table == 0].any()
        for school in (slice(0, 7), slice(7, DAYS)):
            weekend = np.arange(DAYS)[school] % 7 >= 5
            for days in (weekend, ~weekend):
                cells.append(seen[key][school][days].sum(axis=0))
                means.append(n * table[school][days].sum(axis=0))
    got, mean = np.concatenate(cells), np.concatenate(means)
    large = mean > 20
    chi2 = ((got - mean)[large] ** 2 / mean[large]).sum()
    assert large.sum() > 150
    assert 1e-4 < stats.chi2(large.sum()).sf(chi2) < 1 - 1e-4
    assert abs(got.sum() - mean.sum()) / mean.sum() ** 0.5 < 4


def test_a_larger_multiplier_only_adds(tmp_path: Path) -> None:
    small, large = (
        by_place(plan, records(plan, 1, keep=True)[0])
        for m in (1.0, 2.5)
        for plan in [plan_of(town(14).set(dropin__multiplier=m, dropin__day_cv=0.4), tmp_path)]
    )
    for name, v in small.items():
        assert rows(v) < rows(large[name])


def test_switched_off(tmp_path: Path) -> None:
    plan = plan_of(town(7).set(dropin__multiplier=0), tmp_path)
    record = visit_places(plan, replication_key(1, 0))
    assert not plan.active
    assert record.callers.shape == (5, 168)
    assert not record.callers.any()
    assert plan_of(town(7), tmp_path).active


def test_another_kind_changes_nothing(tmp_path: Path) -> None:
    """Nor do a place of another kind, further people out of reach, a longer warm-up and window."""
    plain = plan_of(town(14), tmp_path)
    more = town(20).set(dropin__kinds__aviary=flat_kind(9, exponential(5)))
    more.set(experiment__warm_up_days=11).origin("moon", {"elder": 900}, lat=30.3, lon=120)
    more.tables["places"].insert(0, more.copy().place("birds", 5, "aviary").tables["places"][-1])
    other = plan_of(more, tmp_path / "more")
    before = by_place(plain, records(plain, 1, keep=True)[0])
    after = by_place(other, records(other, 1, keep=True)[0])
    assert set(after) == {*before, "birds"}
    known = groups_of(plain)
    same = np.array([known.index(g) if g in known else -1 for g in groups_of(other)])
    for name, v in before.items():
        group, number = group_and_number(after[name].person)
        renamed = replace(after[name], person=person_ids(same[group], number))
        shifted = rows(v, 1440.0, 15 * 1440.0), rows(renamed, 11 * 1440.0, 25 * 1440.0)
        near = [sorted((round(t, 6), *rest) for t, *rest in r) for r in shifted]
        assert near[0] == near[1]


def test_a_longer_warm_up_changes_nothing_counted(tmp_path: Path) -> None:
    """Of places that close at night; by the hour, all tallies."""
    parts = town(14)
    day = {"hours": "day", "days": "Mon-holiday", "open": "7:00", "close": "21:00"}
    parts.tables["hours"].append(day)
    for row in parts.tables["places"]:
        row |= {"hours": "day", "seats": 9}
    parts.rooms("hall", 0).tables["venues"] = parts.tables["venues"][:1]
    parts.tables["venues"][0]["drop_in"] = "no"
    short, long = (
        records(plan_of(parts.copy().set(experiment__warm_up_days=w), tmp_path / str(w)), 1)[0]
        for w in (1, 16)
    )
    assert short.waited_minutes.sum() > 1000
    for name in PlacesRecord.__slots__[:-1]:
        np.testing.assert_allclose(getattr(short, name), getattr(long, name), atol=1e-6)


def test_batches_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night club cut into batches of any size: the same callers and the same fates."""
    parts = town(14)
    night = {"hours": "night", "days": "Mon-holiday", "open": "11:00", "close": "26:00"}
    parts.tables["hours"].append(night)
    for row in parts.tables["places"]:
        row |= {"hours": "night", "seats": 9}
    plan = plan_of(parts, tmp_path)
    assert all(until % 24 == 2 for _, until in plan.stretches[0][:-1])
    seen = []
    for size in (1, 500, 10**9):
        monkeypatch.setattr(process, "batches_of", lambda *a, size=size: batches_of(*a, size=size))
        seen.append(records(plan, 1, keep=True)[0])
    for other in seen[1:]:
        for a, b in zip(seen[0].visits, other.visits, strict=True):
            for name in Visits.__slots__:
                assert (getattr(a, name) == getattr(b, name)).all()
        np.testing.assert_allclose(seen[0].person_minutes, other.person_minutes)


def test_day_effects(tmp_path: Path) -> None:
    """A good day is good for all places, rain is bad for the outdoor ones alike."""
    parts = town(DAYS).set(dropin__day_cv=0.5, demand__day_effect={"weather_cv": 0.8})
    plan = plan_of(parts, tmp_path)
    calm = plan_of(town(DAYS), tmp_path / "calm")
    ratio = []
    for i in range(200):
        counts = draw_numbers(plan, replication_key(1, i)).counts
        ratio.append(counts / np.maximum(calm.mean, 1e-9))
    x = np.array(ratio)  # (replications, places, days)
    small, large, _own, room, club = (x[:, p] for p in range(5))
    poisson = 1 / calm.mean
    for place, p, cv2 in ((small, 0, 0.25), (room, 3, 1.25 * 1.64 - 1)):
        assert abs(place.mean() - 1) < 4 * np.sqrt((cv2 + poisson[p].mean()) / place.size)
        assert abs(place.var() - cv2 - poisson[p].mean()) < 0.1 * (1 + cv2)
    weekdays = plan.day_class % 3 == 0
    assert np.corrcoef(small[:, weekdays].ravel(), large[:, weekdays].ravel())[0, 1] > 0.9
    assert np.corrcoef(room.ravel(), club.ravel())[0, 1] > 0.6


def test_the_same_rain_as_for_wishes(tmp_path: Path) -> None:
    """Outdoor places see the weather of outdoor kinds of venues, date by date."""
    parts = town(DAYS).set(dropin__multiplier=1000, demand__day_effect={"weather_cv": 0.8})
    plan = plan_of(parts, tmp_path)
    demand = build_plan(plan.world)
    room, root = plan.world.places.names.index("hall 000"), replication_key(1, 0)
    rain = _day_effects(demand, root)[1][demand.offset :][: len(plan.mean[room])]
    counts, mean = draw_numbers(plan, root).counts[room], plan.mean[room] * rain
    assert rain.std() > 0.5
    assert np.abs((counts - mean) / np.sqrt(mean)).max() < 4


def test_one_queue_is_poisson(tmp_path: Path) -> None:
    """Numbers by hour of the week: mean and variance."""
    plan = plan_of(one_queue(28, 5, 7, exponential(5)), tmp_path)
    counts = np.concatenate([r.callers.ravel() for r in records(plan, 30)])
    mean = 28.0  # four weeks of 7 an hour
    assert abs(counts.mean() - mean) < 4 * np.sqrt(mean / len(counts))
    assert abs(counts.var() / mean - 1) < 4 * np.sqrt(2 / len(counts))
