"""Would we choose the same if demand were different? Every plan simulated in every outlook."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.patches import Rectangle

from sim.messages import known, say
from sim.report import theme
from sim.report.charts.parts import label_width
from sim.report.charts.site.results import SiteResults
from sim.report.charts.values import compact, titled
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.report.site.places import PageData
from sim.report.site.words import Label, replications, unit_words
from sim.siting.assessment.ruling import VALUE
from sim.siting.figures import Figure
from sim.siting.outcome import OutlookRank
from sim.words import capital

DARKEST = 0.5
"""Part of the first plan's gain by which a plan is behind that is as dark as it gets."""
MOST = 8
"""Plans shown, the first by rank; the table behind has all."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """Gain of a plan in a row's demand, and its distance from the first there."""

    gain: Figure
    behind: Figure

    @property
    def part(self) -> float:
        """Behind, as a part of what the first gains."""
        first = self.gain.mean + self.behind.mean
        return self.behind.mean / first if first > 0 else math.nan

    @property
    def first(self) -> bool:
        return self.behind.mean <= 0

    @property
    def unclear(self) -> bool:
        """Whether chance may have put it behind the first."""
        return not self.first and not self.behind.low > 0


@picture("outlooks", of=SiteResults)
def outlook_ranks(results: SiteResults) -> Drawing | None:
    """A row an outlook, a column a plan: the simulated gain, and how far behind the first."""
    page_data, label = results.page_data, results.label
    rows = page_data.outcome.outlooks
    if not rows:
        return None
    unit = unit_words(page_data.outcome.unit)
    finding = Finding(
        name="outlooks",
        title=_title(page_data, label),
        subtitle=say("outlooks.subtitle", unit=unit),
        table=outlook_table(page_data),
        note=say("outlooks.note"),
        n=replications(r.simulated for r in rows),
    )
    order = [p for p in _unlike(page_data) if any(r.plan == p for r in rows)][:MOST]
    return finding, lambda page: _plot(page, _lines(page_data, label), order, label)


def _unlike(page_data: PageData) -> list[str]:
    """Labels by rank, one of each plan: several may have proposed the same."""
    found: dict[tuple[int, ...], str] = {}
    for plan in sorted(page_data.outcome.plans, key=lambda p: p.rank):
        found.setdefault(plan.times, plan.label)
    return list(found.values())


def outlook_table(page_data: PageData) -> pd.DataFrame:
    """Outlook and plan in long form: as simulated, then in the planning model of the outlook."""
    return pd.DataFrame(
        [
            {
                "outlook": r.outlook,
                "plan": r.plan,
                "rank": r.rank,
                "simulated": r.simulated.mean,
                "ci_low": r.simulated.low,
                "ci_high": r.simulated.high,
                "behind_first": r.behind.mean,
                "behind_low": r.behind.low,
                "behind_high": r.behind.high,
                "n": r.simulated.n,
                "model_rank": r.model_rank,
                "value": r.value,
                "best": r.best,
                "below_best": shortfall(r),
            }
            for r in page_data.outcome.outlooks
        ]
    )


def shortfall(row: OutlookRank) -> float:
    """Share of the best possible gain in the planning model there that the plan misses, at most."""
    if math.isnan(row.best) or row.best <= 0:
        return math.nan
    return max(0.0, (row.best - row.value) / row.best)


def _title(page_data: PageData, label: Label) -> str:
    name = label("plan", page_data.plan.label)
    name = capital(name)
    mine = [r for r in page_data.outcome.outlooks if r.plan == page_data.plan.label]
    if not mine:
        return say("outlooks.untried")
    first = [r for r in mine if r.rank == 1]
    if len(first) == len(mine):
        return say("outlooks.all", name=name, n=len(mine))
    clear = sum(r.behind.low > 0 for r in mine)
    said = {"name": name, "some": len(first), "n": len(mine)}
    behind = say("outlooks.behind", n=clear) if clear else say("outlooks.never")
    return titled(say("outlooks.most-and", behind=behind, **said), say("outlooks.most", **said))


