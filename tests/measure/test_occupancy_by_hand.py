"""Utilisation, people and load-duration curves, from the half-hours that bookings hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.booking.requests import Outcome
from sim.model import simulate

from .by_hand import found, ran


def occupied() -> pd.DataFrame:
    """One row for each half-hour that a booking kept holds: venue, time, used, party."""
    table = ran().wishes
    assert table is not None
    kept = table[table["outcome"].isin(["used", "no-show"])]
    rows = [
        (row.venue, row.start + pd.Timedelta(minutes=m), row.outcome == "used", row.party_size)
        for row in kept.itertuples()
        for m in range(0, row.duration_minutes, 30)
    ]
    frame = pd.DataFrame(rows, columns=["venue", "at", "used", "party"])
    frame = frame[(frame["at"] >= "2026-03-02") & (frame["at"] < "2026-03-16")].copy()
    frame["hour_of_week"] = frame["at"].dt.strftime("%a-%H")
    return frame


# open hours of two weeks: `long` 10 x 13 + 4 x 14, `day` 14 x 9
OPEN = {"Court 1": 186, "Court 2": 186, "Hall Room": 186}
OPEN |= {"Willow Room A": 126, "Willow Room B": 126, "Pine Room": 126}


def test_utilisation_and_person_hours_by_venue() -> None:
    """Hours booked (kept), used, and people in them, over hours open."""
    held = occupied()
    for venue, hours in OPEN.items():
        part = held[held["venue"] == venue]
        assert found("open_hours", "venue")[venue] == hours
        assert found("utilisation_booked", "venue")[venue] == pytest.approx(len(part) / 2 / hours)
        used = part[part["used"]]
        assert found("utilisation_used", "venue")[venue] == pytest.approx(len(used) / 2 / hours)
        people = used["party"].sum() / 2
        assert found("person_hours", "venue")[venue] == pytest.approx(people)


def test_utilisation_of_all_and_by_hour_of_week() -> None:
    """Sums over venues divide by the open hours of them all."""
    held = occupied()
    total = found("utilisation_booked", "all")["all"]
    assert total == pytest.approx(len(held) / 2 / sum(OPEN.values()))
    seen = found("utilisation_booked", "hour_of_week")
    for hour, venues in (("Mon-18", 3), ("Sat-08", 3), ("Wed-10", 6), ("Sun-21", 3)):
        n = (held["hour_of_week"] == hour).sum()
        assert seen[hour] == pytest.approx(n / 2 / (venues * 2))
    assert np.isnan(seen["Mon-23"])


def test_load_duration_by_hand() -> None:
    """Courts: share of the two that is taken, half-hour by half-hour, read at its fullest x %."""
    model = ran().model
    history = simulate(model, 1, 0)
    first, end = model.world.calendar.count_from, model.world.calendar.count_until
    courts, slots = [0, 1], model.world.slots
    off = history.off_platform[courts, first:end].reshape(2, -1).sum(axis=0)
    taken = off.astype(float)
    duration = history.wishes.duration[history.asked]
    kept = (history.outcome == Outcome.BOOKED) & ~history.cancelled
    for i in np.flatnonzero(kept & np.isin(history.venue, courts)).tolist():
        for slot in range(history.start[i], history.start[i] + duration[i]):
            if first * slots <= slot < end * slots:
                taken[slot - first * slots] += 1
    clock = np.tile(np.arange(slots) / 2, end - first)
    weekend = np.repeat(model.world.calendar.weekday[first:end] >= 5, slots)
    is_open = (clock >= np.where(weekend, 8, 9)) & (clock < 22)
    load = np.sort(taken[is_open] / 2)[::-1]
    seen = found("load_duration", "kind*top_share")
    for share in (0, 10, 50, 100):
        at = min(share * len(load) // 100, len(load) - 1)
        assert seen[f"badminton_court*{share:03d}"] == load[at]
