"""Exports of bookings become `bookings.csv`: a row a booking, nothing personal in it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

import numpy as np
import pandas as pd

from sim.log.records import COLUMNS
from sim.own_data.fields import BLOCK_TYPES, BOOKERS, STATUSES, TOTALS
from sim.own_data.headers import plain
from sim.own_data.mapping import Rows, looks_personal
from sim.own_data.reading import ImportAccount, SheetReading
from sim.own_data.values import (
    by_value,
    clocks,
    is_empty,
    lookup,
    moment,
    moments,
    normal,
    numbers,
    stretch,
    yes_no,
)
from sim.own_data.venues import VenueList

WRONG_SHARE = 0.01
"""Share of rows that may be unreadable, or made after they began, before the import stops."""
FARTHEST = pd.Timedelta(days=3653)
"""A start that is farther from the middle of an export is a slip in the year."""
_SHOWN = 20


def read_bookings(
    taken: list[Rows], listed: VenueList, key: bytes | None, account: ImportAccount
) -> pd.DataFrame:
    """Read every export: the columns of `bookings.csv`."""
    drawn = secrets.token_bytes(32)
    names = _Names(listed)
    frames = [_BookingSheet(account.open(rows), names, key or drawn).read() for rows in taken]
    frames = [frame for frame in frames if not frame.empty]
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS))
    log = pd.concat(frames, ignore_index=True)
    log = log.sort_values(["start", "venue", "made_at"], kind="stable", ignore_index=True)
    log["booking"] = np.arange(1, len(log) + 1)
    log["booker"] = _numbered(log["booker"], keep=key is not None)
    _count(log, listed, account)
    return log


def _numbered(marks: pd.Series, *, keep: bool) -> pd.Series:
    """Numbers of people: the first 52 bits of the mark, which the same key gives again, or 1, 2...

    The latter are in the order of the marks, which no one can make again.
    """
    codes, names = pd.factorize(marks, sort=not keep)
    numbers = [int(m[:13], 16) for m in names] if keep else range(1, len(names) + 1)
    return pd.Series(pd.array([*numbers, pd.NA], dtype="Int64")[codes], index=marks.index)


class _Names:
    """Finds the venue that an export's words mean: by name, or by centre and name."""

    def __init__(self, listed: VenueList) -> None:
        words = listed.venues[["name", "centre"]].astype(str)
        name, centre = words["name"], words["centre"]
        short = name.str.rpartition("·")[2]
        words = pd.concat([name, centre + name, centre + short, centre + "·" + name, short])
        pairs = pd.DataFrame({"name": pd.concat([name] * 5)})
        self.exact, self.loose = (
            pairs.assign(word=words.map(read))
            .drop_duplicates()
            .drop_duplicates("word", keep=False)  # words that mean one venue
            .set_index("word")["name"]
            .to_dict()
            for read in (normal, plain)
        )

    def find(self, venue: pd.Series, centre: pd.Series | None) -> pd.Series:
        """Venue of each row; empty where none, or no single one, is meant."""
        found = by_value(venue, self._meant, "object")
        if centre is not None:
            both = by_value(centre + "·" + venue, self._meant, "object")
            found = both.where(both != "", found)
        return found

    def _meant(self, word: str) -> str:
        return str(self.exact.get(word) or self.loose.get(plain(word), ""))  # `room`, `room (2)`


