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
MOST = {"tier": 4, "zone": 4, "segment": 6, "kind": 6}
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
        f"the worst {len(b.rows)} of {len(w.rows)} {PLURAL[w.dimension]}"
        for b, w in zip(blocks, whole, strict=True)
        if len(b.rows) < len(w.rows)
    ]
    finding = Finding(
        name="service-by-group",
        title=_title(results),
        subtitle="Service by group, worst served first, with intervals",
        table=pd.concat([b.table() for b in whole], ignore_index=True),
        note=f"Shown: {joined(cut)}; all are in the CSV" if cut else "",
    )
    return [ServiceData(finding, blocks)]


def _title(results: RunResults) -> str:
    """Say which segment (or else kind, zone, tier) is served worst, if one clearly is."""
    for dimension in ("segment", "kind", "zone", "tier"):
        rows = results.select("served_share", dimension)
        lead = leaders(rows, largest=False)
        if not lead.levels or len(rows) == 1:
            continue
        names = joined([short(results.label(dimension, level)) for level in lead.levels])
        share = percent(lead.mean)
        if results.context.n_replications == 1:
            return f"{names} have the lowest share served, {share}, in one replication"
        if lead.certain and len(lead.levels) <= 2:
            whose = "their requests" if len(lead.levels) == 1 else "requests"
            return f"{names} are served worst: {share} of {whose} get a slot"
        return f"No {dimension} is clearly served worst; the lowest gets {share} of requests"
    everyone = results.select("served_share", "all")["mean"]
    if everyone.notna().any():
        return f"{percent(float(everyone.iloc[0]))} of requests get a slot"
    return "Nobody asks for a slot in this scenario"
