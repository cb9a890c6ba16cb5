"""recommendation.html: one page, one file, that a planner takes to a meeting."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.messages import speaking
from sim.report.charts.site.results import SiteResults
from sim.report.charts.values import spoken
from sim.report.context import ChartContext
from sim.report.drawing import all_charts
from sim.report.files import atomic_write
from sim.report.fonts import choose_font
from sim.report.site.page_tables import GAINED, tables
from sim.report.site.places import PageData, PageProvenance
from sim.report.site.words import (
    Label,
    figure_words,
    headline,
    not_looked_at,
    price_words,
    second_words,
    unit_words,
)
from sim.report.template import filled_template
from sim.report.words import percent
from sim.words import capital

TEMPLATE = "recommendation.html"
LABELLED = ("kind", "tier", "segment", "distance_band")
"""What the scenario gives labels for; a site's or a plan's name is its own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart inside the page."""

    data: str
    alt: str


def write_recommendation(
    page_data: PageData, context: ChartContext, provenance: PageProvenance, folder: Path
) -> Path:
    """Write recommendation.html with the charts that lie in `folder / "charts"` inside; the file.

    The page needs no network and no other file; every name in it is escaped.
    """
    path = folder / TEMPLATE
    page = recommendation(
        page_data, context, provenance, _pictures(page_data, context, folder / "charts")
    )
    atomic_write(path, page.encode("utf-8"))
    return path


def recommendation(
    page_data: PageData,
    context: ChartContext,
    provenance: PageProvenance,
    charts: dict[str, Picture],
) -> str:
    """The page as text, in English: its sentences are in no other language yet."""
    with speaking("en"):
        return _filled(page_data, context, provenance, charts)


def _filled(
    page_data: PageData,
    context: ChartContext,
    provenance: PageProvenance,
    charts: dict[str, Picture],
) -> str:
    label = _label(context)
    made = tables(page_data, provenance, label)
    words: dict[str, Any] = {
        "where": context.place_or_title,
        "context": context,
        "told": provenance,
        "tables": made,
        "charts": charts,
        "headline": headline(page_data, page_data.outcome.confidence),
        "cards": _cards(page_data),
        "basis": capital(context.level_note or "levels as in the scenario"),
        "gained": [g for g in GAINED if f"gains_{g}" in made],
        "ruling": () if page_data.outcome.ruling is None else page_data.outcome.ruling.words,
        "second": second_words(page_data, label),
        "percent": percent(page_data.outcome.confidence),
        "ranges": _ranges(provenance),
        "missing": not_looked_at(page_data),
        "budget": spoken(page_data.outcome.budget),
        "guarantee": page_data.outcome.guarantee.rstrip("."),
    }
    return filled_template(Path(__file__).with_name(TEMPLATE), **words)


def _label(context: ChartContext) -> Label:
    """Names as they are (a browser draws what a chart's font may lack); of kinds their labels."""
    return lambda what, name: context.label(what, name) if what in LABELLED else name


def _cards(page_data: PageData) -> list[tuple[str, str, str]]:
    """Heads, figures and small print of the figures that matter most."""
    plan = page_data.plan
    gain, cost = figure_words(plan.gain).partition(" ("), plan.cost
    cards = [
        ("Gain a year, simulated", f"{gain[0]} {unit_words(page_data.outcome.unit)}",
         f"interval {gain[2].rstrip(')')}" if gain[2] else ""),
        ("Cost a year", f"{spoken(cost.base)} yuan",
         f"{spoken(cost.low)} to {spoken(cost.high)}, by assumed costs"),
    ]  # fmt: skip
    for price in page_data.outcome.prices[:2]:
        yuan, interval, dear = price_words(price)
        cards.append((f"Yuan for a {price.gained}", yuan, f"simulation {interval}; costs {dear}"))
    return cards


def _ranges(provenance: PageProvenance) -> str:
    if not provenance.assumptions:
        return "Ranges of costs are carried through; no other range of an assumption is known here."
    return (
        "Costs are carried through with their ranges. The other assumptions are held at their "
        "values; each might as well be anything in its range, and what that does to the plan is "
        "not in any interval here."
    )


def _pictures(page_data: PageData, context: ChartContext, folder: Path) -> dict[str, Picture]:
    """Charts that were drawn, with what they say in words."""
    results = SiteResults(page_data, context).drawable(choose_font())
    pictures = {}
    for name, chart in all_charts(SiteResults).items():
        path = folder / f"{name}.svg"
        if path.is_file():
            for finding, _ in chart.drawings(results):
                data = base64.b64encode(path.read_bytes()).decode("ascii")
                pictures[name] = Picture(data, finding.alt)
    return pictures
