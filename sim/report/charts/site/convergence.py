"""How did the search go? Value and bound, and what the simulation said, by turn."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.messages import say
from sim.report import theme
from sim.report.charts.site.results import SiteResults
from sim.report.charts.values import compact, tick
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.report.site.words import FAR, replications, unit_words
from sim.report.words import percent
from sim.siting.figures import Figure
from sim.siting.outcome import SearchTurn

HEAD = 0.62


@picture("convergence", of=SiteResults)
def convergence(results: SiteResults) -> Drawing | None:
    """The planning model at the left, the simulation at the right, turn by turn."""
    page_data = results.page_data
    turns = page_data.outcome.turns
    if not turns:
        return None
    unit = unit_words(page_data.outcome.unit)
    finding = Finding(
        name="convergence",
        title=_title(turns),
        subtitle=say("turns.subtitle", unit=unit),
        table=turns_table(turns),
        note=say("turns.note"),
        n=replications([t.simulated for t in turns] + [t.near.simulated for t in turns if t.near]),
    )
    return finding, lambda page: _plot(page, turns, unit)


def turns_table(turns: tuple[SearchTurn, ...]) -> pd.DataFrame:
    """A row a turn: the planning model's value, bound and estimate, and what was simulated."""
    rows = [
        {
            "turn": t.number,
            "value": t.value,
            "bound": t.bound,
            "estimate": t.estimate,
            "simulated": t.simulated.mean,
            "ci_low": t.simulated.low,
            "ci_high": t.simulated.high,
            "n": t.simulated.n,
            "difference": t.difference,
            "near_moves": t.near.moves if t.near else math.nan,
            "near_estimate": t.near.estimate if t.near else math.nan,
            "near_simulated": t.near.simulated.mean if t.near else math.nan,
            "near_ci_low": t.near.simulated.low if t.near else math.nan,
            "near_ci_high": t.near.simulated.high if t.near else math.nan,
        }
        for t in turns
    ]
    return pd.DataFrame(rows)


def _error(turn: SearchTurn) -> float:
    """How far the estimate is from the simulated value, as a share of this."""
    if math.isnan(turn.simulated.mean) or not turn.simulated.mean:
        return math.nan
    return abs(turn.estimate - turn.simulated.mean) / abs(turn.simulated.mean)


def _title(turns: tuple[SearchTurn, ...]) -> str:
    first, last = _error(turns[0]), _error(turns[-1])
    if math.isnan(last):
        return say("turns.ended", n=len(turns))
    if len(turns) == 1:
        return say("turns.off", last=percent(last))
    return say("turns.title", first=percent(first), last=percent(last), n=len(turns))


def _plot(page: Page, turns: tuple[SearchTurn, ...], unit: str) -> None:
    left = 0.42 * page.width
    page.text(0, page.height - 0.22, say("turns.bounds"), theme.BODY)
    page.text(0, page.height - 0.48, unit, colour=theme.GREY)
    page.text(left + 0.5, page.height - 0.22, say("turns.both"), theme.BODY)
    page.text(left + 0.5, page.height - 0.48, say("turns.unit", unit=unit), colour=theme.GREY)
    _bounds(page, turns, left - 0.1)
    _turns(page, turns, left + 1.15)


def _gap(turn: SearchTurn) -> str:
    """How far the turn's plan may be from the best in the planning model."""
    if not math.isfinite(turn.bound):
        return ""
    if turn.value <= 0 < turn.bound:
        return say("turns.no-gain")
    gap = abs(turn.bound - turn.value) / abs(turn.bound) if turn.bound else 0.0
    if gap > FAR:
        return ""
    return say("turns.best") if gap < 5e-5 else say("turns.gap", gap=percent(gap))


