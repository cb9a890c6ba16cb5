"""Tables of recommendation.html: rows in words, of a long table the first ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.report.charts.site.plans import regret_words, replaced
from sim.report.charts.values import spoken
from sim.report.site.places import PageData, PageProvenance
from sim.report.site.words import (
    Label,
    factor_words,
    figure_words,
    gap_words,
    misjudged_words,
    moves_words,
    price_words,
    unit_words,
    yuan_words,
)
from sim.report.words import percent, short
from sim.scenario.inputs import Provenance
from sim.siting.assessment.ruling import VALUE
from sim.siting.outcome import GroupGain
from sim.words import capital, counted, signed

MOST = 24
"""Rows of a table on the page; files have all."""
GAINED = ("segment", "tier", "distance_band", "community", "kind")
METRICS = {
    "requests": "requests asked a year",
    "served": "requests served a year",
    "met": "wishes met a year: booked and used",
    "person_hours": "person-hours of wishes met a year",
    "minutes": "minutes of walking to the best suitable centre saved a year",
}


@dataclass(frozen=True, slots=True)
class PageTable:
    """Rows under a head; numbers stand right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    more: str = ""

    @classmethod
    def from_rows(
        cls, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], right: tuple[int, ...] = ()
    ) -> PageTable:
        """Keep the first rows and say how many are left out."""
        cut = len(rows) - MOST
        more = f"{cut} more in the tables beside this page" if cut > 0 else ""
        return cls(head, tuple(rows[:MOST]), right, more)


def tables(page_data: PageData, provenance: PageProvenance, label: Label) -> dict[str, PageTable]:
    """Every table that has rows, by name."""
    made = {
        "opened": _opened(page_data, label),
        "metrics": _metrics(page_data),
        "prices": _prices(page_data),
        **{f"gains_{group}": _gains(page_data, group, label) for group in GAINED},
        "coverage": _coverage(page_data, label),
        "plans": _plans(page_data, label),
        "left_out": _left_out(page_data, label),
        "ruling": _ruling(page_data, label),
        "outlooks": _outlooks(page_data, label),
        "misjudged": _misjudged(page_data, label),
        "unasked": _unasked(page_data, label),
        "turns": _turns(page_data),
        "assumptions": _assumptions(provenance.assumptions),
    }
    return {name: table for name, table in made.items() if table.rows}


def _opened(page_data: PageData, label: Label) -> PageTable:
    rows = [
        (
            label("place", s.site.name),
            short(label("tier", s.site.tier)),
            moves_words(s.moves, label),
            f"{sum(n * m.area_m2 for n, m in s.moves):,.0f}",
            yuan_words(s.cost),
            figure_words(s.adds),
        )
        for s in sorted(page_data.sites, key=lambda s: (-s.cost.base, s.site.name))
        if s.moves
    ]
    rows += [
        (label("place", n.name), "link", "shortens walks", "–", yuan_words(n.cost),
         figure_words(n.adds))
        for n in page_data.links
        if n.opened
    ]  # fmt: skip
    head = (
        "Where",
        "Tier",
        "What",
        "m²",
        "Cost, yuan a year (range)",
        "Adds, simulated (interval)",
    )
    return PageTable.from_rows(head, rows, (3, 4, 5))


def _metrics(page_data: PageData) -> PageTable:
    gain = page_data.plan.gain
    aim = f"what the plan aims at, {unit_words(page_data.outcome.unit)} a year"
    rows = [(aim, figure_words(gain), str(gain.n))]
    for name, figure in page_data.plan.metrics.items():
        rows.append(
            (METRICS.get(name, name.replace("_", " ")), figure_words(figure), str(figure.n))
        )
    return PageTable.from_rows(("Gain over today", "Mean (interval)", "n"), rows, (1, 2))


def _prices(page_data: PageData) -> PageTable:
    rows = [(f"a {price.gained}", *price_words(price)) for price in page_data.outcome.prices]
    head = ("Yuan for", "At the base cost", "Interval of the simulation", "Range of assumed costs")
    return PageTable.from_rows(head, rows, (1, 2, 3))


def _gains(page_data: PageData, group: str, label: Label) -> PageTable:
    mine = [
        g for g in page_data.outcome.gains if g.group == group and not math.isnan(g.difference.mean)
    ]
    rows = [
        (
            "no suitable centre" if g.level == "none" else label(group, g.level),
            percent(g.before.mean),
            percent(g.after.mean),
            _points(g),
            figure_words(g.met),
        )
        for g in sorted(mine, key=lambda g: (-g.difference.mean, g.level))
    ]
    name = {"distance_band": "minutes on foot today", "tier": "nearest suitable today"}.get(
        group, group
    )
    head = (
        name.capitalize(),
        "Met today",
        "Met then",
        "Points (interval)",
        "More wishes met a year",
    )
    return PageTable.from_rows(head, rows, (1, 2, 3, 4))


def _points(gain: GroupGain) -> str:
    """Difference in points; said to be unclear where the joint interval holds zero."""
    d = gain.difference
    if math.isnan(d.low):
        return signed(100 * d.mean)
    words = f"{signed(100 * d.mean)} ({signed(100 * d.low)} to {signed(100 * d.high)})"
    clear = gain.joint_low > 0 or gain.joint_high < 0
    return words if clear else f"{words}, may be chance"


