"""Metrics of activities, worked out session by session from the record of a replication."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from math import nan
from pathlib import Path

import pytest
from builders import model_of
from whole_town.town import town

from sim.measure.meter import build_meter, measure
from sim.model import simulate
from sim.programme.sessions import SignUpFate, Status

from .measured import OPERATOR, compare, played, share


@dataclass
class Session:
    """A session and what is counted of it."""

    zone: str
    kind: str
    start: int
    end: int
    status: Status
    capacity: int
    fates: list[SignUpFate] = field(default_factory=list)
    came: int = 0
    people: int = 0

    @property
    def held(self) -> bool:
        return self.status == Status.HELD

    @property
    def admitted(self) -> int:
        return self.fates.count(SignUpFate.ADMITTED) if self.held else 0


@cache
def every() -> list[Session]:
    """All sessions of the horizon, with their sign-ups."""
    town = played()
    world, record, attends = town.model.world, town.history.programme, town.history.attends
    assert record is not None
    assert attends is not None
    s, grid = record.sessions, world.grid
    kinds = list(world.scenario.activities.kinds)
    found = [
        Session(
            zone=world.zones[s.zone[i]],
            kind=kinds[s.kind[i]],
            start=int(s.start[i]) * grid,
            end=int(s.start[i] + s.duration[i]) * grid,
            status=Status(int(record.status[i])),
            capacity=int(s.capacity[i]),
        )
        for i in range(len(s))
    ]
    for i, at in enumerate(record.session.tolist()):
        found[at].fates.append(SignUpFate(int(record.fate[i])))
        if attends[i]:
            found[at].came += 1
            found[at].people += 1 + int(record.company[i])
    return found


def counted() -> list[Session]:
    return [s for s in every() if played().inside(s.start)]


GROUPS: dict[str, Callable[[Session], str]] = {
    "all": lambda s: "all",
    "zone": lambda s: s.zone,
    "operator": lambda s: OPERATOR[s.zone],
    "activity_kind": lambda s: s.kind,
    "activity_kind*hour": lambda s: f"{s.kind}*{s.start % 1440 // 60:02d}",
}


def by_hand(sessions: Iterable[Session]) -> dict[str, float]:
    """All metrics of some sessions."""
    rows = list(sessions)
    people, held = sum(s.people for s in rows), [s for s in rows if s.held]
    signed = sum(len(s.fates) for s in rows)
    admitted, came = sum(s.admitted for s in rows), sum(s.came for s in rows)
    return {
        "activities": len(rows),
        "activities_held": len(held),
        "activities_cancelled": sum(s.status == Status.CANCELLED for s in rows),
        "activities_without_room": sum(s.status == Status.NO_ROOM for s in rows),
        "sign_ups": signed,
        "participations": people,
        "person_hours_activities": sum(s.people * (s.end - s.start) / 60 for s in rows),
        "fill_share": share(people, sum(s.capacity for s in held)),
        "activity_turned_away_share": share(
            sum(s.fates.count(SignUpFate.FULL) for s in rows), signed
        ),
        "activity_no_show_share": share(admitted - came, admitted),
        "participations_per_activity": share(people, len(rows)),
    }


def test_the_history_is_worth_looking_at() -> None:
    """All ends of sessions and sign-ups; sessions over both edges of the window; company."""
    town, rows = played(), counted()
    assert {s.status for s in rows} == set(Status)
    assert {f for s in rows for f in s.fates} == set(SignUpFate)
    assert any(s.held and s.people and s.start < town.first < s.end for s in every())
    assert any(s.held and s.people and s.start < town.until < s.end for s in every())
    assert len(every()) > len(rows) + 10
    assert sum(s.people for s in rows) > 1.3 * sum(s.came for s in rows) > 200
    assert sum(s.came for s in rows) < sum(s.admitted for s in rows)


@pytest.mark.parametrize("group", list(GROUPS))
def test_metrics_by_group(group: str) -> None:
    """Every metric of every level, sessions that start in the window and no others."""
    parts: dict[str, list[Session]] = defaultdict(list)
    for session in counted():
        parts[GROUPS[group](session)].append(session)
    found = {level: by_hand(rows) for level, rows in parts.items()}
    metrics = list(by_hand([]))
    if group == "activity_kind*hour":
        metrics = ["activities_held", "fill_share"]
    for metric in metrics:
        compare(metric, group, {level: values[metric] for level, values in found.items()})


def test_participations_by_segment() -> None:
    """Of who signed up, company included."""
    town = played()
    world, record, attends = town.model.world, town.history.programme, town.history.attends
    assert record is not None
    assert attends is not None
    people: dict[str, float] = defaultdict(float)
    for i, session in enumerate(record.session.tolist()):
        if attends[i] and town.inside(int(record.sessions.start[session]) * world.grid):
            segment = world.segments[world.people.segment[record.group[i]]]
            people[segment] += 1 + int(record.company[i])
    compare("participations", "segment", people)
    assert sum(people.values()) == sum(s.people for s in counted())
    assert len(people) == 2


def test_spread_over_sessions_held() -> None:
    """Percentiles between the two sessions next to them, in proportion."""
    people = sorted(s.people for s in counted() if s.held)
    expected = {}
    for p in (5, 10, 25, 50, 75, 90, 95):
        at = p / 100 * (len(people) - 1)
        low = int(at)
        high = min(low + 1, len(people) - 1)
        expected[f"p{p:02d}"] = people[low] + (at - low) * (people[high] - people[low])
    compare("session_participations", "percentile", expected)


def test_parts_add_up() -> None:
    """Held, cancelled and without a room are all that were published; zones add up to all."""
    values = played().values
    for group in ("all", "zone", "operator", "activity_kind"):
        for level, published in values["activities", group].items():
            ends = ("activities_held", "activities_cancelled", "activities_without_room")
            assert published == sum(values[end, group][level] for end in ends)
    for metric in ("activities", "participations", "sign_ups", "person_hours_activities"):
        for group in ("zone", "operator", "activity_kind"):
            total = sum(values[metric, group].values())
            assert total == pytest.approx(values[metric, "all"]["all"])


DOOR = ("session_turned_away", "session_turned_away_share", "session_overfull_share")


def test_the_door_by_hand(tmp_path: Path) -> None:
    """With overbooking: who came and found no place, by zone, operator and kind; no no-shows."""
    model = model_of(town(policy__overbooking={"share": 0.6}), tmp_path)
    history, meter = simulate(model, 1, 4), build_meter(model)
    top, bottom = measure(meter, history)
    world, record, attends = model.world, history.programme, history.attends
    assert record is not None
    assert attends is not None
    s, kinds = record.sessions, tuple(world.scenario.activities.kinds)
    by_hand: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * 6)
    for i in range(len(s)):
        day = int(s.start[i]) * world.grid // 1440
        if not world.calendar.count_from <= day < world.calendar.count_until:
            continue
        own = [j for j, at in enumerate(record.session.tolist()) if at == i]
        inside = sum(1 + int(record.company[j]) for j in own if attends[j])
        outside = sum(1 + int(record.company[j]) for j in own if record.turned_away[j])
        held = record.status[i] == Status.HELD
        admitted = [j for j in own if held and record.fate[j] == SignUpFate.ADMITTED]
        absent = [j for j in admitted if not attends[j] and not record.turned_away[j]]
        counts = (outside, inside, outside > 0, held, len(absent), len(admitted))
        zone = world.zones[s.zone[i]]
        where = ("all", "all"), ("zone", zone), ("operator", OPERATOR[zone])
        for key in (*where, ("activity_kind", kinds[s.kind[i]])):
            by_hand[key] = [a + float(b) for a, b in zip(by_hand[key], counts, strict=True)]
    found, at = {}, 0
    for row in meter.rows:
        for level in row.levels:
            found[row.metric, row.group, level] = top[at] / bottom[at] if bottom[at] else nan
            at += 1
    assert {group for metric, group, _ in found if metric in DOOR} == {g for g, _ in by_hand}
    assert by_hand["all", "all"][0] > 20
    for (group, level), (away, came, overfull, held, absent, admitted) in by_hand.items():
        expected = away, share(away, away + came), share(overfull, held), share(absent, admitted)
        for metric, value in zip((*DOOR, "activity_no_show_share"), expected, strict=True):
            assert found[metric, group, level] == pytest.approx(value, nan_ok=True), (metric, level)


def test_no_door_without_overbooking() -> None:
    assert not {metric for metric, _ in played().values} & set(DOOR)
