"""Numbers, dates, times and points of cells as people write them; NaN or NaT where they are none.

GCJ-02 (Amap, Tencent) shifts WGS-84 by some 500 m, BD-09 (Baidu) GCJ-02 by some 600 m more. Both
formulas are published only by reverse engineering; the inverse is found by iteration, to 0.1 mm.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.own_data.fields import EMPTY, NO, YES

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = re.compile(
    r"^(?:约|近)?([+-]?\d[\d,]*\.?\d*|[零一二三四五六七八九十百千两〇]+)\s*(万)?\s*"
    r"(?:㎡|m2|m²|平方米|平米|平方|平|sqm|人|位|名|个|户|间|席|座|台|岁|分钟|分|min|minutes?|"
    r"小时|个小时|h|hours?|people|persons?|households)?$"
)
_DATE = re.compile(
    r"^(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$|^(\d{4})(\d{2})(\d{2})$"
)
_WEEKDAY = re.compile(
    r"\(?(?:星期|周|礼拜)([一二三四五六日天])\)?|\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b"
)
_DAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6}
_DAYS |= {c: i for i, c in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_CLOCK = re.compile(
    r"^(凌晨|早上|早|上午|中午|下午|傍晚|晚上|晚|am|pm)?\s*(\d{1,2}|[零一二三四五六七八九十两]{1,3})"
    r"\s*(?:[:时点.]\s*(\d{1,2}|半|一刻|三刻)?\s*分?(?::?\d{2}(?:\.\d+)?)?)?\s*(am|pm)?$"
)
_STAMPS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
           "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")  # fmt: skip
YEARS = range(2020, 2031)
"""Years that dates of exports may lie in; a weekday tells which of them is meant."""
_SERIAL = dt.datetime(1899, 12, 30)


def by_value(cells: pd.Series, read: Callable[[str], Any], dtype: str) -> pd.Series:
    """Read each different text once."""
    codes, texts = pd.factorize(cells)
    values = pd.Series([read(normal(str(t))) for t in texts], dtype=dtype)
    return pd.Series(values.to_numpy()[codes], index=cells.index) if len(texts) else values


def normal(text: str) -> str:
    """Half width, lower case, one kind of dash."""
    text = unicodedata.normalize("NFKC", text).strip().lower()
    return re.sub(r"[—–~〜～―−]+|-{2,}", "-", text)


def is_empty(cells: pd.Series) -> pd.Series:
    """Whether cells say nothing."""
    return cells.str.strip().str.lower().isin(EMPTY)


def numbers(cells: pd.Series, unit: str = "") -> pd.Series:
    """Numbers of cells; `unit` is what stands in brackets in the header."""
    factor = 1e4 if unit.startswith("万") else 1.0
    return by_value(cells, lambda text: number(text) * factor, "float64")


def number(text: str) -> float:
    """`1,200`, `120㎡`, `三十`, `1.2万`; NaN where it is no number."""
    found = _NUMBER.match(text.strip())
    if not found or re.search(r"\d,\d{1,2}(?!\d)", found[1]):
        return np.nan
    digits = found[1]
    value = float(digits.replace(",", "")) if digits[-1] in "0123456789." else chinese(digits)
    return value * (1e4 if found[2] else 1)


def chinese(text: str) -> float:
    """`二十三`, `一百零五`, `十`; NaN where it is no number."""
    total, digit = 0, -1
    for sign in text:
        if sign in _UNITS:
            total += (1 if digit < 0 else digit) * _UNITS[sign]
            digit = -1
        elif sign in _DIGITS:
            if digit > 0:
                return np.nan
            digit = _DIGITS[sign]
    return float(total + max(digit, 0))


def date(text: str, year: int | None = None) -> pd.Timestamp | Any:
    """`2025年3月1日`, `20250301`, `3/1 周六`, an Excel serial; NaT where the day is not certain."""
    day = _WEEKDAY.search(text)
    weekday = _DAYS[day[1] or day[2]] if day else None
    bare = _WEEKDAY.sub("", text).strip(" ,()")
    if re.fullmatch(r"[3-6]\d{4}(\.0+)?", bare):
        return pd.Timestamp(_SERIAL) + pd.Timedelta(days=int(float(bare)))
    found = _DATE.match(bare.removesuffix(" 00:00:00").removesuffix(" 0:00"))
    if not found:
        return pd.NaT
    given = found[1] or found[4] or year
    month, dom = (int(found[2] or found[5]), int(found[3] or found[6]))
    fits = []
    for one in [int(given)] if given else YEARS:
        try:
            candidate = pd.Timestamp(one, month, dom)
        except ValueError:
            continue
        if weekday is None or candidate.weekday() == weekday:
            fits.append(candidate)
    return fits[0] if len(fits) == 1 else pd.NaT


def clock(text: str) -> float:
    """Minutes after midnight of `18:00`, `下午6点半`, `6:30 pm`, `0.75`; NaN where it is none."""
    text = text.strip()
    if re.fullmatch(r"0?\.\d+", text):
        return round(float(text) * 1440)
    if re.fullmatch(r"\d{3,4}", text) and int(text[-2:]) < 60:
        text = f"{text[:-2]}:{text[-2:]}"
    found = _CLOCK.match(text)
    if not found or not (found[3] or found[1] or found[4] or re.search("[:时点]", text)):
        return np.nan
    hour = int(found[2]) if found[2].isdigit() else int(chinese(found[2]))
    minute = {"半": 30, "一刻": 15, "三刻": 45, None: 0}.get(found[3])
    minute = int(found[3]) if minute is None else minute
    half = found[1] or found[4]
    late = half in ("下午", "傍晚", "晚上", "晚", "pm") and hour < 12
    if late or (half == "中午" and hour < 4):
        hour += 12
    elif half in ("am", "凌晨") and hour == 12:
        hour = 0
    return hour * 60 + minute if hour <= 30 and minute < 60 else np.nan


def moment(text: str, year: int | None = None) -> Any:
    """Day and time of a text; a day alone is its midnight; NaT where it is none."""
    zone = re.search(r"(z|[+-]\d{2}:?\d{2})$", text) if "t" in text or text.count(":") > 1 else None
    if zone and re.match(r"\d{4}-\d\d-\d\d", text):
        try:
            stamp = pd.Timestamp(text)
            return stamp.tz_convert("Asia/Shanghai").tz_localize(None) if stamp.tzinfo else stamp
        except ValueError:
            return pd.NaT
    if re.fullmatch(r"[3-6]\d{4}(\.\d+)?", text):
        return (pd.Timestamp(_SERIAL) + pd.Timedelta(days=float(text))).round("min")
    day = date(text, year)
    if day is not pd.NaT:
        return day
    text = text.replace("t", " ") if re.match(r"\d{4}-\d\d-\d\dt", text) else text
    for cut in [
        i
        for i in range(len(text) - 1, 2, -1)
        if text[i - 1] in " 日号)一二三四五六" or text[i] in "上下晚早中凌"
    ]:
        day, minutes = date(text[:cut].strip(), year), clock(text[cut:].strip())
        if day is not pd.NaT and minutes == minutes:
            return day + pd.Timedelta(minutes=minutes)
    return pd.NaT


def moments(cells: pd.Series, year: int | None = None) -> pd.Series:
    """Moments of cells: common forms at once, the others text by text."""
    found = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[s]")
    left = ~is_empty(cells)
    for form in _STAMPS:
        if not left.any():
            break
        sample = cells[left].iloc[0]
        if len(sample) - len(re.sub(r"\d", "", sample)) < 8:
            continue
        read = pd.to_datetime(cells[left], format=form, errors="coerce").astype("datetime64[s]")
        found[left] = read
        left &= found.isna()
    if left.any():
        found[left] = by_value(cells[left], lambda t: moment(t, year), "datetime64[s]")
    return found


def clocks(cells: pd.Series) -> pd.Series:
    """Minutes after midnight."""
    return by_value(cells, clock, "float64")


def stretch(text: str) -> tuple[float, float]:
    """Both ends of `18:00-20:00`, `18点至20点`; NaN where there are not two."""
    parts = re.split(r"\s*(?:-|至|到|to)\s*", text)
    if len(parts) != 2:
        return np.nan, np.nan
    start, end = clock(parts[0]), clock(parts[1])
    if end != end and re.fullmatch(r"\d{1,2}", parts[1]):
        end = float(parts[1]) * 60
    if start != start and re.fullmatch(r"\d{1,2}", parts[0]):
        start = float(parts[0]) * 60
    half = re.match("下午|晚上|晚|傍晚", parts[0])
    if half and end <= start and not re.match("凌晨|次日|\\d\\d:", parts[1]):
        end += 720
    return start, end


def yes_no(cells: pd.Series) -> pd.Series:
    """`yes`, `no`, empty, or `?` where a cell says neither; a moment means yes."""

    def read(text: str) -> str:
        if text in EMPTY and text not in NO:
            return ""
        if text in YES or moment(text) is not pd.NaT:
            return "yes"
        return "no" if text in NO else "?"

    return by_value(cells, read, "object")


def lookup(
    cells: pd.Series, words: Mapping[str, Sequence[str]], own: Mapping[str, str]
) -> pd.Series:
    """Name for which a cell's text is a word, own words first; empty where it is none."""
    names = {normal(w): name for name, some in words.items() for w in (name, *some)}
    names |= {normal(word): name for word, name in own.items()}
    return by_value(cells, lambda text: names.get(text, ""), "object")


