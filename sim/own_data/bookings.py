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
from sim.own_data.mapping import ImportMapping, Rows, looks_personal
from sim.own_data.report import ImportAccount, SheetAccount
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
    taken: list[Rows],
    listed: VenueList,
    mapping: ImportMapping,
    key: bytes | None,
    account: ImportAccount,
) -> pd.DataFrame:
    """Read every export: the columns of `bookings.csv`."""
    drawn = secrets.token_bytes(32)
    names = _Names(listed)
    frames = [_BookingSheet(rows, names, mapping, key or drawn, account).read() for rows in taken]
    frames = [frame for frame in frames if not frame.empty]
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS))
    log = pd.concat(frames, ignore_index=True)
    log = log.sort_values(["start", "venue", "made_at"], kind="stable", ignore_index=True)
    log["booking"] = np.arange(1, len(log) + 1)
    log["booker"] = _running(log["booker"]) if key is None else _kept(log["booker"])
    _count(log, listed, account)
    return log


def _running(marks: pd.Series) -> pd.Series:
    """Numbers 1, 2, ... in the order of the marks, which no one can make again."""
    codes, _ = pd.factorize(marks, sort=True)
    return pd.Series(codes + 1, index=marks.index, dtype="Int64").replace(0, pd.NA)


def _kept(marks: pd.Series) -> pd.Series:
    """Numbers that the same key gives again: the first 52 bits of the mark."""
    codes, names = pd.factorize(marks)
    values = pd.array([*(int(m[:13], 16) for m in names), pd.NA], dtype="Int64")
    return pd.Series(values[codes], index=marks.index)


class _Names:
    """Finds the venue that an export's words mean: by name, or by centre and name."""

    def __init__(self, listed: VenueList) -> None:
        words = listed.venues[["name", "centre"]].astype(str)
        name, centre = words["name"], words["centre"]
        short = name.str.rpartition("·")[2]
        words = pd.concat([name, centre + name, centre + short, centre + "·" + name, short])
        self.exact, self.loose = (
            _single(words.map(read), pd.concat([name] * 5)) for read in (normal, plain)
        )

    def find(self, venue: pd.Series, centre: pd.Series | None) -> pd.Series:
        """Venue of each row; empty where none, or no single one, is meant."""
        found = by_value(venue, self._of, "object")
        if centre is not None:
            both = by_value(centre + "·" + venue, self._of, "object")
            found = both.where(both != "", found)
        return found

    def _of(self, word: str) -> str:
        return self.exact.get(word) or self.loose.get(plain(word), "")  # `room`, `room (2)`


def _single(words: pd.Series, names: pd.Series) -> dict[str, str]:
    """Words that mean one venue, and which."""
    pairs = pd.DataFrame({"word": words.to_numpy(), "name": names.to_numpy()}).drop_duplicates()
    return dict(pairs.drop_duplicates("word", keep=False).itertuples(index=False, name=None))