def _coverage(page_data: PageData, label: Label) -> PageTable:
    rows = [
        (
            "any kind" if c.kind == "any" else label("kind", c.kind),
            f"{c.limit:g} {'minutes on foot' if c.unit == 'minutes' else 'm in a straight line'}",
            percent(c.before),
            percent(c.after),
        )
        for c in page_data.outcome.coverage
        if c.kind == "any"
    ]
    return PageTable.from_rows(("A room of", "within", "People today", "People then"), rows, (2, 3))


def _plans(page_data: PageData, label: Label) -> PageTable:
    rows = [
        (
            str(p.rank),
            label("plan", p.label),
            yuan_words(p.cost),
            figure_words(p.gain),
            gap_words(p),
        )
        for p in sorted(page_data.outcome.plans, key=lambda p: p.rank)
        if any(p.times)
    ]
    unit = unit_words(page_data.outcome.unit)
    head = ("Rank", "Plan", "Cost, yuan a year (range)", f"Simulated gain, {unit} a year",
            "Gap")  # fmt: skip
    return PageTable.from_rows(head, rows, (2, 3))


def _left_out(page_data: PageData, label: Label) -> PageTable:
    rows = [
        (
            label("place", r.site),
            figure_words(r.simulated),
            regret_words(r),
            replaced(r, page_data, label),
        )
        for r in sorted(page_data.outcome.left_out, key=lambda r: (-r.regret, r.site))
    ]
    head = ("Without", "Lost, simulated", "Regret in the planning model", "What replaces it there")
    return PageTable.from_rows(head, rows, (1, 2))


def _outlooks(page_data: PageData, label: Label) -> PageTable:
    """A row an outlook: what the recommended plan gains there, its rank, and who is first."""
    rows = []
    for outlook in dict.fromkeys(o.outlook for o in page_data.outcome.outlooks):
        there = [o for o in page_data.outcome.outlooks if o.outlook == outlook]
        mine = next((o for o in there if o.plan == page_data.plan.label), None)
        first = min(there, key=lambda o: (o.rank, o.plan))
        cells = ("not tried", "", "", "")
        if mine is not None:
            cells = (
                figure_words(mine.simulated),
                f"{mine.rank} of {len(there)}",
                "–" if mine.rank == 1 else figure_words(mine.behind),
                str(mine.model_rank),
            )
        rows.append((label("outlook", outlook), *cells, label("plan", first.plan)))
    head = (
        "If demand is",
        "Gain, simulated",
        "Rank",
        "Behind the first",
        "Rank in the planning model",
        "First, simulated",
    )
    return PageTable.from_rows(head, rows, (1, 2, 3, 4))


def _ruling(page_data: PageData, label: Label) -> PageTable:
    """A row a plan: what the ruling over outlooks says, beside the scenario's own demand."""
    ruling = page_data.outcome.ruling
    if ruling is None:
        return PageTable((), ())
    own = {p.label: p.gain for p in page_data.outcome.plans}
    rows = [
        (
            str(s.rank),
            label("plan", s.plan),
            figure_words(s.value),
            "–" if s.rank == 1 else figure_words(s.behind),
            label("outlook", s.outlook) if s.outlook else "all, by weight",
            figure_words(own[s.plan]),
        )
        for s in ruling.scores
    ]
    value = VALUE[ruling.ruling]
    head = ("Rank", "Plan", capital(value), "Behind", "Decided in",
            "Gain under the scenario's own demand")  # fmt: skip
    return PageTable.from_rows(head, rows, (2, 3, 5))


def _misjudged(page_data: PageData, label: Label) -> PageTable:
    rows = [
        (m.what.replace("_", " "), factor_words(m.low, m.high), misjudged_words(m, label))
        for m in page_data.outcome.misjudged
    ]
    return PageTable.from_rows(("If misjudged", "the plan stays best", "Beyond, first is"), rows)


def _unasked(page_data: PageData, label: Label) -> PageTable:
    ordered = sorted(page_data.outcome.unasked, key=lambda u: -u.wishes.mean)[:12]
    rows = [(label("kind", u.kind), u.stage, u.reason, figure_words(u.wishes)) for u in ordered]
    head = ("Kind", "Today", "Reason", "Wishes a year (interval)")
    return PageTable.from_rows(head, rows, (3,))


def _turns(page_data: PageData) -> PageTable:
    """Each turn's plan of the model, and below it the one near the best plan simulated before."""
    rows: list[tuple[str, ...]] = []
    for t in page_data.outcome.turns:
        rows.append(
            (
                str(t.number),
                spoken(t.estimate),
                spoken(t.bound),
                figure_words(t.simulated),
                _apart(t.difference),
            )
        )
        if t.near is not None:
            number = counted(t.near.moves, "move")
            simulated = figure_words(t.near.simulated)
            apart = _apart(t.near.difference)
            rows.append((f"{number} from the best", spoken(t.near.estimate), "–", simulated, apart))
    head = ("Turn", "Estimate", "Bound", "Simulated (interval)", "Simulated less estimate")
    return PageTable.from_rows(head, rows, (1, 2, 3, 4))


def _apart(difference: float) -> str:
    """Write a number with its sign; the minus is as long as the plus."""
    words = spoken(abs(difference))
    return words if difference == 0 else ("+" if difference > 0 else "−") + words


def _assumptions(assumed: Sequence[Provenance]) -> PageTable:
    rows = [(p.key, f"{p.value:g}", f"{_end(p.low)} to {_end(p.high)}", p.note) for p in assumed]
    return PageTable.from_rows(("Assumption", "Value", "Might be", "Note"), rows, (1, 2))


def _end(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
