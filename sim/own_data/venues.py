"""Lists of venues become centres, venues and opening hours."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.own_data import coordinates
from sim.own_data.fields import ACCESS, KINDS, NO, TIERS, TOTALS, YES
from sim.own_data.hours import NotUnderstood, in_words, opening_hours
from sim.own_data.mapping import ImportMapping, Rows, looks_personal
from sim.own_data.report import ImportAccount, SheetAccount
from sim.own_data.values import by_value, is_empty, lookup, normal, numbers
from sim.scenario.derived.openings import Week
from sim.scenario.read.files import shipped_folder

FALLBACK = "周一至周日、节假日 9:00-21:00"
"""Hours of venues of which no file says when they open."""
EXAMPLE = "write such as `周一至周五 9:00-12:00，14:00-21:00；周末 9:00-17:00；节假日休息`"
_NOTE = re.compile(
    r"^(注|备注|说明|note)\s*\d*\s*[:：、.]|^(填表|制表|审核|数据来源|统计)[^:：]{0,4}[:：]",
    re.IGNORECASE,
)
_AXES = {"lon": "longitude", "lat": "latitude"}
_SIGNS = str.maketrans({",": "，", "/": "／", "\\": "＼", "*": "×"})
_CONTROLS = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+"


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


def typical() -> pd.DataFrame:
    """Median capacity, area and slot by kind in the shipped scenario."""
    table = pd.read_csv(shipped_folder() / "cangqian" / "venues.csv")
    return table.groupby("kind")[["capacity", "area_m2", "slot_minutes"]].median()


def read_venues(taken: list[Rows], mapping: ImportMapping, account: ImportAccount) -> VenueList:
    """Read every list of venues; what is wrong is added to the account."""
    weeks: dict[str, Week] = {}
    frames = [
        _VenueSheet(number, rows, mapping, account, weeks).read()
        for number, rows in enumerate(taken)
    ]
    venues = pd.concat([f for f in frames if not f.empty] or frames or [pd.DataFrame()])
    if venues.empty:
        return VenueList(venues, weeks)
    venues = venues.reset_index(drop=True)
    again = venues.duplicated("name", keep=False)
    above = venues["centre"].where(venues["centre"] != "", venues["community"])
    venues.loc[again & (above != ""), "name"] = above + "·" + venues["name"]
    _check_names(venues, taken, account)
    venues = venues.drop_duplicates("name", ignore_index=True)
    _complete(venues, account)
    return VenueList(venues, weeks)


class _VenueSheet:
    """One sheet of venues, read column by column."""

    def __init__(
        self,
        number: int,
        rows: Rows,
        mapping: ImportMapping,
        account: ImportAccount,
        weeks: dict[str, Week],
    ) -> None:
        self.number = number
        self.rows, self.mapping, self.account, self.weeks = rows, mapping, account, weeks
        self.own: SheetAccount = account.open(rows)
        self.cells = self._without_notes()

    def _without_notes(self) -> pd.DataFrame:
        cells = self.rows.cells
        name = cells["venue"]
        totals = name.str.strip().str.lower().isin(TOTALS)
        totals |= cells.isin(TOTALS).any(axis=1) & is_empty(name)
        same = (cells.nunique(axis=1) == 1) & (len(cells.columns) > 2) & (cells != "").all(axis=1)
        notes = ~totals & (same | name.str.match(_NOTE))
        twice = ~totals & ~notes & cells.duplicated()
        for reason, found in (
            ("a line of totals", totals),
            ("a title or note", notes),
            ("the same row again", twice),
        ):
            self.own.leave(self.rows, cells.index[found], reason)
        kinds = self._kinds_left_out(cells)
        self.own.leave(
            self.rows,
            cells.index[kinds & ~(totals | notes | twice)],
            "a kind left out by the mapping",
        )
        return cells[~(totals | notes | twice | kinds)]

    def _kinds_left_out(self, cells: pd.DataFrame) -> pd.Series:
        gone = {normal(word) for word, kind in self.mapping.kinds.items() if kind is None}
        column = cells["kind"] if "kind" in cells else pd.Series("", index=cells.index)
        return column.map(normal).isin(gone)

    def _problem(self, row: int, field: str, message: str, **more: object) -> None:
        self.account.wrong(self.rows, row, field, message, **more)

    def _has(self, field: str) -> bool:
        return field in self.cells

    def _text(self, field: str) -> pd.Series:
        return filled(self.cells, field)

    def read(self) -> pd.DataFrame:
        """Columns of the venues, with the row each came from."""
        found = pd.DataFrame(index=self.cells.index)
        found["name"] = read_names(self.rows, self.cells, "venue", self.own, self.account)
        for row in found.index[found["name"] == ""]:
            self._problem(row, "venue", "the cell is empty")
        for field in ("centre", "community", "compound", "zone", "subdistrict"):
            found[field] = read_names(self.rows, self.cells, field, self.own, self.account)
        found["zone"] = found["zone"].where(found["zone"] != "", found["subdistrict"])
        found["kind"] = self._kinds(found["name"])
        for field in ("capacity", "area_m2", "slot_minutes"):
            found[field] = self._numbers(field)
        found["hours"] = self._hours()
        found["tier"] = self._words("tier", TIERS, self.mapping.tiers)
        found["access"] = self._words("access", ACCESS, self.mapping.access)
        found["drop_in"] = self._words("drop_in", {"yes": YES, "no": NO}, {})
        found["lon"], found["lat"] = read_coordinates(self.rows, self.cells, self.account)
        found["source"] = [f"data: {self.rows.source(row)}" for row in found.index]
        found["row"] = found.index
        found["sheet"] = self.number
        self.own.kept = len(found)
        return found

    def _kinds(self, names: pd.Series) -> pd.Series:
        own = {w: k for w, k in self.mapping.kinds.items() if k is not None}
        text = self._text("kind")
        kinds = by_value(text, lambda t: kind_of(t, own), "object")
        self._unknown("kind", text, kinds == "", "under `kinds` what it is", KINDS)
        missing = text == ""
        guessed = by_value(names, lambda t: kind_of(t, own), "object")
        self.own.change(
            self.rows, names.index[missing & (guessed != "")], "kind taken from the name"
        )
        for row in names.index[missing & (guessed == "") & (names != "")]:
            message = (
                "nothing says what kind of venue this is; say in the mapping under `kinds` what "
            )
            field = "kind" if self._has("kind") else "venue"
            self._problem(row, field, f"{message}a word of it means", allowed=tuple(KINDS))
        for word, kind in sorted(set(zip(text[~missing], kinds[~missing], strict=True))):
            if not looks_personal(word):
                self.account.words.setdefault("kinds", {})[word] = kind
        return kinds.where(~missing, guessed)

    def _unknown(
        self, field: str, text: pd.Series, wrong: pd.Series, hint: str, known: Iterable[str]
    ) -> None:
        """One problem for each word that is not known, at the first cell that has it."""
        cells = text[wrong & (text != "")]
        for word in dict.fromkeys(cells):
            row, times = int(cells.index[cells == word][0]), int((cells == word).sum())
            message = (
                f"{self.rows.shown(row, field)} is no word known here; say in the mapping {hint}"
            )
            more = f" ({times - 1} more rows have it)" if times > 1 else ""
            self._problem(row, field, message + more, allowed=tuple(known))

    def _numbers(self, field: str) -> pd.Series:
        text = self._text(field)
        unit = self.rows.unit(field) if self._has(field) else ""
        values = numbers(text, unit)
        if field == "slot_minutes" and ("小时" in unit or unit == "h"):
            values = values * 60
        for row in text.index[(text != "") & ~(values > 0)]:
            self._problem(row, field, f"{self.rows.shown(row, field)} is no number above 0")
        for row in values.index[(field == "capacity") & (values % 1 > 0)]:
            self._problem(row, field, f"{self.rows.shown(row, field)} is no whole number of people")
        return values

    def _hours(self) -> pd.Series:
        text = self._text("hours")
        names: dict[str, str] = {}
        unnamed = set()
        for one in dict.fromkeys([*text[text != ""], FALLBACK]):
            try:
                read = opening_hours(one)
            except NotUnderstood as error:
                rows = text.index[text == one]
                shown = self.rows.shown(rows[0], "hours")
                part = "" if "not shown" in shown else f' (not understood: "{str(error)[:40]}")'
                more = f" ({len(rows) - 1} more rows have it)" if len(rows) > 1 else ""
                message = f"{shown} are no opening hours{part}; {EXAMPLE}{more}"
                self._problem(int(rows[0]), "hours", message)
                continue
            names[one] = hours_name(read.week, self.weeks)
            if not read.holidays_named:
                unnamed.add(one)
        self.own.change(
            self.rows, text.index[text.isin(unnamed)], "holidays not named: open as on Sundays"
        )
        self.own.change(self.rows, text.index[text == ""], "no opening hours: assumed 9:00-21:00")
        return text.where(text != "", FALLBACK).map(names).fillna("")

    def _words(
        self, field: str, words: Mapping[str, tuple[str, ...]], own: Mapping[str, str]
    ) -> pd.Series:
        text = self._text(field)
        found = lookup(text, words, own)
        self._unknown(field, text, found == "", "what it is", words)
        return found


def filled(cells: pd.DataFrame, field: str) -> pd.Series:
    """Cells of a field; empty where they say nothing or there is no such column."""
    text = cells[field] if field in cells else pd.Series("", index=cells.index)
    return text.where(~is_empty(text), "")


def read_names(
    rows: Rows, cells: pd.DataFrame, field: str, own: SheetAccount, account: ImportAccount
) -> pd.Series:
    """Names: signs that the tables reserve are written differently."""
    raw = filled(cells, field)
    text = raw.str.translate(_SIGNS).str.replace(_CONTROLS, " ", regex=True).str.strip()
    own.change(rows, raw.index[text != raw], "signs in a name")
    for wrong, message in (
        (text.str.match(r"^[=+@:-]"), "begins like a formula or with a colon; write its value"),
        (text.str.len() > 80, "a name has at most 80 characters"),
        (text.map(looks_personal).astype(bool), "its text (not shown) may tell how to reach a "
         "person, and names are written; leave that out"),
    ):  # fmt: skip
        for row in text.index[wrong]:
            account.wrong(rows, row, field, message)
    return text


def read_coordinates(
    rows: Rows, cells: pd.DataFrame, account: ImportAccount
) -> tuple[pd.Series, pd.Series]:
    """Longitude and latitude in WGS-84; NaN where a cell is empty."""
    found = []
    for field, most in (("lon", 180), ("lat", 90)):
        text = cells[field] if field in cells else pd.Series("", index=cells.index)
        values = by_value(text, coordinates.degrees, "float64").where(~is_empty(text))
        values = values.where(values != 0)  # 0, 0 is how exports write "unknown"
        for row in text.index[~is_empty(text) & ~(values.abs() <= most) & (text != "0")]:
            swapped = field == "lat" and values[row] > 90
            hint = "; are longitude and latitude swapped?" if swapped else ""
            account.wrong(rows, row, field, f"{rows.shown(row, field)} is no {_AXES[field]}{hint}")
        found.append(values)
    lon, lat = (v.to_numpy(dtype=float) for v in found)
    if not np.isnan(lon).all() and not account.problems:
        datum, why = coordinates.guess_datum(rows, lon, lat)
        account.notes.append(f"{rows.where}: coordinates read as {datum} ({why})")
        lon, lat = coordinates.to_wgs84(lon, lat, datum)
    index = cells.index
    return pd.Series(np.round(lon, 6), index=index), pd.Series(np.round(lat, 6), index=index)


def kind_of(text: str, own: dict[str, str]) -> str:
    """Kind that a text names; the mapping's words first, then those known; empty if none."""
    word = normal(text)
    exact = {normal(w): k for w, k in own.items()}
    if word in exact or word in KINDS:
        return exact.get(word, word)
    for known, kind in exact.items():
        if known in word:
            return kind
    return next((kind for kind, parts in KINDS.items() if any(p in word for p in parts)), "")


