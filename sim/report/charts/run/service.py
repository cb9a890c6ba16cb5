"""Who is served least? Shares met, asked and served, by tier, zone, segment and kind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from sim.messages import clauses, joined, say, sentences
from sim.report.charts.dots import DotBlock, DotColumn, dot_table
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import leaders, once, percent, scope_words, short

COLUMNS = (
    DotColumn("met_share", "service.met", "of.wishes"),
    DotColumn("asked_share", "service.asked", "of.wishes"),
    DotColumn("served_share", "service.served", "of.requests"),
)
MOST = {"tier": 3, "zone": 3, "segment": 5, "kind": 5}


@dataclass(frozen=True, eq=False)
class ServiceData:
    """Groups, least met first within each dimension."""

    finding: Finding
    blocks: tuple[DotBlock, ...]


def plot(page: Page, data: ServiceData) -> None:
    """Draw ordered dots with intervals."""
    dot_table(page, COLUMNS, data.blocks)


@chart("service-by-group", plot, of=RunResults)
def analyse(results: RunResults) -> list[ServiceData]:
    """Order by the share of wishes met; of many levels keep the lowest."""
    whole = [
        b for d in MOST if (b := DotBlock.from_results(results, d, COLUMNS, by="met_share")).rows
    ]
    if not whole:
        return []
    blocks = tuple(block.worst(MOST[block.dimension]) for block in whole)
    cut = [
        say(f"lowest.{b.dimension}", shown=len(b.rows), n=n)
        for b, w in zip(blocks, whole, strict=True)
        if len(b.rows) < (n := len(w.worst(len(w.rows)).rows))
    ]
    drawn = any(block.drawn for block in blocks)
    notes = [
        say("service.shown", names=joined(cut)) if cut else "",
        _without_centre(results),
        say("assumed-band") if drawn else "",
    ]
    finding = Finding(
        name="service-by-group",
        title=_title(results),
        subtitle=say(
            "service.subtitle" if results.context.n_replications > 1 else "service.subtitle.once"
        ),
        table=pd.concat([b.table() for b in whole], ignore_index=True),
        note=sentences(*notes),
    )
    return [ServiceData(finding, tuple(b for b in blocks if b.rows))]


def _without_centre(results: RunResults) -> str:
    """Say how many wishes have no tier, for want of a suitable centre."""
    wishes = results.select("wishes", "tier").set_index("level")["mean"]
    none, total = float(wishes.get("none", 0.0)), float(wishes.sum())
    if not none or not total:
        return ""
    return say("service.no-centre", share=percent(none / total))


def _title(results: RunResults) -> str:
    """Say which segment is served least, or which zone where no segment stands out."""
    everyone = results.select("met_share", "all")["mean"]
    of_all = float(everyone.iloc[0]) if everyone.notna().any() else math.nan
    alone, unclear = results.context.n_replications == 1, ""
    for dimension in ("segment", "zone"):
        rows = results.select("met_share", dimension)
        rows = rows[rows["mean"].notna()]
        lead = leaders(rows, largest=False)
        if len(rows) < 2:
            continue
        if not rows["mean"].any():
            return say("service.none", scope=scope_words(results.context.n_replications))
        names = joined([short(results.label(dimension, level)) for level in lead.levels])
        share = percent(lead.mean)
        if alone:
            return say("service.lowest", names=names, share=share) + once(1)
        if lead.certain and len(lead.levels) == 1:
            return say(f"least.{dimension}", names=names, share=share)
        if lead.certain and len(lead.levels) == 2:
            return say("least.two", names=names, share=share)
        unclear = unclear or say(f"no-least.{dimension}")
    after = say("service.all", share=percent(of_all)) if not math.isnan(of_all) else ""
    if unclear:
        return clauses(unclear, after)
    if not after:
        return say("service.unknown", scope=scope_words(results.context.n_replications))
    return after + once(results.context.n_replications)
