"""How many wishes arise and when: against rates worked out by hand, hour by hour."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import FIRST, Parts, histories, model_of, plain, tiny, z_score

from sim.demand.plan import expected_wishes
from sim.model import History, Model
from sim.variates import poisson_ppf


def spread(bands: dict[str, float], *, share: bool = False) -> np.ndarray:
    """Weights by hour: a band's is shared out over its hours, or (`share`) holds in each."""
    hours = np.zeros(24)
    for band, weight in bands.items():
        low, high = (int(x) for x in band.split("-"))
        hours[low:high] = weight if share else weight / (high - low)
    return hours


def week_of(curve: dict[str, Any], presence: dict[str, Any] | None = None) -> np.ndarray:
    """(168,) wishes by hour of the week, of one wish a week."""
    weekday, weekend = spread(curve["weekday"]), spread(curve["weekend"])
    weekend = weekend / weekend.sum() * curve.get("weekend_day", 1)
    week = np.concatenate([np.tile(weekday / weekday.sum(), 5), np.tile(weekend, 2)])
    week /= week.sum()
    if presence is not None:
        there = [np.tile(spread(presence["weekday"], share=True), 5)]
        there.append(np.tile(spread(presence["weekend"], share=True), 2))
        week *= np.concatenate(there)
    return week


def inside(model: Model, history: History) -> np.ndarray:
    """Whether a wish's preferred start lies in the counting window."""
    day = history.wishes.start // model.world.slots
    return (day >= model.world.calendar.count_from) & (day < model.world.calendar.count_until)


def by_hour_of_week(model: Model, history: History) -> np.ndarray:
    start = history.wishes.start[inside(model, history)]
    day, slot = np.divmod(start, model.world.slots)
    hour = slot * model.world.grid // 60
    return np.bincount(model.world.calendar.weekday[day] * 24 + hour, minlength=168)


def test_every_hour_of_the_week_has_its_own_rate(tmp_path: Path) -> None:
    """All 168 hours within 4 standard errors; hours of rate zero have none."""
    weeks, parts = 104, tiny()
    until = dt.date(2026, 3, 2) + dt.timedelta(days=weeks * 7 - 1)
    parts.set(window={"from": dt.date(2026, 3, 2), "until": until}, demand__level=6)
    model = model_of(parts, tmp_path)
    seen = by_hour_of_week(model, histories(model, 1)[0])
    demand = parts.scenario["demand"]
    evening, daytime = (demand["curves"][c] for c in ("evening", "daytime"))
    expected = 2600 * 0.05 * week_of(evening)
    expected += 900 * 0.05 * week_of(evening, demand["presence"]["office"])
    expected += 700 * 0.065 * week_of(daytime)
    expected *= weeks * 6
    assert (expected == 0).sum() > 50
    assert expected.sum() > 80_000
    assert np.all(np.abs(seen - expected) <= 4 * np.sqrt(expected))


def test_absence_loses_wishes(tmp_path: Path) -> None:
    """Who is away does not wish at another hour instead."""
    parts = plain(364).origin("a").origin("b", presence="half")
    half = {"0-12": 0.5, "12-24": 1}
    parts.set(demand__presence={"half": {"weekday": half, "weekend": {"0-24": 0.25}}})
    parts.centre("hall").rooms("hall", 1)
    parts.set(demand__wishes_per_1000={"person": {"room": 700}})
    model = model_of(parts, tmp_path)
    history = histories(model, 1)[0]
    origin = model.plan.cells.origin[history.wishes.cell][inside(model, history)]
    there, away = np.bincount(origin, minlength=2)
    share = (5 * 0.75 + 2 * 0.25) / 7
    assert abs(away - share * 36_400) <= 4 * np.sqrt(share * 36_400)
    assert abs(there - 36_400) <= 4 * np.sqrt(36_400)


def test_a_kinds_hours_move_wishes_and_keep_the_week(tmp_path: Path) -> None:
    """A tilt of 3 in the evening: the same wishes a week, and three times as many an hour there."""
    parts = plain(364).origin("home").centre("hall").rooms("hall", 1)
    parts.set(demand__wishes_per_1000={"person": {"room": 700}})
    straight = model_of(parts, tmp_path / "straight")
    parts.set(kinds__room__hours={"18-22": 3, "2-6": 0})
    tilted = model_of(parts, tmp_path / "tilted")
    assert expected_wishes(tilted.plan).sum() == pytest.approx(expected_wishes(straight.plan).sum())
    seen = by_hour_of_week(tilted, histories(tilted, 1)[0]).reshape(7, 24).sum(axis=0)
    unit = 700 * 52 / (16 + 4 * 3)
    expected = np.array([unit * (3 if 18 <= h < 22 else 0 if 2 <= h < 6 else 1) for h in range(24)])
    assert np.all(np.abs(seen - expected) <= 4 * np.sqrt(expected))


