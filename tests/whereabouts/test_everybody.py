"""A dozen people who do far too much: who is where, against plain loops over a history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, model_of, plain

from sim.booking.requests import Outcome
from sim.model import Model, OpenedReplication, close_replication, open_replication, run_clock
from sim.model.build import place_stretches
from sim.model.replication import History
from sim.model.whereabouts import Whereabouts, bookers_of, earned_by, find_everybody
from sim.places.process import visit_places
from sim.places.seats import VisitFate
from sim.points.record import Source
from sim.programme.sessions import SignUpFate, Status

ALWAYS = {"weekday": {"0-24": 1}, "weekend": {"0-24": 1}}
Stay = tuple[int, float, float]


def village(*, strict: bool, patience: bool = True) -> Parts:
    """Twelve people, all of whom book, take part and drop in many times a day."""
    parts = plain(10, grid=30, warm_up=2, opens=2).origin("home", 12).centre("hall")
    parts.rooms("hall", 40, capacity=50)
    parts.set(
        segments={"person": {"curve": "flat", "bicycle_share": 0, "adopters": 1}},
        demand__wishes_per_1000={"person": {"room": 50_000}},
        demand__lead_days={"rule": "uniform", "low": 0, "high": 2},
        demand__cancellation={"share": 0.2},
        demand__no_show={"base": 0.2},
        kinds__room__duration_minutes={"rule": "choice", "values": [30, 90], "weights": [1, 1]},
        people={"one_place_at_a_time": strict},
        points={"per_use": 2, "per_participation": 5},
    )
    talk = {"venue_kinds": ["room"], "starts": ALWAYS, "appeal": {"person": 300}}
    sign_up = {"at_least": 2, "lead_days": {"rule": "uniform", "low": 0, "high": 4}}
    parts.set(
        activities={
            "sessions": 200, "level": 1, "participants": 1, "kinds": {"talk": talk},
            "rooms": {"rule": "published", "days_ahead": 3}, "sign_up": sign_up,
        }
    )  # fmt: skip
    gym: dict[str, Any] = {"visits_per_1000": {"person": 60_000}, "curve": ALWAYS}
    gym["stay_minutes"] = {"rule": "exponential", "mean": 40}
    if patience:
        gym["patience_minutes"] = {"rule": "exponential", "mean": 30}
    parts.set(dropin={"outside": -200, "kinds": {"gym": gym}})
    return parts.place("gym", 2, "gym")


def play(parts: Parts, folder: Path) -> tuple[Model, OpenedReplication, History, Whereabouts]:
    model = model_of(parts, folder)
    opened = open_replication(model, 1, 0)
    run_clock(opened.counter, programme=opened.programme)
    h = close_replication(model, opened)
    turns_up = (h.outcome == Outcome.BOOKED) & ~h.cancelled & ~opened.askers.no_show
    found = find_everybody(
        model.plan,
        h.bookers,
        h.wishes,
        h.asked,
        np.flatnonzero(turns_up),
        h.start,
        h.length,
        h.programme,
    )
    return model, opened, h, found


def would_use(model: Model, opened: OpenedReplication, h: History) -> dict[int, Stay]:
    """Request -> where its booker would be: booked, not given up, no no-show by chance."""
    grid, found = model.world.grid, {}
    who = bookers_of(model.plan, h.bookers, h.wishes, h.asked).tolist()
    for i in range(len(h.asked)):
        start = int(h.start[i]) * grid
        given_up = h.gives_up[i] <= start
        if h.outcome[i] == Outcome.BOOKED and not given_up and not opened.askers.no_show[i]:
            found[i] = who[i], start, start + int(h.wishes.duration[h.asked[i]]) * grid
    return found


def would_attend(model: Model, h: History) -> dict[int, Stay]:
    """Sign-up -> where its person would be: has a place in a session held, no no-show by chance."""
    record, grid, found = h.programme, model.world.grid, {}
    assert record is not None
    for i, s in enumerate(record.session.tolist()):
        has_place = record.fate[i] == SignUpFate.ADMITTED and record.status[s] == Status.HELD
        if has_place and record.comes[i]:
            start = int(record.sessions.start[s]) * grid
            end = start + int(record.sessions.duration[s]) * grid
            found[i] = (int(record.group[i]) << 32) + int(record.number[i]), start, end
    return found


def overlap(a: Stay, b: Stay) -> bool:
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def by_hand(
    model: Model, opened: OpenedReplication, h: History
) -> tuple[dict[int, Stay], dict[int, Stay]]:
    """What is used and who comes, where nobody may be in two places at once."""
    booked = would_use(model, opened, h)
    used: dict[int, Stay] = {}
    for i in sorted(booked, key=lambda i: booked[i][1:]):
        if not any(overlap(booked[i], stay) for stay in used.values()):
            used[i] = booked[i]
    signed = would_attend(model, h)
    comes = {
        i: stay for i, stay in signed.items() if not any(overlap(stay, u) for u in used.values())
    }
    return used, comes


def test_bookings_before_sessions(tmp_path: Path) -> None:
    """The first of overlapping bookings is used; who uses one does not come to a session then."""
    model, opened, h, found = play(village(strict=True), tmp_path)
    used, comes = by_hand(model, opened, h)
    assert len(used) < len(would_use(model, opened, h)) - 30
    assert len(comes) < len(would_attend(model, h)) - 30
    assert np.flatnonzero(found.uses).tolist() == sorted(used)
    assert found.attends is not None
    assert np.flatnonzero(found.attends).tolist() == sorted(comes)
    booked = (h.outcome == Outcome.BOOKED) & ~h.cancelled
    assert np.array_equal(h.no_show, booked & ~found.uses)
    assert h.attends is not None
    assert np.array_equal(h.attends, found.attends)


@pytest.mark.parametrize("patience", [True, False])
def test_visits_come_last(patience: bool, tmp_path: Path) -> None:
    """Who is at a booking or session for any of the time that a visit may take does not set out."""
    model, opened, h, found = play(village(strict=True, patience=patience), tmp_path)
    used, comes = by_hand(model, opened, h)
    stays = [*used.values(), *comes.values()]
    stretches = place_stretches(model, opened.counter.desk.busy)
    kept = visit_places(model.places, opened.root, stretches, found.elsewhere, keep=True)
    free = visit_places(model.places, opened.root, stretches, None, keep=True)
    assert kept.visits is not None
    assert free.visits is not None
    visits, all_come = kept.visits[0], free.visits[0]
    assert np.array_equal(visits.arrival, all_come.arrival)
    assert np.array_equal(visits.person, all_come.person)
    assert not (all_come.fate == VisitFate.ELSEWHERE).any()
    until = all_come.arrival + all_come.stay
    if patience:
        until += all_come.patience
    away = [
        any(overlap((p, a, u), stay) for stay in stays)
        for p, a, u in zip(
            visits.person.tolist(), visits.arrival.tolist(), until.tolist(), strict=True
        )
    ]
    assert (visits.fate == VisitFate.ELSEWHERE).tolist() == away
    assert 300 < sum(away) < len(away) - 300
    assert h.places is not None
    assert h.places.elsewhere.sum() == kept.elsewhere.sum() > 0


def test_where_people_may_be_in_two_places_at_once(tmp_path: Path) -> None:
    """Everything booked and signed up for takes place, whoever else they would have to be."""
    model, opened, h, found = play(village(strict=False), tmp_path)
    assert np.flatnonzero(found.uses).tolist() == sorted(would_use(model, opened, h))
    assert found.attends is not None
    assert np.flatnonzero(found.attends).tolist() == sorted(would_attend(model, h))
    assert found.elsewhere is None
    assert h.places is not None
    assert h.places.elsewhere.sum() == 0
    used, comes = by_hand(model, opened, h)
    assert found.uses.sum() > len(used) + 30
    assert found.attends.sum() > len(comes) + 30


@pytest.mark.parametrize("strict", [True, False])
def test_what_people_get_points_for(strict: bool, tmp_path: Path) -> None:
    """One entry for every booking used and everybody who came, at its end; company gets none."""
    model, opened, h, found = play(village(strict=strict), tmp_path)
    used, comes = by_hand(model, opened, h)
    if not strict:
        used, comes = would_use(model, opened, h), would_attend(model, h)
    expected = [(p, end, int(Source.USE)) for p, _, end in used.values()]
    expected += [(p, end, int(Source.PARTICIPATION)) for p, _, end in comes.values()]
    earned = earned_by(found)
    got = zip(earned.person.tolist(), earned.time.tolist(), earned.source.tolist(), strict=True)
    assert sorted(got) == sorted(expected)
    assert h.points is not None
    in_time = [row for row in expected if row[1] < model.world.n_days * 1440]
    assert len(h.points.earned.time) == len(in_time)


def test_a_scenario_without_programme(tmp_path: Path) -> None:
    """No sessions: bookings alone keep people from visits."""
    parts = village(strict=True).set(activities__multiplier=0)
    _, _, h, found = play(parts, tmp_path)
    assert found.attends is None
    assert len(found.attended.person) == 0
    assert found.elsewhere is not None
    assert h.attends is None
    assert h.places is not None
    assert h.places.elsewhere.sum() > 0


def test_nobody_is_anywhere(tmp_path: Path) -> None:
    """Neither bookings nor sessions: nobody is kept from a visit."""
    parts = village(strict=True).set(activities__multiplier=0, demand__multiplier=0)
    _, _, h, found = play(parts, tmp_path)
    assert found.elsewhere is None
    assert h.places is not None
    assert h.places.elsewhere.sum() == 0
    assert h.places.served.sum() > 0
