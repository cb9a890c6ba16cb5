"""Charts of headroom: the curve, what breaks first, how much growth each policy takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sim.analysis.headroom import Headroom
from sim.report.charts.headroom.breaks import breaks_first, policies
from sim.report.charts.headroom.curve import curve
from sim.report.context import ChartContext, RunResults, chart_context
from sim.report.drawing import Drawing, draw_pages
from sim.report.fonts import choose_font, drawable
from sim.report.headroom import fallen
from sim.report.words import percent
from sim.scenario.growth import at_multiplier


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
    context = drawable(RunResults(context, found.table()[["group", "level"]]), font).context
    note = (
        f"Off-platform use of {percent(context.off_platform_share or 0.0)} is assumed; "
        "totals cannot identify a world"
    )
    return draw_pages(drawings(context, note), context, font, folder)
