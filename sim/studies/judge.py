"""Timetables judged: what clubs gain and what residents lose, against one and against no clubs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pandas as pd

from sim.season.methods import ProposedTimetable
from sim.stats.fairness import gini
from sim.studies.compare import ComparisonRuns
from sim.studies.differences import COLUMNS, differences

CLUBS = ("club_sessions", "club_hours", "club_person_hours", "club_sessions_lost")
"""Metrics of clubs in the simulation; with a share of sessions unused also those."""
UNUSED = ("club_sessions_unused", "club_hours_unused")
RESIDENTS = (
    "requests", "bookings", "refused", "served_share", "first_choice_share", "met_share",
    "worst_group_served_share", "mean_walk_minutes", "utilisation_booked", "utilisation_clubs",
    "person_hours", "person_hours_venues",
)  # fmt: skip
"""Metrics of residents' own booking, and of the use of venues by all."""
BY = ("kind", "zone", "segment")
"""Groups of requests by which hours and sessions are given."""


def season_lines(proposal: ProposedTimetable) -> pd.DataFrame:
    """Sessions and hours of clubs in a week of a timetable: metric, group, level, unit, value.

    Known exactly, without simulation. `season_hours_share` is of the hours asked for at most.
    `season_gini_clubs` is the Gini index of that share over clubs (`group` of the requests): 0
    where all get the same part of what they ask for; empty where nobody gets anything.
    """
    outcomes = proposal.found.outcomes
    frame = pd.DataFrame(
        {
            "all": "all",
            **{by: [getattr(o, by) for o in outcomes] for by in (*BY, "group")},
            "season_sessions": [o.sessions_got for o in outcomes],
            "season_hours": [o.hours_got for o in outcomes],
            "season_hours_asked": [o.hours_asked for o in outcomes],
        }
    )
    parts = [_by_group(frame, by) for by in ("all", *BY)]
    clubs = frame.groupby("group")[["season_hours", "season_hours_asked"]].sum()
    shares = clubs["season_hours"] / clubs["season_hours_asked"]
    whole = (
        ("season_requests_served", "count", sum(o.sessions_got > 0 for o in outcomes)),
        ("season_first_choice_sessions", "count", sum(o.first_choice for o in outcomes)),
        ("season_value", "minutes", proposal.value),
        ("season_gini_clubs", "index", gini(shares.to_numpy())),
    )
    rows = [(metric, "all", "all", unit, float(value)) for metric, unit, value in whole]
    total = pd.DataFrame(rows, columns=["metric", "group", "level", "unit", "value"])
    return pd.concat([*parts, total], ignore_index=True)


def _by_group(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    """Sessions, hours and the share of hours by the levels of a group."""
    measures = ["season_sessions", "season_hours", "season_hours_asked"]
    sums = frame.groupby(group, sort=True)[measures].sum()
    sums["season_hours_share"] = sums["season_hours"] / sums["season_hours_asked"]
    found = sums.drop(columns="season_hours_asked").reset_index(names="level")
    long = found.melt(id_vars="level", var_name="metric", value_name="value")
    units = {"season_sessions": "count", "season_hours": "hours", "season_hours_share": "share"}
    return long.assign(group=group, unit=long["metric"].map(units))


def season_table(proposals: Sequence[ProposedTimetable]) -> pd.DataFrame:
    """`timetables.csv`: a row a timetable, a column a metric of the season, of all."""
    rows = []
    for one in proposals:
        lines = season_lines(one)
        mine = lines[lines["group"] == "all"].set_index("metric")["value"]
        search = one.solution
        rows.append(
            {
                "scenario": one.label,
                "rule": one.rule,
                **{metric.removeprefix("season_"): mine[metric] for metric in mine.index},
                "bound": math.nan if search is None else search.bound,
                "status": "" if search is None else search.status,
                "kept_from_last_season": one.found.changes.kept,
            }
        )
    return pd.DataFrame(rows)


def judged_table(
    compared: ComparisonRuns, proposals: Sequence[ProposedTimetable], baseline: int, none: int
) -> pd.DataFrame:
    """`judged.csv`, in the columns of `comparison.csv`.

    Every timetable against the baseline, then every timetable against no clubs. Adjusted
    intervals hold jointly over primary metrics and the timetables that are compared with one of
    both. What the timetable itself says (`season_*`) has no interval and `n` 0: no replication
    decides it.

    Parameters
    ----------
    compared
        Of the scenarios of `proposals`, in their order.
    baseline, none
        Indices of the baseline and of the scenario without clubs.
    """
    every = range(len(proposals))
    wanted = {*CLUBS, *UNUSED, *RESIDENTS, *compared.primary}
    parts = []
    for base, which in ((baseline, [i for i in every if i != none]), (none, list(every))):
        if len(which) < 2:
            continue
        table = differences(compared.restricted_to(which, base))
        parts.append(table[table["metric"].isin(wanted)])
        parts += _of_season([proposals[i] for i in which], proposals[base])
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _of_season(
    proposals: Sequence[ProposedTimetable], base: ProposedTimetable
) -> Iterator[pd.DataFrame]:
    """Differences of what the timetables themselves say."""
    keys = ["metric", "group", "level", "unit"]
    theirs = season_lines(base).set_index(keys)["value"]
    for one in proposals:
        if one is base:
            continue
        lines = season_lines(one)
        minus = theirs.reindex(pd.MultiIndex.from_frame(lines[keys])).to_numpy()
        yield lines[keys].assign(
            scenario=one.label,
            baseline=base.label,
            difference=lines["value"].to_numpy() - minus,
            ci_low=math.nan,
            ci_high=math.nan,
            adjusted_low=math.nan,
            adjusted_high=math.nan,
            n=0,
            paired="yes",
        )