class _BookingSheet:
    """One sheet of bookings, read column by column."""

    def __init__(self, sheet: SheetReading, names: _Names, key: bytes) -> None:
        self.sheet, self.names, self.key = sheet, names, key

    def read(self) -> pd.DataFrame:
        """Rows that are bookings of known venues, all else counted."""
        sheet = self.sheet
        self._leave_out_repeats()
        self.wrong = pd.Series(False, index=sheet.cells.index)
        found = pd.DataFrame(index=sheet.cells.index)
        found["start"], found["end"] = self._times()
        for field in ("made_at", "cancelled_at"):
            text = sheet.raw(field)
            found[field] = moments(text, sheet.rows.use.year)
            unread = ~is_empty(text) & found[field].isna()
            self._unreadable(field, unread, "no date and time")
        text = sheet.raw("party")
        people = numbers(text)
        whole = (people >= 0) & (people % 1 == 0)
        self._unreadable("party", ~is_empty(text) & ~whole, "no number of people")
        found["party"] = people.where(whole & (people > 0)).astype("Int64")
        found["checked_in"] = yes_no(sheet.raw("checked_in"))
        unread = found["checked_in"] == "?"
        self._unreadable("checked_in", unread, "neither yes nor no nor a time")
        found["checked_in"] = found["checked_in"].where(~unread, "")
        found["status"] = self._status(found)
        centre = sheet.cells.get("centre")
        found["venue"] = self.names.find(sheet.cells["venue"], centre)
        found["booker"] = self._booker()
        found = self._keep(found)
        found["source_row"] = sheet.rows.where + ":" + found.index.astype(str)
        self._check_order(found)
        return found

    def _leave_out_repeats(self) -> None:
        cells = self.sheet.cells
        totals, empty = cells["venue"].isin(TOTALS), is_empty(cells["venue"])
        totals[empty] |= cells[empty].isin(TOTALS).any(axis=1)
        self.sheet.leave(totals, "a line of totals")
        cells, number = self.sheet.cells, self.sheet.raw("booking")
        repeated, unnumbered = number.duplicated(), is_empty(number)
        repeated[unnumbered] = cells[unnumbered].duplicated()
        self.sheet.leave(repeated, "the same booking again")

    def _unreadable(self, field: str, wrong: pd.Series, words: str) -> None:
        """Leave out rows with a cell that cannot be read; many mean that the mapping is wrong."""
        number = int(wrong.sum())
        self.wrong |= wrong
        if number > WRONG_SHARE * len(self.sheet.cells):
            self.sheet.wrong_cells(field, wrong & (wrong.cumsum() <= _SHOWN), words)
            if number > _SHOWN:
                self.sheet.wrong(0, field, f"and {number - _SHOWN:,} more such cells")

    def _times(self) -> tuple[pd.Series, pd.Series]:
        """Start and end from whichever of start, end, date, period and duration there are."""
        sheet, cells = self.sheet, self.sheet.cells
        if not {"start", "period", "date"} & set(cells):
            message = "no column says when a booking begins: name in the mapping which one is "
            sheet.wrong(0, "start", f"{message}`start`, or `date` and `period`")
        day = self._days("date")
        start, end = self._moment("start", day), self._moment("end", day)
        for field in ("period", "date"):
            if field in cells and start.isna().all():
                start, end = self._period(field, day)
        if "duration" in cells and end.isna().any():
            length = numbers(cells["duration"])
            minutes = cells["duration"].str.contains("分|min", case=False)
            minutes |= "分" in sheet.rows.unit("duration")
            end = end.fillna(start + pd.to_timedelta(length.where(minutes, length * 60), "min"))
        bare = clocks(cells["end"]).notna() if "end" in cells else True
        end = end.where(~(bare & (end <= start)), end + pd.Timedelta(days=1))  # past midnight
        field = sheet.first("start", "period", "date", "venue")
        hint = "" if day.notna().any() else "; if it has no year, give `year:` in the mapping"
        message = f"no day and time at which a booking begins{hint}"
        self._unreadable(field, start.isna(), message)
        far = (start - start.median()).abs() > FARTHEST
        self._unreadable(field, far, "a day more than ten years from most of the others")
        wrong = start.notna() & (end.isna() | (end <= start) | (end - start > pd.Timedelta(days=7)))
        last = sheet.first("end", "period", "duration", "date", field)
        self._unreadable(last, wrong, "no end after the start")
        return start, end

    def _days(self, field: str) -> pd.Series:
        """Days of cells that may go on with times."""
        year = self.sheet.rows.use.year
        text = self.sheet.raw(field)
        read = by_value(text, lambda t: moment(_first_part(t), year), "datetime64[s]")
        days: pd.Series = read.dt.floor("D")
        return days

    def _moment(self, field: str, day: pd.Series) -> pd.Series:
        text = self.sheet.raw(field)
        time = clocks(text)
        if time.notna().any() and day.notna().any():
            return _at(day, time)
        return moments(text, self.sheet.rows.use.year)

    def _period(self, field: str, day: pd.Series) -> tuple[pd.Series, pd.Series]:
        """Both ends from `18:00-20:00`, with the day before it where no column has it."""
        text = self.sheet.cells[field]
        starts = by_value(text, lambda t: _ends(t)[0], "float64")
        ends = by_value(text, lambda t: _ends(t)[1], "float64")
        if day.isna().all() or field == "date":
            day = self._days(field)
        return _at(day, starts), _at(day, ends)

    def _status(self, found: pd.DataFrame) -> pd.Series:
        sheet = self.sheet
        status = pd.Series("kept", index=found.index)
        if "status" in sheet.cells:
            status = self._status_words()
        if "type" in sheet.cells:
            staff = by_value(
                sheet.cells["type"], lambda t: any(w in t for w in BLOCK_TYPES), "bool"
            )
            status = status.where(~(staff & (status == "kept")), "block")
        cancelled = found["cancelled_at"].notna() & (status == "kept")
        sheet.change(cancelled, "a time of cancelling, so cancelled")
        status = status.where(~cancelled, "cancelled")
        past = found["start"] <= found["start"].where(found["checked_in"] == "yes").max()
        missed = (found["checked_in"] == "no") & (status == "kept") & past
        return status.where(~missed, "no_show")

    def _status_words(self) -> pd.Series:
        """What the words for the status mean; one problem for each that is not known."""
        sheet, own = self.sheet, dict(self.sheet.account.mapping.statuses)
        text = sheet.cells["status"].str.strip()
        status = lookup(text.where(~is_empty(text), "kept"), STATUSES, own)
        for word in dict.fromkeys(text[status == ""]):
            row = int(text.index[text == word][0])
            shown, times = sheet.rows.shown(row, "status"), int((text == word).sum())
            message = f"{shown} ({times:,} rows) is no status known; say in the mapping under "
            sheet.wrong(row, "status", f"{message}`statuses` what it is", allowed=tuple(STATUSES))
        pairs = pd.DataFrame({"word": text, "means": status}).drop_duplicates()
        pairs = pairs[~pairs["word"].map(looks_personal).astype(bool)]
        if len(pairs) <= 40:
            words = sheet.account.words.setdefault("statuses", {})
            words.update(zip(pairs["word"], pairs["means"], strict=True))
        return status

    def _booker(self) -> pd.Series:
        """A keyed hash of the first field that tells bookers apart; the text ends here."""
        cells = self.sheet.cells
        field = next((f for f in BOOKERS if f in cells), None)
        if field is None:
            return pd.Series(None, index=cells.index, dtype="object")
        codes, names = pd.factorize(cells[field].where(~is_empty(cells[field])))
        marks = [hmac.new(self.key, f"{n}".encode(), hashlib.sha256).hexdigest() for n in names]
        short = np.array([*(mark[:24] for mark in marks), None], dtype=object)
        return pd.Series(short[codes], index=cells.index)

    def _keep(self, found: pd.DataFrame) -> pd.DataFrame:
        sheet, total = self.sheet, len(found)
        sheet.leave(self.wrong, "a cell that cannot be read")
        found = found.loc[sheet.cells.index]
        unknown = found["venue"] == ""
        if unknown.sum() > 0.5 * total:
            names = tuple(dict.fromkeys(self.names.loose.values()))
            for row in found.index[unknown][:_SHOWN]:
                message = "is no venue of the lists; more than half of the bookings have none"
                message = f"{sheet.rows.shown(row, 'venue')} {message}"
                word = str(sheet.cells.at[row, "venue"])
                sheet.wrong(row, "venue", message, allowed=names, word=word)
        sheet.leave(unknown, "no venue of this name is listed")
        never = found["status"].isin(["left_out", ""])[~unknown]
        sheet.leave(never, "never held a room (refused, pending, unpaid)")
        return found.loc[sheet.cells.index].copy()

    def _check_order(self, found: pd.DataFrame) -> None:
        """A booking is made before it begins; where many are not, the mapping is wrong."""
        late = found["made_at"] > found["start"]
        if late.sum() <= WRONG_SHARE * max(len(found), 1):
            self.sheet.change(late, "made after it began")
            return
        message = (
            f"{int(late.sum()):,} of {len(found):,} bookings are made after they begin, as in "
            "this row: the column is not when a booking was made, or another is not when it "
            "begins; say in the mapping which is which"
        )
        self.sheet.wrong(int(found.index[late][0]), "made_at", message)