def hours_name(week: Week, weeks: dict[str, Week]) -> str:
    """Name of a week: what it says, where that is short enough."""
    for name, known in weeks.items():
        if known == week:
            return name
    name = in_words(week).replace("，", " ").replace("；", " ")
    name = name if len(name) <= 80 else f"时间表 {len(weeks) + 1}"
    weeks[name] = week
    return name


def _check_names(venues: pd.DataFrame, taken: list[Rows], account: ImportAccount) -> None:
    """No two venues have the same name and centre."""
    for _, group in venues[venues.duplicated("name", keep=False)].groupby("name"):
        first = group["source"].iloc[0].removeprefix("data: ")
        for sheet, row in zip(group["sheet"][1:], group["row"][1:], strict=True):
            message = f"this name is also in {first}, with other cells; name both differently"
            account.wrong(taken[sheet], row, "venue", message)


def _complete(venues: pd.DataFrame, account: ImportAccount) -> None:
    """Fill in what the lists leave open, each with a note."""
    known = typical()
    for field in ("capacity", "area_m2", "slot_minutes"):
        empty = venues[field].isna()
        venues[field] = venues[field].where(~empty, venues["kind"].map(known[field]))
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


def slots_fit(weeks: dict[str, Week]) -> int:
    """Largest slot grid of at most 30 minutes on which all opening hours lie."""
    return math.gcd(
        30, *(m for week in weeks.values() for day in week for span in day for m in span)
    )
