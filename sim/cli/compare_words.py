"""What `linli compare` says: notes before it runs, and its results in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.analysis.comparison_words import joined, noun, signed
from sim.scenario.differences import input_differences
from sim.scenario.inputs import Inputs
from sim.words import counted

EXPERIMENT = ("replications", "confidence", "primary", "indifference")
PEAK = ("peak_weekday", "peak_weekend")
COLUMN = 14
MOST = 3
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


def notes_of(scenarios: Sequence[Inputs], base: int) -> list[str]:
    """Notices of all scenarios, each said once with the names of those that it holds for.

    That a policy keeps the baseline's level is what a comparison is for: it is said in one line.
    """
    baseline = scenarios[base]
    heard: dict[str, list[str]] = {}
    kept = []
    for inputs in scenarios:
        same = inputs is not baseline and inputs.level == baseline.level
        for notice in inputs.notices:
            if same and notice == inputs.kept_level:
                kept.append(inputs.scenario.name)
            else:
                heard.setdefault(notice, []).append(inputs.scenario.name)
        for key in EXPERIMENT if inputs is not baseline else ():
            if getattr(inputs.scenario.experiment, key) != getattr(
                baseline.scenario.experiment, key
            ):
                text = f"`experiment.{key}` is not used: that of {baseline.scenario.name} holds"
                heard.setdefault(text, []).append(inputs.scenario.name)
        for text in _own_groups(inputs, baseline):
            heard.setdefault(text, []).append(inputs.scenario.name)
    everybody = len(scenarios)
    lines = [
        notice if len(names) == everybody else f"{', '.join(names)}: {notice}"
        for notice, names in heard.items()
    ]
    if kept and not baseline.kept_level:
        lines.append(f"All use the level {baseline.level:g} of {baseline.scenario.name}.")
    return lines


def _own_groups(inputs: Inputs, baseline: Inputs) -> Iterator[str]:
    """Where figures by group are not of the same hours or wishes as the baseline's."""
    mine, theirs = inputs.scenario.analysis, baseline.scenario.analysis
    for key in PEAK:
        if getattr(mine, key) != getattr(theirs, key):
            yield (
                f"`analysis.{key}` is not that of {baseline.scenario.name}: figures and rules of "
                "the peak are of other hours"
            )
    differs = input_differences(inputs, baseline)
    if differs.own_groups:
        yield (
            "residents differ beside rooms, hours or ways: groups by tier and walk are its own, "
            f"not those of {baseline.scenario.name}"
        )


def result_lines(told: Mapping[str, Any]) -> list[str]:
    """The result for a terminal."""
    width = max(map(len, told["scenarios"])) + 1
    lines = [_head(told), *_differing(told, width), f"{told['headline']}."]
    levels = {row["metric"]: row for row in told["baseline_means"]}
    for metric in told["primary"]:
        lines.append(
            f"{noun(metric)}: {told['baseline']} {share_words(levels[metric])}; the others, in "
            "points"
        )
        for row in told["differences"]:
            if row["metric"] == metric:
                lines.append(f"  {row['scenario']:<{width}} {difference_words(row)}")
    if told["replications"] > 1:
        lines.append(
            f"  Ranges hold jointly at {told['confidence']:.0%}. They show chance only, not doubt "
            "about assumptions."
        )
    else:
        lines.append("  One replication has no range: it tells no scenarios apart.")
    lines += [*_figures(told, width), *_fairness(told, width)]
    lines.append(f"Who gains and who loses, in points of {noun(told['primary'][0])}:")
    lines += [f"  {name}: {words}" for name, words in told["who"].items()]
    if told["own_groups"]:
        lines.append(
            "  Groups by tier and walk hold other people under "
            f"{joined(told['own_groups'])}: the total may lie outside them."
        )
    if told["rooms"]:
        lines.append("Which rooms gain and which lose use, in person-hours:")
        lines += [f"  {name}: {words}" for name, words in told["rooms"].items()]
    lines.append(told["best"])
    if not told["precision_reached"]:
        lines.append("The precision asked for was not reached within the cap on replications.")
    return lines


def _head(told: Mapping[str, Any]) -> str:
    others, n = len(told["scenarios"]) - 1, told["replications"]
    number = f"{counted(others, 'scenario')} against {told['baseline']}"
    return f"{number}: {counted(n, 'replication')} each, paired: {told['paired']}"


def _differing(told: Mapping[str, Any], width: int) -> Iterator[str]:
    """What each scenario has otherwise than the baseline, and whether residents are the same."""
    unlike = told["not_paired"]
    same = "the residents are the same" if not unlike else "the residents are not all the same"
    yield f"What differs from {told['baseline']} ({same}):"
    for name, keys in told["differs"].items():
        every = [key for mine in keys.values() for key in mine]
        more = f" and {len(every) - MOST} more" if len(every) > MOST else ""
        text = f"{joined(list(keys))} ({', '.join(every[:MOST])}{more})" if every else "nothing"
        yield f"  {name:<{width}} {text}"
    for name, keys in unlike.items():
        more = f" and {len(keys) - MOST} more" if len(keys) > MOST else ""
        yield (
            f"  {name}: not paired with {told['baseline']}, other residents: "
            f"{', '.join(keys[:MOST])}{more}"
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


def _figures(told: Mapping[str, Any], width: int) -> Iterator[str]:
    """A row a scenario: use and cost; differences that may be chance are in brackets."""
    rows = {(row["scenario"], row["metric"]): row for row in told["figures"]}
    metrics = list(dict.fromkeys(metric for _, metric in rows))
    heads = [HEADS[metric] for metric in metrics]
    yield f"{'Use and cost':<{width + 2}} {' '.join(f'{head:>{COLUMN}}' for head in heads)}"
    for name in told["scenarios"]:
        cells = [_cell(rows[name, m], name == told["baseline"]) for m in metrics]
        yield f"  {name:<{width}} {' '.join(f'{cell:>{COLUMN}}' for cell in cells)}"
    yield (
        f"  Differences from {told['baseline']} (shares in points); in brackets: may be chance. "
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


def _fairness(told: Mapping[str, Any], width: int) -> list[str]:
    """A line a scenario: the worst-off group, spread of bookers' hours, price of fairness."""
    found = {(r["scenario"], r["metric"]): r for r in told["fairness"]}
    worst_of = next((m for _, m in found if m.startswith("worst_group_")), "")
    share = noun(worst_of.removeprefix("worst_group_")) if worst_of else "share"
    heads = f"hours p10   Gini   Jain   price  {share}, of the worst-off group"
    lines = [f"{'Fairness':<{width + 2}} {heads}"]
    for name in told["scenarios"]:
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
        words = "-" if worst is None else f"{_plain(worst, 'share')} {worst['level']}"
        lines.append(f"  {name:<{width}} {' '.join(cells)}  {words}")
    return lines


def _plain(row: Mapping[str, Any] | None, kind: str) -> str:
    if row is None or row["mean"] is None:
        return "-"
    mean = row["mean"]
    return {"share": f"{mean:.1%}", "hours": f"{mean:.1f} h"}.get(kind, f"{mean:.2f}")
