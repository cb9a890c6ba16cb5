"""Hours by use, slot by slot: bookings, activities, off-platform, drop-in, free."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from sim.booking.requests import Outcome
from sim.places.seats import VisitFate
from sim.programme.sessions import Status

from .measured import OPERATOR, compare, played, share

USES = ("booked", "activity", "off-platform", "drop-in", "free")
SLOT = 0.5


def is_open(venue: str, slot: int) -> bool:
    """By the rows' hours: courts 8-22, rooms 10-26."""
    hour = slot % 48 / 2
    return 8 <= hour < 22 if "court" in venue else hour >= 10 or hour < 2


def window() -> range:
    return range(played().first // 30, played().until // 30)


@cache
def held() -> dict[tuple[int, int], str]:
    """(venue, slot) -> booked, no-show, activity or off-platform, of the whole horizon."""
    town = played()
    h, found = town.history, {}
    for i in range(len(h.outcome)):
        if h.outcome[i] == Outcome.BOOKED and not h.cancelled[i]:
            for s in range(int(h.wishes.duration[h.asked[i]])):
                use = "no-show" if h.no_show[i] else "booked"
                found[int(h.venue[i]), int(h.start[i]) + s] = use
    record = h.programme
    assert record is not None
    for i in range(len(record.status)):
        if record.status[i] == Status.HELD:
            for s in range(int(record.sessions.duration[i])):
                key = int(record.venue[i]), int(record.sessions.start[i]) + s
                assert key not in found
                found[key] = "activity"
    off = h.off_platform.reshape(len(town.model.world.venues), -1)
    for venue, slots in enumerate(off):
        for slot in slots.nonzero()[0].tolist():
            assert (venue, slot) not in found
            found[venue, slot] = "off-platform"
    return found


def names() -> tuple[str, ...]:
    return played().model.world.venues.names


def venue_hours() -> Iterator[tuple[int, str, str, float]]:
    """(venue, use, hour of the week, hours) of everything in the window; drop-in beside it."""
    town = played()
    for venue, name in enumerate(names()):
        for slot in window():
            hour = town.hour_of_week(slot * 30)
            use = held().get((venue, slot))
            assert use is None or is_open(name, slot)
            if use is not None:
                yield venue, "booked" if use == "no-show" else use, hour, SLOT
    places = town.model.world.places
    for place, visits in enumerate(town.visits):
        venue = names().index(places.names[place]) if places.names[place] in names() else -1
        if venue < 0:
            continue
        for start, end, fate in zip(visits.start, visits.end, visits.fate, strict=True):
            at = max(float(start), town.first)
            while fate == VisitFate.SERVED and at < min(end, town.until):
                to = min((at // 60 + 1) * 60, end, town.until)
                yield venue, "drop-in", town.hour_of_week(at), (to - at) / 60 / 20
                at = to


def test_the_history_is_worth_looking_at() -> None:
    """All uses occur; sessions and bookings over both edges of the window are cut there."""
    town = played()
    assert {"booked", "no-show", "activity", "off-platform"} == set(held().values())
    first, until = town.first // 30, town.until // 30
    rooms = range(len(names()))
    for use in ("booked", "activity"):
        edges = [
            any({held().get((v, at - 1)), held().get((v, at))} == {use} for v in rooms)
            for at in (first, until)
        ]
        assert any(edges), use


def test_a_week_of_the_anchor_by_use() -> None:
    """Mean number of venues in each use, by hour of the week; the five sum to the open ones."""
    town = played()
    hours: Counter[tuple[str, str]] = Counter()
    whole: Counter[str] = Counter()
    for slot in window():
        hour = town.hour_of_week(slot * 30)
        whole[hour] += SLOT
        for name in names():
            if name.startswith("north") and is_open(name, slot):
                hours["free", hour] += SLOT
    open_hours = Counter(hours)
    for venue, use, hour, number in venue_hours():
        if names()[venue].startswith("north"):
            hours[use, hour] += number
            hours["free", hour] -= number
    expected = {
        f"north*{use}*{hour}": hours[use, hour] / whole[hour] for use in USES for hour in whole
    }
    seen = town.values["hours_by_use", "centre*use*hour_of_week"]
    assert set(seen) == set(expected)
    for level, value in seen.items():
        assert value == pytest.approx(expected[level], abs=1e-9), level
        assert value > -1e-9
    for hour in whole:
        total = sum(seen[f"north*{use}*{hour}"] for use in USES)
        assert total == pytest.approx(open_hours["free", hour] / whole[hour])


def test_shares_of_the_anchor_by_use() -> None:
    """Hours of a use over all open hours of the centre."""
    total: Counter[str] = Counter()
    for venue, use, _, number in venue_hours():
        if names()[venue].startswith("north"):
            total[use] += number
    opened = SLOT * sum(
        is_open(name, slot) for slot in window() for name in names() if name.startswith("north")
    )
    total["free"] = opened - sum(total.values())
    compare("use_share", "centre*use", {f"north*{use}": total[use] / opened for use in USES})
    assert min(total.values()) > 5


GROUPS: dict[str, Callable[[str], str]] = {
    "all": lambda name: "all",
    "zone": lambda name: "Z" if name.startswith("north") else "Y",
    "operator": lambda name: OPERATOR["Z" if name.startswith("north") else "Y"],
    "tier": lambda name: "subdistrict" if name.startswith("north") else "community",
    "kind": lambda name: "court" if "court" in name else "room",
    "centre": lambda name: name.split()[0],
    "venue": lambda name: name,
}


@pytest.mark.parametrize("group", list(GROUPS))
def test_utilisation_by_use(group: str) -> None:
    """Hours booked, used, of activities and off-platform over open hours, cut to the window."""
    level = GROUPS[group]
    open_hours: dict[str, float] = defaultdict(float)
    hours: dict[str, dict[str, float]] = {
        use: defaultdict(float) for use in ("booked", "used", "activities", "off_platform")
    }
    for venue, name in enumerate(names()):
        for slot in window():
            open_hours[level(name)] += SLOT * is_open(name, slot)
            use = held().get((venue, slot))
            hours["booked"][level(name)] += SLOT * (use in ("booked", "no-show"))
            hours["used"][level(name)] += SLOT * (use == "booked")
            hours["activities"][level(name)] += SLOT * (use == "activity")
            hours["off_platform"][level(name)] += SLOT * (use == "off-platform")
    compare("open_hours", group, open_hours)
    for use, by_level in hours.items():
        shares = {at: share(number, open_hours[at]) for at, number in by_level.items()}
        compare(f"utilisation_{use}", group, shares)
