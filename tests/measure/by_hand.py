"""One small crowded history, its wishes in a table, and its metrics worked out with pandas."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from builders import Parts, tiny

from sim.studies.run import Run, run

__all__ = ["by_hand", "cohort", "found", "ran"]


def world() -> Parts:
    """The tiny world, crowded, with everything that can become of a wish."""
    parts = tiny().set(demand__level=4, policy__window__opens_days_ahead=5)
    party = {"rule": "choice", "values": [3, 8, 31], "weights": [5, 5, 1]}
    parts.set(kinds__activity_room__party=party)
    return parts.set(choice={"rule": "nested_logit", "outside": 0, "per_minute": -0.15})


@cache
def ran() -> Run:
    with TemporaryDirectory() as folder:
        inputs = world().load(Path(folder), replications=1)
        return run(inputs, jobs=1, with_wishes=True)


@cache
def cohort() -> pd.DataFrame:
    """Wishes asked in the counting window, with columns for grouping."""
    table = ran().wishes
    assert table is not None
    asked = (table["asked_at"] >= "2026-03-02") & (table["asked_at"] < "2026-03-16")
    table = table[asked].copy()
    for column in table.select_dtypes("category"):
        table[column] = table[column].astype(object)
    start = table["preferred_start"].dt
    table["hour_of_week"] = start.strftime("%a-%H")
    weekend = start.day_of_week >= 5
    peak = np.where(weekend, start.hour.between(9, 20), start.hour.between(18, 21))
    table["peak"] = np.where(peak, "peak", "off-peak")
    tiers = {"Grand Hall": "subdistrict", "Willow House": "community", "Pine Club": "compound"}
    table["tier"] = table["first_choice_centre"].map(tiers).fillna("none")
    table["centre"] = table["first_choice_centre"].fillna("none")
    communities = {"Pine Court": "Pine", "Willow Court": "Willow", "Willow Works": "Willow"}
    table["community"] = table["origin"].map(communities)
    table["zone"] = table["community"].map({"Pine": "North", "Willow": "South"})
    table["operator"] = table["zone"].map({"North": "Alpha", "South": "Beta"})
    edges = [-1, 5, 10, 15, 1e9]
    names = ["0-5 min", "5-10 min", "10-15 min", "over 15 min"]
    bands = pd.cut(table["walk_minutes"], edges, labels=names).astype(object)
    table["distance_band"] = bands.where(table["walk_minutes"].notna(), "none")
    for product in ("zone*kind", "segment*kind", "tier*hour_of_week", "kind*peak"):
        a, b = product.split("*")
        table[product] = table[a] + "*" + table[b]
    table["all"] = "all"
    return table


def found(metric: str, group: str) -> pd.Series:
    """Means of the summary by level."""
    summary = ran().summary
    rows = summary[(summary["metric"] == metric) & (summary["group"] == group)]
    assert rows["level"].is_unique
    return rows.set_index("level")["mean"]


def by_hand(table: pd.DataFrame) -> dict[str, float]:
    """All metrics of some wishes."""
    outcome = table["outcome"]
    n = len(table)
    requests = int((outcome != "not asked").sum())
    bookings = int(outcome.isin(["used", "cancelled", "no-show"]).sum())
    refused = int((outcome == "refused").sum())
    first = int((table["attempt"] == 0).sum())
    used = int((outcome == "used").sum())

    def share(top: int, bottom: int) -> float:
        return top / bottom if bottom else float("nan")

    return {
        "wishes": n,
        "requests": requests,
        "refused": refused,
        "bookings": bookings,
        "used": used,
        "asked_share": share(requests, n),
        "not_asked_share": share(n - requests, n),
        "served_share": share(bookings, requests),
        "refused_share": share(refused, requests),
        "first_choice_share": share(first, requests),
        "cancelled_share": share(int((outcome == "cancelled").sum()), bookings),
        "no_show_share": share(int((outcome == "no-show").sum()), bookings),
        "used_share": share(used, bookings),
        "met_share": share(used, n),
    }
