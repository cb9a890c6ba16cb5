"""Who is served worst? Shares asked, served and met, by tier, zone, segment and kind."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.report.data import RunResults
from sim.report.dots import Block, Column, dot_table
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.registry import chart
from sim.report.words import joined, leaders, percent, short

__all__ = ["ServiceData", "analyse", "plot"]

COLUMNS = (
    Column("served_share", "Got a slot", "% of requests"),
    Column("asked_share", "Asked", "% of wishes"),
    Column("met_share", "Met: booked and used", "% of wishes"),
)
MOST = {"tier": 3, "zone": 3, "segment": 5, "kind": 5}
PLURAL = {"tier": "tiers", "zone": "zones", "segment": "segments", "kind": "kinds"}


@dataclass(frozen=True, eq=False)
class ServiceData:
    """Groups, worst served first within each dimension."""

    finding: Finding
    blocks: tuple[Block, ...]


def plot(page: Page, data: ServiceData) -> None:
    """Draw ordered dots with intervals."""
    dot_table(page, COLUMNS, data.blocks)


@chart("service-by-group", plot)
def analyse(results: RunResults) -> list[ServiceData]:
    """Order by the share of requests that got a slot; of many levels keep the worst."""
    whole = [b for d in MOST if (b := Block.of(results, d, COLUMNS, by="served_share")).rows]
    if not whole:
        return []
    blocks = tuple(block.worst(MOST[block.dimension]) for block in whole)
    cut = [
        f"worst {len(b.rows)} of {n} {PLURAL[b.dimension]}"
        for b, w in zip(blocks, whole, strict=True)
        if len(b.rows) < (n := len(w.worst(len(w.rows)).rows))
    ]
    finding = Finding(
        name="service-by-group",
        title=_title(results),
        subtitle="Service by group, worst served first, with intervals",
        table=pd.concat([b.table() for b in whole], ignore_index=True),
        note=f"Shown: {joined(cut)}" if cut else "",
    )
    return [ServiceData(finding, blocks)]


def _title(results: RunResults) -> str:
    """Say who is served worst in the first dimension where somebody clearly is."""
    unclear = ""
    for dimension in ("segment", "kind", "zone", "tier"):
        rows = results.select("served_share", dimension)
        lead = leaders(rows, largest=False)
        if not lead.levels or len(rows) == 1:
            continue
        names = joined([short(results.label(dimension, level)) for level in lead.levels])
        share = percent(lead.mean)
        if results.context.n_replications == 1:
            return f"{names}: lowest share of requests served, {share}, in one replication"
        if lead.certain and len(lead.levels) <= 2:
            whose = f"{dimension} {names} is" if len(lead.levels) == 1 else f"{names} are"
            return f"{whose} served worst: {share} of requests get a slot"
        lowest = f"the lowest share of requests served is {share}"
        unclear = unclear or f"No {dimension} is clearly served worst; {lowest}"
    everyone = results.select("served_share", "all")["mean"]
    if unclear or not everyone.notna().any():
        return unclear or "Nobody asks for a slot in this scenario"
    return f"{percent(float(everyone.iloc[0]))} of requests get a slot"
