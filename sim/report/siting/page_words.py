"""Sentences of the recommendation page: claims only as far as intervals and the model go."""

from __future__ import annotations

import math

from sim.report.charts.values import spoken
from sim.report.siting.plan_words import (
    Label,
    clear,
    gap_words,
    moves_words,
    search_words,
    unit_words,
    yuan_words,
)
from sim.report.siting.seen import Seen
from sim.report.words import joined, percent
from sim.siting.outcome import Figure, JudgedPlan, Misjudged, Price

__all__ = [
    "factor_words",
    "figure_words",
    "headline",
    "misjudged_words",
    "not_looked_at",
    "opens_words",
    "price_words",
    "second_words",
]


def figure_words(figure: Figure) -> str:
    """`51,800 (49,900 to 53,700)`; `no interval` where there is one replication."""
    if math.isnan(figure.mean):
        return "not simulated"
    if math.isnan(figure.low):
        return f"{spoken(figure.mean)} (no interval)"
    return f"{spoken(figure.mean)} ({spoken(figure.low)} to {spoken(figure.high)})"


def opens_words(seen: Seen) -> str:
    """`9 rooms at 6 sites, 1 conversion, 1 closure and 1 link`."""
    plan, moves = seen.plan, seen.found.catalogue.moves
    rooms = sum(s.rooms for s in seen.sites)
    sites = sum(s.rooms > 0 for s in seen.sites)
    parts = [f"{_many(rooms, 'room')} at {_many(sites, 'site')}"] if rooms else []
    for what, word in (("convert", "conversion"), ("close", "closure"), ("link", "link")):
        times = sum(n for n, m in zip(plan.times, moves, strict=True) if m.what == what)
        parts += [_many(times, word)] if times else []
    return joined(parts) or "nothing"


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def headline(seen: Seen, confidence: float) -> list[str]:
    """The recommendation: what, for how much and what it gains; how good in the planning model."""
    plan, unit = seen.plan, unit_words(seen.found.unit)
    ruling = seen.found.ruling
    over = [] if ruling is None else ruling.words[:2]
    if not any(plan.times):
        return ["Build nothing: no plan tried gains over today beyond what chance allows.", *over]
    cost = yuan_words(plan.cost, " yuan a year").replace(")", ", by assumed costs)")
    what = f"Open {opens_words(seen)} for {cost}"
    gain = plan.gain
    own = "" if ruling is None else ", under the scenario's own demand"
    if clear(gain) > 0:
        does = f"in the simulation this gains {figure_words(gain)} {unit} a year over today{own}"
    elif math.isnan(gain.low):
        does = f"in one replication this gains {spoken(gain.mean)} {unit} a year over today"
    else:
        does = f"in the simulation no clear gain shows: {figure_words(gain)} {unit} a year{own}"
    interval = (
        "" if math.isnan(gain.low) else f" ({percent(confidence)} interval of the simulation)"
    )
    return [f"{what}: {does}{interval}.", search_words(plan, seen.found.cut), *over]


def second_words(seen: Seen, label: Label) -> str:
    """The best plan that does something else, what it gains and what it does differently.

    A rival may have proposed the recommended plan too: then it stands beside it in the ranking.
    """
    others = [p for p in seen.found.plans if any(p.times) and p.times != seen.plan.times]
    if not others:
        return ""
    second = min(others, key=lambda p: p.rank)
    more = _apart(seen, second, label)
    gain = f"{figure_words(second.gain)} {unit_words(seen.found.unit)} a year, simulated"
    cost = yuan_words(second.cost, " yuan a year")
    told = f"Second is {label('plan', second.label)}: {gain}, for {cost}."
    return f"{told} That plan is {gap_words(second)}.{more}"


def _apart(seen: Seen, plan: JudgedPlan, label: Label) -> str:
    """Moves that one of both makes more often."""
    moves = seen.found.catalogue.moves
    parts = []
    for word, mine, other in (
        ("Instead it has", plan.times, seen.plan.times),
        ("it does without", seen.plan.times, plan.times),
    ):
        more = [(a - b, m) for a, b, m in zip(mine, other, moves, strict=True) if a > b]
        if more:
            named = [f"{moves_words([(n, m)], label)} at {label('place', m.site)}" for n, m in more]
            shown = named[:6] + ([f"{len(named) - 6} more"] if len(named) > 6 else [])
            parts.append(f"{word} {joined(shown)}")
    words = "; ".join(parts)
    return f" {words[:1].upper()}{words[1:]}." if words else ""


def price_words(price: Price) -> tuple[str, str, str]:
    """Yuan a unit; its interval of the simulation; its range by what is assumed of costs."""
    y = price.yuan
    if not math.isfinite(y.mean) or math.isinf(y.low):
        return "no gain to divide by", "–", "–"
    if math.isnan(y.low):
        interval = "no interval"
    else:
        high = "without limit: the gain may be nothing" if math.isinf(y.high) else _yuan(y.high)
        interval = f"{_yuan(y.low)} to {high}"
    return _yuan(y.mean), interval, f"{_yuan(price.cheap)} to {_yuan(price.dear)}"


def _yuan(value: float) -> str:
    return f"{value:,.2f}" if abs(value) < 9.995 else f"{value:,.0f}"


def factor_words(low: float, high: float) -> str:
    """Between which factors the plan stays best."""
    if low == high == 1:
        return "not even at the estimate"
    if low <= 0 and math.isinf(high):
        return "whatever was tried"
    if low <= 0:
        return f"up to {high:.3g} times the estimate"
    if math.isinf(high):
        return f"from {low:.3g} times the estimate on"
    return f"{low:.3g} to {high:.3g} times the estimate"


def misjudged_words(row: Misjudged, label: Label) -> str:
    """Who wins beyond."""
    parts = [
        f"{where}: {label('plan', winner)}"
        for where, winner in (("below", row.winner_below), ("above", row.winner_above))
        if winner
    ]
    return ", ".join(parts) or "none"


def not_looked_at(seen: Seen) -> list[str]:
    """What a full recommendation would have and this result does not."""
    found = seen.found
    missing = {
        "other budgets (frontier)": found.frontier,
        "other demands that the future may bring (outlooks)": found.outlooks,
        "how far demand may be misjudged": found.misjudged,
        "sites left out one at a time": found.left_out,
        "gains by group": found.gains,
    }
    return [name for name, there in missing.items() if not there]
