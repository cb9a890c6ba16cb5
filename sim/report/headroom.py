"""Tables of headroom, and what groups are called in its words."""

from __future__ import annotations

from pathlib import Path

from sim.analysis.headroom import Headroom
from sim.report.context import chart_context
from sim.report.headroom_words import Label
from sim.report.tables import write_csv

__all__ = ["headroom_label", "write_headroom"]


def headroom_label(found: Headroom) -> Label:
    """(group, level) -> name to show."""
    return chart_context(found.inputs, found.n).label


def write_headroom(folder: Path, found: Headroom) -> None:
    """Write headroom.csv and curves.csv."""
    write_csv(folder / "headroom.csv", found.table())
    write_csv(folder / "curves.csv", found.curve_table())
