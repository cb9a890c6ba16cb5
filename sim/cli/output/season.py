"""What `linli allocate` says of a season, and what it writes of requests that got less."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.exits import UsageProblem
from sim.cli.output.progress import progress_bar, say
from sim.messages import say as say_words
from sim.scenario.problems import nearest
from sim.sentences import spoken
from sim.studies.comparison_words import difference_words, share_words
from sim.words import columns_of, counted, padded, signed

if TYPE_CHECKING:  # `--help` imports this too
    from optimise.slots.solution import Solution
    from sim.season.plan import SeasonProblem


def allocate_lines(summary: Mapping[str, Any]) -> list[str]:
    """The allotment in a few lines."""
    asked, got = summary["sessions_asked"], summary["sessions"]
    lines = [
        f"{summary['name']}: {got} of {asked} sessions a week, {summary['hours']:g} of at most "
        f"{summary['hours_asked']:g} hours",
        f"{summary['requests_served']} of {summary['requests']} requests have a session, "
        f"{summary['first_choice_sessions']} sessions lie in a first choice",
        f"worth {summary['value']:,} weighted minutes, found in {summary['seconds']:g} s; "
        + _bound_words(summary),
    ]
    if summary["levels"]:
        lines[-1:] = _level_lines(summary)
    elif summary["status"] == "greedy":
        lines[-1] += "; no better one was found than the greedy timetable"
    if summary["stopped_by_clock"]:
        lines.append(_cut_words(summary))
    if summary["last_season"]["before"]:
        last = summary["last_season"]
        lines.append(
            f"since last season: {last['kept']} of {last['before']} sessions stay, "
            f"{last['before'] - last['kept']} go, {last['new']} come"
        )
    if "judged" in summary:
        lines += _judged_lines(summary["judged"])
    return lines


def _bound_words(summary: Mapping[str, Any]) -> str:
    """Say how much better another timetable could be, as far as that is known."""
    if summary["status"] == "optimal":
        return f"none is better (bound by {summary['prover']})"
    if summary["bound"] >= 2 * summary["value"]:
        return "a better timetable may exist"
    return (
        f"no timetable is worth more than {summary['bound']:,} "
        f"(gap {summary['gap']:.2%}, bound by {summary['prover']})"
    )


def _cut_words(summary: Mapping[str, Any]) -> str:
    """Advice where the clock stopped a search."""
    limit = summary["time_limit_seconds"]
    return (
        f"the search was stopped after {limit:g} s: a faster or less busy machine may find "
        f"another timetable; --time-limit {2 * limit:g} gives it more time"
    )


def _level_lines(summary: Mapping[str, Any]) -> list[str]:
    """Aims in order, with what is proven of each, and what the order costs."""
    lines = [
        f"{level['name']}: {level['kept']:,.6g}"
        + (
            " (none is better)"
            if level["status"] == "optimal"
            else f" (at best {level['bound']:,.6g}, {level['status']})"
        )
        for level in summary["levels"]
    ]
    price = summary["price_of_fairness"]
    return [
        *lines,
        f"price of this order: {price['low']:.1%} to {price['high']:.1%} of the weighted minutes "
        "of the timetable worth most",
    ]


def _judged_lines(summary: Mapping[str, Any]) -> list[str]:
    """Findings of the judgement: timetables against each other, on the same residents."""
    n, metric = summary["replications"], summary["primary"][0]
    lines = [
        f"Judged on the same residents from {summary['from']} until {summary['until']}: "
        f"n = {counted(n, 'replication')} each, paired: {summary['paired']}"
    ]
    rules = {r["scenario"]: spoken(r["rule"], value=True) for r in summary["timetables"]}
    level = next(row for row in summary["baseline_means"] if row["metric"] == metric)
    lines.append(f"  {metric} with {rules[summary['baseline']]}: {share_words(level)}")
    width = max(map(columns_of, rules.values()))
    for base in dict.fromkeys((summary["baseline"], summary["no_clubs"])):
        rows = {
            (row["scenario"], row["metric"]): row
            for row in summary["differences"]
            if row["baseline"] == base
        }
        if rows:
            lines.append(
                f"  compared with {rules[base]}, for clubs: hours a week, points of the hours "
                f"asked for, worth; for residents: points of {metric}"
            )
        for scenario in dict.fromkeys(scenario for scenario, _ in rows):
            of = {m: row for (s, m), row in rows.items() if s == scenario}
            hours, share, worth = (
                of[f"season_{m}"]["difference"] for m in ("hours", "hours_share", "value")
            )
            lines.append(
                f"    {padded(rules[scenario], width)} {signed(hours):>8} {signed(100 * share):>6} "
                f"{signed(worth, 0):>7}; {difference_words(of[metric])}"
            )
    if n > 1:
        lines.append(
            f"  {summary['confidence']:.0%} ranges hold jointly over timetables and primary "
            "metrics. They show chance only, not doubt about assumptions."
        )
    else:
        lines.append("  One replication has no interval: chance may explain any difference.")
    if not summary["precision_reached"]:
        lines.append(f"  {say_words('not-reached')}")
    return lines


FILE = "reasons.csv"
_WORK = 0.5
"""Work of one search for what gives way."""


def check_names(plan: SeasonProblem, wanted: Sequence[str]) -> None:
    """Refuse names of `--why` that no request has."""
    names = [row.request for row in plan.rows]
    for name in wanted:
        if name not in names:
            close = nearest(name, names)
            hint = f"; did you mean {close}?" if close else ""
            raise UsageProblem(f"--why {name}: no request is called that{hint}")


def write_reasons(folder: Path, plan: SeasonProblem, solution: Solution, *, silent: bool) -> bool:
    """Explain every request that wants more than it got; False if interrupted by Ctrl-C.

    Those with the fewest sessions come first. What gives way is searched for with as much work as
    was planned for the timetable; of what is left then, and after an interruption, only the
    obstacles are given.
    """
    import pandas as pd

    from sim.report.tables import write_csv
    from sim.season.reasons import COLUMNS, SeasonReasons

    limit = plan.allocation.time_limit_seconds
    why = SeasonReasons(plan, solution, _WORK)
    got = Counter(solution.assignment.request.tolist())
    unmet = sorted(why.unmet_requests(), key=lambda request: (got[request], request))
    rows: list[tuple[str, ...]] = []
    finished, tried = True, 0
    with progress_bar("requests explained", quiet=silent) as progress:
        for count, request in enumerate(unmet, start=1):
            searching = finished and why.work < limit
            try:
                found = why.rows(request, force=searching)
            except KeyboardInterrupt:
                finished, searching = False, False
                found = why.rows(request, force=False)
            tried += searching
            rows += found
            progress(count, len(unmet))
    if tried < len(unmet) and why.searches:
        say(
            f"note: what gives way was searched for {tried} of {len(unmet)} requests; "
            "the others have their obstacles only (--time-limit gives more)",
            quiet=silent,
        )
    write_csv(folder / FILE, pd.DataFrame(rows, columns=list(COLUMNS)))
    return finished


def reason_lines(folder: Path, request: str) -> list[str]:
    """The table's account of one request, in lines."""
    with (folder / FILE).open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["request"] == request]
    if not rows:
        return [f"{request} got all that it asked for, in its first choice"]
    first = rows[0]
    lines = [f"{request} of {first['group']} got {first['got']}"]
    lines += [f"  {spoken(row['wanted'], value=True)}: {spoken(row['reason'])}" for row in rows]
    if first["forced"]:
        lost, gained = first["others_lose"], first["it_gains"]
        lines.append(
            f"With {first['forced']} others together would lose {lost} weighted minutes a week, "
            f"and it would gain {gained}"
            if first["proven"] == "yes"
            else f"With {first['forced']} others together would lose at most {lost} weighted "
            f"minutes a week, and it would gain {gained}"
        )
        lines += [f"  {one}" for one in first["gives_way"].split("; ") if one]
    return lines
