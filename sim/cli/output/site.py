"""What `linli site` prints, from what it tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.sentences import spoken
from sim.words import columns_of, counted, padded

if TYPE_CHECKING:
    from sim.siting.search.loop import SitingEffort


SHOWN = 40
"""Moves printed at most; all are in plans.csv."""
NAMED = 3
"""Sites named of those whose loss costs most."""


def effort_words(effort: SitingEffort) -> str:
    """Say in a sentence how hard the search looks."""
    return (
        f"at most {counted(effort.turns, 'turn')}, {counted(effort.search, 'replication')} of a "
        f"plan while searching (seed {effort.seed}), at most {effort.judge} with fresh seeds to "
        "judge"
    )


def turn_words(turn: Mapping[str, Any]) -> str:
    """A turn of the loop in a line."""
    line = f"turn {turn['turn']}: {_turn_words(turn)}"
    near = turn["near"]
    return line if near is None else f"{line}; {_nearby_words(near)}"


def site_lines(summary: Mapping[str, Any]) -> list[str]:
    """The result in lines."""
    cost, unit = summary["cost_yuan_per_year"], summary["unit"].split(",")[0].replace("_", "-")
    lines = [
        f"{summary['name']}: {summary['plan']}, {cost['base']:,.0f} yuan a year "
        f"({cost['low']:,.0f} to {cost['high']:,.0f}) of {summary['budget_yuan_per_year']:,.0f}",
        f"  simulated gain over today: {_figure(summary['simulated'])} {unit}"
        f"{_demand_words(summary)}",
        f"  {summary['nearness']}",
    ]
    for turn in summary["turns"]:
        lines.append(f"  turn {turn['turn']}: {_turn_words(turn)}")
        if turn["near"] is not None:
            lines.append(f"    {_nearby_words(turn['near'])}")
    lines.append(f"  {summary['guarantee']}")
    lines += [f"  {sentence}" for sentence in (summary.get("ruling") or {}).get("words", [])]
    names = [spoken(plan["plan"], value=True) for plan in summary["plans"]]
    width = max(map(columns_of, names))
    for name, plan in zip(names, summary["plans"], strict=True):
        figure = {"mean": plan["simulated"], **{end: plan[end] for end in ("ci_low", "ci_high")}}
        lines.append(
            f"  {plan['rank']:>3} {padded(name, width)} {plan['cost']:>12,.0f} yuan  "
            f"{_figure(figure)}"
        )
    lines += [f"  {move['times']} x {move['move']}" for move in summary["moves"][:SHOWN]]
    if len(summary["moves"]) > SHOWN:
        lines.append(f"  and {counted(len(summary['moves']) - SHOWN, 'more move')}, in plans.csv")
    lines += [f"  {_price(price)}" for price in summary["prices"]]
    for one in summary["left_out"][:NAMED]:
        lines.append(
            f"  without {one['site']} the best plan is worth {one['regret']:,.0f} less in the "
            "planning model"
        )
    lines += [f"  {_year(summary['openings'], year)}" for year in _years(summary["openings"])]
    lines += [f"  {line}" for line in summary.get("assumptions") or [_second(summary)]]
    return lines


def _demand_words(summary: Mapping[str, Any]) -> str:
    return ", under the scenario's own demand" if summary.get("ruling") else ""


def _years(openings: Sequence[Mapping[str, Any]]) -> list[int]:
    return list(dict.fromkeys(one["year"] for one in openings))


def _year(openings: Sequence[Mapping[str, Any]], year: int) -> str:
    """Moves in a year of the growth path."""
    mine = [one for one in openings if one["year"] == year]
    named = ", ".join(one["move"] for one in mine[:NAMED])
    more = f" and {len(mine) - NAMED} more" if len(mine) > NAMED else ""
    spent = f"{mine[-1]['cost_by_then']:,.0f} yuan a year by then"
    return f"{year}: {named}{more}; {spent} (openings.csv)"


def _figure(figure: Mapping[str, Any]) -> str:
    if figure["ci_low"] is None:
        return f"{figure['mean']:,.0f}"
    return f"{figure['mean']:,.0f} ({figure['ci_low']:,.0f} to {figure['ci_high']:,.0f})"


def _price(price: Mapping[str, Any]) -> str:
    if price["mean"] is None:
        return f"yuan a {price['of']}: nothing is gained"
    high = "without limit" if price["ci_high"] is None else f"{price['ci_high']:,.0f}"
    low = "?" if price["ci_low"] is None else f"{price['ci_low']:,.0f}"
    ranges = [price[end] for end in ("cheap", "dear")]
    cost = "" if None in ranges else f"; at other costs {ranges[0]:,.0f} to {ranges[1]:,.0f}"
    return f"yuan a {price['of']}: {price['mean']:,.0f} ({low} to {high}{cost})"


def _second(summary: Mapping[str, Any]) -> str:
    """The second interval, that of assumptions, in words."""
    ranks = [one for one in summary["outlooks"] if one["plan"] == summary["plan"]]
    if not ranks:
        return (
            "The ranges show chance only; --full also simulates the plans in every outlook of the "
            "scenario."
        )
    first = sum(one["rank"] == 1 for one in ranks)
    depends = "" if first == len(ranks) else "; the choice depends on demand"
    return (
        f"The ranges show chance only. As simulated the plan ranks first in {first} of "
        f"{counted(len(ranks), 'outlook')}{depends}."
    )


def _nearby_words(nearby: Mapping[str, Any]) -> str:
    """The plan near the best one, by how many moves."""
    return f"{counted(nearby['moves'], 'move')} from the best so far: {_turn_words(nearby)}"


def _turn_words(turn: Mapping[str, Any]) -> str:
    return (
        f"estimate {turn['estimate']:,.0f}, simulated {_figure(turn['simulated'])}, "
        f"difference {turn['difference']:+,.0f}"
    )
