"""Bookings as an operator's system recorded them, one row each.

The file is `bookings.csv` as `linli import` writes it: UTF-8, local times `YYYY-MM-DDTHH:MM`,
columns as in `COLUMNS`. All that is wrong with a file is found in one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.arrays import F64, I64, Bools
from sim.scenario.inputs import Inputs
from sim.scenario.problems import InputProblem, ScenarioProblems, Sources, display

COLUMNS = (
    "booking", "venue", "made_at", "start", "end", "status", "cancelled_at", "checked_in",
    "party", "booker", "source_row",
)  # fmt: skip
STATUSES = ("kept", "cancelled", "no_show", "block")
KEPT, CANCELLED, NO_SHOW, BLOCK = range(4)
UNKNOWN = np.datetime64("NaT", "m")
MOST_MADE_LATE = 0.01
"""Share of bookings made after their start from which the column must be another."""
FEW = 10
"""Cells of fewer people than this are not reported."""
EACH = 20
"""Problems of one sort that are listed; the rest is counted."""

Moments = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class BookingLog:
    """A log as arrays of equal length, in order of the file.

    Attributes
    ----------
    venues
        Names of the scenario's venues; `venue` is an index into them.
    made, cancelled
        Minutes as datetime64; NaT where not recorded.
    status
        `KEPT`, `CANCELLED`, `NO_SHOW` or `BLOCK`.
    checked_in
        1 yes, 0 no, -1 not recorded.
    party
        People; nan where not recorded.
    booker
        Number of the person; -1 where not recorded.
    """

    venues: tuple[str, ...]
    venue: I64
    made: Moments
    start: Moments
    end: Moments
    status: I64
    cancelled: Moments
    checked_in: I64
    party: F64
    booker: I64

    def __len__(self) -> int:
        return len(self.venue)

    def where(self, chosen: Bools) -> BookingLog:
        """The log of some rows."""
        arrays = {f.name: getattr(self, f.name)[chosen] for f in fields(self) if f.name != "venues"}
        return BookingLog(self.venues, **arrays)

    @property
    def by_people(self) -> BookingLog:
        """Without blocks that staff entered."""
        return self.where(self.status != BLOCK)

    @property
    def is_cancelled(self) -> Bools:
        """Whether each booking was given up before it began."""
        return np.asarray(self.status == CANCELLED)

    @property
    def is_missed(self) -> Bools:
        """Whether nobody came, as far as that is recorded."""
        return np.asarray((self.status == NO_SHOW) | (self.checked_in == 0))

    @property
    def has_times(self) -> bool:
        """Whether it is recorded when bookings were made (at least for nine in ten)."""
        people = self.status != BLOCK
        return bool(people.any()) and float(np.isnat(self.made[people]).mean()) < 0.1

    @property
    def days(self) -> I64:
        """Day of each start, since 1970-01-01."""
        return self.start.astype("datetime64[D]").astype(np.int64)

    @property
    def hour_of_week(self) -> I64:
        """Hour of each start, 0 to 167 from Monday."""
        hours = self.start.astype("datetime64[h]").astype(np.int64)
        return np.asarray((hours + 3 * 24) % 168)  # 1970-01-01 was a Thursday

    @property
    def minutes(self) -> F64:
        """Length of each booking."""
        return (self.end - self.start).astype("timedelta64[m]").astype(np.float64)

    @property
    def lead_days(self) -> F64:
        """Days from booking to start; nan where not recorded."""
        gap = (self.start - self.made).astype("timedelta64[m]")
        return np.where(np.isnat(gap), np.nan, gap.astype(np.float64) / 1440.0)


def read_log(path: Path, venues: Sequence[str]) -> BookingLog:
    """Read a log of a scenario's venues.

    Raises
    ------
    ScenarioProblems
        If anything in the file is wrong: all of it, with lines.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        unread = [_problem(path, 1, "", f"cannot be read: {error}")]
        raise ScenarioProblems(unread, Sources()) from error
    missing = [name for name in COLUMNS[:-1] if name not in table]
    if missing:
        found = tuple(map(str, table.columns))
        lacks = [_problem(path, 1, name, "missing column", found) for name in missing]
        raise ScenarioProblems(lacks, Sources())
    log, problems = _typed(path, table, tuple(venues))
    if problems:
        raise ScenarioProblems(problems, Sources())
    return log


