"""What a document says, in one language, before it is a page, a workbook, slides or a print."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sim.messages import Language

ROWS = 30
"""Rows of a table on a page or in print; the workbook has all."""
CHANGES = ("difference", "gain", "gain_so_far", "added", "simulated")
"""Columns of differences from what is today."""
Grade = Literal["high", "middle", "low", "assumed"]
"""How far the evidence behind a finding bears; see `evidence`."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number stands: a file, the values that name its row, and the column.

    Numbers of the scenario's tables stand in `manifest.json`: `where` then names a table and the
    values of its columns, and the number is how many such rows there are, or the sum of a column.
    Where several rows of a CSV bear the values, it is their sum too.
    """

    file: str
    where: tuple[tuple[str, str], ...]
    column: str

    @property
    def place(self) -> str:
        """Row and column."""
        return f"{', '.join(f'{k}={v}' for k, v in self.where)}; {self.column}"

    @property
    def words(self) -> str:
        """The source on one line."""
        return f"{self.file}: {self.place}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its interval, which is NaN where there is none."""

    value: float
    unit: str
    source: Source
    low: float = math.nan
    high: float = math.nan

    @property
    def half_width(self) -> float:
        """Half of the interval; 0 without one."""
        width = (self.high - self.low) / 2
        return width if width > 0 else 0.0

    @property
    def is_change(self) -> bool:
        """Whether it is a difference, which is shown with its sign."""
        of = self.source.column
        return of in CHANGES or (self.unit == "points" and of.startswith("assumption_"))


Cell = str | Figure | None
"""Text, a number, or nothing known."""


@dataclass(frozen=True, slots=True)
class Column:
    """Head and unit of a column; empty ones are for the reader to write into."""

    head: str
    unit: str = ""

    @property
    def words(self) -> str:
        """Head with its unit."""
        if not self.unit:
            return self.head
        wide = max(self.head + self.unit) >= "\u2e80"
        return f"{self.head}（{self.unit}）" if wide else f"{self.head} ({self.unit})"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads, after the sentences that define them.

    Attributes
    ----------
    name
        Short and unique in the document: the title of a sheet.
    defined
        What each figure means.
    named
        Column of the names of the rows.
    only_sheet
        Too long for a page: only a workbook has it.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    defined: str = ""
    named: int = 0
    only_sheet: bool = False

    @property
    def figures(self) -> Iterator[Figure]:
        """Every number."""
        return (cell for row in self.rows for cell in row if isinstance(cell, Figure))


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that figures bear, and how far.

    Attributes
    ----------
    figures
        The numbers in it.
    evidence
        The grade in words, with its reason.
    table, column
        Name of the table to show beside it, and which of its columns it is about, if any.
    summary
        Slides show it in place of the other findings of its chapter on the same column.
    """

    text: str
    figures: tuple[Figure, ...]
    grade: Grade
    evidence: str
    table: str = ""
    column: int | None = None
    summary: bool = False

    def sums(self, other: Finding) -> bool:
        """Whether it stands for another finding on a slide."""
        same = (other.table, other.column) == (self.table, self.column)
        return self.summary and same and other is not self


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of a result folder: its file without ending, its finding, what it shows in words."""

    path: Path
    title: str
    alt: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a map, whose look has ten states.

    Attributes
    ----------
    x, y
        From the left and from above.
    size
        From its middle to its rim.
    states
        A character for each frame of the map: a digit, or `x` where nothing is known.
    """

    name: str
    look: str
    x: float
    y: float
    size: float
    states: str


@dataclass(frozen=True, slots=True)
class MovingMap:
    """A map of which a reader chooses a frame; a thousand units wide.

    Attributes
    ----------
    frames
        What there is to see in each, in words.
    shown
        The frame of the picture without script.
    names
        Words on the map, and where.
    keys
        Looks with a state, and what they mean.
    choices
        Names of the frames where they are few; without them there is a slider.
    words
        How to use it.
    """

    key: str
    title: str
    frames: tuple[str, ...]
    shown: int
    high: float
    spots: tuple[Spot, ...]
    names: tuple[tuple[float, float, str], ...]
    keys: tuple[tuple[str, str, str], ...]
    choices: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One question of the meeting."""

    key: str
    title: str
    words: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    map: MovingMap | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A report in one language."""

    language: Language
    title: str
    subtitle: str
    source: str
    chapters: tuple[Chapter, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables in order."""
        return tuple(table for chapter in self.chapters for table in chapter.tables)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings in order."""
        return tuple(finding for chapter in self.chapters for finding in chapter.findings)

    def table(self, name: str) -> Table | None:
        """The table of this name."""
        return next((table for table in self.tables if table.name == name), None)