def _at(day: pd.Series, minutes: pd.Series) -> pd.Series:
    return (day + pd.to_timedelta(minutes, unit="min")).astype("datetime64[s]")


def _first_part(text: str) -> str:
    """What stands before the first time of day: the day of a period."""
    if not re.search("[:：]", text):
        return text
    return re.split(r"\s*(?=\d{1,2}[:：])|\s+(?=[上下晚早中凌])", text)[0]


def _ends(text: str) -> tuple[float, float]:
    rest = text[len(_first_part(text)) :].strip()
    parts = re.split(r"\s*(?:-|至|到|to)\s*(?=[\d上下晚早中凌])", rest)
    return stretch("-".join(p.split(" ")[-1] for p in parts) if len(parts) == 2 else rest)


def _count(log: pd.DataFrame, listed: VenueList, account: ImportAccount) -> None:
    """Count double bookings and bookings outside hours; they stay in the log."""
    held = log[log["status"].isin(["kept", "no_show", "block"])]
    held = held.sort_values(["venue", "start"], kind="stable")
    until = held.groupby("venue")["end"].cummax().shift()
    same = held["venue"] == held["venue"].shift()
    start = log["start"]
    weeks = pd.period_range(start.min(), start.max(), freq="W")
    account.counts |= {
        "double bookings": int((same & (held["start"] < until)).sum()),
        "outside opening hours": int((~_inside(log, listed)).sum()),
        "weeks": len(weeks),
        "weeks without records": len(weeks) - start.dt.to_period("W").nunique(),
    }


def _inside(log: pd.DataFrame, listed: VenueList) -> pd.Series:
    """Whether each booking lies in its venue's hours of that weekday or of holidays."""
    hours = listed.venues.set_index("name")["hours"]
    midnight = log["start"].dt.normalize()
    table = pd.DataFrame(
        {
            "hours": log["venue"].map(hours),
            "day": log["start"].dt.day_of_week,
            "since": (log["start"] - midnight).dt.total_seconds() / 60,
            "until": (log["end"] - midnight).dt.total_seconds() / 60,
        }
    )
    codes = table.groupby(list(table), sort=False).ngroup()
    different = table.drop_duplicates()
    inside = np.zeros(len(different), dtype=bool)
    for i, (name, day, since, until) in enumerate(different.itertuples(index=False)):
        week = listed.weeks[name]
        for spans, shift in ((week[day], 0), (week[day - 1 if day else 6], 1440), (week[7], 0)):
            inside[i] |= any(a <= since + shift and until + shift <= b for a, b in spans)
    return pd.Series(inside[codes], index=log.index)
