"""Which tier and zone is used most? Open, booked, used, and off-platform use apart."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.report.data import RunResults
from sim.report.dots import Block, Column, dot_table
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.registry import chart
from sim.report.words import joined, leaders, percent, short

__all__ = ["UtilisationData", "analyse", "plot"]

COLUMNS = (
    Column("open_share", "Open", "% of all hours"),
    Column("utilisation_booked", "Booked (recorded)", "% of open hours"),
    Column("utilisation_used", "Used (recorded)", "% of open hours"),
    Column("utilisation_off_platform", "Off-platform", "assumed, % of hours", hollow=True),
)


@dataclass(frozen=True, eq=False)
class UtilisationData:
    """Tiers and zones, each with its shares."""

    finding: Finding
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]


def plot(page: Page, data: UtilisationData) -> None:
    """Draw dots with intervals, one column a measure, all from 0 to 100."""
    dot_table(page, data.columns, data.blocks)


@chart("utilisation-by-tier-and-zone", plot)
def analyse(results: RunResults) -> list[UtilisationData]:
    """Keep the order of the table; claim a leader only where its interval stands apart."""
    booked = results.select("utilisation_booked", "tier")
    if booked.empty:
        return []
    columns = tuple(c for c in COLUMNS if not results.select(c.metric, "tier").empty)
    blocks = tuple(
        block
        for dimension in ("tier", "zone")
        if (block := Block.of(results, dimension, columns, by=None)).rows
    )
    finding = Finding(
        name="utilisation-by-tier-and-zone",
        title=_title(results, booked),
        subtitle="Hours open, booked and used, by tier and zone of venues",
        table=pd.concat([b.table() for b in blocks], ignore_index=True),
        note="Recorded use is not all use",
    )
    return [UtilisationData(finding, columns, blocks)]


def _title(results: RunResults, booked: pd.DataFrame) -> str:
    lead = leaders(booked)
    top = percent(lead.mean)
    names = joined([short(results.label("tier", t)) for t in lead.levels])
    if not lead.levels or lead.mean == 0:
        return "No bookings are recorded in this scenario"
    off = results.select("utilisation_off_platform", "tier").set_index("level")["mean"]
    apart = ""
    if lead.levels[0] in off.index:
        apart = f"; off-platform {percent(float(off[lead.levels[0]]))} assumed"
    upto = "up to " if len(lead.levels) > 1 else ""
    if len(booked) == 1:
        return f"{names} venues are booked {top} of open hours{apart}"
    if results.context.n_replications == 1:
        return f"{names} venues show most booked use, {top}, in one replication{apart}"
    if lead.certain:
        return f"{names} venues are booked most: {upto}{top} of open hours{apart}"
    return f"No tier is clearly booked most; highest {top} of open hours{apart}"
