"""What a ruling over outlooks says, in sentences: how sure the order is, and what is given up."""

from __future__ import annotations

from collections.abc import Sequence

from optimise.siting.planner.robust import Ruling as Rule
from optimise.siting.planner.solution import relative_gap
from sim.siting.outcome import Figure, Ruling

__all__ = ["VALUE", "order_words", "ruling_words"]

FAR = 0.2
"""A gap that says nothing: it is not told."""

VALUE: dict[Rule, str] = {
    "expected": "weighted mean gain",
    "worst": "least gain",
    "regret": "largest regret",
}


def order_words(ruling: Ruling, outlooks: int, n: int, guarantee: str) -> str:
    """What the order of plans is worth: that of the ruling, then that of the last word."""
    return (
        f"Ranked by the {VALUE[ruling.ruling]} over {outlooks} outlooks, simulated with {n} "
        f"replications each. Under the scenario's own demand {ruling.base} is first. {guarantee}"
    )


def ruling_words(
    ruling: Ruling, outlooks: int, n: int, unit: str, confidence: float, *, same: bool
) -> tuple[str, ...]:
    """What is recommended, how sure the order is, what is given up, and what is proven.

    Parameters
    ----------
    outlooks, n
        Their number, and replications in each.
    same
        Whether the scenario's own demand recommends the same plan.
    """
    units = unit.replace("_", "-")
    return (
        _first(ruling, outlooks, n, units, confidence),
        _apart(ruling, units, same),
        *([_proven(ruling)] if ruling.status else []),
    )


def _first(ruling: Ruling, outlooks: int, n: int, units: str, confidence: float) -> str:
    first = ruling.scores[0]
    where = f", in {first.where}" if first.where else ""
    words = (
        f"Over {outlooks} outlooks {ruling.plan} has the "
        f"{'least' if ruling.ruling == 'regret' else 'largest'} {VALUE[ruling.ruling]}: "
        f"{_figure(first.value)} {units} a year{where}"
    )
    others = [s for s in ruling.scores if s.behind.mean or s.behind.low < 0]
    if not others:
        return f"{words}."
    words += f"; {others[0].plan} is {_figure(others[0].behind)} behind"
    if n == 1:
        return f"{words}, in one replication."
    unclear = [s.plan for s in others if not s.behind.low > 0]
    sure = f"with {confidence:.0%} confidence, jointly"
    if not unclear:
        return f"{words}. It is ahead of all others {sure}."
    return f"{words}. The order may be chance: {sure}, it is not told from {_list(unclear)}."


def _apart(ruling: Ruling, units: str, same: bool) -> str:
    """Whether the scenario's own demand recommends another plan, and what either gives up."""
    if same:
        return "Under the scenario's own demand the same plan is first."
    return (
        f"Under the scenario's own demand {ruling.base} is first instead: there {ruling.plan} "
        f"gains {_figure(ruling.given_up)} {units} a year less. Over the outlooks {ruling.base} is "
        f"{_figure(ruling.base_gives_up)} behind."
    )


def _proven(ruling: Ruling) -> str:
    """Of the planning models alone; what is nothing or less has no gap in per cent."""
    whose = f"The plan made for the outlooks ({ruling.robust})"
    of = f"{VALUE[ruling.ruling]} in the planning models of the outlooks"
    if ruling.status == "optimal":
        return f"{whose} has the best {of}."
    if ruling.ruling == "regret":
        least = f"no plan has less than {0.0 - ruling.bound:,.0f} there"
        return f"{whose} has a {of} of {0.0 - ruling.value:,.0f}; {least}."
    if ruling.value <= 0:
        return (
            f"{whose} has a {of} of {ruling.value:,.0f}; no plan has more than {ruling.bound:,.0f}."
        )
    gap = relative_gap(ruling.value, ruling.bound)
    if gap > FAR:
        return f"{whose} is not shown to have nearly the best {of}."
    return f"{whose} is within {gap:.1%} of the best {of}."


def _figure(of: Figure) -> str:
    if of.low != of.low:
        return f"{of.mean:,.0f}"
    return f"{of.mean:,.0f} ({of.low:,.0f} to {of.high:,.0f})"


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
