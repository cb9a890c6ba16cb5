"""What `linli allocate` says in a terminal of a season, and of one that was judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.studies.comparison_words import difference_words, share_words
from sim.words import NOT_REACHED, counted, signed


def allocate_lines(told: Mapping[str, Any]) -> list[str]:
    """What was allotted, in a few lines."""
    asked, got = told["sessions_asked"], told["sessions"]
    lines = [
        f"{told['name']}: {got} of {asked} sessions a week, {told['hours']:g} of at most "
        f"{told['hours_asked']:g} hours",
        f"{told['requests_served']} of {told['requests']} requests have a session, "
        f"{told['first_choice_sessions']} sessions lie in a first choice",
        f"worth {told['value']:,} weighted minutes, found in {told['seconds']:g} s; "
        + _bound_words(told),
    ]
    if told["levels"]:
        lines[-1:] = _level_lines(told)
    elif told["status"] == "greedy":
        lines[-1] += "; no better one was found than the greedy timetable"
    if told["stopped_by_clock"]:
        lines.append(_cut_words(told))
    if told["last_season"]["before"]:
        last = told["last_season"]
        lines.append(
            f"since last season: {last['kept']} of {last['before']} sessions stay, "
            f"{last['before'] - last['kept']} go, {last['new']} come"
        )
    if "judged" in told:
        lines += _judged_lines(told["judged"])
    return lines


def _bound_words(told: Mapping[str, Any]) -> str:
    """How much better another timetable could be, as far as it is known."""
    if told["status"] == "optimal":
        return f"none is better (bound by {told['prover']})"
    if told["bound"] >= 2 * told["value"]:
        return "a better timetable may exist"
    return (
        f"no timetable is worth more than {told['bound']:,} "
        f"(gap {told['gap']:.2%}, bound by {told['prover']})"
    )


def _cut_words(told: Mapping[str, Any]) -> str:
    """What to do where the clock stopped a search."""
    limit = told["time_limit_seconds"]
    return (
        f"the search was stopped after {limit:g} s: a faster or less busy machine may find "
        f"another timetable; --time-limit {2 * limit:g} gives it more time"
    )


def _level_lines(told: Mapping[str, Any]) -> list[str]:
    """Aims in order, with what is proven of each, and what the order costs."""
    lines = [
        f"{level['name']}: {level['kept']:,.6g}"
        + (
            " (none is better)"
            if level["status"] == "optimal"
            else f" (at best {level['bound']:,.6g}, {level['status']})"
        )
        for level in told["levels"]
    ]
    price = told["price_of_fairness"]
    return [
        *lines,
        f"price of this order: {price['low']:.1%} to {price['high']:.1%} of the weighted minutes "
        "of the timetable worth most",
    ]


def _judged_lines(told: Mapping[str, Any]) -> list[str]:
    """What the judgement found: timetables against each other, on the same residents."""
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
        lines.append(f"  {NOT_REACHED}")
    return lines
