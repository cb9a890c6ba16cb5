"""Plans in words: what is opened, gains as far as intervals go, gaps as far as the model goes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from optimise.siting.planner.solution import Cut, relative_gap
from sim.report.charts.values import Value, as_amount, spoken
from sim.report.words import percent, short
from sim.siting.moves import Catalogue, Move, Yuan
from sim.siting.outcome import Figure, JudgedPlan

__all__ = [
    "FAR",
    "Label",
    "amount",
    "clear",
    "gap_of",
    "gap_words",
    "instead_words",
    "move_words",
    "moves_words",
    "replications",
    "search_words",
    "unit_words",
    "verb",
    "yuan_words",
]

Label = Callable[[str, str], str]
"""(what it is, its name) -> how it is written; what it is: `kind`, `place`, `plan`, ..."""

FAR = 0.2
"""A gap that says nothing: it is not told."""
UNITS = {"person_hours": "person-hours", "requests": "requests"}


def unit_words(unit: str) -> str:
    """Unit of the aim, plural."""
    return UNITS.get(unit, unit.replace("_", " "))


def replications(figures: Iterable[Figure]) -> tuple[int, int] | None:
    """Fewest and most behind some figures; None without any."""
    known = [f.n for f in figures if f.n]
    return (min(known), max(known)) if known else None


def gap_of(plan: JudgedPlan) -> float:
    """|bound - value| / |bound|, a statement about the planning model; NaN for rivals."""
    return relative_gap(plan.value, plan.bound)


def gap_words(plan: JudgedPlan) -> str:
    """How far it may be from the best plan, in the planning model."""
    gap = gap_of(plan)
    if math.isnan(gap):
        return "without a bound in the planning model"
    if gap < 5e-5:
        return "the best in the planning model"
    if plan.value <= 0:
        return "worth nothing in the planning model"
    if gap > FAR:
        return "not shown to be near the best in the planning model: a better plan may exist"
    return f"within {percent(gap)} of the best in the planning model"


def search_words(plan: JudgedPlan, cut: Cut) -> str:
    """What the search says of the plan it ended with; what to do where the clock ended it."""
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


def verb(figure: Figure, more: str = "gains", less: str = "loses") -> str:
    """Word for what the interval allows to say."""
    return {1: more, -1: less, 0: "no clear change"}[clear(figure)]


def amount(figure: Figure) -> str:
    """`51.8 k (49.9-53.7)`; alone where there is no interval, `-400 (-1,600 to 800)` below 0."""
    words = as_amount(Value(figure.mean, figure.low, figure.high))
    return words.replace("–", " to ") if figure.low < 0 else words


def yuan_words(cost: Yuan, unit: str = "") -> str:
    """`583,000 (408,000 to 846,000)`, the range of what is assumed of costs; unit before it."""
    base = f"{spoken(cost.base)}{unit}"
    if cost.low == cost.high:
        return base
    return f"{base} ({spoken(cost.low)} to {spoken(cost.high)})"


def move_words(times: int, move: Move, label: Label) -> str:
    """What is done at a site, without the site: `2 x badminton court`."""
    kind, was = (_lower(short(label("kind", k))) if k else "" for k in (move.kind, move.was))
    many = f"{times} x " if times > 1 else ""
    if move.what == "link":
        return f"{many}link"
    if move.what == "open":
        return f"{many}{kind}"
    if move.what == "close":
        return f"close {many}{was}"
    return f"{many}{was} to {kind}"


def moves_words(moves: Sequence[tuple[int, Move]], label: Label) -> str:
    """All that is done at a site."""
    return ", ".join(move_words(times, move, label) for times, move in moves)


def instead_words(words: Sequence[str], catalogue: Catalogue, label: Label) -> str:
    """What replaces a site, told as moves by `Move.words`, in the labels of the charts."""
    known = {
        m.words: f"{move_words(1, m, label)} at {label('place', m.site)}"
        for m in catalogue.moves
        if m.what != "link"
    }
    return ", ".join(known.get(w, w.replace("_", " ")) for w in words) or "nothing"


def _lower(label: str) -> str:
    """Labels begin with a capital, not so within a sentence."""
    return label[:1].lower() + label[1:]