def _bounds(page: Page, turns: tuple[SearchTurn, ...], right: float) -> None:
    """A row for each turn: its plan's value, and how much better a plan may be in the model."""
    ax = page.axes(0.1, 0.42, right - 0.1, page.height - HEAD - 0.55)
    for y, turn in enumerate(turns):
        if math.isfinite(turn.bound):
            ax.plot([turn.value, turn.bound], [y, y], color=theme.GREY, linewidth=3)
            ax.plot([turn.bound], [y], "|", color=theme.GREY, markersize=14)
        ax.plot([turn.value], [y], "o", color=theme.PALETTE[0], markersize=9)
        words = page.fitted(say("turn", n=turn.number) + _gap(turn), theme.SMALL, right - 0.2)
        ax.annotate(words, (0, y), (0, 10), textcoords="offset points", fontsize=theme.SMALL)
    known = [v for t in turns for v in (t.value, t.bound) if math.isfinite(v)] or [1.0]
    ax.set_xlim(min(0.0, 1.1 * min(known)), 1.08 * max(*known, 1e-9))
    ax.set_ylim(len(turns) - 0.4, -0.7)
    ax.set_yticks([])
    ax.xaxis.set_major_locator(MaxNLocator(3))
    ax.xaxis.set_major_formatter(lambda value, _: tick(value))
    ax.tick_params(length=0)
    ax.grid(axis="x")


def _turns(page: Page, turns: tuple[SearchTurn, ...], left: float) -> None:
    """Estimate with its bound against the simulated value with its interval, turn by turn."""
    ax = page.axes(left, 0.42, page.width - left - 0.1, page.height - HEAD - 0.55)
    at = np.arange(len(turns), dtype=float)
    for x, t in zip(at, turns, strict=True):
        if math.isfinite(t.bound):
            ax.plot([x - 0.2, x - 0.2], [t.estimate, t.bound], color=theme.GREY, linewidth=3)
        ax.plot([x - 0.2], [t.estimate], "D", color=theme.GREY, markersize=8)
        ax.annotate(compact(t.estimate), (x - 0.2, t.estimate), (-9, 0), ha="right",
                    textcoords="offset points", fontsize=theme.SMALL, va="center",
                    color=theme.GREY)  # fmt: skip
        _simulated(ax, x - 0.05, t.simulated, theme.PALETTE[0])
        if t.near is not None:
            ax.plot([x + 0.2], [t.near.estimate], "D", color=theme.HIGHLIGHT, markersize=8)
            _simulated(ax, x + 0.35, t.near.simulated, theme.HIGHLIGHT, t.near.estimate)
    ax.set_xlim(-0.75, len(turns) - 0.25)
    ax.set_xticks(at, [say("turn", n=t.number) for t in turns])
    low, high = ax.get_ylim()
    room = 0.07 * (high - low)  # for numbers above and below
    low, high = low - room, high + room
    ax.set_ylim(min(low, 0.0) if low < 0.4 * high else low, high)
    ax.yaxis.set_major_formatter(lambda value, _: tick(value))
    ax.tick_params(length=0)
    ax.grid(axis="y")
    page.text(left, page.height - HEAD - 0.1, say("turns.estimate"), theme.SMALL, theme.GREY)
    words = say("turns.simulated")
    page.text(
        page.width - 0.1, page.height - HEAD - 0.1, words, theme.SMALL, theme.PALETTE[0], ha="right"
    )
    if any(t.near for t in turns):
        page.text(
            page.width - 0.1,
            page.height - 0.48,
            say("turns.near"),
            theme.SMALL,
            theme.HIGHLIGHT,
            "right",
        )


def _simulated(ax: Axes, x: float, found: Figure, colour: str, above: float | None = None) -> None:
    """A dot with its interval; its number stands below both, or above them and another value."""
    ends = (found.mean, found.mean) if math.isnan(found.low) else (found.low, found.high)
    ax.plot([x] * 2, ends, color=colour, linewidth=3.5, alpha=0.5)
    ax.plot([x], [found.mean], "o", color=colour, markersize=9)
    y, up, va = (ends[0], -5, "top") if above is None else (max(ends[1], above), 7, "bottom")
    ax.annotate(compact(found.mean), (x, y), (0, up), ha="center", va=va,
                textcoords="offset points", fontsize=theme.SMALL, color=colour)  # fmt: skip
