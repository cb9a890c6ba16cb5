"""An advice in words: what is recommended, beside what, what it takes from whom, how sure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from sim.advise.assumptions import Assumptions
from sim.advise.effects import GAIN, LOSS, NONE, SAVES, SAVES_AT_A_LOSS, UNITS
from sim.advise.levers import Chosen, Levers
from sim.advise.programme import Advice
from sim.messages import in_each_language, listed, say, titled
from sim.scenario.inputs import Inputs
from sim.sensitivity.findings import LEVEL
from sim.sensitivity.words import depends_on
from sim.stats.intervals import Interval
from sim.studies.comparison_words import walk_words

LOSER = re.compile(
    r"(?P<group>segment|zone|distance_band) (?P<level>.+) (?P<points>[+-][\d.]+) points "
    r"\((?P<low>[+-][\d.]+) to (?P<high>[+-][\d.]+)\)"
)
"""A loser as `effects.losers_of` writes it."""
MOST = 8
"""Choices told on a terminal."""
RIVAL = 0.1
"""Share of draws in which another is first from which it is named."""


def summary(advice: Advice, aim: str, assumed: Assumptions | None = None) -> dict[str, Any]:
    """What the terminal and the manifest say."""
    best, second = advice.best[0], advice.second[0]
    return {
        "scenario": advice.levers.base.scenario.name,
        "called": titled(advice.levers.base.resolved, "") or advice.levers.base.scenario.name,
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
        "assumptions": None if assumed is None else _assumed(assumed),
        "lines": [*_lines(advice, aim), *_last_lines(advice, aim, assumed)],
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
    hours = aim == "person_hours"
    return say("amount.hours", n=value) if hours else say("amount.points", n=100 * value)


def gain_words(gain: Interval, aim: str) -> str:
    """A gain with its interval."""
    mean, low, high = (amount(v, aim) for v in (gain.mean, gain.low, gain.high))
    if gain.low != gain.low:
        return mean
    return say("in-brackets", words=mean, more=say("ends", low=low, high=high))


def headline(advice: Advice, aim: str) -> str:
    """The recommendation in a sentence."""
    best, gain = advice.best
    if not best:
        return say("advice.nothing")
    if not gain.low > 0:
        return say("advice.chance", names=advice.levers.called_together(best))
    return _priced(advice, best, gain, aim)


def _priced(advice: Advice, chosen: Chosen, gain: Interval, aim: str) -> str:
    """A set with its gain and cost."""
    yuan = f"{advice.levers.cost(chosen).base:,.0f}"
    names = advice.levers.called_together(chosen)
    return say("advice.set", names=names, gain=gain_words(gain, aim), yuan=yuan)


def losers_words(losers: Sequence[str], context: Inputs) -> str:
    """Groups that lose, as `effects.losers_of` writes them, by what the scenario calls them."""
    found = (LOSER.fullmatch(text) for text in losers)
    return listed([_loser(match.groupdict(), context) for match in found if match])


def _loser(loser: Mapping[str, str], context: Inputs) -> str:
    parts = context.resolved.get(f"{loser['group']}s", {}).get(loser["level"], {})
    name = titled(parts, loser["level"])
    if loser["group"] == "distance_band":
        name = walk_words(loser["level"])
    group = say(f"dimension.{loser['group']}")
    return say("advice.loser", **{**loser, "group": group, "name": name})


def _lines(advice: Advice, aim: str) -> Iterator[str]:
    best, second, levers = advice.best[0], advice.second[0], advice.levers
    yield say("advice.best", words=headline(advice, aim))
    if best:
        losers = losers_words(advice.losers, levers.base) or say("advice.no-loser")
        yield say("advice.losers", names=losers)
        key = "advice.next" if advice.apart.low > 0 else "advice.next.tied"
        yield say(key, words=_priced(advice, second, advice.second[1], aim))
    if second:
        yield say("advice.idle", gain=amount(0.0, aim))
    yield say("advice.bound", gain=amount(advice.bound, aim))
    yield say("advice.alone")
    ranked = advice.table[advice.table["verdict"] == GAIN]
    for row in ranked.head(MOST).to_dict("records"):
        yield f"  {row['rank']}. {choice_words(row, levers)}"
    if len(ranked):
        yield say("advice.first", share=100 * ranked.iloc[0]["first_share"])
    for verdict, key in (
        (SAVES, "advice.saves"),
        (SAVES_AT_A_LOSS, "advice.saves.loss"),
        (LOSS, "advice.worse"),
        (NONE, "advice.unseen"),
    ):
        rows = advice.table[advice.table["verdict"] == verdict].to_dict("records")
        if rows:
            yield say(key, names=listed([levers.called(r["lever"], r["size"]) for r in rows]))
    if not advice.settled:
        yield say("advice.unsettled", n=advice.turns)
    if advice.pairs[0] < advice.pairs[1]:
        yield say("advice.pairs", all=advice.pairs[1], n=advice.pairs[0])


def _last_lines(advice: Advice, aim: str, assumed: Assumptions | None) -> Iterator[str]:
    """What is said over draws of the assumptions; without them, that there are none."""
    if assumed is None:
        yield say("advice.ranges")
        return
    levers, table = advice.levers, assumed.table
    first, best = table.iloc[0], levers.words(advice.best[0])
    ranked = table[table["rank_low"].notna()]
    name = levers.called_together(frozenset([assumed.order[0]]))
    rest = ranked.iloc[1:]["first_share"]
    yield say(
        "advice.drawn", n=assumed.draws, name=name, share=float(first["first_share"]),
        verdict=_sure(assumed),
    )  # fmt: skip
    if len(rest) and rest.max() >= RIVAL:
        rival = levers.called_together(frozenset([assumed.order[int(rest.argmax()) + 1]]))
        yield say("advice.drawn.rival", name=rival, share=float(rest.max()))
    if advice.best[0]:
        row = table[table["levers"] == best].to_dict("records")[0]
        low, high = (amount(row[f"assumption_{end}"], aim) for end in ("low", "high"))
        span = say("ends", low=low, high=high)
        yield say("advice.drawn.set", span=span, level=LEVEL, share=assumed.ahead)
    yield say("advice.drawn.ranges", n=len(ranked))


def _sure(assumed: Assumptions) -> str:
    """Verdict on the first place."""
    if assumed.verdict != "depends":
        return say(f"sure.{assumed.verdict}")
    what = depends_on(assumed.findings, assumed.first)
    return say("kept.depends", what=what or say("kept.several"))


def _assumed(assumed: Assumptions) -> dict[str, Any]:
    """The same for the manifest."""
    return {
        "draws": assumed.draws,
        "verdict": assumed.verdict,
        "first_share": assumed.first.same,
        "ahead_of_next": assumed.ahead,
        "depends_on": in_each_language(partial(depends_on, assumed.findings, assumed.first)),
    }


def choice_words(row: Mapping[Any, Any], levers: Levers) -> str:
    """One choice with its ratio, and who loses by it."""
    price = say("price.saves" if row["cost"] < 0 else "price.free")
    if row["cost"] > 0 and ratio_words(row):
        price = ratio_words(row, "price.hour")
    name = levers.called(row["lever"], row["size"])
    if not row["losers"]:
        return say("choice.line", name=name, price=price)
    losers = losers_words(row["losers"].split("; "), levers.base)
    return say("choice.line.losers", name=name, price=price, losers=losers)


def ratio_words(row: Mapping[Any, Any], message: str = "price.ratio") -> str:
    """Yuan an hour of use with their interval; empty where there are none."""
    ratio = row["yuan_per_hour"]
    if ratio != ratio:
        return ""
    high = row["ratio_high"]
    high = yuan_words(float(high)) if _number(high) else say("price.unlimited")
    low = yuan_words(float(row["ratio_low"])) if _number(row["ratio_low"]) else "?"
    return say(message, yuan=yuan_words(ratio), low=low, high=high)


def yuan_words(value: float) -> str:
    """Yuan, with two decimals below a hundred."""
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
