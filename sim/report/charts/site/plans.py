"""What does each plan gain, and what each site of the best one? Simulated gains with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.messages import chinese, clauses, say, sentences
from sim.report import theme
from sim.report.charts.parts import TableRows, difference_axis, draw_figure, head, label_width
from sim.report.charts.site.results import SiteResults
from sim.report.charts.values import compact
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.report.site.places import PageData
from sim.report.site.words import (
    Label,
    amount,
    clear,
    gap_cell,
    gap_of,
    instead_words,
    replications,
    unit_words,
)
from sim.report.words import short
from sim.siting.figures import Figure
from sim.siting.outcome import JudgedPlan, LeftOutSite
from sim.words import capital

MOST = 12


@picture("plans", of=SiteResults)
def plans(results: SiteResults) -> Drawing | None:
    """A row a plan in order of rank, the recommended one in the highlight."""
    page_data, label = results.page_data, results.label
    rows = sorted(
        (p for p in page_data.outcome.plans if any(p.times) or p.rank == 1), key=lambda p: p.rank
    )[:MOST]
    unit = unit_words(page_data.outcome.unit)
    finding = Finding(
        name="plans",
        title=_title(page_data.plan, label, unit),
        subtitle=say("plans.subtitle", unit=unit),
        table=plans_table(page_data),
        note=sentences(
            say("plans.gaps"),
            say("assumed-band") if results.assumed else "",
            _guarantee(page_data.outcome.guarantee),
        ),
        n=replications(p.gain for p in rows),
    )
    return finding, lambda page: _plot(page, rows, results, unit)


def _guarantee(words: str) -> str:
    """How sure the selection is, which the search says in English only."""
    return "" if chinese() else f"Selection: {words}"


def plans_table(page_data: PageData) -> pd.DataFrame:
    """Every plan and rival with cost, model and simulation."""
    return pd.DataFrame(
        [
            {
                "plan": p.label,
                "rank": p.rank,
                "cost": p.cost.base,
                "cost_low": p.cost.low,
                "cost_high": p.cost.high,
                "value": p.value,
                "bound": p.bound,
                "gap": gap_of(p),
                "status": p.status,
                "simulated": p.gain.mean,
                "ci_low": p.gain.low,
                "ci_high": p.gain.high,
                "n": p.gain.n,
            }
            for p in sorted(page_data.outcome.plans, key=lambda p: p.rank)
        ]
    )


def _title(plan: JudgedPlan, label: Label, unit: str) -> str:
    name = label("plan", plan.label)
    name = capital(name)
    if not any(plan.times):
        return say("plans.none")
    if math.isnan(plan.gain.low):
        return say("plans.gains-once", name=name, gain=amount(plan.gain), unit=unit)
    if clear(plan.gain) <= 0:
        return say("plans.unclear", name=name)
    return say("plans.gains", name=name, gain=amount(plan.gain), unit=unit)


def _plot(page: Page, rows: list[JudgedPlan], results: SiteResults, unit: str) -> None:
    gap, cost, label = 2.3, 1.45, results.label
    lines, x = _figures(
        page,
        [label("plan", p.label) for p in rows],
        [p.gain for p in rows],
        [theme.HIGHLIGHT if p.rank == 1 else theme.PALETTE[0] for p in rows],
        (say("site.gain"), say("site.a-year", unit=unit)),
        _Frame(names=3.0, below=0.62, figures=2.5, beside=gap + cost),
        [results.assumed.get(p.label, (math.nan, math.nan)) for p in rows],
    )
    head(page, x, gap, say("site.model"), say("site.gap"))
    lines.write(page, x, [gap_cell(p) for p in rows])
    head(page, page.width - cost + 0.2, cost, say("site.cost"), say("site.yuan"))
    lines.write(page, page.width, [compact(p.cost.base) for p in rows], ha="right")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Inches: names at most, under the rows, figures in words, what stands beside them."""

    names: float
    below: float
    figures: float
    beside: float


def _figures(
    page: Page,
    labels: Sequence[str],
    figures: Sequence[Figure],
    colours: Sequence[str],
    heads: tuple[str, str],
    frame: _Frame,
    assumed: Sequence[tuple[float, float]] = (),
) -> tuple[TableRows, float]:
    """Draw names, dots with intervals and the figures in words; the rows, and where these end.

    Parameters
    ----------
    assumed
        Second interval of each row, over the assumptions.
    """
    width = label_width(page, labels, frame.names)
    lines = TableRows.below(page, len(labels), 0.66, 0.34, frame.below)
    lines.names(page, labels, width - 0.15)
    lines.rules(page)
    place = (width, page.width - width - frame.figures - frame.beside)
    ends = [v for f in figures for v in (f.mean, f.low, f.high)]
    ax = difference_axis(page, lines, place, [*ends, *(end for pair in assumed for end in pair)])
    for row, (low, high) in enumerate(assumed):
        ax.hlines(row + 0.5, low, high, color=theme.ASSUMED, linewidth=11, zorder=0.5)
    for row, (figure, colour) in enumerate(zip(figures, colours, strict=True)):
        draw_figure(ax, row + 0.5, figure, colour)
    head(page, *place, *heads)
    x = place[0] + place[1] + 0.15
    lines.write(page, x, [amount(figure) for figure in figures])
    return lines, x + frame.figures


