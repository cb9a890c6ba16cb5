from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.own_data.hours import NotUnderstood, in_words, opening_hours
from sim.scenario.derived.openings import Week

DAY = ((540, 1260),)


def week(usual: object, **days: object) -> Week:
    """Mon-Sun alike, then days of another kind; holidays as Sundays unless given."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    found = [days.get(name, usual) for name in names]
    return (*found, days.get("holiday", found[6]))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8:00-12:00，14:00-21:00", week(((480, 720), (840, 1260)))),
        ("9:00-21:00（周一闭馆）", week(DAY, mon=())),
        ("周一闭馆；9:00-21:00", week(DAY, mon=())),
        ("9:00-21:00 周末延长至22:00", week(DAY, sat=((540, 1320),), sun=((540, 1320),))),
        ("周一至周五 9:00-17:00，周末延长至21:00", week(((540, 1020),), sat=DAY, sun=DAY)),
        ("全天", week(((0, 1440),))),
        ("24/7", week(((0, 1440),))),
        ("9:00-21:00（节假日除外）", week(DAY, holiday=())),
        ("９：００～２１：００", week(DAY)),
        ("每天9点到晚上9点", week(DAY)),
        ("上午9:00—12:00 下午2:00-5:00", week(((540, 720), (840, 1020)))),
        ("周一、三、五 9:00-21:00", week((), mon=DAY, wed=DAY, fri=DAY)),
        ("9:00-21:00 周二至周日", week(DAY, mon=())),
        ("22:00-次日2:00", week(((1320, 1560),))),
        ("Mo-Fr 09:00-21:00; Sa 09:00-12:00; Su,PH off",
         week(DAY, sat=((540, 720),), sun=(), holiday=())),
        ("Mon-Fri 9am-9pm, weekends closed", week(DAY, sat=(), sun=())),
        ("工作日 9:00-21:00\n节假日 9:00-12:00", week(DAY, sat=(), sun=(), holiday=((540, 720),))),
        ("周五至周一 9:00-21:00", week(DAY, tue=(), wed=(), thu=())),
        ("早9点-晚9点", week(DAY)),
        ("全年无休 9:00-21:00", week(DAY)),
        ("每周一至周六 9:00-21:00", week(DAY, sun=())),
        ("上午8:30-11:30 下午13:30-17:00（周一闭馆）", week(((510, 690), (810, 1020)), mon=())),
    ],
)  # fmt: skip
def test_hours_in_words(text: str, expected: Week) -> None:
    assert opening_hours(text).week == expected


@pytest.mark.parametrize(
    "text",
    ["暑假 9:00-17:00", "看情况", "电话预约", "", "周一闭馆", "5月-10月 8:00-20:00", "9:00", "21:00",
     "Mo-Fr sunrise-sunset", "9:00-17:00 或预约", "周八 9:00-17:00", "夏季9:00-21:00"],
)  # fmt: skip
def test_hours_that_are_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        opening_hours(text)


spans = st.lists(st.integers(0, 47), min_size=2, max_size=4, unique=True).map(
    lambda m: tuple((30 * a, 30 * b) for a, b in zip(*[iter(sorted(m)[: len(m) // 2 * 2])] * 2, strict=True))
)  # fmt: skip


@given(st.lists(st.one_of(st.just(()), spans), min_size=8, max_size=8).filter(any))
def test_what_is_written_in_words_is_read_back(days: list[tuple[tuple[int, int], ...]]) -> None:
    assert opening_hours(in_words(tuple(days))).week == tuple(days)
