"""What does each rule reward? Yuan a zone under each rule, and how often noise moves places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.report import theme
from sim.report.charts.parts import TableRows, dot_rows, label_width
from sim.report.charts.values import (
    UNKNOWN,
    Value,
    as_amount,
    behind,
    ceiling,
    spoken,
    titled,
    values_of,
)
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import percent, short

METRIC, GROUP = "subsidy", "zone*rule"
CHANGES = "subsidy_place_changes"
MOST_RULES = 4
MOST_ROWS = 15


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
    """Draw a column a rule, all on one scale, the yuan beside every dot."""
    noted = any(column.changes.known for column in data.columns)
    rows = TableRows.below(page, len(data.labels), head=0.42, foot=0.92 if noted else 0.36)
    name = label_width(page, data.labels, 2.4)
    rows.names(page, data.labels, name - 0.15)
    rows.rules(page)
    texts = [[as_amount(value) for value in column.money] for column in data.columns]
    text = max(page.width_of(words, theme.SMALL) for t in texts for words in t) + 0.2
    step = min((page.width - name) / len(data.columns), 4.2)
    top = ceiling(max(v.top for c in data.columns for v in c.money if v.known))
    for i, (column, words) in enumerate(zip(data.columns, texts, strict=True)):
        x, width = name + i * step, max(step - text - 0.35, 0.5)
        label, size = page.sized(column.label, step - 0.2)
        page.text(x, page.height - 0.22, label, size, theme.PALETTE[0])
        dot_rows(page, rows, (x, width), column.money, top)
        rows.write(page, x + width + 0.2, words)
        if column.changes.known:
            share = percent(column.changes.mean)
            note = f"places change in {share} of replications"
            lines = page.wrapped(note, theme.SMALL, step - 0.25)[:2]
            for j, line in enumerate(lines):
                page.text(x, rows.bottom - 0.6 - 0.24 * j, line, theme.SMALL, theme.GREY)


@chart("subsidy", plot, of=RunResults, aside=True)
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
        f"{what} in the CSV only: {n}"
        for what, n in (("rules", len(rules) - len(shown)), ("zones", len(zones) - len(kept)))
        if n
    ]
    bars = "; bars: intervals" if results.context.n_replications > 1 else ""
    finding = Finding(
        name="subsidy",
        title=_title(results, money, labels, rules),
        subtitle=f"Operating subsidy by zone under each rule, yuan{bars}",
        table=behind(results, [(METRIC, GROUP), (CHANGES, "rule")]),
        note="; ".join(hidden),
    )
    return [SubsidyData(finding, tuple(labels[zone] for zone in kept), columns)]


def _title(
    results: RunResults,
    money: Mapping[str, Value],
    labels: Mapping[str, str],
    rules: Sequence[str],
) -> str:
    """Name the zone whose money depends most on the rule, where the intervals are apart."""
    once = ", in one replication" if results.context.n_replications == 1 else ""
    if len(rules) == 1:
        return _one_rule(money, labels, once)
    spread = []
    for zone in labels:
        found = [v for rule in rules if (v := money.get(f"{zone}*{rule}")) is not None]
        low = min(found, key=lambda v: v.mean)
        high = max(found, key=lambda v: v.mean)
        spread.append((high.mean - low.mean, zone, low, high))
    width, zone, low, high = max(spread, key=lambda item: item[0])
    least, most = spoken(low.mean), spoken(high.mean)
    name = short(labels[zone])
    if not width:
        return f"Every rule gives every zone the same money{once}"
    if once:
        return titled(
            f"{name}: {least} to {most} yuan, depending on the rule{once}",
            f"The rule moves a zone from {least} to {most} yuan{once}",
        )
    if low.bounded and high.bounded and low.high < high.low:
        return titled(
            f"The rule matters most to {name}: {least} to {most} yuan",
            f"The rule moves a zone from {least} to {most} yuan",
        )
    return "No rule clearly moves money: intervals overlap for the zone that changes most"


def _one_rule(money: Mapping[str, Value], labels: Mapping[str, str], once: str) -> str:
    """Say who gets most under the only rule."""
    order = sorted(money.items(), key=lambda item: -item[1].mean)
    level, first = order[0]
    name, most = short(labels[level.split("*")[0]]), spoken(first.mean)
    apart = first.bounded and all(v.bounded and v.high < first.low for _, v in order[1:])
    if once or apart:
        return titled(f"{name} gets most: {most} yuan{once}", f"One zone gets {most} yuan{once}")
    return f"No zone clearly gets most: at most {most} yuan"