MOST_SITES = 14
NOT_SEARCHED = "not searched"
_ROUNDING = 1e-3
"""Regrets below are what adding up many figures leaves."""


@picture("left-out", of=SiteResults)
def left_out(results: SiteResults) -> Drawing | None:
    """A row a site, the one that adds most first."""
    page_data, label = results.page_data, results.label
    rows = sorted(page_data.outcome.left_out, key=_order)
    if not rows:
        return None
    unit = unit_words(page_data.outcome.unit)
    looked_at = [r for r in rows if r.searched or not math.isnan(r.simulated.mean)]
    shown = (looked_at or rows)[:MOST_SITES]
    left = len(rows) - len(shown)
    finding = Finding(
        name="left-out",
        title=_left_out_title(rows, label),
        subtitle=say("left-out.subtitle", unit=unit),
        table=left_out_table(page_data),
        note=clauses(say("left-out.note"), say("left-out.more", n=left) if left else ""),
        n=replications(r.simulated for r in rows),
    )
    return finding, lambda page: _plot_left_out(page, shown, page_data, label)


def left_out_table(page_data: PageData) -> pd.DataFrame:
    """Sites of the plan, what they add and what replaces them."""
    return pd.DataFrame(
        [
            {
                "site": r.site,
                "simulated": r.simulated.mean,
                "ci_low": r.simulated.low,
                "ci_high": r.simulated.high,
                "n": r.simulated.n,
                "model_regret": r.regret,
                "model_regret_bound": r.regret_at_most,
                "instead": "; ".join(r.instead) if r.searched else NOT_SEARCHED,
            }
            for r in sorted(page_data.outcome.left_out, key=_order)
        ]
    )


def _order(row: LeftOutSite) -> tuple[float, float, str]:
    added = row.simulated.mean
    return -added if not math.isnan(added) else math.inf, -row.regret, row.site


def _left_out_title(rows: list[LeftOutSite], label: Label) -> str:
    """Name a site only where its interval stands apart from the next."""
    first = rows[0]
    name = short(label("place", first.site))
    known = [r for r in rows if not math.isnan(r.simulated.low)]
    sure = [r for r in rows if clear(r.simulated) > 0]
    if math.isnan(first.simulated.low):
        return say("left-out.model", name=name)
    noun = say("left-out.sites" if len(known) == len(rows) else "left-out.simulated")
    said = {"some": len(sure), "n": len(known), "sites": noun}
    if not sure:
        return say("left-out.none", n=len(known), sites=noun)
    others = [r.simulated.high for r in rows[1:] if not math.isnan(r.simulated.high)]
    if all(first.simulated.low > high for high in others):
        return say("left-out.most", name=name, gain=compact(first.simulated.mean), **said)
    return say("left-out.some", **said)


def regret_words(row: LeftOutSite) -> str:
    """`2.6 k-2.9 k`: at least and at most, in the planning model."""
    ends = (max(row.regret, 0.0), row.regret_at_most)
    least, most = (compact(end if end > _ROUNDING else 0.0) for end in ends)
    return least if least == most else f"{least}–{most}"


def replaced(row: LeftOutSite, page_data: PageData, label: Label) -> str:
    """Moves that replace a site in the planning model."""
    return (
        instead_words(row.instead, page_data.outcome.catalogue, label)
        if row.searched
        else say("left-out.not-searched")
    )


def _plot_left_out(page: Page, rows: list[LeftOutSite], page_data: PageData, label: Label) -> None:
    regret, instead = 1.7, 4.0
    lines, x = _figures(
        page,
        [label("place", r.site) for r in rows],
        [r.simulated for r in rows],
        [theme.PALETTE[0] if clear(r.simulated) else theme.GREY for r in rows],
        (say("left-out.adds"), say("site.with-interval")),
        _Frame(names=2.9, below=0.6, figures=2.35, beside=regret + instead),
    )
    head(page, x, regret, say("left-out.regret"), say("site.of-model"))
    lines.write(page, x, [regret_words(r) for r in rows])
    x += regret
    head(page, x, instead, say("left-out.instead"), say("left-out.without"))
    words = [replaced(r, page_data, label) for r in rows]
    for row, text in enumerate(words):
        _wrapped(page, x, lines.middle(row), text, 2 if lines.height > 0.5 else 1)


def _wrapped(page: Page, x: float, y: float, words: str, most: int) -> None:
    """Words on `most` lines around a height, to the right edge."""
    found = page.wrapped(words, theme.SMALL, page.width - x)
    rest = " ".join(found[most - 1 :])
    shown = [*found[: most - 1], page.fitted(rest, theme.SMALL, page.width - x)]
    shown = [line for line in shown if line]
    for number, line in enumerate(shown):
        up = (len(shown) - 1) / 2 - number
        page.text(x, y + 0.24 * up, line, va="center_baseline")
