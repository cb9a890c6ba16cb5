from __future__ import annotations

import pandas as pd
import pytest

from sim.own_data.values import clock, moment, moments, normal, number, stretch, yes_no


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("120", 120), ("1,200", 1200), ("１２０㎡", 120), ("120.5 平方米", 120.5), ("50人", 50),
        ("三十", 30), ("二十三人", 23), ("一百零五", 105), ("十", 10), ("1.2万", 12000), ("约50", 50),
        ("90分钟", 90),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    assert number(normal(text)) == value


@pytest.mark.parametrize(
    "text", ["120-150", "1,5", "abc", "", "五六", "12 13", "nan", "1e5", "二三"]
)
def test_what_is_no_number(text: str) -> None:
    assert pd.isna(number(normal(text)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025年3月1日", "2025-03-01"), ("2025/3/1 18:00", "2025-03-01 18:00"),
        ("2025-03-01T18:00:00+08:00", "2025-03-01 18:00"), ("2025-03-01T10:00:00Z", "2025-03-01 18:00"),
        ("45717", "2025-03-01"), ("45717.75", "2025-03-01 18:00"), ("20250301", "2025-03-01"),
        ("2025.3.1", "2025-03-01"), ("3/1 周六", "2025-03-01"), ("3月1日（星期六）", "2025-03-01"),
        ("2025年3月1日下午6点半", "2025-03-01 18:30"), ("2025-03-01 周六 18:30", "2025-03-01 18:30"),
        ("２０２５年３月１日 １８：００", "2025-03-01 18:00"), ("2025-3-1 8:05 PM", "2025-03-01 20:05"),
    ],
)  # fmt: skip
def test_moments_as_people_write_them(text: str, value: str) -> None:
    assert moment(normal(text)) == pd.Timestamp(value)


@pytest.mark.parametrize("text", ["3/1", "2025-02-30", "2025-03-01 周日", "下周", "2025-13-01"])
def test_a_day_that_is_not_certain_is_none(text: str) -> None:
    assert moment(normal(text)) is pd.NaT


def test_a_year_may_be_given() -> None:
    assert moment("3/1", 2024) == pd.Timestamp("2024-03-01")


def test_one_column_may_mix_forms() -> None:
    cells = pd.Series(["2025-03-01 18:00", "2025/3/2 9:00", "", "2025年3月3日 9点", "x"])
    read = moments(cells)
    assert read.dt.day.tolist()[:2] == [1, 2]
    assert read.isna().tolist() == [False, False, True, False, True]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("18:00", 1080), ("18：00", 1080), ("下午6点半", 1110), ("6:30 PM", 1110), ("0.75", 1080),
     ("1830", 1110), ("晚上8点", 1200), ("18点", 1080), ("八点", 480), ("12:30 am", 30)],
)  # fmt: skip
def test_times_of_day(text: str, minutes: int) -> None:
    assert clock(normal(text)) == minutes


@pytest.mark.parametrize("text", ["18", "18:75", "99:00", "noon", ""])
def test_what_is_no_time_of_day(text: str) -> None:
    assert pd.isna(clock(normal(text)))


def test_stretches() -> None:
    assert stretch(normal("18:00～20:00")) == (1080, 1200)
    assert stretch("下午2点至4点") == (840, 960)


def test_yes_and_no() -> None:
    cells = pd.Series(["是", "未签到", "", "2025-03-01 18:02", "√", "maybe", "0"])
    assert yes_no(cells).tolist() == ["yes", "no", "", "yes", "yes", "?", "no"]
