"""Lists of venues become centres, venues and opening hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.own_data.fields import ACCESS, KINDS, NO, TIERS, TOTALS, YES
from sim.own_data.hours import NotUnderstood, in_words, opening_hours
from sim.own_data.mapping import ImportMapping, Rows, looks_personal
from sim.own_data.reading import ImportAccount, SheetReading
from sim.own_data.values import (
    Datum,
    by_value,
    degrees,
    is_empty,
    is_in_china,
    lookup,
    normal,
    numbers,
    to_wgs84,
)
from sim.scenario.derived.openings import Week
from sim.scenario.read.files import shipped_folder

FALLBACK = "周一至周日、节假日 9:00-21:00"
"""Hours of venues of which no file says when they open."""
EXAMPLE = "write such as `周一至周五 9:00-12:00，14:00-21:00；周末 9:00-17:00；节假日休息`"
_NOTE = re.compile(
    r"^(注|备注|说明|note)\s*\d*\s*[:：、.]|^(填表|制表|审核|数据来源|统计)[^:：]{0,4}[:：]",
    re.IGNORECASE,
)
_SIGNS = str.maketrans({",": "，", "/": "／", "\\": "＼", "*": "×"})
_CONTROLS = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+"
_DATUMS: dict[Datum, str] = {
    "bd09": "bd-?09|百度|baidu",
    "gcj02": "gcj|高德|腾讯|火星|amap",
    "wgs84": "wgs|gps|2000|cgcs",
}


@dataclass(frozen=True, slots=True)
class VenueList:
    """What the venue lists say.

    Attributes
    ----------
    venues
        A row a venue, its name unique, with all that `venues.csv` and `centres.csv` need.
    weeks
        Opening hours by name.
    """

    venues: pd.DataFrame
    weeks: dict[str, Week]


def read_venues(taken: list[Rows], account: ImportAccount) -> VenueList:
    """Read every list of venues; what is wrong is added to the account."""
    weeks: dict[str, Week] = {}
    sheets = [account.open(rows) for rows in taken]
    frames = [_read(sheet, account.mapping, weeks) for sheet in sheets]
    venues = pd.concat([f for f in frames if not f.empty] or frames or [pd.DataFrame()])
    if venues.empty:
        return VenueList(venues, weeks)
    venues = venues.reset_index(drop=True)
    again = venues.duplicated("name", keep=False)
    above = venues["centre"].where(venues["centre"] != "", venues["community"])
    venues.loc[again & (above != ""), "name"] = above + "·" + venues["name"]
    for _, group in venues[venues.duplicated("name", keep=False)].groupby("name"):
        first = group["source"].iloc[0].removeprefix("data: ")
        message = f"this name is also in {first}, with other cells; name both differently"
        for where, row in zip(group["source"][1:], group["row"][1:], strict=True):
            sheet = next(s for s in sheets if where == f"data: {s.rows.source(row)}")
            sheet.wrong(row, "venue", message)
    venues = venues.drop_duplicates("name", ignore_index=True)
    _complete(venues, account)
    return VenueList(venues, weeks)


def _read(sheet: SheetReading, mapping: ImportMapping, weeks: dict[str, Week]) -> pd.DataFrame:
    """Columns of a sheet's venues, with the row each came from."""
    _leave_out_notes(sheet, mapping)
    found = pd.DataFrame(index=sheet.cells.index)
    found["name"] = read_names(sheet, "venue")
    for row in found.index[found["name"] == ""]:
        sheet.wrong(row, "venue", "the cell is empty")
    for field in ("centre", "community", "compound", "zone", "subdistrict"):
        found[field] = read_names(sheet, field)
    found["zone"] = found["zone"].where(found["zone"] != "", found["subdistrict"])
    found["kind"] = _kinds(sheet, found["name"], mapping)
    for field in ("capacity", "area_m2", "slot_minutes"):
        found[field] = _numbers(sheet, field)
    found["hours"] = _hours(sheet, weeks)
    words: Mapping[str, tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]]] = {
        "tier": (TIERS, mapping.tiers),
        "access": (ACCESS, mapping.access),
        "drop_in": ({"yes": YES, "no": NO}, {}),
    }
    for field, (known, own) in words.items():
        found[field] = lookup(sheet.text(field), known, own)
        sheet.unknown_words(field, found[field] == "", "what it is", known)
    found["lon"], found["lat"] = read_coordinates(sheet)
    found["source"] = [f"data: {sheet.rows.source(row)}" for row in found.index]
    found["row"] = found.index
    return found


