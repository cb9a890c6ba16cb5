"""What groups are given: share of open hours by kind and hour of the week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.report import theme
from sim.report.charts.parts import CLOSED, hatch, label_width
from sim.report.data import ChartContext
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.pages import Drawing
from sim.report.words import DAYS, percent, short
from sim.season.published import SeasonWeek

__all__ = ["given_drawing"]

F64 = npt.NDArray[np.float64]
PARTS = (("Monday to Friday", range(5)), ("Saturday and Sunday", range(5, 7)))


@dataclass(frozen=True, eq=False)
class _Given:
    """Hours a week by kind, weekday and hour of the day: shape (kinds, 7, 24)."""

    kinds: tuple[str, ...]
    open: F64
    given: F64
    prime_open: F64
    prime_given: F64
    venues: tuple[int, ...]


def given_drawing(week: SeasonWeek, context: ChartContext) -> Drawing:
    """Heat map of kinds x hours, weekdays and weekends apart."""
    data = _analyse(week)
    finding = Finding(
        name="season-hours-given",
        title=_title(data, context),
        subtitle="Hours given to groups by hour of the day, % of open hours of a kind",
        table=_table(data, context),
        note="Orange: prime time. Hatched: closed. A session of part of the season counts in part",
    )
    return finding, lambda page: _plot(page, data, context)


def _analyse(week: SeasonWeek) -> _Given:
    kinds = tuple(sorted({p.kind for p in week.places}))
    sums = np.zeros((4, len(kinds), 7, 24))
    for place in week.places:
        k = kinds.index(place.kind)
        taken = np.where(place.open, week.taken(week.of(place.name)), 0.0)
        for i, cells in enumerate((place.open, taken)):
            sums[i, k] += _by_hour(week, cells)
            sums[i + 2, k] += _by_hour(week, np.where(week.prime, cells, 0.0))
    counts = tuple(sum(p.kind == kind for p in week.places) for kind in kinds)
    return _Given(kinds, sums[0], sums[1], sums[2], sums[3], counts)


def _by_hour(week: SeasonWeek, cells: npt.NDArray[np.generic]) -> F64:
    """Hours in each hour of the day, shape (7, 24); a cell longer than an hour is spread."""
    minutes = np.repeat(cells.astype(np.float64), week.step, axis=1)
    out: F64 = minutes.reshape(7, 24, 60).mean(axis=2)
    return out


def _table(data: _Given, context: ChartContext) -> pd.DataFrame:
    rows = []
    for k, d, h in zip(*np.nonzero(data.open), strict=True):
        opened, given = float(data.open[k, d, h]), float(data.given[k, d, h])
        rows.append(
            {
                "kind": data.kinds[k],
                "label": context.label("kind", data.kinds[k]),
                "venues": data.venues[k],
                "hour_of_week": f"{DAYS[d]}-{h:02d}",
                "hours_open": opened,
                "hours_given": given,
                "share": given / opened,
                "prime_hours_open": float(data.prime_open[k, d, h]),
                "prime_hours_given": float(data.prime_given[k, d, h]),
            }
        )
    return pd.DataFrame(rows)


def _title(data: _Given, context: ChartContext) -> str:
    """Overall, and the kind that gives most: exact figures, so a lead is a lead."""
    opened, given = data.prime_open.sum(axis=(1, 2)), data.prime_given.sum(axis=(1, 2))
    name = "prime" if opened.any() else "open"
    if name == "open":
        opened, given = data.open.sum(axis=(1, 2)), data.given.sum(axis=(1, 2))
    if not given.any():
        return f"Groups get no {name} hours"
    share = _divided(given, opened)
    all_ = percent(float(given.sum() / opened.sum()))
    top = int(np.nanargmax(share))
    first = f"Groups get {all_} of {name} hours"
    known = np.isfinite(share)
    if known.sum() < 2 or np.isclose(share[known], share[top]).sum() > 1:
        return first
    kind = short(context.label("kind", data.kinds[top]))
    return f"{first}, {kind} most: {percent(float(share[top]))}"


def _divided(given: F64, opened: F64) -> F64:
    """Shares; NaN where nothing is open."""
    out: F64 = np.divide(given, opened, out=np.full(given.shape, np.nan), where=opened > 0)
    return out


def _plot(page: Page, data: _Given, context: ChartContext) -> None:
    """Draw weekdays left, weekends right; a column of prime time as a whole at the right."""
    labels = [short(context.label("kind", kind), 30) for kind in data.kinds]
    left, last = label_width(page, labels, 2.4), 1.0
    seen = np.flatnonzero(data.open.sum(axis=(0, 1)))
    hours = range(int(seen[0]), int(seen[-1]) + 1) if len(seen) else range(8, 22)
    wide = (page.width - left - last - 0.3) / 2
    row = min((page.height - 0.9) / max(len(data.kinds), 1), 0.75)
    bottom = page.height - 0.55 - row * len(data.kinds)
    for k, label in enumerate(labels):
        y = bottom + (len(labels) - k - 0.5) * row
        page.text(0, y, page.fitted(label, theme.SMALL, left - 0.1, True), va="center_baseline")
    for i, (name, days) in enumerate(PARTS):
        x = left + i * (wide + 0.15)
        page.text(x, page.height - 0.2, name, theme.BODY)
        opened = data.open[:, list(days)].sum(axis=1)[:, hours]
        given = data.given[:, list(days)].sum(axis=1)[:, hours]
        prime = data.prime_open[:, list(days)].sum(axis=(0, 1))[hours] > 0
        _cells(page, (x, bottom, wide, row * len(labels)), _divided(given, opened), hours, prime)
    x = page.width - last + 0.1
    whole = _divided(data.prime_given.sum(axis=(1, 2)), data.prime_open.sum(axis=(1, 2)))
    page.text(page.width, page.height - 0.2, "all prime", theme.BODY, ha="right")
    box = (x, bottom, page.width - x, row * len(labels))
    _cells(page, box, whole[:, None], range(1), np.zeros(1, dtype=np.bool_))


def _cells(
    page: Page,
    box: tuple[float, float, float, float],
    share: F64,
    hours: range,
    prime: npt.NDArray[np.bool_],
) -> None:
    kinds, n = share.shape
    axes = page.axes(*box)
    axes.set_facecolor(CLOSED)
    axes.pcolormesh(
        np.arange(n + 1), np.arange(kinds + 1), share, cmap=theme.SEQUENTIAL, vmin=0, vmax=1,
        edgecolors="#E3E3E3", linewidth=0.5,
    )  # fmt: skip
    for k, h in zip(*np.nonzero(np.isnan(share)), strict=True):
        hatch(axes, h, k, 1, 1)
    for k, h in zip(*np.nonzero(~np.isnan(share)), strict=True):
        value = float(share[k, h])
        axes.text(
            h + 0.5, k + 0.52, percent(value, sign=False), fontsize=12, ha="center",
            va="center_baseline", color=theme.ink_on(value),
        )  # fmt: skip
    for h in np.flatnonzero(prime):
        axes.plot([h, h + 1], [-0.08, -0.08], color=theme.HIGHLIGHT, linewidth=5, clip_on=False,
                  solid_capstyle="butt")  # fmt: skip
    axes.set_xlim(0, n)
    axes.set_ylim(kinds, 0)
    axes.set_yticks([])
    axes.set_xticks(np.arange(n) + 0.5, [f"{h}" for h in hours] if n > 1 else [""])
    axes.tick_params(length=0, pad=3, labelsize=12)
    axes.spines[:].set_visible(False)