def test_seasons_school_and_public_holidays(tmp_path: Path) -> None:
    """Every day of a Chinese year within 4.5 standard errors of its own expectation."""
    parts = plain(365).origin("home").centre("hall").rooms("hall", 1)
    parts.set(window={"from": dt.date(2025, 1, 1), "until": dt.date(2025, 12, 31)})
    parts.set(
        calendar={
            "country": "CN",
            "school_holidays": [{"from": dt.date(2025, 7, 1), "until": dt.date(2025, 8, 31)}],
        },
        kinds__room__season={1: 0.5, 7: 2},
        segments__person={"curve": "flat", "school_holiday": 1.5, "public_holiday": 3},
        demand__wishes_per_1000={"person": {"room": 7000}},
        demand__curves={"flat": {"weekday": {"0-24": 1}, "weekend": {"0-24": 1}, "weekend_day": 2}},
    )
    model = model_of(parts, tmp_path)
    history = histories(model, 1)[0]
    calendar = model.world.calendar
    seen = np.bincount(history.wishes.start // 24, minlength=calendar.n_days)
    working = {dt.date(2025, 1, 26), dt.date(2025, 2, 8), dt.date(2025, 4, 27)}
    golden = [dt.date(2025, 10, day) for day in range(1, 9)]
    for day in range(calendar.count_from, calendar.count_until):
        date = calendar.date(day)
        holiday = bool(calendar.holiday[day])
        rate = 7000 / 9 * (2 if (date.weekday() >= 5 and date not in working) or holiday else 1)
        if date == dt.date(2025, 9, 28) or date == dt.date(2025, 10, 11):
            rate = 7000 / 9  # working weekends too
        rate *= {1: 0.5, 7: 2}.get(date.month, 1) * (1.5 if date.month in (7, 8) else 1)
        rate *= 3 if holiday else 1
        assert not (date in golden and not holiday)
        assert abs(seen[day] - rate) <= 4.5 * np.sqrt(rate), date


def test_expected_wishes_are_exact(tmp_path: Path) -> None:
    """Wishes asked in the window: the expectation against 60 replications, by z, per kind."""
    parts = tiny()
    parts.set(
        calendar={"country": "CN"},
        kinds__activity_room__season={3: 1.7},
        kinds__activity_room__outdoor=True,
        kinds__badminton_court__start_minutes=60,
        demand__day_effect={"cv": 0.3, "weather_cv": 0.2},
        demand__multiplier=2.3,
        experiment__warm_up_days=8,
        window={"from": dt.date(2026, 3, 28), "until": dt.date(2026, 4, 12)},
    )
    model = model_of(parts, tmp_path)
    expected = np.bincount(model.plan.cells.kind, expected_wishes(model.plan))
    calendar = model.world.calendar
    counts = []
    for history in histories(model, 60):
        ask = history.wishes.wished_at / 1440
        asked = (ask >= calendar.count_from) & (ask < calendar.count_until)
        counts.append(np.bincount(model.plan.cells.kind[history.wishes.cell[asked]], minlength=2))
    for kind in range(2):
        assert abs(z_score(np.array(counts)[:, kind], float(expected[kind]))) <= 4


def test_days_vary_as_the_day_effect_says(tmp_path: Path) -> None:
    """Variance of daily counts is mean + cv^2 mean^2; outdoor kinds vary more, and together."""
    parts = (
        plain(1000)
        .origin("home")
        .centre("hall")
        .rooms("hall", 1)
        .rooms("hall", 1, "p", kind="pitch")
    )
    parts.set(kinds__pitch={"outdoor": True}, demand__day_effect={"cv": 0.3, "weather_cv": 0.4})
    parts.set(demand__wishes_per_1000={"person": {"room": 700, "pitch": 700}})
    model = model_of(parts, tmp_path)
    history = histories(model, 1)[0]
    kind = model.plan.cells.kind[history.wishes.cell]
    day = history.wishes.start // 24
    room, pitch = (
        np.bincount(day[kind == model.world.kinds.index(name)], minlength=model.world.n_days)
        for name in ("room", "pitch")
    )
    for seen, cv2 in ((room, 0.09), (pitch, 1.09 * 1.16 - 1)):
        assert seen.mean() == pytest.approx(100, rel=0.06)
        assert seen.var() == pytest.approx(100 + cv2 * 100**2, rel=0.2)
    assert np.cov(room, pitch)[0, 1] == pytest.approx(900, rel=0.25)


def test_no_demand_no_wishes(tmp_path: Path) -> None:
    """Multiplier 0, or rates of zero: nothing arises and everything still runs."""
    parts: Parts = tiny()
    for name, values in (("a", {"demand__multiplier": 0}), ("b", {"demand__intensity": 0})):
        model = model_of(parts.copy().set(**values), tmp_path / name)
        assert [len(h.wishes) for h in histories(model, 2)] == [0, 0]
        assert expected_wishes(model.plan).sum() == 0


def test_poisson_by_inversion() -> None:
    """Counts are the quantiles of Poisson at any mean, and never fall when the mean rises."""
    from scipy import stats

    u = (np.arange(2000) + 0.5) / 2000
    last = np.zeros(2000, dtype=np.int64)
    for mean in (0.0, 1e-6, 0.3, 1, 7.5, 29.9, 30.1, 31, 200, 5000):
        counts = poisson_ppf(u, np.full(2000, mean))
        assert np.array_equal(counts, stats.poisson(mean).ppf(u) if mean else np.zeros(2000))
        assert np.all(counts >= last)
        last = counts


def test_dates_are_what_they_seem(tmp_path: Path) -> None:
    """The first counted day lies where the calendar says."""
    model = model_of(plain(7).origin("home").centre("hall").rooms("hall", 1), tmp_path)
    assert model.world.calendar.date(model.world.calendar.count_from) == FIRST
