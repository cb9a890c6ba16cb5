"""What `linli compare` says: notes before it runs, and its results in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.signs import signed
from sim.scenario.identity import residents_differ
from sim.scenario.inputs import Inputs

__all__ = ["difference_words", "notes_of", "result_lines", "share_words"]

EXPERIMENT = ("replications", "confidence", "primary", "indifference")


def notes_of(scenarios: Sequence[Inputs], base: int) -> list[str]:
    """Notices of all scenarios, each said once with the names of those that it holds for.

    That a policy keeps the baseline's level is what a comparison is for: it is said in one line.
    """
    baseline = scenarios[base]
    heard: dict[str, list[str]] = {}
    kept = []
    for inputs in scenarios:
        same = inputs is not baseline and not residents_differ(inputs, baseline)
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
    everybody = len(scenarios)
    lines = [
        notice if len(names) == everybody else f"{', '.join(names)}: {notice}"
        for notice, names in heard.items()
    ]
    if kept and not baseline.kept_level:
        lines.append(
            f"All use the level {baseline.level:g} of {baseline.scenario.name}: the residents are "
            "the same, only the rules differ."
        )
    return lines


def result_lines(told: Mapping[str, Any]) -> list[str]:
    """The result for a terminal."""
    lines = [_head(told), *_unpaired(told)]
    sure = f"{told['confidence']:.0%}"
    ratios = {(r["scenario"], r["metric"]): r["ratio"] for r in told["variance_ratio"]}
    levels = {row["metric"]: row for row in told["baseline_means"]}
    width = max(map(len, told["scenarios"])) + 1
    for metric in told["primary"]:
        lines.append(
            f"{metric}: {told['baseline']} {share_words(levels[metric])}; the others, in points"
        )
        for row in told["differences"]:
            if row["metric"] == metric:
                key = row["scenario"], metric
                pairing = _pairing(ratios[key]) if key in ratios else ""
                lines.append(f"  {row['scenario']:<{width}} {difference_words(row)}{pairing}")
    if told["replications"] > 1:
        lines.append(
            f"  {sure} intervals, joint over scenarios and primary metrics; the rest of "
            "comparison.csv is exploratory."
        )
    lines += _fairness(told, width)
    lines.append(f"Who gains and who loses, in points of {told['primary'][0]}:")
    lines += [f"  {name}: {words}" for name, words in told["who"].items()]
    lines.append(told["best"])
    if told["replications"] > 1:
        lines.append("Intervals are of simulation only; what assumptions add is not in them.")
    else:
        lines.append("One replication has no interval: it tells no policies apart.")
    if not told["precision_reached"]:
        lines.append("The precision asked for was not reached within the cap on replications.")
    return lines


def _head(told: Mapping[str, Any]) -> str:
    others, n = len(told["scenarios"]) - 1, told["replications"]
    number = f"{others} scenario{'s' if others > 1 else ''} against {told['baseline']}"
    return f"{number}: n = {n} replication{'s' if n > 1 else ''} each, paired: {told['paired']}"


def _unpaired(told: Mapping[str, Any]) -> list[str]:
    return [
        f"  {name}: not paired with {told['baseline']}, other residents: {', '.join(keys)}"
        for name, keys in told["not_paired"].items()
    ]


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


def _pairing(ratio: float | None) -> str:
    """Beside a difference: how much pairing helps; nothing where the difference never varied."""
    if ratio is None:
        return ""
    return (
        f"; variance / {ratio:,.0f} by pairing"
        if ratio >= 10
        else (f"; variance / {ratio:.1f} by pairing")
    )


def _fairness(told: Mapping[str, Any], width: int) -> list[str]:
    """A line a scenario: the worst-off group, spread of bookers' hours, price of fairness."""
    found = {(r["scenario"], r["metric"]): r for r in told["fairness"]}
    heads = "hours p10   Gini   Jain   price  served share of the worst-off group"
    lines = [f"{'Fairness':<{width + 2}} {heads}"]
    for name in told["scenarios"]:
        worst = found.get((name, "worst_group_served_share"))
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
