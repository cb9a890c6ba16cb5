"""An advice in words: what is recommended, beside what, what it takes from whom, how sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from sim.advise.effects import GAIN, LOSS, NONE, SAVES, SAVES_AT_A_LOSS, UNITS, row_name
from sim.advise.levers import Chosen
from sim.advise.programme import Advice
from sim.stats.intervals import Interval
from sim.words import counted

CHANCE = (
    "Ranges show chance only, not doubt about assumptions; costs are assumed, each with a range"
)
MOST = 8
"""Choices told on a terminal."""


def summary(advice: Advice, aim: str) -> dict[str, Any]:
    """What the terminal and the manifest say."""
    best, second = advice.best[0], advice.second[0]
    return {
        "scenario": advice.levers.base.scenario.name,
        "aim": aim,
        "unit": UNITS[aim],
        "budget": advice.spending.budget,
        "budget_is": "once" if advice.spending.once else "a year",
        "recommended": [_set(advice, best, advice.best[1]), _set(advice, second, advice.second[1])],
        "apart": _numbers(advice.apart),
        "losers": list(advice.losers),
        "bound": advice.bound,
        "choices": len(advice.levers.choices),
        "sets_simulated": advice.sets,
        "pairs_simulated": list(advice.pairs),
        "turns": advice.turns,
        "settled": advice.settled,
        "titles": advice.levers.labels,
        "lines": list(_lines(advice, aim)),
    }


def _set(advice: Advice, chosen: Chosen, gain: Interval) -> dict[str, Any]:
    cost = advice.levers.cost(chosen)
    return {
        "levers": advice.levers.words(chosen),
        "cost": cost.base,
        "cost_low": cost.low,
        "cost_high": cost.high,
        **_numbers(gain),
    }


def _numbers(gain: Interval) -> dict[str, float | int | None]:
    limits = {"low": gain.low, "high": gain.high}
    return {"gain": gain.mean, **{k: None if v != v else v for k, v in limits.items()}, "n": gain.n}


def amount(value: float, aim: str) -> str:
    """A gain in words: hours, or points of a hundred."""
    return f"{value:+,.0f} h" if aim == "person_hours" else f"{100 * value:+.2f} points"


def gain_words(gain: Interval, aim: str) -> str:
    """A gain with its interval."""
    mean, low, high = (amount(v, aim) for v in (gain.mean, gain.low, gain.high))
    return f"{mean} ({low} to {high})" if gain.low == gain.low else mean


def headline(advice: Advice, aim: str) -> str:
    """The recommendation in a sentence."""
    best, gain = advice.best
    if not best:
        return "Do nothing: no set within the budget is better beyond chance"
    if not gain.low > 0:
        return f"{advice.levers.words(best)}: best while searching, not beyond chance when judged"
    cost = advice.levers.cost(best).base
    return f"{advice.levers.words(best)}: {gain_words(gain, aim)} for {cost:,.0f} yuan a year"


def _lines(advice: Advice, aim: str) -> Iterator[str]:
    best, second = advice.best[0], advice.second[0]
    yield f"Recommended: {headline(advice, aim)}"
    if best:
        losers = "; ".join(advice.losers) or "no group is seen to lose (segments, zones, distance)"
        yield f"Takes from: {losers}"
        cost = advice.levers.cost(second).base
        gain = gain_words(advice.second[1], aim)
        tie = "" if advice.apart.low > 0 else "; the difference may be chance"
        yield f"Next best: {advice.levers.words(second)}: {gain} for {cost:,.0f} yuan a year{tie}"
    if second:
        yield f"Doing nothing: {amount(0.0, aim)} for 0 yuan"
    yield (
        "In the planning model of the replications searched no set of this budget gains more than "
        f"{amount(advice.bound, aim)}"
    )
    yield "Alone, the best bargain first:"
    ranked = advice.table[advice.table["verdict"] == GAIN]
    for row in ranked.head(MOST).to_dict("records"):
        yield f"  {row['rank']}. {choice_words(row)}"
    if len(ranked):
        first = ranked.iloc[0]
        yield (
            f"The first of them is first in {100 * first['first_share']:.0f} % of draws of chance "
            "and of costs within their ranges"
        )
    for verdict, words in (
        (SAVES, "Saves money, no change seen"),
        (SAVES_AT_A_LOSS, "Saves money at a loss"),
        (LOSS, "Makes it worse"),
        (NONE, "No gain seen"),
    ):
        names = [
            row_name(r) for r in advice.table[advice.table["verdict"] == verdict].to_dict("records")
        ]
        if names:
            yield f"{words}: {', '.join(names)}"
    if not advice.settled:
        yield f"Not settled after {counted(advice.turns, 'turn')}: raise advise.turns"
    if advice.pairs[0] < advice.pairs[1]:
        yield (
            f"Of {advice.pairs[1]:,} pairs {advice.pairs[0]:,} were simulated before choosing: "
            "what only helps together may lie in the others (advise.pairs)"
        )
    yield CHANCE


def choice_words(row: Mapping[Any, Any]) -> str:
    """One choice with its ratio, and who loses by it."""
    ratio, priced = ratio_words(row), row["cost"] > 0
    price = "saves money" if row["cost"] < 0 else "costs nothing"
    if priced and ratio:
        price = ratio.replace(" (", " yuan an hour (", 1)
    losers = f"; takes from {row['losers']}" if row["losers"] else ""
    return f"{row_name(row)}: {price}{losers}"


def ratio_words(row: Mapping[Any, Any]) -> str:
    """Yuan an hour of use with their interval; empty where there are none."""
    ratio = row["yuan_per_hour"]
    if ratio != ratio:
        return ""
    high = row["ratio_high"]
    high = high if not _number(high) else _yuan(float(high))
    low = _yuan(float(row["ratio_low"])) if _number(row["ratio_low"]) else "?"
    return f"{_yuan(ratio)} ({low} to {high})"


def _yuan(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def _number(text: Any) -> bool:
    return bool(text) and str(text)[0].isdigit()


def steps_table(advice: Advice) -> pd.DataFrame:
    """The recommended set in order of adoption."""
    rows, before = [], 0.0
    for number, (i, gain) in enumerate(advice.steps, 1):
        choice = advice.levers.choices[i]
        rows.append(
            {
                "step": number,
                "lever": choice.lever,
                "size": choice.size,
                "cost": choice.cost.base,
                "gain_so_far": gain.mean,
                "ci_low": gain.low,
                "ci_high": gain.high,
                "added": gain.mean - before,
                "until_it_works": choice.months,
            }
        )
        before = gain.mean
    columns = ["step", "lever", "size", "cost", "gain_so_far", "ci_low", "ci_high", "added",
               "until_it_works"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
