"""How do scenarios differ from the baseline? Differences with intervals, a panel a metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.messages import MYRIADS, chinese, joined, say, sentences
from sim.report import theme
from sim.report.charts.comparison.results import ComparisonResults
from sim.report.charts.values import compact, tick
from sim.report.context import ASSUMED
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.report.words import count
from sim.studies.comparison_words import COST, PERSON_HOURS, headline, noun
from sim.words import signed

LARGE = 10_000
"""Values of an axis from here on are written in thousands, or in 万 in Chinese."""


@dataclass(frozen=True, slots=True)
class _Panel:
    """A metric's differences, as drawn.

    Attributes
    ----------
    rows
        Columns difference, low, high, inner_low, inner_high, by scenario.
    foot
        What right and left mean.
    digits
        Of the figures beside the lines.
    """

    head: str
    foot: str
    rows: pd.DataFrame
    digits: int = 1


@picture("forest", of=ComparisonResults)
def forest(results: ComparisonResults) -> Drawing:
    """Differences of the primary metrics: a row a scenario, a panel a metric."""
    compared, differences, base = results.compared, results.tables.differences, results.base
    rows = differences[
        differences["metric"].isin(compared.primary) & (differences["group"] == "all")
    ]
    words = headline(
        rows, compared.primary[0], base, results.named, 2 if len(compared.others) < 3 else 1
    )
    finding = Finding(
        name="forest",
        title=_doubted(results, words),
        subtitle=say("forest.subtitle", base=base),
        table=rows,
        note=sentences(*_notes(results)),
    )
    panels = [
        _Panel(noun(metric), say("forest.sides"), _scaled(rows, metric))
        for metric in compared.primary
    ]
    for judged in results.judged:
        panels[0].rows.loc[judged["scenario"], list(ASSUMED)] = [100 * judged[k] for k in ASSUMED]
    return finding, lambda page: _plot(page, panels, results.others, results.named)


@picture("use-and-cost", of=ComparisonResults)
def use_and_cost(results: ComparisonResults) -> Drawing:
    """Change in use by each scenario, beside its change in the cost of a year."""
    figures, base = results.tables.figures, results.base
    rows = figures[figures["metric"].isin((PERSON_HOURS, COST))]
    mine = rows[rows["scenario"] != results.baseline]
    panels = [_Panel(say("cost.hours"), say("cost.hours.sides"), _plain(mine, PERSON_HOURS), 0)]
    cost = _plain(mine, COST)
    costs = bool(cost["difference"].any())  # of rules alone a panel of zeros would say no more
    if costs:
        panels.append(_Panel(say("cost.yuan"), say("cost.yuan.sides"), cost, 0))
    finding = Finding(
        name="use-and-cost",
        title=_use_title(mine, base, results.named),
        subtitle=say("cost.subtitle.yuan" if costs else "cost.subtitle", base=base),
        table=rows,
        note=say("cost.note.yuan" if costs else "cost.note"),
    )
    return finding, lambda page: _plot(page, panels, results.others, results.named)


def _doubted(results: ComparisonResults, words: str) -> str:
    """How many differences other assumptions turn; `linli compare` says on what they depend."""
    turned = [j for j in results.judged if j["verdict"] in ("depends", "not supported")]
    return say("doubted", words=words, n=len(turned)) if turned else words


def _notes(results: ComparisonResults) -> Iterator[str]:
    """How thick means, which scenarios have other residents than the baseline, what is pale."""
    compared = results.compared
    yield say("forest.thick")
    unlike = [compared.labels[i] for i in compared.others if i not in compared.alike]
    if unlike:
        yield say("forest.unlike", names=joined([results.named[name] for name in unlike]))
    if results.judged:
        yield say("assumed-band")


def _use_title(rows: pd.DataFrame, base: str, named: Mapping[str, str]) -> str:
    """The scenario that changes use most, and what that costs a year."""
    use, cost = (
        {str(r["scenario"]): r for r in rows[rows["metric"] == m].to_dict("records")}
        for m in (PERSON_HOURS, COST)
    )
    yuan = {name: float(row["value"]) for name, row in cost.items()}
    hours = {n: float(r["value"]) for n, r in use.items() if r["ci_low"] > 0 or r["ci_high"] < 0}
    if not hours:
        dear = max(yuan, key=lambda name: abs(yuan[name]))
        if abs(yuan[dear]) < 0.5:
            return say("cost.alike", base=base)
        return say("cost.no-use", base=base, name=named[dear], yuan=_yuan(yuan[dear]))
    first = max(hours, key=lambda name: abs(hours[name]))
    return say(
        "cost.more" if hours[first] > 0 else "cost.fewer",
        name=named[first], base=base, hours=count(abs(hours[first])), yuan=_yuan(yuan[first]),
    )  # fmt: skip


def _yuan(value: float) -> str:
    if abs(value) < 0.5:
        return say("cost.same")
    return say("cost.dearer" if value > 0 else "cost.cheaper", yuan=count(abs(value)))


def _scaled(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Points, with joint and own limits."""
    mine = rows[rows["metric"] == metric].set_index("scenario")
    names = {
        "difference": "difference",
        "adjusted_low": "low",
        "adjusted_high": "high",
        "ci_low": "inner_low",
        "ci_high": "inner_high",
    }
    return (100 * mine[list(names)].astype(float)).rename(columns=names)


