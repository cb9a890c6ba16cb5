"""Findings in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.messages import joined, known, say
from sim.sensitivity.crossings import GRID, target_of
from sim.sensitivity.findings import LEVEL, ROBUST, FigureDrivers, Findings
from sim.sensitivity.plans import GAIN, LEAD, plan_called
from sim.stats.given_data import FEW
from sim.studies.comparison_words import noun, scenario_names
from sim.words import capital, signed

NOISY = 0.1
"""Share of a spread above which it is said that luck within draws is in it."""


def headline(findings: Findings) -> str:
    """The first sentence of an answer."""
    if findings.asked.of == "compare":
        driven = max(findings.figure_drivers, key=lambda d: abs(d.base))
        return _decision(findings, driven)
    if findings.asked.of == "site":
        return first_plan(findings)
    return figure(findings, findings.figure_drivers[0])


def lines(findings: Findings) -> list[str]:
    """What the terminal and the manifest say."""
    s = findings.asked
    compare = s.of == "compare"
    told = [
        _decision(findings, d) if compare else figure(findings, d) for d in findings.figure_drivers
    ]
    if s.of == "site":
        told = [figure(findings, findings.figure_drivers[0]), first_plan(findings)]
    told += [depends(findings, d) for d in findings.figure_drivers]
    told.append(draws_words(findings))
    return [line for line in told if line]


def draws_words(findings: Findings) -> str:
    """How many draws there are, how many could not be fitted, and whether they are few."""
    s = findings.asked
    n, lost = len(s.reached), int((~s.reached).sum())
    words = say("draws", n=n, inputs=len(s.dimensions))
    words = say("draws.fitted" if s.refitted else "draws.given", draws=words)
    if lost:
        words = say("draws.lost", draws=words, n=lost)
    if n - lost < FEW:
        words = say("draws.few", draws=words, n=FEW)
    luck = max((d.noise for d in findings.figure_drivers), default=0.0)
    words = say("draws.luck", draws=words, luck=luck) if luck > NOISY else words
    return say("sentence", words=words)


def figure(findings: Findings, driven: FigureDrivers) -> str:
    """A figure of all with its two intervals."""
    table, metric = findings.intervals, driven.target.metric
    at = (table["metric"] == metric) & (table["group"] == "all")
    row = table[at & (table["scenario"] == findings.asked.labels[driven.target.scenario])].iloc[0]
    if findings.asked.of == "headroom":
        return _growth(driven, row)
    if findings.asked.of == "site":
        return _gain(findings, row)
    key = "figure.share.chance" if row.ci_low == row.ci_low else "figure.share"
    words = say(key, mean=row["mean"], words=known(f"headline.{metric}", metric),
                low=row.ci_low, high=row.ci_high)  # fmt: skip
    low, high = f"{row.assumption_low:.0%}", f"{row.assumption_high:.0%}"
    return _with_draws(words, low, high, row.draws)


def _with_draws(words: str, low: str, high: str, draws: int) -> str:
    """A figure with its interval over the assumptions."""
    if not draws:
        return say("drawn.none", words=words)
    return say("drawn.share", words=words, low=low, high=high, level=LEVEL)


def _growth(driven: FigureDrivers, row: Any) -> str:
    """Where service of all falls below a target."""
    known_ends = row.ci_low == row.ci_low and row.ci_high == row.ci_high
    words = say(
        "figure.times.chance" if known_ends else "figure.times", low=row.ci_low, high=row.ci_high,
        words=figure_name(driven.target.metric), times=times(row["mean"]),
    )  # fmt: skip
    return _with_draws(words, times(row.assumption_low), times(row.assumption_high), row.draws)


def _gain(findings: Findings, row: Any) -> str:
    """What the recommended plan gains over today."""
    s = findings.asked
    words = say(
        "gain.chance" if row.ci_low == row.ci_low else "gain",
        plan=capital(plan_called(s.recommended)),
        mean=row["mean"], low=row.ci_low, high=row.ci_high, unit=say(f"gain.unit.{s.unit}"),
    )  # fmt: skip
    return _with_draws(
        words, f"{row.assumption_low:,.0f}", f"{row.assumption_high:,.0f}", row.draws
    )


def first_plan(findings: Findings) -> str:
    """In how many draws which plan is the best, and what turns that."""
    words, flip = best_words(findings), findings.figure_drivers[1].flip
    if not words or flip is None:
        return say("sentence", words=words) if words else ""
    return say("best.unless", words=words, rule=findings.rule(flip), inside=flip.inside,
               outside=flip.outside)  # fmt: skip


def best_words(findings: Findings) -> str:
    """In how many draws which plan is the best; empty where none could be fitted."""
    table = findings.ranks
    if not table["draws"].max():
        return ""
    own = table["plan"] == findings.asked.recommended
    others = table[~own & (table["best_share"] > 0)].sort_values(
        "best_share", ascending=False, kind="stable"
    )
    parts = [
        say("best.part", plan=plan_called(str(row.plan)), share=row.best_share)
        for row in others.head(3).itertuples()
    ]
    plan = capital(plan_called(findings.asked.recommended))
    words = say("best", plan=plan, share=table[own]["best_share"].iloc[0])
    return say("best.others", words=words, others=joined(parts)) if parts else words


def times(multiplier: float) -> str:
    """A multiplier in words: at an end of what is asked, that it may lie beyond."""
    if multiplier <= GRID[0]:
        return say("multiple.least", n=GRID[0])
    return f"{multiplier:.1f}" if multiplier < GRID[-1] else say("multiple.most", n=GRID[-1])


def figure_name(metric: str) -> str:
    """What a figure is, as a sentence begins."""
    if metric in (GAIN, LEAD):
        return say(f"figure.{metric}")
    target = target_of(metric)
    return capital(noun(metric)) if target != target else say("headroom.until", target=target)


@dataclass(frozen=True, slots=True)
class _Decision:
    """A difference between scenarios in the scenario itself, and in draws.

    Attributes
    ----------
    words
        The difference itself.
    share, span
        In how many draws it has the same sign, and between which points it lies.
    """

    name: str
    base: str
    verdict: str
    words: str
    share: str
    span: str


def _decided(findings: Findings, driven: FigureDrivers) -> _Decision:
    s, t = findings.asked, driven.target
    table, named = findings.differences, scenario_names(s.scenarios)
    at = (table["metric"] == t.metric) & (table["group"] == "all")
    row = table[at & (table["scenario"] == s.labels[t.scenario])].iloc[0]
    name, base = named[s.labels[t.scenario]], named[s.labels[0]]
    side, size = "more" if driven.base > 0 else "fewer", f"{abs(100 * driven.base):.1f}"
    points = say("points", words=size, number=float(size))
    words = say(f"{side}.{t.metric}", name=name, points=points, base=base)
    low, high = signed(100 * row.assumption_low), signed(100 * row.assumption_high)
    span = say("ends", low=low, high=high)
    share = say(f"share.{side}", same=driven.same, span=span)
    return _Decision(name, base, str(row.verdict), words, share, span)


def _decision(findings: Findings, driven: FigureDrivers) -> str:
    """A difference, whether it is robust, and what turns it."""
    d, flip = _decided(findings, driven), driven.flip
    if d.verdict == "no difference seen":
        return say("decided.alike", name=d.name, base=d.base, span=d.span)
    keys = {"too few draws": "few", "robust": "robust", "not supported": "not"}
    if d.verdict in keys:
        words = capital(d.words) if d.verdict == "too few draws" else d.words
        return say(f"decided.{keys[d.verdict]}", words=words, share=d.share)
    if flip is None:
        return say("decided.depends", words=d.words, share=d.share)
    return say(
        "decided.unless", words=capital(d.words), rule=findings.rule(flip), inside=flip.inside,
        outside=flip.outside, share=d.share,
    )  # fmt: skip


def decision_title(findings: Findings) -> str:
    """The clearest difference, short enough for a title."""
    driven = max(findings.figure_drivers, key=lambda d: abs(d.base))
    d = _decided(findings, driven)
    if d.verdict == "no difference seen":
        return say("both.alike", name=d.name, base=d.base)
    if d.verdict in ("robust", "not supported"):
        return say(f"both.{d.verdict}", words=d.words)
    if d.verdict == "depends" and driven.flip is None:
        return say("both.depends", words=d.words)
    if d.verdict == "depends" and driven.flip is not None:
        return say("both.unless", words=capital(d.words), rule=findings.rule(driven.flip))
    return capital(d.words)


def depends(findings: Findings, driven: FigureDrivers) -> str:
    """Which inputs a figure depends on, and how many are not seen to matter."""
    s, ranked = findings.asked, driven.ranked
    if len(driven.values) < FEW:
        return ""
    what = capital(driven_name(findings, driven))
    if not ranked:
        return say("driven.none", what=what)
    inputs = [
        say("driven.part", name=s.in_words(j), share=driven.found.index[j]) for j in ranked[:4]
    ]
    return say("driven.most", what=what, inputs=joined(inputs), n=len(s.dimensions) - len(ranked))


def driven_name(findings: Findings, driven: FigureDrivers) -> str:
    """What is driven: a figure, or a difference."""
    s = findings.asked
    if driven.target.baseline is None:
        return figure_name(driven.target.metric)
    named = scenario_names(s.scenarios)
    return say("driven.pair", name=named[s.labels[driven.target.scenario]], base=named[s.labels[0]])


def depends_on(findings: Findings, driven: FigureDrivers) -> str:
    """Where a difference turns, or the input that it depends on most; empty if none is seen."""
    if driven.flip is not None:
        return say("rule.whether", rule=findings.rule(driven.flip))
    return findings.asked.in_words(driven.ranked[0]) if driven.ranked else ""


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
        "called": scenario_names(s.scenarios),
        "headline": headline(findings),
        "lines": lines(findings),
    }
