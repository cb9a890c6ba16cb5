"""Who is served least? Shares met, asked and served, by tier, zone, segment and kind."""

from __future__ import annotations

import math

import pandas as pd

from sim.messages import clauses, joined, say, sentences
from sim.report.answer import Column
from sim.report.charts.table import TableChart
from sim.report.charts.values import measures
from sim.report.context import RunResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding
from sim.report.words import interval, leaders, once, percent, scope_words, short

METRICS = {"met_share": "wishes", "asked_share": "wishes", "served_share": "requests"}
MOST = {"tier": 3, "zone": 3, "segment": 5, "kind": 5}


@picture("service-by-group", of=RunResults)
def service(results: RunResults) -> Drawing | None:
    """Groups by the share of wishes met; of many levels the lowest are drawn."""
    found = [measures(results, group, list(METRICS)) for group in MOST]
    frame = pd.concat([rows.sort_values(["met_share", "level"]) for rows in found])
    if frame.empty:
        return None
    people = frame[frame["level"] != "none"]  # `none`: no centre is eligible
    shown = people[people.groupby("group").cumcount() < people["group"].map(MOST)]
    cut = [
        say(f"lowest.{group}", shown=MOST[str(group)], n=n)
        for group, n in people["group"].value_counts(sort=False).items()
        if n > MOST[str(group)]
    ]
    drawn = "met_share_assumed_low" in shown and shown["met_share_assumed_low"].notna().any()
    once_only = results.context.n_replications == 1
    finding = Finding(
        name="service-by-group",
        title=_title(results),
        subtitle=say("service.subtitle.once" if once_only else "service.subtitle"),
        table=frame,
        note=sentences(
            say("service.shown", names=joined(cut)) if cut else "",
            _without_centre(results),
            say("assumed-band") if drawn else "",
        ),
    )
    columns = tuple(
        Column(m, say(f"service.{m.removesuffix('_share')}"), say(f"of.{of}"), interval, "dots",
               times=100, ends=(0, 100))
        for m, of in METRICS.items()
    )  # fmt: skip
    labels = [
        results.label(g, level) for g, level in zip(shown["group"], shown["level"], strict=True)
    ]
    groups = [say(f"dimension.{group}") for group in shown["group"]]
    return finding, TableChart(shown, labels, columns, groups).plot


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
        share = lead.share
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