def _leave_out_notes(sheet: SheetReading, mapping: ImportMapping) -> None:
    cells = sheet.cells
    totals = cells["venue"].str.strip().str.lower().isin(TOTALS)
    totals |= cells.isin(TOTALS).any(axis=1) & is_empty(cells["venue"])
    sheet.leave(totals, "a line of totals")
    cells = sheet.cells
    same = (cells.nunique(axis=1) == 1) & (len(cells.columns) > 2) & (cells != "").all(axis=1)
    sheet.leave(same | cells["venue"].str.match(_NOTE), "a title or note")
    sheet.leave(sheet.cells.duplicated(), "the same row again")
    gone = {normal(word) for word, kind in mapping.kinds.items() if kind is None}
    sheet.leave(sheet.raw("kind").map(normal).isin(gone), "a kind left out by the mapping")


def _kinds(sheet: SheetReading, names: pd.Series, mapping: ImportMapping) -> pd.Series:
    own = {normal(w): k for w, k in mapping.kinds.items() if k is not None}
    text = sheet.text("kind")
    kinds = by_value(text, lambda t: kind_of(t, own), "object")
    sheet.unknown_words("kind", kinds == "", "under `kinds` what it is", KINDS)
    missing = text == ""
    guessed = by_value(names, lambda t: kind_of(t, own), "object")
    sheet.change(missing & (guessed != ""), "kind taken from the name")
    for row in names.index[missing & (guessed == "") & (names != "")]:
        message = "nothing says what kind of venue this is; say in the mapping under `kinds` what "
        message += "a word of it means"
        sheet.wrong(row, sheet.first("kind", "venue"), message, allowed=tuple(KINDS))
    for word, kind in sorted(set(zip(text[~missing], kinds[~missing], strict=True))):
        if not looks_personal(word):
            sheet.account.words.setdefault("kinds", {})[word] = kind
    return kinds.where(~missing, guessed)


def kind_of(text: str, own: Mapping[str, str]) -> str:
    """Kind that a text names; the mapping's words first, then those known; empty if none."""
    word = normal(text)
    if word in own or word in KINDS:
        return own.get(word, word)
    parts = [(known, kind) for known, kind in own.items()]
    parts += [(known, kind) for kind, some in KINDS.items() for known in some]
    return next((kind for known, kind in parts if known in word), "")


def _numbers(sheet: SheetReading, field: str) -> pd.Series:
    text, unit = sheet.text(field), sheet.rows.unit(field)
    values = numbers(text, unit)
    if field == "slot_minutes" and ("小时" in unit or unit == "h"):
        values = values * 60
    sheet.wrong_cells(field, (text != "") & ~(values > 0), "no number above 0")
    if field == "capacity":
        sheet.wrong_cells(field, values % 1 > 0, "no whole number of people")
    return values


def _hours(sheet: SheetReading, weeks: dict[str, Week]) -> pd.Series:
    """Names of the weeks that cells describe; weeks that are new are added."""
    text = sheet.text("hours")
    names: dict[str, str] = {}
    unnamed = set()
    for one in dict.fromkeys([*text[text != ""], FALLBACK]):
        try:
            read = opening_hours(one)
        except NotUnderstood as error:
            rows = text.index[text == one]
            shown = sheet.rows.shown(rows[0], "hours")
            part = "" if "not shown" in shown else f' (not understood: "{str(error)[:40]}")'
            more = f" ({len(rows) - 1} more rows have it)" if len(rows) > 1 else ""
            message = f"{shown} are no opening hours{part}; {EXAMPLE}{more}"
            sheet.wrong(int(rows[0]), "hours", message)
            continue
        names[one] = _hours_name(read.week, weeks)
        if not read.holidays_named:
            unnamed.add(one)
    sheet.change(text.isin(unnamed), "holidays not named: open as on Sundays")
    sheet.change(text == "", "no opening hours: assumed 9:00-21:00")
    return text.where(text != "", FALLBACK).map(names).fillna("")


def _hours_name(week: Week, weeks: dict[str, Week]) -> str:
    """Name of a week: what it says, where that is short enough."""
    for name, known in weeks.items():
        if known == week:
            return name
    name = in_words(week).replace("，", " ").replace("；", " ")
    name = name if len(name) <= 80 else f"时间表 {len(weeks) + 1}"
    weeks[name] = week
    return name


def read_names(sheet: SheetReading, field: str) -> pd.Series:
    """Names: signs that the tables reserve are written differently."""
    raw = sheet.text(field)
    text = raw.str.translate(_SIGNS).str.replace(_CONTROLS, " ", regex=True).str.strip()
    sheet.change(text != raw, "signs in a name")
    for wrong, message in (
        (text.str.match(r"^[=+@:-]"), "begins like a formula or with a colon; write its value"),
        (text.str.len() > 80, "a name has at most 80 characters"),
        (text.map(looks_personal).astype(bool), "its text (not shown) may tell how to reach a "
         "person, and names are written; leave that out"),
    ):  # fmt: skip
        for row in text.index[wrong]:
            sheet.wrong(row, field, message)
    return text


