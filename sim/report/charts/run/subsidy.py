"""What does each rule reward? Yuan a zone under each rule, and how often noise moves places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.messages import chinese, clauses, say, spoken_language
from sim.report import theme
from sim.report.charts.parts import TableRows, label_width
from sim.report.charts.values import (
    UNKNOWN,
    Value,
    as_amount,
    behind,
    compact,
    spoken,
    titled,
    values_of,
)
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import once, percent, short

METRIC, GROUP = "subsidy", "zone*rule"
CHANGES = "subsidy_place_changes"
MOST_RULES = 4
MOST_ROWS = 15
IN_BRACKETS = {"en": " (", "zh": "（"}
"""What begins the interval of an amount."""


@dataclass(frozen=True)
class RuleColumn:
    """One rule: yuan by zone in the order of the rows, and how often places change."""

    rule: str
    label: str
    money: tuple[Value, ...]
    changes: Value


@dataclass(frozen=True, eq=False)
class SubsidyData:
    """Zones in the table's order, rules in the scenario's."""

    finding: Finding
    labels: tuple[str, ...]
    columns: tuple[RuleColumn, ...]


def plot(page: Page, data: SubsidyData) -> None:
    """Draw a table: a row a zone, a column a rule, how far apart the rules are at the right."""
    rows = TableRows.below(page, len(data.labels), head=0.75, foot=0.75, tallest=0.85)
    name = label_width(page, [*data.labels, say("subsidy.changes")], 3.0)
    rows.names(page, data.labels, name - 0.15)
    rows.rules(page)
    several = len(data.columns) > 1
    step = (page.width - name) / (len(data.columns) + several)
    for i, column in enumerate(data.columns):
        right = name + (i + 1) * step
        _heading(page, rows, right, step, column.label)
        for row, value in enumerate(column.money):
            _amount(page, rows, right, row, value, _first(column.money, value))
        if column.changes.known:
            share = percent(column.changes.mean)
            page.text(right, rows.bottom - 0.42, share, theme.BODY, theme.GREY, ha="right")
    if any(column.changes.known for column in data.columns):
        words = page.fitted(say("subsidy.changes"), theme.SMALL, name - 0.15)
        page.text(0, rows.bottom - 0.42, words, theme.SMALL, theme.GREY)
    if several:
        _heading(page, rows, page.width, step, say("subsidy.between"))
        gaps = [_gap(data.columns, row) for row in range(len(data.labels))]
        for row, gap in enumerate(gaps):
            _amount(page, rows, page.width, row, Value(gap), gap == max(gaps) > 0)


def _heading(page: Page, rows: TableRows, right: float, width: float, words: str) -> None:
    lines = page.wrapped(words, theme.SMALL, width - 0.2)[:2]
    for i, line in enumerate(reversed(lines)):
        page.text(right, rows.top + 0.12 + 0.24 * i, line, theme.SMALL, theme.GREY, ha="right")


def _amount(page: Page, rows: TableRows, right: float, row: int, value: Value, first: bool) -> None:
    """Write yuan, shaded where they are the most of a column, with the interval below."""
    middle, shaded = rows.middle(row), 0.86 * rows.height
    mean, _, ends = as_amount(value).partition(IN_BRACKETS[spoken_language()])
    tall = rows.height > 0.5
    if first:
        box = page.axes(right - 1.5, middle - shaded / 2, 1.62, shaded)
        box.set(facecolor=theme.BAND, xticks=[], yticks=[])
        box.spines[:].set_visible(False)
    size, va = (
        (theme.SUBTITLE, "baseline" if ends else "center_baseline")
        if tall
        else (theme.SMALL, "center_baseline")
    )
    page.text(right, middle + 0.06 * bool(ends) if tall else middle, mean, size, ha="right", va=va)
    if tall and ends:
        words = ends.rstrip(")）")
        page.text(right, middle - 0.22, words, theme.SMALL, theme.GREY, ha="right")


def _first(money: Sequence[Value], value: Value) -> bool:
    """Whether a value is the most of its column, clearly so where there are intervals."""
    others = [other for other in money if other is not value and other.known]
    if not value.known or not others:
        return False
    return all((other.high if other.bounded else other.mean) < (
        value.low if value.bounded else value.mean) for other in others)  # fmt: skip


def _gap(columns: Sequence[RuleColumn], row: int) -> float:
    """Yuan between the most and the least that rules give a zone."""
    found = [column.money[row].mean for column in columns if column.money[row].known]
    return max(found, default=0.0) - min(found, default=0.0)


@chart("subsidy", plot, of=RunResults)
def analyse(results: RunResults) -> list[SubsidyData]:
    """Take the first four rules and the zones, in their order."""
    money = {k: v for k, v in values_of(results, METRIC, GROUP).items() if v.known}
    zones = list(dict.fromkeys(level.split("*")[0] for level in money))
    rules = list(dict.fromkeys(level.split("*")[1] for level in money))
    if not zones or not any(value.mean > 0 for value in money.values()):
        return []
    kept, shown = zones[:MOST_ROWS], rules[:MOST_RULES]
    several = results.context.n_replications > 1  # one history has nothing to change from
    changes = values_of(results, CHANGES, "rule") if several else {}
    columns = tuple(
        RuleColumn(
            rule,
            results.label("rule", rule),
            tuple(money.get(f"{zone}*{rule}", UNKNOWN) for zone in kept),
            changes.get(rule, UNKNOWN),
        )
        for rule in shown
    )
    labels = {zone: results.label("zone", zone) for zone in zones}
    hidden = [
        say(f"{what}.left", n=n)
        for what, n in (("rules", len(rules) - len(shown)), ("league", len(zones) - len(kept)))
        if n
    ]
    finding = Finding(
        name="subsidy",
        title=_title(results, money, labels, rules),
        subtitle=clauses(say("subsidy.subtitle"), say("subsidy.ranges") if several else ""),
        table=behind(results, [(METRIC, GROUP), (CHANGES, "rule")]),
        note=clauses(*hidden),
    )
    return [SubsidyData(finding, tuple(labels[zone] for zone in kept), columns)]


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
