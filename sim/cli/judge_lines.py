"""What `linli allocate --judge` says in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.analysis.comparison_words import difference_words, share_words
from sim.words import counted, signed


def judged_lines(told: Mapping[str, Any]) -> list[str]:
    """Lines for people, from what the manifest keeps as told."""
    n, metric = told["replications"], told["primary"][0]
    lines = [
        f"Judged on the same residents from {told['from']} until {told['until']}: "
        f"n = {counted(n, 'replication')} each, paired: {told['paired']}"
    ]
    rules = {row["scenario"]: row["rule"] for row in told["timetables"]}
    level = next(row for row in told["baseline_means"] if row["metric"] == metric)
    lines.append(f"  {metric} with {rules[told['baseline']]}: {share_words(level)}")
    width = max(map(len, rules.values()))
    for base in dict.fromkeys((told["baseline"], told["no_clubs"])):
        rows = {
            (row["scenario"], row["metric"]): row
            for row in told["differences"]
            if row["baseline"] == base
        }
        if rows:
            lines.append(
                f"  against {rules[base]}: clubs' hours a week, points of the hours asked for, "
                f"worth; residents: points of {metric}"
            )
        for scenario in dict.fromkeys(scenario for scenario, _ in rows):
            of = {m: row for (s, m), row in rows.items() if s == scenario}
            hours, share, worth = (
                of[f"season_{m}"]["difference"] for m in ("hours", "hours_share", "value")
            )
            lines.append(
                f"    {rules[scenario]:<{width}} {signed(hours):>8} {signed(100 * share):>6} "
                f"{signed(worth, 0):>7}; {difference_words(of[metric])}"
            )
    if n > 1:
        lines.append(
            f"  {told['confidence']:.0%} ranges hold jointly over timetables and primary "
            "metrics. They show chance only, not doubt about assumptions."
        )
    else:
        lines.append("  One replication has no interval: it tells no timetables apart.")
    if not told["precision_reached"]:
        lines.append("  The precision asked for was not reached within the cap on replications.")
    return lines
