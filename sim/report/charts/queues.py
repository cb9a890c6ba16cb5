"""When do people wait? Waits, people turned away and seats taken by hour, per kind of place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.report.charts.queues_plot import (
    AWAY,
    DAYTYPES,
    HEADS,
    SEATS,
    WAIT,
    KindQueues,
    QueuesData,
    plot,
)
from sim.report.charts.values import behind, titled
from sim.report.data import RunResults
from sim.report.finding import Finding
from sim.report.registry import chart
from sim.report.words import Leaders, count, here, joined, leaders, percent, short

__all__ = ["AWAY", "DAYTYPES", "WAIT", "KindQueues", "QueuesData", "analyse", "plot"]

GROUP = "place_kind*daytype*hour"
ARRIVALS, QUEUE = "arrivals", "mean_queue_minutes"
MOST_PANELS = 4
RARE = 1.0  # arrivals in that hour a week: fewer make no claim
SEEN = 0.02  # of seats: what is less cannot be told from none in the picture
HOURS = range(24)
F64 = NDArray[np.float64]


@chart("queues-by-hour", plot)
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
    bands = "; bands: intervals" if results.context.n_replications > 1 else ""
    finding = Finding(
        name="queues-by-hour",
        title=_title(results, found, lead),
        subtitle=f"Places without booking by hour of arrival, the busiest first{bands}",
        table=_table(results, found),
        note=". ".join(part for part in (_turns(results, shown), _left_out(hidden)) if part),
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
    """What is measured, and of kinds that seat in turns the queue that is drawn."""
    table = behind(results, [(metric, GROUP) for metric in (ARRIVALS, *HEADS)])
    drawn = table[table["metric"] == WAIT]
    level = drawn["level"].str.split("*", expand=True)
    drawn = drawn[level[0].isin([k.kind for k in kinds if k.kind in results.context.turn_kinds])]
    if drawn.empty:
        return table
    half = [_half_turn(results, k, int(h)) for k, _, h in drawn["level"].str.split("*")]
    ends = ["mean", "ci_low", "ci_high"]
    beyond = drawn[ends].sub(pd.Series(half, index=drawn.index), axis=0).clip(lower=0.0)
    return pd.concat([table, drawn.assign(metric=QUEUE, **beyond)], ignore_index=True)


def _turns(results: RunResults, shown: Sequence[KindQueues]) -> str:
    """Say which kinds seat in turns: waiting for the next is no sign of too few seats."""
    turns = results.context.turn_kinds
    of_length: dict[int, list[str]] = {}
    for kind in shown:
        if kind.kind in turns:
            of_length.setdefault(turns[kind.kind][0], []).append(short(kind.label))
    return ". ".join(
        f"{joined(names)}: seated in turns of {minutes} minutes; half a turn is taken off the wait"
        for minutes, names in of_length.items()
    )


def _left_out(hidden: Sequence[KindQueues]) -> str:
    """Say how many kinds are not shown: less busy ones, without the longest queue."""
    return f"Less busy kinds, in the CSV only: {len(hidden)}" if hidden else ""


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
    if not lead.levels or not lead.mean > 0:
        if not away:
            return f"Nobody {word}s or is turned away {here(n)}"
        share = percent(away / sum(k.visited for k in kinds))
        return f"Hardly anybody {word}s {here(n)}; {share} of arrivals are turned away"
    split = [level.split("*") for level in lead.levels]
    longest, names = count(lead.mean), {kind for kind, *_ in split}
    kind, daytype, hour = split[0]
    label = {k.kind: short(k.label) for k in kinds}[kind]
    at = f"at {hour}:00 on {daytype}s"
    if n == 1:
        once = "in one replication"
        return titled(
            f"{label}: longest {word} {longest} minutes, {at}, {once}",
            f"Longest mean {word} is {longest} minutes, {at}, {once}",
        )
    if not lead.certain or len(names) > 1:
        return f"No place clearly has the longest {word}; mean {word}s reach {longest} minutes"
    when = at if len(split) == 1 else _together(split)
    size = f"{longest} minutes on average" if len(split) == 1 else f"up to {longest} minutes"
    if when:
        return titled(
            f"{label}: people {word} longest {when}, {size}",
            f"People {word} longest {when}, {size}",
        )
    return titled(
        f"{label}: longest {word}s, {size}; no single hour stands out",
        f"{label}: longest {word}s, {size}",
    )


def _together(levels: Sequence[Sequence[str]]) -> str:
    """Hours of one type of day that follow each other, in words; else nothing."""
    days, hours = {day for _, day, _ in levels}, sorted(int(hour) for *_, hour in levels)
    if len(days) > 1 or hours[-1] - hours[0] + 1 > len(hours):
        return ""
    return f"on {days.pop()}s from {hours[0]:02d}:00 to {hours[-1] + 1:02d}:00"


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
