"""What a comparison says first: who serves more than the baseline, and who fewer."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.analysis.signs import joined

__all__ = ["headline", "noun"]


@dataclass(frozen=True, slots=True)
class _Words:
    """How a primary metric is spoken of: "<noun>"; "A <verb> 3 points more <of> than B"."""

    noun: str
    verb: str
    of: str = ""


_WORDS = {
    "served_share": _Words("requests that got a slot", "serves"),
    "met_share": _Words("wishes met (booked and used)", "meets", " of all wishes"),
    "asked_share": _Words("wishes that were asked", "has", " of all wishes asked"),
    "first_choice_share": _Words(
        "requests that got their first choice", "gives", " of requests their first choice"
    ),
    "used_share": _Words("bookings used", "has", " of bookings used"),
    "utilisation_booked": _Words("open hours booked", "has", " of open hours booked"),
}


def noun(metric: str) -> str:
    """What a primary metric counts, in words."""
    return _WORDS[metric].noun


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
    words = _WORDS[metric]
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
