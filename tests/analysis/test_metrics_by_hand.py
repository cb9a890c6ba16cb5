"""Metrics of a small history, worked out again with pandas from the table of wishes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest

from builders import Parts, plain, tiny
from sim.analysis.people import gini, jain
from sim.analysis.run import Run, run
from sim.booking.requests import Outcome
from sim.model import simulate

REASONS = ("too far", "closed then", "no such kind", "rather not", "full", "window")


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
    """Wishes, requests, shares: as counted by hand, level by level; levels nobody is in are zero."""
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
    assert found("jain_hours", "all")["all"] == pytest.approx(hours.sum() ** 2 / n / (hours**2).sum())
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


def occupied() -> pd.DataFrame:
    """One row for each half-hour that a booking kept holds: venue, time, used, party."""
    table = ran().wishes
    assert table is not None
    kept = table[table["outcome"].isin(["used", "no-show"])]
    rows = [
        (row.venue, row.start + pd.Timedelta(minutes=m), row.outcome == "used", row.party_size)
        for row in kept.itertuples()
        for m in range(0, row.duration_minutes, 30)
    ]
    frame = pd.DataFrame(rows, columns=["venue", "at", "used", "party"])
    frame = frame[(frame["at"] >= "2026-03-02") & (frame["at"] < "2026-03-16")].copy()
    frame["hour_of_week"] = frame["at"].dt.strftime("%a-%H")
    return frame


# open hours of two weeks: `long` 10 x 13 + 4 x 14, `day` 14 x 9
OPEN = {"Court 1": 186, "Court 2": 186, "Hall Room": 186}
OPEN |= {"Willow Room A": 126, "Willow Room B": 126, "Pine Room": 126}


def test_utilisation_and_person_hours_by_venue() -> None:
    """Hours booked (kept), used, and people in them, over hours open."""
    held = occupied()
    for venue, hours in OPEN.items():
        part = held[held["venue"] == venue]
        assert found("open_hours", "venue")[venue] == hours
        assert found("utilisation_booked", "venue")[venue] == pytest.approx(len(part) / 2 / hours)
        used = part[part["used"]]
        assert found("utilisation_used", "venue")[venue] == pytest.approx(len(used) / 2 / hours)
        people = used["party"].sum() / 2
        assert found("person_hours", "venue")[venue] == pytest.approx(people)


def test_utilisation_of_all_and_by_hour_of_week() -> None:
    """Sums over venues divide by the open hours of them all."""
    held = occupied()
    total = found("utilisation_booked", "all")["all"]
    assert total == pytest.approx(len(held) / 2 / sum(OPEN.values()))
    seen = found("utilisation_booked", "hour_of_week")
    for hour, venues in (("Mon-18", 3), ("Sat-08", 3), ("Wed-10", 6), ("Sun-21", 3)):
        n = (held["hour_of_week"] == hour).sum()
        assert seen[hour] == pytest.approx(n / 2 / (venues * 2))
    assert np.isnan(seen["Mon-23"])


def test_load_duration_by_hand() -> None:
    """Courts: share of the two that is taken, half-hour by half-hour, read at its fullest x %."""
    model = ran().model
    history = simulate(model, 1, 0)
    first, end = model.world.calendar.count_from, model.world.calendar.count_until
    courts, slots = [0, 1], model.world.slots
    off = history.off_platform[courts, first:end].reshape(2, -1).sum(axis=0)
    taken = off.astype(float)
    duration = history.wishes.duration[history.asked]
    kept = (history.outcome == Outcome.BOOKED) & ~history.cancelled
    for i in np.flatnonzero(kept & np.isin(history.venue, courts)).tolist():
        for slot in range(history.start[i], history.start[i] + duration[i]):
            if first * slots <= slot < end * slots:
                taken[slot - first * slots] += 1
    clock = np.tile(np.arange(slots) / 2, end - first)
    weekend = np.repeat(model.world.calendar.weekday[first:end] >= 5, slots)
    is_open = (clock >= np.where(weekend, 8, 9)) & (clock < 22)
    load = np.sort(taken[is_open] / 2)[::-1]
    seen = found("load_duration", "kind*top_share")
    for share in (0, 10, 50, 100):
        at = min(share * len(load) // 100, len(load) - 1)
        assert seen[f"badminton_court*{share:03d}"] == load[at]


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


def test_one_replication_has_no_interval() -> None:
    """With one replication intervals are empty."""
    assert ran().summary[["ci_low", "ci_high"]].isna().all().all()


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
