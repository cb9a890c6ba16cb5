"""What a comparison says in words: who serves more, what else changes, who gains and who loses."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.messages import chinese, clauses, joined, listed, say, titled
from sim.words import capital, columns_of, padded, signed

if TYPE_CHECKING:  # the same asked again needs no model
    import pandas as pd

    from sim.scenario.inputs import Inputs
    from sim.studies.compare import ComparisonRuns

PERSON_HOURS, COST = "person_hours_venues", "operating_cost_year"
"""Metrics of all recorded use of the rooms, and of the cost of all rooms."""


def points_words(share: float) -> str:
    """A share as points of a hundred: "1 point", "0.5 points"."""
    points = 100 * share
    return say("points", words=f"{points:g}", number=points)


def noun(metric: str) -> str:
    """The thing that a primary metric counts, in words."""
    return say(f"noun.{metric}")


def headline(
    differences: pd.DataFrame, metric: str, base: str, named: Mapping[str, str], most: int = 4
) -> str:
    """One sentence: which scenarios have clearly more than the baseline, then which fewer.

    Parameters
    ----------
    differences
        Of `differences.differences`.
    base
        What the baseline is called.
    named
        Scenario -> what it is called.
    most
        Scenarios named on each side, those that differ most.
    """
    mine = differences[(differences["metric"] == metric) & (differences["group"] == "all")]
    if mine["adjusted_low"].isna().all():
        return say("compare.once", what=noun(metric))
    above = mine[mine["adjusted_low"] > 0].sort_values("difference", ascending=False)
    below = mine[mine["adjusted_high"] < 0].sort_values("difference")
    parts: list[str] = []
    for side, more in ((above, "more"), (below, "fewer")):
        for number, row in enumerate(side.head(most).to_dict("records")):
            shown = round(abs(100 * row["difference"]), 1)
            points = f"{shown:g}" if shown else say("points.tiny")
            name = named[row["scenario"]]
            if parts:
                also = "same" if number else more
                parts.append(say(f"compare.also.{also}", name=name, points=points))
            else:
                words = say("points", words=points, number=shown)
                parts.append(say(f"{more}.{metric}", name=name, points=words, base=base))
    if not parts:
        return say("compare.alike", base=base, what=noun(metric))
    if chinese():
        return "，".join(parts)
    return capital(joined(parts) if len(parts) > 2 else ", ".join(parts))


def scenario_names(scenarios: Sequence[Inputs]) -> dict[str, str]:
    """Scenario -> what it is called: its label, or else its name as it is."""
    return {i.scenario.name: titled(i.resolved, "") or i.scenario.name for i in scenarios}


def walk_words(band: str) -> str:
    """A band of walks: `5-10 min`, `over 15 min`."""
    minutes = band.removeprefix("over ").removesuffix(" min")
    return say("group.walk" if minutes + " min" == band else "group.walk.over", minutes=minutes)


def room_use_words(compared: ComparisonRuns) -> dict[str, str]:
    """Scenario -> which tiers' rooms are used more and which less, by whatever recorded use.

    Person-hours in the rooms themselves, wherever their users come from: new rooms and hours take
    use from others even where everybody gains. Intervals hold jointly over tiers and scenarios.
    """
    lines = compared.lines_of(PERSON_HOURS, "tier")
    if not len(lines):
        return {}
    tiers = compared.names["level"].iloc[lines].to_numpy()
    found = {}
    for scenario in compared.others:
        apart = compared.differ(scenario, lines, max(1, len(lines) * len(compared.others)))
        sides = (("more", apart.adjusted_low > 0), ("less", apart.adjusted_high < 0))
        parts = [
            part
            for word, sure in sides
            for part in _used(word, tiers[sure].tolist(), apart.difference[sure].tolist())
        ]
        found[compared.labels[scenario]] = clauses(*parts) or say("rooms.alike")
    return found


def _used(word: str, tiers: list[str], hours: list[float]) -> Iterator[str]:
    if tiers:
        pairs = zip(tiers, hours, strict=True)
        named = [f"{say(f'tier.{tier}')} {signed(hour, 0, ',')}" for tier, hour in pairs]
        yield say(f"rooms.{word}", names=listed(named))


NO_ROOM = ("tier", "none")
MOST = 3
"""Gainers, and losers, named at most."""


def words_of(table: pd.DataFrame, scenario: str, label: Callable[[str, str], str]) -> str:
    """One line: the change in all, then who gains and who loses most, in points of a hundred.

    Parameters
    ----------
    table
        Of `gains`.
    label
        (group, level) -> name to show.
    """
    mine = table[table["scenario"] == scenario].to_dict("records")
    everybody = next(r for r in mine if r["group"] == "all")
    if math.isnan(everybody["difference"]):
        return say("no-value")
    parts = [say("who.all", points=signed(100 * everybody["difference"]))]
    # who has no room by tier has none by walk
    inner = [r for r in mine if r["group"] != "all" and (r["group"], r["level"]) != NO_ROOM]
    up = sorted((r for r in inner if r["joint_low"] > 0), key=lambda r: -r["difference"])
    down = sorted((r for r in inner if r["joint_high"] < 0), key=lambda r: r["difference"])
    for verb, rows in (("gain", up), ("lose", down)):
        if rows:
            named = listed([f"{label(r['group'], r['level'])} {_points(r)}" for r in rows[:MOST]])
            left = len(rows) - MOST
            names = say("who.more", names=named, n=left) if left > 0 else named
            parts.append(say(f"who.{verb}", names=names))
    if not down:
        parts.append(say("who.no-loser" if up else "who.nobody"))
    return clauses(*parts)


def _points(row: Mapping[Hashable, Any]) -> str:
    """Difference and joint interval in points of a hundred."""
    low, high = (signed(100 * row[end]) for end in ("joint_low", "joint_high"))
    return f"{signed(100 * row['difference'])} ({say('ends', low=low, high=high)})"


COLUMN = 14
KEYS = 3
"""Keys named of a scenario, at most."""


def result_lines(summary: Mapping[str, Any]) -> list[str]:
    """The result for a terminal."""
    named = summary["called"]
    width = max(map(columns_of, named.values())) + 1
    lines = [_head(summary), *_differing(summary, width)]
    lines.append(say("sentence", words=summary["headline"]))
    levels = {row["metric"]: row for row in summary["baseline_means"]}
    for metric in summary["primary"]:
        base, figure = named[summary["baseline"]], share_words(levels[metric])
        lines.append(say("compare.levels", what=noun(metric), base=base, figure=figure))
        for row in summary["differences"]:
            if row["metric"] == metric:
                lines.append(f"  {padded(named[row['scenario']], width)} {difference_words(row)}")
    if summary["replications"] > 1:
        sure = f"{summary['confidence']:.0%}"
        lines.append(f"  {say('compare.ranges', share=sure)}")
    else:
        lines.append(f"  {say('compare.no-ranges')}")
    lines += [*_figures(summary, width), *_fairness(summary, width)]
    lines.append(say("compare.who", what=noun(summary["primary"][0])))
    lines += _by_name(summary["who"], named)
    if summary["own_groups"]:
        own = joined([named[name] for name in summary["own_groups"]])
        lines.append(f"  {say('compare.own', names=own)}")
    if summary["rooms"]:
        lines.append(say("compare.rooms"))
        lines += _by_name(summary["rooms"], named)
    lines.append(summary["best"])
    if not summary["precision_reached"]:
        lines.append(say("not-reached"))
    return lines


def _by_name(words: Mapping[str, str], named: Mapping[str, str]) -> list[str]:
    return [f"  {say('compare.line', name=named[name], words=of)}" for name, of in words.items()]


def _head(summary: Mapping[str, Any]) -> str:
    return say(
        "compare.head", n=len(summary["scenarios"]) - 1, times=summary["replications"],
        base=summary["called"][summary["baseline"]], paired=say(f"paired.{summary['paired']}"),
    )  # fmt: skip


def _differing(summary: Mapping[str, Any], width: int) -> Iterator[str]:
    """Differences of each scenario from the baseline, and whether residents are the same."""
    unlike, named = summary["not_paired"], summary["called"]
    base = named[summary["baseline"]]
    yield say("compare.differs.unlike" if unlike else "compare.differs", base=base)
    for name, keys in summary["differs"].items():
        every = [key for mine in keys.values() for key in mine]
        what = joined([say(f"aspect.{aspect}") for aspect in keys])
        text = say("compare.keys", what=what, keys=_keys(every)) if every else ""
        yield f"  {padded(named[name], width)} {text or say('compare.nothing')}"
    for name, keys in unlike.items():
        yield f"  {say('compare.unpaired', name=named[name], base=base, keys=_keys(keys))}"


def _keys(keys: Sequence[str]) -> str:
    """The first keys, and how many more there are."""
    named, more = listed(keys[:KEYS]), len(keys) - KEYS
    return say("compare.keys.more", keys=named, n=more) if more > 0 else named


def share_words(row: Mapping[str, Any]) -> str:
    """A mean with its interval."""
    mean, low, high = row["mean"], row["ci_low"], row["ci_high"]
    if mean is None:
        return say("compare.unvalued")
    ends = "" if low is None else say("ends", low=f"{low:.1%}", high=f"{high:.1%}")
    return f"{mean:.1%} ({ends})" if ends else f"{mean:.1%}"


def difference_words(row: Mapping[str, Any]) -> str:
    """A difference with its joint interval, in points."""
    if row["difference"] is None:
        return say("no-value")
    low, high = row["adjusted_low"], row["adjusted_high"]
    text = f"{signed(100 * row['difference'], 2):>6}"
    if low is None:
        return text
    return f"{text} ({say('ends', low=signed(100 * low, 2), high=signed(100 * high, 2))})"


def _figures(summary: Mapping[str, Any], width: int) -> Iterator[str]:
    """A row a scenario: use and cost; differences that may be chance are in brackets."""
    rows = {(row["scenario"], row["metric"]): row for row in summary["figures"]}
    metrics, named = list(dict.fromkeys(metric for _, metric in rows)), summary["called"]
    heads = [_right(say(f"column.{metric}"), COLUMN) for metric in metrics]
    yield f"{padded(say('compare.use'), width + 2)} {' '.join(heads)}"
    for name in summary["scenarios"]:
        cells = [_cell(rows[name, m], name == summary["baseline"]) for m in metrics]
        yield f"  {padded(named[name], width)} {' '.join(f'{cell:>{COLUMN}}' for cell in cells)}"
    yield f"  {say('compare.use.note', base=named[summary['baseline']])}"


def _right(words: str, width: int) -> str:
    """Words at the right of so many columns of a terminal."""
    return " " * max(0, width - columns_of(words)) + words


def _cell(row: Mapping[str, Any], is_baseline: bool) -> str:
    value, share = row["value"], row["unit"] == "share"
    if value is None:
        return "-"
    if is_baseline:
        return f"{value:.1%}" if share else f"{value:,.0f}"
    text = signed(100 * value) if share else signed(value, 0, ",")
    low, high = row["ci_low"], row["ci_high"]
    sure = low is not None and (low > 0 or high < 0)
    return text if sure or value == 0 else f"({text})"


def _fairness(summary: Mapping[str, Any], width: int) -> list[str]:
    """A line a scenario: the worst-off group, spread of bookers' hours, price of fairness."""
    found = {(r["scenario"], r["metric"]): r for r in summary["fairness"]}
    worst_of = next((m for _, m in found if m.startswith("worst_group_")), "")
    metric = worst_of.removeprefix("worst_group_")
    share = noun(metric) if metric else say("compare.fairness.share")
    heads = [
        _right(say(f"compare.fairness.{head}"), wide)
        for head, wide in (("hours", 9), ("gini", 6), ("jain", 6), ("price", 7))
    ]
    worst_head = say("compare.fairness.worst", what=share)
    lines = [f"{padded(say('compare.fairness'), width + 2)} {' '.join(heads)}  {worst_head}"]
    for name in summary["scenarios"]:
        worst = found.get((name, worst_of))
        cells = [
            _right(_plain(found.get((name, metric)), kind), wide)
            for metric, kind, wide in (
                ("p10_hours", "hours", 9),
                ("gini_hours", "index", 6),
                ("jain_hours", "index", 6),
                ("price_of_fairness", "share", 7),
            )
        ]
        level = "" if worst is None else str(worst["level"])
        group = summary["groups"].get(level) or level.replace("_", " ")
        words = "-" if worst is None else f"{_plain(worst, 'share')} {group}"
        lines.append(f"  {padded(summary['called'][name], width)} {' '.join(cells)}  {words}")
    return lines


def _plain(row: Mapping[str, Any] | None, kind: str) -> str:
    if row is None or row["mean"] is None:
        return "-"
    mean = row["mean"]
    if kind == "hours":
        return say("compare.hours", n=f"{mean:.1f}")
    return f"{mean:.1%}" if kind == "share" else f"{mean:.2f}"
