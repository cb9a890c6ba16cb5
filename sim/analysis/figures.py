"""What else changes beside the primary metrics: requests, use, cost, and which rooms lose use."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.analysis.comparing import Compared
from sim.analysis.signs import signed
from sim.stats.intervals import t_intervals

__all__ = ["COST", "PERSON_HOURS", "figures", "room_use_words"]

PERSON_HOURS, COST = "person_hours_venues", "operating_cost_year"
"""Of all recorded use of the rooms, as the cost is that of all rooms."""
ALWAYS = ("met_share", "served_share", "requests", "used", PERSON_HOURS, COST)
WHERE = {"activities": "participations", "drop-in places": "visits"}
"""Metrics beside them where what they count differs."""


def figures(compared: Compared) -> pd.DataFrame:
    """Means of the baseline and differences from it, of all.

    Columns metric, scenario, unit, value (a mean in the baseline's rows, else a difference),
    ci_low, ci_high (of one difference by itself; of a mean none).
    """
    metrics = [*ALWAYS, *(m for aspect, m in WHERE.items() if _differs(compared, aspect))]
    lines = [int(i) for metric in metrics for i in compared.of(metric)]
    names = compared.names.iloc[lines].reset_index(drop=True)
    base, at = compared.baseline, np.array(lines, dtype=np.int64)
    parts = [
        names[["metric", "unit"]].assign(
            scenario=compared.labels[base],
            value=t_intervals(compared.ratios(at)[base], compared.confidence).mean,
            ci_low=np.nan,
            ci_high=np.nan,
        )
    ]
    for scenario in compared.others:
        found = compared.differ(scenario, at, None)
        parts.append(
            names[["metric", "unit"]].assign(
                scenario=compared.labels[scenario],
                value=found.difference,
                ci_low=found.low,
                ci_high=found.high,
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
