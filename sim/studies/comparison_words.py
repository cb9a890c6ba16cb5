"""What a comparison says in words: who serves more, what else changes, who gains and who loses."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.metrics import METRICS, Words
from sim.words import NOT_REACHED, counted, joined, signed

if TYPE_CHECKING:  # the same asked again needs no model
    import pandas as pd

    from sim.studies.compare import ComparisonRuns

PERSON_HOURS, COST = "person_hours_venues", "operating_cost_year"
"""Metrics of all recorded use of the rooms, and of the cost of all rooms."""


def points_words(share: float) -> str:
    """A share as points of a hundred: "1 point", "0.5 points"."""
    points = 100 * share
    return f"{points:g} point{'' if points == 1 else 's'}"


def noun(metric: str) -> str:
    """The thing that a primary metric counts, in words."""
    return _words(metric).noun


def _words(metric: str) -> Words:
    words = METRICS[metric].words
    assert words is not None, "experiment.primary takes only metrics that have words"
    return words


def headline(differences: pd.DataFrame, metric: str, base: str, most: int = 4) -> str:
    """One sentence: which scenarios have clearly more than the baseline, then which fewer.

    Parameters
    ----------
    differences
        Of `differences.differences`.
    most
        Scenarios named on each side, those that differ most.
    """
    mine = differences[(differences["metric"] == metric) & (differences["group"] == "all")]
    words = _words(metric)
    if mine["adjusted_low"].isna().all():
        return f"One replication tells no scenarios apart on {words.noun}"
    above = mine[mine["adjusted_low"] > 0].sort_values("difference", ascending=False)
    below = mine[mine["adjusted_high"] < 0].sort_values("difference")
    parts: list[str] = []
    for side, more in ((above, "more"), (below, "fewer")):
        for number, row in enumerate(side.head(most).to_dict("records")):
            points = f"{round(abs(100 * row['difference']), 1):g}"
            points = "under 0.1" if points == "0" else points
            if parts:
                parts.append(f"{row['scenario']} {points}{f' {more}' if number == 0 else ''}")
            else:
                unit = "point" if points == "1" else "points"
                parts.append(
                    f"{row['scenario']} {words.verb} {points} {unit} {more}{words.of} than {base}"
                )
    if not parts:
        return f"No scenario differs clearly from {base} on {words.noun}"
    return joined(parts) if len(parts) > 2 else ", ".join(parts)


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
        found[compared.labels[scenario]] = (
            "; ".join(parts) or "no tier's rooms are used more or less beyond chance"
        )
    return found


def _used(word: str, tiers: list[str], hours: list[float]) -> Iterator[str]:
    if tiers:
        named = (f"{t} {signed(h, 0, ',')}" for t, h in zip(tiers, hours, strict=True))
        yield f"used {word}: {', '.join(named)}"


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
        return "no value"
    parts = [f"{signed(100 * everybody['difference'])} in all"]
    # who has no room by tier has none by walk
    inner = [r for r in mine if r["group"] != "all" and (r["group"], r["level"]) != NO_ROOM]
    up = sorted((r for r in inner if r["joint_low"] > 0), key=lambda r: -r["difference"])
    down = sorted((r for r in inner if r["joint_high"] < 0), key=lambda r: r["difference"])
    for verb, rows in (("gain", up), ("lose", down)):
        if rows:
            named = [f"{label(r['group'], r['level'])} {_points(r)}" for r in rows[:MOST]]
            left = len(rows) - MOST
            more = f" and {counted(left, 'more group')}" if left > 0 else ""
            parts.append(f"{verb}: {', '.join(named)}{more}")
    if not down:
        parts.append(f"no group {'loses' if up else 'gains or loses'} beyond chance")
    return "; ".join(parts)


def _points(row: Mapping[Hashable, Any]) -> str:
    """Difference and joint interval in points of a hundred."""
    low, high = (signed(100 * row[end]) for end in ("joint_low", "joint_high"))
    return f"{signed(100 * row['difference'])} ({low} to {high})"


COLUMN = 14
KEYS = 3
"""Keys named of a scenario, at most."""
HEADS = {
    "met_share": "wishes met",
    "served_share": "served",
    "requests": "requests",
    "used": "bookings used",
    "person_hours_venues": "person-hours",
    "operating_cost_year": "yuan a year",
    "participations": "in activities",
    "visits": "drop-in visits",
}


def result_lines(summary: Mapping[str, Any]) -> list[str]:
    """The result for a terminal."""
    width = max(map(len, summary["scenarios"])) + 1
    lines = [_head(summary), *_differing(summary, width), f"{summary['headline']}."]
    levels = {row["metric"]: row for row in summary["baseline_means"]}
    for metric in summary["primary"]:
        lines.append(
            f"{noun(metric)}: {summary['baseline']} {share_words(levels[metric])}; the others, in "
            "points"
        )
        for row in summary["differences"]:
            if row["metric"] == metric:
                lines.append(f"  {row['scenario']:<{width}} {difference_words(row)}")
    if summary["replications"] > 1:
        lines.append(
            f"  Ranges hold jointly at {summary['confidence']:.0%}. They show chance only, not "
            "doubt about assumptions."
        )
    else:
        lines.append("  One replication has no range: it tells no scenarios apart.")
    lines += [*_figures(summary, width), *_fairness(summary, width)]
    lines.append(f"Who gains and who loses, in points of {noun(summary['primary'][0])}:")
    lines += [f"  {name}: {words}" for name, words in summary["who"].items()]
    if summary["own_groups"]:
        lines.append(
            "  Groups by tier and walk hold other people under "
            f"{joined(summary['own_groups'])}: the total may lie outside them."
        )
    if summary["rooms"]:
        lines.append("Which rooms gain and which lose use, in person-hours:")
        lines += [f"  {name}: {words}" for name, words in summary["rooms"].items()]
    lines.append(summary["best"])
    if not summary["precision_reached"]:
        lines.append(NOT_REACHED)
    return lines


def _head(summary: Mapping[str, Any]) -> str:
    others, n = len(summary["scenarios"]) - 1, summary["replications"]
    number = f"{counted(others, 'scenario')} against {summary['baseline']}"
    return f"{number}: {counted(n, 'replication')} each, paired: {summary['paired']}"


def _differing(summary: Mapping[str, Any], width: int) -> Iterator[str]:
    """Differences of each scenario from the baseline, and whether residents are the same."""
    unlike = summary["not_paired"]
    same = "the residents are the same" if not unlike else "the residents are not all the same"
    yield f"What differs from {summary['baseline']} ({same}):"
    for name, keys in summary["differs"].items():
        every = [key for mine in keys.values() for key in mine]
        more = f" and {len(every) - KEYS} more" if len(every) > KEYS else ""
        text = f"{joined(list(keys))} ({', '.join(every[:KEYS])}{more})" if every else "nothing"
        yield f"  {name:<{width}} {text}"
    for name, keys in unlike.items():
        more = f" and {len(keys) - KEYS} more" if len(keys) > KEYS else ""
        yield (
            f"  {name}: not paired with {summary['baseline']}, other residents: "
            f"{', '.join(keys[:KEYS])}{more}"
        )


def share_words(row: Mapping[str, Any]) -> str:
    """A mean with its interval."""
    mean, low, high = row["mean"], row["ci_low"], row["ci_high"]
    if mean is None:
        return "has no value"
    return f"{mean:.1%}" + ("" if low is None else f" ({low:.1%} to {high:.1%})")


def difference_words(row: Mapping[str, Any]) -> str:
    """A difference with its joint interval, in points."""
    if row["difference"] is None:
        return "no value"
    low, high = row["adjusted_low"], row["adjusted_high"]
    text = f"{signed(100 * row['difference'], 2):>6}"
    if low is None:
        return text
    return f"{text} ({signed(100 * low, 2)} to {signed(100 * high, 2)})"


def _figures(summary: Mapping[str, Any], width: int) -> Iterator[str]:
    """A row a scenario: use and cost; differences that may be chance are in brackets."""
    rows = {(row["scenario"], row["metric"]): row for row in summary["figures"]}
    metrics = list(dict.fromkeys(metric for _, metric in rows))
    heads = [HEADS[metric] for metric in metrics]
    yield f"{'Use and cost':<{width + 2}} {' '.join(f'{head:>{COLUMN}}' for head in heads)}"
    for name in summary["scenarios"]:
        cells = [_cell(rows[name, m], name == summary["baseline"]) for m in metrics]
        yield f"  {name:<{width}} {' '.join(f'{cell:>{COLUMN}}' for cell in cells)}"
    yield (
        f"  Differences from {summary['baseline']} (shares in points); in brackets: may be chance. "
        "Person-hours are of all recorded use: bookings, activities, clubs, drop-in."
    )


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
    share = noun(worst_of.removeprefix("worst_group_")) if worst_of else "share"
    heads = f"hours p10   Gini   Jain   price  {share}, of the worst-off group"
    lines = [f"{'Fairness':<{width + 2}} {heads}"]
    for name in summary["scenarios"]:
        worst = found.get((name, worst_of))
        cells = [
            f"{_plain(found.get((name, metric)), kind):>{wide}}"
            for metric, kind, wide in (
                ("p10_hours", "hours", 9),
                ("gini_hours", "index", 6),
                ("jain_hours", "index", 6),
                ("price_of_fairness", "share", 7),
            )
        ]
        group = "" if worst is None else str(worst["level"]).replace("_", " ")
        words = "-" if worst is None else f"{_plain(worst, 'share')} {group}"
        lines.append(f"  {name:<{width}} {' '.join(cells)}  {words}")
    return lines


def _plain(row: Mapping[str, Any] | None, kind: str) -> str:
    if row is None or row["mean"] is None:
        return "-"
    mean = row["mean"]
    return {"share": f"{mean:.1%}", "hours": f"{mean:.1f} h"}.get(kind, f"{mean:.2f}")
