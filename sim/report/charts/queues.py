"""When do people wait? Waits, people turned away and seats taken by hour, per kind of place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.report import theme
from sim.report.charts.values import Value, as_amount, as_percent, behind, ceiling, tick, titled
from sim.report.data import RunResults
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.registry import chart
from sim.report.words import count, here, leaders, percent, short

__all__ = ["DAYTYPES", "KindQueues", "QueuesData", "analyse", "plot"]

GROUP = "place_kind*daytype*hour"
DAYTYPES = ("weekday", "weekend")
ARRIVALS = "arrivals"
WAIT, AWAY, SEATS = "mean_wait_minutes", "turned_away_share", "seats_taken_share"
HEADS = {
    WAIT: "Mean wait, minutes",
    AWAY: "Turned away, % of arrivals",
    SEATS: "Seats taken, %",
}
SIZES = {WAIT: 0.4, AWAY: 0.35, SEATS: 0.25}
STYLES: Mapping[str, tuple[str, str, tuple[float, Sequence[float]] | None]] = {
    "weekday": (theme.PALETTE[0], theme.BAND, None),
    "weekend": (theme.HIGHLIGHT, "#FBD9C5", (0, (3, 1.2))),
}
MOST_PANELS = 4
HEADROOM = 1.3  # of the axis, for the number over the highest point
RARE = 1.0  # arrivals in that hour a week: fewer make no claim
HOURS = range(24)
F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class KindQueues:
    """One kind of place: per metric an array daytype x hour x (mean, low, high), NaN if closed."""

    kind: str
    label: str
    arrivals: F64
    values: Mapping[str, F64]

    @property
    def waiting(self) -> float:
        """Minutes waited in the window, by all together."""
        return float(np.nansum(self.arrivals * self.values[WAIT][:, :, 0]))

    @property
    def away(self) -> float:
        """People turned away in the window."""
        return float(np.nansum(self.arrivals * self.values[AWAY][:, :, 0]))


@dataclass(frozen=True, eq=False)
class QueuesData:
    """Kinds of places, most waiting first; hours of the day shown."""

    finding: Finding
    kinds: tuple[KindQueues, ...]
    hours: tuple[int, int]


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
        page.text(0, y - 0.3, HEADS[metric], theme.SMALL, theme.GREY)
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
    hours = [hour for hour in range(0, 25, 3 if high - low <= 15 else 6) if low <= hour < high]
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
    hour = width / (hours[1] + 1 - hours[0])
    half = (page.width_of(words, theme.SMALL) / 2 + 0.04) / hour
    x = min(max(at + 0.5, hours[0] + half), hours[1] + 1 - half)
    ax.text(x, y, words, fontsize=theme.SMALL, ha="center", va="bottom")


@chart("queues-by-hour", plot)
def analyse(results: RunResults) -> list[QueuesData]:
    """Order kinds of places by the minutes waited, then by the people turned away."""
    names = list(dict.fromkeys(results.select(WAIT, GROUP)["place_kind"]))
    found = [_kind(results, str(name)) for name in names]
    found = [kind for kind in found if np.nansum(kind.arrivals) > 0]
    if not found:
        return []
    found.sort(key=lambda k: (-k.waiting, -k.away, k.kind))
    shown = tuple(found[:MOST_PANELS])
    bands = "; bands: intervals" if results.context.n_replications > 1 else ""
    finding = Finding(
        name="queues-by-hour",
        title=_title(results, found),
        subtitle=f"Places without booking by hour of arrival, most waiting first{bands}",
        table=behind(results, [(metric, GROUP) for metric in (ARRIVALS, *HEADS)]),
        note=f"Kinds with less waiting, in the CSV only: {len(found) - len(shown)}"
        if len(found) > len(shown)
        else "",
    )
    return [QueuesData(finding, shown, _hours(shown))]


def _kind(results: RunResults, kind: str) -> KindQueues:
    grids = {}
    for metric in (ARRIVALS, *HEADS):
        rows = results.select(metric, GROUP)
        grids[metric] = _grid(rows[rows["place_kind"] == kind])
    arrivals = grids.pop(ARRIVALS)[:, :, 0]
    return KindQueues(kind, results.label("place_kind", kind), arrivals, grids)


def _grid(rows: pd.DataFrame) -> F64:
    """Daytype x hour x (mean, low, high)."""
    grid = np.full((len(DAYTYPES), len(HOURS), 3), np.nan)
    parts = (rows["daytype"], rows["hour"], rows["mean"], rows["low"], rows["high"])
    for daytype, hour, *values in zip(*parts, strict=True):
        if daytype in DAYTYPES:
            grid[DAYTYPES.index(daytype), int(hour)] = values
    return grid


def _hours(kinds: Sequence[KindQueues]) -> tuple[int, int]:
    """First and last hour of the day in which anything is known of any kind."""
    known = np.zeros(len(HOURS), dtype=bool)
    for kind in kinds:
        for values in kind.values.values():
            known |= (~np.isnan(values[:, :, 0])).any(axis=0)
        known |= (np.nan_to_num(kind.arrivals) > 0).any(axis=0)
    seen = np.flatnonzero(known)
    first, last = int(seen[0]), int(seen[-1])
    while last - first < 7:
        first, last = max(first - 1, 0), min(last + 1, 23)
    return first, last


def _title(results: RunResults, kinds: Sequence[KindQueues]) -> str:
    """Name the longest wait where intervals tell it apart, else say what is known of waits."""
    n = results.context.n_replications
    arrivals = sum(float(np.nansum(k.arrivals)) for k in kinds)
    away = percent(sum(k.away for k in kinds) / arrivals)
    rows = _claims(results, kinds)
    lead = leaders(rows) if not rows.empty else None
    if lead is None or not lead.levels or not lead.mean > 0:
        if not any(k.away for k in kinds):
            return f"Nobody waits or is turned away {here(n)}"
        return f"Hardly anybody waits {here(n)}; {away} of arrivals are turned away"
    split = [level.split("*") for level in lead.levels]
    longest, names = count(lead.mean), {kind for kind, *_ in split}
    label = {k.kind: short(k.label) for k in kinds}
    kind, daytype, hour = split[0]
    at = f"at {hour}:00 on {daytype}s"
    if n == 1:
        once = "in one replication"
        return titled(
            f"{label[kind]}: longest wait {longest} minutes, {at}, {once}",
            f"Longest mean wait is {longest} minutes, {at}, {once}",
        )
    if lead.certain and len(split) == 1:
        return titled(
            f"{label[kind]}: people wait longest {at}, {longest} minutes on average",
            f"People wait longest {at}: {longest} minutes on average",
        )
    when = _together(split)
    if lead.certain and len(names) == 1 and when:
        return titled(
            f"{label[kind]}: people wait longest {when}, up to {longest} minutes",
            f"People wait longest {when}, up to {longest} minutes",
        )
    if lead.certain and len(names) == 1:
        return titled(
            f"{label[kind]}: longest waits, up to {longest} minutes; no single hour stands out",
            f"{label[kind]}: longest waits, up to {longest} minutes",
        )
    return f"No place clearly has the longest wait; mean waits reach {longest} minutes"


def _together(levels: Sequence[Sequence[str]]) -> str:
    """Hours of one type of day that follow each other, in words; else nothing."""
    days, hours = {day for _, day, _ in levels}, sorted(int(hour) for *_, hour in levels)
    if len(days) > 1 or hours[-1] - hours[0] + 1 > len(hours):
        return ""
    return f"on {days.pop()}s from {hours[0]:02d}:00 to {hours[-1] + 1:02d}:00"


def _claims(results: RunResults, kinds: Sequence[KindQueues]) -> pd.DataFrame:
    """Mean waits of hours in which people come every week: rare hours make no claim."""
    known = {k.kind: k for k in kinds}
    rows = results.select(WAIT, GROUP)
    rows = rows[rows["place_kind"].isin(list(known)) & rows["daytype"].isin(DAYTYPES)]
    often = [
        float(np.nan_to_num(known[kind].arrivals[DAYTYPES.index(daytype), int(hour)]))
        >= RARE * results.context.weeks
        for kind, daytype, hour in zip(
            rows["place_kind"], rows["daytype"], rows["hour"], strict=True
        )
    ]
    return rows[pd.Series(often, index=rows.index, dtype=bool) & rows["mean"].map(_known)]


def _known(value: float) -> bool:
    return not math.isnan(value)
