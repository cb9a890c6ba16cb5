"""Calendar months that cover a horizon."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sim.points.months import build_months
from sim.scenario.schema.place import CalendarPart
from sim.world.calendar import build_calendar


@pytest.mark.parametrize(
    ("first", "last", "keys", "first_day", "days"),
    [
        ((2026, 1, 5), (2026, 1, 31), [24313], [-4], [31]),
        ((2024, 2, 1), (2024, 3, 1), [24290, 24291], [0, 29], [29, 31]),
        ((2025, 11, 30), (2026, 1, 1), [24311, 24312, 24313], [-29, 1, 32], [30, 31, 31]),
    ],
)
def test_months(
    first: tuple[int, ...],
    last: tuple[int, ...],
    keys: list[int],
    first_day: list[int],
    days: list[int],
) -> None:
    part = CalendarPart(country="none")
    calendar = build_calendar(part, dt.date(*first), dt.date(*last), 0, 0)  # type: ignore[arg-type]
    months = build_months(calendar)
    assert months.key.tolist() == keys
    assert months.first_day.tolist() == first_day
    assert months.days.tolist() == days
    u = np.array([0.0, 1 - 2.0**-53])
    low, high = months.times(np.zeros(2, dtype=np.int64), u, 540.0, 1080.0)
    assert low == first_day[0] * 1440 + 540
    assert high == pytest.approx((first_day[0] + days[0] - 1) * 1440 + 1080)
