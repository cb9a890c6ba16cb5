"""Longitude and latitude in WGS-84, from the shifted data of Chinese maps too.

GCJ-02 (Amap, Tencent) shifts WGS-84 by some 500 m, BD-09 (Baidu) GCJ-02 by some 600 m more. Both
formulas are published only by reverse engineering; the inverse is found by iteration, to 0.1 mm.
"""

from __future__ import annotations

import re

import numpy as np

from sim.arrays import F64
from sim.own_data.mapping import Datum, Rows
from sim.own_data.values import number

Points = tuple[F64, F64]
_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
_BD = np.pi * 3000 / 180
_CHINA = (73.5, 135.1, 18.0, 53.6)
_WORDS: dict[Datum, str] = {
    "bd09": "bd-?09|百度|baidu",
    "gcj02": "gcj|高德|腾讯|火星|amap",
    "wgs84": "wgs|gps|2000|cgcs",
}
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


def to_wgs84(lon: F64, lat: F64, datum: Datum) -> Points:
    """Points of a datum in WGS-84; points outside China stay where they are."""
    if datum == "bd09":
        lon, lat = _unshifted(lon, lat, _gcj_to_bd)
    return (lon, lat) if datum == "wgs84" else _unshifted(lon, lat, wgs_to_gcj)


def _unshifted(lon: F64, lat: F64, shift: object) -> Points:
    x, y = lon, lat
    for _ in range(8):
        a, b = shift(x, y)  # type: ignore[operator]
        x, y = x + lon - a, y + lat - b
    return x, y


def wgs_to_gcj(lon: F64, lat: F64) -> Points:
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


def _gcj_to_bd(lon: F64, lat: F64) -> Points:
    far = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD)
    return far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006


def guess_datum(rows: Rows, lon: F64, lat: F64) -> tuple[Datum, str]:
    """Datum of a sheet's coordinates, and why it is taken to be that."""
    if rows.use.coordinates is not None:
        return rows.use.coordinates, "the mapping says so"
    said = " ".join([rows.sheet.name, rows.sheet.file, *rows.headers]).lower()
    for datum, words in _WORDS.items():
        if re.search(words, said):
            return datum, "a header or name says so"
    if rows.sheet.file.lower().endswith("json"):
        return "wgs84", "GeoJSON is in WGS-84"
    known = ~np.isnan(lon)
    if known.any() and is_in_china(float(np.median(lon[known])), float(np.median(lat[known]))):
        return "gcj02", "assumed: nothing says which, and most maps of China are; 500 m off if not"
    return "wgs84", "assumed: nothing says which, and it is outside China"
