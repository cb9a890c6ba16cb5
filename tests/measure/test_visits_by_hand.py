"""Metrics of drop-in, worked out caller by caller."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import nan

import numpy as np
import pytest

from sim.places.seats import VisitFate
from sim.programme.sessions import Status

from .measured import OPERATOR, compare, played, share

TURNED = {VisitFate.FULL: "full", VisitFate.GAVE_UP: "gave up", VisitFate.CLOSING: "closing"}


@dataclass(frozen=True)
class Caller:
    """Somebody who wanted to come to a place."""

    place: int
    arrival: float
    start: float
    end: float
    fate: VisitFate
    segment: str
    cut: bool


@cache
def every() -> list[Caller]:
    """All callers, those outside the window too."""
    town = played()
    found = []
    for place, v in enumerate(town.visits):
        serve_by_turn = town.model.world.places.names[place] == "canteen"
        for i in range(len(v.arrival)):
            start, end, fate = float(v.start[i]), float(v.end[i]), VisitFate(int(v.fate[i]))
            by_turn = serve_by_turn and 11 * 60 <= start % 1440 < 13 * 60
            cut = fate == VisitFate.SERVED and not by_turn and end - start < v.stay[i] - 1e-6
            segment = town.model.world.segments[v.segment[i]]
            found.append(Caller(place, float(v.arrival[i]), start, end, fate, segment, cut))
    return found


def kind_of(place: int) -> str:
    return "canteen" if played().model.world.places.names[place] == "canteen" else "gym"


def zone_of(place: int) -> str:
    name = played().model.world.places.names[place]
    return "Y" if name == "gym" or name.startswith("south") else "Z"


GROUPS: dict[str, Callable[[int], str]] = {
    "all": lambda place: "all",
    "zone": zone_of,
    "operator": lambda place: OPERATOR[zone_of(place)],
    "place_kind": kind_of,
    "place": lambda place: played().model.world.places.names[place],
}


@cache
def held(venue: str) -> set[int]:
    """Slots in which somebody holds a venue: bookings, sessions, off-platform use."""
    town = played()
    history, v = town.history, town.model.world.venues.names.index(venue)
    slots = set(np.flatnonzero(history.off_platform[v].ravel()).tolist())
    for i in np.flatnonzero((history.venue == v) & ~history.cancelled).tolist():
        start = int(history.start[i])
        slots |= set(range(start, start + int(history.wishes.duration[history.asked[i]])))
    record = history.programme
    assert record is not None
    for s in np.flatnonzero((record.venue == v) & (record.status == Status.HELD)).tolist():
        start = int(record.sessions.start[s])
        slots |= set(range(start, start + int(record.sessions.duration[s])))
    return slots


def seat_hours() -> Iterator[tuple[int, str, float]]:
    """(place, hour of the week, seats) of every open hour in the window, by the rows' hours."""
    town = played()
    for place, name in enumerate(town.model.world.places.names):
        own = {"canteen": 12, "gym": 1}
        opens, closes = (8, 22) if name in own else (10, 26)
        grid = town.model.world.grid
        taken = set() if name in own else held(name)
        for slot in range(town.first // grid, town.until // grid):
            of_day = slot * grid % 1440 / 60
            if (opens <= of_day < closes or of_day + 24 < closes) and slot not in taken:
                yield place, town.hour_of_week(slot * grid), own.get(name, 20) * grid / 60


def by_hand(callers: Iterable[Caller], seats: float) -> dict[str, float]:
    """All metrics of some callers; minutes of use are those of the window."""
    town = played()
    rows = list(callers)
    inside = [c for c in rows if town.inside(c.arrival)]
    fates = [c.fate for c in inside]
    turned = sum(f in TURNED for f in fates)
    arrivals = turned + fates.count(VisitFate.SERVED)
    hours = sum(
        max(0.0, min(c.end, town.until) - max(c.start, town.first)) / 60
        for c in rows
        if c.fate == VisitFate.SERVED
    )
    return {
        "dropin_wishes": len(inside),
        "arrivals": arrivals,
        "visits": fates.count(VisitFate.SERVED),
        "turned_away": turned,
        "turned_away_share": share(turned, arrivals),
        "mean_wait_minutes": share(sum(c.start - c.arrival for c in inside), arrivals),
        "left_at_closing": sum(c.cut for c in inside),
        "closed_then_share": share(fates.count(VisitFate.CLOSED), len(inside)),
        "taken_share": share(fates.count(VisitFate.TAKEN), len(inside)),
        "elsewhere_share": share(fates.count(VisitFate.ELSEWHERE), len(inside)),
        "person_hours_dropin": hours,
        "seats_taken_share": share(hours, seats),
    }


def test_the_history_is_worth_looking_at() -> None:
    """Every fate, inside and outside the window; people inside over both of its edges."""
    town = played()
    for fate in VisitFate:
        assert any(c.fate == fate and town.inside(c.arrival) for c in every()), fate
    served = [c for c in every() if c.fate == VisitFate.SERVED]
    assert any(c.start < town.first < c.end for c in served)
    assert any(c.start < town.until <= c.end for c in served)
    assert any(c.arrival < town.first for c in every())
    assert sum(c.cut for c in every()) > 20


@pytest.mark.parametrize("group", list(GROUPS))
def test_metrics_by_group(group: str) -> None:
    """Every metric of every level: callers of the window, and use within it."""
    callers: dict[str, list[Caller]] = defaultdict(list)
    seats: dict[str, float] = defaultdict(float)
    for c in every():
        callers[GROUPS[group](c.place)].append(c)
    for place, _, number in seat_hours():
        seats[GROUPS[group](place)] += number
    found = {level: by_hand(rows, seats[level]) for level, rows in callers.items()}
    for metric in by_hand([], 1):
        compare(metric, group, {level: values[metric] for level, values in found.items()})


def test_turned_away_by_reason() -> None:
    """Of all who came while it was open; by reason they sum to the whole share."""
    inside = [c for c in every() if played().inside(c.arrival)]
    for group, kinds in (("reason", ("canteen", "gym")), ("place_kind*reason", None)):
        expected: dict[str, float] = {}
        for kind in ("canteen", "gym"):
            rows = [c for c in inside if kind_of(c.place) in (kinds or (kind,))]
            came = sum(c.fate == VisitFate.SERVED or c.fate in TURNED for c in rows)
            for fate, reason in TURNED.items():
                level = reason if kinds else f"{kind}*{reason}"
                expected[level] = sum(c.fate == fate for c in rows) / came
        compare("turned_away_share", group, expected)
    values = played().values
    total = sum(values["turned_away_share", "reason"].values())
    assert total == pytest.approx(values["turned_away_share", "all"]["all"])


def split_use(c: Caller) -> Iterator[tuple[float, float]]:
    """(minute, minutes) of a visit, hour by hour, within the window."""
    at = max(c.start, played().first)
    while at < min(c.end, played().until):
        to = min((at // 60 + 1) * 60, c.end, played().until)
        yield at, to - at
        at = to


def day_type(hour: str) -> str:
    day, at = hour.split("-")
    return f"{'weekend' if day in ('Sat', 'Sun') else 'weekday'}*{at}"


@pytest.mark.parametrize("daytype", [False, True])
def test_metrics_by_hour(daytype: bool) -> None:
    """People count in the hour in which they come, use in the hours of use; closed is not 0."""
    town = played()
    group = "place_kind*daytype*hour" if daytype else "place_kind*hour_of_week"

    def level(place: int, hour: str) -> str:
        return f"{kind_of(place)}*{day_type(hour) if daytype else hour}"

    rows: dict[str, list[Caller]] = defaultdict(list)
    used: dict[str, float] = defaultdict(float)
    seats: dict[str, float] = defaultdict(float)
    for c in every():
        if town.inside(c.arrival):
            rows[level(c.place, town.hour_of_week(c.arrival))].append(c)
        if c.fate == VisitFate.SERVED:
            for minute, minutes in split_use(c):
                used[level(c.place, town.hour_of_week(minute))] += minutes / 60
    for place, hour, number in seat_hours():
        seats[level(place, hour)] += number
    for metric in ("arrivals", "visits", "turned_away_share", "mean_wait_minutes"):
        expected = {at: by_hand(rows[at], 1)[metric] for at in played().values[metric, group]}
        if metric in ("arrivals", "visits"):
            expected = {at: value if seats[at] else nan for at, value in expected.items()}
        compare(metric, group, expected)
    taken = {at: share(used[at], number) for at, number in seats.items()}
    compare("seats_taken_share", group, taken)
    assert sum(used.values()) == pytest.approx(town.values["person_hours_dropin", "all"]["all"])


def test_by_segment() -> None:
    """Wishes and visits by who came."""
    inside = [c for c in every() if played().inside(c.arrival)]
    for metric, fates in (("dropin_wishes", tuple(VisitFate)), ("visits", (VisitFate.SERVED,))):
        expected: dict[str, float] = defaultdict(float)
        for c in inside:
            expected[c.segment] += c.fate in fates
        compare(metric, "segment", expected)
        assert len(expected) == 2