class _BookingSheet:
    """One sheet of bookings, read column by column."""

    def __init__(
        self, rows: Rows, names: _Names, mapping: ImportMapping, key: bytes, account: ImportAccount
    ) -> None:
        self.rows, self.names, self.mapping, self.key = rows, names, mapping, key
        self.account = account
        self.own: SheetAccount = account.open(rows)
        self.cells = rows.cells
        self.wrong = pd.Series(False, index=self.cells.index)

    def _has(self, field: str) -> bool:
        return field in self.cells

    def _text(self, field: str) -> pd.Series:
        """Cells of a column; empty where there is no such column."""
        return self.cells[field] if self._has(field) else pd.Series("", index=self.cells.index)

    def read(self) -> pd.DataFrame:
        """Rows that are bookings of known venues, all else counted."""
        self._leave_out_repeats()
        found = pd.DataFrame(index=self.cells.index)
        found["start"], found["end"] = self._times()
        for field in ("made_at", "cancelled_at"):
            found[field] = self._moment(field)
        found["party"] = self._party()
        found["checked_in"] = self._checked_in()
        found["status"] = self._status(found)
        centre = self.cells["centre"] if self._has("centre") else None
        found["venue"] = self.names.find(self.cells["venue"], centre)
        found["booker"] = self._booker()
        found = self._keep(found)
        found["source_row"] = self.rows.where + ":" + found.index.astype(str)
        self._check_order(found)
        self.own.kept = len(found)
        return found

    def _leave_out_repeats(self) -> None:
        cells = self.cells
        totals = cells["venue"].isin(TOTALS) | (
            is_empty(cells["venue"]) & cells.isin(TOTALS).any(axis=1)
        )
        repeated = pd.Series(False, index=cells.index)
        if self._has("booking"):
            repeated = ~is_empty(cells["booking"])
        others = cells[~repeated]
        if repeated.any():
            repeated &= ~totals & cells["booking"].duplicated()
        repeated[others.index] = others.duplicated()
        repeated &= ~totals
        self.own.leave(self.rows, cells.index[totals], "a line of totals")
        self.own.leave(self.rows, cells.index[repeated], "the same booking again")
        self.cells = cells[~totals & ~repeated]
        self.wrong = pd.Series(False, index=self.cells.index)

    def _problem(self, row: int, field: str, message: str, **more: object) -> None:
        self.account.wrong(self.rows, row, field, message, **more)

    def _unreadable(self, field: str, wrong: pd.Series, message: str) -> None:
        """Leave out rows with a cell that cannot be read; many mean that the mapping is wrong."""
        rows = self.cells.index[wrong]
        self.wrong |= wrong
        if len(rows) > WRONG_SHARE * len(self.cells):
            for row in rows[:_SHOWN]:
                self._problem(row, field, f"{self.rows.shown(row, field)} is {message}")
            if len(rows) > _SHOWN:
                self._problem(0, field, f"and {len(rows) - _SHOWN:,} more such cells")

    def _moment(self, field: str) -> pd.Series:
        text = self._text(field)
        found = moments(text, self.rows.use.year)
        self._unreadable(field, ~is_empty(text) & found.isna(), "no date and time")
        return found

    def _times(self) -> tuple[pd.Series, pd.Series]:
        """Start and end from whichever of start, end, date, period and duration there are."""
        if not (self._has("start") or self._has("period") or self._has("date")):
            self._problem(
                0,
                "start",
                "no column says when a booking begins: name in the mapping which one is `start`, "
                "or `date` and `period`",
            )
        day = self._day_of("date")
        start, end = self._one("start", day), self._one("end", day)
        for field in ("period", "date"):
            if self._has(field) and start.isna().all():
                start, end = self._period(field, day)
        if self._has("duration") and end.isna().any():
            unit = self.rows.unit("duration")
            hours = numbers(self.cells["duration"])
            minutes = self.cells["duration"].str.contains("分|min", case=False) | ("分" in unit)
            length = hours.where(minutes, hours * 60)
            end = end.fillna(start + pd.to_timedelta(length, unit="min"))
        bare = (
            clocks(self.cells["end"]).notna()
            if self._has("end")
            else pd.Series(True, index=end.index)
        )
        end = end.where(~(bare & (end <= start)), end + pd.Timedelta(days=1))  # past midnight
        field = next((f for f in ("start", "period", "date") if self._has(f)), "venue")
        last = next((f for f in ("end", "period", "duration", "date") if self._has(f)), field)
        hint = "" if day.notna().any() else "; if it has no year, give `year:` in the mapping"
        self._unreadable(field, start.isna(), f"no day and time at which a booking begins{hint}")
        far = (start - start.median()).abs() > FARTHEST
        self._unreadable(field, far, "a day more than ten years from most of the others")
        wrong = start.notna() & (end.isna() | (end <= start) | (end - start > pd.Timedelta(days=7)))
        self._unreadable(last, wrong, "no end after the start")
        return start, end

    def _day_of(self, field: str) -> pd.Series:
        """Days of cells that may go on with times."""
        year = self.rows.use.year
        read = by_value(self._text(field), lambda t: moment(_first_part(t), year), "datetime64[s]")
        days: pd.Series = read.dt.floor("D")
        return days

    def _one(self, field: str, day: pd.Series) -> pd.Series:
        text = self._text(field)
        time = clocks(text)
        if time.notna().any() and day.notna().any():
            return (day + pd.to_timedelta(time, unit="min")).astype("datetime64[s]")
        return moments(text, self.rows.use.year)

    def _period(self, field: str, day: pd.Series) -> tuple[pd.Series, pd.Series]:
        """Both ends from `18:00-20:00`, with the day before it where no column has it."""
        text = self.cells[field]
        starts = by_value(text, lambda t: _ends(t)[0], "float64")
        ends = by_value(text, lambda t: _ends(t)[1], "float64")
        if day.isna().all() or field == "date":
            day = self._day_of(field)
        found = [
            (day + pd.to_timedelta(m, unit="min")).astype("datetime64[s]") for m in (starts, ends)
        ]
        return found[0], found[1]

    def _party(self) -> pd.Series:
        text = self._text("party")
        values = numbers(text)
        self._unreadable(
            "party", ~is_empty(text) & ~((values >= 0) & (values % 1 == 0)), "no number of people"
        )
        return values.where(values % 1 == 0).where(values > 0).astype("Int64")

    def _checked_in(self) -> pd.Series:
        found = yes_no(self._text("checked_in"))
        self._unreadable("checked_in", found == "?", "neither yes nor no nor a time")
        return found.where(found != "?", "")

    def _status(self, found: pd.DataFrame) -> pd.Series:
        status = pd.Series("kept", index=self.cells.index)
        if self._has("status"):
            text = self.cells["status"].str.strip()
            status = lookup(
                text.where(~is_empty(text), "kept"), STATUSES, dict(self.mapping.statuses)
            )
            for word in dict.fromkeys(text[status == ""]):
                row = int(text.index[text == word][0])
                shown, times = self.rows.shown(row, "status"), int((text == word).sum())
                message = f"{shown} ({times:,} rows) is no status known; say in the mapping under "
                message += "`statuses` what it is"
                self._problem(row, "status", message, allowed=tuple(STATUSES))
            pairs = pd.DataFrame({"word": text, "means": status}).drop_duplicates()
            pairs = pairs[~pairs["word"].map(looks_personal).astype(bool)]
            if len(pairs) <= 40:
                self.account.words.setdefault("statuses", {}).update(
                    zip(pairs["word"], pairs["means"], strict=True)
                )
        if self._has("type"):
            staff = by_value(self.cells["type"], lambda t: any(w in t for w in BLOCK_TYPES), "bool")
            status = status.where(~(staff & (status == "kept")), "block")
        cancelled = found["cancelled_at"].notna() & (status == "kept")
        self.own.change(self.rows, status.index[cancelled], "a time of cancelling, so cancelled")
        status = status.where(~cancelled, "cancelled")
        past = found["start"] <= found["start"].where(found["checked_in"] == "yes").max()
        missed = (found["checked_in"] == "no") & (status == "kept") & past
        return status.where(~missed, "no_show")

    def _booker(self) -> pd.Series:
        """A keyed hash of the first field that tells bookers apart; the text ends here."""
        field = next((f for f in BOOKERS if self._has(f)), None)
        if field is None:
            return pd.Series(None, index=self.cells.index, dtype="object")
        text = self.cells[field]
        codes, names = pd.factorize(text.where(~is_empty(text)))
        marks = np.array(
            [hmac.new(self.key, f"{n}".encode(), hashlib.sha256).hexdigest()[:24] for n in names]
            + [None],
            dtype=object,
        )
        return pd.Series(marks[codes], index=text.index)

    def _keep(self, found: pd.DataFrame) -> pd.DataFrame:
        wrong = self.wrong
        unknown = ~wrong & (found["venue"] == "")
        never = ~wrong & ~unknown & found["status"].isin(["left_out", ""])
        self.own.leave(self.rows, found.index[wrong], "a cell that cannot be read")
        self.own.leave(self.rows, found.index[unknown], "no venue of this name is listed")
        self.own.leave(
            self.rows, found.index[never], "never held a room (refused, pending, unpaid)"
        )
        if len(found) and unknown.sum() > 0.5 * len(found):
            for row in found.index[unknown][:_SHOWN]:
                message = "is no venue of the lists; more than half of the bookings have none"
                message = f"{self.rows.shown(row, 'venue')} {message}"
                word, names = str(self.cells.at[row, "venue"]), self.names.loose.values()
                self._problem(row, "venue", message, allowed=tuple(dict.fromkeys(names)), word=word)
        return found[~(wrong | unknown | never)].copy()

    def _check_order(self, found: pd.DataFrame) -> None:
        """A booking is made before it begins; where many are not, the mapping is wrong."""
        late = found["made_at"] > found["start"]
        if late.sum() > WRONG_SHARE * max(len(found), 1):
            row = int(found.index[late][0])
            message = (
                f"{int(late.sum()):,} of {len(found):,} bookings are made after they begin, as in "
                "this row: the column is not when a booking was made, or another is not when it "
                "begins; say in the mapping which is which"
            )
            self._problem(row, "made_at", message)
        else:
            self.own.change(self.rows, found.index[late], "made after it began")