Datum = Literal["wgs84", "gcj02", "bd09"]
_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
_BD = np.pi * 3000 / 180
_CHINA = (73.5, 135.1, 18.0, 53.6)
_ANGLE = re.compile(
    r"^[ewns东西南北]?[经纬]?\s*(\d{1,3})[°度]\s*(?:(\d{1,2}(?:\.\d+)?)['′分])?\s*(?:(\d{1,2}(?:\.\d+)?)(?:\"|″|''|′′|秒))?\s*[ewns东西南北]?$"
)


def is_in_china(lon: float, lat: float) -> bool:
    """Whether a point lies where maps are shifted, roughly."""
    west, east, south, north = _CHINA
    return west < lon < east and south < lat < north


def degrees(text: str) -> float:
    """`119.97`, `119°58′20″E`; NaN where it is no angle."""
    found = _ANGLE.match(text)
    if found:
        return float(found[1]) + float(found[2] or 0) / 60 + float(found[3] or 0) / 3600
    return number(text.rstrip("°ensw")) if re.search(r"\d", text) else np.nan


def to_wgs84(lon: F64, lat: F64, datum: Datum) -> tuple[F64, F64]:
    """Points of a datum in WGS-84; points outside China stay where they are."""
    if datum == "bd09":
        lon, lat = _unshifted(lon, lat, _gcj_to_bd)
    return (lon, lat) if datum == "wgs84" else _unshifted(lon, lat, wgs_to_gcj)


