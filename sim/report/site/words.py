"""Sentences of a siting result: claims only as far as intervals and the planning model go."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from optimise.siting.problem import Cut, relative_gap
from sim.messages import chinese, known, listed, say
from sim.report.charts.values import Value, as_amount, spoken
from sim.report.words import percent, short
from sim.siting.figures import Figure
from sim.siting.moves.catalogue import Catalogue, Move, Yuan
from sim.siting.outcome import JudgedPlan
from sim.words import small

Label = Callable[[str, str], str]
"""(what it is, its name) -> how it is written; what it is: `kind`, `place`, `plan`, ..."""

FAR = 0.2
"""A gap from which on the figure says nothing and is left out."""


def unit_words(unit: str) -> str:
    """Unit of the aim, plural."""
    return known(f"site-unit.{unit}", unit.replace("_", " "))


def replications(figures: Iterable[Figure]) -> tuple[int, int] | None:
    """Fewest and most behind some figures; None without any."""
    known = [f.n for f in figures if f.n]
    return (min(known), max(known)) if known else None


def gap_of(plan: JudgedPlan) -> float:
    """|bound - value| / |bound|, a statement about the planning model; NaN for rivals."""
    return relative_gap(plan.value, plan.bound)


def gap_words(plan: JudgedPlan) -> str:
    """Say how far a plan may be from the best one, in the planning model."""
    return _gap(
        plan,
        unknown="without a bound in the planning model",
        proven="the best in the planning model",
        worthless="worth nothing in the planning model",
        far="not shown to be near the best in the planning model: a better plan may exist",
        near="within {} of the best in the planning model",
    )


def gap_cell(plan: JudgedPlan) -> str:
    """Say the gap in a word or two, for a column headed by the planning model."""
    return _gap(
        plan,
        unknown=say("gap.unknown"),
        proven=say("gap.proven"),
        worthless=say("gap.worthless"),
        far=say("gap.far"),
        near=say("gap.near"),
    )


def _gap(
    plan: JudgedPlan, *, unknown: str, proven: str, worthless: str, far: str, near: str
) -> str:
    """Choose the phrase that holds; `{}` in `near` is the gap."""
    gap = gap_of(plan)
    if math.isnan(gap):
        return unknown
    if gap < 5e-5:
        return proven
    if plan.value <= 0:
        return worthless
    return far if gap > FAR else near.format(percent(gap))


def search_words(plan: JudgedPlan, cut: Cut) -> str:
    """Quality of the plan that the search ended with; advice where the clock ended it."""
    if cut == "clock":
        return (
            "The search was cut short by the clock: a better plan may exist, and a faster machine "
            "may find it. Run again with more time (siting.time_limit_seconds)."
        )
    return f"The plan is {gap_words(plan)}."


def clear(figure: Figure) -> int:
    """1 if the gain is beyond chance, -1 if the loss is, 0 if neither is known."""
    if math.isnan(figure.low) or math.isnan(figure.high):
        return 0
    return int(figure.low > 0) - int(figure.high < 0)


def amount(figure: Figure) -> str:
    """`51.8 k (49.9-53.7)`; alone where there is no interval, `-400 (-1,600 to 800)` below 0."""
    words = as_amount(Value(figure.mean, figure.low, figure.high))
    return words.replace("–", " 至 " if chinese() else " to ") if figure.low < 0 else words


def yuan_words(cost: Yuan, unit: str = "") -> str:
    """`583,000 (408,000 to 846,000)`, the range of what is assumed of costs; unit before it."""
    base = f"{spoken(cost.base)}{unit}"
    if cost.low == cost.high:
        return base
    return f"{base} ({spoken(cost.low)} to {spoken(cost.high)})"


def move_words(times: int, move: Move, label: Label) -> str:
    """A move at a site, without the site: `2 x badminton court`."""
    kind, was = (small(short(label("kind", k))) if k else "" for k in (move.kind, move.was))
    many = f"{times} x " if times > 1 else ""
    if move.what == "link":
        return many + say("site.link")
    if move.what == "open":
        return f"{many}{kind}"
    if move.what == "close":
        return say("site.closing", what=f"{many}{was}")
    return many + say("site.converting", was=was, kind=kind)


def moves_words(moves: Sequence[tuple[int, Move]], label: Label) -> str:
    """List all that is done at a site."""
    return listed([move_words(times, move, label) for times, move in moves])


def instead_words(words: Sequence[str], catalogue: Catalogue, label: Label) -> str:
    """The moves that replace a site, by `Move.words`, in the labels of the charts."""
    named = {
        m.words: say("site.at", what=move_words(1, m, label), site=label("place", m.site))
        for m in catalogue.moves
        if m.what != "link"
    }
    return listed([named.get(w, w.replace("_", " ")) for w in words]) or say("site.nothing")