def read_coordinates(sheet: SheetReading) -> tuple[pd.Series, pd.Series]:
    """Longitude and latitude in WGS-84; NaN where a cell is empty."""
    found = []
    for field, name, most in (("lon", "longitude", 180), ("lat", "latitude", 90)):
        text = sheet.text(field)
        values = by_value(text, degrees, "float64").where(text != "")
        values = values.where(values != 0)  # 0, 0 is how exports write "unknown"
        for row in text.index[(text != "") & ~(values.abs() <= most) & (text != "0")]:
            swapped = field == "lat" and values[row] > 90
            hint = "; are longitude and latitude swapped?" if swapped else ""
            sheet.wrong(row, field, f"{sheet.rows.shown(row, field)} is no {name}{hint}")
        found.append(values)
    lon, lat = (v.to_numpy(dtype=float) for v in found)
    if not np.isnan(lon).all() and not sheet.account.problems:
        datum, why = _datum(sheet.rows, lon, lat)
        sheet.account.notes.append(f"{sheet.rows.where}: coordinates read as {datum} ({why})")
        lon, lat = to_wgs84(lon, lat, datum)
    index = sheet.cells.index
    return pd.Series(np.round(lon, 6), index=index), pd.Series(np.round(lat, 6), index=index)


def _datum(rows: Rows, lon: np.ndarray, lat: np.ndarray) -> tuple[Datum, str]:
    """Datum of a sheet's coordinates, and why it is taken to be that."""
    if rows.use.coordinates is not None:
        return rows.use.coordinates, "the mapping says so"
    said = " ".join([rows.sheet.name, rows.sheet.file, *rows.headers]).lower()
    for datum, words in _DATUMS.items():
        if re.search(words, said):
            return datum, "a header or name says so"
    if rows.sheet.file.lower().endswith("json"):
        return "wgs84", "GeoJSON is in WGS-84"
    known = ~np.isnan(lon)
    if known.any() and is_in_china(float(np.median(lon[known])), float(np.median(lat[known]))):
        return "gcj02", "assumed: nothing says which, and most maps of China are; 500 m off if not"
    return "wgs84", "assumed: nothing says which, and it is outside China"


def _complete(venues: pd.DataFrame, account: ImportAccount) -> None:
    """Fill in what the lists leave open, each with a note."""
    shipped = pd.read_csv(shipped_folder() / "cangqian" / "venues.csv").groupby("kind")
    for field in ("capacity", "area_m2", "slot_minutes"):
        empty = venues[field].isna()
        venues[field] = venues[field].where(~empty, venues["kind"].map(shipped[field].median()))
        median = "the median of its kind in Cangqian's made-up venues"
        account.assume(field + " of {n} venues", median, between="half to twice", of=empty)
        venues.loc[empty, "source"] += f"; {field} assumed"
    venues["capacity"] = venues["capacity"].fillna(1).round().clip(1).astype(int)
    own = venues["centre"] == ""
    located = venues["lon"].notna()
    name = venues["community"].where((venues["community"] != "") & ~located, venues["name"])
    venues["centre"] = venues["centre"].where(~own, name)
    itself = "the venue itself, or its community where it has no coordinates"
    account.assume("centre of {n} venues", itself, of=own)
    _tiers(venues, account)
    open_to = venues["tier"].map({"compound": "compound"}).fillna("public")
    said = venues["access"] != ""
    theirs = "public, in compounds their people"
    account.assume("access to {n} venues", theirs, "no file says who may book", of=~said)
    venues["access"] = venues["access"].where(said, open_to)
    venues["drop_in"] = venues["drop_in"].where(venues["drop_in"] != "", "no")


def _tiers(venues: pd.DataFrame, account: ImportAccount) -> None:
    by_name = np.select(
        [venues["centre"].str.contains("街道"), venues["compound"] != ""],
        ["subdistrict", "compound"],
        "community",
    )
    unsaid = venues["tier"] == ""
    venues["tier"] = venues["tier"].where(~unsaid, pd.Series(by_name, index=venues.index))
    named = "subdistrict where the centre's name says so, compound where one is named"
    account.assume("tier of {n} venues", named, of=unsaid)
    lost = (venues["tier"] == "compound") & (venues["compound"] == "")
    venues.loc[lost, "tier"] = "community"
    venues.loc[lost & (venues["access"] == "compound"), "access"] = "community"
    which = "no file says which compound"
    account.assume("tier of {n} venues of compounds", "community", which, of=lost)
