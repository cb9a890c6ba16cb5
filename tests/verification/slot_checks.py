"""Checks of slots booked ahead, of occupancy by bookings, and of requests by hour of the week."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import poisson

from sim.scenario.loading import load

from .checking import Check, Effort, Figure
from .exact.diaries import carried_over, overbooked, slot_day
from .loss_checks import busy_by_minute
from .textbook import Results, run_textbook, through_linli
from .towns import scenario_file

__all__ = ["SLOTS"]

RATE = ("demand.wishes_per_1000.person.room",)
HOURS = [
    f"{d}-{h:02d}" for d in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun") for h in range(24)
]
FARTHEST = "Requests / rate, of 126 hours of the week the one farthest off"
DAY = slot_day(8, 10)
CARRIED = carried_over(9, 10)
AWAY = overbooked(20, 0.9, 18)


def by_day(moments: pd.Series, r: Results) -> np.ndarray:
    """(days of the counting window and 100 beyond) moments in each day; those before it in [0]."""
    day = np.floor(r.minutes(moments) / 1440).astype(int)
    return np.bincount(np.maximum(day, -1) + 1, minlength=r.days + 102)[1:]


def slot_days(r: Results) -> list[Figure]:
    tables = r.wishes("start", "venue")
    full = [(by_day(t["start"][t["venue"].notna()], r)[: r.days] == 10).sum() for t in tables]
    days = r.ones() * r.days
    return [
        r.refused(),
        r.mean("utilisation_booked"),
        Figure(np.array(full, dtype=np.float64), days),
    ]


def slot_check(scenario: str, words: str, full: Effort, quick: Effort | None = None) -> Check:
    return Check(
        name=scenario,
        lines={
            f"Slot day, 8 requests for ten slots ({words}): unmet": DAY.unmet,
            f"Slot day ({words}): utilisation": DAY.utilisation,
            f"Slot day ({words}): share of days that are full": DAY.full,
        },
        simulate=through_linli(scenario, RATE, slot_days, requests=True),
        full=full,
        quick=quick,
        error="rate",
    )


def carried(r: Results) -> list[Figure]:
    """Left over at a day's end; days of delay of all, and of those delayed."""
    left, delay, delayed, requests = [], [], [], []
    for table in r.wishes("preferred_start", "start"):
        wanted, given = (np.floor(r.minutes(table[c]) / 1440) for c in ("preferred_start", "start"))
        inside = (wanted >= 0) & (wanted < r.days)
        assert not np.isnan(given[inside]).any()
        days = np.arange(r.days)[:, None]
        known = ~np.isnan(given)
        asked = np.searchsorted(np.sort(wanted[known]), days[:, 0], side="right")
        served = np.searchsorted(np.sort(given[known]), days[:, 0], side="right")
        later = (given - wanted)[inside]
        left.append((asked - served).mean())
        delay.append(later.sum())
        delayed.append((later > 0).sum())
        requests.append(inside.sum())
    total = np.array(delay, dtype=np.float64)
    return [
        Figure(np.array(left), r.ones()),
        Figure(total, np.array(requests, dtype=np.float64)),
        Figure(total, np.array(delayed, dtype=np.float64)),
    ]


def overbooking(effort: Effort, factor: float, folder: Path) -> list[Figure]:
    """Sessions are spread over the window; the error is in the share that comes."""
    sets = [f"activities.sessions={60 * effort.days}"]
    sets += [f"activities.sign_up.no_show={1 - 0.9 * factor!r}"] * (factor != 1)
    r = run_textbook("overbooking", effort, folder, replaced=sets)
    held = r.metric("activities_held")
    full = r.metric("session_overfull_share") * held
    return [Figure(full, held), Figure(r.metric("session_turned_away"), held)]


