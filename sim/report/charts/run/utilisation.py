"""Which tier and zone is used most? Open, booked, used, and off-platform use apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from sim.messages import clauses, joined, say
from sim.report.charts.dots import DotBlock, DotColumn, dot_table
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import leaders, once, percent, scope_words, short

COLUMNS = (
    DotColumn("open_share", "use.open", "of.hours"),
    DotColumn("utilisation_booked", "use.booked", "of.open"),
    DotColumn("utilisation_used", "use.used", "of.open"),
    DotColumn("utilisation_off_platform", "use.off-platform", "of.assumed", hollow=True),
)
RECORDED = ("utilisation_booked", "utilisation_used")


@dataclass(frozen=True, eq=False)
class UtilisationData:
    """Tiers and zones, each with its shares."""

    finding: Finding
    columns: tuple[DotColumn, ...]
    blocks: tuple[DotBlock, ...]


def plot(page: Page, data: UtilisationData) -> None:
    """Draw dots with intervals, one column a measure; recorded ones on an axis of their own."""
    dot_table(page, data.columns, data.blocks)


@chart("utilisation-by-tier-and-zone", plot, of=RunResults)
def analyse(results: RunResults) -> list[UtilisationData]:
    """Keep the order of the table; claim a leader only where its interval stands apart."""
    booked = results.select("utilisation_booked", "tier")
    if booked.empty:
        return []
    columns = _columns(results)
    blocks = tuple(
        block
        for dimension in ("tier", "zone")
        if (block := DotBlock.from_results(results, dimension, columns, by=None)).rows
    )
    finding = Finding(
        name="utilisation-by-tier-and-zone",
        title=_title(results, booked),
        subtitle=say("use.subtitle"),
        table=pd.concat([b.table() for b in blocks], ignore_index=True),
        note=clauses(
            say("use.note"), say("use.axis", top=top) if (top := _top(results)) < 100 else ""
        ),
    )
    return [UtilisationData(finding, columns, blocks)]


def _columns(results: RunResults) -> tuple[DotColumn, ...]:
    """Measures there are; the recorded ones share an axis on which they can be told apart."""
    known = tuple(c for c in COLUMNS if not results.select(c.metric, "tier").empty)
    top = _top(results)
    if top == 100:
        return known
    return tuple(replace(c, top=top) if c.metric in RECORDED else c for c in known)


def _top(results: RunResults) -> int:
    """End in percent of the axis of recorded use, with room for the numbers."""
    rows = [results.select(metric, d) for metric in RECORDED for d in ("tier", "zone")]
    found = pd.concat(rows)
    most = 100 * max(float(found[["mean", "high"]].fillna(0.0).to_numpy().max(initial=0.0)), 0.0)
    return next(top for top in (5, 10, 25, 50, 100) if 2 * most <= top or top == 100)


def _title(results: RunResults, booked: pd.DataFrame) -> str:
    lead = leaders(booked)
    top = percent(lead.mean)
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
