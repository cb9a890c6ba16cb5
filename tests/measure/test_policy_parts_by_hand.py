"""Metrics of policy parts, and hours where bookings are shorter than wished, from the wish table.

What a booking went through is told from its times alone. Nothing shorter than an hour is asked for
and an hour is kept of what nobody claims, of 90 minutes at most: who holds half an hour stood by; a
no-show who holds an hour of 90 minutes did not claim it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import Parts, model_of, tiny

from sim.measure.meter import build_meter, measure
from sim.model import simulate
from sim.studies.run import Run, run

TIERS = {"Grand Hall": "subdistrict", "Willow House": "community", "Pine Club": "compound"}
SECOND = 1 / 3600
GROUPS = ("all", "kind", "tier")
METRICS = ("unclaimed_share", "standby_bookings", "given_later_share", "mean_hours_to_decision")


def crowded() -> Parts:
    """Long wishes are cut to 90 minutes; what nobody claims is kept for an hour."""
    parts = tiny().set(demand__level=9, policy__window__opens_days_ahead=5)
    parts.set(demand__no_show={"base": 0.4}, demand__cancellation={"share": 0.2})
    parts.set(choice={"rule": "nested_logit", "outside": 0, "per_minute": -0.15})
    parts.set(policy__waitlist={}, policy__auto_release={"unclaimed_after_minutes": 45})
    parts.set(policy__overflow={"next_days": 1})
    parts.set(policy__limits={"hours": [{"at_most": 1.5, "per": "day"}]})
    responses = {
        "asks_for_less": 1,
        "stands_by": 0.9,
        "takes_offer": 0.3,
        "retry": {"share": 0.4, "after_hours": 5},
    }
    return parts.set(demand__responses=responses)


def drawn() -> Parts:
    """Who asks early enters a draw, many after coming back; nothing comes after it."""
    ballot = {"rule": "ballot", "days_ahead": 2}
    parts = tiny().set(demand__level=4, policy__selection=ballot)
    parts.set(policy__window={"opens_days_ahead": 4})
    return parts.set(demand__responses={"comes_back": 1, "rush_minutes": 600})


@cache
def ran(world: str) -> Run:
    parts = {"crowded": crowded, "drawn": drawn}[world]()
    with TemporaryDirectory() as folder:
        return run(parts.load(Path(folder), replications=1), jobs=1, with_wishes=True)


def found(world: str, metric: str, group: str) -> pd.Series:
    summary = ran(world).summary
    rows = summary[(summary["metric"] == metric) & (summary["group"] == group)]
    assert len(rows)
    return rows.set_index("level")["mean"]


def bookings(world: str) -> pd.DataFrame:
    """All bookings of the horizon, with what became of them told from their times."""
    table = ran(world).wishes
    assert table is not None
    table = table[table["outcome"].isin(["used", "cancelled", "no-show"])].copy()
    held = (table["end"] - table["start"]) / pd.Timedelta(hours=1)
    asked = np.minimum(table["duration_minutes"], 90) / 60
    same_day = table["start"].dt.date == table["preferred_start"].dt.date
    standby = held == 0.5
    table["held_hours"], table["asked_hours"] = held, asked
    table["standby"] = standby
    table["unclaimed"] = (table["outcome"] == "no-show") & (held < asked) & ~standby
    table["later"] = (table["decided_at"] > table["asked_at"]) | ~same_day
    table["hours"] = (table["decided_at"] - table["asked_at"]) / pd.Timedelta(hours=1)
    table["all"] = "all"
    table["tier"] = table["first_choice_centre"].astype(object).map(TIERS)
    table["kind"] = table["kind"].astype(object)
    table["booker"] = table["booker"].astype(object)
    return table


def cohort(world: str) -> pd.DataFrame:
    """Those wished for inside the counting window."""
    table = bookings(world)
    inside = (table["wished_at"] >= "2026-03-02") & (table["wished_at"] < "2026-03-16")
    return table[inside]


def held_inside(outcomes: tuple[str, ...]) -> pd.DataFrame:
    """Bookings that hold rooms inside the counting window; rooms are closed at night."""
    table = bookings("crowded")
    inside = (table["start"] >= "2026-03-02") & (table["start"] < "2026-03-16")
    return table[inside & table["outcome"].isin(outcomes)]


def test_the_history_is_worth_looking_at() -> None:
    """Everything occurs, also what could be mistaken for something else."""
    table = cohort("crowded")
    days = (table["start"].dt.normalize() - table["preferred_start"].dt.normalize()).dt.days
    for some in (table["unclaimed"], table["standby"], days == 1, table["later"], ~table["later"]):
        assert some.sum() > 10
    promoted = table["later"] & (days == 0) & ~table["standby"]
    assert promoted.sum() > 10
    assert ((days == 1) & (table["hours"] == 0)).sum() > 10  # offered at once, after a refusal
    assert (table["standby"] & (table["outcome"] == "used")).sum() > 10
    assert len(table) < len(bookings("crowded"))


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("metric", METRICS)
def test_metrics_of_parts(metric: str, group: str) -> None:
    """By level, over bookings; levels without any are 0 or unknown."""
    column = dict(zip(METRICS, ("unclaimed", "standby", "later", "hours"), strict=True))[metric]
    by = cohort("crowded").groupby(group)[column]
    expected = by.sum() if metric == "standby_bookings" else by.mean()
    seen = found("crowded", metric, group)
    assert set(expected.index) <= set(seen.index)
    for level, value in seen.items():
        if level in expected.index:
            tolerance = SECOND if column == "hours" else 1e-12  # the table has whole seconds
            assert value == pytest.approx(expected[level], abs=tolerance, rel=1e-12), level
        else:
            assert value == 0 or np.isnan(value), level


def test_unclaimed_bookings_are_no_shows() -> None:
    """So their share is part of that of the no-shows: bookings of an hour are never released."""
    share = found("crowded", "unclaimed_share", "all")["all"]
    assert 0 < share < found("crowded", "no_show_share", "all")["all"]


def test_hours_until_a_draw() -> None:
    """From asking to the draw for who enters, 0 for who asks afterwards; nobody is given later."""
    table = cohort("drawn")
    assert (table["hours"] > 24).sum() > 50
    assert (table["hours"] == 0).sum() > 50
    assert (table["asked_at"] >= "2026-03-16").sum() > 5
    assert (table["asked_at"] > table["wished_at"]).sum() > 50  # counted from asking, not wishing
    for group in GROUPS:
        seen = found("drawn", "mean_hours_to_decision", group)
        for level, value in table.groupby(group)["hours"].mean().items():
            assert seen[level] == pytest.approx(value, abs=SECOND)
    assert set(METRICS[:3]).isdisjoint(ran("drawn").summary["metric"])


def test_bookings_are_as_long_as_they_are_held() -> None:
    """Unclaimed an hour, all others but those standing by as long as they were asked."""
    table = bookings("crowded")
    assert (table["duration_minutes"] > 90).sum() > 50
    unclaimed, standby = table["unclaimed"], table["standby"]
    assert (table.loc[unclaimed, "held_hours"] == 1).all()
    late = table["decided_at"] - table["start"]
    assert (late[standby] == pd.Timedelta(minutes=-15)).all()  # 45 minutes into a booking
    asked, others = table["asked_hours"], ~unclaimed & ~standby
    assert (table["held_hours"] == asked)[others].all()
    assert (asked < table["duration_minutes"] / 60)[others].sum() > 50


@pytest.mark.parametrize(
    ("metric", "outcomes"),
    [("utilisation_booked", ("used", "no-show")), ("utilisation_used", ("used",))],
)
def test_utilisation_counts_what_is_held(metric: str, outcomes: tuple[str, ...]) -> None:
    """What auto release gave back, or was never asked for, is not booked."""
    table = held_inside(outcomes)
    for group in ("all", "kind"):
        open_, seen = found("crowded", "open_hours", group), found("crowded", metric, group)
        for level, hours in table.groupby(group)["held_hours"].sum().items():
            assert seen[level] == pytest.approx(hours / open_[level])


def test_person_hours_and_spread_count_what_is_held() -> None:
    """People x hours held of bookings used; Gini, Jain and percentile of hours held by bookers."""
    table = held_inside(("used",))
    people = (table["held_hours"] * table["party_size"]).sum()
    assert found("crowded", "person_hours", "all")["all"] == pytest.approx(people)
    hours = table.groupby("booker")["held_hours"].sum().to_numpy()
    n = len(hours)
    pairs = np.abs(hours[:, None] - hours[None, :]).sum() / (2 * n * n * hours.mean())
    jain = hours.sum() ** 2 / n / (hours**2).sum()
    assert found("crowded", "gini_hours", "all")["all"] == pytest.approx(pairs)
    assert found("crowded", "jain_hours", "all")["all"] == pytest.approx(jain)
    assert found("crowded", "p10_hours", "all")["all"] == pytest.approx(np.quantile(hours, 0.1))


UNCLAIMED, STANDBY, LATER, HOURS = METRICS
OVERRIDE = {"kinds": ["badminton_court"], "waitlist": {}}


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ({}, ()),
        ({"policy__overflow": {"other_venues": 2, "shift_minutes": 60}}, ()),
        ({"policy__limits": {"active_bookings": 1}}, ()),
        ({"policy__auto_release": {"standby": False}}, (UNCLAIMED,)),
        ({"policy__auto_release": {}}, METRICS),
        ({"policy__waitlist": {}}, (LATER, HOURS)),
        ({"policy__overrides": [OVERRIDE]}, (LATER, HOURS)),
        ({"policy__overflow": {"next_days": 1}}, (LATER, HOURS)),
        ({"demand__responses": {"retry": {"share": 0.1}}}, (LATER, HOURS)),
        (
            {"policy__selection": {"rule": "ballot"}, "experiment__warm_up_days": 8},
            (HOURS,),
        ),
    ],
)
def test_written_only_where_the_part_is(
    values: dict[str, Any], written: tuple[str, ...], tmp_path: Path
) -> None:
    """Rows of all three groups, and none without the part."""
    meter = build_meter(model_of(tiny().set(**values), tmp_path))
    measure(meter, simulate(meter.model, 1, 0))
    rows = {(row.metric, row.group) for row in meter.rows if row.metric in METRICS}
    assert rows == {(metric, group) for metric in written for group in GROUPS}
