"""Who keeps points? Points earned against points spent, by group of people."""

from __future__ import annotations

import pandas as pd

from sim.messages import clauses, listed, say, sentences
from sim.report import theme
from sim.report.answer import Column
from sim.report.charts.table import TableChart
from sim.report.charts.values import (
    amount,
    bars,
    ceiling,
    mean_only,
    measures,
    spoken,
    titled,
)
from sim.report.context import RunResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding
from sim.report.words import leaders, once, percent, scope_words, short

PARTS = {
    "points_before": "before",
    "points_earned": "earned",
    "points_spent": "spent",
    "points_expired": "expired",
    "points_balance": "kept",
}
"""What was there before, and earned, less what was spent and expired, is kept."""
GROUP = "segment"
MOST_ROWS = 13


@picture("points-by-segment", of=RunResults)
def points(results: RunResults) -> Drawing | None:
    """Segments by points earned and not spent, the widest gap first."""
    if results.select("points_earned", GROUP)["mean"].isna().all():
        return None
    frame = measures(results, GROUP, list(PARTS)).dropna(subset="points_earned")
    if not (frame[["points_earned", "points_spent"]] > 0).any(axis=None):
        return None
    gap = frame["points_earned"] - frame["points_spent"].fillna(0.0)
    frame = frame.assign(gap=gap).sort_values(["gap", "level"], ascending=[False, True])
    left = len(frame) - MOST_ROWS
    finding = Finding(
        name="points-by-segment",
        title=_title(results, frame),
        subtitle=clauses(say("points.subtitle"), bars(results)),
        table=frame,
        note=sentences(_sum(frame), say("points.left", n=left) if left > 0 else ""),
    )
    ends = [frame[c] for c in frame if str(c).startswith("points_earned")] + [frame["points_spent"]]
    top = ceiling(max(float(column.max()) for column in ends))
    columns = (
        Column("points_before", say("points.before"), write=mean_only),
        Column("points_earned", say("points.both"), write=mean_only, draw="dots", ends=(0, top),
               second="points_spent"),
        Column("points_spent", say("points.spent"), write=mean_only, colour=theme.GREY),
        Column("points_expired", say("points.expired"), write=mean_only),
        Column("points_balance", say("points.kept"), write=amount),
    )  # fmt: skip
    shown = frame.head(MOST_ROWS)
    labels = [results.label(GROUP, level) for level in shown["level"]]
    return finding, TableChart(shown, labels, columns).plot


def _sum(frame: pd.DataFrame) -> str:
    """Say which number is missing, where the numbers beside the picture cannot add up."""
    missing = [
        say(f"points.{head}").lower()
        for metric, head in PARTS.items()
        if frame[metric].isna().any()
    ]
    return say("points.unknown", names=listed(missing)) if missing else ""


def _title(results: RunResults, frame: pd.DataFrame) -> str:
    """Say what is spent of points earned, and who keeps most where intervals tell."""
    earned, spent = float(frame["points_earned"].sum()), float(frame["points_spent"].sum())
    share = percent(spent / earned, sign=False) if earned > 0 else ""
    whole = say("points.spend", share=share) if share else say("points.none-earned")
    n = results.context.n_replications
    if n == 1:
        return whole + once(n)
    if not spent:
        return say("points.none-spent", scope=scope_words(n), earned=spoken(earned))
    table = results.select("points_balance", GROUP)
    table = table[table["mean"].notna()]
    lead = leaders(table)
    if len(table) < 2 or not lead.mean > 0:
        return whole
    if lead.certain and len(lead.levels) == 1:
        name = short(results.label(GROUP, lead.levels[0]))
        return titled(
            clauses(whole, say("points.most", name=name, kept=spoken(lead.mean))),
            clauses(whole, say("points.most.short", name=name)),
            whole,
        )
    return clauses(whole, say("points.unclear"))
