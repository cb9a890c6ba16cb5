"""Where do wishes get lost? From wish to request, booking and use, by kind and reason."""

from __future__ import annotations

import pandas as pd

from sim.messages import clauses, known, say
from sim.report.answer import Column
from sim.report.charts.table import TableChart
from sim.report.charts.values import measures
from sim.report.context import RunResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding
from sim.report.words import count, leaders, once, percent, scope_words

LOST = "lost_of_wishes"
LOSSES = {
    "not asked": ("too far", "closed then", "no such kind", "rather not"),
    "refused": ("full", "window", "limit", "suspended"),
    "not used": ("cancelled", "no-show"),
}
"""Groups of losses, and reasons in the order shown."""
STAGES = {"asked_share": "requests", "booked_of_wishes": "bookings", "met_share": "used"}
MOST_ROWS = 13
MOST_COLUMNS = 9


@picture("funnel", of=RunResults)
def funnel(results: RunResults) -> Drawing | None:
    """A row of all kinds, then those with most wishes: what remains of 100, and what is lost."""
    frame = _frame(results)
    if frame.empty:
        return None
    kinds = frame[frame["group"] == "kind"]
    shown = frame if len(kinds) > 1 else frame[:1]
    if not frame["wishes"].iloc[0] > 0:
        shown = frame[:1]
    left = len(kinds) - (MOST_ROWS - 1)
    shown = shown.head(MOST_ROWS)
    lost = [
        c for c in frame if str(c).startswith("lost ") and not str(c).endswith(("_low", "_high"))
    ]
    weight = shown[lost].max()
    weight = weight[weight > 0].sort_values(ascending=False, kind="stable")[:MOST_COLUMNS]
    reasons = {f"lost {r}": g for g, found in LOSSES.items() for r in found}
    reasons = {name: reasons.get(name, "not asked") for name in [*reasons, *weight.index]}
    reasons = {name: group for name, group in reasons.items() if name in weight}
    finding = Finding(
        name="funnel",
        title=_title(results, frame),
        subtitle=clauses(say("funnel.subtitle"), say("funnel.crimson") if reasons else ""),
        table=frame,
        note=say("funnel.left", n=left) if left > 0 else "",
    )
    columns = (
        Column("wishes_per_week", say("funnel.wishes"), write=_count),
        *(
            Column(stage, say(f"funnel.{name}"), write=_of_100, draw="bar", times=100,
                   ends=(0, 100), over=say("funnel.of-100"))
            for stage, name in STAGES.items()
        ),
        *(
            Column(name, known(f"loss.{name[5:]}", name[5:]), write=_of_100,
                   over=say(f"lost.{group}"))
            for name, group in reasons.items()
        ),
    )  # fmt: skip
    labels = [
        say("funnel.all") if group == "all" and len(kinds) != 1 else
        results.label("kind", str(kinds["level"].iloc[0]) if group == "all" else level)
        for group, level in zip(shown["group"], shown["level"], strict=True)
    ]  # fmt: skip
    table = TableChart(shown, labels, columns, strongest=tuple(reasons), total=True)
    return finding, table.plot


def _frame(results: RunResults) -> pd.DataFrame:
    """Wishes, what remains and what is lost by reason, of all kinds and of each."""
    stages = ("wishes", "asked_share", "met_share")
    rows = [measures(results, group, stages) for group in ("all", "kind")]
    rows[1] = rows[1].sort_values("wishes", ascending=False, kind="stable")
    frame = pd.concat(rows, ignore_index=True).dropna(subset="wishes")
    if frame.empty:
        return frame
    frame.insert(3, "wishes_per_week", frame["wishes"] / results.context.weeks)
    lost = results.select(LOST, "kind*reason")
    lost = pd.concat([results.select(LOST, "reason").assign(kind="all"), lost], ignore_index=True)
    lost["reason"] = "lost " + lost["reason"].str.replace("_", " ")
    for end, column in (("", "mean"), ("_low", "low"), ("_high", "high")):
        wide = lost.pivot_table(column, "kind", "reason", dropna=False, sort=False)
        frame = frame.join(wide.add_suffix(end), on="level")
    frame["booked_of_wishes"] = frame["met_share"] + sum(
        frame[f"lost {r}"].fillna(0.0) for r in LOSSES["not used"] if f"lost {r}" in frame
    )
    return frame


def _count(mean: float, *_: float) -> str:
    return count(mean)


def _of_100(mean: float, *_: float) -> str:
    return percent(mean, sign=False)


def _title(results: RunResults, frame: pd.DataFrame) -> str:
    """Name the reason by which most of 100 wishes are lost, where it stands apart."""
    n, whole = results.context.n_replications, frame.iloc[0]
    if not whole["wishes"] > 0:
        return say("funnel.none", scope=scope_words(n))
    of_100 = say("funnel.happen", n=percent(float(whole["met_share"]), sign=False))
    lead = leaders(results.select(LOST, "reason"))
    if not lead.levels or not lead.mean > 0:
        return of_100
    if n == 1:
        return of_100 + once(1)
    if len(lead.levels) > 1 or not lead.certain:
        return clauses(of_100, say("funnel.unclear"))
    reason = lead.levels[0].replace("_", " ")
    obstacle = known(f"obstacle.{reason}", repr(reason))
    return clauses(of_100, say("funnel.largest", obstacle=obstacle))
