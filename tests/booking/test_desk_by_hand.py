"""The desk in situations small enough to see through: every request is scripted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, histories, model_of, plain

from sim.booking.requests import Outcome
from sim.model import History, Model

HOUR = {"rule": "constant", "value": 60}


def crowded(days: int = 30, **values: Any) -> Parts:
    """One room, several requests an hour, asked a day ahead."""
    parts = plain(days, warm_up=3, opens=3).origin("home").centre("hall").rooms("hall", 1)
    parts.set(demand__wishes_per_1000={"person": {"room": 2 * 168}})
    return parts.set(demand__lead_days={"rule": "constant", "value": 1}, **values)


def of(parts: Parts, folder: Path) -> tuple[Model, History]:
    model = model_of(parts, folder)
    return model, histories(model, 1)[0]


def test_first_come_first_served(tmp_path: Path) -> None:
    """Of those who want the same hour of the only room the first to ask has it; ties by key."""
    lead = {"rule": "choice", "values": [1, 2], "weights": [1, 1]}
    _, h = of(crowded().set(demand__lead_days=lead), tmp_path)
    start, ask = h.wishes.start[h.asked], h.wishes.wished_at[h.asked]
    for slot in np.unique(start):
        same = np.flatnonzero(start == slot)
        first = min(same, key=lambda i: (ask[i], h.wishes.key[h.asked[i]]))
        assert (h.outcome[same] == Outcome.BOOKED).sum() == 1
        assert h.outcome[first] == Outcome.BOOKED


def test_smallest_room_first(tmp_path: Path) -> None:
    """A party takes the smallest room that holds it, whatever the order of rows."""
    parts = crowded(kinds__room__party={"rule": "choice", "values": [2, 6], "weights": [1, 1]})
    parts.set(demand__wishes_per_1000={"person": {"room": 20}})
    parts.rooms("hall", 1, prefix="b", capacity=8).rooms("hall", 1, prefix="a", capacity=2)
    model, h = of(parts, tmp_path)
    party = h.wishes.party[h.asked]
    alone = np.bincount(h.wishes.start[h.asked])[h.wishes.start[h.asked]] == 1
    capacity = model.world.venues.capacity[h.venue]
    assert set(zip(party[alone].tolist(), capacity[alone].tolist(), strict=True)) == {
        (2, 2),
        (6, 8),
    }


def test_a_cancelled_slot_is_free_again(tmp_path: Path) -> None:
    """Where everybody gives up at once nobody is refused; just before the start all others are."""
    gives_up = {"share": 1, "when": {"rule": "constant", "value": 0}}
    _, at_once = of(crowded(demand__cancellation=gives_up), tmp_path / "a")
    assert (at_once.outcome == Outcome.BOOKED).all()
    assert at_once.cancelled.all()
    gives_up = {"share": 1, "when": {"rule": "constant", "value": 1}}
    _, at_last = of(crowded(demand__cancellation=gives_up), tmp_path / "b")
    _, never = of(crowded(), tmp_path / "c")
    assert np.array_equal(at_last.outcome, never.outcome)
    assert at_last.cancelled[at_last.outcome == Outcome.BOOKED].all()
    assert not never.cancelled.any()


def test_a_slot_given_back_goes_to_the_next_who_asks(tmp_path: Path) -> None:
    """All give up half-way: an hour is free from then on, for those who ask later only."""
    gives_up = {"share": 1, "when": {"rule": "constant", "value": 0.5}}
    parts = crowded(demand__cancellation=gives_up, demand__multiplier=3)
    _, h = of(parts.set(demand__lead_days={"rule": "uniform", "low": 0, "high": 3}), tmp_path)
    start, ask = h.wishes.start[h.asked], h.wishes.wished_at[h.asked]
    again = 0
    for slot in np.unique(start):
        free_from = -np.inf
        same = np.flatnonzero(start == slot)
        for i in same[np.argsort(ask[same])]:
            assert (h.outcome[i] == Outcome.BOOKED) == (ask[i] >= free_from)
            if ask[i] >= free_from:
                again += free_from > -np.inf
                free_from = (ask[i] + slot * 60) / 2
    assert again > 500


def test_shares_of_cancellations_and_no_shows(tmp_path: Path) -> None:
    """Both as given: no-shows min(at most, base + a share a day of lead) of what is kept."""
    parts = crowded(100, demand__cancellation={"share": 0.3})
    parts.rooms("hall", 60, prefix="many")
    parts.set(demand__no_show={"base": 0.1, "per_lead_day": 0.2, "at_most": 0.4})
    lead = {"rule": "choice", "values": [0, 1, 2], "weights": [1, 1, 1]}
    _, h = of(parts.set(demand__lead_days=lead), tmp_path)
    booked = h.outcome == Outcome.BOOKED
    assert booked.all()
    n = len(booked)
    assert abs(h.cancelled.mean() - 0.3) <= 4 * np.sqrt(0.21 / n)
    days = h.wishes.lead[h.asked]
    for value, share in ((0, 0.1), (1, 0.3), (2, 0.4)):
        kept = (days == value) & ~h.cancelled
        assert abs(h.no_show[kept].mean() - share) <= 4 * np.sqrt(share * (1 - share) / kept.sum())


def test_shifted_starts_come_nearest_and_later_first(tmp_path: Path) -> None:
    """The refused move by an hour later, an hour earlier, two later: attempts 1 to 4."""
    shift = {"shift_minutes": {"rule": "constant", "value": 150}}
    parts = crowded(100, demand__flexibility=shift)
    parts.set(demand__wishes_per_1000={"person": {"room": 150}})
    _, h = of(parts.set(demand__lead_days={"rule": "uniform", "low": 1, "high": 2}), tmp_path)
    moved = (h.start - h.wishes.start[h.asked])[h.outcome == Outcome.BOOKED]
    attempt = h.attempt[h.outcome == Outcome.BOOKED]
    pairs = set(zip(attempt.tolist(), moved.tolist(), strict=True))
    assert pairs == {(0, 0), (1, 1), (2, -1), (3, 2), (4, -2)}


def test_a_booking_may_cross_midnight(tmp_path: Path) -> None:
    """Where it is open on, a booking holds slots of both days and keeps others out of both."""
    parts = crowded(kinds__room__duration_minutes={"rule": "constant", "value": 180})
    model, h = of(parts, tmp_path)
    booked = h.outcome == Outcome.BOOKED
    start = np.sort(h.start[booked])
    assert (np.diff(start) >= 3).all()
    assert (start % model.world.slots >= 22).sum() > 3


def test_starts_lie_on_the_steps_of_the_room(tmp_path: Path) -> None:
    """A room offered every two hours is booked at even hours only, shifts included."""
    parts = plain(30, warm_up=3, opens=3).origin("home").centre("hall")
    parts.rooms("hall", 1, slot_minutes=120).rooms("hall", 1, prefix="z")
    parts.set(demand__wishes_per_1000={"person": {"room": 2 * 168}})
    parts.set(demand__lead_days={"rule": "constant", "value": 1})
    parts.set(demand__flexibility={"shift_minutes": HOUR})
    _, h = of(parts, tmp_path)
    even = h.start[(h.outcome == Outcome.BOOKED) & (h.venue == 0)]
    odd = h.start[(h.outcome == Outcome.BOOKED) & (h.venue == 1)]
    assert len(even) > 100
    assert (even % 2 == 0).all()
    assert set((odd % 2).tolist()) == {0, 1}


@pytest.mark.parametrize("step", [15, 30, 60, 120, 480])
def test_preferred_starts_are_multiples_of_the_kinds_step(step: int, tmp_path: Path) -> None:
    """`start_minutes` counts from midnight, and every such start occurs."""
    parts = plain(30, grid=5).origin("home").centre("hall").rooms("hall", 1)
    parts.set(kinds__room__start_minutes=step, demand__wishes_per_1000={"person": {"room": 700}})
    _, h = of(parts, tmp_path)
    minute = h.wishes.start * 5 % 1440
    assert (minute % step == 0).all()
    assert len(np.unique(minute)) == 1440 // step


def test_off_platform_use_takes_its_share(tmp_path: Path) -> None:
    """A share of 0.3 of open time, in whole blocks, weekly blocks the same every week."""
    parts = plain(70).origin("home").centre("hall").rooms("hall", 40)
    parts.set(off_platform={"share": 0.3, "block_minutes": 120, "weekly": 1})
    model, h = of(parts, tmp_path)
    taken = h.off_platform[:, :70].reshape(40, 70, 12, 2)
    assert np.array_equal(taken[..., 0], taken[..., 1])
    assert np.array_equal(taken[:, :7], taken[:, 7:14])
    blocks = taken[:, :7, :, 0]
    assert abs(blocks.mean() - 0.3) <= 4 * np.sqrt(0.21 / blocks.size)
    del model


def test_off_platform_use_by_date_and_by_hour(tmp_path: Path) -> None:
    """`weekly: 0`: nothing recurs; weights raise and clear hours; what is closed stays free."""
    parts = plain(70).origin("home").centre("hall").rooms("hall", 40, hours="day")
    parts.tables["hours"].append(
        {"hours": "day", "days": "Mon-Sun", "open": "8:00", "close": "22:00"}
    )
    for until, relative in (("18:00", 0), ("22:00", 2)):
        row = {"kind": "room", "days": "Mon-Fri", "relative": relative, "until": until}
        parts.tables["off_platform"].append({**row, "from": "8:00" if relative == 0 else "18:00"})
    parts.set(off_platform={"share": 0.3, "block_minutes": 60, "weekly": 0})
    model, h = of(parts, tmp_path)
    day = np.arange(model.world.n_days)
    weekday = model.world.calendar.weekday[day] < 5
    taken = h.off_platform
    assert not taken[:, :, :8].any()
    assert not taken[:, :, 22:].any()
    assert not taken[:, weekday, 8:18].any()
    for part, share in ((taken[:, weekday, 18:22], 0.6), (taken[:, ~weekday, 8:22], 0.3)):
        assert abs(part.mean() - share) <= 4 * np.sqrt(share * (1 - share) / part.size)
    assert not np.array_equal(taken[:, 0], taken[:, 7])
