"""Dots with intervals beside names: where they stand, for whoever draws them."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from sim.report.document.content import Figure, Table
from sim.report.document.messages import Messages

MOST = 14
"""Rows that a picture takes."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A row of a picture; places are shares of its width."""

    name: str
    words: str
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Dots:
    """A picture: rows in the table's order, and marks of the axis."""

    alt: str
    rows: tuple[Dot, ...]
    ticks: tuple[tuple[float, str], ...]


def dots_of(table: Table, column: int | None, say: Messages) -> Dots | None:
    """The picture of a table's column; None where there is nothing to compare."""
    if column is None:
        return None
    cells = [
        (str(row[table.named]), cell)
        for row in table.rows
        if isinstance(cell := row[column], Figure)
    ][:MOST]
    if len(cells) < 2:
        return None
    ends = [end for _, f in cells for end in (f.low, f.value, f.high) if end == end]
    unit = cells[0][1].unit
    marks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(min(0.0, *ends), max(0.0, *ends))
    first, width = marks[0], (marks[-1] - marks[0]) or 1.0

    def place(value: float) -> float:
        return float((value - first) / width)

    rows = tuple(
        Dot(
            name,
            say.figure(f),
            place(f.value),
            place(f.low if f.half_width else f.value),
            place(f.high if f.half_width else f.value),
        )
        for name, f in cells
    )
    scale = 100 if unit == "share" else 1
    ticks = tuple((place(m), f"{m * scale:,.10g}") for m in marks)
    head = table.columns[column].words
    return Dots(say.say("dots", title=table.title, head=head), rows, ticks)