def _plain(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    mine = rows[rows["metric"] == metric].set_index("scenario")
    low, high = mine["ci_low"].astype(float), mine["ci_high"].astype(float)
    return pd.DataFrame(
        {
            "difference": mine["value"].astype(float),
            "low": low,
            "high": high,
            "inner_low": low,
            "inner_high": high,
        }
    )


def _plot(page: Page, panels: Sequence[_Panel], names: list[str], named: Mapping[str, str]) -> None:
    label_width = min(max(page.width_of(named[n], theme.BODY) for n in names) + 0.2, 3.2)
    gap, foot = 0.25, 0.6
    width = (page.width - label_width) / len(panels) - gap
    heads = [page.wrapped(panel.head, theme.BODY, width) for panel in panels]
    head = 0.25 + 0.3 * max(len(lines) for lines in heads)
    height = min((page.height - head - foot) / len(names), 0.75)
    bottom = page.height - head - height * len(names)
    for row, name in enumerate(names):
        y = bottom + height * (len(names) - row - 0.5)
        words, size = page.sized(named[name], label_width - 0.1)
        page.text(0, y, words, size, va="center_baseline")
    for column, panel in enumerate(panels):
        left = label_width + column * (width + gap)
        for line, words in enumerate(heads[column]):
            page.text(left, page.height - 0.25 - 0.3 * line, words, theme.BODY)
        _panel(page, panel, names, (left, bottom, width, height), written=len(panels) < 3)


def _panel(
    page: Page,
    panel: _Panel,
    names: list[str],
    box: tuple[float, float, float, float],
    *,
    written: bool,
) -> None:
    """One metric: lines, means, and the figures beside them where there is room."""
    left, bottom, width, height = box
    rows = panel.rows.loc[names]
    texts = _figures(rows, panel.digits) if written else []
    figures = max((page.width_of(text, theme.SMALL) for text in texts), default=-0.2) + 0.2
    ax = page.axes(left, bottom, width - figures, height * len(names))
    mean, low, high = (rows[c].to_numpy() for c in ("difference", "low", "high"))
    y_at = np.arange(len(names))
    ax.hlines(y_at, low, high, color=theme.PALETTE[0], linewidth=1.6)
    ax.hlines(
        y_at,
        rows["inner_low"].to_numpy(),
        rows["inner_high"].to_numpy(),
        color=theme.PALETTE[0],
        linewidth=5,
        alpha=0.45,
    )
    ax.plot(mean, y_at, "o", color=theme.PALETTE[0], markersize=6)
    ends = [mean, low, high]
    if ASSUMED[0] in rows:
        assumed = [rows[name].to_numpy() for name in ASSUMED]
        ax.hlines(y_at, assumed[0], assumed[1], color=theme.ASSUMED, linewidth=11, zorder=0.5)
        ends += assumed
    far = float(np.nanmax(np.abs(np.concatenate(ends)), initial=0.0)) * 1.1 or 1.0
    ax.axvline(0, color=theme.INK, linewidth=1)
    ax.set(xlim=(-far, far), ylim=(len(names) - 0.5, -0.5), yticks=[])
    mark_values(page, ax, far, width - figures)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    middle = left + (width - figures) / 2
    page.text(middle, bottom - 0.52, panel.foot, theme.SMALL, theme.GREY, ha="center")
    for row, text in enumerate(texts):
        y = bottom + height * (len(names) - row - 0.5)
        page.text(left + width - figures + 0.1, y, text, theme.SMALL, va="center_baseline")


def mark_values(page: Page, ax: Axes, far: float, width: float) -> None:
    """Mark about four values; where their words would touch, the line at 0 goes without."""
    ax.locator_params(axis="x", nbins=4)
    shown = [float(value) for value in ax.get_xticks() if abs(value) <= far]
    words = [tick(value) if abs(value) >= LARGE else f"{value:,.10g}" for value in shown]
    room = width * (shown[1] - shown[0]) / (2 * far) if len(shown) > 1 else width
    wide = max(page.width_of(text, theme.SMALL) for text in words) > room - 0.08
    ax.set_xticks(
        shown,
        ["" if wide and value == 0 else text for value, text in zip(shown, words, strict=True)],
    )


def _figures(rows: pd.DataFrame, digits: int) -> list[str]:
    """Differences and their outer intervals, as written beside the lines."""
    texts = []
    for row in rows.to_dict("records"):
        mean, low, high = row["difference"], row["low"], row["high"]
        text = say("no-value") if np.isnan(mean) else _signed(mean, digits)
        if not np.isnan(low) and low < high:
            ends = say("ends", low=_signed(low, digits), high=_signed(high, digits))
            text = f"{text} ({ends})"
        texts.append(text)
    return texts


def _signed(value: float, digits: int) -> str:
    """A difference with its sign; a large one in the unit of the language that has one."""
    if chinese() and abs(value) >= MYRIADS:
        return f"{'+' if value > 0 else '-'}{compact(abs(value))}"
    return signed(value, digits, ",")