def _typed(
    path: Path, table: pd.DataFrame, venues: tuple[str, ...]
) -> tuple[BookingLog, list[InputProblem]]:
    """Columns as arrays, and everything that is wrong with them."""
    problems: list[InputProblem] = []

    def check(wrong: Bools, key: str, words: str, allowed: Sequence[str] = ()) -> None:
        """Note problems of one sort: the first `EACH`, then how many more."""
        lines = np.flatnonzero(wrong)
        for line in lines[:EACH].tolist():
            value = str(table[key].iat[line])
            problems.append(_problem(path, line + 2, key, f'"{value}": {words}', allowed, value))
        if len(lines) > EACH:
            more = f"{words}, in {len(lines) - EACH:,} more rows"
            problems.append(_problem(path, int(lines[EACH]) + 2, key, more))

    numbers = {}
    for key, names in (("venue", venues), ("status", STATUSES)):
        codes = np.asarray(pd.Index(names).get_indexer(pd.Index(table[key].str.strip())))
        numbers[key] = codes.astype(np.int64)
        check(codes < 0, key, f"unknown {key}", names)
    times = {}
    for key in ("made_at", "start", "end", "cancelled_at"):
        text = table[key].str.strip()
        parsed = pd.to_datetime(text, format="%Y-%m-%dT%H:%M", errors="coerce")
        times[key] = parsed.to_numpy().astype("datetime64[m]")
        empty = (text == "").to_numpy() if key in ("made_at", "cancelled_at") else False
        check(np.isnat(times[key]) & ~empty, key, "not a time such as 2026-03-01T18:30")
    check(times["end"] <= times["start"], "end", "not after the start")
    late = times["made_at"] > times["start"]
    if late.mean() > MOST_MADE_LATE if len(late) else False:
        words = f"{late.mean():.0%} of bookings are made after their start: this is another time"
        problems.append(_problem(path, int(np.argmax(late)) + 2, "made_at", words))
    answers = table["checked_in"].str.strip().map({"yes": 1, "no": 0, "": -1})
    check(answers.isna().to_numpy(), "checked_in", "neither yes, no nor empty", ("yes", "no"))
    party = pd.to_numeric(table["party"].str.strip().replace("", "nan"), errors="coerce")
    wrong = (party.isna() & (table["party"].str.strip() != "")) | (party < 1) | np.isinf(party)
    check(wrong.to_numpy(), "party", "not a number of people of at least 1")
    people = table["booker"].str.strip()
    booker = np.where(people == "", -1, pd.factorize(people)[0])
    return BookingLog(
        venues=venues,
        venue=numbers["venue"],
        made=np.where(late, times["start"], times["made_at"]),
        start=times["start"],
        end=times["end"],
        status=numbers["status"],
        cancelled=times["cancelled_at"],
        checked_in=answers.fillna(-1).to_numpy().astype(np.int64),
        party=party.to_numpy(dtype=np.float64),
        booker=booker.astype(np.int64),
    ), problems


def _problem(
    path: Path,
    line: int,
    key: str,
    words: str,
    allowed: Sequence[str] = (),
    word: str | None = None,
) -> InputProblem:
    column = COLUMNS.index(key) + 1 if key in COLUMNS else 1
    return InputProblem(display(path), line, column, key, words, tuple(allowed), word)


def full_days(log: BookingLog) -> tuple[int, int]:
    """First and last day of use, since 1970-01-01, of which a log has all bookings.

    Days after the last booking was made have only those made well ahead. If none was made before
    the first day of use, bookings were chosen by when they were made, and the first days lack
    those made before; they are left out as far as bookings reach ahead (99 % of them).
    """
    first, last = int(log.days.min()), int(log.days.max())
    people = log.by_people
    if not people.has_times or not len(people):
        return first, last
    made = people.made[~np.isnat(people.made)].astype("datetime64[D]").astype(np.int64)
    begin, end = first, min(last, int(made.max()))
    if made.min() >= first:
        begin += int(np.nanquantile(people.lead_days, 0.99))
    return (begin, end) if begin < end else (first, last)


def with_log_window(inputs: Inputs, log: BookingLog) -> Inputs:
    """The scenario over the days of which a log has all bookings (see `full_days`)."""
    first, last = (np.datetime64(day, "D").item() for day in full_days(log))
    scenario = inputs.scenario
    window = scenario.window.model_copy(update={"first": first, "last": last})
    return replace(inputs, scenario=scenario.model_copy(update={"window": window}))


def hidden(people: F64) -> Bools:
    """Which cells (n,) must not be reported: those of few people, and a second one if just one is.

    Without the second one the first could be had from the total. Empty cells tell of nobody.
    """
    small = np.asarray((people > 0) & (people < FEW))
    others = np.flatnonzero(~small & (people > 0))
    if small.sum() == 1 and len(others):
        small[others[np.argmin(people[others])]] = True
    return small