def _first_part(text: str) -> str:
    """What stands before the first time of day: the day of a period."""
    return (
        re.split(r"\s*(?=\d{1,2}[:：])|\s+(?=[上下晚早中凌])", text)[0]
        if re.search("[:：]", text)
        else text
    )


def _ends(text: str) -> tuple[float, float]:
    day = _first_part(text)
    rest = text[len(day) :].strip()
    parts = re.split(r"\s*(?:-|至|到|to)\s*(?=[\d上下晚早中凌])", rest)
    return (
        stretch("-".join(part.split(" ")[-1] for part in parts))
        if len(parts) == 2
        else stretch(rest)
    )


def _count(log: pd.DataFrame, listed: VenueList, account: ImportAccount) -> None:
    """Count double bookings and bookings outside hours; they stay in the log."""
    held = log[log["status"].isin(["kept", "no_show", "block"])].sort_values(
        ["venue", "start"], kind="stable"
    )
    until = held.groupby("venue")["end"].cummax().shift()
    same = held["venue"] == held["venue"].shift()
    account.counts["double bookings"] = int((same & (held["start"] < until)).sum())
    account.counts["outside opening hours"] = int((~_inside(log, listed)).sum())
    start = log["start"]
    weeks = pd.period_range(start.min(), start.max(), freq="W")
    account.counts["weeks"] = len(weeks)
    account.counts["weeks without records"] = len(weeks) - start.dt.to_period("W").nunique()


