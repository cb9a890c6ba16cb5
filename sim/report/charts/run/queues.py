"""When do people wait? Waits, people turned away and seats taken by hour, per kind of place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.messages import clauses, joined, say, sentences
from sim.report import theme
from sim.report.charts.values import Value, as_amount, as_percent, behind, ceiling, tick, titled
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import Leaders, count, leaders, once, percent, scope_words, short

DAYTYPES = ("weekday", "weekend")
WAIT, AWAY, SEATS = "mean_wait_minutes", "turned_away_share", "seats_taken_share"
HEADS = (WAIT, AWAY, SEATS)
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
        words = say("queue.turns" if metric == WAIT and data.turns else f"queue.{metric}")
        page.text(0, y - 0.3, words, theme.SMALL, theme.GREY)
        y -= head + share * room
        top = _top(data, metric)
        for i, item in enumerate(data.kinds):
            ax = page.axes(left + i * (width + gap), y, width, share * room)
            _panel(ax, item.values[metric], data.hours)
            _finish(ax, metric, top, first=i == 0)
            if metric != SEATS:
                _mark(page, ax, item.values[metric], metric, data.hours, width)
    page.text(0, 0.06, say("queue.hour"), theme.SMALL, theme.GREY)


def _key(page: Page, right: float, y: float) -> None:
    """Name the two lines above the last panel."""
    x = right
    for daytype in reversed(DAYTYPES):
        colour, _, dashes = STYLES[daytype]
        words = say(f"daytype.{daytype}")
        page.text(x, y, words, theme.SMALL, colour, ha="right")
        x -= page.width_of(words, theme.SMALL) + 0.1
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
            say("queue.none" if not np.isnan(means).all() else "no-data"),
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


GROUP = "place_kind*daytype*hour"
ARRIVALS, MEAN_QUEUE = "arrivals", "mean_queue_minutes"
MOST_PANELS = 4
RARE = 1.0  # arrivals in that hour a week: fewer make no claim
SEEN = 0.02  # of seats: what is less cannot be told from none in the picture
HOURS = range(24)


@chart("queues-by-hour", plot, of=RunResults)
def analyse(results: RunResults) -> list[QueuesData]:
    """Show the kinds of places with most arrivals, and say where people queue longest."""
    names = list(dict.fromkeys(results.select(WAIT, GROUP)["place_kind"]))
    found = [_kind(results, str(name)) for name in names]
    found = [kind for kind in found if kind.visited > 0]
    if not found:
        return []
    found.sort(key=lambda k: (-k.visited, k.kind))
    lead = leaders(_claims(results, found))
    shown, hidden = _panels(found, lead)
    bands = say("bands") if results.context.n_replications > 1 else ""
    finding = Finding(
        name="queues-by-hour",
        title=_title(results, found, lead),
        subtitle=clauses(say("queue.subtitle"), bands),
        table=_table(results, found),
        note=sentences(_turns(results, shown), _left_out(hidden)),
    )
    turns = any(k.kind in results.context.turn_kinds for k in shown)
    return [QueuesData(finding, shown, _hours(shown), turns)]


def _panels(
    found: Sequence[KindQueues], lead: Leaders
) -> tuple[tuple[KindQueues, ...], tuple[KindQueues, ...]]:
    """Kinds to draw, the busiest and where people queue longest, and the others."""
    shown, hidden = list(found[:MOST_PANELS]), list(found[MOST_PANELS:])
    longest = lead.levels[0].split("*")[0] if lead.levels and lead.mean > 0 else ""
    for kind in [kind for kind in hidden if kind.kind == longest]:
        hidden = [shown.pop(), *(other for other in hidden if other is not kind)]
        shown.append(kind)
    return tuple(shown), tuple(hidden)


def _table(results: RunResults, kinds: Sequence[KindQueues]) -> pd.DataFrame:
    """Measured figures, and of kinds that seat in turns the queue that is drawn."""
    table = behind(results, [(metric, GROUP) for metric in (ARRIVALS, *HEADS)])
    drawn = table[table["metric"] == WAIT]
    level = drawn["level"].str.split("*", expand=True)
    drawn = drawn[level[0].isin([k.kind for k in kinds if k.kind in results.context.turn_kinds])]
    if drawn.empty:
        return table
    half = [_half_turn(results, k, int(h)) for k, _, h in drawn["level"].str.split("*")]
    ends = ["mean", "ci_low", "ci_high"]
    beyond = drawn[ends].sub(pd.Series(half, index=drawn.index), axis=0).clip(lower=0.0)
    return pd.concat([table, drawn.assign(metric=MEAN_QUEUE, **beyond)], ignore_index=True)


def _turns(results: RunResults, shown: Sequence[KindQueues]) -> str:
    """Say which kinds seat in turns: waiting for the next is no sign of too few seats."""
    turns = results.context.turn_kinds
    of_length: dict[int, list[str]] = {}
    for kind in shown:
        if kind.kind in turns:
            of_length.setdefault(turns[kind.kind][0], []).append(short(kind.label))
    return sentences(
        *(say("queue.seated", names=joined(n), minutes=minutes) for minutes, n in of_length.items())
    )


def _left_out(hidden: Sequence[KindQueues]) -> str:
    """Say how many kinds are not shown: less busy ones, without the longest queue."""
    return say("queue.left", n=len(hidden)) if hidden else ""


def _kind(results: RunResults, kind: str) -> KindQueues:
    grids = {}
    for metric in (ARRIVALS, *HEADS):
        rows = results.select(metric, GROUP)
        grids[metric] = _grid(rows[rows["place_kind"] == kind])
    arrivals = grids.pop(ARRIVALS)[:, :, 0]
    half = np.array([_half_turn(results, kind, hour) for hour in HOURS])
    grids[WAIT] = np.maximum(grids[WAIT] - half[None, :, None], 0.0)
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
    """First and last hour of the day in which people come to any kind, or sit there to be seen."""
    known = np.zeros(len(HOURS), dtype=bool)
    for kind in kinds:
        known |= (np.nan_to_num(kind.arrivals) > 0).any(axis=0)
        known |= (np.nan_to_num(kind.values[SEATS][:, :, 0]) >= SEEN).any(axis=0)
    seen = np.flatnonzero(known)
    first, last = int(seen[0]), int(seen[-1])
    while last - first < 7:
        first, last = max(first - 1, 0), min(last + 1, 23)
    return first, last


def _title(results: RunResults, kinds: Sequence[KindQueues], lead: Leaders) -> str:
    """Name the longest wait where intervals tell it apart, else say what is known of waits.

    Where a kind shown seats in turns, waits are those beyond half a turn, and called queues.
    """
    n = results.context.n_replications
    away = sum(k.away for k in kinds)
    turns = any(k.kind in results.context.turn_kinds for k in kinds)
    word = "queue" if turns else "wait"
    values: dict[str, Any] = {"scope": scope_words(n)}
    if not lead.levels or not lead.mean > 0:
        if not away:
            return say(f"{word}.nobody", **values)
        share = percent(away / sum(k.visited for k in kinds))
        return say(f"{word}.hardly", share=share, **values)
    split = [level.split("*") for level in lead.levels]
    longest, names = count(lead.mean), {kind for kind, *_ in split}
    kind, daytype, hour = split[0]
    label = {k.kind: short(k.label) for k in kinds}[kind]
    at = say(f"queue.at.{daytype}", hour=hour)
    values |= {"name": label, "minutes": longest, "when": at}
    if n == 1:
        keys = (f"{word}.once", f"{word}.once.short")
        return titled(*(say(key, **values) + once(1) for key in keys))
    if not lead.certain or len(names) > 1:
        return say(f"{word}.unclear", **values)
    values["when"] = at if len(split) == 1 else _together(split)
    values["size"] = say("queue.average" if len(split) == 1 else "queue.up-to", minutes=longest)
    longest_when = f"{word}.longest" if values["when"] else f"{word}.no-hour"
    return titled(say(longest_when, **values), say(f"{longest_when}.short", **values))


def _together(levels: Sequence[Sequence[str]]) -> str:
    """Hours of one type of day that follow each other, in words; else nothing."""
    days, hours = {day for _, day, _ in levels}, sorted(int(hour) for *_, hour in levels)
    if len(days) > 1 or hours[-1] - hours[0] + 1 > len(hours):
        return ""
    return say(f"queue.from.{days.pop()}", first=hours[0], last=hours[-1] + 1)


def _claims(results: RunResults, kinds: Sequence[KindQueues]) -> pd.DataFrame:
    """Mean waits of hours in which people come every week: rare hours make no claim.

    In hours with turns half a turn is taken off: one who finds seats free waits so long.
    """
    known = {k.kind: k for k in kinds}
    rows = results.select(WAIT, GROUP)
    rows = rows[rows["place_kind"].isin(list(known)) & rows["daytype"].isin(DAYTYPES)]
    rows = rows[rows["mean"].notna()]
    hours = rows["hour"].astype(int)
    parts = zip(rows["place_kind"], rows["daytype"], hours, strict=True)
    often = [
        float(np.nan_to_num(known[kind].arrivals[DAYTYPES.index(daytype), hour]))
        >= RARE * results.context.weeks
        for kind, daytype, hour in parts
    ]
    no_queue = [
        _half_turn(results, kind, hour)
        for kind, hour in zip(rows["place_kind"], hours, strict=True)
    ]
    ends = ["mean", "low", "high"]
    beyond = rows[ends].sub(pd.Series(no_queue, index=rows.index, dtype=float), axis=0)
    return rows.assign(**beyond.clip(lower=0.0))[pd.Series(often, index=rows.index, dtype=bool)]


def _half_turn(results: RunResults, kind: str, hour: int) -> float:
    """Minutes that people of a kind wait for the next turn, on average over the turn."""
    minutes, first, last = results.context.turn_kinds.get(kind, (0, 0, 0))
    return minutes / 2 if first <= hour < last else 0.0
