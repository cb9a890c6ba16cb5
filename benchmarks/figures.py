"""What a benchmark finds: figures with targets, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal
from unicodedata import east_asian_width

__all__ = ["Figure", "as_rows", "from_json", "medians", "table", "to_json"]

Sense = Literal["at least", "at most", "reported"]
HEADER = ("benchmark", "figure", "median", "range", "unit", "target", "aim", "met")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes
    ----------
    value
        Median of the repeats.
    low, high
        Smallest and largest of the repeats; equal to `value` where there was one only.
    sense
        Whether the target is a floor or a ceiling; `reported` without a target.
    note
        What a reader must know to judge the figure.
    """

    benchmark: str
    name: str
    value: float
    unit: str
    sense: Sense = "reported"
    target: float | None = None
    aim: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""

    def meets(self, bar: float | None) -> bool | None:
        """Whether the figure reaches a bar; None without one."""
        if bar is None or self.sense == "reported":
            return None
        return self.value >= bar if self.sense == "at least" else self.value <= bar

    @property
    def verdict(self) -> str:
        """`aim`, `yes`, `no`, or nothing where there is no target."""
        if self.meets(self.target) is None:
            return ""
        if self.meets(self.aim):
            return "yes, and the aim"
        return "yes" if self.meets(self.target) else "NO"


def medians(benchmark: str, name: str, values: Sequence[float], unit: str, **more: Any) -> Figure:
    """Make a figure of the median of repeats, with their range."""
    return Figure(benchmark, name, median(values), unit, low=min(values), high=max(values), **more)


def to_json(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Plain values for a JSON file, the verdict included."""
    return [{**asdict(f), "met": f.verdict} for f in figures]


def from_json(rows: Sequence[dict[str, Any]]) -> list[Figure]:
    """Figures from what `to_json` gave."""
    return [Figure(**{k: v for k, v in row.items() if k != "met"}) for row in rows]


def as_rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """Cells of the table, without its header."""
    return [
        (
            f.benchmark,
            f.name,
            _number(f.value),
            "" if f.low is None or f.low == f.high else f"{_number(f.low)} to {_number(f.high)}",
            f.unit,
            "" if f.target is None else f"{_sign(f)} {f.target:g}",
            "" if f.aim is None else f"{_sign(f)} {f.aim:g}",
            f.verdict,
        )
        for f in figures
    ]


def table(figures: Sequence[Figure]) -> str:
    """Lay the figures out for a terminal, notes below."""
    rows = [HEADER, *as_rows(figures)]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(HEADER))]
    lines = [
        "  ".join(cell + " " * (widths[i] - _width(cell)) for i, cell in enumerate(row)).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"  {f.benchmark} / {f.name}: {f.note}" for f in figures if f.note]
    return "\n".join([*lines, *(["", "Notes"] if notes else []), *notes])


def _sign(figure: Figure) -> str:
    return ">=" if figure.sense == "at least" else "<="


def _number(value: float | None) -> str:
    """Three or four digits that matter, thousands apart."""
    if value is None:
        return ""
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.4g}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.4f}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)