def _inside(log: pd.DataFrame, listed: VenueList) -> np.ndarray:
    """Whether each booking lies in its venue's hours of that weekday or of holidays."""
    names = list(listed.weeks)
    spans = max((len(day) for week in listed.weeks.values() for day in week), default=1)
    table = np.full((len(names), 8, spans, 2), -1, dtype=np.int32)
    for i, name in enumerate(names):
        for day, found in enumerate(listed.weeks[name]):
            table[i, day, : len(found)] = np.array(found).reshape(-1, 2)
    of = listed.venues.set_index("name")["hours"].map({n: i for i, n in enumerate(names)})
    hours = log["venue"].map(of).to_numpy(dtype=int)
    weekday = log["start"].dt.day_of_week.to_numpy()
    midnight = log["start"].dt.normalize()
    since = ((log["start"] - midnight).dt.total_seconds() / 60).to_numpy()
    until = ((log["end"] - midnight).dt.total_seconds() / 60).to_numpy()
    inside = np.zeros(len(log), dtype=bool)
    for days, shift in ((weekday, 0), ((weekday - 1) % 7, 1440), (np.full(len(log), 7), 0)):
        spans_of = table[hours, days]
        inside |= (
            (spans_of[:, :, 0] <= (since + shift)[:, None])
            & (spans_of[:, :, 1] >= (until + shift)[:, None])
        ).any(axis=1)
    return inside