def occupancy(r: Results) -> list[Figure]:
    """Mean square around 10, P(N <= 14), P(N <= 15), over time."""
    busy = [busy_by_minute(t, r) for t in r.wishes("venue", "start", "end")]
    figures = np.array([(((n - 10) ** 2).mean(), (n <= 14).mean(), (n <= 15).mean()) for n in busy])
    return [Figure(column, r.ones()) for column in figures.T]


def occupancy_check(
    scenario: str, words: str, key: str, full: Effort, quick: Effort | None = None
) -> Check:
    return Check(
        name=scenario,
        lines={
            f"Rooms without end at load 10, {words} stays: mean (N - 10)^2": 10.0,
            f"Rooms without end, {words} stays: P(N <= 14)": float(poisson.cdf(14, 10)),
            f"Rooms without end, {words} stays: P(N <= 15)": float(poisson.cdf(15, 10)),
        },
        simulate=through_linli(
            scenario, (f"kinds.room.duration_minutes.{key}",), occupancy, requests=True
        ),
        full=full,
        quick=quick,
    )


def rates_by_hour(scenario: str) -> np.ndarray:
    """(168,) requests a week by hour, from the curve of the file."""
    demand = load(scenario_file(scenario)).scenario.demand
    curve = demand.curves["library"]
    by_day = []
    for bands, total in ((curve.weekday, 1.0), (curve.weekend, curve.weekend_day)):
        hours = np.zeros(24)
        for band, weight in bands.items():
            low, high = map(int, band.split("-"))
            hours[low:high] = weight / (high - low)
        by_day.append(hours / hours.sum() * total)
    week = np.concatenate([np.tile(by_day[0], 5), np.tile(by_day[1], 2)])
    return np.asarray(demand.wishes_per_1000["person"]["room"] * week / week.sum())


def arrivals(r: Results) -> list[Figure]:
    """All hours together, and the hour farthest off; hours of rate 0 must have none at all."""
    rates, weeks = rates_by_hour("arrivals"), r.days / 7
    seen = np.array([r.metric("wishes", "hour_of_week", hour) for hour in HOURS])
    assert not seen[rates == 0].any()
    hours = [
        Figure(n, np.full(len(n), rate * weeks))
        for n, rate in zip(seen, rates, strict=True)
        if rate > 0
    ]
    worst = max(hours, key=lambda hour: abs(hour.z(1.0)))
    return [Figure(seen.sum(axis=0), r.ones() * weeks), worst]


SLOTS = [
    slot_check("slot-day", "ten rooms for an hour", Effort(1090, 40), Effort(60, 30)),
    slot_check("slot-day-shift", "a room for ten hours", Effort(1090, 40)),
    Check(
        name="carry-over",
        lines={
            "Slots carried over, 9 requests for ten: left over at a day's end": CARRIED.left_over,
            "Slots carried over: days of delay, mean over all": CARRIED.delay,
            "Slots carried over: days of delay, mean over those delayed": CARRIED.delay_of_delayed,
        },
        simulate=through_linli("carry-over", RATE, carried, requests=True),
        full=Effort(1000, 150),
        quick=Effort(100, 30),
        error="rate",
    ),
    Check(
        name="overbooking",
        lines={
            "20 booked for 18 places, each comes with .9: share of sessions overfull": AWAY[0],
            "20 booked for 18 places: turned away, mean per session": AWAY[1],
        },
        simulate=overbooking,
        full=Effort(10, 30),
        quick=Effort(3, 30),
        error="share that comes",
    ),
    occupancy_check("occupancy", "exponential", "mean", Effort(60, 170), Effort(3, 30)),
    occupancy_check("occupancy-fixed", "fixed", "value", Effort(60, 150)),
    Check(
        name="arrivals",
        lines={
            "Requests a week, all hours": float(rates_by_hour("arrivals").sum()),
            FARTHEST: 1.0,
        },
        simulate=through_linli("arrivals", RATE, arrivals),
        full=Effort(252, 150),
        error="rate",
        worst_of={FARTHEST: 126},
    ),
]
