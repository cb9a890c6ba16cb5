"""What does each rule reward? Yuan a zone under each rule, and how often noise moves places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sim.messages import chinese, clauses, say
from sim.report.answer import Column
from sim.report.charts.table import TableChart
from sim.report.charts.values import Value, amount, compact, spoken, titled, values_of
from sim.report.context import RunResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding
from sim.report.words import once, percent, short

METRIC, GROUP = "subsidy", "zone*rule"
CHANGES = "subsidy_place_changes"
MOST_RULES = 4
MOST_ROWS = 15


@picture("subsidy", of=RunResults)
def subsidy(results: RunResults) -> Drawing | None:
    """A row a zone, a column a rule: the first four, and how far apart they all are."""
    money = {k: v for k, v in values_of(results, METRIC, GROUP).items() if v.known}
    zones = list(dict.fromkeys(level.split("*")[0] for level in money))
    rules = list(dict.fromkeys(level.split("*")[1] for level in money))
    if not zones or not any(value.mean > 0 for value in money.values()):
        return None
    shown = rules[:MOST_RULES]
    several = results.context.n_replications > 1  # one history has nothing to change from
    changes = values_of(results, CHANGES, "rule") if several else {}
    frame = _frame(money, zones, rules)
    hidden = [
        say(f"{what}.left", n=n)
        for what, n in (("rules", len(rules) - len(shown)), ("league", len(zones) - MOST_ROWS))
        if n > 0
    ]
    moved = [
        f"{results.label('rule', rule)} {percent(changes[rule].mean)}"
        for rule in shown
        if rule in changes and changes[rule].known
    ]
    labels = {zone: results.label("zone", zone) for zone in zones}
    finding = Finding(
        name="subsidy",
        title=_title(results, money, labels, rules),
        subtitle=clauses(say("subsidy.subtitle"), say("brackets") if several else ""),
        table=frame,
        note=clauses(
            *hidden, say("subsidy.moved", shares=", ".join(moved)) if moved else "",
        ),
    )  # fmt: skip
    columns = [Column(rule, results.label("rule", rule), write=amount) for rule in shown]
    if len(rules) > 1:
        columns.append(Column("between", say("subsidy.between"), write=amount))
    top = frame.head(MOST_ROWS)
    return finding, TableChart(
        top, [labels[zone] for zone in top["level"]], tuple(columns), strongest=tuple(shown)
    ).plot


def _frame(money: Mapping[str, Value], zones: Sequence[str], rules: Sequence[str]) -> pd.DataFrame:
    """Yuan with their ends by zone and rule, and the most less the least of a zone."""
    rows = []
    for zone in zones:
        row: dict[str, object] = {"group": "zone", "level": zone}
        found = {rule: v for rule in rules if (v := money.get(f"{zone}*{rule}")) is not None}
        for rule, value in found.items():
            row |= {rule: value.mean, f"{rule}_low": value.low, f"{rule}_high": value.high}
        means = [value.mean for value in found.values()]
        rows.append(row | {"between": max(means) - min(means)})
    return pd.DataFrame(rows)


def _title(
    results: RunResults,
    money: Mapping[str, Value],
    labels: Mapping[str, str],
    rules: Sequence[str],
) -> str:
    """Name the zone whose money depends most on the rule, where the intervals are apart."""
    alone = once(results.context.n_replications)
    if len(rules) == 1:
        return _one_rule(money, labels, alone)
    spread = []
    for zone in labels:
        found = [v for rule in rules if (v := money.get(f"{zone}*{rule}")) is not None]
        low = min(found, key=lambda v: v.mean)
        high = max(found, key=lambda v: v.mean)
        spread.append((high.mean - low.mean, zone, low, high))
    width, zone, low, high = max(spread, key=lambda item: item[0])
    ends = {"least": _yuan(low.mean), "most": _yuan(high.mean)}
    name = short(labels[zone])
    if not width:
        return say("subsidy.same") + alone
    if alone:
        return titled(
            say("subsidy.depends", name=name, **ends) + alone,
            say("subsidy.moves", **ends) + alone,
        )
    if low.bounded and high.bounded and low.high < high.low:
        return titled(
            say("subsidy.matters", name=name, **ends),
            say("subsidy.moves", **ends),
        )
    return say("subsidy.unclear")


def _yuan(value: float) -> str:
    """A sum for a title; in Chinese all sums of one in the same unit."""
    return compact(value) if chinese() else spoken(value)


def _one_rule(money: Mapping[str, Value], labels: Mapping[str, str], alone: str) -> str:
    """Say who gets most under the only rule."""
    order = sorted(money.items(), key=lambda item: -item[1].mean)
    level, first = order[0]
    name, most = short(labels[level.split("*")[0]]), _yuan(first.mean)
    apart = first.bounded and all(v.bounded and v.high < first.low for _, v in order[1:])
    if alone or apart:
        return titled(
            say("subsidy.most", name=name, most=most) + alone,
            say("subsidy.most.short", most=most) + alone,
        )
    return say("subsidy.no-most", most=most)
