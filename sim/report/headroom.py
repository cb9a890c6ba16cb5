"""Tables and charts of headroom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pandas as pd

from sim.analysis.headroom import Headroom
from sim.report.context import chart_context
from sim.report.data import ChartContext, RunResults
from sim.report.finding import Finding
from sim.report.fonts import choose_font, drawable, drawable_finding
from sim.report.headroom_breaks import breaks_first
from sim.report.headroom_curve import curve
from sim.report.headroom_policies import policies
from sim.report.headroom_words import Label, fallen
from sim.report.page import Page, lay_out
from sim.report.tables import write_csv
from sim.report.theme import settings
from sim.report.words import percent
from sim.scenario.growth import at_multiplier

__all__ = ["draw_headroom", "draw_policies", "headroom_label", "write_headroom"]

Drawing = tuple[Finding, Callable[[Page], None]]


def headroom_label(found: Headroom) -> Label:
    """(group, level) -> name to show."""
    return chart_context(found.inputs, found.n).label


def write_headroom(folder: Path, found: Headroom) -> None:
    """Write headroom.csv and curves.csv."""
    write_csv(folder / "headroom.csv", found.table())
    write_csv(folder / "curves.csv", found.curve_table())


def draw_headroom(found: Headroom, folder: Path) -> list[Path]:
    """Draw the charts into a folder as PNG, SVG and CSV; they are about the first target."""
    table = found.table()
    rows = fallen(table, found.targets[0])

    def drawings(context: ChartContext, note: str) -> list[Drawing]:
        return [
            curve(found.curve_table(), rows, found.targets, context.label, note),
            breaks_first(rows, table, found.targets[0], context.label, note),
        ]

    return _draw(found, drawings, folder)


def draw_policies(found: Sequence[Headroom], folder: Path) -> list[Path]:
    """Draw how much growth each policy takes, for the first target."""
    tables = {one.name: one.table() for one in found}

    def drawings(_: ChartContext, note: str) -> list[Drawing]:
        return [policies(tables, found[0].targets[0], note)]

    return _draw(found[0], drawings, folder)


def _draw(
    found: Headroom, drawings: Callable[[ChartContext, str], list[Drawing]], folder: Path
) -> list[Path]:
    font = choose_font()
    context = chart_context(at_multiplier(found.inputs, 1.0), found.n)
    kept = tuple(t for t in context.changed if not t.startswith("demand.multiplier="))
    context = replace(context, changed=kept)
    context = drawable(RunResults(context, _levels(found.table())), font).context
    note = (
        f"Off-platform use of {percent(context.off_platform_share or 0.0)} is assumed; "
        "totals cannot identify a world"
    )
    paths: list[Path] = []
    with mpl.rc_context():
        mpl.rcdefaults()  # a user's matplotlibrc must not change the bytes
        mpl.rcParams.update(settings(font.families))
        for finding, plot in drawings(context, note):
            page = lay_out(drawable_finding(finding, font), context)
            plot(page)
            paths += page.save(folder)
    return paths


def _levels(table: pd.DataFrame) -> pd.DataFrame:
    """Names that charts show, as the columns that `drawable` reads."""
    return table[["group", "level"]].assign(
        metric="served_share", mean=0.0, ci_low=0.0, ci_high=0.0, n=1, unit="share"
    )
