"""A native chart of dots with intervals, each beside its row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.ticker import MaxNLocator
from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from sim.messages import MYRIADS
from sim.report import theme
from sim.report.document.content import Figure
from sim.report.document.messages import Messages
from sim.report.document.slides.grid import Grid
from sim.report.document.slides.shapes import Look, colour

AXIS = 0.4
"""Height of the numbers below the dots, in inches."""
MARGIN = 0.35
"""Space left and right of the axis, for half of a number, in inches."""
LETTERS = 12


def dotplot(
    look: Look, slide: Any, grid: Grid, column: int, place: tuple[float, float, float],
    marked: Sequence[int], alt: str,
) -> None:  # fmt: skip
    """Draw the figures of a column, if there is anything to compare.

    Parameters
    ----------
    place
        Left, top and width; the first row begins at the top.
    marked
        Rows that a finding is about.
    """
    rows = [(at, c) for at, row in enumerate(grid.rows) if isinstance(c := row[column], Figure)]
    if len(rows) < 2:
        return
    left, top, wide = place
    high = sum(grid.heights[1:])
    figures = [figure for _, figure in rows]
    scale, form = _scale(figures, look.say)
    dots = [
        (at in marked, figure, high - sum(grid.heights[1 : at + 1]) - grid.heights[at + 1] / 2)
        for at, figure in rows
    ]
    data, inks = _series(dots, scale, grid.table.columns[column].words, look.say)
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.XY_SCATTER, Inches(left), Inches(top), Inches(wide), Inches(high + AXIS), data
    )
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)  # noqa: SLF001
    chart = frame.chart
    chart.has_legend = chart.has_title = False
    _axes(chart, figures, scale, form, high)
    _draw(chart.plots[0].series, inks)
    _lay_out(chart, wide, high)
    look.name_chart_fonts(chart, LETTERS)


def _series(
    dots: Sequence[tuple[bool, Figure, float]], scale: float, head: str, say: Messages
) -> tuple[Any, list[str | None]]:
    """Lines, dots and marked dots, of which there may be none, and the colours of dots.

    Error bars would say the same, but LibreOffice does not read those of a file.

    Parameters
    ----------
    dots
        Whether it is marked, its figure, and its distance from the foot.
    """
    data: Any = XyChartData()  # type: ignore[no-untyped-call]
    inks: list[str | None] = []
    if intervals := [(f, middle) for _, f, middle in dots if f.half_width]:
        inks.append(None)
        lines = data.add_series(say.say("dots.lines"))
        for figure, middle in intervals:
            lines.add_data_point(figure.low * scale, middle)
            lines.add_data_point(figure.high * scale, middle)
            lines.add_data_point(figure.high * scale, None)  # a gap before the next
    for ink, mark in ((theme.PALETTE[0], False), (theme.HIGHLIGHT, True)):
        if points := [(f.value * scale, middle) for m, f, middle in dots if m == mark]:
            inks.append(ink)
            drawn = data.add_series(f"{head} *" if mark else head)
            for x, y in points:
                drawn.add_data_point(x, y)
    return data, inks


def _draw(series: Sequence[Any], inks: Sequence[str | None]) -> None:
    """Dots of a colour without lines; lines without dots where there is no colour."""
    for one, ink in zip(series, inks, strict=True):
        if ink is None:
            one.format.line.color.rgb, one.format.line.width = colour(theme.PALETTE[0]), Pt(2.5)
            one.marker.style = XL_MARKER_STYLE.NONE
            continue
        one.format.line.fill.background()
        one.marker.style, one.marker.size = XL_MARKER_STYLE.CIRCLE, 10
        one.marker.format.fill.solid()
        one.marker.format.fill.fore_color.rgb = colour(ink)
        one.marker.format.line.fill.background()


def _scale(figures: Sequence[Figure], say: Messages) -> tuple[float, str]:
    """By what numbers are multiplied, and how the axis writes them."""
    most = max(abs(figure.value) for figure in figures)
    if figures[0].unit in ("share", "points"):
        return 100.0, "General"
    if say.language == "zh" and most >= MYRIADS:
        return 1e-4, 'General" 万"'
    return 1.0, "#,##0" if most >= 10 else "General"


def _axes(chart: Any, figures: Sequence[Figure], scale: float, form: str, high: float) -> None:
    ends = [0.0, *(e * scale for f in figures for e in (f.low, f.value, f.high) if e == e)]
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(min(ends), max(ends))
    across, down = chart.category_axis, chart.value_axis
    across.minimum_scale, across.maximum_scale = float(ticks[0]), float(ticks[-1])
    across.major_unit = float(ticks[1] - ticks[0])
    across.has_major_gridlines = True
    across.major_gridlines.format.line.color.rgb = colour(theme.PALE)
    across.format.line.fill.background()
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    across.tick_labels.number_format, across.tick_labels.number_format_is_linked = form, False
    down.minimum_scale, down.maximum_scale = 0, high
    down.has_major_gridlines = False
    down.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    down.format.line.color.rgb = colour(theme.GREY)
    down.format.line.width = Pt(1)
    for axis in (across, down):
        for name in ("c:majorTickMark", "c:minorTickMark"):
            found = axis._element.find(qn(name))  # noqa: SLF001
            if found is not None:
                found.set("val", "none")


def _lay_out(chart: Any, wide: float, high: float) -> None:
    """Where dots may stand: exactly beside the rows, whatever the program thinks best."""
    area = chart._chartSpace.chart.plotArea  # noqa: SLF001
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    places = {
        "x": MARGIN / wide, "y": 0.0, "w": 1 - 2 * MARGIN / wide, "h": high / (high + AXIS),
    }  # fmt: skip
    marks = {"layoutTarget": "inner", "xMode": "edge", "yMode": "edge"}
    marks |= {name: f"{value:.5f}" for name, value in places.items()}
    layout, manual = (area.makeelement(qn(f"c:{n}"), {}) for n in ("layout", "manualLayout"))
    layout.append(manual)
    for name, mark in marks.items():
        manual.append(area.makeelement(qn(f"c:{name}"), {"val": mark}))
    area.insert(0, layout)
