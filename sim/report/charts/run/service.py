"""Who is served least? Shares met, asked and served, by tier, zone, segment and kind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from sim.report.charts.dots import DotBlock, DotColumn, dot_table
from sim.report.context import ASSUMED_BAND, RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import leaders, percent, scope_words, short
from sim.words import joined

COLUMNS = (
    DotColumn("met_share", "Met: booked and used", "% of wishes"),
    DotColumn("asked_share", "Asked", "% of wishes"),
    DotColumn("served_share", "Got a slot", "% of requests"),
)
MOST = {"tier": 3, "zone": 3, "segment": 5, "kind": 5}
PLURAL = {"tier": "tiers", "zone": "zones", "segment": "segments", "kind": "kinds"}


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
        f"lowest {len(b.rows)} of {n} {PLURAL[b.dimension]}"
        for b, w in zip(blocks, whole, strict=True)
        if len(b.rows) < (n := len(w.worst(len(w.rows)).rows))
    ]
    drawn = any(block.drawn for block in blocks)
    notes = [
        f"Shown: {joined(cut)}" if cut else "",
        _without_centre(results),
        ASSUMED_BAND if drawn else "",
    ]
    intervals = ", with intervals" if results.context.n_replications > 1 else ""
    finding = Finding(
        name="service-by-group",
        title=_title(results),
        subtitle=f"Service by group, least met first{intervals}",
        table=pd.concat([b.table() for b in whole], ignore_index=True),
        note=". ".join(note for note in notes if note),
    )
    return [ServiceData(finding, tuple(b for b in blocks if b.rows))]


def _without_centre(results: RunResults) -> str:
    """Say how many wishes have no tier, for want of a suitable centre."""
    wishes = results.select("wishes", "tier").set_index("level")["mean"]
    none, total = float(wishes.get("none", 0.0)), float(wishes.sum())
    if not none or not total:
        return ""
    return f"Tiers leave out {percent(none / total)} of wishes: no suitable centre open"


def _title(results: RunResults) -> str:
    """Say which segment is served least, or which zone where no segment stands out."""
    everyone = results.select("met_share", "all")["mean"]
    of_all = float(everyone.iloc[0]) if everyone.notna().any() else math.nan
    once, unclear = results.context.n_replications == 1, ""
    for dimension, group in (("segment", "group of people"), ("zone", "zone")):
        rows = results.select("met_share", dimension)
        rows = rows[rows["mean"].notna()]
        lead = leaders(rows, largest=False)
        if len(rows) < 2:
            continue
        if not rows["mean"].any():
            return f"No wish is met {scope_words(results.context.n_replications)}"
        names = joined([short(results.label(dimension, level)) for level in lead.levels])
        share = percent(lead.mean)
        if once:
            return f"{names}: lowest share of wishes met, {share}, in one replication"
        if lead.certain and len(lead.levels) == 1:
            if dimension == "zone":
                return f"Zone {names} is served least: {share} of what its people want ends in use"
            return f"{names} are served least: {share} of what they want ends in use"
        if lead.certain and len(lead.levels) == 2:
            return f"{names} are served least: as little as {share} of what they want ends in use"
        unclear = unclear or f"No {group} is clearly served least"
    after = f"{percent(of_all)} of all wishes end in use" if not math.isnan(of_all) else ""
    if unclear:
        return f"{unclear}; {after}" if after else unclear
    if not after:
        return f"No group's wishes can be compared {scope_words(results.context.n_replications)}"
    return f"{after}{', in one replication' if once else ''}"
