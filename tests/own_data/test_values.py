from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.own_data.hours import NotUnderstood, in_words, opening_hours
from sim.own_data.values import (
    clock,
    degrees,
    moment,
    moments,
    normal,
    number,
    stretch,
    to_wgs84,
    wgs_to_gcj,
    yes_no,
)
from sim.scenario.derived.openings import Week

from .files import HEAD, ROW, csv_file, imported, with_cells


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


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_published_points_of_gcj_02(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    lon, lat = (np.array([x]) for x in wgs)
    assert np.allclose(np.concatenate(wgs_to_gcj(lon, lat)), gcj, atol=1e-6)
    back = to_wgs84(np.array([gcj[0]]), np.array([gcj[1]]), "gcj02")
    assert np.allclose(np.concatenate(back), wgs, atol=1e-6)


def test_a_published_point_of_bd_09() -> None:
    """Baidu's (116.41037, 39.92134) is (116.404, 39.915) in GCJ-02."""
    baidu = to_wgs84(np.array([116.41036949371029]), np.array([39.92133699351021]), "bd09")
    chinese = to_wgs84(np.array([116.404]), np.array([39.915]), "gcj02")
    assert np.allclose(baidu, chinese, atol=1e-6)


def test_points_outside_china_are_not_shifted() -> None:
    helsinki = np.array([24.94]), np.array([60.17])
    assert np.allclose(to_wgs84(*helsinki, "gcj02"), helsinki)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("119.97", 119.97),
        ("119°58′12″e", 119.97),
        ("东经119度58分12秒", 119.97),
        ("119.97°e", 119.97),
    ],
)
def test_angles(text: str, value: float) -> None:
    assert degrees(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "abc", "119°58", "1 2"])
def test_what_is_no_angle(text: str) -> None:
    assert np.isnan(degrees(text))


@pytest.mark.parametrize(
    ("header", "metres", "words"),
    [("经度(WGS84)", 0, "a header"), ("经度(百度)", 1100, "bd09"), ("经度", 525, "assumed")],
)
def test_the_datum_is_named_or_assumed_aloud(
    tmp_path: Path, header: str, metres: float, words: str
) -> None:
    head = [header if h.startswith("经度") else h for h in HEAD]
    plan = imported(tmp_path, csv_file(tmp_path / "v.csv", head, with_cells(HEAD, ROW)))
    centre = plan.world.centres.iloc[0]
    east, north = (119.97 - centre["lon"]) * 96_100, (30.27 - centre["lat"]) * 111_200
    assert np.hypot(east, north) == pytest.approx(metres, abs=80)
    assert any(words in note for note in plan.account.notes)
