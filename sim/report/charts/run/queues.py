"""When do people wait? The longest queue of each kind of place, and who is turned away then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.messages import clauses, joined, say, sentences
from sim.report.answer import Column
from sim.report.charts.table import TableChart
from sim.report.charts.values import Value, as_amount, bars, ceiling, measures, titled
from sim.report.context import RunResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding
from sim.report.words import Leaders, count, interval, leaders, once, percent, scope_words, short

GROUP = "place_kind*daytype*hour"
ARRIVALS, WAIT, AWAY = "arrivals", "mean_wait_minutes", "turned_away_share"
SEATS, QUEUE = "seats_taken_share", "mean_queue_minutes"
RARE = 1.0  # arrivals in that hour a week: fewer make no claim
LEAST = 0.1  # minutes: a shorter mean wait is not told apart from none
MOST = 13


@picture("queues-by-hour", of=RunResults)
def queues(results: RunResults) -> Drawing | None:
    """A row a kind of place, the busiest first: the hour in which people queue longest there."""
    cells = _cells(results)
    if not cells[ARRIVALS].sum() > 0:
        return None
    often = cells[cells[ARRIVALS] >= RARE * results.context.weeks].dropna(subset=QUEUE)
    ends = {QUEUE: "mean", f"{QUEUE}_low": "low", f"{QUEUE}_high": "high"}
    lead = leaders(often[["level", *ends]].rename(columns=ends))
    busy = cells.groupby("place_kind")[ARRIVALS].sum()
    busy = busy[busy > 0].sort_values(ascending=False, kind="stable")
    known = cells[cells["place_kind"].isin(busy.index)].dropna(subset=QUEUE)
    longest = known.assign(rare=~known.index.isin(often.index)).sort_values(
        ["rare", QUEUE, AWAY, ARRIVALS], ascending=[True, False, False, False], kind="stable"
    )
    shown = longest.drop_duplicates("place_kind").set_index("place_kind", drop=False)
    shown = shown.loc[[kind for kind in busy.index[:MOST] if kind in shown.index]]
    word = "queue" if set(busy.index) & set(results.context.turn_kinds) else "wait"
    left = len(busy) - len(shown)
    finding = Finding(
        name="queues-by-hour",
        title=_title(results, cells, lead, word),
        subtitle=clauses(say("queue.subtitle"), bars(results)),
        table=cells.drop(columns=["group"]),
        note=sentences(_turns(results, shown), say("queue.left", n=left) if left else ""),
    )
    shown = shown.assign(when=[
        f"{say(f'daytype.{day}')} {int(hour)}:00"
        for day, hour in zip(shown["daytype"], shown["hour"], strict=True)
    ])  # fmt: skip
    top = ceiling(max(float(shown[f"{QUEUE}{end}"].max()) for end in ("", "_high")))
    columns = (
        Column("when", say("queue.hour")),
        Column(QUEUE, say(f"{word}.{WAIT}"), write=_minutes, draw="dots", ends=(0, top)),
        Column(AWAY, say(f"queue.{AWAY}"), write=interval),
        Column(SEATS, say(f"queue.{SEATS}"), write=interval),
    )
    labels = [results.label("place_kind", kind) for kind in shown["place_kind"]]
    return finding, TableChart(shown, labels, columns).plot


def _cells(results: RunResults) -> pd.DataFrame:
    """Kinds by type of day and hour: what was measured, and waits without half a turn.

    One who finds seats free in hours with turns waits half a turn for the next: that is no queue.
    """
    cells = measures(results, GROUP, (ARRIVALS, WAIT, AWAY, SEATS))
    parts = cells["level"].str.split("*", expand=True).reindex(columns=range(3))
    cells[["place_kind", "daytype", "hour"]] = parts
    half = [
        minutes / 2 if first <= int(hour) < last else 0.0
        for kind, hour in zip(cells["place_kind"], cells["hour"], strict=True)
        for minutes, first, last in [results.context.turn_kinds.get(kind, (0, 0, 0))]
    ]
    for end in ("", "_low", "_high"):
        cells[f"{QUEUE}{end}"] = (cells[f"{WAIT}{end}"] - half).clip(lower=0.0)
    return cells


def _minutes(mean: float, low: float, high: float) -> str:
    return f"<{LEAST:g}" if 0 < mean < LEAST else as_amount(Value(mean, low, high))


def _turns(results: RunResults, shown: pd.DataFrame) -> str:
    """Say which kinds seat in turns: waiting for the next is no sign of too few seats."""
    turns = results.context.turn_kinds
    of_length: dict[int, list[str]] = {}
    for kind in shown["place_kind"]:
        if kind in turns:
            name = short(results.label("place_kind", kind))
            of_length.setdefault(turns[kind][0], []).append(name)
    return sentences(
        *(say("queue.seated", names=joined(n), minutes=minutes) for minutes, n in of_length.items())
    )


def _title(results: RunResults, cells: pd.DataFrame, lead: Leaders, word: str) -> str:
    """Name the longest wait where intervals tell it apart, else say what is known of waits.

    Where a kind shown seats in turns, waits are those beyond half a turn, and called queues.
    """
    n = results.context.n_replications
    away = float((cells[ARRIVALS] * cells[AWAY]).sum())
    values: dict[str, Any] = {"scope": scope_words(n)}
    if not lead.levels or not lead.mean > 0:
        if not away:
            return say(f"{word}.nobody", **values)
        share = percent(away / float(cells[ARRIVALS].sum()))
        return say(f"{word}.hardly", share=share, **values)
    split = [level.split("*") for level in lead.levels]
    longest, names = count(lead.mean), {kind for kind, *_ in split}
    kind, daytype, hour = split[0]
    label = short(results.label("place_kind", kind))
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
