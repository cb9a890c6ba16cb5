"""Tallies against every caller, one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.places.plan import PlacesPlan
from sim.places.process import open_stretches, visit_places
from sim.places.record import PlacesRecord, Tally
from sim.places.seats import VisitFate
from sim.streams import replication_key

from .test_against_events import random_parts
from .town import CANTEEN, GYM, town
from .worlds import exponential, plan_of, records

FATES = ("served", "closed", "taken", "full", "gave_up", "closing", "elsewhere")
ROOT = replication_key(1, 0)


def test_use_is_split_over_hours_by_hand() -> None:
    """A window from hour 24 to 48; the horizon begins on a Wednesday, so hour 24 is Thursday 0:00.

    Three people: from Wednesday 23:30 to Thursday 1:15, from 1:10 to 1:20, and from Thursday
    23:50 to Friday 0:30.
    """
    tally = Tally(1, 2, weekday=2, window=(24, 48))
    start = np.array([1410.0, 1510.0, 2870.0])
    end = np.array([1515.0, 1520.0, 2910.0])
    tally.arrivals(0, start, start, end, np.full(3, 3000.0), np.array([0, 1, 1]))
    used = tally.record(None).person_minutes[0]
    thursday = 3 * 24
    assert {h: m for h, m in enumerate(used.tolist()) if m} == {
        thursday: 60.0,
        thursday + 1: 25.0,
        thursday + 23: 10.0,
    }
    assert tally.record(None).segment_person_minutes.tolist() == [[75.0, 20.0]]


def test_who_is_sent_away_at_closing_by_hand() -> None:
    """Three sit when the place closes at 10:00, one of them would leave then; one waited 20 min."""
    tally = Tally(1, 1, weekday=0, window=(0, 24))
    arrival, begin = np.array([540.0, 545.0, 550.0]), np.array([540.0, 545.0, 570.0])
    leaves, close = np.array([600.0, 600.5, 700.0]), np.full(3, 600.0)
    tally.arrivals(0, arrival, begin, leaves, close, np.zeros(3, np.int64))
    record = tally.record(None)
    assert record.left_at_closing[0, 9] == record.left_at_closing.sum() == 2
    assert record.waited_minutes[0, 9] == record.waited_minutes.sum() == 20.0
    assert record.person_minutes[0, 9] == record.person_minutes.sum() == 60.0 + 55.0 + 30.0


def by_hand(plan: PlacesPlan, record: PlacesRecord) -> dict[str, np.ndarray]:
    """All tallies, from every caller."""
    assert record.visits is not None
    n, calendar = len(record.visits), plan.world.calendar
    first, last = calendar.count_from * 1440.0, calendar.count_until * 1440.0
    hours = (*FATES, "callers", "waited_minutes", "person_minutes")
    out = {name: np.zeros((n, 168)) for name in hours}
    segments = ("segment_callers", "segment_served", "segment_person_minutes")
    out |= {name: np.zeros((n, len(plan.world.segments))) for name in segments}
    for p, v in enumerate(record.visits):
        columns = (v.arrival, v.start, v.end, v.fate, v.segment)
        for arrival, start, end, fate, s in zip(*(c.tolist() for c in columns), strict=True):
            at = int(calendar.weekday[0]) * 24 + int(arrival // 60)
            if first <= arrival < last:
                out["callers"][p, at % 168] += 1
                out["segment_callers"][p, s] += 1
                out["segment_served"][p, s] += fate == VisitFate.SERVED
                out[VisitFate(fate).name.lower()][p, at % 168] += 1
                out["waited_minutes"][p, at % 168] += start - arrival
            low, high = max(start, first), min(end, last)
            out["segment_person_minutes"][p, s] += max(high - low, 0)
            while low < high:
                until = min(high, (low // 60 + 1) * 60)
                hour = int(calendar.weekday[0]) * 24 + int(low // 60)
                out["person_minutes"][p, hour % 168] += until - low
                low = until
    return out


def test_tallies_are_those_by_hand(tmp_path: Path) -> None:
    """Of random places, by the hour of the week and by segment; conservation in every hour."""
    rng = np.random.default_rng(7)
    for i, parts in enumerate((random_parts(rng, 12), town(9))):
        plan = plan_of(parts, tmp_path / str(i))
        record = visit_places(plan, ROOT, keep=True)
        for name, values in by_hand(plan, record).items():
            np.testing.assert_allclose(getattr(record, name), values, atol=1e-6, err_msg=name)
        came = record.served + record.full + record.gave_up + record.closing
        assert (record.callers == record.closed + record.taken + record.elsewhere + came).all()
        assert (record.arrivals == came).all()


def test_left_at_closing(tmp_path: Path) -> None:
    plan = plan_of(random_parts(np.random.default_rng(8), 12), tmp_path)
    record = visit_places(plan, ROOT, keep=True)
    assert record.visits
    for p, v in enumerate(record.visits):
        spec = plan.world.scenario.dropin.kinds[plan.world.place_kinds[p]]
        if spec.turns is None:
            cut = (v.fate == VisitFate.SERVED) & (v.end < v.start + v.stay)
            inside = plan.world.calendar.counts(v.arrival)
            assert record.left_at_closing[p].sum() == (cut & inside).sum()
    assert record.left_at_closing.sum() > 50


def test_keeping_changes_nothing(tmp_path: Path) -> None:
    plan = plan_of(town(9), tmp_path)
    plain, kept = visit_places(plan, ROOT), visit_places(plan, ROOT, keep=True)
    assert plain.visits is None
    for name in PlacesRecord.__slots__[:-1]:
        assert (getattr(plain, name) == getattr(kept, name)).all()


def test_who_is_elsewhere_does_not_come(tmp_path: Path) -> None:
    """Every third person is somewhere else from 12 to 13: only those who find it open are asked.

    They are asked about all the time from arrival to the end of patience and stay; gyms, where
    patience has no end, about the stay.
    """
    parts = town(9)
    row = {"hours": "day", "days": "Mon-holiday", "open": "9:00", "close": "19:00"}
    parts.tables["hours"].append(row)
    for place in parts.tables["places"]:
        place["hours"] = "day"
    canteen = {**CANTEEN, "patience_minutes": exponential(30)}
    plan = plan_of(parts.set(dropin__kinds={"canteen": canteen, "gym": GYM}), tmp_path)
    asked: list[int] = []

    def away(person: np.ndarray, since: np.ndarray, until: np.ndarray) -> np.ndarray:
        asked.append(len(person))
        noon = since // 1440 * 1440 + 720
        return (person % 3 == 0) & (since < noon + 60) & (until > noon)

    record = visit_places(plan, ROOT, elsewhere=away, keep=True)
    wanted = sum(asked)
    before = visit_places(plan, ROOT, keep=True)
    assert record.elsewhere.sum() > 100
    assert (record.callers == before.callers).all()
    assert (record.closed == before.closed).all()
    assert (
        record.callers == record.closed + record.taken + record.elsewhere + record.arrivals
    ).all()
    assert record.visits
    assert before.visits
    for v, b in zip(record.visits, before.visits, strict=True):
        assert (v.arrival == b.arrival).all()
        assert (v.person == b.person).all()
        is_open = b.fate != VisitFate.CLOSED
        wanted -= is_open.sum()
        patience = np.where(np.isfinite(b.patience), b.patience, 0.0)
        gone = is_open & away(b.person, b.arrival, b.arrival + b.stay + patience)
        assert ((v.fate == VisitFate.ELSEWHERE) == gone).all()
        assert (v.start[gone] == v.arrival[gone]).all()
        assert (v.end[gone] == v.arrival[gone]).all()
    assert wanted == 0


def test_stretches_of_venues_are_given(tmp_path: Path) -> None:
    """While somebody holds an open venue it is taken for drop-in, and empty."""
    plan = plan_of(town(9), tmp_path)
    room = plan.world.places.names.index("hall 000")
    stretches = open_stretches(plan)
    assert stretches[room] == [(0, plan.world.n_days * 24)]
    stretches[room] = [(a, a + 3) for a in range(8, plan.world.n_days * 24, 24)]
    plain, record = visit_places(plan, ROOT), records(plan, 1, stretches)[0]
    hour = np.arange(168) % 24
    free = (hour >= 8) & (hour < 11)
    assert not record.person_minutes[room][~free].any()
    assert not record.served[room][~free].any()
    assert record.person_minutes[room][free].sum() > 0
    assert (record.callers == plain.callers).all()
    others = np.arange(len(record.callers)) != room
    assert (record.person_minutes[others] == plain.person_minutes[others]).all()
    stretches[room] = []
    assert (visit_places(plan, ROOT, stretches).taken[room] == plain.callers[room]).all()
