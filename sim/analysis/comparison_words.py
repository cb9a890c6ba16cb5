"""What a comparison says in words: who serves more, what else changes, who gains and who loses."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.comparing import Compared
from sim.metrics import METRICS, Words
from sim.stats.intervals import t_intervals
from sim.words import counted


def signed(points: float, digits: int = 1, thousands: str = "") -> str:
    """A difference with its sign; what is shown as zero has none."""
    text = f"{points:+{thousands}.{digits}f}"
    return text if text.strip("+-0.") else text[1:]


def points_words(share: float) -> str:
    """A share as points of a hundred: "1 point", "0.5 points"."""
    points = 100 * share
    return f"{points:g} point{'' if points == 1 else 's'}"


def joined(names: Sequence[str]) -> str:
    """Join names: `a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def noun(metric: str) -> str:
    """What a primary metric counts, in words."""
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


PERSON_HOURS, COST = "person_hours_venues", "operating_cost_year"
"""Of all recorded use of the rooms, as the cost is that of all rooms."""
ALWAYS = ("met_share", "served_share", "requests", "used", PERSON_HOURS, COST)
WHERE = {"activities": "participations", "drop-in places": "visits"}
"""Metrics beside them where what they count differs."""


def figures(compared: Compared) -> pd.DataFrame:
    """Means of the baseline and differences from it, of all.

    Columns metric, scenario, unit, value (a mean in the baseline's rows, else a difference),
    ci_low, ci_high (of a mean none). A primary metric's interval is the joint one, as wherever that
    difference is told, so that nothing is beyond chance here and chance there; of the others it is
    that of one difference by itself.
    """
    metrics = [*ALWAYS, *(m for aspect, m in WHERE.items() if _differs(compared, aspect))]
    lines = [int(i) for metric in metrics for i in compared.of(metric)]
    names = compared.names.iloc[lines].reset_index(drop=True)
    base, at = compared.baseline, np.array(lines, dtype=np.int64)
    joint = names["metric"].isin(compared.primary)
    parts = [
        names[["metric", "unit"]].assign(
            scenario=compared.labels[base],
            value=t_intervals(compared.ratios(at)[base], compared.confidence).mean,
            ci_low=np.nan,
            ci_high=np.nan,
        )
    ]
    for scenario in compared.others:
        found = compared.differ(scenario, at, compared.family)
        parts.append(
            names[["metric", "unit"]].assign(
                scenario=compared.labels[scenario],
                value=found.difference,
                ci_low=np.where(joint, found.adjusted_low, found.low),
                ci_high=np.where(joint, found.adjusted_high, found.high),
            )
        )
    columns = ["metric", "scenario", "unit", "value", "ci_low", "ci_high"]
    return pd.concat(parts, ignore_index=True)[columns]


def _differs(compared: Compared, aspect: str) -> bool:
    return any(aspect in d.keys for d in compared.differs)


def room_use_words(compared: Compared) -> dict[str, str]:
    """Scenario -> which tiers' rooms are used more and which less, by whatever recorded use.

    Person-hours in the rooms themselves, wherever their users come from: new rooms and hours take
    use from others even where everybody gains. Intervals hold jointly over tiers and scenarios.
    """
    lines = compared.of(PERSON_HOURS, "tier")
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


BY = ("segment", "zone", "tier", "kind", "distance_band")
"""Groups in which gainers and losers are looked for."""
NO_ROOM = ("tier", "none")
MOST = 3
"""Gainers, and losers, named at most."""


def gains(compared: Compared, metric: str) -> pd.DataFrame:
    """Difference of a metric in every group of `BY`, for every scenario.

    Intervals hold jointly over all groups and scenarios (Bonferroni), so that whoever is named as
    gaining or losing is not the luckiest of many.
    """
    lines = np.concatenate([compared.of(metric, group) for group in ("all", *BY)])
    names = compared.names.iloc[lines].reset_index(drop=True)
    family = max(1, len(lines) * len(compared.others))
    parts = []
    for scenario in compared.others:
        found = compared.differ(scenario, lines, family)
        parts.append(
            names[["metric", "group", "level"]].assign(
                scenario=compared.labels[scenario],
                difference=found.difference,
                joint_low=found.adjusted_low,
                joint_high=found.adjusted_high,
                n=found.n,
            )
        )
    return pd.concat(parts, ignore_index=True)


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
    if np.isnan(everybody["difference"]):
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
