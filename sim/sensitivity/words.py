"""Findings in sentences."""

from __future__ import annotations

from typing import Any

from sim.metrics import METRICS
from sim.sensitivity.crossings import GRID, target_of
from sim.sensitivity.findings import LEVEL, ROBUST, FigureDrivers, Findings
from sim.stats.given_data import FEW
from sim.studies.comparison_words import noun
from sim.words import capital, counted, joined, signed

NOISY = 0.1
"""Share of a spread above which it is said that luck within draws is in it."""


def headline(findings: Findings) -> str:
    """The first sentence of an answer."""
    if findings.asked.of == "compare":
        driven = max(findings.figure_drivers, key=lambda d: abs(d.base))
        return _decision(findings, driven)
    return figure(findings, findings.figure_drivers[0])


def lines(findings: Findings) -> list[str]:
    """What the terminal and the manifest say."""
    s = findings.asked
    compare = s.of == "compare"
    told = [
        _decision(findings, d) if compare else figure(findings, d) for d in findings.figure_drivers
    ]
    told += [depends(findings, d) for d in findings.figure_drivers]
    told.append(draws_words(findings))
    return [line for line in told if line]


def draws_words(findings: Findings) -> str:
    """How many draws there are, how many could not be fitted, and whether they are few."""
    s = findings.asked
    n, lost = len(s.reached), int((~s.reached).sum())
    words = f"{counted(n, 'draw')} of {counted(len(s.dimensions), 'input')}"
    if not s.refitted:
        words += "; none was fitted again: the level of demand is given by hand"
    else:
        words += ", each fitted to the same totals"
    if lost:
        words += f"; {counted(lost, 'draw')} could not be, and no range holds them"
    few = f". Fewer than {FEW}: no driver is ranked" if n - lost < FEW else ""
    luck = max((d.noise for d in findings.figure_drivers), default=0.0)
    more = f". Up to {luck:.0%} of the spread is luck within draws" if luck > NOISY else ""
    return f"{words}{few}{more}."


def figure(findings: Findings, driven: FigureDrivers) -> str:
    """A figure of all with its two intervals."""
    table = findings.intervals
    at = (table["metric"] == driven.target.metric) & (table["group"] == "all")
    row = table[at & (table["scenario"] == findings.asked.labels[driven.target.scenario])].iloc[0]
    if findings.asked.of == "headroom":
        return _growth(driven, row)
    words = METRICS[driven.target.metric].headline or driven.target.metric
    chance = (
        f" ({row.ci_low:.1%} to {row.ci_high:.1%} by chance)" if row.ci_low == row.ci_low else ""
    )
    if not row.draws:
        return f"{row['mean']:.1%} {words}{chance}; no draw could be fitted."
    return (
        f"{row['mean']:.1%} {words}{chance}; {row.assumption_low:.0%} to "
        f"{row.assumption_high:.0%} in {LEVEL:.0%} of draws of the assumptions."
    )


def _growth(driven: FigureDrivers, row: Any) -> str:
    """Where service of all falls below a target."""
    words = f"{figure_name(driven.target.metric)}: {times(row['mean'])} times today's demand"
    if row.ci_low == row.ci_low and row.ci_high == row.ci_high:
        words += f" ({row.ci_low:.1f} to {row.ci_high:.1f} by chance)"
    if not row.draws:
        return f"{words}; no draw could be fitted."
    low, high = times(row.assumption_low), times(row.assumption_high)
    return f"{words}; {low} to {high} in {LEVEL:.0%} of draws of the assumptions."


def times(multiplier: float) -> str:
    """A multiplier in words: at an end of what is asked, that it may lie beyond."""
    if multiplier <= GRID[0]:
        return f"{GRID[0]:g} or less"
    return f"{multiplier:.1f}" if multiplier < GRID[-1] else f"{GRID[-1]:g} or more"


def figure_name(metric: str) -> str:
    """What a figure is, as a sentence begins."""
    target = target_of(metric)
    return capital(noun(metric)) if target != target else f"Headroom until {target:.0%} are served"


def _decision(findings: Findings, driven: FigureDrivers) -> str:
    s, t = findings.asked, driven.target
    table = findings.differences
    at = (table["metric"] == t.metric) & (table["group"] == "all")
    row = table[at & (table["scenario"] == s.labels[t.scenario])].iloc[0]
    verb = METRICS[t.metric].words
    assert verb is not None
    side = "more" if driven.base > 0 else "fewer"
    points = f"{abs(100 * driven.base):.1f}"
    words = f"{s.labels[t.scenario]} {verb.verb} {points} points {side}{verb.of} than {s.labels[0]}"
    span = f"{signed(100 * row.assumption_low)} to {signed(100 * row.assumption_high)}"
    share = f"{side} in {driven.same:.0%} of draws, {span} points"
    if row.verdict == "no difference seen":
        return f"{s.labels[t.scenario]} differs from {s.labels[0]} by no more than chance; {span}."
    if row.verdict == "too few draws":
        return f"{capital(words)} ({share}); too few draws for a verdict."
    if row.verdict == "robust":
        return f"Robust: {words} ({share})."
    if row.verdict == "not supported":
        return f"Not supported: {words} in the scenario itself, but {share}."
    if driven.flip is None:
        return f"Depends on the assumptions: {words} ({share}); no single one turns it."
    flip = driven.flip
    return (
        f"{capital(words)} unless {findings.rule(flip)}: there it turns in {flip.inside:.0%} of "
        f"draws, elsewhere in {flip.outside:.0%} ({share})."
    )


def depends(findings: Findings, driven: FigureDrivers) -> str:
    """Which inputs a figure depends on, and how many are not seen to matter."""
    s, ranked = findings.asked, driven.ranked
    if len(driven.values) < FEW:
        return ""
    what = figure_name(driven.target.metric)
    if driven.target.baseline is not None:
        what = f"{s.labels[driven.target.scenario]} against {s.labels[0]}"
    if not ranked:
        return f"{capital(what)}: no input stands out from chance."
    named = [
        f"{s.dimensions[j].name} ({driven.found.index[j]:.0%} of the spread)" for j in ranked[:4]
    ]
    rest = len(s.dimensions) - len(ranked)
    return (
        f"{capital(what)}: most depends on {joined(named)}; "
        f"{counted(rest, 'input')} not seen to matter."
    )


def depends_on(findings: Findings, driven: FigureDrivers) -> str:
    """Where a difference turns, or the input that it depends on most; empty if none is seen."""
    if driven.flip is not None:
        return f"whether {findings.rule(driven.flip)}"
    return findings.asked.dimensions[driven.ranked[0]].name if driven.ranked else ""


def summary(findings: Findings) -> dict[str, Any]:
    """What is printed and noted in the manifest."""
    s = findings.asked
    return {
        "of": s.of,
        "scenarios": list(s.labels),
        "draws": len(s.reached),
        "not_fitted": int((~s.reached).sum()),
        "inputs": len(s.dimensions),
        "robust_from": ROBUST,
        "headline": headline(findings),
        "lines": lines(findings),
    }
