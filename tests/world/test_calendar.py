"""Dates: Chinese public holidays, working weekends, years not published yet, school terms."""

from __future__ import annotations

import datetime as dt

import pytest

from sim.scenario.schema.place import CalendarPart
from sim.world.calendar import HOLIDAY, Calendar, build_calendar

CN = CalendarPart(country="CN")


def year(number: int, part: CalendarPart = CN) -> Calendar:
    return build_calendar(part, dt.date(number, 1, 1), dt.date(number, 12, 31), 3, 2)


def days_off(calendar: Calendar) -> set[dt.date]:
    """Holidays inside the counting window."""
    inside = range(calendar.count_from, calendar.count_until)
    return {calendar.date(d) for d in inside if calendar.holiday[d]}


def stretch(first: str, last: str) -> set[dt.date]:
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return {start + dt.timedelta(days=i) for i in range((end - start).days + 1)}


HOLIDAYS_2025 = (
    stretch("2025-01-01", "2025-01-01")
    | stretch("2025-01-28", "2025-02-04")
    | stretch("2025-04-04", "2025-04-06")
    | stretch("2025-05-01", "2025-05-05")
    | stretch("2025-05-31", "2025-06-02")
    | stretch("2025-10-01", "2025-10-08")
)
"""As the State Council published them (国办发明电〔2024〕12号), weekends included."""
WORKING_2025 = ("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11")


def test_public_holidays_of_2025() -> None:
    """The published days off, weekends between them too; no other weekday is off."""
    assert days_off(year(2025)) == HOLIDAYS_2025


def test_working_weekends_of_2025_are_weekdays() -> None:
    """The five working weekend days behave as weekdays, all other weekend days do not."""
    calendar = year(2025)
    working = {dt.date.fromisoformat(d) for d in WORKING_2025}
    for d in range(calendar.count_from, calendar.count_until):
        date = calendar.date(d)
        expected = (date.weekday() >= 5 and date not in working) or date in HOLIDAYS_2025
        assert calendar.weekend[d] == expected, date
    assert calendar.notices == ()


def test_bridged_weekends_follow_the_hours_of_holidays() -> None:
    """The Saturday and Sunday inside the spring festival are days off like the rest of it."""
    calendar = year(2025)
    for text in ("2025-02-01", "2025-02-02", "2025-10-04", "2025-10-05"):
        day = (dt.date.fromisoformat(text) - calendar.first).days
        assert calendar.opening_day[day] == HOLIDAY


def test_a_working_weekend_keeps_the_hours_of_its_weekday() -> None:
    """On a working Sunday venues open as on Sundays: rooms know weekdays and holidays only."""
    calendar = year(2025)
    day = (dt.date(2025, 1, 26) - calendar.first).days
    assert calendar.opening_day[day] == 6


@pytest.mark.parametrize("number", [2027, 2031])
def test_years_not_published_use_statutory_dates_and_say_so(number: int) -> None:
    """National Day is off, no weekend works, and a notice names the year."""
    calendar = year(number)
    assert stretch(f"{number}-10-01", f"{number}-10-03") <= days_off(calendar)
    assert len(days_off(calendar)) >= 11
    assert any(str(number) in notice for notice in calendar.notices)
    assert not [
        d
        for d in range(calendar.count_from, calendar.count_until)
        if calendar.weekday[d] >= 5 and not calendar.weekend[d]
    ]


def test_a_country_of_none_has_weeks_all_alike() -> None:
    """No holidays, no notices: weekends are Saturday and Sunday."""
    calendar = year(2025, CalendarPart(country="none"))
    assert days_off(calendar) == set()
    assert (calendar.weekend == (calendar.weekday >= 5)).all()
    assert (calendar.opening_day == calendar.weekday).all()


def test_the_horizon_and_its_window() -> None:
    """Warm-up before, tail after, months and school holidays by date."""
    part = CalendarPart.model_validate(
        {"country": "none", "school_holidays": [{"from": "2025-07-01", "until": "2025-08-31"}]}
    )
    calendar = year(2025, part)
    assert (calendar.first, calendar.n_days) == (dt.date(2024, 12, 29), 365 + 5)
    assert (calendar.count_from, calendar.count_until) == (3, 368)
    dates = [calendar.date(d) for d in range(calendar.n_days)]
    assert calendar.month.tolist() == [d.month for d in dates]
    assert calendar.weekday.tolist() == [d.weekday() for d in dates]
    assert calendar.school_holiday.tolist() == [d.year == 2025 and d.month in (7, 8) for d in dates]