def _lines(page_data: PageData, label: Label) -> dict[str, dict[str, _Cell]]:
    """Lines by the name of a row and of a plan; what the ruling decides by stands last."""
    found: dict[str, dict[str, _Cell]] = {}
    for r in page_data.outcome.outlooks:
        found.setdefault(label("outlook", r.outlook), {})[r.plan] = _Cell(r.simulated, r.behind)
    ruling = page_data.outcome.ruling
    if ruling is not None:
        name = capital(known(f"ruling.{VALUE}", VALUE))
        found[name] = {s.plan: _Cell(s.value, s.behind) for s in ruling.scores}
    return found


def _plot(
    page: Page, lines: dict[str, dict[str, _Cell]], plans: Sequence[str], label: Label
) -> None:
    left, top = label_width(page, list(lines), 3.0), 0.42
    width = min((page.width - left) / len(plans), 2.4)
    height = min((page.height - top) / len(lines), 0.7)
    bottom = page.height - top - height * len(lines)
    ax = page.axes(left, bottom, width * len(plans), height * len(lines))
    ax.set(xlim=(0, len(plans)), ylim=(len(lines), 0))
    ax.set_axis_off()
    for column, plan in enumerate(plans):
        words = page.fitted(label("plan", plan), theme.SMALL, width - 0.1, middle=True)
        page.text(left + (column + 0.5) * width, page.height - 0.26, words, ha="center")
    gains = [cells[plan].gain for cells in lines.values() for plan in plans if plan in cells]
    wordings = (w for w in WORDINGS if all(_fits(page, w(gain), width) for gain in gains))
    wording = next(wordings, WORDINGS[-1])
    for row, (name, by_plan) in enumerate(lines.items()):
        y = bottom + height * (len(lines) - row - 0.5)
        page.text(0, y, page.fitted(name, theme.SMALL, left - 0.15, middle=True),
                  va="center_baseline")  # fmt: skip
        for column, plan in enumerate(plans):
            if plan not in by_plan:
                continue
            cell = by_plan[plan]
            shade = 0.0 if math.isnan(cell.part) else min(1.0, cell.part / DARKEST) * 0.9
            ax.add_patch(_box(column, row, cell, shade))
            ax.text(column + 0.5, row + 0.5, wording(cell.gain), ha="center", va="center_baseline",
                    fontsize=theme.FOOTER, color=theme.ink_on(shade))  # fmt: skip


def _box(column: int, row: int, cell: _Cell, shade: float) -> Rectangle:
    framed = cell.first or cell.unclear
    return Rectangle(
        (column + 0.03, row + 0.08),
        0.94,
        0.84,
        facecolor=theme.SEQUENTIAL(shade),
        edgecolor=theme.HIGHLIGHT if framed else theme.PALE,
        linewidth=3 if cell.first else 1.8 if cell.unclear else 0.8,
        linestyle="--" if cell.unclear else "-",
    )


def _fits(page: Page, words: str, width: float) -> bool:
    return page.width_of(words, theme.FOOTER) <= width - 0.12


def _with_ends(gain: Figure) -> str:
    """`51.8 k (49.9 to 53.7)`; alone where there is no interval."""
    if math.isnan(gain.low) or gain.low == gain.high:
        return compact(gain.mean)
    low, high = (compact(end, by=_size(gain)) for end in (gain.low, gain.high))
    ends = say("from-to", first=low, last=high)
    return say("in-brackets", words=compact(gain.mean), more=ends)


def _with_half(gain: Figure) -> str:
    """`51.8 k ±1.9`: intervals are as wide below as above."""
    if math.isnan(gain.low) or gain.low == gain.high:
        return compact(gain.mean)
    return f"{compact(gain.mean)} ±{compact(gain.high - gain.mean, by=_size(gain))}"


def _size(gain: Figure) -> float:
    """Number whose unit the ends share: that of the mean, which stands beside."""
    return gain.mean if abs(gain.mean) >= 9.995e3 else 1.0


WORDINGS: tuple[Callable[[Figure], str], ...] = (
    _with_ends, _with_half, lambda gain: compact(gain.mean),
)  # fmt: skip
"""Ways to write a gain, the longest first; the first that fits everywhere is taken."""
