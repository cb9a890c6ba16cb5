"""How many come to a session? The spread over sessions, and means by kind of activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from sim.messages import clauses, say, sentences
from sim.report import theme
from sim.report.charts.parts import TableRows, dot_rows, label_width
from sim.report.charts.values import (
    UNKNOWN,
    Value,
    as_amount,
    bars,
    behind,
    ceiling,
    compact,
    titled,
    values_of,
)
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import leaders, once, short

SPREAD, PERCENTILE = "session_participations", "percentile"
MEAN, KIND = "participations_per_activity", "activity_kind"
PUBLISHED = "calibration_participations_per_activity"
MOST_ROWS = 12


@dataclass(frozen=True, eq=False)
class ActivitySpreadData:
    """Percentiles over sessions, means of all and by kind, and the mean that the scenario gives."""

    finding: Finding
    percentiles: Mapping[str, Value]
    mean: Value
    kinds: tuple[tuple[str, Value], ...]
    published: Value


def plot(page: Page, data: ActivitySpreadData) -> None:
    """Draw the spread in the first row, kinds below it, one axis for all."""
    labels = [say("spread.all"), *(label for label, _ in data.kinds)]
    values = [data.mean, *(value for _, value in data.kinds)]
    rows = TableRows.below(page, len(labels), head=0.36, foot=0.62)
    name = label_width(page, labels)
    rows.names(page, labels, name - 0.15)
    rows.rules(page)
    words = [_with_limits(value) if value.known else "" for value in values]
    if data.percentiles:
        middle = [
            _people(data.percentiles[p].mean) for p in ("p25", "p75") if p in data.percentiles
        ]
        half = say("spread.half", ends="–".join(middle)) if len(middle) == 2 else ""
        words[0] = clauses(_mean(data.mean.mean) if data.mean.known else "", half)
    text = max(page.width_of(word, theme.SMALL) for word in words) + 0.25
    width = page.width - name - text - 0.1
    top = ceiling(max(v.top for v in (*values, *data.percentiles.values(), data.published)
                      if v.known))  # fmt: skip
    ax = dot_rows(page, rows, (name, width), [UNKNOWN, *values[1:]], top)
    _spread(ax, data)
    rows.write(page, name + width + 0.25, words)
    page.text(name, rows.bottom - 0.56, say("spread.axis"), theme.SMALL, theme.GREY)
    if data.published.known:
        at = data.published.mean
        ax.axvline(at, color=theme.HIGHLIGHT, linewidth=1.8, linestyle=(0, (5, 2)), zorder=0.9)
        side = "left" if at < 0.6 * top else "right"
        page.text(
            name + width * at / top, page.height - 0.22, say("spread.given", mean=_mean(at)),
            theme.SMALL, theme.INK, ha=side,
        )  # fmt: skip


def _people(value: float) -> str:
    """Number of people with a decimal only below 10, and where it says something."""
    return compact(value) if value > 9.95 else _mean(value).removesuffix(".0")


def _mean(value: float) -> str:
    """Mean number of people, with a decimal below 100."""
    return f"{value:.1f}" if value < 99.95 else compact(value)


def _with_limits(value: Value) -> str:
    if not value.bounded:
        return _mean(value.mean)
    if value.mean >= 99.95:
        return as_amount(value)
    ends = f"{value.low:.1f}–{value.high:.1f}"
    return say("with-interval", mean=_mean(value.mean), ends=ends)


def _spread(ax: Axes, data: ActivitySpreadData) -> None:
    """Draw percentiles: line p05 to p95, bar p25 to p75, white stroke p50; the mean as a dot."""
    at = {name: value.mean for name, value in data.percentiles.items()}
    if {"p05", "p95"} <= set(at):
        ax.plot([at["p05"], at["p95"]], [0.5, 0.5], color=theme.PALETTE[1], linewidth=2)
    if {"p25", "p75"} <= set(at):
        ax.fill_between(
            [at["p25"], at["p75"]], 0.28, 0.72, color=theme.PALETTE[1], linewidth=0, zorder=2
        )
    if "p50" in at:
        ax.plot([at["p50"]] * 2, [0.28, 0.72], color="white", linewidth=3, zorder=3)
    if data.mean.known:
        ax.plot([data.mean.mean], [0.5], "o", markersize=9, color=theme.PALETTE[0], zorder=4)


@chart("activity-spread", plot, of=RunResults, aside=True)
def analyse(results: RunResults) -> list[ActivitySpreadData]:
    """Percentiles by size, kinds by mean; of many kinds the first twelve."""
    spread = {k: v for k, v in values_of(results, SPREAD, PERCENTILE).items() if v.known}
    spread = dict(sorted(spread.items()))
    found = {k: v for k, v in values_of(results, MEAN, KIND).items() if v.known}
    if not spread and not found:
        return []
    mean = values_of(results, MEAN, "all").get("all", UNKNOWN)
    published = values_of(results, PUBLISHED, "all").get("all", UNKNOWN)
    order = sorted(found, key=lambda kind: (-found[kind].mean, kind))
    kinds = tuple((results.label(KIND, kind), found[kind]) for kind in order[:MOST_ROWS])
    left = len(order) - len(kinds)
    notes = [
        _given(results) if published.known else "",
        say("spread.left", n=left) if left else "",
        say("spread.first") if spread else "",
    ]
    finding = Finding(
        name="activity-spread",
        title=_title(results, spread, found, mean),
        subtitle=clauses(say("spread.subtitle"), bars(results)),
        table=behind(
            results,
            [(SPREAD, PERCENTILE), (MEAN, "all"), (MEAN, KIND), (PUBLISHED, "all")],
        ),
        note=sentences(*notes),
    )
    return [ActivitySpreadData(finding, spread, mean, kinds, published)]


def _given(results: RunResults) -> str:
    """Name the sources that say how many people came to how many sessions."""
    credits = results.context.credits
    said = dict.fromkeys(
        credits.get(key, "") for key in ("calibration.participations", "activities.sessions")
    )
    found = clauses(*said)
    words = say("spread.dashed")
    return say("in-brackets", words=words, more=found) if found else words


def _title(
    results: RunResults, spread: Mapping[str, Value], kinds: Mapping[str, Value], mean: Value
) -> str:
    """Say how many come to half of the sessions, and which kind draws most if one does."""
    n = results.context.n_replications
    if {"p25", "p75"} <= set(spread):
        low, high = (_people(spread[p].mean) for p in ("p25", "p75"))
        half = say("spread.draw", low=low, high=high)
    elif mean.known:
        half = say("spread.average", mean=_mean(mean.mean))
    else:
        half = say("spread.unlike")
    if n == 1:
        return half + once(n)
    return titled(*(clauses(half, tail) for tail in _tails(results, kinds)), half)


def _tails(results: RunResults, kinds: Mapping[str, Value]) -> Sequence[str]:
    """Phrases on kinds that are true here, the longest first."""
    table = pd.DataFrame(
        [(kind, v.mean, v.low, v.high) for kind, v in kinds.items()],
        columns=["level", "mean", "low", "high"],
    )
    lead = leaders(table)
    if len(table) < 2:
        return ()
    if not lead.certain or len(lead.levels) > 1:
        return (say("spread.unclear"),)
    name = short(results.label(KIND, lead.levels[0]))
    return say("spread.most", name=name, mean=_mean(lead.mean)), say("spread.first-kind", name=name)
