"""Metrics of points, worked out event by event from the record of a replication."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from sim.points.record import PointsRecord

from .measured import compare, played, share

Event = tuple[int, float, int]
"""Person, time, points."""


def record() -> PointsRecord:
    found = played().history.points
    assert found is not None
    return found


def flows() -> dict[str, list[Event]]:
    r = record()
    tables = {
        "points_earned": (r.earned, r.earned.points),
        "points_spent": (r.spent, r.spent.price),
        "points_expired": (r.expired, r.expired.points),
    }
    return {
        name: list(zip(t.person.tolist(), t.time.tolist(), n.tolist(), strict=True))
        for name, (t, n) in tables.items()
    }


def segment(person: int) -> str:
    world = played().model.world
    return world.segments[world.people.segment[person >> 32]]


def signed() -> Iterator[Event]:
    for name, events in flows().items():
        for person, time, points in events:
            yield person, time, points if name == "points_earned" else -points


def balances(before: float) -> dict[int, int]:
    """Points of everybody who had earned any before a time."""
    found: dict[int, int] = defaultdict(int)
    for person, time, points in signed():
        if time < before:
            found[person] += points
    return found


def by_segment(points: dict[int, int]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for person, number in points.items():
        found[segment(person)] += number
    return found


def test_the_history_is_worth_looking_at() -> None:
    """Points before, in and after the window, of every source, earned, spent, lost and kept."""
    town = played()
    for events in flows().values():
        times = [time for _, time, _ in events]
        assert any(time < town.first for time in times)
        assert sum(town.inside(time) for time in times) > 50
        assert any(time >= town.until for time in times)
    late = {p for p, _, _ in flows()["points_earned"]} - set(balances(town.until))
    assert len(late) > 5  # first earn after the window
    assert min(balances(town.until).values()) == 0


def test_flows_and_balances() -> None:
    """By segment and of all: what was there, came in, went out, was lost and is left."""
    town = played()
    found = {"points_before": by_segment(balances(town.first))}
    found["points_balance"] = by_segment(balances(town.until))
    for name, events in flows().items():
        found[name] = defaultdict(float)
        for person, time, points in events:
            if town.inside(time):
                found[name][segment(person)] += points
    for metric, expected in found.items():
        compare(metric, "segment", expected)
        compare(metric, "all", {"all": sum(expected.values())})
    values = {name: played().values[name, "all"]["all"] for name in found}
    came = values["points_before"] + values["points_earned"]
    went = values["points_spent"] + values["points_expired"]
    assert came == went + values["points_balance"]


def test_earned_by_source_and_goods_taken() -> None:
    """Ten for taking part, three for using a booking, twenty for volunteering; goods counted."""
    town, r = played(), record()
    worth = {"participation": 10, "use": 3, "volunteering": 20}
    expected: dict[str, float] = defaultdict(float)
    for time, source, points in zip(
        r.earned.time.tolist(), r.earned.source.tolist(), r.earned.points.tolist(), strict=True
    ):
        name = list(worth)[source]
        assert points == worth[name]
        if town.inside(time):
            expected[name] += points
    assert len(expected) == 3
    compare("points_earned", "points_source", expected)
    goods = sum(town.inside(time) for _, time, _ in flows()["points_spent"])
    compare("redemptions", "all", {"all": goods})


def test_who_holds_the_points() -> None:
    """Holders, the richest tenth, those who never spent any, and the Gini coefficient.

    Over everybody who had earned any by the end of the window, members who hold none included.
    """
    town = played()
    held = balances(town.until)
    total, n = sum(held.values()), len(held)
    spenders = {p for p, time, _ in flows()["points_spent"] if time < town.until}
    idle = sum(points for person, points in held.items() if person not in spenders)
    top = sum(sorted(held.values(), reverse=True)[: n // 10])
    pairs = sum(abs(a - b) for a in held.values() for b in held.values())
    expected = {
        "points_holders": sum(points > 0 for points in held.values()),
        "points_never_spent_share": share(idle, total),
        "points_top_tenth_share": share(top, total),
        "gini_points": pairs / (2 * n * total),
    }
    for metric, value in expected.items():
        compare(metric, "all", {"all": value})
    assert 0 < expected["points_never_spent_share"] < 1
    assert expected["points_top_tenth_share"] == pytest.approx(top / total)
