"""The picture of `queues-by-hour`: a column a kind of place, a row a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.report import theme
from sim.report.charts.values import Value, as_amount, as_percent, ceiling, tick
from sim.report.finding import Finding
from sim.report.page import Page

__all__ = ["AWAY", "DAYTYPES", "HEADS", "SEATS", "WAIT", "KindQueues", "QueuesData", "plot"]

DAYTYPES = ("weekday", "weekend")
WAIT, AWAY, SEATS = "mean_wait_minutes", "turned_away_share", "seats_taken_share"
HEADS = {
    WAIT: "Mean wait, minutes",
    AWAY: "Turned away, % of arrivals",
    SEATS: "Seats taken, %",
}
QUEUE = "Queue, minutes (mean wait, less half a turn)"
SIZES = {WAIT: 0.4, AWAY: 0.35, SEATS: 0.25}
STYLES: Mapping[str, tuple[str, str, tuple[float, Sequence[float]] | None]] = {
    "weekday": (theme.PALETTE[0], theme.BAND, None),
    "weekend": (theme.HIGHLIGHT, "#FBD9C5", (0, (3, 1.2))),
}
LEAST = 0.1  # minutes: a shorter mean wait is not told apart from none
HEADROOM = 1.3  # of the axis, for the number over the highest point
F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class KindQueues:
    """One kind of place.

    Attributes
    ----------
    kind, label
        Its name.
    arrivals
        People in the window, daytype x hour.
    values
        Per metric an array daytype x hour x (mean, low, high), NaN if closed; of the wait what goes
        beyond half a turn in hours with turns.
    """

    kind: str
    label: str
    arrivals: F64
    values: Mapping[str, F64]

    @property
    def visited(self) -> float:
        """People who came in the window."""
        return float(np.nansum(self.arrivals))

    @property
    def away(self) -> float:
        """People turned away in the window."""
        return float(np.nansum(self.arrivals * self.values[AWAY][:, :, 0]))


@dataclass(frozen=True, eq=False)
class QueuesData:
    """Kinds of places, the busiest first; hours of the day shown; whether any seats in turns."""

    finding: Finding
    kinds: tuple[KindQueues, ...]
    hours: tuple[int, int]
    turns: bool = False


def plot(page: Page, data: QueuesData) -> None:
    """Draw a column a kind of place and a row a measure, each row on one scale."""
    left, names, head, foot, gap = 0.62, 0.3, 0.46, 0.36, 0.3
    n = len(data.kinds)
    width = min((page.width - left - gap * (n - 1)) / n, 9.0)
    room = page.height - names - 3 * head - foot
    _key(page, left + n * width + (n - 1) * gap, page.height - names - 0.3)
    for i, item in enumerate(data.kinds):
        words, size = page.sized(item.label, width + 0.5 * gap)
        page.text(left + i * (width + gap), page.height - 0.22, words, size, theme.PALETTE[0])
    y = page.height - names
    for metric, share in SIZES.items():
        words = QUEUE if metric == WAIT and data.turns else HEADS[metric]
        page.text(0, y - 0.3, words, theme.SMALL, theme.GREY)
        y -= head + share * room
        top = _top(data, metric)
        for i, item in enumerate(data.kinds):
            ax = page.axes(left + i * (width + gap), y, width, share * room)
            _panel(ax, item.values[metric], data.hours)
            _finish(ax, metric, top, first=i == 0)
            if metric != SEATS:
                _mark(page, ax, item.values[metric], metric, data.hours, width)
    page.text(0, 0.06, "Hour", theme.SMALL, theme.GREY)


def _key(page: Page, right: float, y: float) -> None:
    """Name the two lines above the last panel."""
    x = right
    for daytype in reversed(DAYTYPES):
        colour, _, dashes = STYLES[daytype]
        page.text(x, y, daytype, theme.SMALL, colour, ha="right")
        x -= page.width_of(daytype, theme.SMALL) + 0.1
        at = (page.bottom + y + 0.07) / theme.HEIGHT
        ends = ((page.left + x - 0.55) / theme.WIDTH, (page.left + x) / theme.WIDTH)
        page.figure.add_artist(
            Line2D(ends, (at, at), color=colour, linestyle=dashes or "-", linewidth=2.5)
        )
        x -= 0.85


def _panel(ax: Axes, values: F64, hours: tuple[int, int]) -> None:
    """Draw both lines with their bands; gaps where the places are closed."""
    x = np.arange(hours[0], hours[1] + 1) + 0.5
    for day, daytype in enumerate(DAYTYPES):
        colour, band, dashes = STYLES[daytype]
        mean, low, high = values[day, hours[0] : hours[1] + 1].T
        ax.fill_between(x, low, high, color=band, linewidth=0, alpha=0.7)
        ax.plot(
            x, mean, color=colour, linestyle=dashes or "-", linewidth=2, marker=".", markersize=5
        )
    ax.set_xlim(hours[0], hours[1] + 1)


def _finish(ax: Axes, metric: str, top: float, first: bool) -> None:
    ticks = (0, top / 2, top)
    ax.set_ylim(0, top if metric == SEATS else HEADROOM * top)
    ax.set_yticks(ticks, [tick(t if metric == WAIT else 100 * t) for t in ticks] if first else [])
    low, high = ax.get_xlim()
    hours = [hour for hour in range(0, 25, 3 if high - low <= 18 else 6) if low <= hour < high]
    ax.set_xticks(hours, [f"{hour}" for hour in hours] if metric == SEATS else [])
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y")


def _top(data: QueuesData, metric: str) -> float:
    """Upper end of the axis, the same for all kinds."""
    if metric == SEATS:
        return 1.0
    found = np.concatenate([k.values[metric][:, :, (0, 2)].ravel() for k in data.kinds])
    found = found[~np.isnan(found)]
    top = ceiling(float(found.max()) if len(found) else 0.0)
    return min(top, 1.0) if metric == AWAY else top


def _mark(
    page: Page, ax: Axes, values: F64, metric: str, hours: tuple[int, int], width: float
) -> None:
    """Write the value over the highest point, clear of the bands around it."""
    means = values[:, :, 0]
    if not (means > 0).any():
        ax.text(
            sum(hours) / 2 + 0.5, 0.12 * ax.get_ylim()[1],
            "none" if not np.isnan(means).all() else "no data",
            fontsize=theme.SMALL, color=theme.GREY, ha="center",
        )  # fmt: skip
        return
    day, at = np.unravel_index(int(np.nanargmax(means)), means.shape)
    near = values[:, max(at - 2, 0) : at + 3]
    y = float(np.nanmax(near)) + 0.03 * ax.get_ylim()[1]
    y = min(y, 0.86 * ax.get_ylim()[1])
    value = Value(*(float(v) for v in values[day, at]))
    words = as_percent(value) if metric == AWAY else as_amount(value)
    if metric == WAIT and value.mean < LEAST:
        words = f"<{LEAST:g}"
    hour = width / (hours[1] + 1 - hours[0])
    half = (page.width_of(words, theme.SMALL) / 2 + 0.04) / hour
    x = min(max(at + 0.5, hours[0] + half), hours[1] + 1 - half)
    ax.text(x, y, words, fontsize=theme.SMALL, ha="center", va="bottom")
