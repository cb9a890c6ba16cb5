"""One chart drawn on a page, for tests that look at artists."""

from __future__ import annotations

from functools import lru_cache

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.text import Text

from sim.report import theme
from sim.report.charts.site.results import SiteResults
from sim.report.drawing import all_charts
from sim.report.fonts import choose_font
from sim.report.page import Finding, Page, lay_out
from sim.report.site.places import PageData

from .made_up import context, seen


def results(of: PageData) -> SiteResults:
    """With names that can be drawn."""
    return SiteResults(of, context()).drawable(choose_font())


def drawn(name: str, of: PageData) -> tuple[Finding, Page]:
    font = choose_font()
    safe = results(of)
    ((finding, plot),) = all_charts(SiteResults)[name].drawings(safe)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(theme.settings(font.families))
        page = lay_out(finding, safe.context)
        plot(page)
        page.figure.draw_without_rendering()
    return finding, page


@lru_cache
def as_found(name: str) -> tuple[Finding, Page]:
    """A chart of the made-up outcome as it is, drawn once."""
    return drawn(name, seen())


def written(page: Page) -> list[str]:
    return [t.get_text() for t in page.figure.findobj(Text) if t.get_text()]


def homes_of(ax: Axes) -> PathCollection:
    """The collection that is coloured by minutes."""
    (found,) = [
        c for c in ax.collections if isinstance(c, PathCollection) and c.get_array() is not None
    ]
    return found


def outside(page: Page) -> list[str]:
    """Words that reach over the edge of the page."""
    wide, high = page.figure.bbox.width, page.figure.bbox.height
    beyond = {
        id(text)
        for ax in page.figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
        for text in (tick.label1, tick.label2)
    }
    over = []
    for text in page.figure.findobj(Text):
        if id(text) in beyond:
            continue
        if text.get_text() and text.get_visible():
            box = text.get_window_extent()
            if box.x0 < 0 or box.y0 < 0 or box.x1 > wide or box.y1 > high:
                over.append(text.get_text())
    return over
