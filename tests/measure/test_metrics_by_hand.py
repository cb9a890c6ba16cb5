"""Metrics of a small history, worked out again with pandas from the table of wishes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import plain, tiny

from sim.stats.fairness import gini, jain
from sim.studies.run import run

from .by_hand import by_hand, cohort, found, ran

REASONS = ("too far", "closed then", "no such kind", "rather not", "full", "window")


GROUPS = (
    "all", "zone", "operator", "kind", "segment", "community", "tier", "centre", "peak",
    "distance_band", "hour_of_week", "zone*kind", "segment*kind", "tier*hour_of_week", "kind*peak",
)  # fmt: skip


def test_the_history_is_worth_looking_at() -> None:
    """Every outcome and reason occurs, so no metric is right by being empty."""
    table = cohort()
    assert len(table) > 1000
    assert set(table["outcome"]) == {"not asked", "refused", "used", "cancelled", "no-show"}
    assert set(table["reason"].dropna()) == set(REASONS)
    assert (table["attempt"] > 0).sum() > 50


@pytest.mark.parametrize("group", GROUPS)
def test_cohort_metrics(group: str) -> None:
    """Wishes, requests, shares: as counted by hand, by level; levels nobody is in are zero."""
    table = cohort()
    expected = {level: by_hand(part) for level, part in table.groupby(group)}
    metrics = {m for m in by_hand(table) if len(found(m, group))}
    assert {"wishes", "requests", "served_share"} - {"requests"} <= metrics
    for metric in metrics:
        seen = found(metric, group)
        assert set(expected) <= set(seen.index)
        for level, value in seen.items():
            if level in expected:
                assert value == pytest.approx(expected[level][metric], nan_ok=True), (metric, level)
            else:
                assert value == 0 or np.isnan(value)


@pytest.mark.parametrize("group", ["all", "zone", "kind", "segment", "tier"])
def test_shares_by_reason(group: str) -> None:
    """Not asked of wishes, refused of requests, by reason; they sum to the whole share."""
    table = cohort()
    for level, part in table.groupby(group):
        requests = (part["outcome"] != "not asked").sum()
        for metric, of in (("not_asked_share", len(part)), ("refused_share", requests)):
            name = "reason" if group == "all" else f"{group}*reason"
            seen = found(metric, name)
            total = 0.0
            for reason in (*REASONS, "limit", "suspended"):
                key = reason if group == "all" else f"{level}*{reason}"
                if key not in seen.index or of == 0:
                    continue
                outcome = "not asked" if metric == "not_asked_share" else "refused"
                hit = (part["reason"] == reason) & (part["outcome"] == outcome)
                assert seen[key] == pytest.approx(hit.sum() / of)
                total += seen[key]
            if of:
                assert total == pytest.approx(found(metric, group)[level])


def test_shares_sum_to_one() -> None:
    """Of bookings: cancelled, no-show, used; of wishes: asked and not; of requests: both."""
    for group in GROUPS:
        for parts in (
            ("cancelled_share", "no_show_share", "used_share"),
            ("asked_share", "not_asked_share"),
            ("served_share", "refused_share"),
        ):
            columns = [found(p, group) for p in parts]
            if all(len(c) for c in columns):
                total = sum(columns).dropna()
                assert np.allclose(total, 1)


def test_walking_minutes_of_wishes() -> None:
    """Of all wishes with a suitable centre, whether asked or not."""
    table = cohort()
    for group in ("all", "zone", "kind", "segment", "tier"):
        expected = table.groupby(group)["walk_minutes"].mean()
        seen = found("wish_walk_minutes", group)
        for level, value in expected.items():
            assert seen[level] == pytest.approx(value, nan_ok=True, rel=1e-5)


def uses() -> pd.DataFrame:
    """Bookings used whose start lies in the window."""
    table = ran().wishes
    assert table is not None
    inside = (table["start"] >= "2026-03-02") & (table["start"] < "2026-03-16")
    return table[(table["outcome"] == "used") & inside]


def test_how_unevenly_hours_fall_on_bookers() -> None:
    """Gini, Jain and the tenth percentile of used hours over those who used any."""
    hours = (uses().groupby("booker")["duration_minutes"].sum() / 60).to_numpy()
    n = len(hours)
    pairs = np.abs(hours[:, None] - hours[None, :]).sum() / (2 * n * n * hours.mean())
    assert found("active_bookers", "all")["all"] == n
    assert found("gini_hours", "all")["all"] == pytest.approx(pairs)
    assert found("jain_hours", "all")["all"] == pytest.approx(
        hours.sum() ** 2 / n / (hours**2).sum()
    )
    assert found("p10_hours", "all")["all"] == pytest.approx(np.quantile(hours, 0.1))


def test_gini_and_jain_of_known_numbers() -> None:
    """Even: 0 and 1; one has all: (n - 1) / n and 1 / n; 1, 2, 3, 4: 1 / 4 and 5 / 6."""
    assert (gini(np.full(7, 3.0)), jain(np.full(7, 3.0))) == pytest.approx((0, 1))
    assert (gini(np.array([0, 0, 0, 8.0])), jain(np.array([0, 0, 0, 8.0]))) == (0.75, 0.25)
    four = np.array([3.0, 1, 4, 2])
    assert (gini(four), jain(four)) == pytest.approx((0.25, 100 / (4 * 30)))
    assert np.isnan(gini(np.zeros(0)))
    assert np.isnan(jain(np.zeros(3)))


def test_the_worst_served_group() -> None:
    """The smallest served share over segments."""
    worst = min(by_hand(part)["served_share"] for _, part in cohort().groupby("segment"))
    assert found("worst_group_served_share", "all")["all"] == pytest.approx(worst)


def test_columns_names_and_levels_are_those_of_the_contract() -> None:
    """summary.csv: columns, units, groups, 168 hours of the week, tiers in English."""
    summary = ran().summary
    columns = ["metric", "group", "level", "mean", "ci_low", "ci_high", "n", "unit"]
    assert list(summary.columns) == columns
    units = {"share", "count", "hours", "person_hours", "minutes", "yuan", "index"}
    assert set(summary["unit"]) <= units
    assert not summary.duplicated(["metric", "group", "level"]).any()
    single = (
        "all tier zone operator kind segment community centre venue distance_band reason peak "
        "hour_of_week"
    )
    assert set(single.split()) <= set(summary["group"])
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    hours = [f"{d}-{h:02d}" for d in days for h in range(24)]
    assert list(found("wishes", "hour_of_week").index) == hours
    assert set(found("wishes", "tier").index) == {"subdistrict", "community", "compound", "none"}
    assert set(found("wishes", "peak").index) == {"peak", "off-peak"}
    shares = summary[summary["unit"] == "share"]["mean"].dropna()
    assert shares.between(0, 1).all()
    metrics = set(summary["metric"])
    named = """wishes requests asked_share not_asked_share bookings served_share refused_share
        first_choice_share cancelled_share no_show_share used_share met_share person_hours
        open_share utilisation_booked utilisation_used mean_walk_minutes wish_walk_minutes
        mean_travel_minutes gini_hours jain_hours p10_hours worst_group_served_share"""
    assert set(named.split()) <= metrics
    lost = found("lost_of_wishes", "kind*reason")
    of_kind = lost.groupby(lost.index.str.split("*").str[0]).sum()
    met = found("met_share", "kind")[of_kind.index]
    assert (of_kind + met).to_numpy() == pytest.approx(1)
    lost_in_all = found("lost_of_wishes", "reason").sum()
    assert lost_in_all == pytest.approx(1 - found("met_share", "all")["all"])


def test_one_replication_has_no_interval() -> None:
    """With one replication intervals are empty; of ranks all places are possible."""
    summary = ran().summary
    ranks = summary["metric"] == "rank"
    assert summary.loc[~ranks, ["ci_low", "ci_high"]].isna().all().all()
    assert (summary.loc[ranks, ["ci_low", "ci_high"]] == [1, 2]).all().all()
    assert ranks.sum() > 4


def test_where_nobody_reaches_anything(tmp_path: Path) -> None:
    """A world without a venue in reach is measured too, with its table of wishes."""
    parts = plain(7).origin("home").centre("hall", lon=120.3).rooms("hall", 1)
    done = run(parts.load(tmp_path), jobs=1, with_wishes=True)
    summary = done.summary.set_index(["metric", "group", "level"])["mean"]
    assert summary["asked_share", "all", "all"] == 0
    assert summary["not_asked_share", "reason", "too far"] == 1
    assert done.wishes is not None
    assert set(done.wishes["outcome"]) == {"not asked"}


def test_where_nobody_wishes(tmp_path: Path) -> None:
    """No wishes: counts are zero, shares are empty, nothing fails."""
    parts = tiny().set(demand__multiplier=0)
    done = run(parts.load(tmp_path), jobs=1, with_wishes=True)
    summary = done.summary.set_index(["metric", "group", "level"])["mean"]
    assert summary["wishes", "all", "all"] == 0
    assert np.isnan(summary["served_share", "all", "all"])
    assert summary["utilisation_booked", "all", "all"] == 0
    assert done.wishes is not None
    assert done.wishes.empty
