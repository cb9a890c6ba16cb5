"""What does each plan gain? Simulated gains with intervals; gaps of the planning model in words."""

from __future__ import annotations

import math

import pandas as pd

from sim.report import theme
from sim.report.charts.parts import Rows, label_width
from sim.report.charts.values import compact, titled
from sim.report.data import ChartContext
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.pages import Drawing
from sim.report.siting.parts import difference_axis, draw_figure, head
from sim.report.siting.plan_words import FAR, Label, amount, clear, gap_of, replications, unit_words
from sim.report.siting.seen import Seen
from sim.report.words import percent
from sim.siting.outcome import JudgedPlan

__all__ = ["plans", "plans_table"]

MOST = 12


def plans(seen: Seen, context: ChartContext, label: Label) -> Drawing | None:
    """A row a plan in order of rank, the recommended one in the highlight."""
    del context
    rows = sorted(
        (p for p in seen.found.plans if any(p.times) or p.rank == 1), key=lambda p: p.rank
    )[:MOST]
    unit = unit_words(seen.found.unit)
    finding = Finding(
        name="plans",
        title=_title(seen.plan, label, unit),
        subtitle=f"Simulated gain over today in {unit} a year, same residents in all plans",
        table=plans_table(seen),
        note="Gaps are of the planning model, not of the simulation. "
        f"Selection: {seen.found.guarantee}",
        n=replications(p.gain for p in rows),
    )
    return finding, lambda page: _plot(page, rows, label, unit)


def plans_table(seen: Seen) -> pd.DataFrame:
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
            for p in sorted(seen.found.plans, key=lambda p: p.rank)
        ]
    )


def _title(plan: JudgedPlan, label: Label, unit: str) -> str:
    name = label("plan", plan.label)
    name = name[:1].upper() + name[1:]
    if not any(plan.times):
        return "No plan is better than today beyond chance"
    if math.isnan(plan.gain.low):
        return titled(f"{name} gains {amount(plan.gain)} {unit} a year, in one replication")
    if clear(plan.gain) <= 0:
        return f"{name}, ranked first, shows no clear gain over today"
    return f"{name} gains {amount(plan.gain)} {unit} a year over today"


def _plot(page: Page, rows: list[JudgedPlan], label: Label, unit: str) -> None:
    labels = [label("plan", p.label) for p in rows]
    width = label_width(page, labels, 3.0)
    lines = Rows.below(page, len(rows), 0.66, 0.34, 0.62)
    lines.names(page, labels, width - 0.15)
    lines.rules(page)
    figures, gap, cost = 2.5, 2.3, 1.45
    place = (width, page.width - width - figures - gap - cost)
    values = [v for p in rows for v in (p.gain.mean, p.gain.low, p.gain.high)]
    ax = difference_axis(page, lines, place, values)
    for row, plan in enumerate(rows):
        colour = theme.HIGHLIGHT if plan.rank == 1 else theme.PALETTE[0]
        draw_figure(ax, row + 0.5, plan.gain, colour)
    head(page, *place, "Simulated gain", f"{unit} a year, with interval")
    x = place[0] + place[1] + 0.15
    lines.write(page, x, [amount(p.gain) for p in rows])
    x += figures
    head(page, x, gap, "Planning model", "gap to the best there")
    lines.write(page, x, [_gap(p) for p in rows])
    head(page, page.width - cost + 0.2, cost, "Cost", "yuan a year")
    lines.write(page, page.width, [compact(p.cost.base) for p in rows], ha="right")


def _gap(plan: JudgedPlan) -> str:
    gap = gap_of(plan)
    if math.isnan(gap):
        return "no bound"
    if gap < 5e-5:
        return "proven best"
    if plan.value <= 0:
        return "worth nothing"
    return "not known" if gap > FAR else f"within {percent(gap)}"
