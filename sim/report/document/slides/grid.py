"""A table as it fits on a slide: size of letters, widths, heights, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.report.document.content import Cell, Figure, Table
from sim.report.document.messages import Messages
from sim.report.document.slides.measure import SPACING, TINY, lines, longest, width

SIZES = (20, 18, 16, 14, 12)
"""Sizes of letters in points, the largest that fits is taken."""
SIDE, ABOVE = 0.1, 0.045
"""Space beside and above what stands in a cell, in inches."""
MOST = 700
"""Characters of a cell."""
EMPTY = 2.0
"""Least width of a column that the reader is to write into, in inches."""
LOOSE = 2.0
"""How much higher a row may become, in sizes of its letters, to fill a slide."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells with their places; all lengths are inches.

    Attributes
    ----------
    columns
        Which columns of the table are shown.
    cells
        Rows of texts, the heads first.
    heights
        Of the rows, the heads first.
    """

    table: Table
    size: int
    columns: tuple[int, ...]
    widths: tuple[float, ...]
    cells: tuple[tuple[str, ...], ...]
    heights: tuple[float, ...]

    @property
    def width(self) -> float:
        """Of all columns."""
        return sum(self.widths)

    @property
    def height(self) -> float:
        """Of all rows."""
        return sum(self.heights)

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Rows of the table that are shown."""
        return self.table.rows[: len(self.cells) - 1]

    @property
    def left_out(self) -> tuple[int, int]:
        """How many rows and columns are left to the workbook."""
        return (
            len(self.table.rows) - len(self.rows),
            len(self.table.columns) - len(self.columns),
        )


def fitted(
    table: Table, columns: Sequence[int], across: float, down: float, say: Messages
) -> Grid | None:
    """The table in a space; columns at its right end and rows at its foot are left out.

    None where not even heads and a row fit.
    """
    shown = list(columns)
    for size in SIZES:
        grid = _grid(table, shown, size, across, say)
        if grid is not None and grid.height <= down:
            return _loosened(grid, down)
    while (grid := _grid(table, shown, SIZES[-1], across, say)) is None:
        if len(shown) <= 1:
            return None
        shown.pop()
    kept = len(grid.heights)
    while kept > 1 and sum(grid.heights[:kept]) > down:
        kept -= 1
    if kept < 2:
        return None
    return Grid(table, grid.size, grid.columns, grid.widths, grid.cells[:kept], grid.heights[:kept])


def _loosened(grid: Grid, down: float) -> Grid:
    """The same with higher rows, as far as there is space."""
    more = min((down - grid.height) / len(grid.heights), LOOSE * grid.size / 72)
    heights = tuple(h + more for h in grid.heights)
    return Grid(grid.table, grid.size, grid.columns, grid.widths, grid.cells, heights)


def _grid(
    table: Table, columns: Sequence[int], size: int, across: float, say: Messages
) -> Grid | None:
    """All rows in letters of a size, as low as may be; None where words are too wide."""
    listed = [(table.columns[at].words, [row[at] for row in table.rows]) for at in columns]
    grids = []
    for widths in _widths(listed, size, across, say):
        cells = [
            [head, *_broken(_shown(column, say), size, wide - 2 * SIDE)]
            for (head, column), wide in zip(listed, widths, strict=True)
        ]
        rows = tuple(zip(*cells, strict=True))
        heights = tuple(_high(row, size, widths) for row in rows)
        grids.append(Grid(table, size, tuple(columns), widths, rows, heights))
    return min(grids, key=lambda grid: grid.height, default=None)


def _high(row: Sequence[str], size: int, widths: Sequence[float]) -> float:
    count = max(
        sum(lines(part, size, wide - 2 * SIDE) for part in text.split("\v"))
        for text, wide in zip(row, widths, strict=True)
    )
    return count * SPACING * size / 72 + 2 * ABOVE


def _widths(
    columns: Sequence[tuple[str, Sequence[Cell]]], size: int, across: float, say: Messages
) -> list[tuple[float, ...]]:
    """Ways to share a width: all on one line if that fits; else the widest give way, or all."""
    natural, least = [], []
    for head, cells in columns:
        texts = [head, *_shown(cells, say)]
        at_least = EMPTY if not any(cells) else 0.0
        natural.append(max(at_least, *(width(t.replace("\v", " "), size) for t in texts)))
        parts = [width(p, size) if "\u00a0" in t or "\v" in t else longest(p, size)
                 for t in texts for p in t.split("\v")]  # fmt: skip
        least.append(max(at_least, *parts))
    # programs round: a name that fills its column to a hair is broken by some
    natural, least = ([w + 2 * SIDE + 0.04 for w in widths] for widths in (natural, least))
    wanted = [n - m for n, m in zip(natural, least, strict=True)]
    spare = across - sum(natural)
    if spare >= 0:
        return [tuple(n + min(spare / len(columns), 0.5) for n in natural)]
    if sum(least) > across:
        return []
    low, high = 0.0, across
    for _ in range(30):  # halves a cap on widths until they fill the space
        cap = (low + high) / 2
        total = sum(min(n, max(m, cap)) for n, m in zip(natural, least, strict=True))
        low, high = (cap, high) if total <= across else (low, cap)
    share = (across - sum(least)) / sum(wanted)
    return [
        tuple(min(n, max(m, low)) for n, m in zip(natural, least, strict=True)),
        tuple(m + share * w for m, w in zip(least, wanted, strict=True)),
    ]


def _shown(cells: Sequence[Cell], say: Messages) -> list[str]:
    """Texts of cells; an interval may stand below its number."""
    return [
        say.figure(c).replace(" (", "\v(").replace("（", "\v（").replace(" ", "\u00a0")
        if isinstance(c, Figure) else plain(c or "")
        for c in cells
    ]  # fmt: skip


def _broken(texts: Sequence[str], size: int, available: float) -> list[str]:
    """Numbers with their intervals behind them, or all below them where one does not fit."""
    joined = [t.replace("\v(", "\u00a0(").replace("\v", "") for t in texts]
    fits = all(
        "\v" not in text or width(one, size) <= available + TINY
        for text, one in zip(texts, joined, strict=True)
    )
    return joined if fits else list(texts)


def plain(text: str) -> str:
    """A text on one line and of bearable length."""
    text = " ".join(text.split())
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"
