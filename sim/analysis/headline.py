"""What a comparison says first: who serves more than the baseline, and who fewer."""

from __future__ import annotations

import pandas as pd

from sim.analysis.signs import joined
from sim.metrics import METRICS, Words

__all__ = ["headline", "noun"]


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
