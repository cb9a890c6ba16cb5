"""Sentences of a siting result: claims only as far as intervals and the planning model go."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from optimise.siting.solution import Cut, relative_gap
from sim.messages import chinese, known, listed, say
from sim.report.charts.values import Value, as_amount, spoken
from sim.report.site.places import PageData
from sim.report.words import percent, short
from sim.siting.figures import Figure
from sim.siting.moves.catalogue import Catalogue, Move, Yuan
from sim.siting.outcome import DemandTolerance, GainPrice, JudgedPlan
from sim.words import capital, counted, joined, small

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


def figure_words(figure: Figure) -> str:
    """`51,800 (49,900 to 53,700)`; `no interval` where there is one replication."""
    if math.isnan(figure.mean):
        return "not simulated"
    if math.isnan(figure.low):
        return f"{spoken(figure.mean)} (no interval)"
    return f"{spoken(figure.mean)} ({spoken(figure.low)} to {spoken(figure.high)})"


def opens_words(page_data: PageData) -> str:
    """`9 rooms at 6 sites, 1 conversion, 1 closure and 1 link`."""
    plan, moves = page_data.plan, page_data.outcome.catalogue.moves
    rooms = sum(s.rooms for s in page_data.sites)
    sites = sum(s.rooms > 0 for s in page_data.sites)
    parts = [f"{counted(rooms, 'room')} at {counted(sites, 'site')}"] if rooms else []
    for what, word in (("convert", "conversion"), ("close", "closure"), ("link", "link")):
        times = sum(n for n, m in zip(plan.times, moves, strict=True) if m.what == what)
        parts += [counted(times, word)] if times else []
    return joined(parts) or "nothing"


def headline(page_data: PageData, confidence: float) -> list[str]:
    """The recommendation: what, for how much and what it gains; how good in the planning model."""
    plan, unit = page_data.plan, unit_words(page_data.outcome.unit)
    ruling = page_data.outcome.ruling
    over = [] if ruling is None else ruling.words[:2]
    if not any(plan.times):
        return ["Build nothing: no plan tried gains over today beyond what chance allows.", *over]
    cost = yuan_words(plan.cost, " yuan a year").replace(")", ", by assumed costs)")
    what = f"Open {opens_words(page_data)} for {cost}"
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
    return [f"{what}: {does}{interval}.", search_words(plan, page_data.outcome.cut), *over]


def second_words(page_data: PageData, label: Label) -> str:
    """The best plan that does something else, what it gains and what it does differently.

    A rival may have proposed the recommended plan too: then it stands beside it in the ranking.
    """
    others = [
        p for p in page_data.outcome.plans if any(p.times) and p.times != page_data.plan.times
    ]
    if not others:
        return ""
    second = min(others, key=lambda p: p.rank)
    more = _apart(page_data, second, label)
    gain = f"{figure_words(second.gain)} {unit_words(page_data.outcome.unit)} a year, simulated"
    cost = yuan_words(second.cost, " yuan a year")
    words = f"Second is {label('plan', second.label)}: {gain}, for {cost}."
    return f"{words} That plan is {gap_words(second)}.{more}"


def _apart(page_data: PageData, plan: JudgedPlan, label: Label) -> str:
    """Moves that one of both makes more often."""
    moves = page_data.outcome.catalogue.moves
    parts = []
    for word, mine, other in (
        ("Instead it has", plan.times, page_data.plan.times),
        ("it does without", page_data.plan.times, plan.times),
    ):
        more = [(a - b, m) for a, b, m in zip(mine, other, moves, strict=True) if a > b]
        if more:
            named = [f"{moves_words([(n, m)], label)} at {label('place', m.site)}" for n, m in more]
            shown = named[:6] + ([f"{len(named) - 6} more"] if len(named) > 6 else [])
            parts.append(f"{word} {joined(shown)}")
    words = "; ".join(parts)
    return f" {capital(words)}." if words else ""


def price_words(price: GainPrice) -> tuple[str, str, str]:
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
    """Say between which factors the plan stays best."""
    if low == high == 1:
        return "not even at the estimate"
    if low <= 0 and math.isinf(high):
        return "whatever was tried"
    if low <= 0:
        return f"up to {high:.3g} times the estimate"
    if math.isinf(high):
        return f"from {low:.3g} times the estimate on"
    return f"{low:.3g} to {high:.3g} times the estimate"


def misjudged_words(row: DemandTolerance, label: Label) -> str:
    """Name the plan that wins beyond the limits."""
    parts = [
        f"{where}: {label('plan', winner)}"
        for where, winner in (("below", row.winner_below), ("above", row.winner_above))
        if winner
    ]
    return ", ".join(parts) or "none"


def not_looked_at(page_data: PageData) -> list[str]:
    """Parts of a full recommendation that this result lacks."""
    found = page_data.outcome
    missing = {
        "other budgets (frontier)": found.frontier,
        "other demands that the future may bring (outlooks)": found.outlooks,
        "how far demand may be misjudged": found.misjudged,
        "sites left out one at a time": found.left_out,
        "gains by group": found.gains,
    }
    return [name for name, there in missing.items() if not there]
