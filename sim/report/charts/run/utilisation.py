"""Which tier and zone is used most? Open, booked, used, and off-platform use apart."""

from __future__ import annotations

import pandas as pd

from sim.messages import clauses, joined, say
from sim.report import theme
from sim.report.answer import Column
from sim.report.charts.table import TableChart, rows_that_fit
from sim.report.charts.values import measures
from sim.report.context import RunResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding
from sim.report.words import interval, leaders, once, percent, scope_words, short

METRICS = {
    "open_share": ("use.open", "of.hours"),
    "utilisation_booked": ("use.booked", "of.open"),
    "utilisation_used": ("use.used", "of.open"),
    "utilisation_off_platform": ("use.off-platform", "of.assumed"),
}
RECORDED = ("utilisation_booked", "utilisation_used")


@picture("utilisation-by-tier-and-zone", of=RunResults)
def utilisation(results: RunResults) -> Drawing | None:
    """Tiers and zones in the order of the table; recorded use has an axis of its own."""
    booked = results.select("utilisation_booked", "tier")
    if booked.empty:
        return None
    known = [m for m in METRICS if not results.select(m, "tier").empty]
    frame = pd.concat([measures(results, group, known) for group in ("tier", "zone")])
    top = _top(results)
    finding = Finding(
        name="utilisation-by-tier-and-zone",
        title=_title(results, booked),
        subtitle=say("use.subtitle"),
        table=frame,
        note=clauses(say("use.note"), say("use.axis", top=top) if top < 100 else ""),
    )
    shown = frame.head(rows_that_fit())
    groups, levels = shown["group"], shown["level"]
    labels = [results.label(group, level) for group, level in zip(groups, levels, strict=True)]
    columns = tuple(
        Column(
            m, say(head), say(unit), interval, "dots", times=100,
            ends=(0, top if m in RECORDED else 100),
            colour=theme.GREY if unit == "of.assumed" else theme.PALETTE[0],
            hollow=unit == "of.assumed",
        )
        for m, (head, unit) in METRICS.items()
        if m in known
    )  # fmt: skip
    dimensions = [say(f"dimension.{group}") for group in groups]
    return finding, TableChart(shown, labels, columns, dimensions).plot


def _top(results: RunResults) -> int:
    """End in percent of the axis of recorded use, with room for the numbers."""
    rows = [results.select(metric, d) for metric in RECORDED for d in ("tier", "zone")]
    found = pd.concat(rows)
    most = 100 * max(float(found[["mean", "high"]].fillna(0.0).to_numpy().max(initial=0.0)), 0.0)
    return next(top for top in (5, 10, 25, 50, 100) if 2 * most <= top or top == 100)


def _title(results: RunResults, booked: pd.DataFrame) -> str:
    lead = leaders(booked)
    top = lead.share
    names = joined([short(results.label("tier", t)) for t in lead.levels])
    now = scope_words(results.context.n_replications)
    opened = results.select("open_share", "tier")["mean"]
    if len(opened) and not opened.fillna(0.0).any():
        return say("use.closed", scope=now)
    if not lead.levels or lead.mean == 0:
        return say("use.none", scope=now)
    off = results.select("utilisation_off_platform", "tier").set_index("level")["mean"]
    apart = ""
    if lead.levels[0] in off.index:
        apart = say("use.apart", share=percent(float(off[lead.levels[0]])))
    upto = say("up-to", n=top) if len(lead.levels) > 1 else top
    if len(booked) == 1:
        alone = say("use.only", names=names, share=top) + once(results.context.n_replications)
        return clauses(alone, apart)
    if results.context.n_replications == 1:
        return clauses(say("use.once", names=names, share=top) + once(1), apart)
    if lead.certain:
        return clauses(say("use.most", names=names, share=upto), apart)
    return clauses(say("use.unclear", share=top), apart)