def _unshifted(lon: F64, lat: F64, shift: Callable[[F64, F64], tuple[F64, F64]]) -> tuple[F64, F64]:
    x, y = lon, lat
    for _ in range(8):
        a, b = shift(x, y)
        x, y = x + lon - a, y + lat - b
    return x, y


def wgs_to_gcj(lon: F64, lat: F64) -> tuple[F64, F64]:
    """Shift points as Chinese maps do."""
    x, y = lon - 105.0, lat - 35.0
    root, pi = np.sqrt(np.abs(x)), np.pi
    waves = (20 * np.sin(6 * x * pi) + 20 * np.sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * np.sin(y * pi) + 40 * np.sin(y / 3 * pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * pi) + 320 * np.sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * np.sin(x * pi) + 40 * np.sin(x / 3 * pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * pi) + 300 * np.sin(x / 30 * pi)) * 2 / 3
    angle = np.radians(lat)
    magic = 1 - _ECCENTRICITY * np.sin(angle) ** 2
    north = np.degrees(north / (_AXIS * (1 - _ECCENTRICITY) / magic**1.5))
    east = np.degrees(east / (_AXIS / np.sqrt(magic) * np.cos(angle)))
    inside = np.vectorize(is_in_china, otypes=[bool])(lon, lat)
    return lon + np.where(inside, east, 0), lat + np.where(inside, north, 0)


def _gcj_to_bd(lon: F64, lat: F64) -> tuple[F64, F64]:
    far = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD)
    return far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006
