"""Why requests of an allotted season did not get what they asked for: `reasons.csv`."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from optimise.slots.solution import Solution
from sim.cli.exits import UsageProblem
from sim.cli.output.progress import progress_bar, say
from sim.scenario.problems import nearest
from sim.season.plan import SeasonProblem
from sim.sentences import spoken

FILE = "reasons.csv"
_WORK = 0.5
"""Work of one search for what would help; an explanation makes some ten."""


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

    Those with the fewest sessions come first. Changes that would help are searched for and tried
    with as much work as was planned for the timetable; of what is left then, and after an
    interruption, only the obstacles are given.
    """
    import pandas as pd

    from sim.report.tables import write_csv
    from sim.season.reasons import COLUMNS, SeasonReasons, reason_rows

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
                found = why.explanation(request, "help" if searching else "look")
            except KeyboardInterrupt:
                finished, searching = False, False
                found = why.explanation(request, "look")
            tried += searching
            rows += reason_rows(why.names, found)
            progress(count, len(unmet))
    if tried < len(unmet) and why.searches:
        say(
            f"note: changes that would help were searched for {tried} of {len(unmet)} requests; "
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
    if first["change"]:
        lines.append(f"What would help: {first['change']} ({first['verified']})")
    return lines
